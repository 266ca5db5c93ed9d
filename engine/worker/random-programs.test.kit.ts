/**
 * @file Random programs for tests: plain data that fast-check makes and shrinks, and the builder that traces it. A step names
 * its operands by how far back they stand among those that fit, so that a program with steps left out is still one.
 */
import fc from 'fast-check';
import { ArignoteError } from '../base/errors.ts';
import { grad } from '../frontend/derivatives.ts';
import { NDArray } from '../frontend/nd-array.ts';
import { T } from '../frontend/operations.ts';
import { shared, type SharedVariable } from '../frontend/shared.ts';
import type { Tensor } from '../frontend/tensor.ts';
import { arrayOf } from '../ir/constant-data.ts';
import { topoSort, type Expr } from '../ir/graph.ts';
import { interpret } from '../ir/interpret.ts';
import type { ReferenceValue } from '../ir/op-def.ts';
import { isFloat, showType, sizeOf, type DType } from '../ir/types.ts';
import { randomNumbers } from './oracle.test.kit.ts';

/** One operation: its kind, operands, and numbers that choose the rest. */
type Step = {
  readonly kind: StepKind;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly p: number;
};

export type ProgramSpec = {
  /** Extents m, n and k. */
  readonly extents: readonly [number, number, number];
  /** Bit i: the extents of leaf i are known when the graph is built. */
  readonly known: number;
  readonly seed: number;
  readonly steps: readonly Step[];
  /** Updates of the two shared variables; 0 is none. */
  readonly updates: readonly [number, number];
};

/** A traced program with the values of its leaves. */
export type Program = {
  readonly outputs: readonly Tensor[];
  readonly inputs: readonly { readonly variable: Tensor; readonly value: NDArray }[];
  readonly updates: readonly (readonly [SharedVariable, Tensor])[];
  /** Values of inputs and shared variables. */
  readonly given: Map<Expr, ReferenceValue>;
};

const MAX_ELEMENTS = 2000;

/** A value on the way: its extents at the call are known to the builder only. */
type Item = { readonly tensor: Tensor; readonly shape: readonly number[] };

class Builder {
  readonly items: Item[] = [];
  readonly values: Map<Expr, ReferenceValue>;
  readonly floatLeaves: readonly Tensor[];

  constructor(leaves: readonly Tensor[], given: ReadonlyMap<Expr, ReferenceValue>) {
    this.values = new Map(given);
    this.floatLeaves = leaves.filter((x) => isFloat(x.dtype));
    for (const tensor of leaves) this.items.push({ tensor, shape: given.get(tensor.expr)!.shape });
  }

  /** The n-th last value that fits, counted round. */
  pick(n: number, fits: (item: Item) => boolean): Item | null {
    const found = this.items.filter(fits);
    return found.length === 0 ? null : found[found.length - 1 - (n % found.length)]!;
  }

  float(n: number, rank = 0): Item | null {
    return this.pick(n, (x) => isFloat(x.tensor.dtype) && x.shape.length >= rank);
  }

  number(n: number, rank = 0): Item | null {
    return this.pick(n, (x) => x.tensor.dtype !== 'bool' && x.shape.length >= rank);
  }

  any(n: number, rank = 0): Item | null {
    return this.pick(n, (x) => x.shape.length >= rank);
  }

  integer(n: number, rank = 0): Item | null {
    return this.pick(n, (x) => x.tensor.dtype === 'int32' && x.shape.length >= rank);
  }

  /** Keep the value if the reference can compute it. */
  add(tensor: Tensor): void {
    const [value] = interpret([tensor.expr], this.values, 'float64');
    if (sizeOf(value!.shape) > MAX_ELEMENTS) return;
    for (const x of topoSort([tensor.expr])) {
      if (x.outputs.length > 1 || this.values.has(x)) continue;
      this.values.set(x, interpret([x], this.values, 'float64')[0]!);
    }
    if (this.items.some((item) => item.tensor === tensor)) return;
    this.items.push({ tensor, shape: value!.shape });
  }
}

type Make = (b: Builder, step: Step) => Tensor | null;

const safely = (x: Tensor): Tensor => x.abs().add(0.5);

const UNARY: readonly ((x: Tensor) => Tensor)[] = [
  (x) => x.tanh(),
  (x) => x.sigmoid(),
  (x) => x.relu(),
  (x) => x.neg(),
  (x) => x.abs(),
  (x) => x.sqr(),
  (x) => safely(x).sqrt(),
  (x) => safely(x).log(),
  (x) => x.softplus(),
  (x) => x.tanh().exp(),
  (x) => x.tanh().expm1(),
  (x) => x.abs().log1p(),
  (x) => safely(x).reciprocal(),
  (x) => x.sign(),
  (x) => x.tanh().exp().add(1).log(),
  (x) => T.div(1, x.neg().tanh().exp().add(1)),
  (x) => safely(x).pow(2),
  (x) => safely(x).pow(-1.5),
  (x) => x.mul(0.5).sub(1),
  (x) => T.sub(1, x.sigmoid()),
];

const RAW_UNARY: readonly ((x: Tensor) => Tensor)[] = [
  (x) => x.exp(),
  (x) => x.log(),
  (x) => x.sqrt(),
  (x) => x.reciprocal(),
  (x) => x.log1p(),
];

const BINARY: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  (x, y) => x.add(y),
  (x, y) => x.sub(y),
  (x, y) => x.mul(y),
  (x, y) => x.div(safely(y)),
  (x, y) => x.maximum(y),
  (x, y) => x.minimum(y),
  (x, y) => safely(x).pow(y.tanh()),
  (x, y) => x.mod(safely(y)),
];

const COMPARE: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  (x, y) => x.lt(y),
  (x, y) => x.le(y),
  (x, y) => x.gt(y),
  (x, y) => x.ge(y),
  (x, y) => x.eq(y),
  (x, y) => x.neq(y),
];

const INTEGER: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  (x, y) => x.add(y),
  (x, y) => x.sub(y),
  (x, y) => x.mod(7).mul(y.mod(5)),
  (x, y) => x.intDiv(y),
  (x, y) => x.mod(y),
  (x, y) => x.maximum(y),
  (x, y) => x.neg().minimum(y.abs()),
];

const at = <X>(list: readonly X[], n: number): X => list[n % list.length]!;

/** An operand that fits beside x: of its shape, or one that broadcasts. */
function beside(b: Builder, n: number, x: Item): Item | null {
  const fits = ({ tensor, shape }: Item): boolean =>
    isFloat(tensor.dtype) === isFloat(x.tensor.dtype) &&
    tensor.dtype !== 'bool' &&
    shape.every((extent, i) => {
      const axis = x.shape.length - shape.length + i;
      if (axis < 0) return false;
      return extent === x.shape[axis] || (tensor.shape[i] === 1 && extent === 1);
    });
  return b.pick(n, fits);
}

/** Axes by the bits of a number; none: all of them. */
function axesOf(p: number, rank: number): number[] | null {
  const axes = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => (p >> axis) & 1);
  return axes.length === 0 ? null : axes;
}

function reduce(b: Builder, { a, c, p }: Step): Tensor | null {
  const x = b.number(a, c % 4 === 0 ? 0 : 1);
  if (x === null) return null;
  const options = { axis: axesOf(p, x.shape.length), keepdims: p % 2 === 1 };
  switch (c % 6) {
    case 0:
    case 1:
      return x.tensor.sum(options);
    case 2:
      return x.tensor.mean(options);
    case 3:
      return x.tensor.max(options);
    case 4:
      return x.tensor.min(options);
    default:
      return x.tensor.argmax({ axis: p % x.shape.length });
  }
}

function product(b: Builder, { a, b: second, c }: Step): Tensor | null {
  const isSmall = (x: Item) => isFloat(x.tensor.dtype) && [1, 2].includes(x.shape.length);
  const left = b.pick(a, isSmall);
  if (left === null) return null;
  const x = c % 3 === 1 && left.shape.length === 2 ? left.tensor.T : left.tensor;
  const inner = c % 3 === 1 && left.shape.length === 2 ? left.shape[0]! : left.shape.at(-1)!;
  const right = b.pick(second, (y) => isSmall(y) && y.shape.includes(inner));
  if (right === null) return null;
  return x.dot(right.shape[0] === inner ? right.tensor : right.tensor.T);
}

const SLICES = ['::2', '1:', ':-1', '::-1', '0', '-1', '1:3', '-2:', '::-2', '2:1'] as const;

function view(b: Builder, { a, c, p }: Step): Tensor | null {
  const x = b.any(a, 1);
  if (x === null) return null;
  const { tensor, shape } = x;
  const axis = p % shape.length;
  const before = Array.from({ length: axis }, () => ':');
  switch (c % 9) {
    case 0:
      return tensor.T;
    case 1:
      return tensor.expandDims(p % (shape.length + 1));
    case 2:
      return tensor.reshape([-1]);
    case 3:
      return tensor.reshape([-1, shape.at(-1)!]);
    case 4: {
      const size = sizeOf(shape);
      const first = [2, 3, 5].find((n) => size % n === 0) ?? 1;
      return tensor.reshape(p % 2 === 0 ? [first, -1] : [-1, first]);
    }
    case 5:
      return tensor.dimshuffle([...shape.map((_, i) => (i + axis) % shape.length), 'x']);
    case 6:
      return tensor.broadcastTo([2 + (p % 3), ...shape.map((_, i) => tensor.dim(i))]);
    default:
      return tensor.at(...before, at(SLICES, p >> 2));
  }
}

/** Indexing by data, and by scalars of the call. */
function indexing(b: Builder, { a, b: second, c, p }: Step): Tensor | null {
  const x = b.any(a, 1);
  if (x === null) return null;
  const { tensor, shape } = x;
  const axis = p % shape.length;
  const before = Array.from({ length: axis }, () => ':');
  const scalar = b.pick(second, (y) => y.tensor.dtype === 'int32' && y.shape.length === 0);
  const list = b.pick(second, (y) => y.tensor.dtype === 'int32' && y.shape.length >= 1);
  const extent = tensor.dim(axis);
  switch (c % 6) {
    case 0:
      return list && tensor.at(...before, list.tensor.mod(extent));
    case 1:
      return list && tensor.at(...before, list.tensor);
    case 2:
      return scalar && tensor.at(...before, scalar.tensor.mod(extent));
    case 3:
      return scalar && tensor.at(...before, T.slice(scalar.tensor, null, 1 + (p % 2)));
    case 4:
      return scalar && tensor.at(...before, T.slice(scalar.tensor.mod(extent), extent));
    default:
      if (shape.length < 2 || list === null) return null;
      return tensor.at(T.arange(tensor.dim(0)), tensor.argmax({ axis: 1 }).mod(tensor.dim(1)));
  }
}

function choose(b: Builder, { a, b: second, c, p }: Step): Tensor | null {
  const x = b.number(a);
  const condition = x && b.pick(c, (y) => y.shape.join() === x.shape.join());
  const y = x && beside(b, second, x);
  if (!x || !condition || !y) return null;
  return p % 3 === 0
    ? T.where(condition.tensor, x.tensor, 1)
    : T.where(condition.tensor, x.tensor, y.tensor);
}

function gradient(b: Builder, { a, b: second, c }: Step): Tensor | null {
  const x = b.float(a);
  if (x === null) return null;
  const cost = c % 2 === 0 ? x.tensor.sum() : x.tensor.sqr().mean();
  return grad(cost, at(b.floatLeaves, second), { disconnected: 'ignore' });
}

const twice = T.op('twice', (x: Tensor) => x.add(x.tanh()));
const sumAndMax = T.op('sumAndMax', (x: Tensor, y: Tensor) => [x.add(y), x.maximum(y)] as const);

const MAKERS = {
  unary: (b, { a, p }) => {
    const x = b.float(a);
    return x && at(UNARY, p)(x.tensor);
  },
  rawUnary: (b, { a, p }) => {
    const x = b.float(a);
    return x && at(RAW_UNARY, p)(x.tensor);
  },
  binary: (b, { a, b: second, p }) => {
    const x = b.float(a);
    const y = x && beside(b, second, x);
    if (!x || !y) return null;
    return p % 2 === 0
      ? at(BINARY, p >> 1)(x.tensor, y.tensor)
      : at(BINARY, p >> 1)(y.tensor, x.tensor);
  },
  compare: (b, { a, b: second, p }) => {
    const x = b.number(a);
    const y = x && beside(b, second, x);
    return x && y && at(COMPARE, p)(x.tensor, y.tensor);
  },
  integer: (b, { a, b: second, p }) => {
    const x = b.integer(a);
    const y = x && beside(b, second, x);
    return x && y && at(INTEGER, p)(x.tensor, y.tensor);
  },
  cast: (b, { a, p }) => {
    const x = b.any(a);
    if (x === null) return null;
    if (isFloat(x.tensor.dtype)) return x.tensor.tanh().mul(4).cast('int32');
    return x.tensor.cast(at(['float32', 'int32', 'bool'] as const, p));
  },
  reduce,
  softmax: (b, { a, p }) => {
    const x = b.float(a, 1);
    if (x === null) return null;
    const axis = p % x.shape.length;
    return p % 2 === 0 ? T.nnet.softmax(x.tensor, { axis }) : T.nnet.logSoftmax(x.tensor, { axis });
  },
  dot: product,
  view,
  indexing,
  where: choose,
  grad: gradient,
  userOp: (b, { a, b: second, p }) => {
    const x = b.float(a);
    const y =
      x && b.pick(second, (o) => isFloat(o.tensor.dtype) && o.shape.join() === x.shape.join());
    if (!x || !y) return null;
    return p % 3 === 0 ? twice(x.tensor) : sumAndMax(x.tensor, y.tensor)[p % 2]!;
  },
} as const satisfies Record<string, Make>;

type StepKind = keyof typeof MAKERS;

/** How often each kind of step is drawn. */
const WEIGHTS: Readonly<Record<StepKind, number>> = {
  unary: 8,
  rawUnary: 1,
  binary: 8,
  compare: 2,
  integer: 2,
  cast: 2,
  reduce: 7,
  softmax: 2,
  dot: 4,
  view: 6,
  indexing: 4,
  where: 3,
  grad: 3,
  userOp: 1,
};

const natural = fc.nat({ max: 63 });
const step = (kind: StepKind): fc.Arbitrary<Step> =>
  fc.record({ kind: fc.constant(kind), a: natural, b: natural, c: natural, p: natural });

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  ...Object.entries(WEIGHTS).map(([kind, weight]) => ({
    arbitrary: step(kind as StepKind),
    weight,
  })),
);

/** Nearer ones are drawn by `% n` of small numbers; extents of 0 and 1 are drawn as often as others. */
const extent = fc.constantFrom(3, 2, 4, 5, 1, 7, 0);

export const programSpec: fc.Arbitrary<ProgramSpec> = fc.record({
  extents: fc.tuple(extent, extent, extent),
  known: fc.nat({ max: 255 }),
  seed: fc.nat({ max: 9999 }),
  steps: fc.array(anyStep, { minLength: 0, maxLength: 24, size: 'max' }),
  updates: fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })),
});

type LeafSpec = { readonly name: string; readonly dtype: DType; readonly shape: readonly number[] };

function leafSpecs([m, n, k]: ProgramSpec['extents']): LeafSpec[] {
  return [
    { name: 's', dtype: 'float32', shape: [] },
    { name: 'j', dtype: 'int32', shape: [] },
    { name: 'i', dtype: 'int32', shape: [m] },
    { name: 'c', dtype: 'bool', shape: [m, n] },
    { name: 't', dtype: 'float32', shape: [2, n, k] },
    { name: 'v', dtype: 'float32', shape: [n] },
    { name: 'y', dtype: 'float32', shape: [n, k] },
    { name: 'x', dtype: 'float32', shape: [m, n] },
  ];
}

/** Numbers with small integers and repetitions among them, so that ties and zeros occur. */
function leafValue({ dtype, shape }: LeafSpec, random: () => number): NDArray {
  const element = (): number => {
    const u = random();
    if (dtype === 'bool') return Number(u > 0);
    if (dtype === 'int32') return Math.round(u * 4);
    return Math.abs(u) < 0.2 ? Math.round(random() * 2) : Math.fround(u * 2);
  };
  return new NDArray(arrayOf(dtype, Array.from({ length: sizeOf(shape) }, element)), shape, dtype);
}

/** Trace a program. Steps that do not fit are left out. */
export function traceProgram(spec: ProgramSpec): Program {
  const random = randomNumbers(spec.seed);
  const given = new Map<Expr, ReferenceValue>();
  const inputs = leafSpecs(spec.extents).map((leaf, i) => {
    const known = ((spec.known >> i) & 1) === 1;
    const variable = T.tensor(
      leaf.dtype,
      leaf.shape.map((extent) => (known ? extent : null)),
      leaf.name,
    );
    const value = leafValue(leaf, random);
    given.set(variable.expr, value);
    return { variable, value };
  });
  const [m, n] = spec.extents;
  const variables = ['W', 'U'].map((name) => {
    const value = leafValue({ name, dtype: 'float32', shape: [m, n] }, random);
    const variable = shared(value, name);
    given.set(variable.expr, value);
    return variable;
  });
  const builder = new Builder([...inputs.map((x) => x.variable), ...variables], given);
  for (const s of spec.steps) build(builder, s);
  const first = inputs.length + variables.length;
  const outputs = kept(builder.items.slice(first).map((item) => item.tensor));
  const updates = outputs.length === 0 ? [] : updatesOf(builder, variables, spec);
  const used = new Set(topoSort([...outputs, ...updates.map(([, v]) => v)].map((t) => t.expr)));
  return { outputs, inputs: inputs.filter((x) => used.has(x.variable.expr)), updates, given };
}

/** The program as text, a line for each node. */
export function showProgram({ outputs, updates, given }: Program): string {
  const order = topoSort([...outputs, ...updates.map(([, v]) => v)].map((t) => t.expr));
  const ids = new Map(order.map((x, i) => [x, i]));
  const name = (x: Expr): string => `%${ids.get(x)}`;
  const list = (xs: readonly string[]): string => xs.join(', ');
  const line = (x: Expr): string => {
    const { key: _, ...params } = x.params;
    const value = given.get(x);
    const head = `${name(x)} ${x.op.name}(${list(x.inputs.map(name))}) ${showType(x.type)}`;
    if (value === undefined) return `${head} ${JSON.stringify(params)}`;
    return `${head}, at the call [${value.shape.join()}]: ${value.data.join()}`;
  };
  const changes = updates.map(([v, t]) => `${v.name} = ${name(t.expr)}`);
  const result = `outputs ${list(outputs.map((t) => name(t.expr)))}; updates ${list(changes)}`;
  return [...order.map(line), result].join('\n');
}

/** The last values, and one in the middle: others must be stored or not as the scheduler likes. */
function kept(outputs: readonly Tensor[]): Tensor[] {
  const middle = outputs[Math.floor(outputs.length / 2)];
  return [...new Set([...outputs.slice(-3), ...(middle === undefined ? [] : [middle])])];
}

function build(builder: Builder, s: Step): void {
  try {
    const make: Make = MAKERS[s.kind];
    const made = make(builder, s);
    if (made !== null) builder.add(made);
  } catch (error) {
    if (!(error instanceof ArignoteError)) throw error;
  }
}

/** A new value for each variable: of its shape from anywhere, the other variable, or a small step from itself. */
function updatesOf(
  builder: Builder,
  variables: readonly SharedVariable[],
  spec: ProgramSpec,
): (readonly [SharedVariable, Tensor])[] {
  return variables.flatMap((variable, k) => {
    const n = spec.updates[k]!;
    if (n === 0) return [];
    const [x, y] = [spec.extents[0], spec.extents[1]];
    const fits = ({ tensor, shape }: Item): boolean =>
      isFloat(tensor.dtype) && shape.length === 2 && shape[0] === x && shape[1] === y;
    const value = builder.pick(n - 1, fits)!.tensor;
    const next = n % 3 === 0 && value !== variable ? variable.sub(value.mul(0.5)) : value;
    return [[variable, next] as const];
  });
}
