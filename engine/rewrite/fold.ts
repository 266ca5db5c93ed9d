/** @file Constant folding: a node whose inputs are all constants becomes a constant, by the reference. */
import { CONSTANT_BYTES_MAX } from '../base/limits.ts';
import { interpret } from '../ir/interpret.ts';
import { currentScope, topoSort, withInputs, type Expr } from '../ir/graph.ts';
import { HOST_BYTES, sizeOf } from '../ir/types.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { constant, constantArray, constantValues, integer } from '../ops/leaves.ts';
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
  if (!computes || expr.inputs.length === 0 || shape.includes(null) || expr.inner.length > 0)
    return false;
  const size = sizeOf(shape.map(Number));
  const small =
    size <= FOLDED_ELEMENTS_MAX && size * HOST_BYTES[expr.type.dtype] <= CONSTANT_BYTES_MAX;
  return small && expr.inputs.every((x) => isConstant(x));
}

/** Elements of an operand: a sum over 1 repeated a billion times is the device's work. */
const OPERAND_ELEMENTS_MAX = 1 << 16;

const isConstant = (expr: Expr): boolean =>
  isSmall(expr) && (constantValues(expr) !== null || isViewOfConstants(expr));

const isSmall = ({ type: { shape } }: Expr): boolean =>
  !shape.includes(null) && sizeOf(shape.map(Number)) <= OPERAND_ELEMENTS_MAX;

const isViewOfConstants = (expr: Expr): boolean =>
  expr.op.lowering.kind === 'view' && expr.inputs.every((x) => constantValues(x) !== null);

function valueOf(expr: Expr): Expr | null {
  const [value] = interpret([expr], new Map(), 'rounded');
  const { data, shape } = value!;
  const first = data[0];
  // One number at every element stays a broadcast: rules see the number, and there is nothing to store.
  if (first !== undefined && data.length > 1 && data.every((v) => Object.is(v, first))) {
    return broadcastTo(constant(first, expr.type.dtype), shape.map(integer));
  }
  return constantArray(data, expr.type.dtype, shape);
}
