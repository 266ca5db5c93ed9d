/**
 * @file Values on the host: `NDArray`, which functions give back, and the one conversion of what users pass. Numbers and
 * nested arrays have no dtype and take one; typed arrays and `NDArray`s have one, and are never converted with loss unasked.
 */
import { assert, fail } from '../base/errors.ts';
import { RANK_MAX } from '../base/limits.ts';
import { arrayOf, type TypedArray } from '../ir/constant-data.ts';
import {
  DTYPES,
  isFloat,
  isInteger,
  showShape,
  sizeOf,
  stridesOf,
  type DType,
} from '../ir/types.ts';

/** Numbers or booleans, nested to any rank. */
export type NestedNumbers = number | boolean | readonly NestedNumbers[];

/** Typed arrays that users pass: those of the small integers become int32. */
type HostTypedArray = TypedArray | Int8Array | Int16Array | Uint16Array | Uint8ClampedArray;

/** What users pass as a value that they hold. */
export type HostInput = NestedNumbers | HostTypedArray | NDArray;

/** `reduce` with a start, as all typed arrays have it: TypeScript calls no generic method of a union of types. */
type Reducible = {
  reduce<R>(join: (sum: R, value: number, index: number) => R, start: R): R;
};

/** A value on the host: elements row-major in `data`, a bool as 0 or 1. Its shape never changes. */
export class NDArray {
  readonly data: TypedArray & Reducible;
  readonly shape: readonly number[];
  readonly dtype: DType;

  /** Takes `data` as it is; users make one with `T.host.array`. */
  constructor(data: TypedArray, shape: readonly number[], dtype: DType) {
    assert(
      data.length === sizeOf(shape),
      `${data.length} elements for the shape ${showShape(shape)}`,
    );
    this.data = data;
    this.shape = Object.freeze([...shape]);
    this.dtype = dtype;
  }

  /** The number of a value of one element; a bool is 0 or 1. @throws arguments_wrong for another count */
  item(): number {
    if (this.data.length !== 1)
      fail('arguments_wrong', 'item', 'a value of one element', describeValue(this));
    return this.data[0]!;
  }

  /** Nested arrays of numbers, of booleans for a bool; of a scalar, the number itself. */
  toArray(): NestedNumbers {
    let level: NestedNumbers[] = Array.from(this.data, (v) =>
      this.dtype === 'bool' ? v !== 0 : v,
    );
    for (let axis = this.shape.length - 1; axis > 0; axis--) {
      const extent = this.shape[axis]!;
      const rows = level;
      level = Array.from({ length: sizeOf(this.shape.slice(0, axis)) }, (_, i) =>
        rows.slice(i * extent, (i + 1) * extent),
      );
    }
    return this.shape.length === 0 ? level[0]! : level;
  }

  /**
   * The number at these indices, negative ones from the end; with fewer indices than axes the rest, which shares `data`.
   * @throws too_many_indices, index_out_of_range; arguments_wrong for an index that is no whole number
   */
  at(...indices: readonly number[]): number | NDArray {
    if (indices.length > this.shape.length)
      fail('too_many_indices', indices.length, describeValue(this));
    const strides = stridesOf(this.shape);
    let start = 0;
    indices.forEach((index, axis) => {
      const extent = this.shape[axis]!;
      if (!Number.isInteger(index))
        fail('arguments_wrong', 'at', 'whole numbers as indices', String(index));
      if (index < -extent || index >= extent)
        fail('index_out_of_range', index, extent, axis, describeValue(this));
      start += (index < 0 ? index + extent : index) * strides[axis]!;
    });
    if (indices.length === this.shape.length) return this.data[start]!;
    const rest = this.shape.slice(indices.length);
    return new NDArray(this.data.subarray(start, start + sizeOf(rest)), rest, this.dtype);
  }

  /** Along the first axis, as `at(0)`, `at(1)` and so on; a scalar gives its one number. */
  *[Symbol.iterator](): Generator<number | NDArray, void, undefined> {
    const [count] = this.shape;
    if (count === undefined) yield this.item();
    for (let i = 0; i < (count ?? 0); i++) yield this.at(i);
  }

  /** As numpy prints it: columns aligned, the middle left out above 1000 elements; then the dtype if not float32. */
  toString(): string {
    const dtype = this.dtype === 'float32' ? '' : ` dtype=${this.dtype}`;
    const shape =
      this.data.length === 0 && this.shape.length > 1 ? ` shape=${showShape(this.shape)}` : '';
    return `${printElements(this)}${shape}${dtype}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** How errors name a value. */
const describeValue = ({ dtype, shape }: NDArray): string => `a value ${dtype} ${showShape(shape)}`;

export type HostValueOptions = {
  /** The dtype that the value is to have; left out or `null`: its own, or float32 for numbers and bool for booleans. */
  readonly dtype?: DType | null;
  /** What is being done, for errors. */
  readonly what: string;
  /** `true`: any conversion; `false`: none that changes a value; `null`: numbers are rounded to floats, typed arrays are not. */
  readonly allowDowncast?: boolean | null;
};

/**
 * What a user passed as a host value. Nothing is copied where the dtype is right.
 * @throws not_a_value, ragged_array, rank_wrong, fraction_for_integer, lossy_conversion; arguments_wrong for a whole
 * number that the dtype cannot hold
 */
export function toHostValue(value: HostInput, options: HostValueOptions): NDArray {
  const { dtype: wanted, what } = options;
  if (wanted !== undefined && wanted !== null && !DTYPES.includes(wanted))
    fail('arguments_wrong', what, `a dtype among ${DTYPES.join(', ')}`, wanted);
  if (value instanceof NDArray) return convert(value, options);
  if (!ArrayBuffer.isView(value)) return fromNested(value, options);
  const dtype =
    DTYPE_OF_ARRAY[value[Symbol.toStringTag]] ??
    fail('not_a_value', options.what, `a ${showKind(value)}`);
  const held = TYPED_AS_HELD.has(value[Symbol.toStringTag]);
  const data = held ? (value as TypedArray) : arrayOf(dtype, value);
  return convert(new NDArray(data, [data.length], dtype), options);
}

/** By the name of the array, so that arrays of other realms and Node's buffers are known too. */
const DTYPE_OF_ARRAY: { readonly [name: string]: DType | undefined } = {
  Float16Array: 'float16',
  Float32Array: 'float32',
  Float64Array: 'float64',
  Int32Array: 'int32',
  Uint32Array: 'uint32',
  Int8Array: 'int32',
  Uint8Array: 'int32',
  Uint8ClampedArray: 'int32',
  Int16Array: 'int32',
  Uint16Array: 'int32',
};
const TYPED_AS_HELD: ReadonlySet<string> = new Set([
  'Float32Array',
  'Float64Array',
  'Int32Array',
  'Uint32Array',
]);

/** Numbers as an array of this dtype, each rounded, truncated or made a truth value as the dtype asks. */
export function roundTo(dtype: DType, values: ArrayLike<number>): TypedArray {
  if (dtype === 'float16') return Float32Array.from(values, roundToHalf);
  return dtype === 'bool'
    ? Uint8Array.from(values, (v) => Number(v !== 0))
    : arrayOf(dtype, values);
}

const HALF_INFINITY = 65520;
const HALF_EXPONENT_MIN = -14;
const HALF_FRACTION_BITS = 10;

/** The nearest float16, ties to even: adding 1.5 * 2 ** 52 quanta makes float64 round there. */
function roundToHalf(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude >= HALF_INFINITY) return Math.sign(value) * Infinity;
  if (magnitude === 0 || Number.isNaN(value)) return value;
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), HALF_EXPONENT_MIN);
  const shift = 1.5 * 2 ** (52 + exponent - HALF_FRACTION_BITS);
  return value + shift - shift;
}

// Values that have a dtype.

/** Which values of one dtype another holds: all, those that stay equal, or none that is not checked by the user. */
function lossOf(from: DType, to: DType): 'never' | 'byValue' | 'always' {
  if (from === to || from === 'bool') return 'never';
  if (isFloat(from)) return isFloat(to) && WIDTH[to]! > WIDTH[from]! ? 'never' : 'always';
  return to === 'float64' ? 'never' : 'byValue';
}
const WIDTH: Partial<Record<DType, number>> = { float16: 16, float32: 32, float64: 64 };

function convert(value: NDArray, { dtype, what, allowDowncast }: HostValueOptions): NDArray {
  if (dtype === undefined || dtype === null || dtype === value.dtype) return value;
  const loss = allowDowncast === true ? 'never' : lossOf(value.dtype, dtype);
  if (loss === 'always') fail('lossy_conversion', what, value.dtype, dtype);
  const data = roundTo(dtype, value.data);
  const changed = loss === 'byValue' ? data.findIndex((v, i) => v !== value.data[i]) : -1;
  if (changed >= 0)
    fail('lossy_conversion', what, `${value.dtype} (${value.data[changed]})`, dtype);
  return new NDArray(data, value.shape, dtype);
}

// Values that take a dtype.

function fromNested(value: NestedNumbers, options: HostValueOptions): NDArray {
  const { elements, shape } = flatten(value, options.what);
  const booleans = elements.length > 0 && elements.every((v) => typeof v === 'boolean');
  const dtype = options.dtype ?? (booleans ? 'bool' : 'float32');
  const numbers = Float64Array.from(elements, Number);
  const data = roundTo(dtype, numbers);
  if (options.allowDowncast !== true) checkNumbers(numbers, data, { ...options, dtype });
  return new NDArray(data, shape, dtype);
}

type Flat = { readonly elements: readonly (number | boolean)[]; readonly shape: readonly number[] };

/** The elements of a nested array, row-major. One level at a time: a user may nest as deep as memory goes. */
function flatten(value: NestedNumbers, what: string): Flat {
  const shape: number[] = [];
  let level: readonly unknown[] = [value];
  while (level.some(Array.isArray)) {
    if (shape.length === RANK_MAX)
      fail('rank_wrong', what, `at most ${RANK_MAX} axes`, 'a nested array with more');
    const extent = Array.isArray(level[0]) ? level[0].length : null;
    const odd = level.findIndex((row) => (Array.isArray(row) ? row.length : null) !== extent);
    if (odd >= 0)
      fail('ragged_array', what, `${showRow(level, odd, shape)} and ${showRow(level, 0, shape)}`);
    shape.push(extent!);
    level = (level as readonly (readonly unknown[])[]).flat();
  }
  const wrong = level.findIndex((v) => typeof v !== 'number' && typeof v !== 'boolean');
  if (wrong >= 0)
    fail(
      'not_a_value',
      what,
      `${showKind(level[wrong])}${shape.length === 0 ? '' : ` at ${place(wrong, shape)}`}`,
    );
  return { elements: level as Flat['elements'], shape };
}

/** Where a row of the nested array lies, by its position among the rows of its depth. */
function place(position: number, shape: readonly number[]): string {
  const index = stridesOf(shape).map(
    (stride, axis) => Math.floor(position / stride) % shape[axis]!,
  );
  return index.length === 1 ? String(index[0]) : showShape(index);
}

function showRow(level: readonly unknown[], position: number, shape: readonly number[]): string {
  const row = level[position];
  const kind = Array.isArray(row)
    ? `has ${row.length} element${row.length === 1 ? '' : 's'}`
    : `is ${showKind(row)}`;
  return `row ${place(position, shape)} ${kind}`;
}

function showKind(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean')
    return `the ${typeof value} ${value}`;
  if (typeof value === 'object' && value?.constructor === Object) return 'an object';
  if (typeof value === 'object' && value !== null)
    return Object.prototype.toString.call(value).slice('[object '.length, -1);
  return typeof value === 'bigint'
    ? `the big integer ${value}`
    : value === undefined
      ? 'nothing'
      : `a ${typeof value}`;
}

type CheckOptions = HostValueOptions & { readonly dtype: DType };

/** @throws when a dtype cannot hold a number as it is; floats may round unless `allowDowncast` is false */
function checkNumbers(
  numbers: Float64Array,
  data: TypedArray,
  { dtype, what, allowDowncast }: CheckOptions,
): void {
  if (isFloat(dtype) && allowDowncast !== false) return;
  const changed = numbers.findIndex(
    (v, i) => v !== data[i] && !(isFloat(dtype) && Number.isNaN(v)),
  );
  if (changed < 0) return;
  const value = String(numbers[changed]);
  if (isFloat(dtype)) fail('lossy_conversion', what, `float64 (${value})`, dtype);
  if (dtype === 'bool') fail('arguments_wrong', what, 'true, false, 0 or 1 for dtype bool', value);
  if (isInteger(dtype) && !Number.isInteger(numbers[changed]))
    fail('fraction_for_integer', what, value, dtype);
  fail(
    'arguments_wrong',
    what,
    `numbers from ${dtype === 'int32' ? '-2147483648 to 2147483647' : '0 to 4294967295'} for dtype ${dtype}`,
    value,
  );
}

// Printing, by numpy's rules.

const SUMMARY_SIZE_MIN = 1000;
const EDGE_COUNT = 3;
const LINE_WIDTH = 75;
const DIGITS_MAX = 8;

function printElements(array: NDArray): string {
  if (array.data.length === 0) return '[]';
  const strides = stridesOf(array.shape);
  const shown = array.shape.map((extent) => edges(extent, array.data.length > SUMMARY_SIZE_MIN));
  // The places of the shown elements, row-major: a row of the text is a run of them.
  let places = [0];
  shown.forEach((indices, axis) => {
    places = places.flatMap((start) =>
      indices.flatMap((i) => (i === null ? [] : [start + i * strides[axis]!])),
    );
  });
  let level = formatAll(
    places.map((k) => array.data[k]!),
    array.dtype,
  );
  for (let axis = shown.length - 1; axis >= 0; axis--) {
    const count = shown[axis]!.filter((i) => i !== null).length;
    const gap = shown[axis]!.indexOf(null);
    const items = level;
    level = Array.from({ length: items.length / count }, (_, i) => {
      const row = items.slice(i * count, (i + 1) * count);
      return joinRow(gap < 0 ? row : row.toSpliced(gap, 0, '...'), axis, shown.length);
    });
  }
  return level[0]!;
}

/** Indices of an axis that are shown; `null` is the gap between them. */
function edges(extent: number, summarize: boolean): readonly (number | null)[] {
  const all = Array.from({ length: extent }, (_, i) => i);
  if (!summarize || extent <= 2 * EDGE_COUNT) return all;
  return [...all.slice(0, EDGE_COUNT), null, ...all.slice(-EDGE_COUNT)];
}

function joinRow(items: readonly string[], axis: number, rank: number): string {
  const indent = ' '.repeat(axis + 1);
  if (axis < rank - 1) return `[${items.join(`,${'\n'.repeat(rank - 1 - axis)}${indent}`)}]`;
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    if (line !== '' && indent.length + line.length + item.length + 2 > LINE_WIDTH) {
      lines.push(`${line},`);
      line = '';
    }
    line += line === '' ? item : `, ${item}`;
  }
  return `[${[...lines, line].join(`\n${indent}`)}]`;
}

/** All shown numbers in one form and one width. */
function formatAll(values: readonly number[], dtype: DType): string[] {
  const texts = isFloat(dtype)
    ? formatFloats(values, dtype)
    : values.map((v) => (dtype === 'bool' ? String(v !== 0) : String(v)));
  const width = Math.max(...texts.map((text) => text.length));
  return texts.map((text) => text.padStart(width));
}

function formatFloats(values: readonly number[], dtype: DType): string[] {
  const short = values.map((v) => shortest(v, dtype));
  const sizes = values.map(Math.abs).filter((v) => v > 0 && v < Infinity);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const scientific = sizes.length > 0 && (most >= 1e8 || least < 1e-4 || most / least > 1e3);
  const print = (v: number, digits: number) =>
    scientific ? v.toExponential(digits) : v.toFixed(digits);
  const digitsOf = (v: number) => {
    if (!Number.isFinite(v)) return 0;
    const text = scientific ? v.toExponential() : print(v, DIGITS_MAX).replace(/0+$/, '');
    return (/\.(\d*)/.exec(text)?.[1] ?? '').length;
  };
  const digits = Math.min(DIGITS_MAX, Math.max(1, ...short.map(digitsOf)));
  return short.map((v) => {
    if (!Number.isFinite(v)) return Number.isNaN(v) ? 'nan' : v < 0 ? '-inf' : 'inf';
    const sign = Object.is(v, -0) ? '-' : '';
    return `${sign}${print(v, digits).replace(/e([+-])(\d)$/, 'e$10$2')}`;
  });
}

/** The number of the fewest digits that a float32 or float16 rounds from: 0.1, not 0.10000000149. */
function shortest(value: number, dtype: DType): number {
  // A zero keeps its sign.
  if (dtype === 'float64' || value === 0) return value;
  const round = dtype === 'float16' ? roundToHalf : Math.fround;
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (round(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
