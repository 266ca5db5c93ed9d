/** @file The bar over the notebook: a title page line. Name and save state left, run and stop in the middle, device and view right. */
import { setTitle } from '../document/notebook.ts';
import { commandNamed } from '../commands/commands.ts';
import { CommandButton, CommandItem } from '../commands/CommandButton.tsx';
import { ariaKeys, showKeys } from '../commands/key-names.ts';
import { isBusy, staleCountOf } from '../commands/situation.ts';
import { editNotebook, presentOf, useNotebook } from '../store/notebook.ts';
import { useRun } from '../store/run.ts';
import { Icon } from '../ui/Icon.tsx';
import { Mark } from '../ui/Mark.tsx';
import { Menu } from '../ui/Menu.tsx';
import { ThemeButton } from '../ui/ThemeButton.tsx';
import { DeviceMenu } from './DeviceMenu.tsx';
import { SaveStatus } from './SaveStatus.tsx';
import { showDialog, showView, useView } from './view.ts';

export function TopBar() {
  const isLink = useNotebook((state) => state.isPreview && state.origin.kind === 'link');
  return (
    <header className="bar" data-region>
      <Menu className="btn icon narrow-off" label="Menu" items={<NotebookMenuItems />}>
        <Icon name="menu" />
      </Menu>
      <a className="brand" href="#/" aria-label="Arignote, home">
        <Mark />
        <span>Arignote</span>
      </a>
      <span className="sep narrow-off" />
      <Title />
      <SaveStatus />
      <span className="gap" />
      {isLink ? <PreviewActions /> : <RunActions />}
      <span className="gap mid" />
      <DeviceMenu />
      <ViewSwitch />
      <button className="btn mid" type="button" onClick={() => showDialog('share')}>
        <Icon name="share-2" />
        Share
      </button>
      <span className="mid">
        <CommandButton command={commandNamed('palette')} />
      </span>
      <ThemeButton className="narrow-off" />
    </header>
  );
}

const FILE = ['newNotebook', 'openFile', 'saveNow', 'downloadIpynb', 'downloadText', 'history'];
const RUN = ['toggleRunMode', 'restart'];
const PAGE = ['toggleOutline', 'toggleInspector', 'toggleTimeline', 'help', 'home'];

/** What is done with the notebook as a whole. */
function NotebookMenuItems() {
  return (
    <>
      {FILE.map((name) => (
        <CommandItem key={name} command={commandNamed(name)} />
      ))}
      <hr />
      {RUN.map((name) => (
        <CommandItem key={name} command={commandNamed(name)} />
      ))}
      <hr />
      {PAGE.map((name) => (
        <CommandItem key={name} command={commandNamed(name)} />
      ))}
    </>
  );
}

/** Typing is one step of undo. */
const rename = (text: string): void =>
  editNotebook((notebook) => setTitle(notebook, text), 'title');

/** The title, edited in place. */
function Title() {
  const title = useNotebook((state) => presentOf(state).title);
  const isReadOnly = useNotebook((state) => state.save.kind === 'readOnly');
  return (
    <input
      className="title"
      aria-label="Title of the notebook"
      title={title}
      value={title}
      readOnly={isReadOnly}
      spellCheck={false}
      maxLength={200}
      onChange={(event) => rename(event.target.value)}
      onBlur={() => {
        if (title.trim() === '') rename('Untitled');
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}

/** Run is the one filled button while nothing runs; while something runs, Stop is the live one. */
function RunActions() {
  const isRunning = useRun(isBusy);
  const isSilent = useRun((state) => state.engine.kind === 'silent');
  const staleCount = useRun(staleCountOf);
  const stop = commandNamed('stop');
  const canStop = isRunning || isSilent;
  return (
    <div className="run-acts">
      <button
        className={isRunning ? 'btn line narrow-off' : 'btn primary run-all'}
        type="button"
        onClick={commandNamed('runAll').run}
      >
        <Icon name="play" />
        Run all
      </button>
      <button
        className={canStop ? 'btn stop' : 'btn narrow-off'}
        type="button"
        disabled={!canStop}
        aria-keyshortcuts={ariaKeys(stop.keys)}
        title={`Stop, ${showKeys(stop.keys[0] ?? '')}`}
        onClick={stop.run}
      >
        <Icon name="square" />
        Stop
      </button>
      {staleCount > 0 && (
        <button className="btn narrow-off" type="button" onClick={commandNamed('runStale').run}>
          <Icon name="history" />
          Stale <span className="count">{staleCount}</span>
        </button>
      )}
    </div>
  );
}

function PreviewActions() {
  return (
    <button className="btn narrow-off" type="button" onClick={commandNamed('saveCopy').run}>
      Save a copy
    </button>
  );
}

function ViewSwitch() {
  const view = useView((state) => state.view);
  return (
    <div className="seg mid" role="group" aria-label="View">
      <button
        className="btn"
        type="button"
        aria-pressed={view === 'edit'}
        onClick={() => showView('edit')}
      >
        Edit
      </button>
      <button
        className="btn"
        type="button"
        aria-pressed={view === 'app'}
        onClick={() => showView('app')}
      >
        App
      </button>
    </div>
  );
}
