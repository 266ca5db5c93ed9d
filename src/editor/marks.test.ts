/** Goal: a failure is underlined where it is. Method: sources with the place of an error, and what is underlined. */
import { expect, test } from 'vitest';
import { IDLE_RUN, type CellRun } from '../store/run.ts';
import { failureIn } from './marks.ts';
import { offsetOf, placeOf } from './places.ts';

const failed = (line: number, column: number | null): CellRun => ({
  ...IDLE_RUN,
  state: 'error',
  error: { cell: 'a', line, column, code: 'dot_inner_extents', message: '' },
});

const SOURCE = 'const h = 1;\n  const q = T.softmax(h.dot(W3)[0] + 1);';

test.each([
  [2, 23, 'h.dot(W3)[0]'],
  [2, 13, 'T.softmax(h.dot(W3)[0] + 1)'],
  [1, null, 'const h = 1;'],
  [2, null, 'const q = T.softmax(h.dot(W3)[0] + 1);'],
  [2, 40, ';'],
  [9, 99, ''],
])('line %j, column %j', (line, column, text) => {
  const mark = failureIn('a', SOURCE, failed(line, column));
  expect(SOURCE.slice(mark?.start, mark?.end)).toBe(text);
});

test('a failure of another cell, and one of an earlier run, is none here', () => {
  expect(failureIn('b', SOURCE, failed(1, 1))).toBeNull();
  expect(failureIn('a', SOURCE, { ...failed(1, 1), state: 'stale' })).toBeNull();
});

test.each([
  [0, 1, 1],
  [13, 2, 1],
  [20, 2, 8],
])('offset %i is line %i, column %i', (offset, line, column) => {
  expect(placeOf(SOURCE, offset)).toEqual({ line, column });
  expect(offsetOf(SOURCE, { line, column })).toBe(offset);
});
