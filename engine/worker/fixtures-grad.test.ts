/**
 * Goal: gradients are those of the mathematics, and can be cut, clipped, scaled and given as Theano's can. Method: the
 * scenarios of group E on every device, their values within the tolerance; markers must leave no trace in the graph.
 */
import { expect, vi } from 'vitest';
import {
  disconnectedGrad,
  grad,
  gradClip,
  gradScale,
  rop,
  zeroGrad,
} from '../frontend/derivatives.ts';
import { connect } from '../frontend/engine.ts';
import { T } from '../frontend/operations.ts';
import type { Tensor } from '../frontend/tensor.ts';
import { accountForGroup, hasCode, scenario } from './fixture.test.kit.ts';
import { connectInProcess } from './in-process.ts';

connect(connectInProcess);

scenario('E02', async (s) => {
  const [x, a] = s.inputs('x', 'A');
  const cost = T.dot(x.mul(x), a.dot(x));
  await s.computes(grad(cost, [x, a]), [
    'add(dot(dimshuffle[1,0](A), sqr(x)), mul(2, mul(dot(A, x), x)))',
    'mul(broadcastTo(dimshuffle[0,-1](sqr(x))), broadcastTo(x))',
  ]);
});

scenario('E04', async (s) => {
  const x = s.input('x');
  await s.computes([grad(x.mul(x).sum(), x)], ['mul(2, x)']);
});

scenario('E06', async (s) => {
  const x = s.input('x');
  const { values } = await s.computes([grad(x, x)], ['1']);
  expect(values[0]!.dtype).toBe('float32');
});

scenario('E08', async (s) => {
  const x = s.variable([null], 'x');
  const cost = disconnectedGrad(x).sum();
  expect(() => grad(cost, x)).toThrow(hasCode('disconnected'));
  expect(grad(cost, [x], { disconnected: 'null' })).toEqual([null]);
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const gradients = [
    grad(x.add(disconnectedGrad(x)).sum(), x),
    grad(cost, x, { disconnected: 'ignore' }),
    grad(cost, x, { disconnected: 'warn' }),
  ];
  expect(warn.mock.calls).toEqual([[expect.stringContaining('does not depend on x')]]);
  warn.mockRestore();
  const value = s.host({ dtype: 'float64', shape: [2], data: [3, -4] });
  const { values } = await s.call(gradients, [[x, value]]);
  expect(values.map((v) => v.toArray())).toEqual([
    [1, 1],
    [0, 0],
    [0, 0],
  ]);
  // Forward mode is cut too.
  const forward = await s.call([rop(x.mul(disconnectedGrad(x)), x, T.onesLike(x))], [[x, value]]);
  expect(forward.values[0]!.toArray()).toEqual([3, -4]);
});

scenario('E09', async (s) => {
  const x = s.input('x');
  const e = x.exp();
  const gradients = (constant: (y: Tensor) => Tensor) =>
    [x.mul(constant(x)), x.mul(constant(e)), x.sqr().mul(constant(x)), zeroGrad(x)].map((y) =>
      grad(y.sum(), x),
    );
  const texts = ['x', 'exp(x)', 'mul(mul(2, x), x)', '0'];
  await s.computes(gradients(disconnectedGrad), texts);
  await s.computes(gradients(zeroGrad), texts);
  // Without a marker, for this gradient alone.
  const { values } = await s.run([grad(x.mul(e).sum(), x, { considerConstant: [e] })]);
  s.expectClose(values[0]!, s.expected[1]!);
  expect(() => grad(disconnectedGrad(x).sum(), x)).toThrow(hasCode('disconnected'));
});

scenario('E10', async (s) => {
  const x = s.input('x');
  const clipped = gradClip(x, -1, 1);
  await s.computes(
    [grad(clipped.sqr(), x), grad(x.sqr(), x)],
    ['minimum(1, maximum(-1, mul(2, x)))', 'mul(2, x)'],
  );
  expect(() => gradClip(x, 1, -1)).toThrow(hasCode('arguments_wrong'));
});

scenario('E11', async (s) => {
  const x = s.input('x');
  const scaled = gradScale(x, 2).sqr();
  await s.computes([grad(scaled, x), grad(x.sqr(), x)], ['mul(4, x)', 'mul(2, x)']);
  const { values } = await s.run([rop(scaled, x, T.onesLike(x))]);
  expect(values[0]!.item()).toBe(8);
});

scenario('E12', async (s) => {
  const [c, t, x] = s.inputs('c', 't', 'x');
  const range = T.arange(10);
  const power = T.cast(t, s.float);
  const picked = c.at(t);
  const p = x.pow(power);
  const y = picked.mul(p);
  const cost = y.sqr();
  const levels = [[cost], [y], [picked, p], [picked, x, power], [c, t, range, x]];
  for (const level of levels) {
    const first = grad(cost, level, { disconnected: 'ignore' });
    const knownGrads = level.map((variable, i) => [variable, first[i]!] as const);
    await s.computes(grad(null, [c, x], { knownGrads, disconnected: 'ignore' }), null);
  }
});

scenario('E16', async (s) => {
  const x = s.variable([null], 'x');
  const f = x.sqr().sum();
  f.name = 'f';
  const gradient = grad(f, x);
  expect(gradient.name).toBe('(df/dx)');
  const { graph } = await s.call(
    [gradient],
    [[x, s.host({ dtype: 'float64', shape: [1], data: [3] })]],
  );
  expect(graph.traced.nodes[graph.traced.outputs[0]!]!.name).toBe('(df/dx)');
});

accountForGroup('E');
