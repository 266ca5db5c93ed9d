/** @file Sums over axes: what does not depend on the axes comes out of them. */
import type { Expr } from '../../ir/graph.ts';
import { isFloat } from '../../ir/types.ts';
import { add, div, mul, sqr } from '../../ops/arith.ts';
import {
  broadcastTo,
  BROADCAST_TO,
  DIMSHUFFLE,
  dimshuffle,
  SUM,
  sum,
  transpose,
} from '../../ops/broadcast.ts';
import { constant, dimsOf, integer } from '../../ops/leaves.ts';
import { countOf, MEAN, mean, meanAsSum } from '../../ops/reduce.ts';
import { dot } from '../../ops/linalg.ts';
import { exprAt, hole, named, on, type Match, type Rule } from '../rule.ts';
import { emitProduct, factorsOf, type Factors } from './products.ts';
import { axesOf, keptAxes, spread, withoutAxes } from './spread.ts';

const x = hole('x');

const allAxes = (e: Expr): readonly number[] => e.type.shape.map((_, axis) => axis);

/** A test's input with an axis more. */
const repeated = (e: Expr): Expr => broadcastTo(e, [integer(4), ...dimsOf(e)]);

export const REDUCE_RULES: readonly Rule[] = [
  {
    name: 'mean_to_sum',
    stage: 'canonicalize',
    doc: 'A mean is a sum over a count, which other sums and factors meet.',
    from: on(MEAN, x),
    to: (match) => meanAsSum(exprAt(match, 'x'), axesOf(match.root)),
    grows: { nodes: 8 },
    domain: { x: [-3, 3] },
    example: ({ x: e }) => mean(repeated(e!), [0]),
  },
  {
    name: 'sum_of_sum',
    stage: 'canonicalize',
    doc: 'Two sums are one over the axes of both.',
    from: on(SUM, named('inner', SUM, x)),
    to: (match) => {
      const e = exprAt(match, 'x');
      const inner = axesOf(exprAt(match, 'inner'));
      const kept = keptAxes(e.type.shape.length, inner);
      return sum(
        e,
        [...inner, ...axesOf(match.root).map((axis) => kept[axis]!)].toSorted((a, b) => a - b),
      );
    },
    domain: { x: [-3, 3] },
    example: ({ x: e }) => sum(sum(repeated(repeated(e!)), [0]), [0]),
  },
  {
    name: 'sum_of_dimshuffle',
    stage: 'canonicalize',
    doc: 'The order of axes that are summed does not matter; the others are put in order after the sum, when there are fewer.',
    from: on(SUM, named('view', DIMSHUFFLE, x)),
    to: (match) =>
      sumBelow(
        exprAt(match, 'x'),
        exprAt(match, 'view').params['order'] as readonly number[],
        axesOf(match.root),
      ),
    grows: { nodes: 1 },
    domain: { x: [-3, 3] },
    example: ({ x: e }) =>
      sum(
        dimshuffle(e!, [...allAxes(e!).toReversed(), -1]),
        allAxes(e!).length === 0 ? [0] : [0, allAxes(e!).length],
      ),
  },
  {
    name: 'sum_of_broadcast',
    stage: 'canonicalize',
    doc: 'The sum of equal values is the value times their number.',
    from: on(SUM, named('view', BROADCAST_TO, x)),
    to: (match) => countedSum(exprAt(match, 'view'), axesOf(match.root)),
    grows: { nodes: 12 },
    domain: { x: [-3, 3] },
    example: ({ x: e }) => sum(repeated(e!), allAxes(repeated(e!))),
  },
  {
    name: 'sum_of_scaled',
    stage: 'canonicalize',
    doc: 'Factors that do not depend on the summed axes come out: one product instead of one for each element.',
    from: on(SUM, x),
    to: scaledSum,
    grows: { nodes: 8 },
    domain: { x: [-3, 3], y: [0.2, 3] },
    example: ({ x: a, y: b }) => {
      const wide = dimshuffle(a!, [...allAxes(a!), -1]);
      return sum(
        div(mul(add(repeated(a!), repeated(b!)), constant(-2, a!.type.dtype)), repeated(b!)),
        wide === a ? [] : [0],
      );
    },
  },
  {
    name: 'sum_of_separable_product',
    stage: 'canonicalize',
    doc: 'A sum over two axes of a product whose parts do not share them is a sum of sums: n * k + m * k terms instead of n * m * k.',
    from: on(SUM, x),
    to: separatedSum,
    grows: { nodes: 6 },
    domain: { x: [-3, 3], y: [-3, 3] },
    example: ({ x: a, y: b }) => {
      const shape = [2, 2, 3].map(integer);
      const rows = dimshuffle(matrix(b!), [0, -1, 1]);
      const product = mul(broadcastTo(matrix(a!), shape), broadcastTo(rows, shape));
      return sum(product, [1, 2]);
    },
  },
];

/** A test's input as a matrix [2, 3]. */
const matrix = (e: Expr): Expr => broadcastTo(e, [2, 3].map(integer));

/** sum(dimshuffle(x, order), axes) with the sum first. */
function sumBelow(e: Expr, order: readonly number[], axes: readonly number[]): Expr {
  const reduced = axes
    .flatMap((axis) => (order[axis]! < 0 ? [] : [order[axis]!]))
    .toSorted((a, b) => a - b);
  const kept = keptAxes(e.type.shape.length, reduced);
  const result = keptAxes(order.length, axes).map((axis) =>
    order[axis]! < 0 ? -1 : kept.indexOf(order[axis]!),
  );
  return dimshuffle(sum(e, reduced), result);
}

/** The sum of a broadcast over axes along which it repeats, and over the others. */
function countedSum(view: Expr, axes: readonly number[]): Expr | null {
  const stretched = view.params['stretched'] as readonly number[];
  const repeatedAxes = axes.filter((axis) => stretched.includes(axis));
  const rest = repeatedAxes.length === 0 ? null : withoutAxes(view, repeatedAxes);
  if (rest === null) return null;
  const kept = keptAxes(view.type.shape.length, repeatedAxes);
  const below = sum(
    rest,
    axes.filter((axis) => !repeatedAxes.includes(axis)).map((axis) => kept.indexOf(axis)),
  );
  return mul(below, countOf(view, repeatedAxes, below.type.dtype));
}

/** The sum with its number, and the factors that repeat along the summed axes, outside. */
function scaledSum({ root }: Match): Expr | null {
  const [e] = root.inputs;
  const axes = axesOf(root);
  const { dtype } = root.type;
  const found = isFloat(dtype) || dtype === 'int32' ? factorsOf(e!) : null;
  if (found === null || found.nodes === 0) return null;
  const outside = { above: new Map<Expr, number>(), below: new Map<Expr, number>() };
  const inside = { above: new Map<Expr, number>(), below: new Map<Expr, number>() };
  for (const side of ['above', 'below'] as const) {
    for (const [factor, count] of found[side]) {
      const small = withoutAxes(factor, axes);
      if (small === null) inside[side].set(factor, count);
      else outside[side].set(small, count);
    }
  }
  const moved = outside.above.size + outside.below.size;
  // A reciprocal alone has no number of its own; a product of nothing is a sum of ones, which is another rule's.
  if (inside.above.size + inside.below.size === 0 || (moved === 0 && found.coefficient === 1))
    return null;
  const below = sum(emitProduct({ ...found, ...inside, coefficient: 1, divisor: null }, e!), axes);
  outside.above.set(below, (outside.above.get(below) ?? 0) + 1);
  return emitProduct({ ...found, ...outside }, root);
}

const doubled = (list: ReadonlyMap<Expr, number>): Map<Expr, number> =>
  new Map([...list].map(([factor, count]) => [factor, 2 * count]));

/** The factors of a product, or of its square. */
function squaredFactorsOf(e: Expr): Factors | null {
  if (e.op !== sqr.def) return factorsOf(e);
  const found = factorsOf(e.inputs[0]!);
  if (found === null) return null;
  const { above, below, coefficient } = found;
  return { ...found, above: doubled(above), below: doubled(below), coefficient: coefficient ** 2 };
}

/** The place of an axis when another is gone. */
const placeWithout = (gone: number, axis: number): number => (axis > gone ? axis - 1 : axis);

/**
 * sum(a * b, [k, j]) as sum(sum(a, k) * b, j), where b repeats along k, and a along an axis that is kept: a's sum is then of
 * fewer elements.
 */
function separatedSum({ root }: Match): Expr | null {
  const [e] = root.inputs;
  const axes = axesOf(root);
  const found = axes.length < 2 || !isFloat(root.type.dtype) ? null : squaredFactorsOf(e!);
  if (found === null || found.coefficient !== 1 || found.below.size > 0) return null;
  const all = e!.type.shape.map((_, axis) => axis);
  for (const [k, m] of axes.flatMap((k) =>
    keptAxes(all.length, axes).map((m) => [k, m] as const),
  )) {
    const [inside, outside] = [new Map<Expr, number>(), new Map<Expr, number>()];
    for (const [factor, count] of found.above) {
      const [along, across] = [withoutAxes(factor, [m]), withoutAxes(factor, [k])];
      if (across !== null) outside.set(across, count);
      else if (along !== null) inside.set(along, count);
    }
    if (inside.size === 0 || outside.size === 0 || inside.size + outside.size < found.above.size)
      continue;
    const rest = { below: new Map<Expr, number>(), coefficient: 1, divisor: null, nodes: 0 };
    const small = sum(emitProduct({ ...rest, above: inside }, e!), [placeWithout(m, k)]);
    const wide = emitProduct({ ...rest, above: outside }, e!);
    const others = axes.filter((axis) => axis !== k).map((axis) => placeWithout(k, axis));
    // Of what is left a matrix and a vector are a product that devices know.
    if (wide.type.shape.length === 2) return dot(others[0] === 1 ? wide : transpose(wide), small);
    return sum(mul(wide, spread(small, wide, [placeWithout(k, m)])), others);
  }
  return null;
}
