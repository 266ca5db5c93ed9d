/**
 * Goal: the engine behind ports does what the engine in one realm does, and what only it has: values that outlive a realm, a
 * stop, refusal of forged requests. Method: both workers' classes in this process, joined by real message channels.
 */
import { afterEach, expect, test } from 'vitest';
import { connect } from '../frontend/engine.ts';
import { compile } from '../frontend/function.ts';
import { grad } from '../frontend/derivatives.ts';
import { ValueHandle } from '../frontend/handle.ts';
import { T } from '../frontend/operations.ts';
import { shared } from '../frontend/shared.ts';
import { CompilerWorker } from './compiler-worker.ts';
import { DeviceWorker } from './device-worker.ts';
import { connectInProcess } from './in-process.ts';
import { connectPorts, type PortEnd } from './ports.ts';
import type { CompilerToPage, DeviceToPage } from './protocol.ts';

type Told = (CompilerToPage | DeviceToPage)[];

const channels: MessageChannel[] = [];

function channel(): readonly [MessagePort, MessagePort] {
  const made = new MessageChannel();
  channels.push(made);
  return [made.port1, made.port2];
}

const endOf = (port: MessagePort): PortEnd => ({
  post: (message) => port.postMessage(message),
  listen: (handler) => {
    port.addEventListener('message', ({ data }: MessageEvent) => handler(data));
    port.start();
  },
});

/** Both workers, and a way to start realms. */
function engine() {
  const told: Told = [];
  const compiler = new CompilerWorker((message) => told.push(message));
  const device = new DeviceWorker((message) => told.push(message));
  const [left, right] = channel();
  compiler.fromPage({ kind: 'device', timeOrigin: performance.timeOrigin }, left);
  device.fromPage({ kind: 'compiler' }, right);
  device.fromPage({ kind: 'setDevice', name: 'wasm' }, undefined);
  const startRealm = (realm: number, keepOld = false, cell = 'cell') => {
    const [compilerEnd, realmCompiler] = channel();
    const [deviceEnd, realmDevice] = channel();
    compiler.fromPage({ kind: 'realm', realm }, compilerEnd);
    device.fromPage({ kind: 'realm', realm }, deviceEnd);
    const counts = new Map<string, number>();
    const current = { run: realm, cell, keepOld };
    const connection = connectPorts(
      { compiler: endOf(realmCompiler), device: endOf(realmDevice) },
      {
        current: () => current,
        ordinalOf: (name) => {
          const count = counts.get(name) ?? 0;
          counts.set(name, count + 1);
          return count;
        },
      },
    );
    connect(() => connection);
    return { connection, realmDevice, realmCompiler, current };
  };
  return { told, compiler, device, startRealm };
}

afterEach(() => {
  for (const { port1, port2 } of channels.splice(0)) {
    port1.close();
    port2.close();
  }
  connect(connectInProcess);
});

const tick = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** A count that each call moves on by its input. */
function counter(name = 'W') {
  const x = T.vector('x');
  const W = shared([0, 0], name);
  const f = compile([x], { sum: W.add(x).sum() }, { updates: [[W, W.add(x)]], name: 'count' });
  return { W, f };
}

test('computes, updates and reports as the engine in one realm does', async () => {
  const { startRealm, told } = engine();
  startRealm(1);
  const { W, f } = counter();
  f([1, 2]);
  const last = f([1, 2]);
  expect((await last.sum).item()).toBe(6);
  expect(Array.from((await W.get()).data)).toEqual([2, 4]);
  expect((await f.run(3, [1, 1])).sum.item()).toBe(12);
  const [graph, kernels] = [await f.graph, await f.kernels];
  expect(graph.optimized.nodes.some((n) => n.op === 'shared')).toBe(true);
  expect(kernels[0]?.device).toBe('wasm');
  await tick(300);
  expect(told.find((m) => m.kind === 'function')).toMatchObject({
    summary: { fn: expect.stringMatching(/^1:/), name: 'count', cell: 'cell' },
  });
  expect(told.findLast((m) => m.kind === 'access')).toMatchObject({
    report: { cell: 'cell', reads: ['cell/W/0'], writes: ['cell/W/0'] },
  });
  expect(told.findLast((m) => m.kind === 'variables')).toMatchObject({
    variables: [{ name: 'W', shape: [2], bytes: 8 }],
  });
  const stages = told.flatMap((m) => (m.kind === 'timeline' ? m.events.map((e) => e.stage) : []));
  expect(new Set(stages)).toEqual(
    new Set(['rewrite', 'codegen', 'upload', 'submit', 'kernel', 'readback']),
  );
});

test('tells the user the errors of the compiler and of calls, and goes on', async () => {
  const { startRealm } = engine();
  startRealm(1);
  const [a, b] = [T.vector('a'), T.vector('b')];
  const f = compile([a, b], a.add(b));
  await expect(f([1, 2], [1, 2, 3])).rejects.toMatchObject({ code: 'shapes_differ' });
  expect(Array.from((await f([1, 2], [3, 4])).data)).toEqual([4, 6]);
  const wide = compile([], T.arange(2 ** 31 - 1).add(1));
  await expect(wide()).rejects.toMatchObject({ code: 'too_large' });
});

test('says that a function was freed', async () => {
  const { startRealm, told } = engine();
  startRealm(1);
  const { f } = counter();
  await f([1, 2]).sum;
  f.free();
  await tick(100);
  const summary = told.find((m) => m.kind === 'function')?.summary;
  expect(told.find((m) => m.kind === 'freed')).toEqual({ kind: 'freed', fn: summary?.fn });
});

test('keeps the values of a realm that is gone for the cell that is traced again', async () => {
  const { startRealm, device, compiler } = engine();
  startRealm(1);
  const first = counter();
  await first.f([1, 2]);
  for (const worker of [compiler, device]) worker.fromPage({ kind: 'drop', realm: 1 }, undefined);
  startRealm(2, true);
  expect(Array.from((await counter().W.get()).data)).toEqual([1, 2]);
  device.fromPage({ kind: 'drop', realm: 2 }, undefined);
  device.fromPage({ kind: 'fresh', cell: 'cell' }, undefined);
  startRealm(3, true);
  expect(Array.from((await counter().W.get()).data)).toEqual([0, 0]);
});

test('says that a shared variable found no room, where it is used, and has room again', async () => {
  const { startRealm, device } = engine();
  startRealm(1);
  const shape = [2 ** 28];
  // Nothing is written, so that no memory is taken.
  const held = device.host.hold({ data: new Float32Array(2 ** 28), shape, dtype: 'float32' });
  const whole = ValueHandle.whole(held, shape, 'float32');
  const made = ['a', 'b', 'c'].map((name) => shared(whole, name, { shape: [null] }));
  const [a, , c] = made;
  const f = compile([], c!.at(0));
  const told =
    /^shared c: a value of 1073741824 bytes does not fit: shared variables hold 2147483648/;
  await expect(f()).rejects.toThrow(told);
  await expect(c!.get()).rejects.toThrow(told);
  a!.set(whole.at('0:2'));
  expect((await a!.get()).shape).toEqual([2]);
  const d = shared(whole.at('0:1000'), 'd');
  expect((await d.get()).shape).toEqual([1000]);
});

test('ends a run that was stopped in the middle of run(n), and what waits behind it', async () => {
  const { startRealm } = engine();
  const { connection, current } = startRealm(1);
  const { W, f } = counter();
  await f([0, 0]);
  const long = f.run(3_000_000, [1, 1]);
  const waiting = f([1, 1]);
  await tick(30);
  connection.endRun(1);
  await expect(Promise.resolve(long)).rejects.toThrow('stopped');
  await expect(Promise.resolve(waiting)).rejects.toThrow('stopped');
  current.run = 2;
  const left = Array.from((await W.get()).data);
  expect(left[0]).toBeGreaterThan(0);
  expect(left[0]).toBeLessThan(3_000_000);
  expect((await f([1, 1])).sum.item()).toBe(2 * left[0]! + 2);
});

test('shows a gradient with what of it is the derivative', async () => {
  const { startRealm, told } = engine();
  const { connection } = startRealm(1);
  const [x, w] = [T.vector('x'), T.vector('w')];
  const cost = x.mul(w).sum();
  const { writeGraph } = await import('../ir/serialize.ts');
  const { currentScope } = await import('../ir/graph.ts');
  const outputs = [cost.expr, grad(cost, w).expr];
  const graph = writeGraph({ stage: 'traced', inputs: [], outputs, updates: [] }, currentScope());
  connection.inspect({
    id: 'g',
    kind: 'gradient',
    title: 'cost by w',
    cell: 'cell',
    place: null,
    graph,
  });
  await tick(20);
  const seen = told.find((m) => m.kind === 'inspected');
  expect(seen?.graph).toMatchObject({ kind: 'gradient', title: 'cost by w', id: '1:g' });
  expect(seen?.graph.adjoint.length).toBeGreaterThan(0);
  expect(seen?.graph.formula).toContain('x');
});

const FORGED: readonly (readonly [string, unknown])[] = [
  ['no list', { kind: 'call' }],
  ['an unknown kind', [{ kind: 'run', request: 0 }]],
  ['an id below zero', [{ kind: 'freeFunction', fn: -1 }]],
  [
    'a key with a path',
    [
      {
        kind: 'define',
        definition: {
          id: 0,
          name: 'W',
          dtype: 'float32',
          value: { data: new Float32Array(1), shape: [1], dtype: 'float32' },
          key: { cell: '../x', ordinal: 0, attach: false },
        },
      },
    ],
  ],
  [
    'fewer elements than the shape says',
    [
      {
        kind: 'define',
        definition: {
          id: 0,
          name: 'W',
          dtype: 'float32',
          value: { data: new Float32Array(1), shape: [1000], dtype: 'float32' },
          key: { cell: 'x', ordinal: 0, attach: false },
        },
      },
    ],
  ],
  ['10,000 calls', Array.from({ length: 10_000 }, (_, request) => ({ kind: 'devices', request }))],
];

test.each(FORGED)('ends a realm that sends %s', async (_, message) => {
  const { startRealm, told } = engine();
  const { realmDevice } = startRealm(1);
  realmDevice.postMessage(message);
  await tick(30);
  expect(told.find((m) => m.kind === 'violation')).toMatchObject({ realm: 1 });
});

test('ends a realm whose graph no front end writes', async () => {
  const { startRealm, told } = engine();
  const { realmCompiler } = startRealm(1);
  const graph = { nodes: [{ op: 'constructor' }], inputs: [], outputs: [0], updates: [] };
  realmCompiler.postMessage({ kind: 'compile', fn: 0, cell: 'x', request: { name: 'f', graph } });
  await tick(30);
  expect(told.find((m) => m.kind === 'violation')).toMatchObject({ realm: 1 });
});
