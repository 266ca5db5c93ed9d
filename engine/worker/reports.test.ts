/**
 * Goal: what the panels draw hangs together: ids of one list mean the same in another, and every kernel leads back to nodes.
 * Method: a function with operations that expand (softmax, mean) and a gradient, called once.
 */
import { beforeAll, expect, test } from 'vitest';
import { compile, grad, shared, T } from '../arignote.ts';
import type {
  CompileRequest,
  EngineFunction,
  GraphReport,
  KernelReport,
} from '../frontend/connection.ts';
import { connect } from '../frontend/engine.ts';
import { connectInProcess } from './in-process.ts';

let report: GraphReport;
let kernels: readonly KernelReport[];

beforeAll(async () => {
  const engine = connectInProcess();
  const inner = engine.compile.bind(engine);
  let last: EngineFunction | null = null;
  connect(() => Object.assign(engine, { compile: (r: CompileRequest) => (last = inner(r)) }));
  const [x, y] = [T.matrix('x'), T.ivector('y')];
  const W = shared(T.host.zeros([4, 3]), 'W');
  const p = T.nnet.softmax(x.dot(W));
  const cost = T.log(p)
    .at(T.arange(y.dim(0)), y)
    .mean();
  const [dW] = grad(cost, [W]);
  const f = compile([x, y], { cost }, { device: 'wasm', updates: [[W, W.add(dW)]] });
  await f(T.host.zeros([2, 4]), new Int32Array(2)).cost;
  report = await last!.graph();
  kernels = await last!.kernels();
});

test('the traced graph is the beginning of the list of all nodes', () => {
  const { traced, stepNodes } = report;
  expect(
    stepNodes.slice(0, traced.nodes.length).map(({ id, op, inputs }) => [id, op, inputs]),
  ).toEqual(traced.nodes.map(({ id, op, inputs }) => [id, op, inputs]));
});

test('each node of the optimized graph is known among all nodes', () => {
  const { optimized, optimizedIds, stepNodes } = report;
  expect(optimizedIds.map((id) => stepNodes[id]!.op)).toEqual(optimized.nodes.map((n) => n.op));
});

test('the steps of the call come after those of the graph', () => {
  const { steps, boundFrom, optimizedIds } = report;
  expect(boundFrom).toBeGreaterThan(0);
  expect(boundFrom).toBeLessThan(steps.length);
  // What a rule of the call replaces was bound to extents: it is no node of the optimized graph.
  for (const { before } of steps.slice(boundFrom)) expect(optimizedIds).not.toContain(before);
});

test('every kernel leads back to nodes, those of an expanded softmax too', () => {
  for (const { name, nodes, sourceMap } of kernels) {
    expect(nodes, name).not.toEqual([]);
    expect(
      sourceMap.some((line) => line.nodes.length > 0),
      name,
    ).toBe(true);
  }
});

test('a node says what it is and how it is computed', () => {
  const facts = report.traced.nodes.map(({ op, kind, latex }) => [op, kind, latex]);
  expect(facts).toContainEqual(['input', 'input', 'x']);
  expect(facts).toContainEqual(['shared', 'shared', 'W']);
  expect(facts).toContainEqual(['dot', 'contraction', 'x \\, W']);
  const dot = report.traced.nodes.find((n) => n.op === 'dot')!;
  expect(facts).toContainEqual([
    'softmax',
    'elementwise',
    `\\operatorname{softmax}(\\mathrm{dot}_{${dot.id}})`,
  ]);
  expect(facts.map(([op, kind]) => `${op} ${kind}`)).toEqual(
    expect.arrayContaining(['mean reduction', 'dim extent', 'at index', 'broadcastTo view']),
  );
});

test('what a given stands in keeps the line and the name of what was written', async () => {
  const x = T.matrix('x');
  const h = x.dot(shared(T.host.zeros([4, 3]), 'V'));
  h.name = 'h';
  const data = shared(T.host.zeros([2, 4]), 'data');
  const plain = compile([x], h);
  const given = compile([], h, { givens: [[x, data]] });
  const dotOf = async (f: typeof plain) =>
    (await f.graph).optimized.nodes.find(({ op }) => op === 'dot')!;
  const [before, after] = [await dotOf(plain), await dotOf(given)];
  expect(before.positions).toHaveLength(1);
  expect(after.positions).toEqual(before.positions);
  expect(after.name).toBe('h');
});
