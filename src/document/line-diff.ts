/**
 * @file How many lines two states of a notebook differ by, as version control counts them: the longest common subsequence of
 * the lines of each cell that both have; a cell that only one has counts whole.
 */
import type { Notebook } from './notebook.ts';

/** Lines that came and went. */
export type LineDiff = { readonly added: number; readonly removed: number };

/** Lines of the part that differs, beyond which the count is by lines as a set: the exact one costs their product. */
const EXACT_LINES_MAX = 2000;

/** Lines that turn `before` into `after`. */
export function lineDiff(before: Notebook, after: Notebook): LineDiff {
  const older = new Map(before.cells.map(({ id, source }) => [id, source]));
  const newer = new Map(after.cells.map(({ id, source }) => [id, source]));
  const ids = new Set([...older.keys(), ...newer.keys()]);
  let added = 0;
  let removed = 0;
  for (const id of ids) {
    const diff = diffOfTexts(older.get(id) ?? null, newer.get(id) ?? null);
    added += diff.added;
    removed += diff.removed;
  }
  return { added, removed };
}

/** Null for a cell that is not there. */
function diffOfTexts(before: string | null, after: string | null): LineDiff {
  if (before === after) return { added: 0, removed: 0 };
  const older = before?.split('\n') ?? [];
  const newer = after?.split('\n') ?? [];
  const [a, b] = withoutCommonEnds(older, newer);
  const common =
    Math.max(a.length, b.length) > EXACT_LINES_MAX ? sharedCount(a, b) : subsequenceLength(a, b);
  return { added: b.length - common, removed: a.length - common };
}

type Lines = readonly string[];

function withoutCommonEnds(a: Lines, b: Lines): readonly [Lines, Lines] {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  return [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
}

/** Length of the longest common subsequence, by rows of the usual table. */
function subsequenceLength(a: Lines, b: Lines): number {
  let row = new Uint32Array(b.length + 1);
  for (const line of a) {
    const next = new Uint32Array(b.length + 1);
    for (let at = 0; at < b.length; at += 1) {
      next[at + 1] = line === b[at] ? row[at]! + 1 : Math.max(row[at + 1]!, next[at]!);
    }
    row = next;
  }
  return row[b.length]!;
}

/** Lines that both have, in any order. */
function sharedCount(a: Lines, b: Lines): number {
  const left = new Map<string, number>();
  for (const line of a) left.set(line, (left.get(line) ?? 0) + 1);
  let shared = 0;
  for (const line of b) {
    const count = left.get(line) ?? 0;
    if (count > 0) shared += 1;
    left.set(line, count - 1);
  }
  return shared;
}
