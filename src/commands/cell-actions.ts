/** @file What commands do to cells: each works on the cells that are selected, and leaves a sensible selection. */
import { runCell } from '../cells/runner.ts';
import {
  deleteCell,
  duplicateOf,
  insertCell,
  makeCell,
  mergeCells,
  moveCell,
  setKind,
  splitCell,
  newCellId,
  switchOff,
  switchOn,
  type Cell,
  type CellFlag,
  type CellKind,
  type Notebook,
} from '../document/notebook.ts';
import { keepClipboard, useView } from '../notebook/view.ts';
import { editNotebook, leavePreview, presentNotebook } from '../store/notebook.ts';
import { focusCell, select, useSelection } from '../store/selection.ts';
import { showCount } from '../ui/format.ts';
import { showToast } from '../ui/toast.ts';

/** The cells that commands work on, in document order. */
export function selectedCells(): readonly Cell[] {
  const { cells } = useSelection.getState();
  return presentNotebook().cells.filter((cell) => cells.includes(cell.id));
}

/** The place of the cell that has the focus, or -1. */
function focusedIndex(): number {
  const { cell } = useSelection.getState();
  return presentNotebook().cells.findIndex(({ id }) => id === cell);
}

/** The cell that has the focus, or null. */
export function focusedCell(): Cell | null {
  return presentNotebook().cells[focusedIndex()] ?? null;
}

/** The focus one cell up or down, or to an end; from nowhere to the first cell. */
export function moveFocus(by: number): void {
  const { cells } = presentNotebook();
  const at = focusedIndex();
  const next = cells[at < 0 ? 0 : Math.min(Math.max(0, at + by), cells.length - 1)];
  if (next) focusCell(next.id, 'command');
}

/** The selection one cell further up or down: cells between the first that was selected and the one reached. */
export function extendSelection(by: number): void {
  const { cells } = presentNotebook();
  const at = focusedIndex();
  const reached = cells[at + by];
  if (at < 0 || !reached) return;
  const held = useSelection.getState().cells;
  const isShrinking = held.includes(reached.id);
  const next = isShrinking ? held.filter((id) => id !== cells[at]?.id) : [...held, reached.id];
  select({ cell: reached.id, cells: next });
}

/** Into the editor of the cell with the focus; a folded one unfolds. */
export function editFocused(): void {
  const cell = focusedCell();
  if (cell?.isFolded) editNotebook((notebook) => switchOff(notebook, cell.id, 'isFolded'));
  select({ mode: 'edit' });
}

export function selectAll(): void {
  const ids = presentNotebook().cells.map(({ id }) => id);
  select({ cell: useSelection.getState().cell ?? ids[0] ?? null, cells: ids, mode: 'command' });
}

/** Where a new cell stands. */
export type InsertAt = {
  readonly index: number;
  readonly kind: CellKind;
  readonly source?: string;
  readonly mode: 'command' | 'edit';
};

/** A new cell, which takes the focus. */
export function insertAt({ index, kind, source = '', mode }: InsertAt): void {
  const cell = makeCell(kind, source);
  editNotebook((notebook) => insertCell(notebook, index, cell));
  focusCell(cell.id, mode);
}

/** A new code cell beside the one with the focus; at the end where none has it. */
export function insertBeside(side: 'above' | 'below', mode: 'command' | 'edit'): void {
  const at = focusedIndex();
  const index = at < 0 ? presentNotebook().cells.length : at + (side === 'above' ? 0 : 1);
  insertAt({ index, kind: 'code', mode });
}

/** A slider to begin with. Its name must be new in the notebook. */
export function sliderSource(notebook: Notebook): string {
  const taken = notebook.cells.map((cell) => cell.source).join('\n');
  const names = ['amount', ...Array.from({ length: 98 }, (_, i) => `amount${i + 2}`)];
  const name = names.find((word) => !new RegExp(`\\b${word}\\b`).test(taken)) ?? 'amount';
  return `const ${name} = slider({ min: 0, max: 10, step: 1, value: 5, label: 'Amount' });`;
}

function takeOut(cells: readonly Cell[]): void {
  const before = presentNotebook();
  const first = before.cells.findIndex((cell) => cell === cells[0]);
  editNotebook((notebook) => cells.reduce((left, cell) => deleteCell(left, cell.id), notebook));
  const left = presentNotebook().cells;
  focusCell((left[first] ?? left.at(-1))?.id ?? null, 'command');
}

/** Puts cells back where they stood, as far as the notebook still has those places. */
function putBack(before: Notebook, cells: readonly Cell[]): void {
  editNotebook((notebook) =>
    cells.reduce(
      (whole, cell) =>
        whole.cells.some(({ id }) => id === cell.id)
          ? whole
          : insertCell(whole, before.cells.indexOf(cell), cell),
      notebook,
    ),
  );
  focusCell(cells[0]?.id ?? null, 'command');
}

/** Deletes what is selected. A message offers to undo it, and so does Z. */
export function deleteSelected(): void {
  const before = presentNotebook();
  const cells = selectedCells();
  if (cells.length === 0) return;
  takeOut(cells);
  const what =
    cells.length === 1
      ? `Cell ${before.cells.indexOf(cells[0]!) + 1} deleted.`
      : `${showCount(cells.length, 'cell')} deleted.`;
  showToast(what, { action: { title: 'Undo', run: () => putBack(before, cells) } });
}

export function copySelected(): void {
  keepClipboard(selectedCells());
}

export function cutSelected(): void {
  const cells = selectedCells();
  keepClipboard(cells);
  if (cells.length > 0) takeOut(cells);
}

function insertAll(index: number, cells: readonly Cell[]): void {
  editNotebook((notebook) =>
    cells.reduce((whole, cell, i) => insertCell(whole, index + i, cell), notebook),
  );
  const last = cells.at(-1);
  if (last) select({ cell: last.id, cells: cells.map(({ id }) => id), mode: 'command' });
}

/** What was cut or copied, below the cell with the focus. */
export function pasteBelow(): void {
  insertAll(focusedIndex() + 1, useView.getState().clipboard.map(duplicateOf));
}

export function duplicateSelected(): void {
  const cells = selectedCells();
  const last = presentNotebook().cells.findLastIndex((cell) => cells.includes(cell));
  insertAll(last + 1, cells.map(duplicateOf));
}

const eachSelected = (change: (notebook: Notebook, cell: Cell) => Notebook): void => {
  const cells = selectedCells();
  editNotebook((notebook) => cells.reduce(change, notebook));
};

export function setKindOfSelected(kind: CellKind): void {
  eachSelected((notebook, { id }) => setKind(notebook, id, kind));
}

/** Switches the flag on for all that are selected, or off when all have it. */
export function toggleFlag(flag: CellFlag): void {
  const isOn = selectedCells().every((cell) => cell[flag] === true);
  const change = isOn ? switchOff : switchOn;
  eachSelected((notebook, { id }) => change(notebook, id, flag));
}

/** Joins what is selected; one cell alone is joined with the one below. */
export function mergeSelected(): void {
  const { cells } = presentNotebook();
  const selected = selectedCells();
  const below = cells[focusedIndex() + 1];
  const merged = selected.length > 1 || !below ? selected : [...selected, below];
  if (merged.length < 2) return;
  editNotebook((notebook) =>
    mergeCells(
      notebook,
      merged.map(({ id }) => id),
    ),
  );
  focusCell(merged[0]?.id ?? null, 'command');
}

/** Cuts the cell with the focus in two at an offset of its source. */
export function splitFocused(offset: number): void {
  const cell = focusedCell();
  if (!cell) return;
  const tailId = newCellId();
  editNotebook((notebook) => splitCell(notebook, { id: cell.id, offset, tailId }));
  focusCell(tailId, 'edit');
}

/** Moves what is selected one place up or down, as one block. */
export function moveSelected(by: -1 | 1): void {
  const cells = selectedCells();
  const all = presentNotebook().cells;
  const edge = by < 0 ? cells[0] : cells.at(-1);
  const isAtEnd = edge === undefined || edge === (by < 0 ? all[0] : all.at(-1));
  if (isAtEnd) return;
  const ordered = by < 0 ? cells : cells.toReversed();
  editNotebook((notebook) =>
    ordered.reduce(
      (moved, { id }) => moveCell(moved, id, moved.cells.findIndex((cell) => cell.id === id) + by),
      notebook,
    ),
  );
}

/** Runs the code cells that are selected, in order. A person asked: a preview ends. */
async function runSelected(): Promise<void> {
  const cells = selectedCells().filter(({ kind }) => kind === 'code');
  if (cells.length > 0) leavePreview();
  for (const { id } of cells) {
    // In order: a cell may read what the one before it wrote.
    // oxlint-disable-next-line eslint/no-await-in-loop -- the order is the point
    await runCell(id);
  }
}

/** Runs, and goes to the next cell, which is made where there is none. */
export function runAndGoOn(): void {
  void runSelected();
  const { cells } = presentNotebook();
  const at = focusedIndex();
  const next = cells[at + 1];
  if (next) focusCell(next.id, 'command');
  else insertAt({ index: cells.length, kind: 'code', mode: 'edit' });
}

/** Runs, and makes a cell below to write in. */
export function runAndInsert(): void {
  void runSelected();
  insertBeside('below', 'edit');
}

/** Runs, and stays, out of the editor. */
export function runInPlace(): void {
  void runSelected();
  select({ mode: 'command' });
}
