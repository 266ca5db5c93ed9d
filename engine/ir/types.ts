/** @file The type of a node: dtype and shape. An extent is a number, or `null` when only the call will tell. */
import { assert, fail } from '../base/errors.ts';

export const DTYPES = ['float32', 'float16', 'float64', 'int32', 'uint32', 'bool'] as const;
export type DType = (typeof DTYPES)[number];

/** Size of one axis; `null` is known only at the call. */
export type Extent = number | null;

/** Extent of every axis, outermost first. `[]` is a scalar. */
export type Shape = readonly Extent[];

export type TensorType = { readonly dtype: DType; readonly shape: Shape };

export const isFloat = (dtype: DType): boolean => dtype.startsWith('float');
export const isInteger = (dtype: DType): boolean => dtype === 'int32' || dtype === 'uint32';

export function showShape(shape: Shape): string {
  return `[${shape.map((n) => n ?? '?').join(', ')}]`;
}

export function showType(type: TensorType): string {
  return `${type.dtype} ${showShape(type.shape)}`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

export function sameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape);
}

/** Whether a value of shape `a` may be one of shape `b`: equal ranks, and no two numbers that differ. */
export function compatibleShapes(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, i) => n === null || b[i] === null || n === b[i]);
}

/** The shape of the call. @throws engine defect when an extent is unknown. */
export function staticShape(shape: Shape): readonly number[] {
  return shape.map((n) => {
    assert(n !== null, `unbound extent in ${showShape(shape)}`);
    return n;
  });
}

/** Number of elements of a shape whose extents are known. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Row-major strides, in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  }
  return strides;
}

/** Bytes of an element on the host. */
export const HOST_BYTES: Readonly<Record<DType, number>> = {
  float32: 4,
  float16: 2,
  float64: 8,
  int32: 4,
  uint32: 4,
  bool: 1,
};

/** Bytes of an element in a device's buffer; a bool is a word there. */
export const DEVICE_BYTES: Readonly<Record<DType, number>> = { ...HOST_BYTES, bool: 4 };

const FLOAT_WIDTH: Partial<Record<DType, number>> = { float16: 16, float32: 32, float64: 64 };

/** The common dtype of two operands; `null` for int32 with uint32. */
export function promote(a: DType, b: DType): DType | null {
  if (a === b) return a;
  if (isFloat(a) && isFloat(b)) return FLOAT_WIDTH[a]! >= FLOAT_WIDTH[b]! ? a : b;
  if (isFloat(a)) return a;
  if (isFloat(b)) return b;
  if (a === 'bool') return b;
  if (b === 'bool') return a;
  return null;
}

/** The dtype of real arithmetic on `dtype`: integers and bool become float32. */
export function floatOf(dtype: DType): DType {
  return isFloat(dtype) ? dtype : 'float32';
}

/** Extents of two equal shapes, a number winning over `null`; `null` when they differ. */
export function mergeShapes(a: Shape, b: Shape): Shape | null {
  return compatibleShapes(a, b) ? a.map((n, i) => n ?? b[i]!) : null;
}

/** The axis as a number from 0. @throws axis_out_of_range */
export function normalizeAxis(op: string, axis: number, rank: number, of: string): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    fail('axis_out_of_range', op, String(axis), rank, of);
  return axis < 0 ? axis + rank : axis;
}

/** Several axes as sorted numbers from 0; `null` or `undefined` is all of them. @throws axis_out_of_range, axis_repeated */
export function normalizeAxes(
  op: string,
  axis: number | readonly number[] | null | undefined,
  rank: number,
  of: string,
): readonly number[] {
  if (axis === null || axis === undefined) return Array.from({ length: rank }, (_, i) => i);
  const list = (typeof axis === 'number' ? [axis] : axis).map((a) =>
    normalizeAxis(op, a, rank, of),
  );
  if (new Set(list).size !== list.length)
    fail('axis_repeated', op, showShape(axis as readonly number[]), of);
  return list.toSorted((a, b) => a - b);
}
