/**
 * @file For tests of whole programs: what a traced graph gives in float64, and how far float32 may be from it. Each program
 * is also computed rounded and with noise of a few ulps after every operation that rounds; where those runs disagree in
 * kind (another branch, another index, an overflow) an element says nothing about an engine.
 */
import { TOLERANCE } from '../base/limits.ts';
import { arrayOf } from '../ir/constant-data.ts';
import { topoSort, type Expr } from '../ir/graph.ts';
import { expandGraphs, interpret } from '../ir/interpret.ts';
import type { ReferenceValue } from '../ir/op-def.ts';
import { isFloat } from '../ir/types.ts';

/** A value in float64; `spread[i]` is how far runs with noise were from it, Infinity where they differ in kind. */
export type Expected = ReferenceValue & {
  readonly spread: Float64Array;
  /** Whether every value that it is made from is finite: rules may drop a NaN or an Infinity on the way. */
  readonly isTame: boolean;
};

/** Noise after an operation, of its result: two ulps of float32, as its mathematics may be wrong by that much. */
const NOISE = 2 ** -22;

/** Numbers whose distance is this part of them may be one number in float32, after other roundings. */
const NEAR = 2 ** -20;

const COMPARISONS = new Set('eq neq lt le gt ge'.split(' '));

/** A spread counts so many times: noise finds a good part of the error, not its bound. */
const SPREAD_FACTOR = 8;

/** Elements whose spread is more than this part of them are not compared. */
const SPREAD_MAX = 1e-3;

/** Above this a value is no number for float32 rules to be judged by. */
const LARGE = 1e30;

/** Elementwise operations that give one of their operands, or a whole number. */
const EXACT = new Set(
  'neg abs sign relu maximum minimum where cast eq neq lt le gt ge intDiv'.split(' '),
);

const isExact = ({ op, type }: Expr): boolean => {
  if (!isFloat(type.dtype)) return true;
  const { lowering } = op;
  if (lowering.kind === 'elementwise') return EXACT.has(op.name);
  return lowering.kind !== 'reduction' || lowering.combine !== 'sum';
};

/** Numbers in [-1, 1), a function of the seed. Source: Steele and others, mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

const absolute = (x: ReferenceValue, expr: Expr): ReferenceValue =>
  isFloat(expr.type.dtype) ? { ...x, data: Float64Array.from(x.data, Math.abs) } : x;

/** The roots' values with noise: a sum errs by what its terms are, another operation by what its result is. */
function interpretNoisy(
  roots: readonly Expr[],
  given: ReadonlyMap<Expr, ReferenceValue>,
  seed: number,
): { readonly value: ReferenceValue; readonly isTame: boolean }[] {
  const random = randomNumbers(seed);
  const expanded = expandGraphs(roots);
  const values = new Map<Expr, ReferenceValue>(given);
  for (const expr of topoSort(expanded)) {
    if (given.has(expr)) continue;
    const [exact] = interpret([expr], values, 'float64');
    if (isExact(expr)) {
      const isComparison = COMPARISONS.has(expr.op.name);
      const operands = expr.inputs.map((x) => values.get(x)!);
      values.set(expr, isComparison ? decided(exact!, operands, seed % 2) : exact!);
      continue;
    }
    const { data, shape } = exact!;
    let scale: ArrayLike<number> = data;
    if (expr.op.lowering.kind === 'reduction') {
      const inputs = expr.inputs.map((x) => [x, absolute(values.get(x)!, x)] as const);
      scale = interpret([expr], new Map([...values, ...inputs]), 'float64')[0]!.data;
    }
    const noisy = Float64Array.from(data, (v, i) => v + NOISE * random() * scale[i]!);
    // Infinity less Infinity: an overflow of the scale alone is no reason for NaN.
    values.set(expr, { data: noisy.map((v, i) => (Number.isFinite(v) ? v : data[i]!)), shape });
  }
  return expanded.map((root) => ({ value: values.get(root)!, isTame: isTame(root, values) }));
}

/** A comparison of numbers that float32 can hardly tell apart, if they are not the same: it comes out as this run says. */
function decided(
  { data, shape }: ReferenceValue,
  [a, b]: readonly ReferenceValue[],
  verdict: number,
): ReferenceValue {
  const isOpen = (x: number, y: number): boolean =>
    x !== y && Math.abs(x - y) <= NEAR * Math.max(Math.abs(x), Math.abs(y));
  return { data: data.map((v, i) => (isOpen(a!.data[i]!, b!.data[i]!) ? verdict : v)), shape };
}

function isTame(root: Expr, values: ReadonlyMap<Expr, ReferenceValue>): boolean {
  return topoSort([root]).every((x) => values.get(x)!.data.every((v) => Math.abs(v) < LARGE));
}

/** What the roots should be. @throws what the operations throw for these values */
export function expectedOf(
  roots: readonly Expr[],
  given: ReadonlyMap<Expr, ReferenceValue>,
): Expected[] {
  const exact = interpret(roots, given, 'float64');
  const noisy = [1, 2, 3].map((seed) => interpretNoisy(roots, given, seed));
  const others = [
    interpret(roots, given, 'rounded'),
    ...noisy.map((run) => run.map((r) => r.value)),
  ];
  return exact.map(({ data, shape }, k) => {
    const runs = others.map((run) => run[k]!);
    const isInteger = !isFloat(roots[k]!.type.dtype);
    const spread = Float64Array.from(data, (v, i) =>
      Math.max(...runs.map((run) => distance(v, run.data[i]!, isInteger))),
    );
    if (runs.some((run) => run.shape.join() !== shape.join())) spread.fill(Infinity);
    return { data, shape, spread, isTame: noisy.every((run) => run[k]!.isTame) };
  });
}

function distance(a: number, b: number, isInteger: boolean): number {
  if (Object.is(a, b) || a === b) return 0;
  return isInteger || !Number.isFinite(a) || !Number.isFinite(b) ? Infinity : Math.abs(a - b);
}

/** How a value compares: how many elements were compared and passed over, and the first that is wrong. */
export type Comparison = {
  readonly compared: number;
  readonly skipped: number;
  readonly wrong: string | null;
};

/** Hold a device's value against what was expected. */
export function compareWith(expected: Expected, got: ReferenceValue): Comparison {
  if (got.shape.join() !== expected.shape.join()) {
    return {
      compared: 0,
      skipped: 0,
      wrong: `shape [${got.shape.join()}] instead of [${expected.shape.join()}]`,
    };
  }
  let skipped = 0;
  const { relative, absolute: least } = TOLERANCE.float32;
  const rounded = arrayOf('float32', expected.data);
  for (let i = 0; i < expected.data.length; i++) {
    const [want, spread, value] = [expected.data[i]!, expected.spread[i]!, got.data[i]!];
    if (spread === Infinity || spread > SPREAD_MAX * (Math.abs(want) + 1e-3)) {
      skipped++;
      continue;
    }
    if (Object.is(value, want) || value === want || value === rounded[i]) continue;
    const allowed = least + relative * Math.abs(want) + SPREAD_FACTOR * spread;
    if (Math.abs(value - want) <= allowed) continue;
    return {
      compared: i,
      skipped,
      wrong: `element ${i} is ${value} instead of ${want} (spread ${spread})`,
    };
  }
  return { compared: expected.data.length - skipped, skipped, wrong: null };
}
