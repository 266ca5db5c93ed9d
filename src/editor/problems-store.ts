/** @file What the compiler has to say against each cell: for the squiggles of the editor and of static code. */
import { create } from 'zustand';
import type { CellProblem } from './language/protocol.ts';

/** By cell; a cell without problems is left out. */
export const useProblems = create<{
  readonly byCell: { readonly [cell: string]: readonly CellProblem[] };
}>(() => ({ byCell: {} }));

const NONE: readonly CellProblem[] = [];

/** The problems of a cell. */
export const problemsOfCell = (
  { byCell }: ReturnType<typeof useProblems.getState>,
  cell: string,
): readonly CellProblem[] => byCell[cell] ?? NONE;
