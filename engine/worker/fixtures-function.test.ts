/**
 * Goal: updates, defaults, givens, conversions and repeated calls mean what they mean in Theano. Method: the scenarios of
 * group J on every device.
 */
import { expect } from 'vitest';
import { connect } from '../frontend/engine.ts';
import { compile } from '../frontend/function.ts';
import { NDArray } from '../frontend/nd-array.ts';
import { T } from '../frontend/operations.ts';
import { shared, type SharedVariable } from '../frontend/shared.ts';
import { accountForGroup, expectSame, hasCode, scenario, type Scene } from './fixture.test.kit.ts';
import { connectInProcess } from './in-process.ts';

connect(connectInProcess);

/** A shared whole number. */
const counter = (value: number, name: string): SharedVariable =>
  shared(value, name, { dtype: 'int32' });

const numbersOf = async (variables: readonly SharedVariable[]): Promise<number[]> =>
  (await Promise.all(variables.map((v) => v.get()))).map((v) => v.item());

scenario('J02', async (s) => {
  const [x, y] = [counter(0, 'x'), counter(1, 'y')];
  x.defaultUpdate = x.sub(1);
  y.defaultUpdate = y.add(1);
  const { device } = s;
  const functions = [
    compile([], [x, y], { device, updates: [] }),
    compile([], [x, y], { device, updates: [[x, x.sub(2)]], noDefaultUpdates: [y] }),
    compile([], [x, y], { device, updates: [[x, x.sub(2)]], noDefaultUpdates: true }),
    compile([], [x, y], { device, updates: [[y, y.sub(2)]] }),
  ];
  for (const [i, f] of functions.entries()) {
    await f();
    expect(await numbersOf([x, y])).toEqual([...s.expected[i]!.data]);
  }
});

scenario('J04', async (s) => {
  const a = counter(1, 'a');
  a.defaultUpdate = a.add(3);
  const f = compile([], a.add(10), { device: s.device, givens: [[a, a.add(10)]] });
  expect([(await f()).item(), (await f()).item()]).toEqual([...s.expected[0]!.data]);
});

scenario('J05', async (s) => {
  const w = counter(10, 'w');
  const [x, { device }] = [T.iscalar('x'), s];
  const add = compile([x], w.add(x), { device, updates: [[w, w.add(x)]] });
  const double = compile([], w.mul(2), { device });
  expect((await add(5)).item()).toBe(15);
  expect((await double()).item()).toBe(30);
  w.set(7);
  expect([(await double()).item(), (await add(1)).item(), (await double()).item()]).toEqual([
    14, 8, 16,
  ]);
  expect(() => compile([w], w.add(1), { device })).toThrow(hasCode('input_not_variable'));
});

scenario('J07', async (s) => {
  const { device } = s;
  const x = T.vector('x');
  const [number, whole] = [T.scalar('k'), T.iscalar('n')];
  const make = (allowDowncast: boolean | null) =>
    compile([x, number, whole], x.mul(number).add(whole), { device, allowDowncast });
  const [wide, single] = [Float64Array.of(1, 2), Float32Array.of(1, 2)];
  // By default a number may lose digits, and what has a dtype may not.
  const byDefault = make(null);
  expect((await byDefault(single, 0.1, 3)).toArray()).toEqual(
    [0.1, 0.2].map((v) => Math.fround(Math.fround(v) + 3)),
  );
  expect(() => byDefault(wide, 1, 3)).toThrow(hasCode('lossy_conversion'));
  expect(() => byDefault(single, 1, 3.5)).toThrow(hasCode('fraction_for_integer'));
  expect(() => byDefault(single, 1, Float32Array.of(3) as unknown as number)).toThrow(
    hasCode('lossy_conversion'),
  );
  const always = make(true);
  expect((await always(wide, 2, 3.5)).toArray()).toEqual([5, 7]);
  const never = make(false);
  expect(() => never(wide, 1, 3)).toThrow(hasCode('lossy_conversion'));
  expect(() => never(single, 0.1, 3)).toThrow(hasCode('lossy_conversion'));
  expect((await never(single, 0.5, 3)).toArray()).toEqual([3.5, 4]);
});

/** A value that a call may not change. */
const row = (s: Scene): NDArray => s.host({ dtype: 'float64', shape: [3], data: [1, 2, 3] });

scenario('J08', async (s) => {
  const { device } = s;
  const [x, y] = [s.variable([null], 'x'), s.variable([null], 'y')];
  const f = compile([x, y], [x.add(y), x.mul(2), x], { device });
  const value = row(s);
  // One buffer for two inputs, and an output that is an input.
  const [sum, twice, same] = await f(value, value);
  expect([sum, twice, same].map((v) => v.toArray())).toEqual([
    [2, 4, 6],
    [2, 4, 6],
    [1, 2, 3],
  ]);
  same.data[0] = 100;
  expectSame(value, row(s));
  // What is done to a value after the call does not reach the call.
  const passed = row(s);
  const early = f(passed, passed)[0];
  passed.data.fill(100);
  expect((await early).toArray()).toEqual([2, 4, 6]);
  // A result that stays on the device is twice an input of another call, and remains what it was.
  const first = f(value, value)[0];
  const [again] = await f(first, first);
  expect([again.toArray(), (await first).toArray()]).toEqual([
    [4, 8, 12],
    [2, 4, 6],
  ]);
  // Two variables of one value, one of which becomes the other; the value that was borrowed stays.
  const [a, b] = [shared(value, 'a'), shared(value, 'b')];
  const swap = compile([], [a, b], {
    device,
    updates: [
      [a, b.add(1)],
      [b, a],
    ],
  });
  await swap();
  expect([(await a.get()).toArray(), (await b.get()).toArray()]).toEqual([
    [2, 3, 4],
    [1, 2, 3],
  ]);
  const [oldA] = await swap();
  expect([oldA.toArray(), (await a.get()).toArray(), (await b.get()).toArray()]).toEqual([
    [2, 3, 4],
    [2, 3, 4],
    [2, 3, 4],
  ]);
  // What is done to a result does not reach the engine, whatever the result is: here a variable.
  const read = compile([], [a], { device })();
  (await read[0]).data.fill(100);
  expect((await a.get()).toArray()).toEqual([2, 3, 4]);
  expect((await f(read[0], read[0]))[0].toArray()).toEqual([4, 6, 8]);
  const got = await a.get();
  got.data[0] = 100;
  expect((await a.get()).toArray()).toEqual([2, 3, 4]);
  expectSame(value, row(s));
});

scenario('J10', async (s) => {
  const w = shared(s.value('w'), 'w');
  const calls = counter(0, 'calls');
  const f = compile([], [w.mul(0.5), calls.add(1)], {
    device: s.device,
    updates: [
      [w, w.mul(0.5)],
      [calls, calls.add(1)],
    ],
  });
  const [last, count] = await f.run(s.value('N').item());
  s.expectClose(last, s.expected[0]!);
  s.expectClose(await w.get(), s.expected[0]!);
  expect([count.item(), (await calls.get()).item()]).toEqual([3, 3]);
  const [all] = await f.run(2, { collect: true });
  expect(all.toArray()).toEqual([0.5, 0.25]);
  expect(() => f.run(0)).toThrow(hasCode('run_count'));
});

scenario('J11', async (s) => {
  const x = s.variable([null], 'x');
  const f = compile([x], x.mul(2).exp(), { device: s.device });
  const value = row(s);
  const checked = await f(value);
  expect(() => f(new NDArray(Int32Array.of(1, 2), [2, 1], 'int32'))).toThrow(hasCode('call_rank'));
  f.trustInput = true;
  expectSame(await f(value), checked);
  // Nothing is checked at the call: what is wrong fails later, or gives other numbers.
  const wrong = f(new NDArray(Int32Array.of(1, 2), [2, 1], 'int32'));
  await Promise.resolve(wrong).catch(() => undefined);
  expectSame(await f(value), checked);
});

accountForGroup('J');
