/**
 * Goal: the bars of a training step, as counts. Method: the MLP 784-128-10 of the paper's benchmarks (batch 64, tanh, softmax
 * cross-entropy, SGD) on each device; kernels, submits and read-backs are counted by the device, numbers held to the reference.
 */
import { describe, expect, test } from 'vitest';
import { connect } from '../frontend/engine.ts';
import { installEval } from '../frontend/evaluate.ts';
import { compile, type CompileOptions } from '../frontend/function.ts';
import { grad } from '../frontend/derivatives.ts';
import type { NDArray } from '../frontend/nd-array.ts';
import { T } from '../frontend/operations.ts';
import { shared } from '../frontend/shared.ts';
import type { DeviceName } from '../frontend/connection.ts';
import { TOLERANCE } from '../base/limits.ts';
import { optimizeGraph, planSegment } from '../compile/pipeline.ts';
import { GraphScope, type Expr, type Graph } from '../ir/graph.ts';
import { resolveShapes } from '../schedule/bind-shapes.ts';
import { Session } from './session.ts';

const session = new Session();
connect(() => session);
installEval();

const BATCH = 64;
const ROWS = 4 * BATCH;

/** The network, its training step, and the same step over batches that a counter slices. */
function network(device: DeviceName, options: CompileOptions = {}) {
  const images = shared(T.host.uniform([ROWS, 784], { seed: 3 }), 'images');
  const labels = shared(T.host.integers([ROWS], { seed: 4, high: 10 }), 'labels');
  const parameters = [
    shared(T.host.randn([784, 128], { seed: 1, scale: 0.05 }), 'W1'),
    shared(T.host.zeros([128]), 'b1'),
    shared(T.host.randn([128, 10], { seed: 2, scale: 0.05 }), 'W2'),
    shared(T.host.zeros([10]), 'b2'),
  ] as const;
  const [W1, b1, W2, b2] = parameters;
  const x = T.matrix('x');
  const y = T.ivector('y');
  const p = T.nnet.softmax(T.tanh(x.dot(W1).add(b1)).dot(W2).add(b2));
  const cost = T.log(p)
    .at(T.arange(y.dim(0)), y)
    .mean()
    .neg();
  const gradients = grad(cost, parameters);
  const updates = parameters.map((w, i) => [w, w.sub(gradients[i]!.mul(0.1))] as const);
  const train = compile([x, y], { cost }, { updates, name: 'train', device, ...options });
  const step = shared(0, 'step', { dtype: 'int32' });
  const batch = T.slice(step.mul(BATCH), step.add(1).mul(BATCH));
  const loop = compile(
    [],
    { cost },
    {
      updates: [...updates, [step, step.add(1)]],
      givens: [
        [x, images.at(batch)],
        [y, labels.at(batch)],
      ],
      name: 'loop',
      device,
      ...options,
    },
  );
  return { train, loop, images, labels, parameters, inputs: [x, y], cost, updates };
}

const batchOf = async (array: { get(): Promise<NDArray> }, k: number): Promise<NDArray> => {
  const whole = await array.get();
  const width = whole.data.length / ROWS;
  return T.host.array(whole.data.slice(k * BATCH * width, (k + 1) * BATCH * width), [
    BATCH,
    ...whole.shape.slice(1),
  ]);
};

const weights = (net: ReturnType<typeof network>) =>
  Promise.all(net.parameters.map((w) => w.get()));

describe.each(['webgpu', 'wasm'] as const)('a training step on %s', (name) => {
  test('is at most 12 kernels and 1 submit, with no read-back but the cost', async () => {
    const { train, images, labels } = network(name);
    const [x, y] = [await batchOf(images, 0), await batchOf(labels, 0)];
    await train(x, y);
    const { counters } = await session.device(name);
    const before = { ...counters };
    const result = train(x, y);
    await train.ready;
    await train.kernels;
    expect(counters.readBacks - before.readBacks).toBe(0);
    expect(counters.submits - before.submits).toBe(1);
    expect(counters.dispatches - before.dispatches).toBeLessThanOrEqual(12);
    expect(counters.buffersMade - before.buffersMade).toBeLessThanOrEqual(1);
    await result;
    expect(counters.readBacks - before.readBacks).toBe(1);
    const kernels = await train.kernels;
    expect(kernels).toHaveLength(9);
    expect(new Set(kernels.map((k) => k.device))).toEqual(new Set([name]));
  });

  test('gives a gradient and its update in one kernel, in place', async () => {
    const { train, images, labels } = network(name);
    await train(await batchOf(images, 0), await batchOf(labels, 0));
    const kernels = await train.kernels;
    for (const parameter of ['W1', 'b1', 'W2', 'b2']) {
      const writers = kernels.filter((k) =>
        k.buffers.some((b) => b.name === parameter && b.access !== 'read'),
      );
      expect(writers.map((k) => k.buffers.find((b) => b.name === parameter)!.access)).toEqual([
        'readWrite',
      ]);
    }
  });

  test('gives the same numbers in the four ways of calling, the last without a read-back', async () => {
    const ways = {
      plain: network(name),
      withoutBuffers: network(name, { keepBuffers: false }),
      trusted: network(name, { trustInput: true }),
      counted: network(name),
    };
    const costs: number[][] = [];
    for (const net of [ways.plain, ways.withoutBuffers, ways.trusted]) {
      const own: number[] = [];
      for (let k = 0; k < 3; k++) {
        const { cost } = await net.train(
          await batchOf(net.images, k),
          await batchOf(net.labels, k),
        );
        own.push(cost.item());
      }
      costs.push(own);
    }
    const { counters } = await session.device(name);
    const before = { ...counters };
    const last = ways.counted.loop.run(3);
    await ways.counted.loop.kernels;
    expect(counters.readBacks - before.readBacks).toBe(0);
    expect(counters.submits - before.submits).toBe(1);
    costs.push([...costs[0]!.slice(0, 2), (await last).cost.item()]);
    for (const own of costs) expect(own).toEqual(costs[0]);
    const finals = await Promise.all(Object.values(ways).map(weights));
    for (const own of finals) own.forEach((w, i) => expect(w.data).toEqual(finals[0]![i]!.data));
  });

  test('collects the costs of all calls', async () => {
    const net = network(name);
    const { cost } = await net.loop.run(4, { collect: true });
    expect(cost.shape).toEqual([4]);
    const reference = network('reference');
    const expected = await reference.loop.run(4, { collect: true });
    cost.data.forEach((c, k) => expect(c).toBeCloseTo(expected.cost.data[k]!, 4));
  });

  test('agrees with the reference after three steps', async () => {
    const [net, reference] = [network(name), network('reference')];
    await net.loop.run(3);
    await reference.loop.run(3);
    const [own, expected] = [await weights(net), await weights(reference)];
    const { relative, absolute } = TOLERANCE.float32;
    own.forEach((w, i) => {
      const worst = w.data.reduce((most, v, k) => {
        const wanted = expected[i]!.data[k]!;
        return Math.max(most, Math.abs(v - wanted) / (absolute + relative * Math.abs(wanted)));
      }, 0);
      expect(worst).toBeLessThanOrEqual(1);
    });
  });

  test('keeps results on the device when they are inputs of another call', async () => {
    const x = T.vector('x');
    const double = compile([x], x.mul(2), { name: 'double', device: name });
    await double([1, 2, 3]);
    const { counters } = await session.device(name);
    const before = { ...counters };
    const twice = double(double([1, 2, 3]));
    await double.kernels;
    expect(counters.readBacks - before.readBacks).toBe(0);
    expect((await twice).toArray()).toEqual([4, 8, 12]);
  });
});

describe.each(['webgpu', 'wasm'] as const)('small programs on %s', (name) => {
  test('a chain of ten elementwise operations is one kernel', async () => {
    const x = T.matrix('x');
    let y = x;
    for (let i = 0; i < 5; i++) y = T.tanh(y.mul(1.1 + i));
    const f = compile([x], y, { device: name });
    await f([[1, 2, 3]]);
    expect(await f.kernels).toHaveLength(1);
  });

  test('softmax is at most two kernels', async () => {
    const x = T.matrix('x');
    const f = compile([x], T.nnet.softmax(x), { device: name });
    const p = await f(T.host.randn([7, 33], { seed: 1 }));
    expect((await f.kernels).length).toBeLessThanOrEqual(2);
    for (let i = 0; i < 7; i++)
      expect(Array.from((p.at(i) as NDArray).data).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  });

  test('the gradient of log(1 + exp(x)) is 1 at 88 and 100', async () => {
    const x = T.vector('x');
    const cost = T.log(T.exp(x).add(1)).sum();
    const f = compile([x], [cost, grad(cost, x)], { device: name });
    const [value, gradient] = await f([88, 100]);
    expect(value.item()).toBeCloseTo(188, 4);
    expect(gradient.toArray()).toEqual([1, 1]);
  });

  test('log(softmax) is finite at 1,000', async () => {
    const x = T.matrix('x');
    const f = compile([x], T.log(T.nnet.softmax(x)), { device: name });
    expect((await f([[1000, 0, -1000]])).toArray()).toEqual([[0, -1000, -2000]]);
  });

  test('a slice bounded by a computed value costs one read-back and is cut there', async () => {
    const x = T.vector('x');
    const f = compile([x], x.at(T.slice(0, x.argmax().add(1))).sum(), { device: name });
    const { counters } = await session.device(name);
    await f([1, 2, 9, 3]);
    const before = { ...counters };
    const result = f([1, 2, 3, 9]);
    await f.kernels;
    expect(counters.readBacks - before.readBacks).toBe(1);
    expect((await result).item()).toBe(15);
    expect((await f([7, 2, 3, 4])).item()).toBe(7);
  });
});

test('compiling the MLP from graph to WGSL is reported', () => {
  const { inputs, cost, updates } = network('webgpu');
  const graph: Graph<'traced'> = {
    stage: 'traced',
    inputs: inputs.map((x) => x.expr),
    outputs: [cost.expr],
    updates: updates.map(([w, value]) => ({ variable: w.expr, value: value.expr })),
  };
  const shared = updates.map(([w]) => w.expr);
  const mode = { base: 'fast', include: [], exclude: [] } as const;
  const times = Array.from({ length: 3 }, () => {
    const scope = new GraphScope();
    const began = performance.now();
    const { lowered } = optimizeGraph(graph, mode, scope);
    const rewritten = performance.now();
    const shapes = new Map<Expr, readonly number[]>([
      [graph.inputs[0]!, [BATCH, 784]],
      [graph.inputs[1]!, [BATCH]],
      ...updates.map(([w]) => [w.expr, w.expr.type.shape.map(Number)] as const),
    ]);
    const resolution = resolveShapes(lowered, { shapes, values: new Map() });
    const options = { mode, scope, shared, target: 'wgsl', limits: { storageBuffers: 8 } } as const;
    expect(planSegment(lowered, resolution, options).programs).toHaveLength(9);
    return [rewritten - began, performance.now() - rewritten] as const;
  });
  const shown = times.map(([rewrite, rest]) => `${rewrite.toFixed(0)} + ${rest.toFixed(0)}`);
  process.stdout.write(`MLP 784-128-10, ms to rewrite + to WGSL: ${shown.join(', ')}\n`);
});

test('an expression is computed once by eval', async () => {
  const x = T.vector('x');
  const y = x.mul(2).add(1);
  expect((await y.eval([[x, [1, 2]]])).toArray()).toEqual([3, 5]);
  await expect(y.eval()).rejects.toMatchObject({ code: 'missing_input' });
});

test('rules that need extents are among the steps after a call', async () => {
  const [x, y] = [T.matrix('x'), T.ivector('y')];
  const cost = T.log(T.nnet.softmax(x))
    .at(T.arange(y.dim(0)), y)
    .sum()
    .neg();
  const f = compile([x, y], grad(cost, x), { device: 'wasm' });
  const before = (await f.graph).steps.length;
  await f(T.host.randn([3, 4], { seed: 1 }), [0, 3, 1]);
  const { steps } = await f.graph;
  expect(steps.slice(before).map((s) => s.rule)).toContain('scatter_of_rows_to_where');
  for (const step of steps) expect(steps.nodes[step.after]!.id).toBe(step.after);
});
