/** Goal: values are told as the page writes types. Method: summaries as the realm makes them. */
import { expect, test } from 'vitest';
import type { NameSummary } from '../cells/outputs.ts';
import { hintsIn, valueLine } from './values.ts';

const COST: NameSummary = { name: 'cost', kind: 'tensor', dtype: 'float32', shape: [], text: '' };
const ROWS: NameSummary = {
  ...COST,
  name: 'rows',
  kind: 'array',
  shape: [null, 2],
  dtype: 'int32',
};

test.each<[NameSummary, string | null]>([
  [COST, 'cost: float32 []'],
  [{ ...COST, text: '2.31' }, 'cost: float32 [] = 2.31'],
  [ROWS, 'rows: int32 [?, 2]'],
  [{ ...COST, kind: 'other', dtype: null, shape: null, text: '"a"' }, 'cost = "a"'],
  [{ ...COST, kind: 'function', dtype: null, shape: null }, null],
])('%j', (summary, line) => {
  expect(valueLine(summary)).toBe(line);
});

test.each([
  ['const cost = x.sum();', [{ line: 1, column: 11, text: ': f32[]' }]],
  ['\n  let cost= 1', [{ line: 2, column: 11, text: ': f32[]' }]],
  ['const rows = 1;\ncost', [{ line: 1, column: 11, text: ': i32[?, 2]' }]],
  ['const { cost } = a; const costs = 1; const cost: Tensor = x; if (cost == 1);', []],
])('%j has hints', (source, hints) => {
  expect(hintsIn(source, [COST, ROWS])).toEqual(hints);
});

test('inputs and shared variables have none: they say their types themselves', () => {
  expect(hintsIn('const cost = T.scalar();', [{ ...COST, kind: 'input' }])).toEqual([]);
});
