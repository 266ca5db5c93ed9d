/** @file Reductions over axes, beside sum: max, min, argmax, mean. */
import { fail } from '../base/errors.ts';
import { node, type Expr } from '../ir/graph.ts';
import type { InferArgs, OpDef } from '../ir/op-def.ts';
import { floatOf, isFloat, type DType, type TensorType } from '../ir/types.ts';
import { div, mul } from './arith.ts';
import { broadcastTo, cast, checkAxes, insertOnes, reductionAxes, sum } from './broadcast.ts';
import { referenceReduction } from './reference.ts';
import { eq } from './compare.ts';
import { constant, dimOf, dimsOf } from './leaves.ts';

type AxesParams = { readonly axes: readonly number[] };

/** Type rule of a reduction that needs at least one element. */
const inferNonEmpty =
  (name: string, dtype: 'same' | 'int32') =>
  ({ types, params, describe }: InferArgs<AxesParams>): TensorType => {
    const x = types[0]!;
    checkAxes(name, params.axes, x.shape.length, describe(0));
    if (params.axes.some((axis) => x.shape[axis] === 0)) fail('empty_reduction', name, describe(0));
    return {
      dtype: dtype === 'int32' ? 'int32' : x.dtype,
      shape: reductionAxes.resultShape(x.shape, params.axes),
    };
  };

/** The result of a reduction at every element that it was made from. */
const spread = (y: Expr, x: Expr, axes: readonly number[]): Expr =>
  broadcastTo(insertOnes(y, axes), dimsOf(x));

const extremum = (name: 'max' | 'min', doc: string): OpDef<AxesParams> => ({
  name,
  doc,
  readParams: reductionAxes.readParams,
  arity: [1, 1],
  infer: inferNonEmpty(name, 'same'),
  extent: reductionAxes.extent,
  derivative: {
    kind: 'custom',
    vjp: ([ct], { inputs: [x], output, params }) =>
      ct === null || ct === undefined
        ? [null]
        : [mul(spread(ct, x!, params.axes), attained(x!, output, params.axes))],
    jvp: ([t], { inputs: [x], output, params }) =>
      t === null || t === undefined
        ? [null]
        : [sum(mul(t, attained(x!, output, params.axes)), params.axes)],
  },
  lowering: {
    kind: 'reduction',
    combine: name,
    extents: ({ params, inputShapes }) => params.axes.map((axis) => inputShapes[0]![axis]!),
    element: (out, inner, { params, inputShapes, read }) =>
      read(0, reductionAxes.join(inputShapes[0]!.length, params.axes, out, inner)),
    reference: referenceReduction((values) =>
      values.reduce((a, b) => (name === 'max' ? Math.max(a, b) : Math.min(a, b))),
    ),
  },
  latex: ([x], { params, inputs }) =>
    params.axes.length === inputs[0]!.type.shape.length
      ? `\\${name} ${x}`
      : `\\${name}_{${params.axes.join()}} ${x}`,
  text: ([x], { params, inputs }) =>
    params.axes.length === inputs[0]!.type.shape.length
      ? `${name}(${x})`
      : `${name}(${x}, axis=${params.axes.join()})`,
  domain: [],
});

/** 1 where x is the extremum of its group, 0 elsewhere. */
const attained = (x: Expr, y: Expr, axes: readonly number[]): Expr =>
  cast(eq(x, spread(y, x, axes)), floatOf(x.type.dtype));

export const MAX = extremum(
  'max',
  'Largest element of x over axes, all of them by default; NaN where one is NaN. Each of several equal maxima gets the whole gradient.',
);
export const MIN = extremum(
  'min',
  'Smallest element of x over axes, all of them by default; NaN where one is NaN. Each of several equal minima gets the whole gradient.',
);

/** Over axes from 0, sorted. */
export const max = (x: Expr, axes: readonly number[]): Expr =>
  axes.length === 0 ? x : node(MAX, [x], { axes });
export const min = (x: Expr, axes: readonly number[]): Expr =>
  axes.length === 0 ? x : node(MIN, [x], { axes });

export const ARGMAX: OpDef<AxesParams> = {
  name: 'argmax',
  doc: 'Index of the largest element of x over axes, an int32; the first of equal ones, or the first NaN. Over several axes it counts row-major.',
  readParams: reductionAxes.readParams,
  arity: [1, 1],
  infer: inferNonEmpty('argmax', 'int32'),
  extent: reductionAxes.extent,
  derivative: { kind: 'none', because: 'an index moves in steps' },
  lowering: {
    kind: 'reduction',
    combine: 'argmax',
    extents: ({ params, inputShapes }) => params.axes.map((axis) => inputShapes[0]![axis]!),
    element: (out, inner, { params, inputShapes, read }) =>
      read(0, reductionAxes.join(inputShapes[0]!.length, params.axes, out, inner)),
    reference: referenceReduction((values) => {
      const nan = values.findIndex((v) => Number.isNaN(v));
      return nan >= 0 ? nan : values.reduce((best, v, i) => (v > values[best]! ? i : best), 0);
    }),
  },
  latex: ([x], { params }) => `\\operatorname{argmax}_{${params.axes.join()}} ${x}`,
  text: ([x], { params }) => `argmax(${x}, axis=${params.axes.join()})`,
  domain: [],
};

export const argmax = (x: Expr, axes: readonly number[]): Expr => node(ARGMAX, [x], { axes });

/** Number of elements over axes, as a scalar. The product is not an int32, which the extents of a broadcast would exceed. */
export function countOf(x: Expr, axes: readonly number[], dtype: DType): Expr {
  const extents = axes.map((axis) => cast(dimOf(x, axis), dtype));
  return extents.length === 0 ? constant(1, dtype) : extents.reduce((a, b) => mul(a, b));
}

export const MEAN: OpDef<AxesParams> = {
  name: 'mean',
  doc: 'Mean of x over axes, all of them by default; integers give float32. The mean of nothing is NaN.',
  readParams: reductionAxes.readParams,
  arity: [1, 1],
  infer: ({ types, params, describe, describeType }) => {
    const { dtype, shape } = types[0]!;
    if (!isFloat(dtype)) fail('dtype_wrong', 'mean', 'a float', describeType(0));
    checkAxes('mean', params.axes, shape.length, describe(0));
    return { dtype, shape: reductionAxes.resultShape(shape, params.axes) };
  },
  extent: reductionAxes.extent,
  derivative: {
    kind: 'linear',
    transpose: (ct, { inputs, params }) =>
      spread(
        div(ct, countOf(inputs[0]!, params.axes, inputs[0]!.type.dtype)),
        inputs[0]!,
        params.axes,
      ),
  },
  lowering: { kind: 'graph', expand: ({ inputs, params }) => [meanAsSum(inputs[0]!, params.axes)] },
  latex: ([x], { params, inputs }) =>
    params.axes.length === inputs[0]!.type.shape.length
      ? `\\operatorname{mean} ${x}`
      : `\\operatorname{mean}_{${params.axes.join()}} ${x}`,
  text: ([x], { params, inputs }) =>
    params.axes.length === inputs[0]!.type.shape.length
      ? `mean(${x})`
      : `mean(${x}, axis=${params.axes.join()})`,
  domain: [],
};

export const mean = (x: Expr, axes: readonly number[]): Expr =>
  node(MEAN, [cast(x, floatOf(x.type.dtype))], { axes });

/** The mean by its definition. */
export const meanAsSum = (x: Expr, axes: readonly number[]): Expr =>
  div(sum(x, axes), countOf(x, axes, x.type.dtype));
