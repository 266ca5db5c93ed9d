/** @file The home page: a table of contents. What the notebook is, the lessons, and the notebooks of this browser. */
import { useEffect, useState } from 'react';
import { commandNamed } from '../commands/commands.ts';
import { LESSONS, type Lesson } from '../lessons/lessons.ts';
import {
  downloadAll,
  emptyTrash,
  restoreNotebook,
  useLibrary,
  type TrashedEntry,
} from '../store/library.ts';
import { useRun } from '../store/run.ts';
import { Icon } from '../ui/Icon.tsx';
import { Mark, Tetractys } from '../ui/Mark.tsx';
import { ThemeButton } from '../ui/ThemeButton.tsx';
import { showAge, showBytes } from '../ui/format.ts';
import { factsOf } from '../notebook/device-words.ts';
import { showView } from '../notebook/view.ts';
import { NotebookLine } from './NotebookLine.tsx';
import './home.css';

export function Home() {
  useEffect(() => {
    document.title = 'Arignote';
    // The next notebook begins as every one does.
    showView('edit');
  }, []);
  return (
    <div className="home">
      <header className="bar" data-region>
        <a className="brand" href="#/" aria-label="Arignote, home">
          <Mark />
          <span>Arignote</span>
        </a>
        <span className="gap" />
        <ThemeButton />
      </header>
      <main data-region>
        <Hero />
        <Lessons />
        <Mine />
      </main>
    </div>
  );
}

function Hero() {
  return (
    <section className="hero" aria-labelledby="hero-title">
      <div>
        <h1 id="hero-title">Write the mathematics. See all that becomes of it.</h1>
        <p>
          A notebook for symbolic models in TypeScript: differentiated, rewritten, compiled for your
          GPU, run and timed in this tab, with every step open to view.
        </p>
        <div className="acts">
          <button className="btn primary" type="button" onClick={commandNamed('newNotebook').run}>
            <Icon name="plus" />
            New notebook
          </button>
          <button className="btn line" type="button" onClick={commandNamed('openFile').run}>
            <Icon name="folder-open" />
            Open a file
          </button>
        </div>
      </div>
      <Tetractys />
    </section>
  );
}

function Lessons() {
  return (
    <section aria-labelledby="lessons-title">
      <h2 id="lessons-title">Lessons</h2>
      <ol className="lessons">
        {LESSONS.map((lesson, index) => (
          <LessonLine key={lesson.id} lesson={lesson} number={index + 1} />
        ))}
      </ol>
    </section>
  );
}

function LessonLine({ lesson, number }: { readonly lesson: Lesson; readonly number: number }) {
  const { id, title, sentence, minutes, figure } = lesson;
  return (
    <li>
      <span className="no" aria-hidden="true">
        {number}
      </span>
      {/* The drawing is ours: a line of `lessons.ts`. */}
      <svg viewBox="0 0 72 48" aria-hidden="true" dangerouslySetInnerHTML={{ __html: figure }} />
      <div>
        <a href={`#/lesson/${id}`}>{title}</a>
        <p>{sentence}</p>
      </div>
      <div className="meta">{minutes} min</div>
    </li>
  );
}

function Mine() {
  const { notebooks, trash, isLoaded } = useLibrary();
  const [isTrashOpen, setIsTrashOpen] = useState(false);
  const [now] = useState(Date.now);
  return (
    <section className="mine" aria-labelledby="mine-title">
      <h2 id="mine-title">Your notebooks</h2>
      {notebooks.length === 0 && (
        <p className="none">
          {isLoaded
            ? 'Notebooks that you begin, and lessons that you edit, are listed here.'
            : 'Reading the list.'}
        </p>
      )}
      <ul>
        {notebooks.map((entry) => (
          <NotebookLine key={entry.id} entry={entry} now={now} />
        ))}
      </ul>
      <div className="acts">
        {trash.length > 0 && (
          <button
            className="btn small quiet"
            type="button"
            aria-expanded={isTrashOpen}
            onClick={() => setIsTrashOpen(!isTrashOpen)}
          >
            <Icon name="trash-2" />
            Trash <span className="dim">{trash.length}</span>
          </button>
        )}
        {notebooks.length > 0 && (
          <button className="btn small quiet" type="button" onClick={() => void downloadAll()}>
            <Icon name="download" />
            Download all
          </button>
        )}
      </div>
      {isTrashOpen && trash.length > 0 && <Trash trash={trash} now={now} />}
      <Facts />
    </section>
  );
}

function Trash({ trash, now }: TrashProps) {
  return (
    <section className="trash" aria-label="Trash">
      <ul>
        {trash.map(({ id, title, trashedAt }) => (
          <li key={id}>
            <div>
              <span className="gone">{title}</span>
              <p>deleted {showAge(trashedAt, now)}</p>
            </div>
            <button
              className="btn small quiet"
              type="button"
              aria-label={`Restore “${title}”`}
              onClick={() => void restoreNotebook(id)}
            >
              <Icon name="undo-2" />
              Restore
            </button>
          </li>
        ))}
      </ul>
      <p>After 30 days they go for ever.</p>
      <button className="btn small quiet" type="button" onClick={() => void emptyTrash()}>
        Empty the trash now
      </button>
    </section>
  );
}

type TrashProps = { readonly trash: readonly TrashedEntry[]; readonly now: number };

function Facts() {
  const device = useRun((state) => state.device);
  const { usageBytes, isPersisted, isLasting } = useLibrary();
  const used = usageBytes === null || usageBytes === 0 ? '' : ` ${showBytes(usageBytes)} used.`;
  const risk = isPersisted ? '' : ' Download those you would miss.';
  return (
    <div className="facts">
      <p>{device ? factsOf(device) : <DeviceAhead />}</p>
      <p>
        {isLasting
          ? `Notebooks are kept in this browser, and only here.${used}${risk}`
          : 'This browser gives no storage: notebooks last as long as this tab. Download them.'}
      </p>
    </div>
  );
}

/** Before the engine runs nobody has asked for an adapter; the browser only says whether it could. */
function DeviceAhead() {
  return 'gpu' in navigator ? (
    <>
      <b>WebGPU</b> where this machine has an adapter, else the processor.
    </>
  ) : (
    <>
      <b>WASM</b>: this browser has no WebGPU, so cells run on the processor.
    </>
  );
}
