/** @file Constant folding: a node whose inputs are all constants becomes a constant, by the reference. */
import { CONSTANT_BYTES_MAX } from '../base/limits.ts';
import { interpret } from '../ir/interpret.ts';
import { currentScope, topoSort, withInputs, type Expr } from '../ir/graph.ts';
import { HOST_BYTES, sizeOf } from '../ir/types.ts';
import { constantArray, constantValues } from '../ops/leaves.ts';
import { inheritPositions, type RewriteStep } from './driver.ts';

/** Folded values above this many elements are computed on the device instead of being sent there. */
const FOLDED_ELEMENTS_MAX = 1024;

/** Fold bottom-up. Runs after stabilization, so that log(1 + exp(800)) is 800 for constants too. */
export function foldConstants(roots: readonly Expr[]): {
  readonly roots: readonly Expr[];
  readonly steps: readonly RewriteStep[];
} {
  const steps: RewriteStep[] = [];
  const folded = new Map<Expr, Expr>();
  for (const expr of topoSort(roots)) {
    const rebuilt = withInputs(
      expr,
      expr.inputs.map((x) => folded.get(x)!),
    );
    const began = performance.now();
    const value = isFoldable(rebuilt) ? valueOf(rebuilt) : null;
    if (value !== null) {
      inheritPositions(currentScope(), expr, value);
      const microseconds = (performance.now() - began) * 1000;
      steps.push({
        rule: 'constant_folding',
        stage: 'fold',
        before: rebuilt,
        after: value,
        microseconds,
      });
    } else if (rebuilt !== expr) inheritPositions(currentScope(), expr, rebuilt);
    folded.set(expr, value ?? rebuilt);
  }
  return { roots: roots.map((root) => folded.get(root)!), steps };
}

function isFoldable(expr: Expr): boolean {
  const { kind } = expr.op.lowering;
  // A view of a constant costs nothing where it is read; folding it would only store it again.
  const computes =
    kind === 'elementwise' || kind === 'reduction' || kind === 'graph' || kind === 'element';
  const shape = expr.type.shape;
  if (!computes || expr.inputs.length === 0 || shape.includes(null) || expr.outputs.length > 1)
    return false;
  const size = sizeOf(shape.map(Number));
  const small =
    size <= FOLDED_ELEMENTS_MAX && size * HOST_BYTES[expr.type.dtype] <= CONSTANT_BYTES_MAX;
  return small && expr.inputs.every((x) => isConstant(x));
}

const isConstant = (expr: Expr): boolean =>
  constantValues(expr) !== null ||
  (expr.op.lowering.kind === 'view' && expr.inputs.every((x) => constantValues(x) !== null));

function valueOf(expr: Expr): Expr | null {
  const [value] = interpret([expr], new Map(), 'rounded');
  return constantArray(value!.data, expr.type.dtype, value!.shape);
}
