/**
 * @file `T.host`: makers of host values. The random ones are functions of their seed alone, the same everywhere; a seed that
 * is left out is 0, so two calls that are alike give equal values.
 */
import { fail } from '../base/errors.ts';
import { ELEMENTS_MAX } from '../base/limits.ts';
import { randomWords, type PhiloxKey } from '../base/philox.ts';
import { isFloat, showShape, sizeOf, type DType } from '../ir/types.ts';
import { NDArray, roundTo, toHostValue, type HostInput } from './nd-array.ts';

/** The dtype by itself, or as an option. */
type DTypeOption = DType | { readonly dtype?: DType };

const dtypeOf = (option: DTypeOption | undefined): DType | null =>
  (typeof option === 'string' ? option : option?.dtype) ?? null;

/** @throws arguments_wrong when the shape is not a list of whole numbers, or of more elements than a tensor may have */
function checkShape(what: string, shape: readonly number[]): void {
  const isShape = Array.isArray(shape) && shape.every((n) => Number.isInteger(n) && n >= 0);
  if (!isShape)
    fail(
      'arguments_wrong',
      what,
      'a shape: an array of whole numbers of at least 0',
      String(shape),
    );
  checkCount(what, sizeOf(shape));
}

/** @throws arguments_wrong */
function checkCount(what: string, count: number): void {
  const right = Number.isInteger(count) && count >= 0 && count <= ELEMENTS_MAX;
  if (!right) fail('arguments_wrong', what, `from 0 to ${ELEMENTS_MAX} elements`, String(count));
}

function checkFinite(what: string, numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isFinite(value))
      fail('arguments_wrong', what, `a finite number as ${name}`, String(value));
  }
}

/** A value whose element `i` is `element(i)`, rounded to the dtype. */
function generate(shape: readonly number[], dtype: DType, element: (i: number) => number): NDArray {
  const numbers = new Float64Array(sizeOf(shape));
  for (let i = 0; i < numbers.length; i++) numbers[i] = element(i);
  return new NDArray(dtype === 'float64' ? numbers : roundTo(dtype, numbers), shape, dtype);
}

/**
 * The elements of `data` with this shape; its own where it is left out. Shares a typed array's memory where it can.
 * @throws arguments_wrong when the counts differ, and what `toHostValue` throws
 */
function array(data: HostInput, shape?: readonly number[] | null, option?: DTypeOption): NDArray {
  const what = 'T.host.array';
  const value = toHostValue(data, { what, dtype: dtypeOf(option) });
  if (shape === undefined || shape === null) return value;
  checkShape(what, shape);
  if (sizeOf(shape) !== value.data.length) {
    fail(
      'arguments_wrong',
      what,
      `${sizeOf(shape)} elements for the shape ${showShape(shape)}`,
      String(value.data.length),
    );
  }
  return new NDArray(value.data, shape, value.dtype);
}

function filled(
  what: string,
  shape: readonly number[],
  value: number | boolean,
  dtype: DType | null,
): NDArray {
  checkShape(what, shape);
  const one = toHostValue(value, { what, dtype });
  return new NDArray(
    roundTo(one.dtype, new Float64Array(sizeOf(shape)).fill(one.item())),
    shape,
    one.dtype,
  );
}

/** float32 unless told otherwise. @throws arguments_wrong */
const zeros = (shape: readonly number[], option?: DTypeOption): NDArray =>
  filled('T.host.zeros', shape, 0, dtypeOf(option));

/** float32 unless told otherwise. @throws arguments_wrong */
const ones = (shape: readonly number[], option?: DTypeOption): NDArray =>
  filled('T.host.ones', shape, 1, dtypeOf(option));

/** One number everywhere; float32 unless told otherwise, bool for a boolean. @throws arguments_wrong, fraction_for_integer */
const full = (shape: readonly number[], value: number | boolean, option?: DTypeOption): NDArray =>
  filled('T.host.full', shape, value, dtypeOf(option));

type EyeOptions = {
  /** Number of columns; that of the rows by default. */
  readonly m?: number;
  /** Which diagonal: above the main one if positive. */
  readonly k?: number;
  readonly dtype?: DType;
};

/** 1 on a diagonal, 0 elsewhere: [n, m]. @throws arguments_wrong */
function eye(n: number, { m = n, k = 0, dtype = 'float32' }: EyeOptions = {}): NDArray {
  checkShape('T.host.eye', [n, m]);
  return generate([n, m], dtype, (i) => Number((i % m) - Math.floor(i / m) === k));
}

/**
 * `arange(stop)`, `arange(start, stop)`, `arange(start, stop, step)`: int32 where all are whole, float32 otherwise.
 * @throws arguments_wrong
 */
function arange(first: number, second?: number | null, step = 1, option?: DTypeOption): NDArray {
  const what = 'T.host.arange';
  const [start, stop] = second === undefined || second === null ? [0, first] : [first, second];
  checkFinite(what, { start, stop, step });
  if (step === 0) fail('arguments_wrong', what, 'a step that is not 0', '0');
  const count = Math.max(0, Math.ceil((stop - start) / step));
  checkCount(what, count);
  const whole = [start, stop, step].every(Number.isInteger);
  return generate(
    [count],
    dtypeOf(option) ?? (whole ? 'int32' : 'float32'),
    (i) => start + i * step,
  );
}

/** `count` numbers from start to stop, both of them in it. @throws arguments_wrong */
function linspace(start: number, stop: number, count: number, option?: DTypeOption): NDArray {
  checkFinite('T.host.linspace', { start, stop });
  checkCount('T.host.linspace', count);
  const last = Math.max(1, count - 1);
  // The last one is stop itself, whatever the step rounds to.
  const element = (i: number) => (i === last ? stop : start + (i * (stop - start)) / last);
  return generate([count], dtypeOf(option) ?? 'float32', element);
}

type SeedOption = {
  /** A whole number; 0 where it is left out. */
  readonly seed?: number;
};

/** The stream of a seed. @throws arguments_wrong */
function keyOf(what: string, seed: number): PhiloxKey {
  if (!Number.isSafeInteger(seed))
    fail('arguments_wrong', what, 'a whole number as seed', String(seed));
  return [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
}

type RandomFloatOptions = SeedOption & { readonly dtype?: DType };

/** @throws dtype_wrong */
function checkFloat(what: string, dtype: DType): void {
  if (!isFloat(dtype)) fail('dtype_wrong', what, 'a float dtype', dtype);
}

/**
 * Normal numbers of mean 0 and deviation `scale`. @throws arguments_wrong, dtype_wrong
 * Source: Box and Muller 1958, in float64, two numbers from two words.
 */
function randn(
  shape: readonly number[],
  { seed = 0, scale = 1, dtype = 'float32' }: RandomFloatOptions & { readonly scale?: number } = {},
): NDArray {
  const what = 'T.host.randn';
  checkShape(what, shape);
  checkFinite(what, { scale });
  checkFloat(what, dtype);
  const words = randomWords(keyOf(what, seed), 2 * Math.ceil(sizeOf(shape) / 2));
  return generate(shape, dtype, (i) => {
    const pair = i - (i % 2);
    const radius = Math.sqrt(-2 * Math.log((words[pair]! + 1) / 2 ** 32));
    const angle = (2 * Math.PI * words[pair + 1]!) / 2 ** 32;
    return scale * radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  });
}

/** Numbers in [low, high), by default [0, 1), of 24 random bits each. @throws arguments_wrong, dtype_wrong */
function uniform(
  shape: readonly number[],
  {
    seed = 0,
    low = 0,
    high = 1,
    dtype = 'float32',
  }: RandomFloatOptions & { readonly low?: number; readonly high?: number } = {},
): NDArray {
  const what = 'T.host.uniform';
  checkShape(what, shape);
  checkFinite(what, { low, high });
  checkFloat(what, dtype);
  if (!(low < high)) fail('arguments_wrong', what, 'low below high', `${low} and ${high}`);
  const words = randomWords(keyOf(what, seed), sizeOf(shape));
  const [bottom, top] = roundTo(dtype, [low, high]);
  const made = generate(shape, dtype, (i) => low + (high - low) * ((words[i]! >>> 8) / 2 ** 24));
  // Rounding to the dtype may reach the end that is left out.
  const { data } = made;
  for (let i = 0; i < data.length; i++) if (data[i]! >= top! || data[i]! < low) data[i] = bottom!;
  return made;
}

type IntegerOptions = SeedOption & {
  readonly low?: number;
  readonly high: number;
  readonly dtype?: 'int32' | 'uint32';
};

/** Whole numbers in [low, high), low being 0 by default; int32. A bias of less than (high - low) / 2 ** 32. @throws arguments_wrong */
function integers(
  shape: readonly number[],
  { seed = 0, low = 0, high, dtype = 'int32' }: IntegerOptions,
): NDArray {
  const what = 'T.host.integers';
  checkShape(what, shape);
  const [least, most] = dtype === 'int32' ? [-(2 ** 31), 2 ** 31] : [0, 2 ** 32];
  const right =
    Number.isInteger(low) && Number.isInteger(high) && least <= low && low < high && high <= most;
  if (!right)
    fail(
      'arguments_wrong',
      what,
      `whole numbers low < high from ${least} to ${most}`,
      `${low} and ${high}`,
    );
  const words = randomWords(keyOf(what, seed), sizeOf(shape));
  return generate(shape, dtype, (i) => low + scaleWord(words[i]!, high - low));
}

/** The numbers 0 to n - 1 in random order, int32. @throws arguments_wrong. Source: Fisher and Yates, as Durstenfeld 1964. */
function permutation(n: number, { seed = 0 }: SeedOption = {}): NDArray {
  const what = 'T.host.permutation';
  checkCount(what, n);
  const words = randomWords(keyOf(what, seed), n);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const other = scaleWord(words[i]!, i + 1);
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  return new NDArray(order, [n], 'int32');
}

/** A random word as a whole number in [0, range). */
const scaleWord = (word: number, range: number): number => Math.floor((word * range) / 2 ** 32);

/** `T.host`. */
export const HOST = {
  array,
  zeros,
  ones,
  full,
  eye,
  arange,
  linspace,
  randn,
  uniform,
  integers,
  permutation,
} as const;
