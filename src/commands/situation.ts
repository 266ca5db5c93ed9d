/** @file What commands ask before they offer themselves. */
import type { Cell, RunMode } from '../document/notebook.ts';
import { useNotebook } from '../store/notebook.ts';
import { useRun, type RunState } from '../store/run.ts';
import { useRouteState } from '../routes.ts';
import { hasDrawer, useView } from '../notebook/view.ts';
import { focusedCell, selectedCells } from './cell-actions.ts';

/** The state of the page, as far as commands depend on it. */
export type Situation = {
  readonly hasNotebook: boolean;
  /** Another tab may hold the notebook. */
  readonly canEdit: boolean;
  /** Whether it is a notebook of this browser, and no link or lesson. */
  readonly isKept: boolean;
  readonly cell: Cell | null;
  readonly selectedCount: number;
  readonly mode: 'command' | 'edit';
  readonly isRunning: boolean;
  readonly staleCount: number;
  readonly runMode: RunMode;
  /** Whether a drawer lies over a narrow page. */
  readonly hasDrawer: boolean;
  readonly hasClipboard: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
};

/** Whether a cell runs or waits to. */
export const isBusy = ({ cells }: RunState): boolean =>
  Object.values(cells).some(({ state }) => state === 'running' || state === 'queued');

/** How many cells are stale. */
export const staleCountOf = ({ cells }: RunState): number =>
  Object.values(cells).filter(({ state }) => state === 'stale').length;

/** Now. */
export function situationNow(mode: Situation['mode']): Situation {
  const { route } = useRouteState.getState();
  const { history, save, origin } = useNotebook.getState();
  const run = useRun.getState();
  return {
    hasNotebook: route.kind !== 'home' && route.kind !== 'unknown',
    canEdit: save.kind !== 'readOnly',
    isKept: origin.kind === 'local',
    cell: focusedCell(),
    selectedCount: selectedCells().length,
    mode,
    isRunning: isBusy(run),
    staleCount: staleCountOf(run),
    runMode: history.present.runMode,
    hasDrawer: hasDrawer(),
    hasClipboard: useView.getState().clipboard.length > 0,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
  };
}
