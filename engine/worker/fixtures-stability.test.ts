/**
 * Goal: expressions that overflow, or lose their small digits, as they are written are computed in a form that does not.
 * Method: the scenarios of group B on every device, their values within the tolerance, their graph after all rules as text.
 */
import { expect } from 'vitest';
import { grad } from '../frontend/derivatives.ts';
import { connect } from '../frontend/engine.ts';
import { compile } from '../frontend/function.ts';
import { T } from '../frontend/operations.ts';
import { NDArray } from '../frontend/nd-array.ts';
import { shared } from '../frontend/shared.ts';
import type { Tensor } from '../frontend/tensor.ts';
import { accountForGroup, opsOf, scenario, textsOf } from './fixture.test.kit.ts';
import { connectInProcess } from './in-process.ts';

connect(connectInProcess);

scenario('B02', async (s) => {
  await s.computes([T.log(T.sub(1, s.input('x')))], ['log1p(neg(x))']);
});

scenario('B03', async (s) => {
  const [x, y] = s.inputs('x', 'y');
  const text = 'add(maximum(x, y), softplus(neg(abs(sub(x, y)))))';
  await s.computes([x.exp().add(y.exp()).log()], [text]);
  const z = s.variable([null], 'z');
  const three = T.log(x.exp().add(y.exp()).add(z.exp()));
  const [big, small] = [10000, -10000].map((v) =>
    s.host({ dtype: 'float64', shape: [1], data: [v] }),
  );
  const { values } = await s.call(
    [three],
    [
      [x, big!],
      [y, small!],
      [z, big!],
    ],
  );
  expect(values[0]!.item()).toBeCloseTo(10000 + Math.log(2), 2);
});

scenario('B04', async (s) => {
  const x = s.input('x');
  const { graph } = await s.computes([x.exp().sum().log()], null);
  // The largest is taken off where it is finite.
  const list = ['max', 'abs', 'lt', 'where', 'broadcastTo', 'sub', 'exp', 'sum', 'log', 'add'];
  expect(opsOf(graph.optimized)).toEqual(list);
  const m = s.variable([null, null], 'm');
  const value = s.host({ dtype: 'float64', shape: [2, 2], data: [1000, 0, -1000, -1000] });
  const outputs = [
    m.exp().sum({ axis: 0 }).log(),
    m.exp().sum({ axis: 1, keepdims: true }).log(),
    m.exp().sum({ axis: 1, keepdims: true }).T.log(),
  ];
  const { values } = await s.call(outputs, [[m, value]]);
  const low = -1000 + Math.log(2);
  expect(values.map((v) => v.shape)).toEqual([[2], [2, 1], [1, 2]]);
  expect(values.map((v) => [...v.data].map(Math.round))).toEqual([
    [1000, 0],
    [1000, Math.round(low)],
    [1000, Math.round(low)],
  ]);
});

scenario('B07', async (s) => {
  await s.computes([s.input('x').sigmoid().log()], ['neg(softplus(neg(x)))']);
});

scenario('B08', async (s) => {
  const x = s.input('x');
  await s.computes([T.log(T.sub(1, x.sigmoid()))], ['neg(softplus(x))']);
  const m = s.variable([null, null], 'm');
  const value = s.host({ dtype: 'float64', shape: [1, 2], data: [800, -800] });
  const { values, graph } = await s.call(
    [T.log(T.sub(1, m.sigmoid().reshape([-1])))],
    [[m, value]],
  );
  expect([...values[0]!.data].map(Math.abs)).toEqual([800, 0]);
  expect(textsOf(graph.optimized)).toEqual(['reshape(neg(softplus(m)))']);
});

scenario('B09', async (s) => {
  const x = s.input('x');
  await s.computes([x.exp().div(x.exp().add(1))], ['sigmoid(x)']);
  const others = [
    x.exp().div(x.exp().add(2)),
    x.exp().div(T.sub(1, x.exp())),
    x.add(1).exp().div(x.exp().add(1)),
  ];
  const { graph } = await s.run(others);
  expect(textsOf(graph.optimized)).toEqual([
    'div(exp(x), add(2, exp(x)))',
    'neg(div(exp(x), expm1(x)))',
    // Not sigmoid(x); the denominator does not overflow all the same.
    'mul(exp(add(1, x)), sigmoid(neg(x)))',
  ]);
});

scenario('B10', async (s) => {
  const x = s.input('x');
  const outputs = [1, -1, 1.1].map((c) => T.onesLike(x).mul(c).div(x.neg().exp().add(1)));
  await s.computes(outputs, ['sigmoid(x)', 'neg(sigmoid(x))', 'mul(1.1, sigmoid(x))']);
});

scenario('B11', async (s) => {
  const x = s.input('x');
  const product = x.exp().add(1).mul(x.neg().exp().add(1));
  await s.computes([x.exp().mul(-1).div(product)], ['neg(sqr(sigmoid(x)))']);
});

scenario('B12', async (s) => {
  const x = s.input('x');
  const outputs = [x.neg().sigmoid().mul(x.exp()), x.sigmoid().mul(x.neg().exp())];
  await s.computes(outputs, ['sigmoid(x)', 'sigmoid(neg(x))']);
  const { graph } = await s.run([x.sigmoid().neg().neg().neg().mul(x.neg().exp())]);
  expect(textsOf(graph.optimized)).toEqual(['neg(sigmoid(neg(x)))']);
});

scenario('B13', async (s) => {
  const [x, lr] = s.inputs('x', 'lr');
  const cost = T.log(T.sub(1, x.sigmoid())).mean();
  await s.computes([x.sub(lr.mul(grad(cost, x)))], null);
});

scenario('B14', async (s) => {
  const { values, graph } = await s.run([s.input('x').sigmoid()]);
  // Far inside both tolerances of the approximations: none is applied.
  s.expectClose(values[0]!, s.expected[0]!, { rtol: 2e-6, atol: 0 });
  expect(textsOf(graph.optimized)).toEqual(['sigmoid(x)']);
});

scenario('B15', async (s) => {
  await s.computes([T.nnet.softmax(s.input('x')).log()], ['logSoftmax[1](x)']);
});

/** Rows and labels of B17 and B18. */
const crossEntropies = (x: Tensor, y: Tensor): Tensor[] => {
  const rows = T.arange(y.dim(0));
  const p = T.nnet.softmax(x);
  return [
    p.at(rows, y).log().neg().sum(),
    p.at(rows, y).log().sum().neg(),
    p.log().at(rows, y).sum().neg(),
    p.log().neg().at(rows, y).sum(),
  ];
};

scenario('B17', async (s) => {
  const costs = crossEntropies(s.input('x'), s.input('y'));
  // Indexing stays a node: it is read through, in the kernel of the sum, and costs no more than Theano's fused operation.
  const rows = 'arange[0, , 1](dim[0](y)), y';
  const picked = `neg(sum[0](at[indices, indices](logSoftmax[1](x), ${rows})))`;
  const last = `sum[0](at[indices, indices](neg(logSoftmax[1](x)), ${rows}))`;
  for (const [i, cost] of costs.entries()) await s.computes([cost], [i < 3 ? picked : last]);
});

scenario('B18', async (s) => {
  const x = s.input('x');
  for (const cost of crossEntropies(x, s.input('y'))) {
    const { graph } = await s.computes([grad(cost, x)], null);
    // No quotient and no logarithm. The sum is of what was put back: 1 for each row, which the call's extents tell.
    const operations = new Set(opsOf(graph.optimized));
    for (const op of ['neg', 'broadcastTo', 'dimshuffle', 'add', 'sub', 'mul'])
      operations.delete(op);
    expect([...operations].toSorted()).toEqual(['arange', 'scatter', 'softmax', 'sum']);
  }
});

scenario('B20', async (s) => {
  const b = s.input('b');
  const labels = T.arange(5);
  const steps = [-100.3, 100000.3].map((rate) => {
    const x = shared(s.value('x'), 'x');
    const cost = T.nnet.softmax(x.add(b)).at(labels, labels).log().neg().sum();
    const gradient = grad(cost, x);
    return compile(
      [b],
      { cost, gradient },
      { updates: [[x, x.add(gradient.mul(rate))]], device: s.device },
    );
  });
  const [down, up] = steps as [(typeof steps)[0], (typeof steps)[0]];
  await down.run(100, s.value('b'));
  const [least, derivative] = s.expected as [NDArray, NDArray];
  expect(Math.abs((await down(s.value('b'))).cost.item())).toBe(least.item());
  await up.run(100, s.value('b'));
  const { cost, gradient } = await up(s.value('b'));
  expect(cost.item()).toBeGreaterThan(61_750_000);
  expect([gradient.at(0, 0), gradient.at(0, 1)]).toEqual([...derivative.data]);
});

scenario('B22', async (s) => {
  const c = s.input('c');
  const e = c.exp();
  await s.computes([e.div(e.sum({ axis: 1, keepdims: true }))], ['softmax[1](c)']);
  await s.computes([e.div(e.sum({ axis: 1 }).dimshuffle([0, 'x']))], ['softmax[1](c)']);
  const v = s.variable([null], 'v');
  const value = s.host({ dtype: 'float64', shape: [3], data: [3, 1, -2] });
  const one = await s.call(
    [v.exp().div(v.exp().sum()), c.T.exp().div(c.T.exp().sum({ axis: 0 }))],
    [
      [v, value],
      [c, s.value('c')],
    ],
  );
  expect(textsOf(one.graph.optimized)).toEqual(['softmax[0](v)', 'dimshuffle[1,0](softmax[1](c))']);
  const w = s.variable([null, null], 'w');
  const weights = s.host({ dtype: 'float64', shape: [2, 3], data: [1, 2, 3, -1, 0, 2] });
  const cost = e
    .div(e.sum({ axis: 1, keepdims: true }))
    .mul(w)
    .sum();
  const slope = grad(cost, c);
  const derivative = await s.call(
    [slope],
    [
      [c, s.value('c')],
      [w, weights],
    ],
  );
  const p = s.expected[0]!.data;
  const weighted = [0, 1].map((i) =>
    [0, 1, 2].reduce((sum, j) => sum + p[3 * i + j]! * weights.data[3 * i + j]!, 0),
  );
  const wanted = Array.from(p, (v, k) => v * (weights.data[k]! - weighted[Math.floor(k / 3)]!));
  s.expectClose(derivative.values[0]!, new NDArray(Float64Array.from(wanted), [2, 3], 'float64'));
  const mean = 'sum[1](mul(broadcastTo(w), softmax[1](c)))';
  expect(textsOf(derivative.graph.optimized)).toEqual([
    `mul(add(broadcastTo(dimshuffle[0,-1](neg(${mean}))), broadcastTo(w)), softmax[1](c))`,
  ]);
  const large = s.host({ dtype: 'float64', shape: [2, 3], data: [1000, 0, 0, 1000, 1000, -1000] });
  const { values } = await s.call(
    [slope],
    [
      [c, large],
      [w, weights],
    ],
  );
  expect(values[0]!.toArray()).toEqual([
    [0, 0, 0],
    [-0.25, 0.25, 0],
  ]);
});

scenario('B27', async (s) => {
  await s.computes(
    [T.log(T.sub(1, s.input('x').exp()))],
    ['where(lt(x, -0.693147), log1p(neg(exp(x))), add(log(expm1(neg(x))), x))'],
  );
});

accountForGroup('B');
