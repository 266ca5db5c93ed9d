/**
 * Goal: what users pass becomes the value they mean or an error that says why not, and values print as numpy prints them.
 * Method: tables of inputs with their values, of inputs with their errors, and of printed texts.
 */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ArignoteError } from '../base/errors.ts';
import { makeArray, type TypedArray } from '../ir/constant-data.ts';
import { DTYPES, type DType } from '../ir/types.ts';
import { NDArray, toHostValue, type HostInput, type HostValueOptions } from './nd-array.ts';

const convert = (value: HostInput, options: Partial<HostValueOptions> = {}) =>
  toHostValue(value, { what: 'f', ...options });

const nest = (depth: number): HostInput =>
  Array.from({ length: depth }).reduce<HostInput>((inner) => [inner] as HostInput, 1);

const value = (data: TypedArray, shape: readonly number[], dtype: DType) =>
  new NDArray(data, shape, dtype);

function firstOrRefusal(given: HostInput, options: Partial<HostValueOptions>): number | 'refused' {
  try {
    return convert(given, options).data[0]!;
  } catch (error) {
    if (error instanceof ArignoteError) return 'refused';
    throw error;
  }
}

describe('conversion', () => {
  test.each<[string, HostInput, DType | null, NDArray]>([
    ['a number is float32', 0.1, null, value(Float32Array.of(0.1), [], 'float32')],
    ['a number takes the dtype', 0.1, 'float64', value(Float64Array.of(0.1), [], 'float64')],
    ['a boolean is bool', true, null, value(Uint8Array.of(1), [], 'bool')],
    [
      'a boolean is a number where one is asked for',
      [true, false],
      'int32',
      value(Int32Array.of(1, 0), [2], 'int32'),
    ],
    [
      'booleans beside numbers are numbers',
      [true, 2],
      null,
      value(Float32Array.of(1, 2), [2], 'float32'),
    ],
    ['0 and 1 are booleans', [0, 1], 'bool', value(Uint8Array.of(0, 1), [2], 'bool')],
    [
      'a nested array has the shape of its nesting',
      [
        [[1], [2]],
        [[3], [4]],
      ],
      'int32',
      value(Int32Array.of(1, 2, 3, 4), [2, 2, 1], 'int32'),
    ],
    ['an empty array is float32', [[], []], null, value(new Float32Array(), [2, 0], 'float32')],
    [
      'NaN and infinities are floats',
      [NaN, -Infinity],
      null,
      value(Float32Array.of(NaN, -Infinity), [2], 'float32'),
    ],
    ['bytes are int32', Uint8Array.of(200), null, value(Int32Array.of(200), [1], 'int32')],
    ['small integers are int32', Int16Array.of(-3), null, value(Int32Array.of(-3), [1], 'int32')],
    [
      'clamped bytes are int32',
      Uint8ClampedArray.of(7),
      null,
      value(Int32Array.of(7), [1], 'int32'),
    ],
    ["Node's buffers are bytes", Buffer.of(1, 2), null, value(Int32Array.of(1, 2), [2], 'int32')],
    [
      'float32 widens',
      Float32Array.of(0.5),
      'float64',
      value(Float64Array.of(0.5), [1], 'float64'),
    ],
    [
      'int32 is float64 whatever it is',
      Int32Array.of(2 ** 24 + 1),
      'float64',
      value(Float64Array.of(2 ** 24 + 1), [1], 'float64'),
    ],
    [
      'int32 is float32 where it is exact',
      Int32Array.of(2 ** 24),
      'float32',
      value(Float32Array.of(2 ** 24), [1], 'float32'),
    ],
    [
      'int32 is uint32 where it is exact',
      Int32Array.of(5),
      'uint32',
      value(Uint32Array.of(5), [1], 'uint32'),
    ],
    [
      'bytes of 0 and 1 are bool',
      Uint8Array.of(0, 1),
      'bool',
      value(Uint8Array.of(0, 1), [2], 'bool'),
    ],
    [
      'bool is any number',
      value(Uint8Array.of(1), [], 'bool'),
      'float32',
      value(Float32Array.of(1), [], 'float32'),
    ],
    // The nearest float16 of 0.1, of two ties, of a subnormal, of the largest and of what is above it.
    [
      'float16 rounds',
      [0.1, 2049, 2051, 7e-8, 65519, 65520, -0],
      'float16',
      value(
        Float32Array.of(0.0999755859375, 2048, 2052, 2 ** -24, 65504, Infinity, -0),
        [7],
        'float16',
      ),
    ],
  ])('%s', (_, given, dtype, expected) => {
    expect(convert(given, { dtype })).toEqual(expected);
  });

  test('nothing is copied where the dtype is right', () => {
    const data = Float32Array.of(1, 2);
    const made = convert(data);
    expect(made.data).toBe(data);
    expect(convert(made, { dtype: 'float32' })).toBe(made);
  });

  test.each<[unknown, DType | null, string, string]>([
    [
      [[1, 2], [3]],
      null,
      'ragged_array',
      'f: expected a nested array with rows of equal length, but row 1 has 1 element and row 0 has 2 elements. Make all rows equally long.',
    ],
    [
      [
        [
          [1, 2],
          [3, 4],
        ],
        [[5, 6], [7]],
      ],
      null,
      'ragged_array',
      'row [1, 1] has 1 element and row [0, 0] has 2 elements',
    ],
    [[1, [2]], null, 'ragged_array', 'row 1 has 1 element and row 0 is the number 1'],
    [[[1], 2], null, 'ragged_array', 'row 1 is the number 2 and row 0 has 1 element'],
    [nest(9), null, 'rank_wrong', 'f: expected at most 8 axes, but got a nested array with more.'],
    [[[1, 'a']], null, 'not_a_value', 'but got a string at [0, 1].'],
    [[1, undefined], null, 'not_a_value', 'but got nothing at 1.'],
    [3n, null, 'not_a_value', 'but got the big integer 3.'],
    [BigInt64Array.of(3n), null, 'not_a_value', 'but got a BigInt64Array.'],
    [new DataView(new ArrayBuffer(4)), null, 'not_a_value', 'but got a DataView.'],
    [
      1.5,
      'int32',
      'fraction_for_integer',
      'f: expected whole numbers for dtype int32, but got 1.5.',
    ],
    [NaN, 'uint32', 'fraction_for_integer', 'but got NaN'],
    [
      [3e9],
      'int32',
      'arguments_wrong',
      'f: expected numbers from -2147483648 to 2147483647 for dtype int32, but got 3000000000.',
    ],
    [-1, 'uint32', 'arguments_wrong', 'from 0 to 4294967295'],
    [2, 'bool', 'arguments_wrong', 'f: expected true, false, 0 or 1 for dtype bool, but got 2.'],
    [
      Float64Array.of(1),
      'float32',
      'lossy_conversion',
      'f: a value of dtype float64 does not convert to float32 without loss.',
    ],
    [Float32Array.of(1), 'int32', 'lossy_conversion', 'float32 does not convert to int32'],
    [Float32Array.of(1), 'float16', 'lossy_conversion', 'float32 does not convert to float16'],
    [Float32Array.of(1), 'bool', 'lossy_conversion', 'float32 does not convert to bool'],
    [
      Int32Array.of(1, 2 ** 24 + 1),
      'float32',
      'lossy_conversion',
      'a value of dtype int32 (16777217) does not convert to float32',
    ],
    [Int32Array.of(-1), 'uint32', 'lossy_conversion', 'int32'],
    [Uint8Array.of(2), 'bool', 'lossy_conversion', 'int32'],
  ])('refuses %o as %s: %s', (given, dtype, code, message) => {
    expect(() => convert(given as HostInput, { dtype })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  // Theano: allow_input_downcast None, True and False.
  test.each<[HostInput, DType, boolean | null, number | 'refused']>([
    [0.1, 'float32', null, Math.fround(0.1)],
    [0.1, 'float32', true, Math.fround(0.1)],
    [0.1, 'float32', false, 'refused'],
    [[0.1], 'float32', false, 'refused'],
    [0.5, 'float32', false, 0.5],
    [NaN, 'float32', false, NaN],
    [Float64Array.of(0.1), 'float32', null, 'refused'],
    [Float64Array.of(0.1), 'float32', true, Math.fround(0.1)],
    [Float64Array.of(0.5), 'float32', false, 'refused'],
    [1.5, 'int32', null, 'refused'],
    [1.5, 'int32', true, 1],
    [Float32Array.of(-1.5), 'int32', true, -1],
    [2, 'bool', true, 1],
    [Int32Array.of(2), 'bool', true, 1],
  ])('%j as %s with allowDowncast %j is %j', (value, dtype, allowDowncast, expected) => {
    expect(firstOrRefusal(value, { dtype, allowDowncast })).toBe(expected);
  });
});

const matrix = new NDArray(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3], 'float32');

describe('NDArray', () => {
  test('at counts from the end too, and gives rows that share memory', () => {
    expect([matrix.at(1, 0), matrix.at(-1, -1), matrix.at(0, -3)]).toEqual([4, 6, 1]);
    const row = matrix.at(-1) as NDArray;
    expect([row.shape, [...row.data]]).toEqual([[3], [4, 5, 6]]);
    expect(row.data.buffer).toBe(matrix.data.buffer);
    expect(matrix.at()).toEqual(matrix);
  });

  test.each([
    [
      () => matrix.at(2),
      'index_out_of_range',
      'at: index 2 is out of range for axis 0 of a value float32 [2, 3], whose extent is 2.',
    ],
    [() => matrix.at(0, -4), 'index_out_of_range', 'index -4 is out of range for axis 1'],
    [
      () => matrix.at(0, 0, 0),
      'too_many_indices',
      'at: 3 indices were given for a value float32 [2, 3].',
    ],
    [
      () => matrix.at(0.5),
      'arguments_wrong',
      'at: expected whole numbers as indices, but got 0.5.',
    ],
    [
      () => matrix.item(),
      'arguments_wrong',
      'item: expected a value of one element, but got a value float32 [2, 3].',
    ],
  ])('a wrong call says what is wrong: %#', (call, code, message) => {
    expect(call).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  test('iterates along the first axis, a scalar over its number', () => {
    const rows = [...matrix] as NDArray[];
    expect(rows.map((row) => [...row])).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect([...convert(7)]).toEqual([7]);
    expect([...convert([])]).toEqual([]);
  });

  test('item is the one element', () => {
    expect(new NDArray(Float32Array.of(7), [1, 1], 'float32').item()).toBe(7);
  });

  test('the shape cannot be changed', () => {
    // @ts-expect-error The type says so too.
    expect(() => (matrix.shape[0] = 3)).toThrow(TypeError);
  });

  test.each<HostInput>([
    3,
    true,
    [1, 2],
    [[true], [false]],
    [[[1, 2, 3]], [[4, 5, 6]]],
    [[], []],
    [],
  ])('toArray gives %j back', (value) => {
    expect(convert(value).toArray()).toEqual(value);
  });

  test.each(DTYPES)('%s holds its elements in the array of its dtype', (dtype) => {
    expect(convert([0, 1], { dtype }).data).toBeInstanceOf(makeArray(dtype, 0).constructor);
  });
});

describe('printing', () => {
  test.each<[HostInput, DType | null, string]>([
    [
      [
        [1, 2],
        [3, 4],
      ],
      null,
      '[[1.0, 2.0],\n [3.0, 4.0]]',
    ],
    [0.1, null, '0.1'],
    [[0.1, 0.25, -1], null, '[ 0.10,  0.25, -1.00]'],
    [[1 / 3], null, '[0.33333334]'],
    [[1 / 3], 'float64', '[0.33333333] dtype=float64'],
    [[1, 20, 300], 'int32', '[  1,  20, 300] dtype=int32'],
    [[true, false], null, '[ true, false] dtype=bool'],
    [[NaN, -Infinity, 1], null, '[ nan, -inf,  1.0]'],
    [[1e-7, 1], null, '[1.0e-07, 1.0e+00]'],
    [[123456792, 1], null, '[1.2345679e+08, 1.0000000e+00]'],
    [[-0, 0], null, '[-0.0,  0.0]'],
    [[], null, '[]'],
    [[[], []], null, '[] shape=[2, 0]'],
    [
      [
        [[1], [2]],
        [[3], [4]],
      ],
      'int32',
      '[[[1],\n  [2]],\n\n [[3],\n  [4]]] dtype=int32',
    ],
    [
      Int32Array.from({ length: 1001 }, (_, i) => i),
      null,
      '[   0,    1,    2, ...,  998,  999, 1000] dtype=int32',
    ],
  ])('%j as %s is %j', (value, dtype, expected) => {
    expect(String(convert(value, { dtype }))).toBe(expected);
  });

  test('above a thousand elements each long axis is summarized', () => {
    const values = Int32Array.from({ length: 2000 }, (_, i) => i % 10);
    expect(String(new NDArray(values, [2, 1000], 'int32'))).toBe(
      '[[0, 1, 2, ..., 7, 8, 9],\n [0, 1, 2, ..., 7, 8, 9]] dtype=int32',
    );
    expect(String(new NDArray(values, [1000, 2], 'int32')).split('\n')).toEqual([
      '[[0, 1],',
      ' [2, 3],',
      ' [4, 5],',
      ' ...,',
      ' [4, 5],',
      ' [6, 7],',
      ' [8, 9]] dtype=int32',
    ]);
  });

  test('long rows go on in the next line', () => {
    const lines = String(convert(new Float32Array(100))).split('\n');
    expect(lines.length).toBe(7);
    expect(lines.every((line) => line.length <= 76)).toBe(true);
    expect(lines[1]).toMatch(/^ 0\.0, 0\.0/);
  });

  test('Node inspects it as it prints', () => {
    expect(inspect({ cost: convert(0.5) })).toBe('{ cost: 0.5 }');
  });
});
