/** @file Choices and comparisons: conditions that are known, and choices moved to where they protect. */
import { node, type Expr } from '../../ir/graph.ts';
import { isFloat } from '../../ir/types.ts';
import { add, div, mul } from '../../ops/arith.ts';
import { insertOnes, uniformValue } from '../../ops/broadcast.ts';
import { eq, ge, gt, le, lt, maximum, minimum, neq, where, WHERE } from '../../ops/compare.ts';
import { constant, DIM } from '../../ops/leaves.ts';
import { exprAt, hole, named, num, on, type Match, type Rule } from '../rule.ts';

const x = hole('x');
const y = hole('y');
const z = hole('z');
const c = hole('c');

/** A condition for examples, made of an input. */
const isPositive = (e: Expr): Expr => gt(e, constant(0, e.type.dtype));

/** A number multiplied is no danger; outside the choice it meets other numbers. */
const isNoNumber = (match: Match): boolean => uniformValue(exprAt(match, 'z')) === null;

const protect = (
  name: string,
  from: Rule['from'],
  to: Rule['to'],
  example: (a: Expr, b: Expr) => Expr,
): Rule => ({
  name,
  stage: 'canonicalize',
  doc: 'Where the choice is 0 the product is 0, whatever the other factor is: a NaN of a branch not taken does not come through.',
  from,
  to,
  when: isNoNumber,
  tags: ['unsafeAlgebra'],
  domain: { x: [-3, 3], y: [0.2, 3] },
  example: (holes) => example(holes['x']!, holes['y']!),
});

const zero = (e: Expr): Expr => constant(0, e.type.dtype);

const CHOICES: readonly Rule[] = [
  {
    name: 'where_of_true',
    stage: 'canonicalize',
    doc: 'A condition that is always true chooses the first value.',
    from: on(WHERE, num(1), x, y),
    to: x,
    domain: { x: [-3, 3], y: [-3, 3] },
    example: (holes) => where(constant(1, 'bool'), holes['x']!, holes['y']!),
  },
  {
    name: 'where_of_false',
    stage: 'canonicalize',
    doc: 'A condition that is always false chooses the second value.',
    from: on(WHERE, num(0), x, y),
    to: y,
    domain: { x: [-3, 3], y: [-3, 3] },
    example: (holes) => where(constant(0, 'bool'), holes['x']!, holes['y']!),
  },
  {
    name: 'where_of_equals',
    stage: 'canonicalize',
    doc: 'Between two equal values there is nothing to choose.',
    from: on(WHERE, c, x, x),
    to: x,
    domain: { x: [-3, 3], c: [-3, 3] },
    example: (holes) => where(isPositive(holes['c']!), holes['x']!, holes['x']!),
  },
  {
    name: 'where_of_where_true',
    stage: 'canonicalize',
    doc: 'Inside a choice the same condition is known.',
    from: on(WHERE, c, on(WHERE, c, x, y), z),
    to: on(WHERE, c, x, z),
    domain: { x: [-3, 3], y: [-3, 3] },
    example: ({ x: a, y: b }) => where(isPositive(a!), where(isPositive(a!), a!, b!), mul(a!, b!)),
  },
  {
    name: 'where_of_where_false',
    stage: 'canonicalize',
    doc: 'Outside a choice the same condition is known.',
    from: on(WHERE, c, x, on(WHERE, c, y, z)),
    to: on(WHERE, c, x, z),
    domain: { x: [-3, 3], y: [-3, 3] },
    example: ({ x: a, y: b }) => where(isPositive(a!), a!, where(isPositive(a!), mul(a!, b!), b!)),
  },
  protect(
    'mul_of_where_true_zero',
    on(mul, on(WHERE, c, num(0), y), z),
    on(WHERE, c, num(0), on(mul, y, z)),
    (a, b) => mul(where(isPositive(a), zero(a), b), a),
  ),
  protect(
    'mul_of_where_false_zero',
    on(mul, on(WHERE, c, y, num(0)), z),
    on(WHERE, c, on(mul, y, z), num(0)),
    (a, b) => mul(where(isPositive(a), b, zero(a)), a),
  ),
  protect(
    'div_of_where_true_zero',
    on(div, on(WHERE, c, num(0), y), z),
    on(WHERE, c, num(0), on(div, y, z)),
    (a, b) => div(where(isPositive(a), zero(a), a), b),
  ),
  protect(
    'div_of_where_false_zero',
    on(div, on(WHERE, c, y, num(0)), z),
    on(WHERE, c, on(div, y, z), num(0)),
    (a, b) => div(where(isPositive(a), a, zero(a)), b),
  ),
  {
    name: 'add_of_wheres',
    stage: 'canonicalize',
    doc: 'Two choices by one condition, each 0 where the other is not, are one choice.',
    from: on(add, x, y),
    to: joinedChoice,
    domain: { x: [-3, 3], y: [-3, 3] },
    example: ({ x: a, y: b }) =>
      add(where(isPositive(a!), a!, zero(a!)), where(isPositive(a!), zero(a!), b!)),
  },
];

/** The sum of two choices where on each side one of them is 0. */
function joinedChoice(match: Match): Expr | null {
  const [first, second] = [exprAt(match, 'x'), exprAt(match, 'y')];
  if (first.op !== WHERE || second.op !== WHERE || first.inputs[0] !== second.inputs[0])
    return null;
  const sides = [1, 2].map((i) => {
    const [a, b] = [first.inputs[i]!, second.inputs[i]!];
    if (uniformValue(a) === 0) return b;
    return uniformValue(b) === 0 ? a : null;
  });
  return sides.includes(null) ? null : node(WHERE, [first.inputs[0]!, sides[0]!, sides[1]!]);
}

const isInteger = (match: Match): boolean => !isFloat(exprAt(match, 'x').type.dtype);

const itself = (
  name: string,
  op: typeof eq,
  value: 0 | 1,
  options: Pick<Rule, 'when' | 'tags'> = {},
): Rule => ({
  name,
  stage: 'canonicalize',
  doc:
    value === 1
      ? 'x stands in this order to itself.'
      : 'x does not stand in this order to itself, NaN neither.',
  from: on(op, x, x),
  to: num(value),
  domain: { x: [-3, 3] },
  ...options,
  ...(options.when === undefined ? {} : { example: ({ x: e }) => op(asFlag(e!), asFlag(e!)) }),
});

/** What has no NaN, made of an input, for examples. */
const asFlag = (e: Expr): Expr => node(eq.def, [e, e]);

const COMPARISONS: readonly Rule[] = [
  itself('lt_of_itself', lt, 0),
  itself('gt_of_itself', gt, 0),
  itself('le_of_itself', le, 1, { tags: ['unsafeAlgebra'] }),
  itself('ge_of_itself', ge, 1, { tags: ['unsafeAlgebra'] }),
  itself('eq_of_itself', eq, 1, { when: isInteger }),
  itself('neq_of_itself', neq, 0, { when: isInteger }),
  {
    name: 'maximum_of_itself',
    stage: 'canonicalize',
    doc: 'The larger of two equal values is that value.',
    from: on(maximum, x, x),
    to: x,
    domain: { x: [-3, 3] },
  },
  {
    name: 'minimum_of_itself',
    stage: 'canonicalize',
    doc: 'The smaller of two equal values is that value.',
    from: on(minimum, x, x),
    to: x,
    domain: { x: [-3, 3] },
  },
];

/** An extent in a pattern. */
const extent = named('extent', DIM, x);

const EXTENTS: readonly Rule[] = [
  {
    name: 'extent_lt_zero',
    stage: 'canonicalize',
    doc: 'An extent is never negative.',
    from: on(lt, extent, num(0)),
    to: num(0),
    domain: { x: [-3, 3] },
    example: ({ x: e }) => lt(extentOf(e!), constant(0, 'int32')),
  },
  {
    name: 'extent_ge_zero',
    stage: 'canonicalize',
    doc: 'An extent is never negative.',
    from: on(ge, extent, num(0)),
    to: num(1),
    domain: { x: [-3, 3] },
    example: ({ x: e }) => ge(extentOf(e!), constant(0, 'int32')),
  },
  {
    name: 'maximum_of_extent_and_zero',
    stage: 'canonicalize',
    doc: 'An extent is never negative.',
    from: on(maximum, extent, num(0)),
    to: ({ nodes }) => nodes.get('extent')!,
    domain: { x: [-3, 3] },
    example: ({ x: e }) => maximum(extentOf(e!), constant(0, 'int32')),
  },
  {
    name: 'minimum_of_extent_and_zero',
    stage: 'canonicalize',
    doc: 'An extent is never negative.',
    from: on(minimum, extent, num(0)),
    to: num(0),
    domain: { x: [-3, 3] },
    example: ({ x: e }) => minimum(extentOf(e!), constant(0, 'int32')),
  },
  {
    name: 'where_of_extent_le_zero',
    stage: 'canonicalize',
    doc: 'An extent that is not positive is 0.',
    from: on(WHERE, on(le, extent, num(0)), num(0), hole('y')),
    when: (match) => exprAt(match, 'y') === exprAt(match, 'extent'),
    to: y,
    domain: { x: [-3, 3] },
    example: ({ x: e }) =>
      where(le(extentOf(e!), constant(0, 'int32')), constant(0, 'int32'), extentOf(e!)),
  },
];

/** An extent as a node, known or not. */
const extentOf = (e: Expr): Expr => node(DIM, [insertOnes(e, [0])], { axis: 0 });

export const WHERE_RULES: readonly Rule[] = [...CHOICES, ...COMPARISONS, ...EXTENTS];
