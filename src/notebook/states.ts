/** @file How the page says the state of a cell: an icon, a word, a sentence; never a colour alone. */
import type { CellState } from '../store/run.ts';
import type { IconName } from '../ui/icons.ts';

/** Icon and word of each state. */
export const STATES: Readonly<
  Record<CellState, { readonly icon: IconName; readonly word: string }>
> = {
  idle: { icon: 'circle', word: 'Not run' },
  queued: { icon: 'hourglass', word: 'Queued' },
  running: { icon: 'loader-circle', word: 'Running' },
  done: { icon: 'circle-check', word: 'Done' },
  error: { icon: 'circle-x', word: 'Error' },
  stale: { icon: 'history', word: 'Stale' },
  disabled: { icon: 'circle-slash', word: 'Disabled' },
  stopped: { icon: 'circle-stop', word: 'Stopped' },
};
