/** @file Forward mode: tangents of roots, given those of nodes (Theano's `Rop`). */
import { fail } from '../base/errors.ts';
import { describe, node, topoSort, type Expr } from '../ir/graph.ts';
import type { MaybeExpr, PartialRule } from '../ir/op-def.ts';
import { add, mul } from '../ops/arith.ts';
import { differentiableInputs } from './dependence.ts';

/**
 * Tangent of each root: its Jacobian times the tangents given. `null`: it depends on none of the nodes.
 * @throws no_derivative when the way leads through an op without one
 */
export function jvp(roots: readonly Expr[], given: ReadonlyMap<Expr, Expr>): MaybeExpr[] {
  const tangents = new Map<Expr, readonly MaybeExpr[]>();
  const reached = reachedFrom(roots, given);
  for (const expr of topoSort(roots)) {
    if (!reached.has(expr)) continue;
    const own = given.get(expr);
    tangents.set(expr, own === undefined ? pushforward(expr, tangents) : [own]);
  }
  return roots.map((root) => tangents.get(root)?.[0] ?? null);
}

/** The nodes that a root depends on along ways a derivative can take: an index that is computed is none. */
function reachedFrom(roots: readonly Expr[], given: ReadonlyMap<Expr, Expr>): Set<Expr> {
  const reached = new Set<Expr>();
  const stack = [...roots];
  for (let expr = stack.pop(); expr !== undefined; expr = stack.pop()) {
    if (reached.has(expr)) continue;
    reached.add(expr);
    if (!given.has(expr)) stack.push(...differentiableInputs(expr));
  }
  return reached;
}

/** Tangents of the results of `expr`, from those of its inputs. */
function pushforward(
  expr: Expr,
  tangents: ReadonlyMap<Expr, readonly MaybeExpr[]>,
): readonly MaybeExpr[] {
  const { derivative } = expr.op;
  const inputTangents = expr.inputs.map((x) => tangents.get(x)?.[0] ?? null);
  const none = expr.outputs.map(() => null);
  if (derivative.kind === 'projection')
    return [tangents.get(expr.inputs[0]!)?.[Number(expr.params['index'])] ?? null];
  if (differentiableInputs(expr).every((_, i) => inputTangents[i] === null)) return none;
  const args = { inputs: expr.inputs, output: expr, params: expr.params };
  switch (derivative.kind) {
    case 'elementwise':
      return [sumOfProducts(derivative.partials(args), inputTangents)];
    case 'linear':
      return [node(expr.op, [inputTangents[0]!, ...expr.inputs.slice(1)], expr.params)];
    case 'bilinear':
      return [productRule(expr, inputTangents[0] ?? null, inputTangents[1] ?? null)];
    case 'custom':
      return derivative.jvp(inputTangents, args);
    case 'none':
      return fail('no_derivative', expr.op.name, derivative.because, describe(expr));
    case 'zero':
    case 'disconnected':
      return none;
  }
}

/** Each partial times the tangent of its input, added up. */
function sumOfProducts(
  partials: readonly PartialRule[],
  tangents: readonly MaybeExpr[],
): MaybeExpr {
  const terms = partials.flatMap((partial, i) => {
    const t = tangents[i] ?? null;
    if (t === null || partial === null) return [];
    return [partial === 'one' ? t : mul(partial(), t)];
  });
  return terms.length === 0 ? null : terms.reduce((a, b) => add(a, b));
}

/** d(x y) = dx y + x dy. */
function productRule(expr: Expr, dx: MaybeExpr, dy: MaybeExpr): MaybeExpr {
  const [x, y] = [expr.inputs[0]!, expr.inputs[1]!];
  const left = dx === null ? null : node(expr.op, [dx, y], expr.params);
  const right = dy === null ? null : node(expr.op, [x, dy], expr.params);
  return left !== null && right !== null ? add(left, right) : (left ?? right);
}
