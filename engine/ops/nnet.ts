/** @file Softmax and its logarithm: nodes of their own, so that rules and derivatives can be exact. */
import { node, type Expr } from '../ir/graph.ts';
import type { NodeArgs, OpDef } from '../ir/op-def.ts';
import { fail } from '../base/errors.ts';
import { floatOf, isFloat, normalizeAxis } from '../ir/types.ts';
import { mul, sub, div } from './arith.ts';
import { broadcastTo, cast, insertOnes, sum } from './broadcast.ts';
import { dimOf, dimsOf } from './leaves.ts';
import { max } from './reduce.ts';
import { exp, log } from './transcendental.ts';

type AxisParams = { readonly axis: number };

const readAxis = (value: { readonly [key: string]: unknown }): AxisParams | null => {
  const { axis } = value;
  return typeof axis === 'number' && Number.isInteger(axis) && axis >= 0 ? { axis } : null;
};

/** The reduced value at each element along the axis. */
const along = (y: Expr, x: Expr, axis: number): Expr =>
  broadcastTo(insertOnes(y, [axis]), dimsOf(x));

type SoftmaxSpec = {
  readonly name: string;
  readonly doc: string;
  readonly latex: string;
  readonly expand: (x: Expr, axis: number) => Expr;
  /** y the result, v a cotangent. */
  readonly vjp: (v: Expr, y: Expr, axis: number) => Expr;
  readonly jvp: (v: Expr, y: Expr, axis: number) => Expr;
};

const overAxis = (spec: SoftmaxSpec): OpDef<AxisParams> => ({
  name: spec.name,
  doc: spec.doc,
  readParams: readAxis,
  arity: [1, 1],
  infer: ({ types, params, describe, describeType }) => {
    normalizeAxis(spec.name, params.axis, types[0]!.shape.length, describe(0));
    if (!isFloat(types[0]!.dtype)) fail('dtype_wrong', spec.name, 'a float', describeType(0));
    return types[0]!;
  },
  extent: ({ inputs }, axis) => dimOf(inputs[0]!, axis),
  derivative: {
    kind: 'custom',
    vjp: ([ct], { output, params }) => [
      ct === null || ct === undefined ? null : spec.vjp(ct, output, params.axis),
    ],
    jvp: ([t], { output, params }) => [
      t === null || t === undefined ? null : spec.jvp(t, output, params.axis),
    ],
  },
  lowering: {
    kind: 'graph',
    expand: ({ inputs, params }: NodeArgs<AxisParams>) => [spec.expand(inputs[0]!, params.axis)],
  },
  latex: ([x]) => `${spec.latex}(${x})`,
  domain: [],
});

/** x minus its maximum along the axis: exp of it cannot overflow. */
const centered = (x: Expr, axis: number): Expr => sub(x, along(max(x, [axis]), x, axis));

const softmaxPullback = (v: Expr, y: Expr, axis: number): Expr =>
  mul(y, sub(v, along(sum(mul(v, y), [axis]), y, axis)));

export const SOFTMAX = overAxis({
  name: 'softmax',
  doc: 'exp(x) / sum(exp(x)) along one axis, the last by default, without overflow. The rank is kept.',
  latex: '\\operatorname{softmax}',
  expand: (x, axis) => {
    const e = exp(centered(x, axis));
    return div(e, along(sum(e, [axis]), x, axis));
  },
  vjp: softmaxPullback,
  jvp: softmaxPullback,
});

export const LOG_SOFTMAX = overAxis({
  name: 'logSoftmax',
  doc: 'x - log(sum(exp(x))) along one axis, the last by default, without overflow. The rank is kept.',
  latex: '\\operatorname{logSoftmax}',
  expand: (x, axis) => {
    const shifted = centered(x, axis);
    return sub(shifted, along(log(sum(exp(shifted), [axis])), x, axis));
  },
  vjp: (v, y, axis) => sub(v, mul(exp(y), along(sum(v, [axis]), y, axis))),
  jvp: (v, y, axis) => sub(v, along(sum(mul(exp(y), v), [axis]), y, axis)),
});

export const softmax = (x: Expr, axis: number): Expr =>
  node(SOFTMAX, [cast(x, floatOf(x.type.dtype))], { axis });
export const logSoftmax = (x: Expr, axis: number): Expr =>
  node(LOG_SOFTMAX, [cast(x, floatOf(x.type.dtype))], { axis });
