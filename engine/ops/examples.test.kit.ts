/**
 * @file For tests: expressions of every op, with operands of several shapes and dtypes. The laws of ops are tested on them
 * by the interpreter, and the devices against it. An op that is in no table here has no tests, which fails a test.
 */
import { ArignoteError } from '../base/errors.ts';
import { applyUserOp, userBody } from '../control/user-op.ts';
import { arrayOf } from '../ir/constant-data.ts';
import { node, type Expr } from '../ir/graph.ts';
import type { OpDef, ReferenceValue } from '../ir/op-def.ts';
import { isFloat, sizeOf, type DType } from '../ir/types.ts';
import { add, mul, sub } from './arith.ts';
import { BROADCAST_TO, broadcastTo, CAST, dimshuffle, sum } from './broadcast.ts';
import { where } from './compare.ts';
import { disconnectedGrad, gradClip, gradScale, zeroGrad } from './gradient.ts';
import { at, scatter } from './indexing.ts';
import { FULL, type Entry } from './index-entries.ts';
import { constantArray, DIM, input, integer, sharedVariable } from './leaves.ts';
import { dot } from './linalg.ts';
import { logSoftmax, softmax } from './nnet.ts';
import { argmax, max, mean, min } from './reduce.ts';
import { arange, reshape } from './shape.ts';
import { tanh } from './transcendental.ts';

/** A variable of an example and where its values come from. */
export type Operand = {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Floats are drawn from here; [-3, 3] where it is left out. */
  readonly range?: readonly [low: number, high: number];
  /** The values; drawn where they are left out. */
  readonly values?: readonly number[];
  readonly isShared?: true;
};

export type Example = {
  readonly label: string;
  readonly operands: readonly Operand[];
  readonly build: (xs: readonly Expr[]) => Expr;
};

/** Ops that no user's graph holds, and what tests them. */
export const INTERNAL: Readonly<Record<string, string>> = {
  hostScalar:
    'binding makes it of int32 scalars: the examples of arange, at and scatter with scalar inputs',
};

type Shape = readonly number[];
const float = (...shape: Shape): Operand => ({ dtype: 'float32', shape });
const int = (shape: Shape, ...values: readonly number[]): Operand =>
  values.length > 0 ? { dtype: 'int32', shape, values } : { dtype: 'int32', shape };
const bool = (...shape: Shape): Operand => ({ dtype: 'bool', shape });

const one = (label: string, operand: Operand, build: (x: Expr) => Expr): Example => ({
  label: `${label} of ${operand.dtype} [${operand.shape.join()}]`,
  operands: [operand],
  build: ([x]) => build(x!),
});

const FLOAT_SHAPES: readonly Shape[] = [[], [0], [1], [5], [33], [2, 5], [2, 1, 3]];
const DTYPES: readonly DType[] = ['float32', 'int32', 'uint32', 'bool'];

/** An elementwise op on every dtype that it takes: floats of many shapes, the others of one. */
function elementwiseExamples(op: OpDef): Example[] {
  const takes = (dtype: DType): boolean => {
    try {
      node(
        op,
        op.domain.map(() => input({ dtype, shape: [2] }, 'x')),
      );
      return true;
    } catch (error) {
      if (error instanceof ArignoteError) return false;
      throw error;
    }
  };
  return DTYPES.filter(takes).flatMap((dtype) =>
    (dtype === 'float32' ? FLOAT_SHAPES : [[9]]).map((shape) => ({
      label: `${op.name} of ${dtype} [${shape.join()}]`,
      operands: op.domain.map((range) => ({ dtype, shape, range })),
      build: (xs: readonly Expr[]) => node(op, xs),
    })),
  );
}

const CONSTANTS: readonly (readonly [DType, Shape, readonly number[]])[] = [
  ['float32', [], [1.5]],
  ['float32', [], [NaN]],
  ['float32', [], [-0]],
  ['float32', [], [-Infinity]],
  ['float32', [2, 2], [0.1, -0, NaN, 3e38]],
  ['float32', [0], []],
  ['int32', [], [-(2 ** 31)]],
  ['int32', [3], [1, -1, 2 ** 31 - 1]],
  ['uint32', [], [4e9]],
  ['uint32', [2], [0, 2 ** 32 - 1]],
  ['bool', [], [1]],
  ['bool', [3], [1, 0, 1]],
];

const constants: readonly Example[] = CONSTANTS.map(([dtype, shape, values]) => ({
  label: `constant ${dtype} [${values.join()}]`,
  operands: [],
  build: () => constantArray(values, dtype, shape),
}));

const casts: readonly Example[] = DTYPES.flatMap((from) =>
  DTYPES.filter((to) => to !== from).map((to) =>
    one(
      `cast to ${to}`,
      { dtype: from, shape: [9], range: to === 'uint32' ? [0, 9] : [-9, 9] },
      (x) => node(CAST, [x], { dtype: to }),
    ),
  ),
);

const integers = (list: Shape): Expr[] => list.map(integer);

const BROADCASTS: readonly (readonly [Shape, Shape])[] = [
  [[5], [2, 5]],
  [
    [1, 5],
    [3, 5],
  ],
  [[], [4]],
  [
    [2, 1],
    [2, 3],
  ],
  [[0], [3, 0]],
  [[1], [0]],
  [
    [2, 1, 3],
    [2, 2, 2, 3],
  ],
];

const ORDERS: readonly (readonly [Shape, readonly number[]])[] = [
  [
    [2, 5],
    [1, 0],
  ],
  [
    [2, 1, 3],
    [2, 0],
  ],
  [
    [2, 1, 3],
    [1, 2, 0],
  ],
  [[5], [-1, 0, -1]],
  [[], [-1, -1]],
  [
    [0, 3],
    [1, 0],
  ],
];

const RESHAPES: readonly (readonly [Shape, Shape])[] = [
  [
    [2, 6],
    [3, 4],
  ],
  [[12], [2, -1]],
  [
    [0, 3],
    [3, 0],
  ],
  [[], [1, 1]],
  [
    [2, 3, 4],
    [6, 4],
  ],
  [[2, 3, 4], [-1]],
  [
    [5, 7],
    [7, 5],
  ],
];

const REDUCTIONS: readonly (readonly [Shape, readonly number[]])[] = [
  [[5], [0]],
  [[1], [0]],
  [[33], [0]],
  [[2, 5], [0]],
  [[2, 5], [1]],
  [
    [2, 5],
    [0, 1],
  ],
  [[1, 5], [0]],
  [[2, 3, 4], [1]],
  [
    [2, 3, 4],
    [0, 2],
  ],
  [
    [2, 3, 4],
    [0, 1, 2],
  ],
  [[3, 0], [0]],
];
const EMPTY_REDUCTIONS: readonly (readonly [Shape, readonly number[]])[] = [
  [[0], [0]],
  [[3, 0], [1]],
  [
    [0, 3],
    [0, 1],
  ],
];

type Reduce = (x: Expr, axes: readonly number[]) => Expr;

/** A reduction of floats over all kinds of axes, and of the other dtypes that it takes. */
function reductions(
  name: string,
  reduce: Reduce,
  others: readonly DType[],
  mayBeEmpty: boolean,
): Example[] {
  const cases = mayBeEmpty ? [...REDUCTIONS, ...EMPTY_REDUCTIONS] : REDUCTIONS;
  return [
    ...cases.map(([shape, axes]) =>
      one(`${name} over ${axes.join()}`, float(...shape), (x) => reduce(x, axes)),
    ),
    ...others.map((dtype) =>
      one(`${name} over 1`, { dtype, shape: [3, 9] }, (x) => reduce(x, [1])),
    ),
  ];
}

const DOTS: readonly (readonly [Shape, Shape])[] = [
  [[5], [5]],
  [[0], [0]],
  [[3], [3, 4]],
  [[2, 3], [3]],
  [
    [1, 3],
    [3, 1],
  ],
  [
    [2, 5],
    [5, 3],
  ],
  [
    [5, 33],
    [33, 2],
  ],
  [
    [2, 0],
    [0, 3],
  ],
  [
    [0, 2],
    [2, 3],
  ],
];

const dots: readonly Example[] = [
  ...DOTS.map(([a, b]) => ({
    label: `dot of [${a.join()}] and [${b.join()}]`,
    operands: [float(...a), float(...b)],
    build: ([x, y]: readonly Expr[]) => dot(x!, y!),
  })),
  {
    label: 'dot of integers',
    operands: [int([2, 3]), int([3, 2])],
    build: ([x, y]) => dot(x!, y!),
  },
];

/** Entries of `at`, the shape of what they read from, and the integers that they take. */
type Indexing = {
  readonly label: string;
  readonly shape: Shape;
  readonly entries: readonly Entry[];
  readonly indices: readonly Operand[];
  readonly result: Shape;
};

const slice = (start: number | null | 'input', stop: number | null | 'input', step = 1): Entry => ({
  kind: 'slice',
  start,
  stop,
  step,
});
const point = (index: number | 'input'): Entry => ({ kind: 'point', index });
const INDICES: Entry = { kind: 'indices' };

const INDEXINGS: readonly Indexing[] = [
  { label: '1:4', shape: [5], entries: [slice(1, 4)], indices: [], result: [3] },
  { label: '::2', shape: [5], entries: [slice(null, null, 2)], indices: [], result: [3] },
  { label: '::-1', shape: [5], entries: [slice(null, null, -1)], indices: [], result: [5] },
  {
    label: '-1:0:-2',
    shape: [6, 2],
    entries: [slice(-1, 0, -2), FULL],
    indices: [],
    result: [3, 2],
  },
  { label: '3:1', shape: [5], entries: [slice(3, 1)], indices: [], result: [0] },
  {
    label: 'of nothing',
    shape: [0, 3],
    entries: [slice(null, 2), FULL],
    indices: [],
    result: [0, 3],
  },
  { label: '2', shape: [5], entries: [point(2)], indices: [], result: [] },
  { label: ':, -1', shape: [2, 3], entries: [FULL, point(-1)], indices: [], result: [2] },
  {
    label: '-2, 1:, ::2',
    shape: [2, 3, 4],
    entries: [point(-2), slice(1, null), slice(null, null, 2)],
    indices: [],
    result: [2, 2],
  },
  { label: 'i', shape: [5], entries: [point('input')], indices: [int([], -2)], result: [] },
  {
    label: 'i:j',
    shape: [5, 2],
    entries: [slice('input', 'input'), FULL],
    indices: [int([], 1), int([], -1)],
    result: [3, 2],
  },
  {
    label: ':, i::3',
    shape: [2, 9],
    entries: [FULL, slice('input', null, 3)],
    indices: [int([], 2)],
    result: [2, 3],
  },
  {
    label: '[repeated]',
    shape: [5],
    entries: [INDICES],
    indices: [int([4], 0, 2, 2, -1)],
    result: [4],
  },
  {
    label: '[rows]',
    shape: [4, 3],
    entries: [INDICES, FULL],
    indices: [int([5], 3, 0, 3, 1, -4)],
    result: [5, 3],
  },
  {
    label: '[matrix of rows]',
    shape: [4, 3],
    entries: [INDICES, FULL],
    indices: [int([2, 2], 3, 0, 3, 1)],
    result: [2, 2, 3],
  },
  {
    label: ':, [columns]',
    shape: [2, 3],
    entries: [FULL, INDICES],
    indices: [int([4], 2, 0, 0, 1)],
    result: [2, 4],
  },
  {
    label: '[rows], [columns]',
    shape: [3, 4],
    entries: [INDICES, INDICES],
    indices: [int([3], 2, 0, 2), int([3], 1, 3, 1)],
    result: [3],
  },
  { label: '[none]', shape: [5], entries: [INDICES], indices: [int([0])], result: [0] },
  {
    label: '[outside]',
    shape: [3],
    entries: [INDICES],
    indices: [int([4], 3, -4, 99, 1)],
    result: [4],
  },
];

const reads: readonly Example[] = [
  ...INDEXINGS.map(({ label, shape, entries, indices }) => ({
    label: `at ${label}`,
    operands: [float(...shape), ...indices],
    build: ([x, ...rest]: readonly Expr[]) => at(x!, entries, rest),
  })),
  {
    label: 'at of integers',
    operands: [int([5]), int([3], 1, -1, 7)],
    build: ([x, i]) => at(x!, [INDICES], [i!]),
  },
  {
    label: 'at of bools',
    operands: [bool(5), int([3], 1, -1, 7)],
    build: ([x, i]) => at(x!, [INDICES], [i!]),
  },
  {
    label: 'at a place that only the device knows',
    operands: [float(4, 3), float(4)],
    build: ([x, y]) => at(x!, [point('input'), FULL], [argmax(y!, [0])]),
  },
];

const writes: readonly Example[] = [
  ...INDEXINGS.map(({ label, shape, entries, indices, result }) => ({
    label: `scatter to ${label}`,
    operands: [float(...result), ...indices],
    build: ([ct, ...rest]: readonly Expr[]) => scatter(ct!, entries, rest, integers(shape)),
  })),
  {
    label: 'scatter of integers',
    operands: [int([4]), int([4], 1, 1, 0, -1)],
    build: ([ct, i]) => scatter(ct!, [INDICES], [i!], integers([3])),
  },
  {
    label: 'scatter to a place that only the device knows',
    operands: [float(3), float(4)],
    build: ([ct, y]) => scatter(ct!, [point('input'), FULL], [argmax(y!, [0])], integers([4, 3])),
  },
];

const SOFTMAXES: readonly (readonly [Shape, number])[] = [
  [[5], 0],
  [[1], 0],
  [[33], 0],
  [[2, 5], 0],
  [[2, 5], 1],
  [[2, 3, 4], 1],
  [[0, 3], 1],
];

const softmaxes = (op: (x: Expr, axis: number) => Expr): Example[] =>
  SOFTMAXES.map(([shape, axis]) => one(`axis ${axis}`, float(...shape), (x) => op(x, axis)));

const choices: readonly Example[] = [[], [0], [5], [2, 5]]
  .flatMap((shape): Operand[] => [float(...shape), { dtype: 'int32', shape }, bool(...shape)])
  .map((operand) => ({
    label: `where of ${operand.dtype} [${operand.shape.join()}]`,
    operands: [bool(...operand.shape), operand, operand],
    build: ([c, a, b]: readonly Expr[]) => where(c!, a!, b!),
  }));

/** x * y + tanh(x), and x - y. */
const userResults = ([x, y]: readonly Expr[]): Expr[] => {
  const own = [x!, y!].map((e, i) => input(e.type, `x${i}`));
  const [a, b] = [own[0]!, own[1]!];
  const body = userBody(own, [add(mul(a, b), tanh(a)), sub(a, b)], {});
  return applyUserOp({ name: 'mine', inline: false }, body, [x!, y!]);
};

const userOps: readonly Example[] = [
  one('a sum of squares', float(2, 3), (x) => {
    const own = input(x.type, 'x');
    const body = userBody([own], [sum(mul(own, own), [1])], {});
    return applyUserOp({ name: 'sumOfSquares', inline: false }, body, [x])[0]!;
  }),
];

const outputs: readonly Example[] = [0, 1].map((index) => ({
  label: `result ${index} of two`,
  operands: [float(5), float(5)],
  build: (xs) => userResults(xs)[index]!,
}));

const aranges: readonly Example[] = [
  { label: '0 to n', operands: [int([], 7)], build: ([n]) => arange(integer(0), n!, 1) },
  {
    label: 'i to j by 3',
    operands: [int([], -2), int([], 8)],
    build: ([i, j]) => arange(i!, j!, 3),
  },
  { label: 'down by 2', operands: [int([], 5)], build: ([i]) => arange(i!, integer(-4), -2) },
  { label: 'fixed', operands: [], build: () => arange(integer(2), integer(11), 3) },
  { label: 'empty', operands: [], build: () => arange(integer(2), integer(2), 1) },
];

const BY_NAME: Readonly<Record<string, readonly Example[]>> = {
  input: [[], [5], [2, 0, 3]].flatMap((shape) =>
    DTYPES.map((dtype) => one('input', { dtype, shape }, (x) => x)),
  ),
  shared: [[], [5]].flatMap((shape) =>
    DTYPES.map((dtype) => one('shared', { dtype, shape, isShared: true }, (x) => x)),
  ),
  constant: constants,
  dim: [
    one('axis 0', float(5, 2), (x) => node(DIM, [x], { axis: 0 })),
    one('axis 1', float(3, 0), (x) => node(DIM, [x], { axis: 1 })),
  ],
  cast: casts,
  broadcastTo: [
    ...BROADCASTS.map(([from, to]) =>
      one(`to [${to.join()}]`, float(...from), (x) => broadcastTo(x, integers(to))),
    ),
    one('to its own shape', float(5), (x) =>
      node(BROADCAST_TO, [x], { shape: [5], stretched: [] }),
    ),
    {
      label: 'to n rows of m',
      operands: [float(1, 1), int([], 4), int([], 2)],
      build: ([x, n, m]) => broadcastTo(x!, [n!, m!]),
    },
    {
      label: 'to n rows',
      operands: [float(3), int([], 4)],
      build: ([x, n]) => broadcastTo(x!, [n!, integer(3)]),
    },
  ],
  dimshuffle: ORDERS.map(([shape, order]) =>
    one(`[${order.join()}]`, float(...shape), (x) => dimshuffle(x, order)),
  ),
  reshape: [
    ...RESHAPES.map(([from, to]) =>
      one(`to [${to.join()}]`, float(...from), (x) => reshape(x, integers(to))),
    ),
    {
      label: 'to n rows of m',
      operands: [float(12), int([], 4), int([], 3)],
      build: ([x, n, m]) => reshape(x!, [n!, m!]),
    },
  ],
  arange: aranges,
  sum: reductions('sum', sum, ['int32', 'uint32', 'bool'], true),
  max: reductions('max', max, ['int32', 'uint32', 'bool'], false),
  min: reductions('min', min, ['int32', 'uint32', 'bool'], false),
  argmax: reductions('argmax', argmax, ['int32', 'uint32', 'bool'], false),
  mean: reductions('mean', mean, ['int32'], true),
  dot: dots,
  at: reads,
  scatter: writes,
  softmax: softmaxes(softmax),
  logSoftmax: softmaxes(logSoftmax),
  where: choices,
  userOp: userOps,
  output: outputs,
  disconnectedGrad: [one('marker', float(5), disconnectedGrad)],
  zeroGrad: [one('marker', float(5), zeroGrad)],
  gradClip: [one('marker', float(5), (x) => gradClip(x, -100, 100))],
  gradScale: [one('marker', float(2, 5), (x) => gradScale(x, -2.5))],
};

/** The examples of an op; none for one that nobody wrote any for. */
export function examplesOf(op: OpDef): readonly Example[] {
  const own = BY_NAME[op.name];
  if (own !== undefined) return own;
  return op.lowering.kind === 'elementwise' && op.domain.length > 0 ? elementwiseExamples(op) : [];
}

/** An example with variables: floats of a dtype, extents known or, but for those of 1, not. */
export type Traced = { readonly variables: readonly Expr[]; readonly root: Expr };

export function traceExample(
  { operands, build }: Example,
  { floats, known }: { readonly floats: DType; readonly known: boolean },
): Traced {
  const variables = operands.map(({ dtype, shape, isShared }, i) => {
    const type = {
      dtype: isFloat(dtype) ? floats : dtype,
      shape: shape.map((n) => (known || n === 1 ? n : null)),
    };
    return isShared === true ? sharedVariable(type, `x${i}`) : input(type, `x${i}`);
  });
  return { variables, root: build(variables) };
}

/** Values of an operand; `random` gives numbers in [-1, 1). */
export function operandValue(
  { dtype, shape, range = [-3, 3], values }: Operand,
  random: () => number,
): ReferenceValue {
  const draw = (): number => {
    const u = random();
    if (dtype === 'bool') return Number(u > 0);
    if (dtype === 'int32') return Math.round(u * 9);
    if (dtype === 'uint32') return Math.round((u + 1) * 9);
    return range[0] + ((u + 1) / 2) * (range[1] - range[0]);
  };
  const data = values ?? Array.from({ length: sizeOf(shape) }, draw);
  return { data: arrayOf(isFloat(dtype) ? 'float64' : dtype, data), shape };
}
