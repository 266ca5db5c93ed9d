/** @file The page in the place of a notebook that cannot be opened: what was asked for, and why it is not there. */
import type { Opening } from '../store/keeping.ts';
import { openFromLibrary, restoreNotebook } from '../store/library.ts';
import { goTo } from '../routes.ts';
import { Icon } from '../ui/Icon.tsx';
import { Mark } from '../ui/Mark.tsx';

/** Out of the trash, and shown. Home comes between, since the address stays the same. */
async function restore(id: string): Promise<void> {
  if (!(await restoreNotebook(id))) return;
  goTo({ kind: 'home' }, { replace: true });
  openFromLibrary(id);
}

export function ProblemPage({ problem }: ProblemPageProps) {
  const { title, why, trashed } = problem;
  return (
    <main className="lone">
      <a className="brand" href="#/">
        <Mark />
        <span>Arignote</span>
      </a>
      <h1>{title}</h1>
      <p>{why}</p>
      <div className="acts">
        {trashed !== null && (
          <button className="btn primary" type="button" onClick={() => void restore(trashed)}>
            <Icon name="undo-2" />
            Restore it
          </button>
        )}
        <a className="btn line" href="#/">
          Home
        </a>
      </div>
    </main>
  );
}

type ProblemPageProps = { readonly problem: Extract<Opening, { readonly kind: 'problem' }> };
