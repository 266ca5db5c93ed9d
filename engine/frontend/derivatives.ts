/** @file Derivatives at the top level: `grad`, `rop`, `lop`, and markers that change them. LANGUAGE: section 4. */
import { fail } from '../base/errors.ts';
import { describeType, type Expr } from '../ir/graph.ts';
import { compatibleShapes, isFloat } from '../ir/types.ts';
import { jvp } from '../autodiff/jvp.ts';
import { grad as gradExprs, vjp, zerosLike } from '../autodiff/vjp.ts';
import * as markers from '../ops/gradient.ts';
import { checkOptions, checkPairs, exprsOf } from './arguments.ts';
import { atCaller, toExpr, tracing, wrap, type Tensor, type TensorLike } from './tensor.ts';

export type GradOptions = {
  readonly considerConstant?: readonly Tensor[];
  /** What to do about a variable that the cost does not depend on; `raise` where it is left out. */
  readonly disconnected?: 'raise' | 'warn' | 'ignore' | 'null';
  /** Gradients of the cost, or instead of one, for expressions: known from elsewhere. */
  readonly knownGrads?: readonly (readonly [Tensor, Tensor])[];
};

type Wrt = Tensor | readonly Tensor[];
/** One for one, a list for a list. */
type Like<W extends Wrt, V = Tensor> = W extends Tensor ? V : { readonly [K in keyof W]: V };

const exprsIn = (what: string, wrt: Wrt): Expr[] =>
  exprsOf(what, Array.isArray(wrt) ? (wrt as readonly Tensor[]) : [wrt as Tensor]);

function sameForm<W extends Wrt, V>(values: readonly V[], wrt: W): Like<W, V> {
  return (Array.isArray(wrt) ? [...values] : values[0]) as Like<W, V>;
}

/**
 * Gradient of a scalar `cost` for each variable, each of its variable's shape.
 * @throws cost_not_scalar, disconnected, no_derivative
 */
export function grad<const W extends Wrt, const O extends GradOptions>(
  cost: Tensor | null,
  wrt: W,
  options: O = {} as O,
): Like<W, O extends { readonly disconnected: 'null' } ? Tensor | null : Tensor> {
  return atCaller(() => {
    const {
      disconnected,
      considerConstant = [],
      knownGrads = [],
    } = checkOptions('grad', options, ['considerConstant', 'disconnected', 'knownGrads']);
    const known = checkPairs('grad knownGrads', knownGrads, '[expression, gradient]');
    const [root] = cost === null ? [null] : exprsOf('grad', [cost]);
    const found = gradExprs(root ?? null, exprsIn('grad', wrt), {
      ...(disconnected === undefined ? {} : { disconnected }),
      considerConstant: exprsOf('grad', considerConstant),
      knownGrads: pairs(
        'grad',
        known.map(([x]) => x),
        known.map(([, g]) => g),
      ),
      // oxlint-disable-next-line no-console -- the caller asked for a warning
      warn: (message) => console.warn(message),
    });
    return sameForm(
      found.map((x) => (x === null ? null : wrap(x))),
      wrt,
    ) as Like<W, O extends { readonly disconnected: 'null' } ? Tensor | null : Tensor>;
  });
}

/**
 * Forward mode: the Jacobian of `f` in `wrt` times `v`, of f's shape (Theano's R operator).
 * @throws tangent_wrong, no_derivative
 */
export function rop<const F extends Wrt>(f: F, wrt: Wrt, v: Wrt): Like<F> {
  return atCaller(() => {
    const tangents = pairs('rop', wrt, v);
    const roots = exprsIn('rop', f);
    const found = jvp(roots, new Map(tangents));
    return sameForm(
      found.map((x, i) => wrap(x ?? zerosLike(roots[i]!))),
      f,
    );
  });
}

/**
 * Reverse mode: `v` times the Jacobian of `f` in `wrt`, of the variables' shapes (Theano's L operator).
 * @throws tangent_wrong, no_derivative
 */
export function lop<const W extends Wrt>(f: Wrt, wrt: W, v: Wrt): Like<W> {
  return atCaller(() => {
    const seeds = pairs('lop', f, v).map(([root, ct]) => ({ root, ct }));
    const variables = exprsIn('lop', wrt);
    return sameForm(
      vjp(seeds, variables).map((x, i) => wrap(x ?? zerosLike(variables[i]!))),
      wrt,
    );
  });
}

function pairs(operator: string, expressions: Wrt, vectors: Wrt): (readonly [Expr, Expr])[] {
  const [left, right] = [exprsIn(operator, expressions), exprsIn(operator, vectors)];
  if (left.length !== right.length)
    fail(
      'arguments_wrong',
      operator,
      `a vector for each of the expressions (${left.length})`,
      String(right.length),
    );
  return left.map((x, i) => {
    const v = right[i]!;
    const [own, given] = [x.type.dtype, v.type.dtype];
    const fitsDType = isFloat(own) ? given === own : isFloat(given);
    const fits = fitsDType && compatibleShapes(x.type.shape, v.type.shape);
    if (!fits) fail('tangent_wrong', operator, describeType(x), describeType(v));
    return [x, v] as const;
  });
}

// Markers.

/** x, of which `grad` and `rop` know nothing: a variable that is used only here is disconnected. */
export const disconnectedGrad = (x: TensorLike): Tensor =>
  tracing(() => markers.disconnectedGrad(toExpr(x, 'disconnectedGrad')));

/** x, through which derivatives are zero. */
export const zeroGrad = (x: TensorLike): Tensor =>
  tracing(() => markers.zeroGrad(toExpr(x, 'zeroGrad')));

/** x; the gradient that flows back through it is clipped to [low, high]. @throws arguments_wrong */
export const gradClip = (x: TensorLike, low: number, high: number): Tensor =>
  tracing(() => {
    const right = Number.isFinite(low) && Number.isFinite(high) && low <= high;
    if (!right) fail('arguments_wrong', 'gradClip', 'numbers low <= high', `${low} and ${high}`);
    return markers.gradClip(toExpr(x, 'gradClip'), low, high);
  });

/** x; the derivative through it is multiplied by `factor`. @throws arguments_wrong */
export const gradScale = (x: TensorLike, factor: number): Tensor =>
  tracing(() => {
    if (!Number.isFinite(factor))
      fail('arguments_wrong', 'gradScale', 'a finite number as factor', String(factor));
    return markers.gradScale(toExpr(x, 'gradScale'), factor);
  });
