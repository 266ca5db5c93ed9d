/**
 * Goal: the table says what `originalPosition` says. Method: every place of the scripts of some cells.
 */
import { expect, test } from 'vitest';
import { columnAt, columnTableOf } from './columns.ts';
import { transpile } from './transpile.ts';

const OPTIONS = {
  sourceName: 'cell-1',
  entry: '__cell',
  library: new Set(['T']),
  offered: new Set(['x']),
};

test.each([
  'const z: Long<Type> = x * y + 1\nz',
  'for (const a of [1, 2]) {\n  a ** -x; f(a as number)\n}',
  '',
  'let a = 1\n++a\nif (a < 2) a += x.dot(x)',
])('the columns of %j', (text) => {
  const made = transpile(text, OPTIONS);
  if (made.kind === 'failed') throw new Error(made.error.message);
  const table = columnTableOf(made);
  made.script.split('\n').forEach((line, i) => {
    for (let column = 1; column <= line.length; column += 1)
      expect(columnAt(table, i + 1, column)).toBe(
        made.originalPosition(i + 1, column)?.column ?? 1,
      );
  });
});
