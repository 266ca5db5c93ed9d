/**
 * @file Sums as lists of terms with coefficients: like terms and constants join. The user's form stays unless the result
 * is smaller, so that nothing is rearranged for its own sake.
 */
import type { Expr } from '../../ir/graph.ts';
import { isFloat } from '../../ir/types.ts';
import { add, div, mul, neg, sub } from '../../ops/arith.ts';
import { uniformValue } from '../../ops/broadcast.ts';
import { constant } from '../../ops/leaves.ts';
import { filledLike, oneOf, type Match, type Rule } from '../rule.ts';

/** Longer sums are left as they are: the work on a chain of n additions stays proportional to n. */
const TERMS_MAX = 16;

type Terms = {
  /** Coefficient of each term, in the order of writing. */
  readonly coefficients: ReadonlyMap<Expr, number>;
  readonly constant: number;
  /** Operations that the sum is made of. */
  readonly nodes: number;
  /** Terms and constants as they were written. */
  readonly parts: number;
};

/** A number as the dtype holds it. */
const rounded = (value: number, x: Expr): number =>
  x.type.dtype === 'float32'
    ? Math.fround(value)
    : isFloat(x.type.dtype)
      ? value
      : Math.trunc(value) | 0;

/** The factor of a product or quotient by a number, and what it multiplies. */
function scaled(expr: Expr): { readonly factor: number; readonly rest: Expr } | null {
  const [x, y] = expr.inputs;
  if (expr.op === mul.def) {
    const [a, b] = [uniformValue(x!), uniformValue(y!)];
    if (b !== null) return { factor: b, rest: x! };
    return a === null ? null : { factor: a, rest: y! };
  }
  const divisor = expr.op === div.def ? uniformValue(y!) : null;
  return divisor === null || divisor === 0 ? null : { factor: 1 / divisor, rest: x! };
}

/** The terms of a sum; `null` where there are too many. */
function termsOf(root: Expr): Terms | null {
  const coefficients = new Map<Expr, number>();
  const interior = new Set<Expr>();
  const stack: { readonly expr: Expr; readonly factor: number }[] = [{ expr: root, factor: 1 }];
  const isReal = isFloat(root.type.dtype);
  let total = 0;
  let parts = 0;
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { expr, factor } = top;
    const value = uniformValue(expr);
    const product = value === null ? scaled(expr) : null;
    if (value === null && (expr.op === add.def || expr.op === sub.def)) {
      interior.add(expr);
      stack.push(
        { expr: expr.inputs[1]!, factor: expr.op === sub.def ? -factor : factor },
        { expr: expr.inputs[0]!, factor },
      );
    } else if (expr.op === neg.def) {
      interior.add(expr);
      stack.push({ expr: expr.inputs[0]!, factor: -factor });
    } else if (product !== null) {
      interior.add(expr);
      stack.push({
        expr: product.rest,
        factor: isReal ? factor * product.factor : Math.imul(factor, product.factor),
      });
    } else {
      parts++;
      if (value === null) coefficients.set(expr, (coefficients.get(expr) ?? 0) + factor);
      else total = isReal ? total + factor * value : (total + Math.imul(factor, value)) | 0;
    }
    if (parts + stack.length > TERMS_MAX) return null;
  }
  return { coefficients, constant: rounded(total, root), nodes: interior.size, parts };
}

type Term = { readonly expr: Expr; readonly factor: number };

/** Operations of the sum as `emit` writes it. */
function costOf(terms: readonly Term[], total: number): number {
  const scalings = terms.filter(({ factor }) => Math.abs(factor) !== 1).length;
  const count = terms.length + (total === 0 ? 0 : 1);
  const onlyNegative = total <= 0 && terms.length > 0 && terms.every(({ factor }) => factor < 0);
  return scalings + Math.max(0, count - 1) + (onlyNegative && terms[0]!.factor === -1 ? 1 : 0);
}

const times = (factor: number, x: Expr): Expr =>
  factor === 1 ? x : mul(x, constant(factor, x.type.dtype));

function emit(terms: readonly Term[], total: number, root: Expr): Expr {
  const first = terms.find(({ factor }) => factor > 0) ?? (total > 0 ? undefined : terms[0]);
  const rest = terms.filter((t) => t !== first);
  const number = filledLike(Math.abs(total), root);
  if (first === undefined && terms.length === 0) return filledLike(total, root);
  let result =
    first === undefined
      ? number
      : first.factor === -1
        ? neg(first.expr)
        : times(first.factor, first.expr);
  for (const { expr, factor } of rest) {
    result = factor < 0 ? sub(result, times(-factor, expr)) : add(result, times(factor, expr));
  }
  if (total === 0 || first === undefined) return result;
  return total < 0 ? sub(result, number) : add(result, number);
}

/** The smaller form of a sum, or `null`; `cancels`: whether a term vanishes, and with it its NaN and infinities. */
function shortened(root: Expr, cancels: boolean): Expr | null {
  const { dtype } = root.type;
  if (dtype === 'uint32' || dtype === 'float16') return null;
  const found = termsOf(root);
  if (found === null || found.parts < 2) return null;
  const terms = [...found.coefficients].map(([expr, factor]) => ({
    expr,
    factor: rounded(factor, root),
  }));
  const kept = terms.filter(({ factor }) => factor !== 0);
  if (kept.length < terms.length !== cancels) return null;
  if (![found.constant, ...kept.map((t) => t.factor)].every(Number.isFinite)) return null;
  const nodes = costOf(kept, found.constant);
  const parts = kept.length + (found.constant === 0 ? 0 : 1);
  const isSmaller = nodes < found.nodes || (nodes === found.nodes && parts < found.parts);
  return isSmaller ? emit(kept, found.constant, root) : null;
}

export const SUM_RULES: readonly Rule[] = [
  {
    name: 'cancelled_sum',
    stage: 'canonicalize',
    doc: 'Terms that cancel disappear: (x + y) - x is y. A NaN or an infinity in them disappears too.',
    from: oneOf(add, sub),
    to: ({ root }: Match) => shortened(root, true),
    tags: ['unsafeAlgebra'],
    domain: { x: [-3, 3], y: [-3, 3] },
    example: ({ x, y }) => sub(add(x!, y!), x!),
  },
  {
    name: 'canonical_sum',
    stage: 'canonicalize',
    doc: 'Like terms and constants of a sum join: (x + 1) + (3 * x + 2) is 4 * x + 3.',
    from: oneOf(add, sub),
    to: ({ root }: Match) => shortened(root, false),
    domain: { x: [-3, 3], y: [-3, 3] },
    example: ({ x, y }) => {
      const number = (value: number) => constant(value, x!.type.dtype);
      return sub(add(add(x!, number(1)), add(mul(number(3), x!), number(2))), neg(y!));
    },
  },
];
