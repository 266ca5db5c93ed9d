/** @file Reverse mode: cotangents of nodes, given those of roots (Theano's `grad` and `Lop`). */
import { fail } from '../base/errors.ts';
import { describe, describeType, nameOf, topoSort, type Expr, currentScope } from '../ir/graph.ts';
import type { MaybeExpr } from '../ir/op-def.ts';
import { floatOf, isFloat, type DType } from '../ir/types.ts';
import { add, mul } from '../ops/arith.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { constant, dimsOf } from '../ops/leaves.ts';
import { dependentsOf } from './dependence.ts';

/** A root and what comes back to it. */
export type Seed = { readonly root: Expr; readonly ct: Expr };

/**
 * Cotangent of each `wrt` node: the sum over the roots of the root's cotangent times its Jacobian. `null`: no root
 * depends on it. Nodes in `constants` let nothing through.
 * @throws no_derivative when the way leads through an op without one
 */
export function vjp(
  seeds: readonly Seed[],
  wrt: readonly Expr[],
  constants: readonly Expr[] = [],
): MaybeExpr[] {
  const order = topoSort(seeds.map((s) => s.root));
  const cut = new Set(constants);
  const reached = dependentsOf(order, wrt, cut);
  const cotangents = new Map<Expr, MaybeExpr[]>();
  const give = (expr: Expr, ct: MaybeExpr, result = 0): void => {
    if (ct === null || !reached.has(expr) || cut.has(expr)) return;
    const list = cotangents.get(expr) ?? expr.outputs.map(() => null);
    list[result] = list[result] === null ? ct : add(list[result]!, ct);
    cotangents.set(expr, list);
  };
  for (const { root, ct } of seeds) give(root, ct);
  const open = new Set(wrt);
  for (const expr of order.toReversed()) {
    const list = cotangents.get(expr);
    // Below a wrt node that depends on no other there is nothing to find.
    if (list === undefined || expr.inputs.length === 0) continue;
    if (open.has(expr) && !expr.inputs.some((x) => reached.has(x))) continue;
    pullback(expr, list, give);
  }
  const seen = new Set(order);
  return wrt.map((x) => {
    if (!seen.has(x)) return null;
    const found = cotangents.get(x)?.[0] ?? null;
    const isZero = found === null && isConnected(seeds, x, order, cut);
    return isZero ? zerosLike(x, floatOf(seeds[0]!.root.type.dtype)) : found;
  });
}

/** Whether a root depends on x along ways a derivative can take, if only with a derivative of zero. */
function isConnected(
  seeds: readonly Seed[],
  x: Expr,
  order: readonly Expr[],
  cut: ReadonlySet<Expr>,
): boolean {
  const dependents = dependentsOf(order, [x], cut);
  return seeds.some(({ root }) => dependents.has(root));
}

/** Give each input of `expr` its cotangent. */
function pullback(
  expr: Expr,
  cotangents: readonly MaybeExpr[],
  give: (x: Expr, ct: MaybeExpr, result?: number) => void,
): void {
  const { derivative } = expr.op;
  const args = { inputs: expr.inputs, output: expr, params: expr.params };
  const ct = cotangents[0] ?? null;
  if (derivative.kind === 'custom') {
    derivative.vjp(cotangents, args).forEach((inputCt, i) => give(expr.inputs[i]!, inputCt));
    return;
  }
  if (ct === null) return;
  switch (derivative.kind) {
    case 'elementwise':
      derivative.partials(args).forEach((partial, i) => {
        if (partial !== null) give(expr.inputs[i]!, partial === 'one' ? ct : mul(ct, partial()));
      });
      return;
    case 'linear':
      give(expr.inputs[0]!, derivative.transpose(ct, args));
      return;
    case 'bilinear':
      give(expr.inputs[0]!, derivative.transpose(ct, 0, args));
      give(expr.inputs[1]!, derivative.transpose(ct, 1, args));
      return;
    case 'projection':
      give(expr.inputs[0]!, ct, Number(expr.params['index']));
      return;
    case 'none':
      fail('no_derivative', expr.op.name, derivative.because, describe(expr));
      return;
    case 'zero':
    case 'disconnected':
      return;
  }
}

/** Zeros of x's shape, of the dtype that x's gradient has: its own, or that of the cost for an integer. */
export function zerosLike(x: Expr, costDType: DType = floatOf(x.type.dtype)): Expr {
  const dtype = isFloat(x.type.dtype) ? x.type.dtype : costDType;
  return broadcastTo(constant(0, dtype), dimsOf(x));
}

export type GradOptions = {
  /** What to do about a variable that the cost does not depend on. */
  readonly disconnected?: 'raise' | 'warn' | 'ignore' | 'null';
  readonly considerConstant?: readonly Expr[];
  /** Cotangents that are known already, beside the cost's. */
  readonly knownGrads?: readonly (readonly [Expr, Expr])[];
  /** Told of each disconnected variable under `warn`. */
  readonly warn?: (message: string) => void;
};

/**
 * Gradient of a scalar for each `wrt` node, in order, each of its node's shape; `null` only where the options ask for it.
 * @throws cost_not_scalar, disconnected, no_derivative
 */
export function grad(
  cost: Expr | null,
  wrt: readonly Expr[],
  options: GradOptions = {},
): MaybeExpr[] {
  const seeds = (options.knownGrads ?? []).map(([root, ct]) => ({ root, ct }));
  if (cost !== null) {
    if (cost.type.shape.length > 0) fail('cost_not_scalar', describe(cost));
    if (cost.type.dtype === 'bool') fail('cost_not_float', describeType(cost));
    seeds.push({ root: cost, ct: constant(1, floatOf(cost.type.dtype)) });
  }
  const found = vjp(seeds, wrt, options.considerConstant);
  const origin = cost ?? seeds[0]?.root;
  return wrt.map((x, i) => {
    const gradient = found[i] ?? whenDisconnected(origin, x, options);
    if (gradient !== null) nameGradient(gradient, cost, x);
    return gradient;
  });
}

function whenDisconnected(cost: Expr | undefined, x: Expr, options: GradOptions): MaybeExpr {
  const mode = options.disconnected ?? 'raise';
  const from = cost === undefined ? 'knownGrads' : describe(cost);
  if (mode === 'raise') fail('disconnected', from, describe(x));
  if (mode === 'warn')
    options.warn?.(`grad: ${from} does not depend on ${describe(x)}; its gradient is zero.`);
  return mode === 'null' ? null : zerosLike(x, floatOf(cost?.type.dtype ?? 'float32'));
}

/** Theano's name of a gradient, (dcost/dx), where both have names and the gradient has none. */
function nameGradient(gradient: Expr, cost: Expr | null, x: Expr): void {
  const names = [cost === null ? null : nameOf(cost), nameOf(x)];
  const isLeaf = gradient.inputs.length === 0;
  if (names[0] === null || names[1] === null || isLeaf || nameOf(gradient) !== null) return;
  currentScope().names.set(gradient, `(d${names[0]}/d${names[1]})`);
}
