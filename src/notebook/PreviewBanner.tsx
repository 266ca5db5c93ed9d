/** @file The band over a shared notebook: nothing has run, and what it could do if it did. */
import { leavePreview, useNotebook } from '../store/notebook.ts';
import { runAll } from '../cells/runner.ts';
import { Icon } from '../ui/Icon.tsx';

/** Shows the first code of the notebook. */
function lookAtCode(): void {
  document.querySelector('.note .source, .note .fold')?.scrollIntoView({ block: 'center' });
  document.querySelector<HTMLElement>('.note [data-region-entry]')?.focus({ preventScroll: true });
}

export function PreviewBanner() {
  const isShown = useNotebook((state) => state.isPreview && state.origin.kind === 'link');
  if (!isShown) return null;
  return (
    <section className="banner" aria-label="Preview of a shared notebook" data-region>
      <Icon name="shield" />
      <div>
        <h2>Preview. Nothing has run.</h2>
        <p>
          This notebook runs in a sandbox: it cannot reach the network, your files or your other
          notebooks. It can use your GPU.
        </p>
      </div>
      <div className="acts">
        <button className="btn line" type="button" onClick={lookAtCode}>
          <Icon name="code" />
          Look at the code
        </button>
        <button
          className="btn primary"
          type="button"
          onClick={() => {
            leavePreview();
            void runAll();
          }}
        >
          <Icon name="play" />
          Run
        </button>
      </div>
    </section>
  );
}
