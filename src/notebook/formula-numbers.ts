/** @file Formulas on lines of their own are numbered through the notebook. */
import type { Cell } from '../document/notebook.ts';

/** How many such formulas a text has, as `src/output/markdown-late.ts` reads it. */
export function countFormulas(source: string): number {
  const prose = source.replace(/^ {0,3}```[\s\S]*?^ {0,3}```/gm, '');
  return prose.match(/^ {0,3}\$\$[^$]+?\$\$[ \t]*$/gm)?.length ?? 0;
}

/** For each cell the number of its first formula. */
export function formulaNumbers(cells: readonly Cell[]): readonly number[] {
  let next = 1;
  return cells.map(({ kind, source }) => {
    const first = next;
    if (kind === 'markdown') next += countFormulas(source);
    return first;
  });
}
