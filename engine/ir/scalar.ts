/**
 * @file The scalar language of a kernel's body: what one turn of a loop nest computes. A graph of these is shared by
 * identity; printers name a shared part once. It says nothing of lanes, workgroups or memory spaces.
 */
import type { Axis, IndexExpr } from './index-expr.ts';
import type { ElementwiseLowering } from './op-def.ts';
import type { DType } from './types.ts';

export type Scalar =
  | { readonly kind: 'constant'; readonly dtype: DType; readonly value: number }
  /** A value that the host computes for each call. */
  | { readonly kind: 'uniform'; readonly dtype: DType; readonly slot: number }
  /** Element `index` of buffer `buffer` of the kernel, row-major. */
  | {
      readonly kind: 'load';
      readonly dtype: DType;
      readonly buffer: number;
      readonly index: IndexExpr;
    }
  /** A loop index as an int32. */
  | { readonly kind: 'index'; readonly dtype: 'int32'; readonly index: IndexExpr }
  | {
      readonly kind: 'apply';
      readonly dtype: DType;
      readonly name: string;
      readonly code: ElementwiseLowering;
      readonly inputs: readonly Scalar[];
    }
  /** Whether an index read from data lies in `[-extent, extent)`. */
  | {
      readonly kind: 'inBounds';
      readonly dtype: 'bool';
      readonly value: Scalar;
      readonly extent: number;
    }
  /** `low <= index < high`: the guard of a loop that runs over the edge. */
  | {
      readonly kind: 'inRange';
      readonly dtype: 'bool';
      readonly index: IndexExpr;
      readonly low: number;
      readonly high: number;
    }
  | {
      readonly kind: 'select';
      readonly dtype: DType;
      readonly condition: Scalar;
      readonly yes: Scalar;
      readonly no: Scalar;
    }
  /** The result of an earlier reduction of the same kernel, at the same parallel index. */
  | { readonly kind: 'reduced'; readonly dtype: DType; readonly phase: number };

/** How a reduction joins two values. Max and min give NaN when a value is NaN; argmax gives the first of equals. */
export type Combine = 'sum' | 'prod' | 'max' | 'min' | 'argmax' | 'argmin';

/** What comes before the first value. */
export function identityOf(combine: Combine, dtype: DType): number {
  switch (combine) {
    case 'sum':
      return 0;
    case 'prod':
      return 1;
    case 'max':
    case 'argmax':
      return dtype === 'int32'
        ? -(2 ** 31)
        : dtype === 'uint32' || dtype === 'bool'
          ? 0
          : -Infinity;
    case 'min':
    case 'argmin':
      return dtype === 'int32'
        ? 2 ** 31 - 1
        : dtype === 'uint32'
          ? 2 ** 32 - 1
          : dtype === 'bool'
            ? 1
            : Infinity;
  }
}

export const constantScalar = (value: number, dtype: DType): Scalar => ({
  kind: 'constant',
  value,
  dtype,
});

/** The operands of a scalar that are not inside an index. */
export function directOperands(s: Scalar): readonly Scalar[] {
  switch (s.kind) {
    case 'apply':
      return s.inputs;
    case 'select':
      return [s.condition, s.yes, s.no];
    case 'inBounds':
      return [s.value];
    case 'load':
    case 'index':
    case 'inRange':
    case 'constant':
    case 'uniform':
    case 'reduced':
      return [];
  }
}

/** The operands of a scalar, those read by its index included. */
export const operandsOf = (s: Scalar): readonly Scalar[] =>
  s.kind === 'load' || s.kind === 'index' || s.kind === 'inRange'
    ? gatheredBy(s.index)
    : directOperands(s);

/** The values read from data that an index holds. */
function gatheredBy(index: IndexExpr): readonly Scalar[] {
  switch (index.kind) {
    case 'gather':
      return [index.value];
    case 'add':
      return [...gatheredBy(index.a), ...gatheredBy(index.b)];
    case 'times':
    case 'div':
    case 'mod':
      return gatheredBy(index.a);
    case 'number':
    case 'axis':
    case 'uniform':
      return [];
  }
}

/** The loop axes that a scalar's value depends on. */
export function axesOf(root: Scalar): Set<Axis> {
  const axes = new Set<Axis>();
  const seen = new Set<Scalar>();
  const stack = [root];
  for (let s = stack.pop(); s !== undefined; s = stack.pop()) {
    if (seen.has(s)) continue;
    seen.add(s);
    if (s.kind === 'load' || s.kind === 'index' || s.kind === 'inRange') indexAxes(s.index, axes);
    stack.push(...operandsOf(s));
  }
  return axes;
}

function indexAxes(index: IndexExpr, into: Set<Axis>): void {
  if (index.kind === 'axis') into.add(index.axis);
  else if (index.kind === 'add') {
    indexAxes(index.a, into);
    indexAxes(index.b, into);
  } else if (index.kind === 'times' || index.kind === 'div' || index.kind === 'mod')
    indexAxes(index.a, into);
}

type AxesOfValue = (value: Scalar) => Iterable<Axis>;

/**
 * How the position moves when `axis` advances by one: a number where it is the same everywhere, `null` where it is not.
 * 0 is a value that stays, 1 is contiguous. `axesOfValue`: a printer may know the axes of values already.
 */
export function strideAlong(
  index: IndexExpr,
  axis: Axis,
  axesOfValue: AxesOfValue = axesOf,
): number | null {
  const stride = strideOrNaN(index, axis, axesOfValue);
  return Number.isNaN(stride) ? null : stride;
}

/** NaN stands for a stride that differs: sums and multiples of it are NaN too. */
function strideOrNaN(a: IndexExpr, axis: Axis, axesOfValue: AxesOfValue): number {
  switch (a.kind) {
    case 'number':
    case 'uniform':
      return 0;
    case 'axis':
      return a.axis === axis ? 1 : 0;
    case 'add':
      return strideOrNaN(a.a, axis, axesOfValue) + strideOrNaN(a.b, axis, axesOfValue);
    case 'times':
      return strideOrNaN(a.a, axis, axesOfValue) * a.factor;
    case 'div':
    case 'mod':
      return strideOrNaN(a.a, axis, axesOfValue) === 0 ? 0 : NaN;
    case 'gather':
      return [...axesOfValue(a.value)].includes(axis) ? NaN : 0;
  }
}
