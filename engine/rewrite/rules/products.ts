/**
 * @file Products and quotients as lists of factors: constants join, common factors of numerator and denominator cancel.
 * The user's form stays unless the result is smaller. Integers have no quotients here, so that none becomes real division.
 */
import type { Expr } from '../../ir/graph.ts';
import { isFloat } from '../../ir/types.ts';
import { abs, add, div, mul, neg, reciprocal, sign, sqr, sub } from '../../ops/arith.ts';
import { uniformValue } from '../../ops/broadcast.ts';
import { constant } from '../../ops/leaves.ts';
import { filledLike, oneOf, type Match, type Rule } from '../rule.ts';

/** Longer products are left as they are: the work on a chain of n products stays proportional to n. */
const FACTORS_MAX = 16;

/** A product: how often each factor stands above and below the line, and the numbers. */
export type Factors = {
  readonly above: Map<Expr, number>;
  readonly below: Map<Expr, number>;
  /** Product of the numbers above over those below. */
  readonly coefficient: number;
  /** The number below alone, where there is none but 1 or -1 above: x / 3 stays a division. */
  readonly divisor: number | null;
  /** Operations that the product is made of. */
  readonly nodes: number;
};

/** The factors of one operation: its operands, and whether each stands on the other side of the line. `null`: none. */
function operandsOf({
  op,
  inputs,
}: Expr): readonly { readonly expr: Expr; readonly turned: boolean }[] | null {
  const [x, y] = inputs;
  if (op === mul.def)
    return [
      { expr: x!, turned: false },
      { expr: y!, turned: false },
    ];
  if (op === div.def)
    return [
      { expr: x!, turned: false },
      { expr: y!, turned: true },
    ];
  if (op === reciprocal.def) return [{ expr: x!, turned: true }];
  return op === neg.def ? [{ expr: x!, turned: false }] : null;
}

/** The number below the line where that is all there is. */
const divisorOf = ({
  above,
  below,
}: {
  readonly above: number;
  readonly below: number;
}): number | null => (Math.abs(above) === 1 && Math.abs(below) !== 1 ? below * above : null);

/** The factors of a product; `null` where there are too many. */
export function factorsOf(root: Expr): Factors | null {
  const lists = { above: new Map<Expr, number>(), below: new Map<Expr, number>() };
  const interior = new Set<Expr>();
  const stack: { readonly expr: Expr; readonly isAbove: boolean }[] = [
    { expr: root, isAbove: true },
  ];
  const isReal = isFloat(root.type.dtype);
  const numbers = { above: 1, below: 1 };
  let parts = 0;
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { expr, isAbove } = top;
    const side = isAbove ? 'above' : 'below';
    const value = expr.op === neg.def ? -1 : uniformValue(expr);
    if (value !== null)
      numbers[side] = isReal ? numbers[side] * value : Math.imul(numbers[side], value);
    const operands = operandsOf(expr);
    if (operands !== null) {
      interior.add(expr);
      for (const x of operands.toReversed())
        stack.push({ expr: x.expr, isAbove: isAbove !== x.turned });
    } else if (value === null) {
      const isSquare = expr.op === sqr.def;
      const base = isSquare ? expr.inputs[0]! : expr;
      lists[side].set(base, (lists[side].get(base) ?? 0) + (isSquare ? 2 : 1));
      if (isSquare) interior.add(expr);
      parts++;
    }
    if (parts + stack.length > FACTORS_MAX) return null;
  }
  const coefficient = isReal ? numbers.above / numbers.below : numbers.above;
  const divisor = divisorOf(numbers);
  return { ...lists, coefficient, divisor, nodes: interior.size };
}

/** Multiplications of a power by repeated squaring. */
const powerCost = (exponent: number): number => {
  const bits = exponent.toString(2);
  return bits.length - 1 + bits.replaceAll('0', '').length - 1;
};

/** x to a positive whole power by repeated squaring. */
export function power(x: Expr, exponent: number): Expr {
  let result: Expr | null = null;
  let square = x;
  for (let rest = exponent; rest > 0; rest >>= 1) {
    if ((rest & 1) === 1) result = result === null ? square : mul(result, square);
    if (rest > 1) square = sqr(square);
  }
  return result!;
}

const listCost = (list: ReadonlyMap<Expr, number>): number =>
  [...list.values()].reduce((cost, exponent) => cost + powerCost(exponent), 0) +
  Math.max(0, list.size - 1);

/** Operations of the product as `emitProduct` writes it. */
function productCost({ above, below, coefficient }: Factors): number {
  const scaling = coefficient === 1 || above.size + below.size === 0 ? 0 : 1;
  if (below.size === 0) return listCost(above) + scaling;
  // A number alone above the line is the division's own operand.
  return (
    listCost(above) + listCost(below) + 1 + (above.size === 0 && coefficient !== -1 ? 0 : scaling)
  );
}

const productOf = (list: ReadonlyMap<Expr, number>): Expr =>
  [...list].map(([x, exponent]) => power(x, exponent)).reduce((a, b) => mul(a, b));

/** The product as a graph, its number outermost; `root`: what it replaces. */
export function emitProduct({ above, below, coefficient, divisor }: Factors, root: Expr): Expr {
  const number = (value: number): Expr => constant(value, root.type.dtype);
  if (above.size + below.size === 0) return filledLike(coefficient, root);
  if (above.size === 0) {
    const bottom = productOf(below);
    const result =
      Math.abs(coefficient) === 1 ? reciprocal(bottom) : div(number(coefficient), bottom);
    return coefficient === -1 ? neg(result) : result;
  }
  const top = productOf(above);
  const plain = below.size === 0 ? top : div(top, productOf(below));
  if (coefficient === 1) return plain;
  if (coefficient === -1) return neg(plain);
  return divisor === null ? mul(plain, number(coefficient)) : div(plain, number(divisor));
}

/** Remove so many of a factor. */
export function take(list: Map<Expr, number>, x: Expr, count: number): void {
  const left = (list.get(x) ?? 0) - count;
  if (left === 0) list.delete(x);
  else list.set(x, left);
}

/** The factors with those that stand above and below cancelled: x / x is 1, x / abs(x) is sign(x). */
function cancel(factors: Factors): Factors {
  const above = new Map(factors.above);
  const below = new Map(factors.below);
  for (const [x, count] of factors.below) {
    const common = Math.min(count, above.get(x) ?? 0);
    if (common > 0) [above, below].forEach((list) => take(list, x, common));
  }
  for (const [x, count] of factors.below) {
    const inside = x.op === abs.def ? x.inputs[0]! : null;
    const common = inside === null ? 0 : Math.min(below.get(x) ?? 0, count, above.get(inside) ?? 0);
    if (inside === null || common === 0) continue;
    take(above, inside, common);
    take(below, x, common);
    above.set(sign(inside), common);
  }
  return { ...factors, above, below };
}

/** Whether the number has a place in the dtype. */
function holds(value: number, root: Expr): boolean {
  const own = root.type.dtype === 'float32' ? Math.fround(value) : value;
  return Number.isFinite(own) && (own !== 0 || value === 0);
}

/** The smaller form of a product, or `null`; `cancels`: whether factors vanish, and with them their NaN and infinities. */
function shortened(root: Expr, cancels: boolean): Expr | null {
  if (root.type.dtype === 'uint32' || root.type.dtype === 'float16') return null;
  const found = factorsOf(root);
  if (found === null) return null;
  const kept = cancels ? cancel(found) : found;
  const vanished =
    kept.above.size < found.above.size ||
    kept.below.size < found.below.size ||
    totalOf(kept) < totalOf(found);
  if (cancels !== vanished || kept.coefficient === 0 || !holds(kept.coefficient, root)) return null;
  const cost = productCost(kept);
  return cost < found.nodes || (cost === found.nodes && hidesSign(root, kept))
    ? emitProduct(kept, root)
    : null;
}

const totalOf = ({ above, below }: Factors): number =>
  [...above.values(), ...below.values()].reduce((a, b) => a + b, 0);

/** Whether a sign stands inside a product: outside it meets other signs and sums. */
const hidesSign = (root: Expr, { coefficient }: Factors): boolean =>
  coefficient === -1 && root.op !== neg.def && root.inputs.some((x) => x.op === neg.def);

/** Products over sums of quotients: the largest number of addends looked at. */
const ADDENDS_MAX = 4;

/** The addends of a sum with their signs; `null` where it is none, or too long. */
export function addendsOf(expr: Expr): { readonly expr: Expr; readonly sign: 1 | -1 }[] | null {
  const found: { readonly expr: Expr; readonly sign: 1 | -1 }[] = [];
  const stack: { readonly expr: Expr; readonly sign: 1 | -1 }[] = [{ expr, sign: 1 }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { expr: x, sign: own } = top;
    if (x.op === add.def || x.op === sub.def) {
      const second = x.op === sub.def ? (own === 1 ? -1 : 1) : own;
      stack.push({ expr: x.inputs[1]!, sign: second }, { expr: x.inputs[0]!, sign: own });
    } else found.push(top);
    if (found.length + stack.length > ADDENDS_MAX) return null;
  }
  return found.length > 1 ? found : null;
}

/** (a / x + b) * x as a + b * x, where that is no larger: every quotient must lose its denominator. */
function distributed(root: Expr): Expr | null {
  const whole =
    root.type.dtype === 'float32' || root.type.dtype === 'float64' ? factorsOf(root) : null;
  if (whole === null) return null;
  for (const [factor, count] of whole.above) {
    const addends = count === 1 ? addendsOf(factor) : null;
    const own = addends?.map(({ expr }) => factorsOf(expr)) ?? [null];
    if (addends === null || own.includes(null)) continue;
    // Only what cancels goes in; other factors stay outside, once.
    const cancels = (x: Expr): boolean => own.some((factors) => factors!.below.has(x));
    const inner = new Map([...whole.above].filter(([x]) => x !== factor && cancels(x)));
    const terms = own.map((factors) => distributedTerm(factors!, inner));
    if (inner.size === 0 || terms.includes(null)) continue;
    const outer = new Map([...whole.above].filter(([x]) => x !== factor && !cancels(x)));
    const before = own.reduce((n, factors) => n + factors!.nodes, whole.nodes);
    const after = terms.reduce(
      (n, term) => n + productCost(term!),
      productCost({ ...whole, above: new Map(outer).set(factor, 1) }),
    );
    if (after > before) continue;
    const sum = signedSum(
      terms.map((term, i) => ({ expr: emitProduct(term!, root), sign: addends[i]!.sign })),
    );
    return emitProduct({ ...whole, above: outer.set(sum, 1) }, root);
  }
  return null;
}

/** Terms with their signs added up, one that is positive first. */
export function signedSum(terms: readonly { readonly expr: Expr; readonly sign: 1 | -1 }[]): Expr {
  const lead = terms.find((t) => t.sign === 1) ?? terms[0]!;
  const start = lead.sign === 1 ? lead.expr : neg(lead.expr);
  return terms
    .filter((t) => t !== lead)
    .reduce((total, t) => (t.sign === 1 ? add(total, t.expr) : sub(total, t.expr)), start);
}

function joined(a: ReadonlyMap<Expr, number>, b: ReadonlyMap<Expr, number>): Map<Expr, number> {
  const result = new Map(a);
  for (const [x, count] of b) result.set(x, (result.get(x) ?? 0) + count);
  return result;
}

/** One addend times other factors; `null` where its own denominator stays. */
function distributedTerm(own: Factors, others: ReadonlyMap<Expr, number>): Factors | null {
  const factors = cancel({ ...own, above: joined(own.above, others) });
  return [...own.below.keys()].some((x) => factors.below.has(x)) ? null : factors;
}

export const PRODUCT_RULES: readonly Rule[] = [
  {
    name: 'cancelled_product',
    stage: 'canonicalize',
    doc: 'Common factors above and below the line cancel, and x / abs(x) is sign(x). NaN and infinities of x / x disappear.',
    from: oneOf(mul, div),
    to: ({ root }: Match) => shortened(root, true),
    tags: ['unsafeAlgebra'],
    domain: { x: [0.2, 3], y: [-3, 3] },
    example: ({ x, y }) => div(mul(x!, y!), x!),
  },
  {
    name: 'canonical_product',
    stage: 'canonicalize',
    doc: 'The constants of a product join, signs move outside, and a product with a reciprocal is a quotient.',
    from: oneOf(mul, div),
    to: ({ root }: Match) => shortened(root, false),
    domain: { x: [-3, 3], y: [0.2, 3] },
    example: ({ x, y }) => {
      const number = (value: number) => constant(value, x!.type.dtype);
      return mul(mul(number(2), neg(x!)), mul(number(3), reciprocal(y!)));
    },
  },
  {
    name: 'distributed_quotients',
    stage: 'canonicalize',
    doc: 'A product with a sum of quotients whose denominators it cancels is a sum without quotients: (a / x + b) * x is a + b * x.',
    from: oneOf(mul),
    to: ({ root }: Match) => distributed(root),
    tags: ['unsafeAlgebra'],
    domain: { x: [0.2, 3], y: [-3, 3], z: [-3, 3] },
    example: ({ x, y, z }) => mul(add(div(y!, x!), z!), x!),
  },
];
