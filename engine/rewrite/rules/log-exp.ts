/** @file Exponentials and logarithms: forms that do not overflow and that keep small digits. */
import type { Expr } from '../../ir/graph.ts';
import { abs, add, div, mul, neg, reciprocal, sub } from '../../ops/arith.ts';
import { insertOnes, SUM, sum, uniformValue } from '../../ops/broadcast.ts';
import { lt, maximum, where, WHERE } from '../../ops/compare.ts';
import { constant } from '../../ops/leaves.ts';
import { max, MAX } from '../../ops/reduce.ts';
import { exp, expm1, log, log1p, sigmoid, softplus } from '../../ops/transcendental.ts';
import { exprAt, hole, named, num, on, oneOf, type Match, type Rule } from '../rule.ts';
import { emitProduct, factorsOf, take } from './products.ts';
import { axesOf, spread, spreadOf } from './spread.ts';

const x = hole('x');
const y = hole('y');

const LOGARITHMS: readonly Rule[] = [
  {
    name: 'log_of_exp',
    stage: 'canonicalize',
    doc: 'A logarithm undoes the exponential, which overflows float32 above 88.7.',
    from: on(log, on(exp, x)),
    to: x,
    domain: { x: [-5, 5] },
    witness: { at: { x: 100 }, answer: 100 },
  },
  {
    name: 'log_of_one_plus_exp_to_softplus',
    stage: 'stabilize',
    doc: 'exp(x) overflows float32 above 88.7; softplus does not compute it there.',
    from: on(log, on(add, num(1), on(exp, x))),
    to: on(softplus, x),
    domain: { x: [-5, 5] },
    witness: { at: { x: 100 }, answer: 100 },
  },
  {
    name: 'log_of_one_minus_sigmoid_to_softplus',
    stage: 'stabilize',
    doc: 'sigmoid(x) is 1 in float32 above 17, and the logarithm of the rest -Infinity; softplus is exact there.',
    from: on(log, on(sub, num(1), on(sigmoid, x))),
    to: on(neg, on(softplus, x)),
    domain: { x: [-5, 5] },
    witness: { at: { x: 50 }, answer: -50 },
  },
  {
    name: 'log_of_one_plus_to_log1p',
    stage: 'stabilize',
    doc: '1 + x rounds the digits of a small x away; log1p keeps them.',
    from: on(log, on(add, num(1), x)),
    to: on(log1p, x),
    domain: { x: [-0.8, 3] },
    witness: { at: { x: 1e-10 }, answer: 1e-10 },
  },
  {
    name: 'log_of_one_minus_to_log1p',
    stage: 'stabilize',
    doc: '1 - x rounds the digits of a small x away; log1p keeps them.',
    from: on(log, on(sub, num(1), x)),
    to: on(log1p, on(neg, x)),
    domain: { x: [-3, 0.8] },
    witness: { at: { x: 1e-10 }, answer: -1e-10 },
  },
  {
    name: 'log_of_minus_expm1',
    stage: 'stabilize',
    doc: '1 - exp(x) rounds to 1 in float32 below -17, and its logarithm to 0. Near 0 expm1 keeps the digits, elsewhere log1p.',
    from: on(log, on(neg, on(expm1, x))),
    to: (match) => {
      const e = exprAt(match, 'x');
      const isFar = lt(e, constant(-Math.LN2, e.type.dtype));
      return where(isFar, log1p(neg(exp(e))), add(e, log(expm1(neg(e)))));
    },
    grows: { nodes: 8 },
    domain: { x: [-5, -0.1] },
    witness: { at: { x: -50 }, answer: -1.9287498479639178e-22 },
  },
  {
    name: 'log1p_of_exp_to_softplus',
    stage: 'stabilize',
    doc: 'exp(x) overflows float32 above 88.7; softplus does not compute it there.',
    from: on(log1p, on(exp, x)),
    to: on(softplus, x),
    domain: { x: [-5, 5] },
    witness: { at: { x: 100 }, answer: 100 },
  },
  {
    name: 'log_of_sigmoid_to_softplus',
    stage: 'stabilize',
    doc: 'sigmoid(x) is 0 in float32 below -103, and its logarithm -Infinity; softplus is exact there.',
    from: on(log, on(sigmoid, x)),
    to: on(neg, on(softplus, on(neg, x))),
    grows: { nodes: 1 },
    domain: { x: [-5, 5] },
    witness: { at: { x: -200 }, answer: -200 },
  },
  {
    name: 'log_of_two_exps',
    stage: 'stabilize',
    doc: 'The exponentials overflow float32 above 88.7; their logarithms meet without them.',
    from: on(log, on(add, on(exp, x), on(exp, y))),
    to: on(add, on(maximum, x, y), on(softplus, on(neg, on(abs, on(sub, x, y))))),
    grows: { nodes: 2 },
    domain: { x: [-5, 5], y: [-5, 5] },
    witness: { at: { x: 1000, y: 0 }, answer: 1000 },
  },
];

const EXPONENTIALS: readonly Rule[] = [
  {
    name: 'exp_minus_one_to_expm1',
    stage: 'stabilize',
    doc: 'exp(x) rounds the digits of a small x away before the 1 is taken off; expm1 keeps them.',
    from: on(sub, on(exp, x), num(1)),
    to: on(expm1, x),
    domain: { x: [-3, 3] },
    witness: { at: { x: 1e-10 }, answer: 1e-10 },
  },
  {
    name: 'one_minus_exp_to_expm1',
    stage: 'stabilize',
    doc: 'exp(x) rounds the digits of a small x away before it is taken from 1; expm1 keeps them.',
    from: on(sub, num(1), on(exp, x)),
    to: on(neg, on(expm1, x)),
    domain: { x: [-3, 3] },
    witness: { at: { x: 1e-10 }, answer: -1e-10 },
  },
  {
    name: 'one_minus_sigmoid',
    stage: 'stabilize',
    doc: 'sigmoid(x) is 1 in float32 above 17 and the difference 0; sigmoid(-x) keeps its digits.',
    from: on(sub, num(1), on(sigmoid, x)),
    to: on(sigmoid, on(neg, x)),
    domain: { x: [-5, 5] },
    witness: { at: { x: 30 }, answer: 9.357622968839299e-14 },
  },
  {
    name: 'exp_over_one_plus_exp_to_sigmoid',
    stage: 'stabilize',
    doc: 'Infinity / Infinity above 88.7 in float32; sigmoid is 1 there.',
    from: on(div, on(exp, x), on(add, num(1), on(exp, x))),
    to: on(sigmoid, x),
    domain: { x: [-5, 5] },
    witness: { at: { x: 100 }, answer: 1 },
  },
  {
    name: 'exp_over_two_exps_to_sigmoid',
    stage: 'stabilize',
    doc: 'Infinity / Infinity above 88.7 in float32; sigmoid is between 0 and 1 there.',
    from: on(div, on(exp, x), on(add, on(exp, x), on(exp, y))),
    to: on(sigmoid, on(sub, x, y)),
    domain: { x: [-5, 5], y: [-5, 5] },
    witness: { at: { x: 100, y: 0 }, answer: 1 },
  },
  {
    name: 'reciprocal_of_one_plus_exp_to_sigmoid',
    stage: 'stabilize',
    doc: '1 / (1 + exp(x)) is 0 as soon as exp(x) overflows float32; sigmoid goes on to the smallest numbers.',
    from: on(reciprocal, on(add, num(1), on(exp, x))),
    to: on(sigmoid, on(neg, x)),
    domain: { x: [-5, 5] },
    witness: { at: { x: 89 }, answer: 2.2273639e-39 },
  },
  {
    name: 'sigmoid_times_exp',
    stage: 'stabilize',
    doc: 'exp(x) overflows float32 above 88.7 where sigmoid(-x) is small: their product is sigmoid(x).',
    from: on(mul, on(sigmoid, on(neg, x)), on(exp, x)),
    to: on(sigmoid, x),
    domain: { x: [-5, 5] },
    witness: { at: { x: 110 }, answer: 1 },
  },
  {
    name: 'logistic_product',
    stage: 'stabilize',
    doc: 'Inside a longer product too, exponentials over 1 + exp(x) are sigmoids, which do not overflow.',
    from: oneOf(mul, div),
    to: ({ root }: Match) => withSigmoids(root),
    domain: { x: [-5, 5], y: [-3, 3] },
    example: ({ x: u, y: v }) => mul(div(v!, add(constant(1, u!.type.dtype), exp(u!))), exp(u!)),
    witness: { at: { x: 100, y: 2 }, answer: 2 },
  },
];

/** The other addend of 1 + exp(u) or exp(v) + exp(u): u less v, or `null` where it is neither. */
function logisticArgument(
  sum: Expr,
  above: ReadonlyMap<Expr, number>,
): { readonly argument: Expr; readonly uses: Expr | null } | null {
  if (sum.op !== add.def) return null;
  const exps = sum.inputs.map((e) => (e.op === exp.def ? e.inputs[0]! : null));
  const [first, second] = exps;
  const one = onePlus(sum);
  if (one !== null)
    return above.has(exp(one))
      ? { argument: one, uses: exp(one) }
      : { argument: neg(one), uses: null };
  if (first === null || second === null || first === undefined || second === undefined) return null;
  if (above.has(sum.inputs[0]!)) return { argument: sub(first, second), uses: sum.inputs[0]! };
  return above.has(sum.inputs[1]!) ? { argument: sub(second, first), uses: sum.inputs[1]! } : null;
}

/** The u of 1 + exp(u). */
function onePlus(sum: Expr): Expr | null {
  const [a, b] = sum.inputs;
  if (isOne(a!) && b!.op === exp.def) return b!.inputs[0]!;
  return isOne(b!) && a!.op === exp.def ? a!.inputs[0]! : null;
}

const isOne = (expr: Expr): boolean => uniformValue(expr) === 1;

/** The product with every 1 + exp(u) below the line, and every sigmoid(-u) * exp(u) above it, as a sigmoid. */
function withSigmoids(root: Expr): Expr | null {
  const found = factorsOf(root);
  if (found === null) return null;
  const above = new Map(found.above);
  const below = new Map(found.below);
  const gain = (e: Expr): void => void above.set(e, (above.get(e) ?? 0) + 1);
  let changed = false;
  for (const [factor, count] of found.below) {
    for (let i = 0; i < count; i++) {
      const logistic = logisticArgument(factor, above);
      if (logistic === null) break;
      take(below, factor, 1);
      if (logistic.uses !== null) take(above, logistic.uses, 1);
      gain(sigmoid(logistic.argument));
      changed = true;
    }
  }
  for (const [factor] of found.above) {
    const u = factor.op === sigmoid.def ? factor.inputs[0]! : null;
    const opposite =
      u === null
        ? null
        : [...above.keys()].find((e) => e.op === exp.def && areOpposite(e.inputs[0]!, u));
    if (u === null || opposite === undefined || opposite === null || !above.has(factor)) continue;
    take(above, factor, 1);
    take(above, opposite, 1);
    gain(sigmoid(opposite.inputs[0]!));
    changed = true;
  }
  return changed ? emitProduct({ ...found, above, below }, root) : null;
}

/** Whether one expression is written as the negative of the other. */
function areOpposite(a: Expr, b: Expr): boolean {
  if (a.op === neg.def && a.inputs[0] === b) return true;
  if (b.op === neg.def && b.inputs[0] === a) return true;
  return (
    a.op === sub.def &&
    b.op === sub.def &&
    a.inputs[0] === b.inputs[1] &&
    a.inputs[1] === b.inputs[0]
  );
}

/** Exponentials in one sum that are looked at. */
const EXPS_MAX = 16;

/** The exponents of a sum of three or more exponentials. */
function exponentsOf(root: Expr): Expr[] | null {
  const found: Expr[] = [];
  const stack = [root];
  for (let e = stack.pop(); e !== undefined; e = stack.pop()) {
    if (e.op === add.def) stack.push(e.inputs[1]!, e.inputs[0]!);
    else if (e.op === exp.def) found.push(e.inputs[0]!);
    else return null;
    if (found.length + stack.length > EXPS_MAX) return null;
  }
  return found.length > 2 ? found : null;
}

/** Largest finite number of each float dtype. */
const LARGEST: Readonly<Record<string, number>> = {
  float16: 65504,
  float32: 3.4028234663852886e38,
  float64: Number.MAX_VALUE,
};

/** The number where it is finite, 0 where it is not: Infinity - Infinity would be NaN. */
const finite = (m: Expr): Expr =>
  where(lt(abs(m), constant(LARGEST[m.type.dtype]!, m.type.dtype)), m, constant(0, m.type.dtype));

/** Whether x is something less its own maximum already. */
function isCentered(e: Expr): boolean {
  if (e.op !== sub.def) return false;
  const { core } = spreadOf(e.inputs[1]!);
  const largest = core.op === WHERE ? core.inputs[1]! : core;
  return largest.op === MAX && largest.inputs[0] === e.inputs[0];
}

const LOG_SUM_EXP: readonly Rule[] = [
  {
    name: 'log_of_many_exps',
    stage: 'stabilize',
    doc: 'The exponentials overflow float32 above 88.7; those of what is left beside the largest do not.',
    from: on(log, on(add, x, y)),
    to: (match) => {
      const exponents = exponentsOf(add(exprAt(match, 'x'), exprAt(match, 'y')));
      if (exponents === null) return null;
      const largest = exponents.reduce((a, b) => maximum(a, b));
      const isCenteredAlready = exponents.every(
        (e) => e.op === sub.def && exponents.every((o) => o.inputs[1] === e.inputs[1]),
      );
      if (isCenteredAlready) return null;
      const base = finite(largest);
      return add(base, log(exponents.map((e) => exp(sub(e, base))).reduce((a, b) => add(a, b))));
    },
    grows: { nodes: 2 * EXPS_MAX + 6 },
    domain: { x: [-5, 5], y: [-5, 5], z: [-5, 5] },
    example: ({ x: a, y: b, z }) => log(add(add(exp(a!), exp(b!)), exp(z!))),
    witness: { at: { x: 1000, y: 0, z: 0 }, answer: 1000 },
  },
  {
    name: 'log_sum_exp',
    stage: 'stabilize',
    doc: 'The exponentials overflow float32 above 88.7; those of the distance to the largest do not.',
    from: on(log, named('sum', SUM, on(exp, x))),
    when: (match) => !isCentered(exprAt(match, 'x')),
    to: (match) => {
      const [e, axes] = [exprAt(match, 'x'), axesOf(exprAt(match, 'sum'))];
      const base = finite(max(e, axes));
      return add(base, log(sum(exp(sub(e, spread(base, e, axes))), axes)));
    },
    grows: { nodes: 9 },
    domain: { x: [-5, 5] },
    example: ({ x: e }) => {
      const wide = e!.type.shape.length === 0 ? insertOnes(e!, [0]) : e!;
      return log(sum(exp(wide), [wide.type.shape.length - 1]));
    },
    witness: { at: { x: 1000 }, answer: 1000 },
  },
];

export const LOG_EXP_RULES: readonly Rule[] = [...LOGARITHMS, ...LOG_SUM_EXP, ...EXPONENTIALS];
