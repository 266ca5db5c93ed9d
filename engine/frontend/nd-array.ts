/** @file Host values: `NDArray`, and the one conversion of what users pass. */
import { fail } from '../base/errors.ts';
import { arrayOf, makeArray, type TypedArray } from '../ir/constant-data.ts';
import { isFloat, showShape, sizeOf, stridesOf, type DType } from '../ir/types.ts';

/** Elements above which printing leaves the middle out. */
const PRINTED_MAX = 1000;

export type Nested = number | boolean | readonly Nested[];
export type HostInput = Nested | ArrayBufferView | NDArray;

/** An array on the host, row-major. */
export class NDArray {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  readonly dtype: DType;

  constructor(data: TypedArray, shape: readonly number[], dtype: DType) {
    if (data.length !== sizeOf(shape)) fail('arguments_wrong', 'NDArray', `${sizeOf(shape)} elements for the shape ${showShape(shape)}`, `${data.length}`);
    this.data = data;
    this.shape = [...shape];
    this.dtype = dtype;
  }

  /** The only element. @throws arguments_wrong */
  item(): number {
    if (this.data.length !== 1) fail('arguments_wrong', 'item', 'an array of one element', `one of shape ${showShape(this.shape)}`);
    return this.data[0]!;
  }

  /** Nested arrays; a number for a scalar, booleans for bool. */
  toArray(): Nested {
    return nest(Array.from(this.data, (v) => (this.dtype === 'bool' ? v !== 0 : v)), this.shape);
  }

  /** One element where every axis has an index, else what is left; negative indices count from the end. @throws index_out_of_range */
  at(...indices: readonly number[]): number | NDArray {
    if (indices.length > this.shape.length) fail('too_many_indices', indices.length, `an array ${showShape(this.shape)}`);
    const strides = stridesOf(this.shape);
    const start = indices.reduce((offset, index, axis) => {
      const extent = this.shape[axis]!;
      const i = index < 0 ? index + extent : index;
      if (!Number.isInteger(i) || i < 0 || i >= extent) fail('index_out_of_range', index, extent, axis, `an array ${showShape(this.shape)}`);
      return offset + i * strides[axis]!;
    }, 0);
    if (indices.length === this.shape.length) return this.data[start]!;
    const rest = this.shape.slice(indices.length);
    return new NDArray(this.data.slice(start, start + sizeOf(rest)), rest, this.dtype);
  }

  /** As numpy prints: rows in brackets, columns aligned, the middle of long axes left out. */
  toString(): string {
    const edge = this.data.length > PRINTED_MAX ? 3 : Infinity;
    const cells = printed(this.shape, edge).map((i) => showNumber(this.data[i]!, this.dtype));
    const width = Math.max(0, ...cells.map((c) => c.length));
    const body = layOut(this, 0, 0, { edge, width });
    return this.dtype === 'float32' ? body : `${body} ${this.dtype}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

function nest(values: readonly (number | boolean)[], shape: readonly number[]): Nested {
  const [extent, ...rest] = shape;
  if (extent === undefined) return values[0]!;
  const size = sizeOf(rest);
  return Array.from({ length: extent }, (_, i) => nest(values.slice(i * size, (i + 1) * size), rest));
}

/** Positions of the elements that are printed. */
function printed(shape: readonly number[], edge: number): number[] {
  const strides = stridesOf(shape);
  return shape.reduce<number[]>(
    (positions, extent, axis) => positions.flatMap((p) => shownIndices(extent, edge).map((i) => p + i * strides[axis]!)),
    [0],
  );
}

function shownIndices(extent: number, edge: number): number[] {
  const all = Array.from({ length: extent }, (_, i) => i);
  return extent <= 2 * edge ? all : [...all.slice(0, edge), ...all.slice(-edge)];
}

function layOut(array: NDArray, axis: number, offset: number, style: { readonly edge: number; readonly width: number }): string {
  const { shape, data, dtype } = array;
  if (axis === shape.length) return shape.length === 0 ? showNumber(data[offset]!, dtype) : showNumber(data[offset]!, dtype).padStart(style.width);
  const stride = stridesOf(shape)[axis]!;
  const shown = shownIndices(shape[axis]!, style.edge);
  const parts = shown.map((i) => layOut(array, axis + 1, offset + i * stride, style));
  if (shown.length < shape[axis]!) parts.splice(style.edge, 0, '...');
  const last = axis === shape.length - 1;
  return `[${parts.join(last ? ', ' : `,\n${' '.repeat(axis + 1)}`)}]`;
}

function showNumber(value: number, dtype: DType): string {
  if (dtype === 'bool') return String(value !== 0);
  if (!isFloat(dtype)) return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const short = Number(value.toPrecision(dtype === 'float64' ? 8 : 6));
  const text = String(short);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

export type ConvertOptions = {
  /** What is being converted, for errors. */
  readonly what: string;
  /** The dtype wanted; `null`: the value's own. */
  readonly dtype?: DType | null;
  /** `true`: any loss is allowed; `null`: numbers may be rounded, arrays may not; `false`: nothing may. */
  readonly allowDowncast?: boolean | null;
};

/**
 * What a user passes, as an array. Numbers and nested arrays have no dtype and take the one wanted; typed arrays have one.
 * @throws ragged_array, fraction_for_integer, lossy_conversion, not_a_tensor
 */
export function toHostValue(value: HostInput, options: ConvertOptions): NDArray {
  if (value instanceof NDArray) return convert(value, options);
  if (ArrayBuffer.isView(value)) return convert(fromTyped(value, options.what), options);
  if (typeof value !== 'number' && typeof value !== 'boolean' && !Array.isArray(value)) fail('not_a_tensor', options.what, typeof value);
  return fromNested(value as Nested, options);
}

/** A typed array as a vector of its dtype; small integers become int32. */
function fromTyped(value: ArrayBufferView, what: string): NDArray {
  if (value instanceof Float32Array) return new NDArray(value, [value.length], 'float32');
  if (value instanceof Float64Array) return new NDArray(value, [value.length], 'float64');
  if (value instanceof Int32Array) return new NDArray(value, [value.length], 'int32');
  if (value instanceof Uint32Array) return new NDArray(value, [value.length], 'uint32');
  const isSmall = value instanceof Int8Array || value instanceof Uint8Array || value instanceof Uint8ClampedArray || value instanceof Int16Array || value instanceof Uint16Array;
  if (!isSmall) fail('not_a_tensor', what, `a ${value.constructor.name}`);
  return new NDArray(Int32Array.from(value), [value.length], 'int32');
}

function convert(array: NDArray, { what, dtype, allowDowncast }: ConvertOptions): NDArray {
  if (dtype === null || dtype === undefined || dtype === array.dtype) return array;
  const converted = arrayOf(dtype, dtype === 'bool' ? Array.from(array.data, (v) => Number(v !== 0)) : array.data);
  const loses = converted.some((v, i) => v !== array.data[i] && !(Number.isNaN(v) && Number.isNaN(array.data[i]!)));
  const narrows = array.dtype === 'float64' && dtype === 'float32';
  if ((loses || narrows) && allowDowncast !== true) fail('lossy_conversion', what, array.dtype, dtype);
  return new NDArray(converted, array.shape, dtype);
}

function fromNested(value: Nested, { what, dtype, allowDowncast }: ConvertOptions): NDArray {
  const shape = shapeOf(value, what);
  const flat = flatten(value, sizeOf(shape));
  const own: DType = dtype ?? (flat.length > 0 && flat.every((v) => typeof v === 'boolean') ? 'bool' : 'float32');
  const numbers = flat.map(Number);
  if (!isFloat(own) && own !== 'bool') {
    const fraction = numbers.find((v) => !Number.isInteger(v));
    if (fraction !== undefined && allowDowncast !== true) fail('fraction_for_integer', what, String(fraction), own);
  }
  const data = arrayOf(own, own === 'bool' ? numbers.map((v) => Number(v !== 0)) : numbers);
  const loses = own === 'float32' && allowDowncast === false && data.some((v, i) => v !== numbers[i]! && !Number.isNaN(v));
  if (loses) fail('lossy_conversion', what, 'float64', own);
  return new NDArray(data, shape, own);
}

/** The shape of a nested array. @throws ragged_array */
function shapeOf(value: Nested, what: string): number[] {
  const shape: number[] = [];
  let level: readonly Nested[] = [value];
  while (level.length > 0 && Array.isArray(level[0])) {
    const first = level[0] as readonly Nested[];
    const wrong = level.findIndex((v) => !Array.isArray(v) || v.length !== first.length);
    if (wrong >= 0) {
      const other = level[wrong];
      const has = Array.isArray(other) ? `has ${other.length} elements` : 'is a number';
      fail('ragged_array', what, `row ${wrong} ${has} and row 0 has ${first.length}`);
    }
    shape.push(first.length);
    level = (level as readonly (readonly Nested[])[]).flat() as readonly Nested[];
  }
  const odd = level.find((v) => typeof v !== 'number' && typeof v !== 'boolean');
  if (odd !== undefined) {
    if (Array.isArray(odd)) fail('ragged_array', what, `a row stands beside a number`);
    fail('not_a_tensor', what, `an element of type ${typeof odd}`);
  }
  return shape;
}

function flatten(value: Nested, size: number): readonly (number | boolean)[] {
  const out: (number | boolean)[] = [];
  const stack: Nested[] = [value];
  for (let v = stack.pop(); v !== undefined; v = stack.pop()) {
    if (Array.isArray(v)) for (let i = v.length - 1; i >= 0; i--) stack.push((v as readonly Nested[])[i]!);
    else out.push(v as number | boolean);
  }
  return out.length === size ? out : out.slice(0, size);
}

/** Zeros of a shape, as data. */
export const emptyArray = (dtype: DType, shape: readonly number[]): NDArray => new NDArray(makeArray(dtype, sizeOf(shape)), shape, dtype);
