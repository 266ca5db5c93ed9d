/** @file Derivatives at the top level: `grad`, `rop`, `lop`. LANGUAGE: section 4. */
import { fail } from '../base/errors.ts';
import { describe, describeType, type Expr } from '../ir/graph.ts';
import { compatibleShapes } from '../ir/types.ts';
import { jvp } from '../autodiff/jvp.ts';
import { grad as gradExprs, vjp, zerosLike } from '../autodiff/vjp.ts';
import { atCaller, wrap, type Tensor } from './tensor.ts';

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

const listOf = (wrt: Wrt): readonly Tensor[] => (Array.isArray(wrt) ? (wrt as readonly Tensor[]) : [wrt as Tensor]);

function sameForm<W extends Wrt, V>(values: readonly V[], wrt: W): Like<W, V> {
  return (Array.isArray(wrt) ? [...values] : values[0]) as Like<W, V>;
}

/**
 * Gradient of a scalar `cost` for each variable, each of its variable's shape.
 * @throws cost_not_scalar, disconnected, no_derivative
 */
export function grad<const W extends Wrt>(cost: Tensor | null, wrt: W, options: GradOptions = {}): Like<W> {
  return atCaller(() => {
    const found = gradExprs(cost?.expr ?? null, listOf(wrt).map((x) => x.expr), {
      ...(options.disconnected === undefined ? {} : { disconnected: options.disconnected }),
      considerConstant: (options.considerConstant ?? []).map((x) => x.expr),
      knownGrads: (options.knownGrads ?? []).map(([x, g]) => [x.expr, g.expr] as const),
      // oxlint-disable-next-line no-console -- the caller asked for a warning
      warn: (message) => console.warn(message),
    });
    return sameForm(found.map((x) => (x === null ? null : wrap(x))), wrt) as Like<W>;
  });
}

/**
 * Forward mode: the Jacobian of `f` in `wrt` times `v`, of f's shape (Theano's R operator).
 * @throws tangent_wrong, no_derivative
 */
export function rop<const F extends Wrt>(f: F, wrt: Wrt, v: Wrt): Like<F> {
  return atCaller(() => {
    const tangents = pairs('rop', listOf(wrt), listOf(v));
    const roots = listOf(f).map((x) => x.expr);
    const found = jvp(roots, new Map(tangents));
    return sameForm(found.map((x, i) => wrap(x ?? zerosLike(roots[i]!))), f);
  });
}

/**
 * Reverse mode: `v` times the Jacobian of `f` in `wrt`, of the variables' shapes (Theano's L operator).
 * @throws tangent_wrong, no_derivative
 */
export function lop<const W extends Wrt>(f: Wrt, wrt: W, v: Wrt): Like<W> {
  return atCaller(() => {
    const seeds = pairs('lop', listOf(f), listOf(v)).map(([root, ct]) => ({ root, ct }));
    const variables = listOf(wrt).map((x) => x.expr);
    return sameForm(vjp(seeds, variables).map((x, i) => wrap(x ?? zerosLike(variables[i]!))), wrt);
  });
}

function pairs(operator: string, left: readonly Tensor[], right: readonly Tensor[]): (readonly [Expr, Expr])[] {
  if (left.length !== right.length) fail('tangent_wrong', operator, `${left.length} expressions`, `${right.length}`);
  return left.map((x, i) => {
    const v = right[i]!;
    if (!compatibleShapes(x.shape, v.shape)) fail('tangent_wrong', operator, describeType(x.expr), describe(v.expr));
    return [x.expr, v.expr] as const;
  });
}
