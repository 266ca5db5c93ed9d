/** @file What stands in the margin beside a cell, as texts: its state, time, counts and reasons. */
import type { FunctionSummary } from '../../engine/worker/protocol.ts';
import type { Cell } from '../document/notebook.ts';
import type { CellRun, CellState } from '../store/run.ts';
import { runLength, sayDuration, showDuration } from '../ui/format.ts';
import { STATES } from './states.ts';

/** A note under the state: `name` is set apart. `isMinor` notes go first where there is little room. */
type Note = {
  readonly name: string | null;
  readonly text: string;
  readonly isMinor: boolean;
};

/** All notes of a cell. */
type MarginNotes = {
  readonly state: CellState;
  readonly word: string;
  readonly notes: readonly Note[];
};

/** A state of the run; a cell that is switched off is so whatever ran before. */
export function stateOf(cell: Cell, run: CellRun): CellState {
  return cell.isDisabled ? 'disabled' : run.state;
}

/** Progress of a cell that runs: `41 of 60`. */
function progressOf({ outputs }: CellRun): string | null {
  const last = outputs.findLast((output) => output.kind === 'progress');
  if (last?.kind !== 'progress' || last.total === null) return null;
  return `${last.done.toLocaleString('en')} of ${last.total.toLocaleString('en')}`;
}

function wordOf(state: CellState, run: CellRun, now: number): string {
  const { word } = STATES[state];
  if (state === 'done') return showDuration(runLength(run, now) ?? 0);
  if (state === 'running') return progressOf(run) ?? word;
  const line = run.error?.line ?? null;
  return state === 'error' && line !== null ? `${word}, line ${line}` : word;
}

const plain = (text: string, isMinor = true): Note => ({ name: null, text, isMinor });

/** What the compiler made of the cell. */
function functionNote({ name, tracedCount, optimizedCount }: FunctionSummary): Note {
  const counts =
    tracedCount === optimizedCount
      ? `${tracedCount} nodes`
      : `${tracedCount} to ${optimizedCount} nodes`;
  return { name, text: counts, isMinor: true };
}

/** Functions that a margin names; a cell that compiles in a loop would fill the page. */
const FUNCTIONS_MAX = 3;

/** The notes of a code cell. `functions`: those that it compiled; `now`: ms since 1970. */
export function notesOf(
  cell: Cell,
  run: CellRun,
  functions: readonly FunctionSummary[],
  now: number,
): MarginNotes {
  const state = stateOf(cell, run);
  const length = runLength(run, now);
  const notes = [
    ...(state === 'running' && length !== null ? [plain(`running ${showDuration(length)}`)] : []),
    ...(run.reason !== null && state !== 'disabled' ? [plain(run.reason, false)] : []),
    ...functions.slice(-FUNCTIONS_MAX).map(functionNote),
    ...(cell.isOneShot ? [plain('one-shot: runs by hand')] : []),
  ];
  return { state, word: wordOf(state, run, now), notes };
}

/** What a screen reader says of a cell: `Cell 5: code, being edited, done in 6 milliseconds`. */
export function labelOf(
  cell: Cell,
  run: CellRun,
  { number, isEdited }: { readonly number: number; readonly isEdited: boolean },
): string {
  const kind = cell.kind === 'code' ? 'code' : 'text';
  const edited = isEdited ? ', being edited' : '';
  const said = cell.kind === 'code' ? `, ${sayState(stateOf(cell, run), run)}` : '';
  return `Cell ${number}: ${kind}${edited}${said}`;
}

function sayState(state: CellState, run: CellRun): string {
  const word = STATES[state].word.toLowerCase();
  const length = runLength(run, run.endedAt ?? 0);
  if (state === 'done' && length !== null) return `done in ${sayDuration(length)}`;
  if (state === 'error') return `error${run.error?.line ? ` in line ${run.error.line}` : ''}`;
  return run.reason === null ? word : `${word}, ${run.reason}`;
}
