/**
 * Goal: algebra is simplified as Theano simplifies it, and gives its numbers. Method: the scenarios of group A on every
 * device, their values within the tolerance, their graph after all rules as text. `broadcastTo(x)` is a view that only checks
 * that extents unknown before the call agree.
 */
import { expect } from 'vitest';
import { grad } from '../frontend/derivatives.ts';
import { connect } from '../frontend/engine.ts';
import { compile } from '../frontend/function.ts';
import { T } from '../frontend/operations.ts';
import type { Tensor } from '../frontend/tensor.ts';
import { accountForGroup, hasCode, opsOf, scenario, textsOf } from './fixture.test.kit.ts';
import { connectInProcess } from './in-process.ts';

connect(connectInProcess);

scenario('A01', async (s) => {
  const x = s.input('x');
  await s.computes([x.div(x)], ['1']);
  const row = s.variable([1, null], 'row');
  const { values, graph } = await s.call(
    [row.div(row)],
    [[row, s.host({ dtype: 'float64', shape: [1, 2], data: [3, 4] })]],
  );
  expect(values[0]!.toArray()).toEqual([[1, 1]]);
  expect(textsOf(graph.optimized)).toEqual(['1']);
});

scenario('A02', async (s) => {
  const [x, y] = s.inputs('x', 'y');
  await s.computes([x.mul(y).div(x)], ['broadcastTo(y)']);
});

scenario('A06', async (s) => {
  await s.computes([s.input('x').mul(2).div(2)], ['x']);
});

scenario('A07', async (s) => {
  const x = s.input('x');
  await s.computes([x.div(x.abs())], ['sign(x)']);
});

scenario('A08', async (s) => {
  const x = s.input('x');
  await s.computes([x.mul(2).div(x.abs().mul(3))], ['mul(0.666667, sign(x))']);
});

scenario('A09', async (s) => {
  const x = s.input('x');
  const outputs = [x.mul(4).div(x.mul(2).abs()), x.mul(4).div(x.div(2).abs())];
  await s.computes(outputs, ['mul(2, sign(x))', 'mul(8, sign(x))']);
});

scenario('A10', async (s) => {
  const [y, z] = s.inputs('y', 'z');
  // Theano's two nodes are a product of three and abs; ours are binary, and abs is one too.
  await s.computes([y.mul(z).mul(-2).abs()], ['mul(2, abs(mul(y, z)))']);
});

scenario('A11', async (s) => {
  const [x, y] = s.inputs('x', 'y');
  await s.computes([x.div(y).abs()], ['abs(div(x, y))']);
});

scenario('A12', async (s) => {
  const [a, b, x, z] = s.inputs('a', 'b', 'x', 'z');
  await s.computes([a.div(z).add(b.div(x)).mul(x).mul(z)], ['add(mul(a, x), mul(b, z))']);
});

scenario('A13', async (s) => {
  const [a, b, x] = s.inputs('a', 'b', 'x');
  await s.computes([a.div(x).add(b).mul(x)], ['add(a, mul(b, x))']);
  const { graph } = await s.run([a.add(b).mul(x)]);
  expect(textsOf(graph.optimized)).toEqual(['mul(add(a, b), x)']);
});

scenario('A16', async (s) => {
  const [i, d] = s.inputs('i', 'd');
  await s.computes([d.mul(T.intDiv(i, i.add(1)))], ['mul(cast(intDiv(i, add(1, i))), d)']);
});

scenario('A17', async (s) => {
  const [v, m] = s.inputs('v', 'm');
  const outputs = [
    v.mul(1),
    v.mul(0),
    v.mul(-1),
    v.mul(1).mul(m.neg()),
    v.mul(0).mul(m.neg()),
    v.mul(-1).mul(m.neg()),
    v.mul(-1).mul(m),
  ];
  // Theano's [mul] of the fourth and the last multiplies by -1 too; neg is as cheap and meets other signs.
  const texts = ['v', '0', 'neg(v)', 'neg(mul(m, v))', '0', 'mul(m, v)', 'neg(mul(m, v))'];
  await s.computes(outputs, texts);
});

scenario('A18', async (s) => {
  const v = s.input('v');
  await s.computes(
    [0, 1, -1, 2, -2, 0.5, -0.5].map((p) => v.pow(p)),
    ['1', 'v', 'reciprocal(v)', 'sqr(v)', 'reciprocal(sqr(v))', 'sqrt(v)', 'reciprocal(sqrt(v))'],
  );
});

const square = (text: string) => `sqr(${text})`;

scenario('A19', async (s) => {
  const v = s.input('v');
  const eighth = ['v', 'v', 'v'].reduce(square, 'v');
  const fifteenth = `mul(mul(mul(sqr(v), v), sqr(sqr(v))), ${eighth})`;
  const texts = [
    fifteenth,
    `reciprocal(${fifteenth})`,
    square(eighth),
    `reciprocal(${square(eighth)})`,
  ];
  await s.computes(
    [15, -15, 16, -16].map((p) => v.pow(p)),
    texts,
  );
  // One computation for all: 6 operations to the fifteenth, 1 more to the sixteenth, 2 reciprocals; Theano's composites share nothing.
  const { graph } = await s.run([v.pow(15)]);
  expect(opsOf(graph.optimized).toSorted()).toEqual(['mul', 'mul', 'mul', 'sqr', 'sqr', 'sqr']);
  const large = await s.run([v.pow(513)]);
  expect(opsOf(large.graph.optimized)).toEqual(['pow']);
});

scenario('A22', async (s) => {
  const x = s.input('x');
  const y = s.variable([null], 'y');
  const rows = y.dim(0);
  const given = [
    [x, s.value('x')],
    [y, s.host({ dtype: 'float64', shape: [3], data: [1, 2, 3] })],
  ] as const;
  const outputs = [
    T.lt(x, x),
    T.le(x, x),
    T.gt(x, x),
    T.ge(x, x),
    T.minimum(x, x),
    T.maximum(x, x),
    rows.lt(0),
    rows.ge(0),
  ];
  const { values, graph } = await s.call(outputs, given);
  s.expectValues(values);
  expect(textsOf(graph.optimized)).toEqual([
    'false',
    'true',
    'false',
    'true',
    'x',
    'x',
    'false',
    'true',
  ]);
  const extents = await s.call([rows.maximum(0), rows.minimum(0)], given);
  expect(extents.values.map((v) => v.item())).toEqual([3, 0]);
  expect(textsOf(extents.graph.optimized)).toEqual(['dim[0](y)', '0']);
  // Theano's "a sum of two extents is not 0" is not so for empty arrays: ours stays a comparison.
  const empty = await s.call(
    [rows.add(rows).eq(0)],
    [[y, s.host({ dtype: 'float64', shape: [0], data: [] })]],
  );
  expect(empty.values[0]!.toArray()).toBe(true);
});

scenario('A24', async (s) => {
  const x = s.input('x');
  const { values, graph } = await s.run([x.reciprocal().reciprocal(), x.neg().neg()]);
  for (const value of values) expect([...value.data]).toEqual([...s.value('x').data]);
  expect(textsOf(graph.optimized)).toEqual(['x', 'x']);
  const kept = await s.run([x.neg().reciprocal().exp().neg()]);
  expect(textsOf(kept.graph.optimized)).toEqual(['neg(exp(neg(reciprocal(x))))']);
});

const chosen = (product: string) => `where(gt(c, 0), ${product}, 0)`;

scenario('A26', async (s) => {
  const [c, x, k] = s.inputs('c', 'x', 'k');
  const isPositive = c.gt(0);
  const first = T.where(isPositive, x, x.mul(0));
  const second = T.where(isPositive, x, k.log().mul(x));
  const both = 'where(gt(c, 0), x, mul(broadcastTo(log(k)), x))';
  await s.computes([first.mul(second)], [chosen(`mul(${both}, x)`)]);
  await s.computes([first.div(second)], [chosen(`div(x, ${both})`)]);
});

scenario('A27', async (s) => {
  const x = s.input('x');
  await s.computes([grad(T.where(x.lt(7), x, x.sub(7).sqrt()), x)], null);
});

scenario('A28', async (s) => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => s.variable([null], name)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const row = s.host({ dtype: 'float64', shape: [3], data: [1, -2, 3] });
  const other = s.host({ dtype: 'float64', shape: [3], data: [4, 5, 6] });
  const rows = a.dim(0);
  const outputs = [
    T.where(0, a, b),
    T.where(1, a, b),
    T.where(c.gt(0), a, a),
    T.where(rows.le(0), 0, rows),
  ];
  const { values, graph } = await s.call(outputs, [
    [a, row],
    [b, other],
    [c, row],
  ]);
  expect(values.map((v) => v.toArray())).toEqual([[4, 5, 6], [1, -2, 3], [1, -2, 3], 3]);
  expect(textsOf(graph.optimized)).toEqual(['broadcastTo(b)', 'a', 'broadcastTo(a)', 'dim[0](a)']);
  // The operand that goes takes its part in the broadcast with it.
  const wide = s.variable([2, 3], 'wide');
  const zeros = s.host({ dtype: 'float64', shape: [2, 3], data: [0, 0, 0, 0, 0, 0] });
  const narrow = s.variable([3], 'narrow');
  const broadcast = await s.call(
    [T.where(1, narrow, wide)],
    [
      [narrow, row],
      [wide, zeros],
    ],
  );
  expect(broadcast.values[0]!.toArray()).toEqual([
    [1, -2, 3],
    [1, -2, 3],
  ]);
  expect(textsOf(broadcast.graph.optimized)).toEqual(['broadcastTo(narrow)']);
});

scenario('A30', async (s) => {
  const [v, m, s1, s2] = s.inputs('v', 'm', 's1', 's2');
  const sums = [[s1], [v, s1], [v, m, s1], [s1, s2], [v, s1, s2], [v, m, s1, s2]].map((factors) =>
    factors.reduce((a, b) => a.mul(b)).sum(),
  );
  const product = 'sum[0,1](mul(broadcastTo(m), broadcastTo(v)))';
  await s.computes(sums, [
    's1',
    'mul(s1, sum[0](v))',
    `mul(s1, ${product})`,
    'mul(s1, s2)',
    'mul(mul(s1, s2), sum[0](v))',
    `mul(mul(s1, s2), ${product})`,
  ]);
});

scenario('A32', async (s) => {
  const a = s.input('a');
  const one = 'sum[0,1,2](a)';
  const sums = [
    a.sum(),
    a.sum({ axis: [0, 1, 2] }),
    a.sum({ axis: 0 }).sum({ axis: 0 }).sum({ axis: 0 }),
  ];
  await s.computes(sums, [one, one, one]);
});

scenario('A33', async (s) => {
  const a = s.input('a');
  const pairs = [
    [0, 0],
    [1, 0],
    [2, 0],
    [0, 1],
    [1, 1],
    [2, 1],
    [[0, 1], 0],
    [[1, 2], 0],
    [0, [0, 1]],
    [1, [0, 1]],
    [2, [0, 1]],
  ] as const;
  const texts = [
    '0,1',
    '0,1',
    '0,2',
    '0,2',
    '1,2',
    '1,2',
    '0,1,2',
    '0,1,2',
    '0,1,2',
    '0,1,2',
    '0,1,2',
  ];
  await s.computes(
    pairs.map(([d, dd]) => a.sum({ axis: d }).sum({ axis: dd })),
    texts.map((axes) => `sum[${axes}](a)`),
  );
});

scenario('A34', async (s) => {
  const a = s.input('a');
  const [zeros, ones] = [T.zerosLike(a), T.onesLike(a)];
  const count = 'mul(cast(dim[2](a)), mul(cast(dim[0](a)), cast(dim[1](a))))';
  const totals = [zeros.sum(), ones.sum(), ones.sum({ axis: 0 })];
  await s.computes(totals, ['0', count, 'broadcastTo(cast(dim[0](a)))']);
  const others = await s.run([
    zeros.sum({ axis: 1 }),
    ones.sum({ axis: 1 }),
    ones.sum({ axis: 2 }).sum({ axis: 0 }),
  ]);
  expect(others.values.map((v) => [v.shape, [...new Set(v.data)]])).toEqual([
    [[3, 5], [0]],
    [[3, 5], [4]],
    [[4], [15]],
  ]);
  expect(textsOf(others.graph.optimized)).toEqual([
    '0',
    'broadcastTo(cast(dim[1](a)))',
    'broadcastTo(mul(cast(dim[0](a)), cast(dim[2](a))))',
  ]);
});

scenario('A38', async (s) => {
  const [w, g] = s.inputs('W', 'G');
  const product = w.expandDims(0).mul(g.expandDims(1));
  // Theano squares after it; here the sum of squares of W's columns is small, and the rest is a matrix times a vector.
  await s.computes(
    [product.sqr().sum({ axis: [1, 2] })],
    ['dot(broadcastTo(sqr(G)), sum[0](sqr(W)))'],
  );
});

scenario('A40', async (s) => {
  const [x, y] = s.inputs('x', 'y');
  const { graph } = await s.computes(
    [x.add(y).mul(2), x.add(y).mul(3)],
    ['mul(2, add(x, y))', 'mul(3, add(x, y))'],
  );
  expect(opsOf(graph.optimized)).toEqual(['add', 'mul', 'mul']);
  const deep = await s.run([x.add(1).mul(y).exp(), y.mul(x.add(1)).exp()]);
  expect(opsOf(deep.graph.optimized)).toEqual(['add', 'mul', 'exp']);
  expect(deep.graph.optimized.nodes.filter(({ op }) => op === 'constant')).toHaveLength(1);
  const i = T.ivector('i');
  const mixed = await s.call(
    [x.add(1), y.add(1), i.add(1)],
    [
      [x, s.value('x')],
      [y, s.value('y')],
      [i, T.host.array([1, 2], [2], 'int32')],
    ],
  );
  expect(opsOf(mixed.graph.optimized)).toEqual(['add', 'add', 'add']);
});

/** A whole number for a call. */
const whole = (value: number) => T.host.array(value, [], 'int32');

scenario('A42', async (s) => {
  const x = s.variable([null, null], 'x');
  const v = s.variable([null], 'v');
  const [n, m] = [T.iscalar('n'), T.iscalar('m')];
  const numbers = s.host({ dtype: 'float64', shape: [2, 3], data: [1, 2, 3, 4, 5, 6] });
  const row = s.host({ dtype: 'float64', shape: [6], data: [1, 2, 3, 4, 5, 6] });
  const outputs = [
    x.reshape([-1]).reshape([n, m]),
    x.reshape([x.dim(0), x.dim(1)]),
    v.reshape([-1]),
    v.reshape([1, v.dim(0)]),
    x.reshape([1, n, 1, m, 1, 1]),
  ];
  const given = [
    [x, numbers],
    [v, row],
    [n, whole(3)],
    [m, whole(2)],
  ] as const;
  const { values, graph } = await s.call(outputs, given);
  expect(values.map(({ shape }) => shape)).toEqual([
    [3, 2],
    [2, 3],
    [6],
    [1, 6],
    [1, 3, 1, 2, 1, 1],
  ]);
  for (const value of values) expect([...value.data]).toEqual([1, 2, 3, 4, 5, 6]);
  // The last is one reshape: a view all the same, where Theano puts axes of extent 1 around a smaller one.
  expect(textsOf(graph.optimized)).toEqual([
    'reshape(x)',
    'x',
    'v',
    'dimshuffle[-1,0](v)',
    'reshape(x)',
  ]);
});

/** Elements of a list as Python slices it. */
function sliced(list: readonly number[], [start, stop, step]: Bounds): number[] {
  const clamp = (bound: number) =>
    bound < 0
      ? Math.max(bound + list.length, step > 0 ? 0 : -1)
      : Math.min(bound, step > 0 ? list.length : list.length - 1);
  const first = start === null ? (step > 0 ? 0 : list.length - 1) : clamp(start);
  const last = stop === null ? (step > 0 ? list.length : -1) : clamp(stop);
  const found: number[] = [];
  for (let i = first; step > 0 ? i < last : i > last; i += step) found.push(list[i]!);
  return found;
}
type Bounds = readonly [start: number | null, stop: number | null, step: number];

/** Pairs of slices of five elements: bounds inside, outside and open, both directions. */
const SLICES: readonly Bounds[] = [null, -6, -4, -1, 0, 2, 5, 7].flatMap((start) =>
  [null, -7, -3, 0, 3, 6].flatMap((stop) =>
    [1, 2, -1, -3].map((step) => [start, stop, step] as const),
  ),
);
const PAIRS = SLICES.map((first, k) => [first, SLICES[(k * 7919 + 31) % SLICES.length]!] as const);

scenario('A45', async (s) => {
  const x = s.input('x', [5]);
  const list = [...s.value('x').data];
  const pairs = PAIRS;
  const outputs = pairs.map(([first, second]) => x.at(T.slice(...first)).at(T.slice(...second)));
  const { values, graph } = await s.run(outputs);
  expect(values.map((v) => [...v.data])).toEqual(
    pairs.map(([first, second]) => sliced(sliced(list, first), second)),
  );
  const { nodes, outputs: roots } = graph.optimized;
  for (const { op, inputs } of roots.map((id) => nodes[id]!)) {
    if (op === 'at') expect(nodes[inputs[0]!]!.op).toBe('input');
    else expect(op).toBe('input');
  }
  // A point of a slice too; which place it is, is known when the graph is built.
  const points = await s.run([x.at('1:').at(2), x.at('::-1').at(0), x.at('1:4').at('::-1').at(-1)]);
  expect(points.values.map((v) => v.item())).toEqual([3, 4, 1]);
  expect(textsOf(points.graph.optimized)).toEqual(['at[3](x)', 'at[4](x)', 'at[1](x)']);
  expect(() => x.at('1:3').at(2)).toThrow(hasCode('index_out_of_range'));
  // Symbolic bounds: slices stay two, as views that cost nothing.
  const bounds = ['a', 'b', 'c', 'd'].map((name) => T.iscalar(name));
  const open = s.variable([null], 'open');
  const [a, b, c, d] = bounds as [Tensor, Tensor, Tensor, Tensor];
  const twice = compile([open, a, b, c, d], open.at(T.slice(a, b)).at(T.slice(c, d, -1)), {
    device: s.device,
  });
  for (const [[start, stop], [from, to]] of PAIRS.slice(0, 40)) {
    const numbers = [start ?? 1, stop ?? -1, from ?? 3, to ?? -4];
    const wanted = sliced(sliced(list, [numbers[0]!, numbers[1]!, 1]), [
      numbers[2]!,
      numbers[3]!,
      -1,
    ]);
    expect([...(await twice(s.value('x'), ...numbers)).data]).toEqual(wanted);
  }
});

scenario('A50', async (s) => {
  const x = s.variable([null, null], 'x');
  const value = s.host({ dtype: 'float64', shape: [3, 2], data: [1, 2, 3, 4, 5, 6] });
  const zeros = T.zerosLike(x);
  const { values, graph } = await s.call(
    [T.dot(zeros.T, x), T.dot(x, zeros.T), x.T.dot(T.zerosLike(x.at(':', 0)))],
    [[x, value]],
  );
  expect(values.map((v) => [v.shape, [...new Set(v.data)]])).toEqual([
    [[2, 2], [0]],
    [[3, 3], [0]],
    [[2], [0]],
  ]);
  expect(textsOf(graph.optimized)).toEqual(['0', '0', '0']);
});

scenario('A54', async (s) => {
  const [x, y] = ['x', 'y'].map((name) => s.variable([null, null], name)) as [Tensor, Tensor];
  const [row, fixed] = [s.variable([1, null], 'row'), s.variable([2, 3], 'fixed')];
  const value = s.host({ dtype: 'float64', shape: [2, 3], data: [1, 2, 3, 4, 5, 6] });
  const first = s.host({ dtype: 'float64', shape: [1, 3], data: [1, 2, 3] });
  const sum = x.exp().add(y);
  const outputs = [
    sum.dim(0),
    sum.dim(1),
    row.dim(0),
    x.add(row).dim(1),
    fixed.exp().dim(1),
    x.T.dot(y).dim(0),
  ];
  const { values, graph } = await s.call(outputs, [
    [x, value],
    [y, value],
    [row, first],
    [fixed, value],
  ]);
  expect(values.map((v) => v.item())).toEqual([2, 3, 1, 3, 3, 3]);
  expect(textsOf(graph.optimized)).toEqual([
    'dim[0](x)',
    'dim[1](x)',
    '1',
    'dim[1](x)',
    '3',
    'dim[1](x)',
  ]);
});

scenario('A56', async (s) => {
  const [x, k] = [s.variable([null, null], 'x'), s.variable([], 'k')];
  const [n, m] = [T.iscalar('n'), T.iscalar('m')];
  const value = s.host({ dtype: 'float64', shape: [2, 3], data: [1, 2, 3, 4, 5, 6] });
  const f = compile([x, k, n, m], x.add(T.broadcastTo(k, [n, m])), { device: s.device });
  expect((await f(value, 10, 2, 3)).toArray()).toEqual([
    [11, 12, 13],
    [14, 15, 16],
  ]);
  // A broadcast is a view: nothing is allocated, and it is the check that Theano adds.
  expect(textsOf((await f.graph).optimized)).toEqual(['add(broadcastTo(k), x)']);
  await expect(f(value, 10, 3, 2)).rejects.toThrow(hasCode('shapes_differ'));
});

accountForGroup('A');
