/** @file Views, casts and extents: one form for each, and the work on the smaller side of a view. */
import { node, type Expr } from '../../ir/graph.ts';
import { isFloat, type DType } from '../../ir/types.ts';
import { mul, neg } from '../../ops/arith.ts';
import {
  broadcastTo,
  BROADCAST_TO,
  CAST,
  cast,
  DIMSHUFFLE,
  dimshuffle,
  transpose,
  uniformValue,
} from '../../ops/broadcast.ts';
import { constant, DIM, dimOf, dimsOf, integer, scalarValue } from '../../ops/leaves.ts';
import { DOT, dot } from '../../ops/linalg.ts';
import { RESHAPE, reshape } from '../../ops/shape.ts';
import { tanh } from '../../ops/transcendental.ts';
import {
  anyNumber,
  elementwise,
  exprAt,
  filledLike,
  hole,
  named,
  num,
  numberAt,
  on,
  oneOf,
  type Match,
  type Rule,
} from '../rule.ts';

const x = hole('x');
const domain = { x: [-3, 3] } as const;

const orderOf = (expr: Expr): readonly number[] => expr.params['order'] as readonly number[];

/** Dtypes that hold every value of another. */
const HOLDS: Readonly<Record<DType, readonly DType[]>> = {
  bool: ['int32', 'uint32', 'float16', 'float32', 'float64'],
  int32: ['float64'],
  uint32: ['float64'],
  float16: ['float32', 'float64'],
  float32: ['float64'],
  float64: [],
};

/** A test's view: all axes reversed, and a new one. */
const turned = (e: Expr): Expr =>
  dimshuffle(e, [-1, ...e.type.shape.map((_, axis) => axis).toReversed()]);
const flattened = (e: Expr): Expr => reshape(e, [integer(-1)]);

const VIEWS: readonly Rule[] = [
  {
    name: 'broadcast_to_itself',
    stage: 'canonicalize',
    doc: 'A value that has the shape already needs no view, and an extent that is known is a number: equal views are then one node.',
    from: on(BROADCAST_TO, x),
    to: (match) => broadcastTo(exprAt(match, 'x'), dimsOf(match.root)),
    domain,
    example: ({ x: e }) => node(BROADCAST_TO, [e!], { shape: e!.type.shape, stretched: [] }),
  },
  {
    name: 'broadcast_of_broadcast',
    stage: 'canonicalize',
    doc: 'Two broadcasts are one to the last shape.',
    from: on(BROADCAST_TO, named('inner', BROADCAST_TO, x)),
    to: (match) => joinedBroadcast(match.root, exprAt(match, 'inner')),
    domain,
    example: ({ x: e }) =>
      broadcastTo(broadcastTo(e!, [integer(1), ...dimsOf(e!)]), [integer(3), ...dimsOf(e!)]),
  },
  {
    name: 'broadcast_of_new_axes',
    stage: 'canonicalize',
    doc: 'A broadcast adds leading axes itself.',
    from: on(BROADCAST_TO, named('inner', DIMSHUFFLE, x)),
    when: (match) => {
      const [order, rank] = [orderOf(exprAt(match, 'inner')), exprAt(match, 'x').type.shape.length];
      return order.every((axis, i) => axis === Math.max(-1, i - (order.length - rank)));
    },
    to: (match) => broadcastTo(exprAt(match, 'x'), dimsOf(match.root)),
    domain,
    example: ({ x: e }) =>
      broadcastTo(dimshuffle(e!, [-1, -1, ...e!.type.shape.keys()]), [
        integer(2),
        integer(3),
        ...dimsOf(e!),
      ]),
  },
  {
    name: 'dimshuffle_of_broadcast',
    stage: 'canonicalize',
    doc: 'The axes are put in order before the broadcast, where there are fewer, and the broadcast meets others.',
    from: on(DIMSHUFFLE, named('inner', BROADCAST_TO, x)),
    to: (match) => {
      const [inner, e] = [exprAt(match, 'inner'), exprAt(match, 'x')];
      const missing = inner.type.shape.length - e.type.shape.length;
      return broadcastTo(
        dimshuffle(
          e,
          orderOf(match.root).map((axis) => Math.max(-1, axis - missing)),
        ),
        dimsOf(match.root),
      );
    },
    domain,
    example: ({ x: e }) => turned(broadcastTo(e!, [integer(3), ...dimsOf(e!)])),
  },
  {
    name: 'dimshuffle_of_dimshuffle',
    stage: 'canonicalize',
    doc: 'Two orders of axes are one.',
    from: named('outer', DIMSHUFFLE, named('inner', DIMSHUFFLE, x)),
    to: (match) => {
      const inner = orderOf(exprAt(match, 'inner'));
      return dimshuffle(
        exprAt(match, 'x'),
        orderOf(match.root).map((axis) => (axis < 0 ? -1 : inner[axis]!)),
      );
    },
    domain,
    example: ({ x: e }) => turned(turned(e!)),
  },
  {
    name: 'reshape_of_reshape',
    stage: 'canonicalize',
    doc: 'Only the last shape counts.',
    from: on(RESHAPE, on(RESHAPE, x)),
    to: (match) => reshape(exprAt(match, 'x'), dimsOf(match.root)),
    domain,
    example: ({ x: e }) => reshape(flattened(e!), [integer(1), ...dimsOf(e!), integer(1)]),
  },
  {
    name: 'reshape_to_dimshuffle',
    stage: 'canonicalize',
    doc: 'A reshape that only adds or drops axes of extent 1, or nothing, is a view whose axes later rules can follow.',
    from: on(RESHAPE, x),
    to: (match) => asDimshuffle(exprAt(match, 'x'), match.root),
    domain,
    example: ({ x: e }) => node(RESHAPE, [e!], { shape: [1, ...e!.type.shape, 1] }),
  },
  {
    name: 'reshape_to_known_extents',
    stage: 'canonicalize',
    doc: 'An extent that is known is a number, no operand: equal views are then one node.',
    from: on(RESHAPE, x),
    when: ({ root }) => root.inputs.slice(1).some((dim) => scalarValue(dim) !== null),
    to: (match) => reshape(exprAt(match, 'x'), dimsOf(match.root)),
    domain,
    example: ({ x: e }) =>
      node(RESHAPE, [e!, integer(e!.type.shape.reduce<number>((n, extent) => n * extent!, 1))], {
        shape: [null, 1],
      }),
  },
  {
    name: 'view_of_number',
    stage: 'canonicalize',
    doc: 'A number at every element is itself in any shape.',
    from: oneOf({ def: DIMSHUFFLE }, { def: RESHAPE }),
    to: ({ root }: Match) => {
      const value = uniformValue(root.inputs[0]!);
      return value === null ? null : filledLike(value, root);
    },
    domain,
    example: ({ x: e }) => turned(filledLike(2, e!)),
  },
  {
    name: 'elementwise_of_views',
    stage: 'canonicalize',
    doc: 'The operation moves below views that all its operands share: before a broadcast it is less work, and rules see through.',
    from: elementwise,
    to: ({ root }: Match) => belowViews(root),
    domain,
    example: ({ x: e }) => tanh(turned(e!)),
  },
];

/** The view of x that two broadcasts are; `null` where a check of extents would be lost. */
function joinedBroadcast(outer: Expr, inner: Expr): Expr | null {
  const missing = outer.type.shape.length - inner.type.shape.length;
  const [own, wanted] = [dimsOf(inner), dimsOf(outer)];
  const stretched = outer.params['stretched'] as readonly number[];
  const isChecked = own.every(
    (dim, axis) => stretched.includes(axis + missing) || dim === wanted[axis + missing],
  );
  return isChecked ? broadcastTo(inner.inputs[0]!, wanted) : null;
}

/** The reshape as a dimshuffle, where axes other than those of extent 1 are the same. */
function asDimshuffle(e: Expr, root: Expr): Expr | null {
  const [before, after] = [dimsOf(e), dimsOf(root)];
  const wide = before.flatMap((dim, axis) => (scalarValue(dim) === 1 ? [] : [axis]));
  let next = 0;
  const order = after.map((dim) => {
    if (scalarValue(dim) === 1) return -1;
    const axis = wide[next++];
    return axis !== undefined && before[axis] === dim ? axis : -2;
  });
  return next === wide.length && !order.includes(-2) ? dimshuffle(e, order) : null;
}

const isView = (e: Expr): boolean =>
  e.op === BROADCAST_TO || e.op === DIMSHUFFLE || e.op === RESHAPE;

/** Whether two views have one op, one set of params, and sources of one shape. */
function areAlike(a: Expr, b: Expr): boolean {
  const [s, t] = [a.inputs[0]!, b.inputs[0]!];
  return (
    a.op === b.op &&
    s.type.shape.length === t.type.shape.length &&
    JSON.stringify(a.params) === JSON.stringify(b.params) &&
    a.inputs.every((input, i) => i === 0 || input === b.inputs[i]) &&
    (a.op !== RESHAPE || dimsOf(s).every((dim, axis) => dim === dimOf(t, axis)))
  );
}

/** f(view(x), view(y), 2) as view(f(x, y, 2)). */
function belowViews(root: Expr): Expr | null {
  const isNumber = root.inputs.map((e) => uniformValue(e) !== null);
  const views = root.inputs.filter((_, i) => !isNumber[i]);
  const view = views[0] ?? root.inputs.find((e) => e.op === BROADCAST_TO);
  if (view === undefined || !isView(view) || !views.every((v) => isView(v) && areAlike(v, view)))
    return null;
  const source = view.inputs[0]!;
  const operands = root.inputs.map((e, i) =>
    isNumber[i]
      ? broadcastTo(constant(uniformValue(e)!, e.type.dtype), dimsOf(source))
      : e.inputs[0]!,
  );
  return node(
    view.op,
    [node(root.op, operands, root.params), ...view.inputs.slice(1)],
    view.params,
  );
}

/** Casts of casts that lose nothing, numbers that need none. */
const CASTS: readonly Rule[] = [
  {
    name: 'cast_of_cast',
    stage: 'canonicalize',
    doc: 'A dtype between that holds every value is not needed.',
    from: on(CAST, named('inner', CAST, x)),
    when: (match) =>
      HOLDS[exprAt(match, 'x').type.dtype].includes(exprAt(match, 'inner').type.dtype),
    to: (match) => cast(exprAt(match, 'x'), match.root.type.dtype),
    domain,
    example: ({ x: e }) => cast(cast(e!, 'float64'), 'int32'),
  },
  {
    name: 'cast_of_number',
    stage: 'canonicalize',
    doc: 'A number is written in the dtype that is wanted.',
    from: on(CAST, anyNumber('c')),
    when: (match) => Number.isInteger(numberAt(match, 'c')),
    to: (match) => {
      const value = numberAt(match, 'c');
      return filledLike(match.root.type.dtype === 'bool' ? Number(value !== 0) : value, match.root);
    },
    domain,
    example: ({ x: e }) => mul(e!, cast(constant(3, 'int32'), e!.type.dtype)),
  },
  {
    name: 'neg_of_number',
    stage: 'canonicalize',
    doc: 'A negated number is a number.',
    from: on(neg, anyNumber('c')),
    when: (match) => isFloat(match.root.type.dtype) && numberAt(match, 'c') !== 0,
    to: (match) => filledLike(-numberAt(match, 'c'), match.root),
    domain,
    example: ({ x: e }) => neg(filledLike(2, e!)),
  },
  {
    name: 'dim_of_expression',
    stage: 'canonicalize',
    doc: 'An extent is asked of the variable that it comes from, so that it keeps no value alive.',
    from: on(DIM, x),
    to: (match) => {
      const found = dimOf(exprAt(match, 'x'), Number(match.root.params['axis']));
      return found === match.root ? null : found;
    },
    domain,
    example: ({ x: e }) =>
      node(DIM, [tanh(broadcastTo(e!, [integer(4), ...dimsOf(e!)]))], { axis: 0 }),
  },
];

const isTransposed = (e: Expr): boolean => e.op === DIMSHUFFLE && orderOf(e).join() === '1,0';

/** The transpose, without a view of a view. */
const turnedBack = (e: Expr): Expr => (isTransposed(e) ? e.inputs[0]! : transpose(e));

const PRODUCTS: readonly Rule[] = [
  {
    name: 'transpose_of_dot',
    stage: 'canonicalize',
    doc: 'A transposed product of transposed matrices is the product the other way round: transposes meet and go.',
    from: on(DIMSHUFFLE, on(DOT, x, hole('y'))),
    when: (match) =>
      isTransposed(match.root) &&
      [exprAt(match, 'x'), exprAt(match, 'y')].every((e) => e.type.shape.length === 2) &&
      [exprAt(match, 'x'), exprAt(match, 'y')].some(isTransposed),
    to: (match) => dot(turnedBack(exprAt(match, 'y')), turnedBack(exprAt(match, 'x'))),
    domain: { x: [-3, 3], y: [-3, 3] },
    example: ({ x: a, y: b }) => transpose(dot(matrix(a!), transpose(matrix(b!)))),
  },
  {
    name: 'dot_of_left_zeros',
    stage: 'canonicalize',
    doc: 'A product with zeros is zeros. It drops NaN and infinities of the other factor.',
    from: on(DOT, num(0), x),
    to: num(0),
    tags: ['unsafeAlgebra'],
    domain,
    example: ({ x: e }) => dot(filledLike(0, matrix(e!)), transpose(matrix(e!))),
  },
  {
    name: 'dot_of_right_zeros',
    stage: 'canonicalize',
    doc: 'A product with zeros is zeros. It drops NaN and infinities of the other factor.',
    from: on(DOT, x, num(0)),
    to: num(0),
    tags: ['unsafeAlgebra'],
    domain,
    example: ({ x: e }) => dot(matrix(e!), filledLike(0, transpose(matrix(e!)))),
  },
];

/** A test's input as a matrix. */
const matrix = (e: Expr): Expr =>
  e.type.shape.length === 2 ? e : reshape(e, [integer(1), integer(-1)]);

export const SHAPE_RULES: readonly Rule[] = [...VIEWS, ...CASTS, ...PRODUCTS];
