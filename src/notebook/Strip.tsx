/** @file What the page must say above the notebook while it lasts: an engine that is silent or failed, text that is not kept, downloads. */
import { stopRun } from '../cells/runner.ts';
import { commandNamed } from '../commands/commands.ts';
import { useNotebook } from '../store/notebook.ts';
import { useRun } from '../store/run.ts';
import { Icon } from '../ui/Icon.tsx';
import { showBytes } from '../ui/format.ts';

export function Strip() {
  return (
    <div className="strip">
      <EngineStrip />
      <SaveStrip />
      <Downloads />
    </div>
  );
}

function EngineStrip() {
  const engine = useRun((state) => state.engine);
  if (engine.kind === 'silent') {
    return (
      <section className="tell" aria-label="Engine">
        <Icon name="triangle-alert" />
        <p>
          <b>Not answering.</b> A cell may be in a loop that never waits. Stop recovers; the text
          and shared values stay.
        </p>
        <button className="btn stop" type="button" onClick={() => void stopRun()}>
          <Icon name="square" />
          Stop
        </button>
      </section>
    );
  }
  if (engine.kind !== 'failed') return null;
  return (
    <section className="tell" aria-label="Engine">
      <Icon name="triangle-alert" />
      <p>
        <b>The engine does not run.</b> {engine.why}
      </p>
      <button className="btn line" type="button" onClick={commandNamed('restart').run}>
        <Icon name="rotate-ccw" />
        Restart
      </button>
    </section>
  );
}

function SaveStrip() {
  const save = useNotebook((state) => state.save);
  if (save.kind === 'failed') {
    return (
      <section className="tell" aria-label="Saving">
        <Icon name="triangle-alert" />
        <p>
          <b>Not saved.</b> {save.why}
        </p>
        <button className="btn line" type="button" onClick={commandNamed('downloadIpynb').run}>
          <Icon name="download" />
          Download
        </button>
      </section>
    );
  }
  if (save.kind !== 'readOnly') return null;
  return (
    <section className="tell" aria-label="Saving">
      <Icon name="circle-slash" />
      <p>
        <b>Read only.</b> Another tab edits this notebook.
      </p>
      <button className="btn line" type="button" onClick={commandNamed('takeOver').run}>
        Take over
      </button>
    </section>
  );
}

/** Data sets on their way. */
function Downloads() {
  const downloads = useRun((state) => state.downloads);
  const open = downloads.filter(({ loaded, total }) => loaded < total);
  if (open.length === 0) return null;
  return (
    <section className="tell" aria-label="Downloads">
      <Icon name="download" />
      {open.map(({ name, loaded, total }) => (
        <div className="progress" key={name}>
          <div
            className="track"
            role="progressbar"
            aria-label={`Data set ${name}`}
            aria-valuemin={0}
            aria-valuemax={total}
            aria-valuenow={loaded}
          >
            <span style={{ width: `${(100 * loaded) / total}%` }} />
          </div>
          <span>
            {name}, {showBytes(loaded)} of {showBytes(total)}
          </span>
        </div>
      ))}
    </section>
  );
}
