/**
 * @file Columns of a cell's script as plain data, so that the realm, which has no parser, can say where in the user's text
 * a call or an error stands. Lines are the same in both.
 */
import type { TranspiledCell } from './transpile.ts';

/** For each line of the script pieces of it: where a piece starts, the user's column there, and 1 where both go on
 *  together, 0 where the whole piece stands for one place. Columns start at 1. */
export type ColumnTable = readonly (readonly Piece[])[];
type Piece = readonly [scriptColumn: number, column: number, moves: 0 | 1];

/** The columns of a cell. */
export function columnTableOf({ script, originalPosition }: TranspiledCell): ColumnTable {
  return script.split('\n').map((text, i) => {
    const pieces: Piece[] = [];
    for (let at = 1; at <= text.length; at += 1) {
      const column = originalPosition(i + 1, at)?.column ?? 1;
      const last = pieces.at(-1);
      if (last === undefined || columnIn(last, at) !== column) {
        const held = last !== undefined && last[0] === at - 1 && last[1] === column;
        if (held) pieces[pieces.length - 1] = [last[0], column, 0];
        else pieces.push([at, column, 1]);
      }
    }
    return pieces;
  });
}

const columnIn = ([start, column, moves]: Piece, at: number): number =>
  moves === 1 ? column + at - start : column;

/** The user's column of a place in the script. */
export function columnAt(table: ColumnTable, line: number, scriptColumn: number): number {
  const piece = table[line - 1]?.findLast(([start]) => start <= scriptColumn);
  return piece === undefined ? scriptColumn : columnIn(piece, scriptColumn);
}
