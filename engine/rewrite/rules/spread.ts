/** @file Values repeated along axes: how rules make and recognize them, through broadcastTo and dimshuffle. */
import type { Expr } from '../../ir/graph.ts';
import {
  broadcastTo,
  BROADCAST_TO,
  DIMSHUFFLE,
  dimshuffle,
  insertOnes,
} from '../../ops/broadcast.ts';
import { dimsOf } from '../../ops/leaves.ts';

/** The list of axes in a node's params. */
export const axesOf = (expr: Expr): readonly number[] => expr.params['axes'] as readonly number[];

/** The axes of a value of this rank that a reduction over `axes` keeps. */
export const keptAxes = (rank: number, axes: readonly number[]): number[] =>
  Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));

/** y, which has x's shape without `axes`, at every element of x. */
export const spread = (y: Expr, x: Expr, axes: readonly number[]): Expr =>
  broadcastTo(insertOnes(y, axes), dimsOf(x));

/** A view as its source and, for each axis, the axis of the source, or -1 where the source is repeated. */
export type Spread = { readonly core: Expr; readonly from: readonly number[] };

/** The source of a chain of broadcastTo and dimshuffle. */
export function spreadOf(expr: Expr): Spread {
  let core = expr;
  let from = expr.type.shape.map((_, axis) => axis);
  for (;;) {
    const [x] = core.inputs;
    if (core.op.name === DIMSHUFFLE.name) {
      const order = core.params['order'] as readonly number[];
      from = from.map((axis) => (axis < 0 ? -1 : order[axis]!));
    } else if (core.op.name === BROADCAST_TO.name) {
      const stretched = core.params['stretched'] as readonly number[];
      const missing = core.type.shape.length - x!.type.shape.length;
      from = from.map((axis) => (axis < missing || stretched.includes(axis) ? -1 : axis - missing));
    } else return { core, from };
    core = x!;
  }
}

/** A broadcast without some of the axes along which it repeats; `null` where it does not repeat along all of them. */
export function withoutAxes(expr: Expr, axes: readonly number[]): Expr | null {
  if (expr.op.name !== BROADCAST_TO.name) return null;
  const stretched = expr.params['stretched'] as readonly number[];
  if (!axes.every((axis) => stretched.includes(axis))) return null;
  const x = expr.inputs[0]!;
  const missing = expr.type.shape.length - x.type.shape.length;
  const order = x.type.shape
    .map((_, axis) => axis)
    .filter((axis) => !axes.includes(axis + missing));
  return broadcastTo(
    dimshuffle(x, order),
    dimsOf(expr).filter((_, axis) => !axes.includes(axis)),
  );
}
