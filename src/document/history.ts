/**
 * @file Undo and redo over notebooks as data. A step is the whole notebook before an edit; notebooks share their
 * unchanged cells, so a step costs about the cell that was edited. Typing in one place makes one step per burst.
 */
import type { Notebook } from './notebook.ts';

/** Steps that can be undone. Each may hold the source of one large cell. */
export const STEPS_MAX = 200;

/** A pause in typing this long begins a new step. */
export const PAUSE_MS = 1000;

/** Typing without a pause begins a new step after this time, so that an undo never takes back much. */
export const BURST_MS = 10_000;

/** A run of keystrokes in one place; times as in `Edit`. */
type Burst = { readonly place: string; readonly startMs: number; readonly lastMs: number };

/** A notebook and the ones that it was before, the latest last, and was after, the next last. */
export type History = {
  readonly present: Notebook;
  readonly past: readonly Notebook[];
  readonly future: readonly Notebook[];
  /** The burst that the next keystroke may join. */
  readonly burst: Burst | null;
};

/** An edit that was made: when, in ms of any steady clock, and in which place a person typed; null for all but typing. */
export type Edit = { readonly atMs: number; readonly typedIn: string | null };

/** A history that begins with this notebook. */
export function beginHistory(notebook: Notebook): History {
  return { present: notebook, past: [], future: [], burst: null };
}

/** After an edit made `notebook` of the present one. Redo is gone then. */
export function record(history: History, notebook: Notebook, edit: Edit): History {
  if (notebook === history.present) return history;
  const joined = burstJoined(history.burst, edit);
  return {
    present: notebook,
    past: joined ? history.past : [...history.past, history.present].slice(-STEPS_MAX),
    future: [],
    burst: joined ?? burstBegun(edit),
  };
}

/** One step back; the same history when there is none. */
export function undo(history: History): History {
  const present = history.past.at(-1);
  if (!present) return history;
  return {
    present,
    past: history.past.slice(0, -1),
    future: [...history.future, history.present],
    burst: null,
  };
}

/** One step forward again; the same history when there is none. */
export function redo(history: History): History {
  const present = history.future.at(-1);
  if (!present) return history;
  return {
    present,
    past: [...history.past, history.present],
    future: history.future.slice(0, -1),
    burst: null,
  };
}

/** Ends the burst: the next keystroke begins a step. For when the cursor moves or the focus leaves. */
export function endBurst(history: History): History {
  return history.burst ? { ...history, burst: null } : history;
}

function burstBegun({ atMs, typedIn }: Edit): Burst | null {
  return typedIn === null ? null : { place: typedIn, startMs: atMs, lastMs: atMs };
}

function burstJoined(burst: Burst | null, { atMs, typedIn }: Edit): Burst | null {
  if (burst?.place !== typedIn || burst === null) return null;
  const joins = atMs - burst.lastMs < PAUSE_MS && atMs - burst.startMs < BURST_MS;
  return joins ? { ...burst, lastMs: atMs } : null;
}
