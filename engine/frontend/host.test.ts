/**
 * Goal: the makers of host values give what their names say, the random ones the same everywhere and with the right moments.
 * Method: tables of calls with values and with errors; moments of large draws; first values pinned against Philox's words.
 */
import { describe, expect, test } from 'vitest';
import { philox4x32 } from '../base/philox.ts';
import { HOST } from './host.ts';
import type { NDArray } from './nd-array.ts';

describe('values', () => {
  test.each<[string, NDArray, unknown, string]>([
    ['zeros', HOST.zeros([2, 1]), [[0], [0]], 'float32'],
    ['zeros of a dtype', HOST.zeros([1], 'int32'), [0], 'int32'],
    ['ones with options', HOST.ones([2], { dtype: 'float64' }), [1, 1], 'float64'],
    ['full', HOST.full([2], 0.5), [0.5, 0.5], 'float32'],
    ['full of a boolean', HOST.full([], true), true, 'bool'],
    [
      'eye',
      HOST.eye(2),
      [
        [1, 0],
        [0, 1],
      ],
      'float32',
    ],
    [
      'eye with more columns and another diagonal',
      HOST.eye(2, { m: 3, k: 1, dtype: 'int32' }),
      [
        [0, 1, 0],
        [0, 0, 1],
      ],
      'int32',
    ],
    [
      'eye below the diagonal',
      HOST.eye(2, { k: -1 }),
      [
        [0, 0],
        [1, 0],
      ],
      'float32',
    ],
    ['arange', HOST.arange(3), [0, 1, 2], 'int32'],
    ['arange from a start', HOST.arange(2, 4), [2, 3], 'int32'],
    ['arange downwards', HOST.arange(3, 0, -2), [3, 1], 'int32'],
    ['arange of fractions', HOST.arange(0, 1, 0.25), [0, 0.25, 0.5, 0.75], 'float32'],
    ['arange of nothing', HOST.arange(0), [], 'int32'],
    ['arange of a dtype', HOST.arange(0, 2, 1, 'float32'), [0, 1], 'float32'],
    ['linspace', HOST.linspace(0, 1, 5), [0, 0.25, 0.5, 0.75, 1], 'float32'],
    ['linspace of one', HOST.linspace(3, 4, 1), [3], 'float32'],
    [
      'array with a shape',
      HOST.array([1, 2, 3, 4], [2, 2]),
      [
        [1, 2],
        [3, 4],
      ],
      'float32',
    ],
    ['array of its own shape', HOST.array([[1], [2]], null, 'int32'), [[1], [2]], 'int32'],
    [
      'array of booleans from bytes',
      HOST.array(Uint8Array.of(0, 1), [2], 'bool'),
      [false, true],
      'bool',
    ],
  ])('%s', (_, made, values, dtype) => {
    expect(made.toArray()).toEqual(values);
    expect(made.dtype).toBe(dtype);
  });

  test('array keeps the memory of a typed array', () => {
    const data = Float32Array.of(1, 2, 3, 4);
    expect(HOST.array(data, [2, 2]).data).toBe(data);
  });

  test.each([
    [
      () => HOST.array([1, 2, 3], [2, 2]),
      'T.host.array: expected 4 elements for the shape [2, 2], but got 3.',
    ],
    [
      () => HOST.zeros([-1]),
      'T.host.zeros: expected a shape: an array of whole numbers of at least 0, but got -1.',
    ],
    // @ts-expect-error A shape is an array.
    [() => HOST.zeros(3), 'but got 3.'],
    [
      () => HOST.ones([2 ** 16, 2 ** 16]),
      'T.host.ones: expected from 0 to 2147483647 elements, but got 4294967296.',
    ],
    [
      () => HOST.full([2], 0.5, 'int32'),
      'T.host.full: expected whole numbers for dtype int32, but got 0.5.',
    ],
    [() => HOST.arange(0, 1, 0), 'T.host.arange: expected a step that is not 0, but got 0.'],
    [
      () => HOST.arange(Infinity),
      'T.host.arange: expected a finite number as stop, but got Infinity.',
    ],
    [
      () => HOST.linspace(0, 1, -1),
      'T.host.linspace: expected from 0 to 2147483647 elements, but got -1.',
    ],
    [
      () => HOST.randn([2], { seed: 0.5 }),
      'T.host.randn: expected a whole number as seed, but got 0.5.',
    ],
    [
      () => HOST.randn([2], { dtype: 'int32' }),
      'T.host.randn: expected a float dtype, but got int32.',
    ],
    [
      () => HOST.uniform([2], { low: 1, high: 1 }),
      'T.host.uniform: expected low below high, but got 1 and 1.',
    ],
    [() => HOST.integers([2], { high: 0.5 }), 'T.host.integers: expected whole numbers low < high'],
    [
      () => HOST.permutation(-1),
      'T.host.permutation: expected from 0 to 2147483647 elements, but got -1.',
    ],
  ])('a wrong call says what is wrong: %#', (call, message) => {
    expect(call).toThrow(
      expect.objectContaining({ name: 'ArignoteError', message: expect.stringContaining(message) }),
    );
  });
});

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;
const COUNT = 100_000;
/** Six standard errors of the mean of so many draws of deviation 1. */
const MEAN_ERROR = 6 / Math.sqrt(COUNT);

describe('random values', () => {
  test('are functions of the seed, which is 0 where it is left out', () => {
    expect(HOST.randn([5], { seed: 3 })).toEqual(HOST.randn([5], { seed: 3 }));
    expect(HOST.randn([5])).toEqual(HOST.randn([5], { seed: 0 }));
    const seeds = [0, 1, -1, 2 ** 32, 2 ** 40].map((seed) => HOST.randn([5], { seed }).toString());
    expect(new Set(seeds).size).toBe(seeds.length);
  });

  test('are those of the words of Philox', () => {
    const words = philox4x32([0, 0, 0, 0], [5, 0]);
    expect([...HOST.uniform([4], { seed: 5 }).data]).toEqual(
      words.map((word) => (word >>> 8) / 2 ** 24),
    );
    expect([...HOST.integers([4], { seed: 5, high: 10 }).data]).toEqual(
      words.map((word) => Math.floor((word / 2 ** 32) * 10)),
    );
    const radius = Math.sqrt(-2 * Math.log((words[0] + 1) / 2 ** 32));
    expect(HOST.randn([1], { seed: 5, dtype: 'float64' }).item()).toBe(
      radius * Math.cos((2 * Math.PI * words[1]) / 2 ** 32),
    );
  });

  test('a shorter draw is the beginning of a longer one', () => {
    expect(HOST.randn([3], { seed: 2 }).data).toEqual(
      HOST.randn([2, 50], { seed: 2 }).data.slice(0, 3),
    );
  });

  test('normal numbers have mean 0, deviation 1 and the tails of a normal', () => {
    const { data, dtype } = HOST.randn([COUNT], { seed: 1 });
    expect(dtype).toBe('float32');
    expect(Math.abs(mean(data))).toBeLessThan(MEAN_ERROR);
    expect(Math.abs(mean(data.map((v) => v * v)) - 1)).toBeLessThan(Math.SQRT2 * MEAN_ERROR);
    expect(Math.abs(mean(data.map((v) => Number(Math.abs(v) > 1.959964))) - 0.05)).toBeLessThan(
      0.22 * MEAN_ERROR,
    );
    // Neighbours come from one pair of words.
    expect(Math.abs(mean(data.map((v, i) => v * data[i ^ 1]!)))).toBeLessThan(2 * MEAN_ERROR);
  });

  test('scale multiplies', () => {
    const plain = HOST.randn([9], { seed: 4, dtype: 'float64' });
    expect(HOST.randn([9], { seed: 4, scale: 0.5, dtype: 'float64' }).data).toEqual(
      plain.data.map((v) => v * 0.5),
    );
  });

  test('uniform numbers fill [low, high) and never reach high', () => {
    const { data } = HOST.uniform([COUNT], { seed: 1, low: -1, high: 3 });
    expect(Math.min(...data.subarray(0, 50_000))).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...data.subarray(0, 50_000))).toBeLessThan(3);
    expect(Math.abs(mean(data) - 1)).toBeLessThan(2 * MEAN_ERROR);
    // Between 1e8 and the next float32 there is nothing.
    expect([...HOST.uniform([4], { low: 1e8, high: 1e8 + 8 }).data]).toEqual([1e8, 1e8, 1e8, 1e8]);
  });

  test('integers take every value of [low, high) alike', () => {
    const { data, dtype } = HOST.integers([COUNT], { seed: 1, low: -2, high: 3 });
    expect(dtype).toBe('int32');
    for (const value of [-2, -1, 0, 1, 2]) {
      expect(Math.abs(mean(data.map((v) => Number(v === value))) - 0.2)).toBeLessThan(MEAN_ERROR);
    }
    expect(new Set(data).size).toBe(5);
    expect(HOST.integers([4], { high: 2 ** 32, dtype: 'uint32' }).data).toEqual(
      Uint32Array.of(...philox4x32([0, 0, 0, 0], [0, 0])),
    );
  });

  test('a permutation has each number once, and not in order', () => {
    const { data } = HOST.permutation(1000, { seed: 1 });
    expect([...data].toSorted((a, b) => a - b)).toEqual([...HOST.arange(1000).data]);
    expect([...data]).not.toEqual([...HOST.arange(1000).data]);
    // Each of the six orders of three appears about as often.
    const orders = Array.from({ length: 6000 }, (_, seed) =>
      HOST.permutation(3, { seed }).data.join(),
    );
    for (const order of new Set(orders))
      expect(Math.abs(orders.filter((o) => o === order).length - 1000)).toBeLessThan(180);
    expect(new Set(orders).size).toBe(6);
  });
});
