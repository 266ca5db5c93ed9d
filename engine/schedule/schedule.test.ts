/**
 * Goal: few kernels, each within the limits of a device, in an order that keeps every old value until it was read, with
 * intermediate values that share memory. Method: schedules of small programs as text, a line for each kernel; plans of
 * random lives for the arena; programs whose updates read each other, run on `wasm`.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grad } from '../autodiff/vjp.ts';
import { ARENA_ALIGNMENT, STORAGE_BUFFERS_MAX } from '../base/limits.ts';
import { optimizeGraph, planSegment } from '../compile/pipeline.ts';
import { connect } from '../frontend/engine.ts';
import { compile } from '../frontend/function.ts';
import { T } from '../frontend/operations.ts';
import { shared } from '../frontend/shared.ts';
import type { Tensor } from '../frontend/tensor.ts';
import { currentScope, nameOf, type Expr, type Update } from '../ir/graph.ts';
import { add, mul, neg, sqr, sub } from '../ops/arith.ts';
import { broadcastTo, dimshuffle, sum } from '../ops/broadcast.ts';
import { constant, dimsOf, input, integer, sharedVariable } from '../ops/leaves.ts';
import { at } from '../ops/indexing.ts';
import { dot } from '../ops/linalg.ts';
import { softmax } from '../ops/nnet.ts';
import { max, mean } from '../ops/reduce.ts';
import { exp, sigmoid, tanh } from '../ops/transcendental.ts';
import { connectInProcess } from '../worker/in-process.ts';
import { planArena, type Life } from './buffer-plan.ts';
import { resolveShapes } from './bind-shapes.ts';
import type { Kernel, Schedule } from './kernel.ts';

type Program = { readonly outputs?: readonly Expr[]; readonly updates?: readonly Update[] };

const variable = (name: string, ...shape: readonly number[]): Expr =>
  input({ dtype: 'float32', shape }, name);
const weight = (name: string, ...shape: readonly number[]): Expr =>
  sharedVariable({ dtype: 'float32', shape }, name);

/** The schedule of a program whose extents are numbers, after all rules. */
function scheduleOf(
  { outputs = [], updates = [] }: Program,
  inputs: readonly Expr[],
  weights: readonly Expr[] = [],
): Schedule {
  const mode = { base: 'fast', include: [], exclude: [] } as const;
  const scope = currentScope();
  const { lowered } = optimizeGraph({ stage: 'traced', inputs, outputs, updates }, mode, scope);
  const values = new Map<Expr, number>();
  const shapes = new Map([...inputs, ...weights].map((x) => [x, x.type.shape.map(Number)]));
  const resolution = resolveShapes(lowered, { shapes, values });
  const limits = { storageBuffers: STORAGE_BUFFERS_MAX };
  return planSegment(lowered, resolution, { mode, limits, target: 'wgsl', scope, shared: weights })
    .schedule;
}

/** What a kernel reads and writes: variables by name, outputs and new values by number, the rest by op. */
function showKernel(kernel: Kernel, { values }: Schedule): string {
  const show = (index: number): string => {
    const { node, placement } = values[index]!;
    switch (placement.kind) {
      case 'input':
      case 'shared':
        return nameOf(node) ?? '?';
      case 'output':
      case 'updated':
      case 'constant':
        return `${placement.kind} ${placement.index}`;
      case 'arena':
        return node.op.name;
    }
  };
  const names = (access: readonly string[]): string =>
    kernel.buffers
      .filter((b) => access.includes(b.access))
      .map((b) => show(b.value))
      .join(', ');
  const loops = kernel.phases.map((p) => (p.kind === 'reduce' ? p.combine : 'map')).join(', ');
  return `${loops}: ${names(['read', 'readWrite'])} -> ${names(['write', 'readWrite'])}`;
}

const show = (schedule: Schedule): string[] => schedule.kernels.map((k) => showKernel(k, schedule));

const x = variable('x', 32, 20);
const w = weight('w', 20, 10);
const b = weight('b', 10);
const layer = add(dot(x, w), broadcastTo(b, dimsOf(dot(x, w))));

describe('one kernel', () => {
  const chain = Array.from({ length: 10 }).reduce<Expr>(
    (e, _, i) => (i % 2 === 0 ? tanh(e) : sigmoid(e)),
    x,
  );
  const centered = sub(x, broadcastTo(dimshuffle(mean(x, [1]), [0, -1]), dimsOf(x)));

  test.each<readonly [string, Expr, readonly string[]]>([
    ['ten elementwise operations', chain, ['map: x -> output 0']],
    ['a softmax', softmax(x, 1), ['max, sum, map: x -> output 0']],
    ['a layer: product, bias and tanh', tanh(layer), ['sum, map: x, w, b -> output 0']],
    [
      'a product with a prologue',
      dot(mul(x, constant(2, 'float32')), w),
      ['sum, map: x, w -> output 0'],
    ],
    [
      'a reduction with elementwise work before and after',
      exp(neg(sum(sqr(tanh(x)), [1]))),
      ['sum, map: x -> output 0'],
    ],
    [
      'a reduction of rows less their mean',
      sum(sqr(centered), [1]),
      ['sum, sum, map: x -> output 0'],
    ],
    ['views of views', dimshuffle(tanh(dimshuffle(x, [1, 0])), [1, 0]), ['map: x -> output 0']],
  ])('holds %s', (_, root, kernels) => {
    expect(show(scheduleOf({ outputs: [root] }, [x], [w, b]))).toEqual(kernels);
  });

  test('holds the gradient and the update of a weight, in place', () => {
    const cost = sum(sqr(layer), [0, 1]);
    const [g] = grad(cost, [w]);
    const schedule = scheduleOf(
      { updates: [{ variable: w, value: sub(w, mul(g!, constant(0.1, 'float32'))) }] },
      [x],
      [w, b],
    );
    expect(show(schedule).at(-1)).toMatch(/^sum, map: .*w.* -> w$/);
    expect(schedule.copies).toEqual([]);
  });

  test('holds a value that is an output and what is made of it', () => {
    const h = tanh(x);
    const schedule = scheduleOf({ outputs: [h, sum(h, [1])] }, [x]);
    expect(show(schedule)).toEqual(['sum, map, map: x -> output 1, output 0']);
  });
});

describe('kernels are split', () => {
  test('where a reduction is long: partial results, then their sum with what follows', () => {
    const long = variable('v', 100_000);
    expect(show(scheduleOf({ outputs: [neg(sum(sqr(long), [0]))] }, [long]))).toEqual([
      'sum, map: v -> sum',
      'sum, map: sum -> output 0',
    ]);
  });

  test('where two reductions follow each other over different axes', () => {
    expect(show(scheduleOf({ outputs: [max(sum(x, [1]), [0])] }, [x]))).toEqual([
      'sum, map: x -> sum',
      'max, map: sum -> output 0',
    ]);
  });

  test.each([3, 8, 20, 40])('at the limit of storage buffers: %i inputs', (count) => {
    const inputs = Array.from({ length: count }, (_, i) => variable(`x${i}`, 7));
    const root = inputs.map((e) => tanh(e)).reduce((p, q) => mul(p, q));
    const { kernels } = scheduleOf({ outputs: [root] }, inputs);
    expect(kernels.map((k) => k.buffers.length <= STORAGE_BUFFERS_MAX)).not.toContain(false);
    expect(kernels.length).toBeLessThan(count);
  });

  test('by no empty result: what nobody can read is not computed', () => {
    const nothing = variable('n', 0, 3);
    expect(show(scheduleOf({ outputs: [tanh(nothing), sum(nothing, [1])] }, [nothing]))).toEqual(
      [],
    );
    expect(show(scheduleOf({ outputs: [sum(nothing, [0])] }, [nothing]))).toEqual([
      'sum, map: n -> output 0',
    ]);
  });

  test('where a value is read by loops without turns', () => {
    const [v, empty] = [variable('v', 3), variable('e', 3, 0)];
    const h = tanh(exp(v));
    expect(show(scheduleOf({ outputs: [h, dot(h, empty)] }, [v, empty]))).toEqual([
      'map: v -> output 0',
    ]);
  });
});

describe('the arena', () => {
  test('gives the memory of dead values to later ones', () => {
    const s = variable('s', 16, 16);
    const product = Array.from({ length: 8 }).reduce<Expr>((e) => tanh(dot(e, s)), s);
    const { memory } = scheduleOf({ outputs: [product] }, [s]);
    expect(memory.plan.length).toBe(7);
    expect(memory.peakBytes).toBe(2 * 16 * 16 * 4);
    expect(memory.peakBytesWithoutReuse).toBe(7 * 16 * 16 * 4);
  });

  const life = fc
    .record({ bytes: fc.nat({ max: 5000 }), from: fc.nat({ max: 20 }), length: fc.nat({ max: 8 }) })
    .map(({ bytes, from, length }): Life => ({ node: integer(0), bytes, from, to: from + length }));

  test('never puts two values that live together in one place', () => {
    fc.assert(
      fc.property(fc.array(life, { maxLength: 40 }), (lives) => {
        const { plan, peakBytes, peakBytesWithoutReuse } = planArena(lives);
        const clash = plan.some((p, i) =>
          plan.slice(i + 1).some((q) => {
            const together = p.from <= q.to && q.from <= p.to;
            return together && p.offset < q.offset + q.bytes && q.offset < p.offset + p.bytes;
          }),
        );
        expect(clash).toBe(false);
        expect(
          plan.every((p, i) => p.offset % ARENA_ALIGNMENT === 0 && p.bytes >= lives[i]!.bytes),
        ).toBe(true);
        expect(peakBytes).toBeLessThanOrEqual(peakBytesWithoutReuse);
        expect(plan.every((p) => p.offset + p.bytes <= peakBytes)).toBe(true);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('updates', () => {
  const u = weight('u', 8);
  const v = weight('v', 8);

  test('come after the kernels that read the old value', () => {
    const schedule = scheduleOf(
      { outputs: [sum(exp(u), [0])], updates: [{ variable: u, value: tanh(u) }] },
      [],
      [u],
    );
    expect(show(schedule)).toEqual(['sum, map: u -> output 0', 'map: u -> u']);
    expect(schedule.copies).toEqual([]);
  });

  test('come after the kernels of later updates that read the old value', () => {
    const updates = [
      { variable: u, value: tanh(u) },
      { variable: v, value: mul(v, broadcastTo(sum(exp(u), [0]), [integer(8)])) },
    ];
    const schedule = scheduleOf({ updates }, [], [u, v]);
    expect(show(schedule).at(-1)).toBe('map: u -> u');
    expect(schedule.copies).toEqual([]);
  });

  test('are made elsewhere and copied where the writer reads other places of the variable', () => {
    const reversed = at(u, [{ kind: 'slice', start: null, stop: null, step: -1 }], []);
    const schedule = scheduleOf({ updates: [{ variable: u, value: add(u, reversed) }] }, [], [u]);
    expect(show(schedule)).toEqual(['map: u -> add']);
    expect(schedule.copies).toHaveLength(1);
  });

  test('are made in place where a whole turn reads before it writes', () => {
    const scaled = mul(u, broadcastTo(sum(u, [0]), [integer(8)]));
    const schedule = scheduleOf({ updates: [{ variable: u, value: scaled }] }, [], [u]);
    expect(show(schedule)).toEqual(['sum, map: u -> u']);
  });

  test('that exchange two variables put the old values aside', () => {
    const updates = [
      { variable: u, value: v },
      { variable: v, value: u },
    ];
    const { kernels, copies } = scheduleOf({ updates }, [], [u, v]);
    expect(kernels).toEqual([]);
    expect(copies).toHaveLength(4);
  });
});

describe('updates that read each other, on wasm', () => {
  connect(connectInProcess);
  const start = { a: [1, 2, 3], b: [10, 20, 30] };
  type Make = (a: Tensor, b: Tensor) => readonly Tensor[];

  test.each<readonly [string, Make, readonly number[], readonly number[]]>([
    ['exchange', (p, q) => [q, p], [10, 20, 30], [1, 2, 3]],
    ['exchange and change', (p, q) => [q.add(1), p.mul(2)], [11, 21, 31], [2, 4, 6]],
    [
      'one reads the other reversed',
      (p, q) => [q.at('::-1'), q.mul(2)],
      [30, 20, 10],
      [20, 40, 60],
    ],
    ['one reads itself reversed', (p, q) => [p.at('::-1').add(p), q], [4, 4, 4], [10, 20, 30]],
    [
      'one reads the sum of the other',
      (p, q) => [p.add(q.sum()), q.add(p.sum())],
      [61, 62, 63],
      [16, 26, 36],
    ],
    ['a later one reads it', (p, q) => [p.mul(2), q.add(p.sum())], [2, 4, 6], [16, 26, 36]],
    ['both take one value', (p, q) => [p.add(q), p.add(q)], [11, 22, 33], [11, 22, 33]],
    [
      'one takes the new value that the other gets',
      (p, q) => [q, q.add(1)],
      [10, 20, 30],
      [11, 21, 31],
    ],
  ])('%s: all see the values from before the call', async (_, make, first, second) => {
    const [p, q] = [shared(start.a, 'p'), shared(start.b, 'q')];
    const [newP, newQ] = make(p, q);
    const f = compile(
      [],
      { old: T.add(p, 0) },
      {
        updates: [
          [p, newP!],
          [q, newQ!],
        ],
        device: 'wasm',
      },
    );
    const { old } = await f();
    expect([...old.data]).toEqual(start.a);
    expect([...(await p.get()).data]).toEqual(first);
    expect([...(await q.get()).data]).toEqual(second);
  });
});
