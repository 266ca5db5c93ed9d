/**
 * @file What an edit changed, as a small entry of a journal: a large notebook is written whole now and then, and a burst of
 * typing writes the cell that it touched. Applying an entry to what stood before gives what stood after, always.
 */
import type { ControlValue } from '../cells/outputs.ts';
import { isRecord } from './json.ts';
import type { Cell, Notebook } from './notebook.ts';
import { readNotebook, STORAGE_LIMITS } from './read-notebook.ts';

/** Values of sliders and their kind, by name. */
export type Controls = { readonly [name: string]: ControlValue };

/** What is kept of a notebook. */
export type Kept = { readonly notebook: Notebook; readonly controls: Controls };

/** What differs between two states of one notebook; what is absent is as before. */
export type Change = {
  /** All but the cells, when any of it changed. */
  readonly head?: Omit<Notebook, 'cells'>;
  /** Cells that are new or changed. */
  readonly cells?: readonly Cell[];
  /** Ids of all cells in order, when cells came, went or moved. */
  readonly order?: readonly string[];
  readonly controls?: Controls;
};

/** What turned `before` into `after`; null when nothing did. */
export function changeBetween(before: Kept, after: Kept): Change | null {
  const change: Change = {
    ...(!hasSameHead(before.notebook, after.notebook) && { head: headOf(after.notebook) }),
    ...cellChanges(before.notebook.cells, after.notebook.cells),
    ...(before.controls !== after.controls && { controls: after.controls }),
  };
  return Object.keys(change).length === 0 ? null : change;
}

/** `before` after that change. */
export function applyChange(before: Kept, change: Change): Kept {
  const cells = new Map(before.notebook.cells.map((cell) => [cell.id, cell]));
  for (const cell of change.cells ?? []) cells.set(cell.id, cell);
  const order = change.order ?? before.notebook.cells.map(({ id }) => id);
  return {
    notebook: {
      ...(change.head ?? headOf(before.notebook)),
      cells: order.flatMap((id) => cells.get(id) ?? []),
    },
    controls: change.controls ?? before.controls,
  };
}

/** Something from storage as what is kept, or why it is not. An older or broken version of this page may have written it. */
export function readKept(
  notebook: unknown,
  controls: unknown,
): { readonly ok: true; readonly kept: Kept } | { readonly ok: false; readonly why: string } {
  const read = readNotebook(notebook, STORAGE_LIMITS);
  return read.ok
    ? { ok: true, kept: { notebook: read.notebook, controls: readControls(controls) } }
    : { ok: false, why: read.message };
}

/** Values of controls; what no control can hold is passed over, since a cell sets it anew. */
function readControls(value: unknown): Controls {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, ControlValue] =>
      ['number', 'string', 'boolean'].includes(typeof entry[1]),
    ),
  );
}

function headOf(notebook: Notebook): Omit<Notebook, 'cells'> {
  const { cells: _, ...head } = notebook;
  return head;
}

/** Edits share what they do not touch, so that identity tells. */
function hasSameHead(before: Notebook, after: Notebook): boolean {
  return (
    before.id === after.id &&
    before.title === after.title &&
    before.runMode === after.runMode &&
    before.metadata === after.metadata
  );
}

function cellChanges(
  before: readonly Cell[],
  after: readonly Cell[],
): Pick<Change, 'cells' | 'order'> {
  if (before === after) return {};
  const known = new Map(before.map((cell) => [cell.id, cell]));
  const cells = after.filter((cell) => known.get(cell.id) !== cell);
  const isSameOrder =
    before.length === after.length && before.every(({ id }, at) => id === after[at]?.id);
  return {
    ...(cells.length > 0 && { cells }),
    ...(!isSameOrder && { order: after.map(({ id }) => id) }),
  };
}
