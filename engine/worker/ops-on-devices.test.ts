/**
 * Goal: every op computes on every device what its reference says, for all kinds of operands. Method: the examples of all
 * ops, many to a compile; every float op over bit patterns of all of float32 in one kernel; integers at their ends;
 * reductions and products of all shapes. The errors that are allowed stand in one table.
 */
import { describe, expect, test } from 'vitest';
import { TOLERANCE } from '../base/limits.ts';
import { OPS, OPS_BY_NAME } from '../catalogue/ops.ts';
import { connect } from '../frontend/engine.ts';
import { compile } from '../frontend/function.ts';
import { NDArray } from '../frontend/nd-array.ts';
import { T } from '../frontend/operations.ts';
import { shared } from '../frontend/shared.ts';
import { wrap, type Tensor } from '../frontend/tensor.ts';
import { arrayOf } from '../ir/constant-data.ts';
import { node, type Expr } from '../ir/graph.ts';
import { interpret } from '../ir/interpret.ts';
import type { ElementwiseLowering, OpDef, ReferenceValue } from '../ir/op-def.ts';
import { isFloat, sizeOf, type DType } from '../ir/types.ts';
import { examplesOf, operandValue, type Example } from '../ops/examples.test.kit.ts';
import { connectInProcess } from './in-process.ts';
import { compareWith, expectedOf, randomNumbers, type Expected } from './oracle.test.kit.ts';

connect(connectInProcess);

const DEVICES = ['webgpu', 'wasm'] as const;
type DeviceName = (typeof DEVICES)[number];

/** Examples of one compile. */
const BATCH = 50;

type Case = {
  readonly label: string;
  readonly variables: readonly Tensor[];
  readonly values: readonly NDArray[];
  readonly root: Tensor;
  /** Its conditioning needs no look. */
  readonly isPlain?: true;
};

const arrayFrom = (dtype: DType, { data, shape }: ReferenceValue): NDArray =>
  new NDArray(arrayOf(dtype, data), shape, dtype);

/** An example for a device; every second one with extents that only the call knows. */
function caseOf(op: OpDef, example: Example, seed: number): Case {
  const random = randomNumbers(seed);
  const { operands, build, label } = example;
  const values = operands.map((o) => arrayFrom(o.dtype, operandValue(o, random)));
  const variables = operands.map(({ dtype, shape, isShared }, i) => {
    if (isShared === true) return shared(values[i]!, `x${i}`);
    return T.tensor(
      dtype,
      shape.map((n) => (seed % 2 === 0 || n === 1 ? n : null)),
      `x${i}`,
    );
  });
  const root = wrap(build(variables.map((x) => x.expr)));
  return { label: `${op.name}: ${label}`, variables, values, root };
}

/** The values of the roots on a device, which is asserted to be the one. */
async function runOn(device: DeviceName, cases: readonly Case[]): Promise<readonly NDArray[]> {
  const given = new Map(
    cases.flatMap(({ variables, values }) => variables.map((x, i) => [x, values[i]!] as const)),
  );
  const inputs = [...given.keys()].filter((x) => x.expr.op.name === 'input');
  const f = compile(
    inputs,
    cases.map(({ root }) => root),
    { device, onUnusedInput: 'ignore' },
  );
  const got = await f(...inputs.map((x) => given.get(x)!));
  const kernels = await f.kernels;
  expect(kernels.filter((k) => k.device !== device)).toEqual([]);
  f.free();
  return got;
}

const givenOf = ({ variables, values }: Case): Map<Expr, ReferenceValue> =>
  new Map(variables.map((x, i) => [x.expr, values[i]!]));

const expectations = new WeakMap<Tensor, Expected>();

/** What a case should be; the devices share it. */
function expectedOnce(c: Case): Expected {
  const known =
    expectations.get(c.root) ??
    (c.isPlain === true ? plainlyExpected(c) : expectedOf([c.root.expr], givenOf(c))[0]!);
  expectations.set(c.root, known);
  return known;
}

/** For long sums of positive numbers, which are as exact as they can be: without runs with noise. */
function plainlyExpected(c: Case): Expected {
  const [value] = interpret([c.root.expr], givenOf(c), 'float64');
  return { ...value!, spread: new Float64Array(value!.data.length), isTame: true };
}

/** What is wrong with each case that is wrong. */
async function defectsOn(device: DeviceName, cases: readonly Case[]): Promise<string[]> {
  const got = await runOn(device, cases);
  return cases.flatMap((c, i) => {
    const expected = expectedOnce(c);
    const { wrong, skipped } = compareWith(expected, got[i]!);
    const dtype = got[i]!.dtype === c.root.dtype ? null : `dtype ${got[i]!.dtype}`;
    const few = skipped * 4 <= expected.data.length ? null : `${skipped} elements are uncertain`;
    const defect = wrong ?? dtype ?? few;
    return defect === null ? [] : [`${c.label}: ${defect}`];
  });
}

const batches = <X>(list: readonly X[], size: number): X[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );

describe.each(DEVICES)('the examples of all ops on %s', (device) => {
  const examples = OPS.flatMap((op) => examplesOf(op).map((example) => [op, example] as const));
  const groups = batches(examples, BATCH).map(
    (list, i) => [`${i * BATCH} and after`, list] as const,
  );

  test.each(groups)('give what the reference gives: %s', { timeout: 120_000 }, async (_, list) => {
    const cases = list.map(([op, example], i) => caseOf(op, example, i));
    expect(await defectsOn(device, cases)).toEqual([]);
  });
});

// All of float32.

/** Numbers that matter beside those at equal distances. */
const SPECIAL = [
  0,
  -0,
  1,
  -1,
  2,
  -2,
  0.5,
  -0.5,
  1.5,
  -1.5,
  3,
  10,
  0.1,
  0.3,
  1 / 3,
  17,
  -17,
  64,
  65,
  88.5,
  88.72283,
  88.72284,
  89,
  -87.3,
  -88,
  -103,
  -104,
  16.5,
  20,
  1.0000001,
  0.99999994,
  1e-3,
  -1e-3,
  1e-8,
  -1e-8,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  -(2 ** -126),
  3.4028235e38,
  -3.4028235e38,
  2 ** 24,
  2 ** 24 + 1,
  8388609.5,
  NaN,
  Infinity,
  -Infinity,
];
const PATTERNS = 2000;

function patterns(): Float32Array {
  const words = Uint32Array.from(
    { length: PATTERNS },
    (_, k) => Math.round((k * 2 ** 32) / PATTERNS) + k * 97,
  );
  const moderate = Float32Array.from({ length: 400 }, (_, k) => (k - 200) / 7);
  return Float32Array.from([...SPECIAL, ...new Float32Array(words.buffer), ...moderate]);
}

/** Error allowed of each op, relative to its value; 0 for those that round nothing. */
const RELATIVE: Readonly<Record<string, number>> = {
  neg: 0,
  abs: 0,
  sign: 0,
  relu: 0,
  maximum: 0,
  minimum: 0,
  add: 2 ** -24,
  sub: 2 ** -24,
  mul: 2 ** -24,
  sqr: 2 ** -24,
  div: 2 ** -22,
  reciprocal: 2 ** -22,
  sqrt: 2 ** -22,
  exp: 4e-7,
  expm1: 6e-7,
  log: 3e-7,
  log1p: 5e-7,
  tanh: 6e-7,
  sigmoid: 8e-7,
  softplus: 6e-7,
  pow: TOLERANCE.float32.relative,
  intDiv: 2 ** -22,
  mod: 2 ** -22,
};

const SMALLEST = 2 ** -126;
const LARGEST = 3.4028234663852886e38;

const lowering = (op: OpDef): ElementwiseLowering => {
  if (op.lowering.kind !== 'elementwise') throw new Error(`${op.name} is not elementwise`);
  return op.lowering;
};

/** Devices may take a subnormal for 0 of its sign. */
const flushed = (x: number): number => {
  if (Math.abs(x) >= SMALLEST || Number.isNaN(x)) return x;
  return x < 0 || Object.is(x, -0) ? -0 : 0;
};

/** Whether a device's number may stand for the exact one. */
function isNear(got: number, want: number, scale: number, relative: number): boolean {
  if (Number.isNaN(want)) return Number.isNaN(got);
  if (got === want) return true;
  // Near the ends of float32 the last step may be over the edge; below them a device may give 0.
  if (Math.abs(want) > LARGEST * (1 - 2 * relative))
    return got === Math.sign(want) * Infinity || Math.abs(got - want) <= relative * Math.abs(want);
  return Math.abs(got - want) <= relative * scale + SMALLEST;
}

/** Elements of an op that are wrong, at most a few of them. */
function wrongElements(
  op: OpDef,
  operands: readonly Float32Array[],
  got: ArrayLike<number>,
): string[] {
  const { reference } = lowering(op);
  const relative = RELATIVE[op.name];
  if (relative === undefined) return [`${op.name} has no bound in the table`];
  const dtypes = operands.map(() => 'float32' as const);
  const wrong: string[] = [];
  for (let k = 0; k < got.length && wrong.length < 4; k++) {
    const xs = operands.map((x) => x[k]!);
    const wants = [xs, xs.map(flushed)].map((list) => reference(list, 'float32', dtypes));
    if (wants.some((want) => isNear(got[k]!, want, scaleOf(op, xs, want), relative))) continue;
    if (isOnStep(op, xs)) continue;
    wrong.push(`${op.name}(${xs.join(', ')}) is ${got[k]} instead of ${wants[0]}`);
  }
  return wrong;
}

/** What the error of an op is measured by: its value, but for a remainder what it is the rest of. */
const scaleOf = (op: OpDef, [x, y]: readonly number[], want: number): number =>
  op.name === 'mod' ? Math.abs(x!) + Math.abs(y!) : Math.abs(want);

/** A quotient so near a whole number that rounding decides which side it is on, or so far that none is left. */
function isOnStep(op: OpDef, [x, y]: readonly number[]): boolean {
  if (op.name !== 'mod' && op.name !== 'intDiv') return false;
  const quotient = x! / y!;
  const distance = Math.abs(quotient - Math.round(quotient));
  return Math.abs(quotient) > 2 ** 22 || distance <= 2 ** -20 * Math.abs(quotient) + SMALLEST;
}

const floatOps = OPS.filter((op) => {
  if (op.lowering.kind !== 'elementwise' || op.domain.length === 0 || op.name === 'cast')
    return false;
  const xs = op.domain.map(() => T.vector().expr);
  return isFloat(node(op, xs).type.dtype);
});

describe.each(DEVICES)('all of float32 on %s', (device) => {
  const x = patterns();
  // Each with another, far away and near.
  const y = x.map((_, k) =>
    k % 3 === 0 ? x[(k * 7 + 11) % x.length]! : x[(k + 1) % SPECIAL.length]!,
  );

  test.each(floatOps.map((op) => [op.name, op] as const))(
    '%s is as exact as its bound',
    async (_, op) => {
      const operands = [x, y].slice(0, op.domain.length);
      const variables = operands.map((_, i) => T.vector(`x${i}`));
      const root = wrap(
        node(
          op,
          variables.map((v) => v.expr),
        ),
      );
      const values = operands.map((data) => new NDArray(data, [data.length], 'float32'));
      const [got] = await runOn(device, [{ label: op.name, variables, values, root }]);
      expect(wrongElements(op, operands, got!.data)).toEqual([]);
    },
  );
});

// Comparisons, integers, casts: exact everywhere.

const FLOATS = [
  0,
  -0,
  1,
  -1,
  0.5,
  -2.5,
  3e38,
  -3e38,
  1e-20,
  NaN,
  Infinity,
  -Infinity,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  1e10,
  -1e10,
  0.999,
  -0.999,
  2 ** 24 + 2,
];
const INTEGERS: Readonly<Record<string, readonly number[]>> = {
  int32: [
    0,
    1,
    -1,
    2,
    -2,
    3,
    7,
    -7,
    100,
    2 ** 31 - 1,
    -(2 ** 31),
    2 ** 30,
    -(2 ** 30),
    65_536,
    2 ** 24 + 1,
  ],
  uint32: [0, 1, 2, 3, 7, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 65_536, 2 ** 24 + 1],
  bool: [0, 1],
  float32: FLOATS,
};

/** Every pair of two lists. */
const pairs = (list: readonly number[]): readonly [number[], number[]] => [
  list.flatMap((a) => list.map(() => a)),
  list.flatMap(() => list),
];

function exactCase(op: OpDef, dtype: DType, params: Expr['params'] = {}): Case {
  const list = INTEGERS[dtype]!;
  const columns = op.domain.length === 1 ? [[...list]] : pairs(list);
  const values = columns.map((c) => new NDArray(arrayOf(dtype, c), [c.length], dtype));
  const variables = columns.map((_, i) => T.tensor(dtype, [null], `x${i}`));
  const root = wrap(
    node(
      op,
      variables.map((v) => v.expr),
      params,
    ),
  );
  return { label: `${op.name} of ${dtype} ${JSON.stringify(params)}`, variables, values, root };
}

/** The cases that are not, bit for bit, what the reference gives. */
async function inexactOn(device: DeviceName, cases: readonly Case[]): Promise<string[]> {
  const got = await runOn(device, cases);
  return cases.flatMap((c, i) => {
    const [want] = interpret([c.root.expr], givenOf(c), 'rounded');
    const k = want!.data.findIndex(
      (v: number, j: number) =>
        v !== got[i]!.data[j] && !(Number.isNaN(v) && Number.isNaN(got[i]!.data[j])),
    );
    if (k < 0) return [];
    return [
      `${c.label}: of ${c.values.map((v) => v.data[k]).join(', ')} it is ${got[i]!.data[k]} instead of ${want!.data[k]}`,
    ];
  });
}

describe.each(DEVICES)('exact values on %s', (device) => {
  const takes = (op: OpDef, dtype: DType): boolean => {
    try {
      return !isFloat(
        node(
          op,
          op.domain.map(() => T.tensor(dtype, [2]).expr),
        ).type.dtype,
      );
    } catch {
      return false;
    }
  };
  const elementwise = OPS.filter(
    (op) => op.lowering.kind === 'elementwise' && op.domain.length > 0 && op.name !== 'cast',
  );
  const dtypes = ['int32', 'uint32', 'bool', 'float32'] as const;

  test('integers at their ends, comparisons of everything', async () => {
    const cases = elementwise.flatMap((op) =>
      dtypes.filter((d) => takes(op, d)).map((d) => exactCase(op, d)),
    );
    expect(cases.length).toBeGreaterThan(30);
    expect(await inexactOn(device, cases)).toEqual([]);
  });

  test('casts between all dtypes, of what does not fit too', async () => {
    const cast = OPS_BY_NAME.get('cast')!;
    const cases = dtypes.flatMap((from) =>
      dtypes.filter((to) => to !== from).map((dtype) => exactCase(cast, from, { dtype })),
    );
    expect(await inexactOn(device, cases)).toEqual([]);
  });

  test('a choice keeps what is chosen, NaN and -0 too', async () => {
    const values = new NDArray(Float32Array.from(FLOATS), [FLOATS.length], 'float32');
    const x = T.vector('x');
    const root = T.where(x.gt(0), x, x.neg());
    const [got] = await runOn(device, [{ label: 'where', variables: [x], values: [values], root }]);
    expect([...got!.data]).toEqual(Array.from(values.data, (v) => (v > 0 ? v : -v)));
  });
});

// Reductions and products.

type Shape = readonly number[];

const randomArray = (shape: Shape, seed: number): NDArray => {
  const random = randomNumbers(seed);
  return new NDArray(Float32Array.from({ length: sizeOf(shape) }, random), shape, 'float32');
};

const REDUCED: readonly (readonly [Shape, readonly number[]])[] = [
  [[10_000], [0]],
  [[100_003], [0]],
  [[3, 20_000], [1]],
  [[20_000, 3], [0]],
  [
    [2, 70, 90],
    [0, 2],
  ],
  [[33, 65, 3], [1]],
  [[257, 129], [0]],
  [[257, 129], [1]],
  [[1000, 64], [0]],
  [[70_000, 2], [1]],
  [
    [4, 5, 6, 7],
    [0, 1, 3],
  ],
];

const PRODUCTS: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [5, 7, 3],
  [17, 33, 9],
  [64, 10, 128],
  [100, 1, 50],
  [65, 130, 67],
];

type Random = { readonly x: Tensor; readonly value: NDArray };
const random = (shape: Shape, seed: number): Random => ({
  x: T.tensor('float32', [...shape], 'x'),
  value: randomArray(shape, seed),
});

const reductionCases: readonly Case[] = REDUCED.flatMap(([shape, axis], i) => {
  const { x, value } = random(shape, i);
  const positive = new NDArray(
    value.data.map((v) => v + 1),
    shape,
    'float32',
  );
  const roots = {
    sum: x.sum({ axis }),
    max: x.mul(2).max({ axis }),
    min: x.min({ axis }).add(1),
    mean: x.sqr().mean({ axis }),
    argmax: x.argmax({ axis }),
  };
  return Object.entries(roots).map(([name, root]): Case => {
    const label = `${name} of [${shape.join()}] over ${axis.join()}`;
    return { label, variables: [x], values: [positive], root, isPlain: true };
  });
});

const productCases: readonly Case[] = PRODUCTS.flatMap(([m, k, n], i) => {
  const make = (what: string, [p, q]: readonly [Random, Random], root: Tensor): Case => ({
    label: `${m}x${k}x${n} ${what}`,
    variables: [p.x, q.x],
    values: [p.value, q.value],
    root,
  });
  const [a, b] = [random([m, k], i), random([k, n], i + 50)];
  const [at, bt] = [random([k, m], i + 100), random([n, k], i + 150)];
  return [
    make('plain', [a, b], a.x.dot(b.x)),
    make('left transposed', [at, b], at.x.T.dot(b.x)),
    make('right transposed', [a, bt], a.x.dot(bt.x.T)),
    make('both, tanh after', [at, bt], at.x.T.dot(bt.x.T).tanh()),
    make('work before and after', [a, b], a.x.mul(2).dot(b.x.tanh()).add(1)),
  ];
});

describe.each(DEVICES)('reductions and products on %s', (device) => {
  test('of every layout and length, two stages too', { timeout: 120_000 }, async () => {
    expect(await defectsOn(device, reductionCases)).toEqual([]);
  });

  test('of matrices at odd extents, transposed or not', { timeout: 120_000 }, async () => {
    expect(await defectsOn(device, productCases)).toEqual([]);
  });

  const HARD: readonly (readonly number[])[] = [
    [1, NaN, 3],
    [NaN, NaN, 1],
    [-Infinity, -Infinity, -Infinity],
    [-0, 0, -0],
    [Infinity, -Infinity, 1],
    [2, 2, 1],
    [3e38, 3e38, -3e38],
    [1e-30, 1e-38, 0],
    [Infinity, 5, Infinity],
  ];

  test.each([3, 40, 300])('of NaN, infinities, zeros and ties, in rows of %i', async (length) => {
    const rows = HARD.map((row) => Array.from({ length }, (_, i) => row[i % 3]!));
    const x = T.tensor('float32', [null, length], 'x');
    const values = [new NDArray(Float32Array.from(rows.flat()), [rows.length, length], 'float32')];
    const make = (label: string, root: Tensor): Case => ({ label, variables: [x], values, root });
    const cases = [
      make('max', x.max({ axis: 1 })),
      make('min', x.min({ axis: 1 })),
      make('argmax', x.argmax({ axis: 1 })),
    ];
    expect(await inexactOn(device, cases)).toEqual([]);
  });

  test('softmax and its logarithm of large numbers', async () => {
    const x = T.matrix('x');
    const values = [
      new NDArray(
        Float32Array.of(1000, 999, 0, -1000, -1001, -1000, 88, 89, 90, 3e38, -3e38, 0),
        [4, 3],
        'float32',
      ),
    ];
    const make = (label: string, root: Tensor): Case => ({ label, variables: [x], values, root });
    const cases = [make('softmax', T.nnet.softmax(x)), make('logSoftmax', T.nnet.logSoftmax(x))];
    const got = await runOn(device, cases);
    const wants = interpret(
      cases.map((c) => c.root.expr),
      new Map([[x.expr, values[0]!]]),
      'rounded',
    );
    got.forEach((value, i) => {
      value.data.forEach((v: number, k: number) => {
        expect(
          isNear(
            v,
            wants[i]!.data[k]!,
            Math.max(1, Math.abs(wants[i]!.data[k]!)),
            TOLERANCE.float32.relative,
          ),
        ).toBe(true);
      });
    });
  });
});
