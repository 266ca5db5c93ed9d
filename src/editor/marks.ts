/** @file What is wrong in a cell's text: where its last run failed. */
import type { CellRun } from '../store/run.ts';
import { offsetOf } from './places.ts';
import type { Mark } from './static-lines.ts';

/** What may follow the beginning of an expression and belongs to it. */
const WORD = /[\w$.\p{ID_Continue}]/u;
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']' };

/** The end of the expression that begins at an offset: names, members, calls and indices, at least one character. */
function expressionEnd(text: string, start: number): number {
  const open: string[] = [];
  let at = start;
  for (; at < text.length; at++) {
    const sign = text[at]!;
    const closing = CLOSING[sign];
    if (closing) open.push(closing);
    else if (sign === open.at(-1)) open.pop();
    else if (open.length === 0 && !WORD.test(sign)) break;
    else if (sign === '\n') break;
  }
  return Math.max(at, Math.min(start + 1, text.length));
}

/** Where the last run of a cell failed, in its own text; null where it did not, or elsewhere. */
export function failureIn(
  cell: string,
  source: string,
  { state, error }: Pick<CellRun, 'state' | 'error'>,
): Mark | null {
  if (state !== 'error' || error?.cell !== cell || error.line === null) return null;
  const { line, column } = error;
  if (column !== null) {
    const start = offsetOf(source, { line, column });
    return { start, end: expressionEnd(source, start) };
  }
  const start = offsetOf(source, { line, column: 1 });
  const text = source.slice(start).split('\n')[0]!;
  return {
    start: start + text.length - text.trimStart().length,
    end: start + text.trimEnd().length,
  };
}
