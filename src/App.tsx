/** @file Which page is shown, and the dialogs over it. */
import { Suspense } from 'react';
import { Help } from './commands/Help.tsx';
import { Palette } from './commands/Palette.tsx';
import { Home } from './home/Home.tsx';
import { NotebookPage } from './notebook/NotebookPage.tsx';
import { HistoryDialog, ShareDialog } from './notebook/parts.ts';
import { ProblemPage } from './notebook/ProblemPage.tsx';
import { showDialog, useView } from './notebook/view.ts';
import { useRoute } from './routes.ts';
import { useKeeping } from './store/keeping.ts';
import { Toasts } from './ui/Toasts.tsx';

export function App() {
  return (
    <>
      <Page />
      <Dialogs />
      <Toasts />
    </>
  );
}

function Page() {
  const { kind } = useRoute();
  const opening = useKeeping((state) => state.opening);
  if (kind === 'home') return <Home />;
  if (opening.kind === 'problem') return <ProblemPage problem={opening} />;
  return opening.kind === 'open' ? <NotebookPage /> : <OpeningPage />;
}

function OpeningPage() {
  return (
    <main className="lone" aria-busy="true">
      <p className="dim">Opening the notebook.</p>
    </main>
  );
}

function Dialogs() {
  const dialog = useView((state) => state.dialog);
  switch (dialog) {
    case 'palette':
      return <Palette />;
    case 'help':
      return <Help />;
    case 'share':
      return (
        <Suspense>
          <ShareDialog onClose={() => showDialog(null)} />
        </Suspense>
      );
    case 'history':
      return (
        <Suspense>
          <HistoryDialog onClose={() => showDialog(null)} />
        </Suspense>
      );
    case null:
      return null;
  }
}
