/** Goal: every value of a cell has a text and a form, whatever it is made of, of a size that the page can take. */
import { describe, expect, test } from 'vitest';
import { compile, NDArray, shared, T } from '../../../engine/arignote.ts';
import { OUTPUT_LIMITS } from '../read-output.ts';
import { arrayOutput, summaryOf, tableOutput, textOf } from './values.ts';

const loop: Record<string, unknown> = { name: 'loop' };
loop['self'] = loop;

const TEXTS: readonly (readonly [unknown, string])[] = [
  ['plain', 'plain'],
  [['a', 1, null], '["a", 1, null]'],
  [{ a: 1, b: { c: [true] } }, '{ a: 1, b: { c: [true] } }'],
  [undefined, 'undefined'],
  [12n, '12n'],
  [Symbol('s'), 'Symbol(s)'],
  [function step() {}, 'function step'],
  [new Map([['a', 1]]), 'Map [["a", 1]]'],
  [new Set([1]), 'Set [1]'],
  [Float32Array.of(1, 2), 'Float32Array [1, 2]'],
  [new TypeError('no'), 'TypeError: no'],
  [loop, '{ name: "loop", self: { name: "loop", self: { name: "loop", self: {...} } } }'],
  [[[[['deep']]]], '[[[[...]]]]'],
];

describe('the text of a value', () => {
  test.each(TEXTS)('%# is %s', (value, text) => {
    expect(textOf(value)).toBe(text);
  });

  test('stays short for long lists and wide objects', () => {
    expect(textOf(Array.from({ length: 1e5 }, (_, i) => i))).toMatch(/, 49, \.\.\.\]$/);
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i]));
    expect(textOf(wide).length).toBeLessThan(1000);
  });
});

describe('an array to be shown', () => {
  test('has all of its numbers, and none of the memory of the cell', () => {
    const array = new NDArray(Float32Array.of(1, 2, 3, 4), [2, 2], 'float32');
    const output = arrayOutput(array, {});
    array.data.fill(0);
    expect(output).toMatchObject({ shape: [2, 2], data: Float32Array.of(1, 2, 3, 4), whole: null });
  });

  test('that is too large is shown by its first rows', () => {
    const rows = OUTPUT_LIMITS.bytes / 4 / 1024;
    const array = new NDArray(new Float32Array(3 * rows * 1024), [3 * rows, 1024], 'float32');
    expect(arrayOutput(array, {})).toMatchObject({
      shape: [rows, 1024],
      whole: [3 * rows, 1024],
    });
  });

  test('may be a single number, or none', () => {
    expect(arrayOutput(new NDArray(Float32Array.of(7), [], 'float32'), {})).toMatchObject({
      shape: [],
      whole: null,
    });
    expect(arrayOutput(new NDArray(new Float32Array(0), [0, 3], 'float32'), {})).toMatchObject({
      shape: [0, 3],
      whole: null,
    });
  });
});

describe('a list of records', () => {
  test('is a table of all their fields', () => {
    const output = tableOutput([
      { a: 1, b: 'x' },
      { a: null, c: [1, 2] },
    ]);
    expect(output).toEqual({
      kind: 'table',
      columns: ['a', 'b', 'c'],
      rows: [
        [1, 'x', null],
        [null, null, '[1, 2]'],
      ],
      rowCount: 2,
    });
  });

  test.each([[[]], [[1, 2]], ['text'], [{ a: 1 }], [[Float32Array.of(1)]]])(
    '%j is none',
    (value) => {
      expect(tableOutput(value)).toBeNull();
    },
  );
});

describe('a name in the list of names', () => {
  const x = T.matrix('x');
  const W = shared(T.host.zeros([3, 2]), 'W');
  const NAMES = [
    ['input', x, { kind: 'input', dtype: 'float32', shape: [null, null], text: '' }],
    ['shared variable', W, { kind: 'shared', dtype: 'float32', shape: [3, 2], text: '' }],
    ['tensor', x.dot(W), { kind: 'tensor', dtype: 'float32', shape: [null, 2], text: '' }],
    ['function', compile([x], x.dot(W)), { kind: 'function', dtype: null, shape: null, text: '' }],
    ['array', T.host.zeros([2]), { kind: 'array', dtype: 'float32', shape: [2] }],
    ['number', 12.5, { kind: 'other', dtype: null, shape: null, text: '12.5' }],
    ['promise', Promise.resolve(1), { kind: 'result', dtype: null, shape: null, text: '' }],
  ] as const;

  test.each(NAMES)('of a %s', (_, value, summary) => {
    expect(summaryOf('v', value)).toMatchObject({ name: 'v', ...summary });
  });

  test('has a text of one line and at most 80 characters', () => {
    const { text } = summaryOf('v', `a\n${'b'.repeat(200)}`);
    expect(text).toMatch(/^a b{77}…$/);
  });
});
