/** @file The value of a constant: a typed array, equal by content. */
import type { DType } from './types.ts';

export type TypedArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

const ARRAYS = {
  float32: Float32Array,
  // A float16 value is held as float32 on the host: Node 20 has no Float16Array.
  float16: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  bool: Uint8Array,
} as const;

/** An array of zeros of this dtype. */
export function makeArray(dtype: DType, length: number): TypedArray {
  return new ARRAYS[dtype](length);
}

/** The numbers as an array of this dtype, rounded as the dtype rounds. */
export function arrayOf(dtype: DType, values: ArrayLike<number>): TypedArray {
  return ARRAYS[dtype].from(values);
}

/** A float without its fraction, as near as an integer dtype has one; NaN is 0. */
export function truncateTo(dtype: DType, x: number): number {
  const [low, high] = dtype === 'int32' ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
  return Number.isNaN(x) ? 0 : Math.min(Math.max(Math.trunc(x), low), high);
}

/** Up to so many elements are compared one by one; above, by a 64 bit digest of the bytes. */
const LISTED_MAX = 64;

/** Elements of a constant, row-major. `JSON.stringify` gives a key of its content, so that equal constants are one node. */
export class ConstantData {
  readonly values: TypedArray;
  #key: string | null = null;

  constructor(values: TypedArray) {
    this.values = values;
  }

  toJSON(): string {
    this.#key ??=
      this.values.length <= LISTED_MAX
        ? Array.from(this.values, (v) => (Object.is(v, -0) ? '-0' : String(v))).join()
        : digest(this.values);
    return this.#key;
  }
}

/** Source: FNV-1a (Fowler, Noll, Vo), two 32 bit lanes with different offsets, over words of the bytes. */
function digest(values: TypedArray): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (const byte of bytes) {
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte ^ (low >>> 24), 0x85ebca6b);
  }
  return `${values.length}:${(low >>> 0).toString(16)}${(high >>> 0).toString(16)}`;
}
