/** @file What is drawn when drawing failed: what happened, and the way to keep the text. */
import { Component, type ReactNode } from 'react';
import { presentNotebook } from '../store/notebook.ts';
import { Icon } from './Icon.tsx';
import { Mark } from './Mark.tsx';

/** Why there is nothing to see, and the way to try it again. */
export type Failed = { readonly error: Error; readonly onAgain: () => void };
type Props = {
  readonly children: ReactNode;
  /** What is drawn instead; a whole page where nothing is given. */
  readonly failed?: (failed: Failed) => ReactNode;
};
type State = { readonly error: Error | null };

/** The notebook is in memory whatever the page draws, and comes out as a file. */
async function downloadText(): Promise<void> {
  const { downloadNotebook } = await import('../share/download.ts');
  downloadNotebook(presentNotebook(), 'ipynb');
}

/** Around the whole page, and around each part that the rest can do without. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    const failed = { error, onAgain: () => this.setState({ error: null }) };
    return this.props.failed?.(failed) ?? <FailedPage {...failed} />;
  }
}

function FailedPage({ error, onAgain }: Failed) {
  const hasText = presentNotebook().cells.length > 0;
  return (
    <main className="lone">
      <Mark />
      <h1>This page could not be drawn</h1>
      <p>
        The mistake is the page’s, not yours.{' '}
        {hasText && 'The text of the notebook is kept in this tab; download it before you reload.'}
      </p>
      <pre tabIndex={0}>{`${error.name}: ${error.message}`}</pre>
      <div className="acts">
        {hasText && (
          <button className="btn primary" type="button" onClick={() => void downloadText()}>
            <Icon name="download" />
            Download the notebook
          </button>
        )}
        <button className="btn line" type="button" onClick={onAgain}>
          Draw it again
        </button>
        <button className="btn line" type="button" onClick={() => location.reload()}>
          Reload
        </button>
      </div>
    </main>
  );
}
