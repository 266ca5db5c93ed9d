/**
 * @file A notebook as plain immutable data, and every edit of it as a pure function. Outputs are no part of it.
 * An edit shares all cells that it does not touch, and gives back the very same notebook when it changes
 * nothing, so `===` tells whether there is something to save. Cell ids are unique within a notebook.
 */
import type { JsonObject } from './json.ts';

/** What a cell holds: a program, or text. */
export type CellKind = 'code' | 'markdown';

/** What a person can switch on for a cell. */
export type CellFlag = 'isOneShot' | 'isDisabled' | 'isFolded';

/** The flags, in the order in which files name them. */
export const CELL_FLAGS: readonly CellFlag[] = ['isOneShot', 'isDisabled', 'isFolded'];

/** One cell. A flag that is off is absent, so that equal cells have equal fields. */
export type Cell = {
  readonly id: string;
  readonly kind: CellKind;
  readonly source: string;
  /** Turns stale instead of running again. */
  readonly isOneShot?: true;
  /** Never runs. */
  readonly isDisabled?: true;
  /** Its source is hidden. */
  readonly isFolded?: true;
  /** What other programs noted in a file; kept for when it is written again, and never empty. */
  readonly metadata?: JsonObject;
};

/** Whether cells that depend on a changed one run at once or turn stale. */
export type RunMode = 'auto' | 'lazy';

/** A notebook. */
export type Notebook = {
  readonly id: string;
  readonly title: string;
  readonly runMode: RunMode;
  readonly cells: readonly Cell[];
  /** As in a cell. */
  readonly metadata?: JsonObject;
};

/** Base 32: every byte gives one letter without bias, and case never matters. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** 50 bits: distinct within a notebook, and short in a link. */
const CELL_ID_LETTERS = 10;

/** 130 bits: no link or file can name a notebook of this browser by guessing. */
const NOTEBOOK_ID_LETTERS = 26;

/** An id for a new cell. */
export function newCellId(): string {
  return randomLetters(CELL_ID_LETTERS);
}

/** An id for a new notebook. */
export function newNotebookId(): string {
  return randomLetters(NOTEBOOK_ID_LETTERS);
}

function randomLetters(count: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(count));
  return Array.from(bytes, (byte) => LETTERS.charAt(byte & 31)).join('');
}

/** A cell with a new id. */
export function makeCell(kind: CellKind, source = ''): Cell {
  return { id: newCellId(), kind, source };
}

/** A notebook with a new id. */
export function makeNotebook(title: string, cells: readonly Cell[] = []): Notebook {
  return { id: newNotebookId(), title, runMode: 'auto', cells };
}

/** The same content as a notebook of its own. Cells keep their ids, which need only differ within a notebook. */
export function forkOf(notebook: Notebook): Notebook {
  return { ...notebook, id: newNotebookId() };
}

/** The same content as a cell of its own, to paste beside the first. */
export function duplicateOf(cell: Cell): Cell {
  return { ...cell, id: newCellId() };
}

/** The cell of that id, or null. */
export function cellOf(notebook: Notebook, id: string): Cell | null {
  return notebook.cells.find((cell) => cell.id === id) ?? null;
}

/** The place of that cell, or -1. */
function indexOfCell(notebook: Notebook, id: string): number {
  return notebook.cells.findIndex((cell) => cell.id === id);
}

/** With another title. */
export function setTitle(notebook: Notebook, title: string): Notebook {
  return title === notebook.title ? notebook : { ...notebook, title };
}

/** With another way of running. */
export function setRunMode(notebook: Notebook, runMode: RunMode): Notebook {
  return runMode === notebook.runMode ? notebook : { ...notebook, runMode };
}

/** With `cell` at the place `index`, which is held to the ends. Throws when its id is taken: paste a `duplicateOf`. */
export function insertCell(notebook: Notebook, index: number, cell: Cell): Notebook {
  if (cellOf(notebook, cell.id)) throw new Error(`insertCell: the id ${cell.id} is taken.`);
  return withCells(notebook, notebook.cells.toSpliced(Math.max(0, index), 0, cell));
}

/** Without that cell. */
export function deleteCell(notebook: Notebook, id: string): Notebook {
  const cells = notebook.cells.filter((cell) => cell.id !== id);
  return cells.length === notebook.cells.length ? notebook : withCells(notebook, cells);
}

/** With that cell at the place `index`, counted after the move and held to the ends. */
export function moveCell(notebook: Notebook, id: string, index: number): Notebook {
  const before = indexOfCell(notebook, id);
  const after = Math.min(Math.max(0, index), notebook.cells.length - 1);
  if (before < 0 || before === after) return notebook;
  const cells = notebook.cells.toSpliced(before, 1);
  return withCells(notebook, cells.toSpliced(after, 0, notebook.cells[before]!));
}

/** With another source in that cell. */
export function setSource(notebook: Notebook, id: string, source: string): Notebook {
  return changeCell(notebook, id, (cell) => (cell.source === source ? cell : { ...cell, source }));
}

/** With that cell as code or as text. */
export function setKind(notebook: Notebook, id: string, kind: CellKind): Notebook {
  return changeCell(notebook, id, (cell) => (cell.kind === kind ? cell : { ...cell, kind }));
}

/** With the flag of that cell on. */
export function switchOn(notebook: Notebook, id: string, flag: CellFlag): Notebook {
  return changeCell(notebook, id, (cell) => (cell[flag] ? cell : { ...cell, [flag]: true }));
}

/** With the flag of that cell off. */
export function switchOff(notebook: Notebook, id: string, flag: CellFlag): Notebook {
  return changeCell(notebook, id, (cell) => {
    if (!cell[flag]) return cell;
    const { [flag]: _, ...rest } = cell;
    return rest;
  });
}

/**
 * With those cells, wherever they stand, joined by line ends into the first of them in document order. It
 * keeps its id and kind; the result is one-shot or disabled when one of them was.
 */
export function mergeCells(notebook: Notebook, ids: readonly string[]): Notebook {
  const merged = notebook.cells.filter((cell) => ids.includes(cell.id));
  const [first, second] = merged;
  if (!first || !second) return notebook;
  const whole: Cell = {
    ...first,
    source: merged.map((cell) => cell.source).join('\n'),
    ...(merged.some((cell) => cell.isOneShot) && { isOneShot: true }),
    ...(merged.some((cell) => cell.isDisabled) && { isDisabled: true }),
  };
  const cells = notebook.cells.filter((cell) => cell === first || !merged.includes(cell));
  return withCells(notebook, cells.with(cells.indexOf(first), whole));
}

/** Where to cut: `offset` in UTF-16 units of the source; `tailId` is the id of the new second half. */
export type Cut = { readonly id: string; readonly offset: number; readonly tailId: string };

/** With that cell in two. A line end at the cut goes, so that `mergeCells` undoes a cut at one. */
export function splitCell(notebook: Notebook, { id, offset, tailId }: Cut): Notebook {
  const index = indexOfCell(notebook, id);
  const cell = notebook.cells[index];
  if (!cell) return notebook;
  let head = cell.source.slice(0, Math.max(0, offset));
  let tail = cell.source.slice(head.length);
  if (tail.startsWith('\n')) tail = tail.slice(1);
  else if (head.endsWith('\n')) head = head.slice(0, -1);
  const halved = setSource(notebook, id, head);
  return insertCell(halved, index + 1, { ...cell, id: tailId, source: tail });
}

function withCells(notebook: Notebook, cells: readonly Cell[]): Notebook {
  return { ...notebook, cells };
}

function changeCell(notebook: Notebook, id: string, change: (cell: Cell) => Cell): Notebook {
  const index = indexOfCell(notebook, id);
  const cell = notebook.cells[index];
  const changed = cell && change(cell);
  return !changed || changed === cell
    ? notebook
    : withCells(notebook, notebook.cells.with(index, changed));
}
