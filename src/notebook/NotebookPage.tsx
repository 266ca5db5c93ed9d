/** @file The notebook and what stands around it: bar, outline, column of cells, inspector, timeline; drawers on a narrow page. */
import { Suspense, useEffect } from 'react';
import { presentNotebook, presentOf, useNotebook } from '../store/notebook.ts';
import { focusCell, useSelection } from '../store/selection.ts';
import { classNames } from '../ui/class-names.ts';
import { ErrorBoundary, type Failed } from '../ui/ErrorBoundary.tsx';
import { headingsOf } from './outline.ts';
import { Outline } from './Outline.tsx';
import { Inspector, Notices, Timeline } from './parts.ts';
import { PreviewBanner } from './PreviewBanner.tsx';
import { Sheet } from './Sheet.tsx';
import { Strip } from './Strip.tsx';
import { TabBar } from './TabBar.tsx';
import { TopBar } from './TopBar.tsx';
import { closePanels, followWidth, useView } from './view.ts';
import './notebook.css';
import './cell.css';
import './narrow.css';

export function NotebookPage() {
  const title = useNotebook((state) => presentOf(state).title);
  const isLink = useNotebook((state) => state.isPreview && state.origin.kind === 'link');
  const isApp = useView((state) => state.view === 'app');
  const { isOutlineOpen, isInspectorOpen, isTimelineOpen } = useSelection();
  useEffect(followWidth, []);
  useEffect(beginToWrite, []);
  useEffect(() => {
    document.title = isLink ? `Preview: ${title}, Arignote` : `${title}, Arignote`;
  }, [title, isLink]);
  const hasSide = isOutlineOpen && !isApp;
  const hasLook = isInspectorOpen && !isLink && !isApp;
  // Its head stays when it is closed: the label of how times are known is always to be seen.
  const hasDock = !isLink && !isApp;
  return (
    <>
      <a className="skip" href="#note">
        Skip to the notebook
      </a>
      <div
        className={classNames({
          app: true,
          preview: isLink,
          'as-app': isApp,
          'no-side': !hasSide,
          'no-look': !hasLook,
          'no-dock': !hasDock,
          'low-dock': hasDock && !isTimelineOpen,
        })}
      >
        <TopBar />
        <div className="over">
          <PreviewBanner />
          <Strip />
          <Suspense>
            <Notices />
          </Suspense>
        </div>
        {hasSide && <Outline />}
        <main className="note" id="note" tabIndex={-1} aria-label="Notebook" data-region>
          <HiddenTitle />
          <Sheet />
        </main>
        {hasLook && (
          <ErrorBoundary failed={failedInspector}>
            <Suspense fallback={<aside className="look" aria-label="Inspector" />}>
              <Inspector />
            </Suspense>
          </ErrorBoundary>
        )}
        {hasDock && (
          <ErrorBoundary failed={failedTimeline}>
            <Suspense fallback={<section className="dock" aria-label="Timeline" />}>
              <Timeline />
            </Suspense>
          </ErrorBoundary>
        )}
        <button
          className="scrim"
          type="button"
          tabIndex={-1}
          aria-label="Close the panel"
          onClick={closePanels}
        />
        <TabBar />
      </div>
    </>
  );
}

/** In the place of a panel that could not be loaded or drawn: the notebook goes on without it. */
function FailedPanel({ className, error, onAgain }: FailedPanelProps) {
  return (
    <section className={`${className} failed`} aria-label="A panel that failed">
      <p>
        This panel could not be drawn, and the notebook goes on without it.{' '}
        <code>{error.message}</code>
      </p>
      <button className="btn small line" type="button" onClick={onAgain}>
        Draw it again
      </button>
    </section>
  );
}

type FailedPanelProps = Failed & { readonly className: 'look' | 'dock' };

const failedInspector = (failed: Failed) => <FailedPanel {...failed} className="look" />;
const failedTimeline = (failed: Failed) => <FailedPanel {...failed} className="dock" />;

/** In a new notebook the first thing to do is to write. */
function beginToWrite(): void {
  const [cell, ...others] = presentNotebook().cells;
  const isNew = cell?.source === '' && others.length === 0;
  if (isNew) focusCell(cell.id, 'edit');
}

/** A page begins with a heading; where the text has none, the title is it. */
function HiddenTitle() {
  const title = useNotebook((state) => presentOf(state).title);
  const hasHeading = useNotebook((state) =>
    presentOf(state).cells.some(
      ({ kind, source }) =>
        kind === 'markdown' && headingsOf(source).some(({ level }) => level === 1),
    ),
  );
  return hasHeading ? null : <h1 className="sr">{title}</h1>;
}
