/** @file Softmax: recognized where it was written out, and its derivative without division and logarithm. */
import { node, type Expr } from '../../ir/graph.ts';
import { div, mul, reciprocal, sub } from '../../ops/arith.ts';
import { broadcastTo, DIMSHUFFLE, dimshuffle, SUM, sum, insertOnes } from '../../ops/broadcast.ts';
import { AT, SCATTER } from '../../ops/indexing.ts';
import { integer } from '../../ops/leaves.ts';
import { LOG_SOFTMAX, logSoftmax, SOFTMAX, softmax } from '../../ops/nnet.ts';
import { exp, log } from '../../ops/transcendental.ts';
import { exprAt, hole, named, on, oneOf, type Match, type Rule } from '../rule.ts';
import { arange } from '../../ops/shape.ts';
import { addendsOf, emitProduct, factorsOf, signedSum, take, type Factors } from './products.ts';
import { axesOf, keptAxes, spread, spreadOf } from './spread.ts';

const x = hole('x');
const s = hole('s');
const v = hole('v');
const domain = { x: [-3, 3] } as const;

const axisOf = (expr: Expr): number => Number(expr.params['axis']);
const lastAxis = (e: Expr): number => e.type.shape.length - 1;
/** A test's input with an axis to normalize along. */
const rows = (e: Expr): Expr => (e.type.shape.length === 0 ? insertOnes(e, [0]) : e);
const along =
  (f: (e: Expr, axis: number) => Expr) =>
  (e: Expr): Expr =>
    f(rows(e), lastAxis(rows(e)));

const NODES: readonly Rule[] = [
  {
    name: 'log_of_softmax',
    stage: 'stabilize',
    doc: 'A probability below 1e-45 is 0 in float32, and its logarithm -Infinity; logSoftmax never takes that exponential.',
    from: on(log, named('p', SOFTMAX, x)),
    to: (match) => logSoftmax(exprAt(match, 'x'), axisOf(exprAt(match, 'p'))),
    domain,
    example: ({ x: e }) => log(along(softmax)(e!)),
    witness: {
      at: { x: [200, 0, 0, 0, 0, 0] },
      answer: [0, -200, -200, ...Array.from({ length: 3 }, () => -Math.log(3))],
    },
  },
  {
    name: 'log_of_indexed_softmax',
    stage: 'stabilize',
    doc: 'The logarithm of probabilities that were picked out is picked out of the logarithms, which do not underflow.',
    from: on(log, named('at', AT, named('p', SOFTMAX, x))),
    to: (match) => {
      const [indexed, p] = [exprAt(match, 'at'), exprAt(match, 'p')];
      return node(
        AT,
        [logSoftmax(exprAt(match, 'x'), axisOf(p)), ...indexed.inputs.slice(1)],
        indexed.params,
      );
    },
    domain,
    example: ({ x: e }) => log(firstOf(along(softmax)(e!))),
    witness: { at: { x: [-200, 0, 0, 0, 0, 0] }, answer: [-200 - Math.log(2), -Math.log(3)] },
  },
  {
    name: 'exp_of_log_softmax',
    stage: 'canonicalize',
    doc: 'The exponential undoes the logarithm; derivatives of logSoftmax hold it.',
    from: on(exp, named('l', LOG_SOFTMAX, x)),
    to: (match) => softmax(exprAt(match, 'x'), axisOf(exprAt(match, 'l'))),
    domain,
    example: ({ x: e }) => exp(along(logSoftmax)(e!)),
  },
  {
    name: 'exp_over_sum_of_exp',
    stage: 'stabilize',
    doc: 'The exponentials overflow float32 above 88.7 and their quotient is NaN; softmax takes off the largest first.',
    from: oneOf(mul, div),
    to: ({ root }: Match) => asSoftmax(root),
    grows: { nodes: 6 },
    domain: { x: [-3, 3] },
    example: ({ x: e }) =>
      along((m, axis) => div(exp(m), spread(sum(exp(m), [axis]), m, [axis])))(e!),
    witness: { at: { x: [200, 0, 0, 0, 0, 0] }, answer: [1, 0, 0, 1 / 3, 1 / 3, 1 / 3] },
  },
  {
    name: 'sum_with_exp_over_sum_of_exp',
    stage: 'stabilize',
    doc: 'A mean weighted by exponentials that overflow float32 above 88.7 is one weighted by their softmax.',
    from: oneOf(mul, div),
    to: ({ root }: Match) => weightedMean(root),
    domain: { x: [-3, 3], y: [-3, 3] },
    grows: { nodes: 1 },
    example: ({ x: a, y: b }) => {
      const [e, weights] = [exp(rows(a!)), rows(b!)];
      return div(sum(mul(e, weights), [lastAxis(e)]), sum(e, [lastAxis(e)]));
    },
    witness: { at: { x: [200, 0, 0, 0, 0, 0], y: [3, 1, 1, 1, 1, 1] }, answer: [3, 1] },
  },
  {
    name: 'exp_times_sum_over_sum_of_exp',
    stage: 'stabilize',
    doc: 'The derivative of a softmax that was written out: with softmax, which does not overflow, in place of exponentials.',
    from: on(mul, s, v),
    to: (match) => weightedSum(exprAt(match, 's'), exprAt(match, 'v')),
    domain: { x: [-3, 3], y: [-3, 3] },
    grows: { nodes: 1 },
    example: ({ x: a, y: b }) => {
      const [e, weights] = [exp(rows(a!)), rows(b!)];
      const total = spread(sum(e, [lastAxis(e)]), e, [lastAxis(e)]);
      return mul(e, sub(div(weights, total), reciprocal(total)));
    },
    witness: { at: { x: [200, 0, 0, 0, 0, 0], y: [3, 1, 1, 1, 1, 1] }, answer: [2, 0, 0, 0, 0, 0] },
  },
];

/** The first elements along the last axis, for examples. */
const firstOf = (e: Expr): Expr =>
  node(AT, [e], {
    entries: e.type.shape.map((_, axis) =>
      axis === lastAxis(e)
        ? { kind: 'point', index: 0 }
        : { kind: 'slice', start: null, stop: null, step: 1 },
    ),
  });

/** The exponential below views of a factor: its argument, and the axis of it behind each axis of the factor. */
function exponentialOf(
  factor: Expr,
): { readonly argument: Expr; readonly order: readonly number[] } | null {
  let core = factor;
  let order = factor.type.shape.map((_, axis) => axis);
  while (core.op === DIMSHUFFLE) {
    const own = core.params['order'] as readonly number[];
    order = order.map((axis) => (axis < 0 ? -1 : own[axis]!));
    core = core.inputs[0]!;
  }
  return core.op === exp.def ? { argument: core.inputs[0]!, order } : null;
}

type Normalized = { readonly sum: Expr; readonly axes: readonly number[] };

/** Whether `core`, seen through `from`, is the sum of exp(argument), seen through `order`. */
function normalizes(
  core: Expr,
  from: readonly number[],
  argument: Expr,
  order: readonly number[],
): Normalized | null {
  if (core.op !== SUM || core.inputs[0] !== exp(argument)) return null;
  const axes = axesOf(core);
  const kept = keptAxes(argument.type.shape.length, axes);
  const fits = order.every(
    (axis, i) => from[i] === (axis < 0 || axes.includes(axis) ? -1 : kept.indexOf(axis)),
  );
  return fits ? { sum: core, axes } : null;
}

/** exp(x) over its sum: a softmax, or for several axes the exponential of a difference. */
function normalizedExp(argument: Expr, { sum: total, axes }: Normalized): Expr {
  const [axis] = axes;
  if (axes.length === 1) return softmax(argument, axis!);
  return exp(sub(argument, spread(log(total), argument, axes)));
}

/** A divisor of a product: it stands below the line, or its reciprocal is a factor of what is repeated. */
type Divisor = {
  readonly core: Expr;
  readonly from: readonly number[];
  readonly removed: () => Factors;
};

function divisorsOf(found: Factors): Divisor[] {
  const direct = [...found.below.keys()].map((divisor) => ({
    ...spreadOf(divisor),
    removed: () => ({ ...found, below: less(found.below, divisor) }),
  }));
  const repeated = [...found.above.keys()].flatMap((factor) => {
    const { core, from } = spreadOf(factor);
    const inner = core === factor ? null : factorsOf(core);
    if (inner === null) return [];
    return [...inner.below.keys()].map((divisor) => {
      const removed = (): Factors => {
        const smaller = emitProduct({ ...inner, below: less(inner.below, divisor) }, core);
        return { ...found, above: more(less(found.above, factor), viewAgain(factor, smaller)) };
      };
      return { core: divisor, from, removed };
    });
  });
  return [...direct, ...repeated];
}

function less(list: ReadonlyMap<Expr, number>, x: Expr): Map<Expr, number> {
  const result = new Map(list);
  take(result, x, 1);
  return result;
}

const more = (list: ReadonlyMap<Expr, number>, x: Expr): Map<Expr, number> =>
  new Map(list).set(x, (list.get(x) ?? 0) + 1);

/** The product with exp(x) over its sum along axes replaced. */
function asSoftmax(root: Expr): Expr | null {
  const found = factorsOf(root);
  const exponentials = [...(found?.above.keys() ?? [])].flatMap((factor) => {
    const exponential = exponentialOf(factor);
    return exponential === null ? [] : [{ factor, ...exponential }];
  });
  if (found === null || exponentials.length === 0) return null;
  for (const { core, from, removed } of divisorsOf(found)) {
    for (const { factor, argument, order } of exponentials) {
      const n = normalizes(core, from, argument, order);
      if (n === null) continue;
      const rest = removed();
      const p = dimshuffle(normalizedExp(argument, n), order);
      return emitProduct({ ...rest, above: more(less(rest.above, factor), p) }, root);
    }
  }
  return null;
}

/** sum(a * exp(x)) / sum(exp(x)) as sum(a * softmax(x)), inside a product. */
function weightedMean(root: Expr): Expr | null {
  const found = factorsOf(root);
  if (found === null) return null;
  const sums = [...found.below.keys()].filter(
    (e) => e.op === SUM && e.inputs[0]!.op === exp.def && axesOf(e).length === 1,
  );
  for (const divisor of sums) {
    const e = divisor.inputs[0]!;
    for (const factor of found.above.keys()) {
      const isOverSame = factor.op === SUM && axesOf(factor).join() === axesOf(divisor).join();
      const inner = isOverSame ? factorsOf(factor.inputs[0]!) : null;
      if (inner === null || !inner.above.has(e)) continue;
      const p = softmax(e.inputs[0]!, axesOf(divisor)[0]!);
      const weighted = emitProduct(
        { ...inner, above: more(less(inner.above, e), p) },
        factor.inputs[0]!,
      );
      const above = more(less(found.above, factor), sum(weighted, axesOf(factor)));
      return emitProduct({ ...found, above, below: less(found.below, divisor) }, root);
    }
  }
  return null;
}

/** exp(x) * (a / s + b / s), s the sum of exp(x), as softmax(x) * (a + b). */
function weightedSum(e: Expr, factor: Expr): Expr | null {
  const addends = e.op === exp.def ? addendsOf(factor) : null;
  if (addends === null) return null;
  const order = [...e.type.shape.keys()];
  let p: Expr | null = null;
  const terms = addends.map(({ expr, sign }) => {
    const found = factorsOf(expr);
    for (const { core, from, removed } of found === null ? [] : divisorsOf(found)) {
      const n = normalizes(core, from, e.inputs[0]!, order);
      const own = n === null ? null : normalizedExp(e.inputs[0]!, n);
      if (own === null || (p !== null && own !== p)) continue;
      p = own;
      return { expr: emitProduct(removed(), expr), sign };
    }
    return null;
  });
  return p !== null && terms.every((t) => t !== null) ? mul(p, signedSum(terms)) : null;
}

/** The chain of views of `view` on another source of the same shape. */
function viewAgain(view: Expr, source: Expr): Expr {
  const chain: Expr[] = [];
  const { core } = spreadOf(view);
  for (let e = view; e !== core; e = e.inputs[0]!) chain.push(e);
  return chain.reduceRight(
    (e, own) => node(own.op, [e, ...own.inputs.slice(1)], own.params),
    source,
  );
}

/** The quotient that was scattered, with its denominator taken away: scatter(a / s[i], i) * s is scatter(a, i). */
function scatteredTimes(scattered: Expr, factor: Expr): Expr | null {
  if (scattered.op !== SCATTER) return null;
  const entries = scattered.params['entries'] as readonly { readonly kind: string }[];
  const [value, ...rest] = scattered.inputs;
  const count = (scattered.params['shape'] as readonly unknown[]).filter((n) => n === null).length;
  const indices = rest.slice(0, rest.length - count);
  const found = factorsOf(value!);
  if (found === null) return null;
  const read = node(AT, [factor, ...indices], { entries: entries as never });
  if (!found.below.has(read)) return null;
  return node(
    SCATTER,
    [emitProduct({ ...found, below: less(found.below, read) }, value!), ...rest],
    scattered.params,
  );
}

/** Picked elements divided and put back, for examples. */
const scatteredQuotient = (a: Expr, b: Expr): Expr => {
  const entries = [{ kind: 'indices' }, { kind: 'indices' }] as const;
  const indices = [arange(integer(0), integer(2), 1), arange(integer(0), integer(2), 1)];
  const read = (e: Expr): Expr => node(AT, [e, ...indices], { entries });
  return node(SCATTER, [div(read(a), read(b)), ...indices], { entries, shape: a.type.shape });
};

const DERIVATIVES: readonly Rule[] = [
  {
    name: 'mul_of_scattered_quotient',
    stage: 'canonicalize',
    doc: 'What was divided by picked elements and is multiplied by all of them needs neither: the elements not picked are 0.',
    from: on(mul, s, v),
    to: (match) => scatteredTimes(exprAt(match, 'v'), exprAt(match, 's')),
    tags: ['unsafeAlgebra'],
    domain: { x: [-3, 3], y: [0.2, 3] },
    example: ({ x: a, y: b }) => mul(scatteredQuotient(square(a!), square(b!)), square(b!)),
  },
  {
    name: 'mul_of_sum_with_scattered_quotient',
    stage: 'canonicalize',
    doc: 'The derivative of log(softmax(x)) at picked elements: without division, so that a probability of 0 does no harm.',
    from: on(mul, s, v),
    to: (match) => distributedScatter(exprAt(match, 'v'), exprAt(match, 's')),
    tags: ['unsafeAlgebra'],
    domain: { x: [-3, 3], y: [0.2, 3] },
    example: ({ x: a, y: b }) =>
      mul(square(b!), sub(scatteredQuotient(square(a!), square(b!)), square(a!))),
  },
];

/** The product of a sum with one addend that was divided by picked elements. */
function distributedScatter(sum: Expr, factor: Expr): Expr | null {
  const addends = addendsOf(sum);
  const products = addends?.map(({ expr }) => scatteredTimes(expr, factor)) ?? [];
  if (addends === null || products.every((p) => p === null)) return null;
  return signedSum(
    addends.map(({ expr, sign }, i) => ({ expr: products[i] ?? mul(factor, expr), sign })),
  );
}

/** A test's input as a matrix of at least two rows and columns. */
const square = (e: Expr): Expr =>
  e.type.shape.length === 2 ? e : broadcastTo(e, [integer(2), integer(3)]);

export const SOFTMAX_RULES: readonly Rule[] = [...NODES, ...DERIVATIVES];
