/**
 * @file Markers that change a derivative and no value: what flows back is cut, clipped or scaled. Rules take them out once
 * the derivative is built. Forward mode is cut and scaled alike; it has nothing to clip.
 */
import { node, type Expr, type Params } from '../ir/graph.ts';
import type { Derivative, MaybeExpr, OpDef } from '../ir/op-def.ts';
import { mul, like } from './arith.ts';
import { maximum, minimum } from './compare.ts';
import { dimOf } from './leaves.ts';
import { noParams } from './read-params.ts';

type MarkerSpec<P extends Params> = {
  readonly name: string;
  readonly doc: string;
  readonly readParams: (value: Params) => P | null;
  readonly derivative: Derivative<P>;
};

/** A view that is its operand. */
const marker = <P extends Params>({
  name,
  doc,
  readParams,
  derivative,
}: MarkerSpec<P>): OpDef<P> => ({
  name,
  doc,
  readParams,
  arity: [1, 1],
  infer: ({ types }) => types[0]!,
  extent: ({ inputs }, axis) => dimOf(inputs[0]!, axis),
  derivative,
  lowering: {
    kind: 'view',
    index: (out) => out,
    reference: ({ inputs }) => inputs[0]!.data.slice(),
  },
  latex: ([x]) => `\\operatorname{${name}}(${x})`,
  domain: [],
});

export const DISCONNECTED_GRAD = marker({
  name: 'disconnectedGrad',
  doc: 'x, of which a derivative knows nothing: an expression that depends on a variable only through it is disconnected.',
  readParams: noParams,
  derivative: { kind: 'disconnected' },
});

export const ZERO_GRAD = marker({
  name: 'zeroGrad',
  doc: 'x, through which derivatives are zero: what depends on a variable only through it has a gradient of zeros.',
  readParams: noParams,
  derivative: { kind: 'zero' },
});

type ClipParams = { readonly low: number; readonly high: number };

export const GRAD_CLIP = marker<ClipParams>({
  name: 'gradClip',
  doc: 'x; the gradient that flows back through it is clipped to [low, high]. Forward mode does not clip.',
  readParams: ({ low, high }) =>
    isNumber(low) && isNumber(high) && low <= high ? { low, high } : null,
  derivative: {
    kind: 'custom',
    vjp: ([ct], { params }) => [
      ifAny(ct, (g) => minimum(maximum(g, like(params.low, g)), like(params.high, g))),
    ],
    jvp: ([t]) => [t ?? null],
  },
});

type ScaleParams = { readonly factor: number };

export const GRAD_SCALE = marker<ScaleParams>({
  name: 'gradScale',
  doc: 'x; the derivative through it is multiplied by a factor, in both modes.',
  readParams: ({ factor }) => (isNumber(factor) ? { factor } : null),
  derivative: {
    kind: 'custom',
    vjp: ([ct], { params }) => [ifAny(ct, (g) => mul(g, like(params.factor, g)))],
    jvp: ([t], { params }) => [ifAny(t, (g) => mul(g, like(params.factor, g)))],
  },
});

const isNumber = (value: unknown): value is number => Number.isFinite(value);

const ifAny = (x: MaybeExpr | undefined, change: (x: Expr) => Expr): MaybeExpr =>
  x === null || x === undefined ? null : change(x);

export const disconnectedGrad = (x: Expr): Expr => node(DISCONNECTED_GRAD, [x]);
export const zeroGrad = (x: Expr): Expr => node(ZERO_GRAD, [x]);
export const gradClip = (x: Expr, low: number, high: number): Expr =>
  node(GRAD_CLIP, [x], { low, high });
export const gradScale = (x: Expr, factor: number): Expr => node(GRAD_SCALE, [x], { factor });
