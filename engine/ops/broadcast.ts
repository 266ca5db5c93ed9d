/**
 * @file sum and broadcastTo, each the transpose of the other; cast; and the alignment of operands. Broadcasting is a
 * node of its own: an elementwise op sees equal shapes, and no derivative sums over broadcast axes by itself.
 */
import { assert, fail } from '../base/errors.ts';
import { truncateTo } from '../ir/constant-data.ts';
import { node, describe, type Expr } from '../ir/graph.ts';
import { number } from '../ir/index-expr.ts';
import type { OpDef } from '../ir/op-def.ts';
import {
  compatibleShapes,
  isFloat,
  isInteger,
  mergeShapes,
  showShape,
  type DType,
  type Shape,
} from '../ir/types.ts';
import {
  checkDims,
  dimOf,
  dimsOf,
  packDims,
  scalarValue,
  unpackDims,
  unpackShape,
} from './leaves.ts';
import { commonDType } from './operands.ts';
import { joinAxes, referenceReduction, referenceView } from './reference.ts';
import { integerList, readDType, readShape } from './read-params.ts';
import { TO_I32, TO_U32 } from './wgsl-math.ts';

type CastParams = { readonly dtype: DType };

/** Name of a dtype in emitted WGSL. */
export const WGSL_TYPE: Readonly<Record<DType, string>> = {
  float32: 'f32',
  float16: 'f16',
  float64: 'f64',
  int32: 'i32',
  uint32: 'u32',
  bool: 'bool',
};

export const CAST: OpDef<CastParams> = {
  name: 'cast',
  doc: 'x with another dtype. A float becomes an integer by truncation, the nearest one where it does not fit, and NaN becomes 0; a number becomes a bool by being nonzero.',
  readParams: (value) => {
    const dtype = readDType(value['dtype']);
    return dtype === null ? null : { dtype };
  },
  arity: [1, 1],
  infer: ({ types, params }) => ({ dtype: params.dtype, shape: types[0]!.shape }),
  extent: ({ inputs }, axis) => dimOf(inputs[0]!, axis),
  derivative: {
    kind: 'custom',
    vjp: ([ct], { inputs, params }) => {
      const from = inputs[0]!.type.dtype;
      if (ct === null || ct === undefined || rounds(from, params.dtype)) return [null];
      return [isFloat(from) ? cast(ct, from) : ct];
    },
    jvp: ([t], { inputs, params }) => {
      if (t === null || t === undefined || rounds(inputs[0]!.type.dtype, params.dtype))
        return [null];
      return [isFloat(params.dtype) ? cast(t, params.dtype) : t];
    },
  },
  lowering: {
    kind: 'elementwise',
    cost: 1,
    reference: ([x], dtype, [from]) => {
      if (dtype === 'bool') return Number(x !== 0);
      return isInteger(dtype) && isFloat(from!) ? truncateTo(dtype, x!) : x!;
    },
    wgsl: ([x], { dtype, operands, use }) => {
      if (dtype === operands[0]) return x!;
      if (isFloat(operands[0]!) && isInteger(dtype))
        return `${use(dtype === 'int32' ? TO_I32 : TO_U32)}(${x})`;
      return `${WGSL_TYPE[dtype]}(${x})`;
    },
    wasm: (v, [x]) => {
      const from = v.operands[0]!;
      if (from === v.dtype) return x!;
      if (v.dtype === 'bool')
        return isFloat(from) ? v.f('ne', x!, v.float(0)) : v.i('ne', x!, v.integer(0));
      if (from === 'bool')
        return isFloat(v.dtype) ? v.bits('and', x!, v.float(1)) : v.bits('and', x!, v.integer(1));
      if (isFloat(v.dtype))
        return v.f(from === 'uint32' ? 'convert_i32x4_u' : 'convert_i32x4_s', x!);
      if (isFloat(from))
        return v.i(v.dtype === 'uint32' ? 'trunc_sat_f32x4_u' : 'trunc_sat_f32x4_s', x!);
      return x!;
    },
  },
  latex: ([x]) => `${x}`,
  text: ([x], { params }) => `cast(${x}, ${params.dtype})`,
  domain: [[-3, 3]],
};

/** Whether a cast moves in steps, so that its derivative is zero. */
const rounds = (from: DType, to: DType): boolean => isFloat(from) && !isFloat(to);

export function cast(x: Expr, dtype: DType): Expr {
  return x.type.dtype === dtype ? x : node(CAST, [x], { dtype });
}

type BroadcastParams = {
  /** The result's shape; `null` is the next int32 input. */
  readonly shape: Shape;
  /** Axes of the result along which x is repeated: known to be 1, or missing in x. */
  readonly stretched: readonly number[];
};

export const BROADCAST_TO: OpDef<BroadcastParams> = {
  name: 'broadcastTo',
  doc: 'x repeated along axes of extent 1 and along new leading axes. Only an extent that is 1 when the graph is built is repeated.',
  readParams: (value) => {
    const shape = readShape(value['shape']);
    const stretched = integerList(value['stretched']);
    const right =
      shape !== null && stretched !== null && stretched.every((a) => a >= 0 && a < shape.length);
    return right ? { shape, stretched } : null;
  },
  arity: [1, 9],
  infer: ({ types, params, known, describe, operation }) => {
    const [x, ...dims] = types;
    assert(x !== undefined, 'broadcastTo without input');
    checkDims('broadcastTo', params.shape, dims);
    const shape = unpackShape(params.shape, 1, known);
    const missing = shape.length - x.shape.length;
    if (missing < 0) fail('rank_wrong', 'broadcastTo', `at most ${shape.length} axes`, describe(0));
    const target = (axis: number): string =>
      params.shape[axis] === null
        ? describe(1 + params.shape.slice(0, axis).filter((n) => n === null).length)
        : showShape(shape);
    const result = shape.map((extent, axis) => {
      const own = axis < missing ? 1 : x.shape[axis - missing]!;
      if (params.stretched.includes(axis)) {
        if (own !== 1) fail('shapes_differ', operation(), describe(0), target(axis));
        return extent;
      }
      if (own === null || extent === null || own === extent) return own ?? extent;
      if (own === 1) fail('runtime_one', operation(), describe(0), axis - missing, extent);
      fail('shapes_differ', operation(), describe(0), target(axis));
    });
    return { dtype: x.dtype, shape: result };
  },
  extent: ({ inputs, params }, axis) => unpackDims(params.shape, inputs.slice(1))[axis]!,
  derivative: {
    kind: 'linear',
    transpose: (ct, { inputs, params }) => {
      const x = inputs[0]!;
      const missing = params.shape.length - x.type.shape.length;
      const summed = sum(ct, params.stretched);
      const inner = params.stretched.filter((axis) => axis >= missing);
      return inner.length === 0
        ? summed
        : insertOnes(
            summed,
            inner.map((axis) => axis - missing),
          );
    },
  },
  lowering: {
    kind: 'view',
    index: (out, { inputShapes, params }) => {
      const missing = out.length - inputShapes[0]!.length;
      return inputShapes[0]!.map((_, axis) =>
        params.stretched.includes(axis + missing) ? number(0) : out[axis + missing]!,
      );
    },
    reference: referenceView((out, { params, inputs }) => {
      const missing = out.length - inputs[0]!.shape.length;
      return inputs[0]!.shape.map((_, axis) =>
        params.stretched.includes(axis + missing) ? 0 : out[axis + missing]!,
      );
    }),
  },
  latex: ([x]) => x!,
  text: ([x]) => x!,
  domain: [],
};

/** x repeated to the shape `dims`, aligned at the last axis. @throws shapes_differ, rank_wrong */
export function broadcastTo(x: Expr, dims: readonly Expr[]): Expr {
  const { shape, inputs } = packDims(dims);
  const missing = dims.length - x.type.shape.length;
  if (missing < 0) fail('rank_wrong', 'broadcastTo', `at most ${dims.length} axes`, describe(x));
  const stretched = shape.flatMap((extent, axis) => {
    const own = axis < missing ? 1 : x.type.shape[axis - missing]!;
    return axis < missing || (own === 1 && extent !== 1) ? [axis] : [];
  });
  const same = stretched.length === 0 && dims.every((d, axis) => d === dimOf(x, axis));
  return same ? x : node(BROADCAST_TO, [x, ...inputs], { shape, stretched });
}

type DimshuffleParams = {
  /** For each axis of the result the axis of x it is, or -1 for a new one of extent 1. */
  readonly order: readonly number[];
};

export const DIMSHUFFLE: OpDef<DimshuffleParams> = {
  name: 'dimshuffle',
  doc: "x with its axes in another order; 'x' makes a new axis of extent 1; an axis known to be 1 may be left out.",
  readParams: (value) => {
    const order = integerList(value['order']);
    return order === null || order.some((axis) => axis < -1) ? null : { order };
  },
  arity: [1, 1],
  infer: ({ types, params, describe }) => {
    const { dtype, shape } = types[0]!;
    const kept = params.order.filter((axis) => axis >= 0);
    if (kept.some((axis) => axis >= shape.length)) {
      fail('axis_out_of_range', 'dimshuffle', String(Math.max(...kept)), shape.length, describe(0));
    }
    if (new Set(kept).size !== kept.length)
      fail('axis_repeated', 'dimshuffle', showShape(kept), describe(0));
    const dropped = shape.findIndex((extent, axis) => extent !== 1 && !kept.includes(axis));
    if (dropped >= 0) fail('dimshuffle_drops', dropped, describe(0));
    return { dtype, shape: params.order.map((axis) => (axis < 0 ? 1 : shape[axis]!)) };
  },
  extent: ({ inputs, params }, axis) => dimOf(inputs[0]!, params.order[axis]!),
  derivative: {
    kind: 'linear',
    transpose: (ct, { inputs, params }) =>
      dimshuffle(
        ct,
        inputs[0]!.type.shape.map((_, axis) => params.order.indexOf(axis)),
      ),
  },
  lowering: {
    kind: 'view',
    index: (out, { inputShapes, params }) =>
      inputShapes[0]!.map((_, axis) => out[params.order.indexOf(axis)] ?? number(0)),
    reference: referenceView((out, { params, inputs }) =>
      inputs[0]!.shape.map((_, axis) => out[params.order.indexOf(axis)] ?? 0),
    ),
  },
  latex: ([x], { params }) => (params.order.join() === '1,0' ? `{${x}}^{\\mathsf{T}}` : x!),
  text: ([x], { params }) =>
    params.order.join() === '1,0'
      ? `${x}.T`
      : `dimshuffle(${x}, [${params.order.map((a) => (a < 0 ? "'x'" : a)).join(', ')}])`,
  domain: [],
};

/** x with axes reordered; -1 is a new axis of extent 1. @throws axis_out_of_range, axis_repeated, dimshuffle_drops */
export function dimshuffle(x: Expr, order: readonly number[]): Expr {
  const same = order.length === x.type.shape.length && order.every((axis, i) => axis === i);
  return same ? x : node(DIMSHUFFLE, [x], { order });
}

/** The axes reversed, or in the order given. */
export function transpose(x: Expr, order?: readonly number[]): Expr {
  return dimshuffle(x, order ?? x.type.shape.map((_, i) => x.type.shape.length - 1 - i));
}

/** New axes of extent 1 at these places of the result, which are sorted. */
export function insertOnes(x: Expr, axes: readonly number[]): Expr {
  let next = 0;
  const rank = x.type.shape.length + axes.length;
  return dimshuffle(
    x,
    Array.from({ length: rank }, (_, i) => (axes.includes(i) ? -1 : next++)),
  );
}

type AxesParams = { readonly axes: readonly number[] };

/** Params, extents and loops that all reductions over axes share. */
export const reductionAxes = {
  readParams: (value: { readonly [key: string]: unknown }): AxesParams | null => {
    const axes = integerList(value['axes']);
    return axes === null ? null : { axes };
  },
  resultShape: (shape: Shape, axes: readonly number[]): Shape =>
    shape.filter((_, axis) => !axes.includes(axis)),
  keptAxes: (rank: number, axes: readonly number[]): number[] =>
    Array.from({ length: rank }, (_, i) => i).filter((i) => !axes.includes(i)),
  join: joinAxes,
  extent: (
    { inputs, params }: { inputs: readonly Expr[]; params: AxesParams },
    axis: number,
  ): Expr =>
    dimOf(inputs[0]!, reductionAxes.keptAxes(inputs[0]!.type.shape.length, params.axes)[axis]!),
};

export const SUM: OpDef<AxesParams> = {
  name: 'sum',
  doc: 'Sum of x over axes, all of them by default. The sum of a bool is an int32; the sum of nothing is 0.',
  readParams: reductionAxes.readParams,
  arity: [1, 1],
  infer: ({ types, params, describe }) => {
    const { dtype, shape } = types[0]!;
    checkAxes('sum', params.axes, shape.length, describe(0));
    return {
      dtype: dtype === 'bool' ? 'int32' : dtype,
      shape: reductionAxes.resultShape(shape, params.axes),
    };
  },
  extent: reductionAxes.extent,
  derivative: {
    kind: 'linear',
    transpose: (ct, { inputs, params }) =>
      broadcastTo(insertOnes(ct, params.axes), dimsOf(inputs[0]!)),
  },
  lowering: {
    kind: 'reduction',
    combine: 'sum',
    extents: ({ params, inputShapes }) => params.axes.map((axis) => inputShapes[0]![axis]!),
    element: (out, inner, { params, inputShapes, read }) =>
      read(0, reductionAxes.join(inputShapes[0]!.length, params.axes, out, inner)),
    reference: referenceReduction((values) => values.reduce((a, b) => a + b, 0)),
  },
  latex: ([x], { params, output, inputs }) =>
    params.axes.length === inputs[0]!.type.shape.length || output.type.shape.length === 0
      ? `\\sum ${x}`
      : `\\sum_{${params.axes.join()}} ${x}`,
  text: ([x], { params, inputs }) =>
    params.axes.length === inputs[0]!.type.shape.length
      ? `sum(${x})`
      : `sum(${x}, axis=${params.axes.join()})`,
  domain: [],
};

/** Sum over axes from 0, sorted. */
export function sum(x: Expr, axes: readonly number[]): Expr {
  const operand = x.type.dtype === 'bool' ? cast(x, 'int32') : x;
  return axes.length === 0 ? operand : node(SUM, [operand], { axes });
}

/** The axes of a reduction in a message: sorted, different, in range. */
export function checkAxes(op: string, axes: readonly number[], rank: number, of: string): void {
  const wrong = axes.find((axis, i) => axis < 0 || axis >= rank || (i > 0 && axis <= axes[i - 1]!));
  if (wrong !== undefined) fail('axis_out_of_range', op, String(wrong), rank, of);
}

/** The operands with one dtype and one shape. @throws dtypes_differ, shapes_differ */
export function align(op: string, operands: readonly Expr[]): Expr[] {
  const dtype = commonDType(op, operands);
  return broadcastTogether(
    op,
    operands.map((x) => cast(x, dtype)),
  );
}

/** The operands with one shape: an extent that is statically 1 is repeated to the other's. */
export function broadcastTogether(op: string, operands: readonly Expr[]): Expr[] {
  const [first] = operands;
  if (
    first !== undefined &&
    operands.every(
      (x) => mergeShapes(x.type.shape, first.type.shape) !== null && noOnes(x, operands),
    )
  ) {
    return [...operands];
  }
  const rank = Math.max(...operands.map((x) => x.type.shape.length));
  const dims = Array.from({ length: rank }, (_, axis) => commonDim(op, operands, rank - axis));
  return operands.map((x) => broadcastTo(x, dims));
}

/** Whether x has no extent of 1 that another operand would stretch. */
function noOnes(x: Expr, operands: readonly Expr[]): boolean {
  return x.type.shape.every(
    (n, axis) => n !== 1 || operands.every((other) => other.type.shape[axis] === 1),
  );
}

/** The extent that the operands share on the axis `fromEnd` places before the end. */
function commonDim(op: string, operands: readonly Expr[], fromEnd: number): Expr {
  const having = operands.filter((x) => x.type.shape.length >= fromEnd);
  const extentOf = (x: Expr) => x.type.shape[x.type.shape.length - fromEnd]!;
  const wide = having.filter((x) => extentOf(x) !== 1);
  const chosen = wide.find((x) => extentOf(x) !== null) ?? wide[0] ?? having[0]!;
  const clash = wide.find((x) => !compatibleShapes([extentOf(x)], [extentOf(chosen)]));
  if (clash !== undefined)
    fail('shapes_differ', op, describe(operands[0]!), describe(operands[1] ?? clash));
  return dimOf(chosen, chosen.type.shape.length - fromEnd);
}

/** The number that fills a broadcast constant or a constant of equal elements, or `null`. */
export function uniformValue(expr: Expr): number | null {
  if (expr.op.name === BROADCAST_TO.name) return uniformValue(expr.inputs[0]!);
  return scalarValue(expr);
}
