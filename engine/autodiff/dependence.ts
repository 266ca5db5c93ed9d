/** @file Which nodes depend on given ones, along ways that a derivative can take. */
import type { Expr } from '../ir/graph.ts';

/** The inputs through which a derivative passes, zero or not. */
export function differentiableInputs(expr: Expr): readonly Expr[] {
  switch (expr.op.derivative.kind) {
    case 'disconnected':
      return [];
    case 'linear':
      return expr.inputs.slice(0, 1);
    case 'elementwise':
    case 'bilinear':
    case 'custom':
    case 'zero':
    case 'none':
    case 'projection':
      return expr.inputs;
  }
}

/** The nodes of `order`, which is topological, that depend on one of `sources`; those included. */
export function dependentsOf(
  order: readonly Expr[],
  sources: readonly Expr[],
  cut: ReadonlySet<Expr>,
): Set<Expr> {
  const dependents = new Set<Expr>(sources);
  for (const expr of order) {
    if (cut.has(expr) || dependents.has(expr)) continue;
    if (differentiableInputs(expr).some((x) => dependents.has(x) && !cut.has(x)))
      dependents.add(expr);
  }
  return dependents;
}
