/** @file Arithmetic: neutral and absorbing elements, signs, powers. */
import { isFloat } from '../../ir/types.ts';
import { abs, add, div, mul, neg, reciprocal, sqr, sqrt, sub } from '../../ops/arith.ts';
import { constant } from '../../ops/leaves.ts';
import { pow } from '../../ops/transcendental.ts';
import { anyNumber, exprAt, hole, num, numberAt, on, type Match, type Rule } from '../rule.ts';
import { power } from './products.ts';

const x = hole('x');
const y = hole('y');
const c = anyNumber('c');

const isFloatRoot = ({ root }: Match): boolean => isFloat(root.type.dtype);

/** The number of `c` changed, in the dtype of the node. */
const number = (match: Match, change: (value: number) => number) =>
  constant(change(numberAt(match, 'c')), match.root.type.dtype);

const isNegative = (match: Match): boolean =>
  numberAt(match, 'c') < 0 && numberAt(match, 'c') > -(2 ** 31);

const NEUTRAL: readonly Rule[] = [
  {
    name: 'add_of_zero',
    stage: 'canonicalize',
    doc: 'Adding 0 changes nothing.',
    from: on(add, x, num(0)),
    to: x,
    domain: { x: [-3, 3] },
  },
  {
    name: 'sub_of_zero',
    stage: 'canonicalize',
    doc: 'Subtracting 0 changes nothing.',
    from: on(sub, x, num(0)),
    to: x,
    domain: { x: [-3, 3] },
  },
  {
    name: 'zero_minus_to_neg',
    stage: 'canonicalize',
    doc: 'A difference from 0 is a negation: one operand less.',
    from: on(sub, num(0), x),
    when: ({ root }) => root.type.dtype !== 'uint32',
    to: on(neg, x),
    domain: { x: [-3, 3] },
  },
  {
    name: 'mul_of_one',
    stage: 'canonicalize',
    doc: 'Multiplying by 1 changes nothing.',
    from: on(mul, x, num(1)),
    to: x,
    domain: { x: [-3, 3] },
  },
  {
    name: 'mul_of_minus_one_to_neg',
    stage: 'canonicalize',
    doc: 'A product with -1 is a negation: one operand less, and signs meet.',
    from: on(mul, x, num(-1)),
    to: on(neg, x),
    domain: { x: [-3, 3] },
  },
  {
    name: 'mul_of_zero',
    stage: 'canonicalize',
    doc: 'A product with 0 is 0. It drops the NaN of 0 * Infinity, as Theano does.',
    from: on(mul, x, num(0)),
    to: num(0),
    tags: ['unsafeAlgebra'],
    domain: { x: [-3, 3] },
  },
  {
    name: 'div_by_one',
    stage: 'canonicalize',
    doc: 'Dividing by 1 changes nothing.',
    from: on(div, x, num(1)),
    to: x,
    domain: { x: [-3, 3] },
  },
  {
    name: 'div_by_minus_one_to_neg',
    stage: 'canonicalize',
    doc: 'A quotient by -1 is a negation.',
    from: on(div, x, num(-1)),
    to: on(neg, x),
    domain: { x: [-3, 3] },
  },
  {
    name: 'zero_divided',
    stage: 'canonicalize',
    doc: '0 divided by anything is 0. It drops the NaN of 0 / 0, as Theano does.',
    from: on(div, num(0), x),
    to: num(0),
    tags: ['unsafeAlgebra'],
    domain: { x: [0.2, 3] },
  },
  {
    name: 'one_divided_to_reciprocal',
    stage: 'canonicalize',
    doc: 'One form for 1 / x: patterns and derivatives use reciprocal.',
    from: on(div, num(1), x),
    to: on(reciprocal, x),
    domain: { x: [0.2, 3] },
  },
  {
    name: 'pow_of_zero',
    stage: 'canonicalize',
    doc: 'Anything to the power 0 is 1, NaN too.',
    from: on(pow, x, num(0)),
    to: num(1),
    domain: { x: [-3, 3] },
  },
  {
    name: 'pow_of_one',
    stage: 'canonicalize',
    doc: 'The first power of x is x.',
    from: on(pow, x, num(1)),
    to: x,
    domain: { x: [-3, 3] },
  },
];

const SIGNS: readonly Rule[] = [
  {
    name: 'neg_of_neg',
    stage: 'canonicalize',
    doc: 'Two negations undo each other.',
    from: on(neg, on(neg, x)),
    to: x,
    domain: { x: [-3, 3] },
  },
  {
    name: 'reciprocal_of_reciprocal',
    stage: 'canonicalize',
    doc: 'Two reciprocals undo each other, without the rounding of two divisions.',
    from: on(reciprocal, on(reciprocal, x)),
    to: x,
    domain: { x: [0.2, 3] },
  },
  {
    name: 'reciprocal_of_quotient',
    stage: 'canonicalize',
    doc: 'The reciprocal of a quotient is the quotient turned over: one division instead of two.',
    from: on(reciprocal, on(div, x, y)),
    to: on(div, y, x),
    domain: { x: [0.2, 3], y: [0.2, 3] },
  },
  {
    name: 'reciprocal_of_neg',
    stage: 'canonicalize',
    doc: 'The sign moves outside, where it meets other signs.',
    from: on(reciprocal, on(neg, x)),
    to: on(neg, on(reciprocal, x)),
    domain: { x: [0.2, 3] },
  },
  {
    name: 'neg_of_sub',
    stage: 'canonicalize',
    doc: 'A negated difference is the difference turned round.',
    from: on(neg, on(sub, x, y)),
    to: on(sub, y, x),
    domain: { x: [-3, 3], y: [-3, 3] },
  },
  {
    name: 'neg_of_scaled',
    stage: 'canonicalize',
    doc: 'The sign joins a constant factor.',
    from: on(neg, on(mul, x, c)),
    to: (match) =>
      mul(
        exprAt(match, 'x'),
        number(match, (value) => -value),
      ),
    domain: { x: [-3, 3] },
    example: (holes) => neg(mul(holes['x']!, constant(3, holes['x']!.type.dtype))),
  },
  {
    name: 'add_of_neg_to_sub',
    stage: 'canonicalize',
    doc: 'Adding a negated value is subtracting it.',
    from: on(add, x, on(neg, y)),
    to: on(sub, x, y),
    domain: { x: [-3, 3], y: [-3, 3] },
  },
  {
    name: 'sub_of_neg_to_add',
    stage: 'canonicalize',
    doc: 'Subtracting a negated value is adding it.',
    from: on(sub, x, on(neg, y)),
    to: on(add, x, y),
    domain: { x: [-3, 3], y: [-3, 3] },
  },
  {
    name: 'sub_from_neg',
    stage: 'canonicalize',
    doc: 'The sign moves outside, where it meets other signs.',
    from: on(sub, on(neg, x), y),
    to: on(neg, on(add, x, y)),
    domain: { x: [-3, 3], y: [-3, 3] },
  },
  {
    name: 'add_of_negative_number',
    stage: 'canonicalize',
    doc: 'One form for x + -1 and x - 1: patterns write the difference.',
    from: on(add, x, c),
    when: isNegative,
    to: (match) => sub(exprAt(match, 'x'), number(match, Math.abs)),
    domain: { x: [-3, 3] },
    example: (holes) => add(holes['x']!, constant(-2, holes['x']!.type.dtype)),
  },
  {
    name: 'sub_of_negative_number',
    stage: 'canonicalize',
    doc: 'One form for x - -1 and x + 1: patterns write the sum.',
    from: on(sub, x, c),
    when: isNegative,
    to: (match) => add(exprAt(match, 'x'), number(match, Math.abs)),
    domain: { x: [-3, 3] },
    example: (holes) => sub(holes['x']!, constant(-2, holes['x']!.type.dtype)),
  },
  {
    name: 'abs_of_neg',
    stage: 'canonicalize',
    doc: 'The absolute value does not see a sign.',
    from: on(abs, on(neg, x)),
    to: on(abs, x),
    domain: { x: [-3, 3] },
  },
  {
    name: 'abs_of_abs',
    stage: 'canonicalize',
    doc: 'An absolute value has no sign to lose.',
    from: on(abs, on(abs, x)),
    to: on(abs, x),
    domain: { x: [-3, 3] },
  },
  {
    name: 'abs_of_scaled',
    stage: 'canonicalize',
    doc: 'A constant factor moves outside, where it meets other constants.',
    from: on(abs, on(mul, x, c)),
    when: isFloatRoot,
    to: (match) => mul(abs(exprAt(match, 'x')), number(match, Math.abs)),
    domain: { x: [-3, 3] },
    example: (holes) => abs(mul(holes['x']!, constant(-2, holes['x']!.type.dtype))),
  },
  {
    name: 'abs_of_divided',
    stage: 'canonicalize',
    doc: 'A constant divisor moves outside, where it meets other constants.',
    from: on(abs, on(div, x, c)),
    to: (match) => div(abs(exprAt(match, 'x')), number(match, Math.abs)),
    domain: { x: [-3, 3] },
    example: (holes) => abs(div(holes['x']!, constant(-3, holes['x']!.type.dtype))),
  },
  {
    name: 'abs_of_sqr',
    stage: 'canonicalize',
    doc: 'A square has no sign.',
    from: on(abs, on(sqr, x)),
    when: isFloatRoot,
    to: on(sqr, x),
    domain: { x: [-3, 3] },
  },
  {
    name: 'sqr_of_neg',
    stage: 'canonicalize',
    doc: 'A square does not see a sign.',
    from: on(sqr, on(neg, x)),
    to: on(sqr, x),
    domain: { x: [-3, 3] },
  },
  {
    name: 'sqr_of_abs',
    stage: 'canonicalize',
    doc: 'A square does not see a sign.',
    from: on(sqr, on(abs, x)),
    to: on(sqr, x),
    domain: { x: [-3, 3] },
  },
  {
    name: 'sqrt_of_sqr_to_abs',
    stage: 'stabilize',
    doc: 'The square overflows float32 above 1.8e19; the absolute value does not compute it.',
    from: on(sqrt, on(sqr, x)),
    to: on(abs, x),
    domain: { x: [-3, 3] },
    witness: { at: { x: -1e30 }, answer: 1e30 },
  },
];

/** Whole powers above this are left to pow. */
const POWER_MAX = 512;

const isSmallWhole = (match: Match): boolean => {
  const p = numberAt(match, 'c');
  return Number.isInteger(p) && Math.abs(p) >= 1 && Math.abs(p) <= POWER_MAX;
};

/** Whether 1 / c is as exact as c: a power of two, neither it nor its reciprocal subnormal. */
function isPowerOfTwo(match: Match): boolean {
  const value = Math.abs(numberAt(match, 'c'));
  return (
    value !== 1 &&
    value > 1e-30 &&
    value < 1e30 &&
    Number.isInteger(Math.log2(value)) &&
    2 ** Math.log2(value) === value
  );
}

const POWERS: readonly Rule[] = [
  {
    name: 'product_with_itself_to_sqr',
    stage: 'canonicalize',
    doc: 'One form for x * x and its square, which reads its operand once.',
    from: on(mul, x, x),
    to: on(sqr, x),
    domain: { x: [-3, 3] },
  },
  {
    name: 'pow_of_half_to_sqrt',
    stage: 'specialize',
    doc: 'A square root is one instruction; pow is a logarithm and an exponential.',
    from: on(pow, x, num(0.5)),
    to: on(sqrt, x),
    domain: { x: [0.2, 3] },
  },
  {
    name: 'pow_of_minus_half',
    stage: 'specialize',
    doc: 'A square root and a division cost less than pow.',
    from: on(pow, x, num(-0.5)),
    to: on(reciprocal, on(sqrt, x)),
    grows: { nodes: 1 },
    domain: { x: [0.2, 3] },
  },
  {
    name: 'pow_of_whole_to_products',
    stage: 'specialize',
    doc: 'A whole power is a few squarings and products, exact for small numbers, and cheaper than pow.',
    from: on(pow, x, c),
    when: isSmallWhole,
    to: (match) => {
      const p = numberAt(match, 'c');
      const result = power(exprAt(match, 'x'), Math.abs(p));
      return p < 0 ? reciprocal(result) : result;
    },
    grows: { nodes: 17 },
    domain: { x: [0.2, 2] },
    example: (holes) => pow(holes['x']!, constant(-5, holes['x']!.type.dtype)),
  },
  {
    name: 'div_by_power_of_two',
    stage: 'specialize',
    doc: 'A product costs less than a division, and the reciprocal of a power of two is exact.',
    from: on(div, x, c),
    when: isPowerOfTwo,
    to: (match) =>
      mul(
        exprAt(match, 'x'),
        number(match, (value) => 1 / value),
      ),
    domain: { x: [-3, 3] },
    example: (holes) => div(holes['x']!, constant(4, holes['x']!.type.dtype)),
  },
];

export const ARITH_RULES: readonly Rule[] = [...NEUTRAL, ...SIGNS, ...POWERS];
