/** @file The earlier states of the open notebook: when each was kept, how it differs from now, and going back to it. */
import { useEffect, useState } from 'react';
import { keeping } from '../document/keeping.ts';
import { lineDiff } from '../document/line-diff.ts';
import { SNAPSHOT_EVERY_MS, SNAPSHOTS_MAX } from '../document/snapshots.ts';
import type { Snapshot } from '../document/storage-tables.ts';
import { presentNotebook, presentOf, undoEdit, useNotebook } from '../store/notebook.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { showAge, showCount, showTime } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import { showToast } from '../ui/toast.ts';
import './share.css';

/** Open as long as it is mounted. */
export function HistoryDialog({ onClose }: { readonly onClose: () => void }) {
  const id = useNotebook((state) => presentOf(state).id);
  const canEdit = useNotebook((state) => state.save.kind !== 'readOnly');
  const snapshots = useSnapshots(id);
  const restore = (snapshot: Snapshot): void => {
    onClose();
    void restoreWithUndo(snapshot);
  };
  return (
    <Dialog className="history" title="Earlier states" onClose={onClose}>
      <div className="within">
        <p className="about">
          While you edit, a state is kept every {SNAPSHOT_EVERY_MS / 60_000} minutes, at most{' '}
          {SNAPSHOTS_MAX}: close together in the last hour, wider apart before.
        </p>
        {snapshots?.length === 0 && (
          <p className="none">There is none yet: the first one is kept with the first edit.</p>
        )}
        {snapshots && snapshots.length > 0 && (
          <SnapshotTable snapshots={snapshots} canEdit={canEdit} onRestore={restore} />
        )}
      </div>
    </Dialog>
  );
}

/** The latest first; null until they are read. */
function useSnapshots(id: string): readonly Snapshot[] | null {
  const [snapshots, setSnapshots] = useState<readonly Snapshot[] | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    void readSnapshots(id).then((read) => {
      if (!ending.signal.aborted) setSnapshots(read);
    });
    return () => ending.abort();
  }, [id]);
  return snapshots;
}

async function readSnapshots(id: string): Promise<readonly Snapshot[]> {
  const { storage } = await keeping();
  return storage.snapshots(id).catch(() => []);
}

async function restoreWithUndo(snapshot: Snapshot): Promise<void> {
  const { keeper } = await keeping();
  await keeper.restore(snapshot);
  const when = `${showTime(snapshot.takenAt)}, ${showAge(snapshot.takenAt, Date.now())}`;
  const { id } = snapshot;
  const undo = (): void => {
    // The message may outlast the notebook on the page.
    if (presentNotebook().id === id) undoEdit();
  };
  showToast(`The notebook is as it was at ${when}.`, { action: { title: 'Undo', run: undo } });
}

type SnapshotTableProps = {
  readonly snapshots: readonly Snapshot[];
  readonly canEdit: boolean;
  readonly onRestore: (snapshot: Snapshot) => void;
};

function SnapshotTable({ snapshots, canEdit, onRestore }: SnapshotTableProps) {
  const [present] = useState(presentNotebook);
  const [now] = useState(Date.now);
  return (
    <table className="states">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Cells</th>
          <th scope="col">Lines since then</th>
          <th scope="col">
            <span className="sr">Go back</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {snapshots.map((snapshot) => {
          const { added, removed } = lineDiff(snapshot.notebook, present);
          const time = showTime(snapshot.takenAt);
          return (
            <tr key={snapshot.takenAt}>
              <th scope="row">
                {time} <span className="dim">{showAge(snapshot.takenAt, now)}</span>
              </th>
              <td>{snapshot.notebook.cells.length}</td>
              <td>
                <span className="added" aria-label={`${showCount(added, 'line')} added`}>
                  +{added}
                </span>{' '}
                <span className="removed" aria-label={`${showCount(removed, 'line')} removed`}>
                  −{removed}
                </span>
              </td>
              <td>
                <button
                  className="btn small"
                  type="button"
                  disabled={!canEdit}
                  aria-label={`Restore the state of ${time}`}
                  onClick={() => onRestore(snapshot)}
                >
                  <Icon name="rotate-ccw" />
                  Restore
                </button>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
