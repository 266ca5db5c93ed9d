/** @file Where in cells something was written: the first frame of a stack that is a cell's, in the user's own columns. */
import type { Position } from '../../../engine/ir/graph.ts';
import { columnAt, type ColumnTable } from '../columns.ts';
import { cellOfSource } from '../names.ts';

/** Frames looked at: a call of the library may stand deep below the cell's own. */
const FRAMES = 50;

const FRAME = /(cell-[A-Za-z0-9_-]+):(\d+):(\d+)/;

/** Columns of the latest script of each cell. */
const tables = new Map<string, ColumnTable>();

/** Errors, too, must tell the cell's frame below those of the library. */
export const keepDeepStacks = (): void => {
  Error.stackTraceLimit = FRAMES;
};

export const noteColumns = (cell: string, columns: ColumnTable): void =>
  void tables.set(cell, columns);

/** The place of the innermost frame that is a cell's; `null` where there is none. */
export function placeInStack(stack: string | undefined): Position | null {
  const frame = FRAME.exec(stack ?? '');
  const cell = frame === null ? null : cellOfSource(frame[1]!);
  if (frame === null || cell === null) return null;
  const [line, column] = [Number(frame[2]), Number(frame[3])];
  return { source: cell, line, column: columnAt(tables.get(cell) ?? [], line, column) };
}

/** The place of the call that is under way. */
export function currentPlace(): Position | null {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const { stack } = new Error('position');
  Error.stackTraceLimit = before;
  return placeInStack(stack);
}
