/**
 * Goal: the vector mathematics is right over all of float32, special values included, within a few units in the last place.
 * Method: each function on float32 bit patterns spread over the whole range, against JavaScript's float64 mathematics.
 */
import { describe, expect, test } from 'vitest';
import { axisIndex } from '../../ir/index-expr.ts';
import { exp, expm1, log, log1p, pow, sigmoid, softplus, tanh } from '../../ops/transcendental.ts';
import { apply, axis, kernelOf, load, mapPhase, runWasm, store } from './kernels.test.kit.ts';

/** Distance of neighbouring patterns; a prime, so that all mantissas come. */
const STEP = process.env['ARIGNOTE_FULL'] === '1' ? 211 : 4099;

const SPECIAL = [
  0,
  -0,
  1,
  -1,
  2,
  -2,
  3,
  0.5,
  -0.5,
  1.5,
  -1.5,
  88.5,
  88.72283,
  88.72284,
  89,
  -87.3,
  -88,
  -103,
  -104,
  127,
  -127,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  3.4028235e38,
  -3.4028235e38,
  2 ** 24,
  2 ** 24 + 1,
  1 / 3,
  -1 / 3,
  1.0000001,
  0.99999994,
  Infinity,
  -Infinity,
  NaN,
];

/** All kinds of float32: patterns at equal steps, and many moderate numbers. */
function patterns(): Float32Array {
  const words = Uint32Array.from({ length: Math.floor(2 ** 32 / STEP) }, (_, k) => k * STEP);
  const moderate = Float32Array.from({ length: 200_000 }, (_, k) => (k - 100_000) / 1_000);
  return Float32Array.from([...SPECIAL, ...new Float32Array(words.buffer), ...moderate]);
}

const ordered = new Int32Array(1);
const asFloat = new Float32Array(ordered.buffer);

/** Place among all float32 by size; both zeros at 0. */
function rank(x: number): number {
  asFloat[0] = x;
  return ordered[0]! < 0 ? -(ordered[0]! & 0x7fffffff) : ordered[0]!;
}

/** Distance from the exact value in units of the last place of its float32. */
function ulps(got: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (Object.is(got, rounded) || (Number.isNaN(got) && Number.isNaN(rounded))) return 0;
  if (!Number.isFinite(rounded) || !Number.isFinite(got))
    return Math.abs(rank(got) - rank(rounded));
  if (got === 0 && rounded === 0) return Infinity;
  return Math.abs(rank(got) - rank(rounded));
}

function evaluate(op: typeof exp | typeof pow, inputs: readonly Float32Array[]): Float32Array {
  const a = axis('i', inputs[0]!.length);
  const value = apply(
    op,
    inputs.map((_, k) => load(k, axisIndex(a))),
  );
  const kernel = kernelOf(
    [a],
    [mapPhase([], store(inputs.length, axisIndex(a), value))],
    [...inputs.map(() => ['read', 'float32', a.extent] as const), ['write', 'float32', a.extent]],
  );
  return runWasm(kernel, [...inputs, new Float32Array(a.extent)]).at(-1) as Float32Array;
}

/** The worst distance, and where. */
function worst(
  got: Float32Array,
  inputs: readonly Float32Array[],
  exact: (...xs: number[]) => number,
): { ulps: number; at: number[] } {
  let found = { ulps: 0, at: [] as number[] };
  got.forEach((y, k) => {
    const xs = inputs.map((x) => x[k]!);
    const distance = ulps(y, exact(...xs));
    if (distance > found.ulps || Number.isNaN(distance))
      found = { ulps: distance, at: [...xs, y, exact(...xs)] };
  });
  return found;
}

describe('within units in the last place of the exact value', () => {
  test.each([
    ['exp', exp, Math.exp, 1],
    ['log', log, Math.log, 1],
    ['log1p', log1p, Math.log1p, 1],
    ['expm1', expm1, Math.expm1, 2],
    ['tanh', tanh, Math.tanh, 1],
    ['sigmoid', sigmoid, (x: number) => 1 / (1 + Math.exp(-x)), 2],
    ['softplus', softplus, (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), 2],
  ] as const)('%s', (_, op, exact, bound) => {
    const x = patterns();
    const found = worst(evaluate(op, [x]), [x], exact);
    expect(found.ulps, `at ${found.at.join(', ')}`).toBeLessThanOrEqual(bound);
  });

  test('pow of all pairs of special values, of whole exponents, and of many pairs', () => {
    const pairs = SPECIAL.flatMap((x) => SPECIAL.map((y) => [x, y] as const));
    for (let k = 0; k < 100_000; k++) {
      const [x, y] = [
        (Math.imul(k, 40_503) & 0xffff) / 2048,
        (Math.imul(k, 30_011) & 0xffff) / 1024 - 32,
      ];
      pairs.push([x, y], [-x, Math.round(y)], [2 ** (y * 4), x]);
    }
    const [x, y] = [0, 1].map((k) => Float32Array.from(pairs, (pair) => pair[k]!));
    const found = worst(evaluate(pow, [x!, y!]), [x!, y!], (a, b) => (a === 1 ? 1 : a ** b));
    expect(found.ulps, `at ${found.at.join(', ')}`).toBeLessThanOrEqual(1);
  });
});
