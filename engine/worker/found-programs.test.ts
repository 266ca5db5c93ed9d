/**
 * Goal: what random programs once showed to be wrong stays right. Method: the smallest program of each defect, on each
 * device, against the interpreter of the graph as it was traced.
 */
import { describe, expect, test } from 'vitest';
import { connect } from '../frontend/engine.ts';
import { compile } from '../frontend/function.ts';
import { NDArray } from '../frontend/nd-array.ts';
import { T } from '../frontend/operations.ts';
import { shared, type SharedVariable } from '../frontend/shared.ts';
import type { Tensor } from '../frontend/tensor.ts';
import type { Expr } from '../ir/graph.ts';
import type { ReferenceValue } from '../ir/op-def.ts';
import { connectInProcess } from './in-process.ts';
import { compareWith, expectedOf } from './oracle.test.kit.ts';

connect(connectInProcess);

type Found = {
  readonly inputs: readonly (readonly [Tensor, NDArray])[];
  readonly outputs: readonly Tensor[];
  readonly shared?: readonly (readonly [SharedVariable, NDArray])[];
  readonly updates?: readonly (readonly [SharedVariable, Tensor])[];
};

const array = (data: readonly number[], shape: readonly number[]): NDArray =>
  new NDArray(Float32Array.from(data), shape, 'float32');
const integers = (data: readonly number[], shape: readonly number[]): NDArray =>
  new NDArray(Int32Array.from(data), shape, 'int32');

const FOUND: Readonly<Record<string, () => Found>> = {
  'an int32 scalar beside a vector': () => {
    const [i, j] = [T.ivector('i'), T.iscalar('j')];
    return {
      inputs: [
        [i, integers([-2, -3, 0], [3])],
        [j, integers([-4], [])],
      ],
      outputs: [i.add(j)],
    };
  },
  'a row at an index that only the device knows': () => {
    const [x, y] = [T.matrix('x'), T.vector('y')];
    const given = [
      [x, array([1, 2, 3, 4, 5, 6], [3, 2])],
      [y, array([1, 9, 3], [3])],
    ] as const;
    return { inputs: given, outputs: [x.at(y.argmax()), x.at(y.argmax().neg())] };
  },
  'a slice from an index that only the device knows': () => {
    const [x, y] = [T.vector('x'), T.vector('y')];
    const given = [
      [x, array([1, 2, 3, 4, 5], [5])],
      [y, array([1, 4, 3], [3])],
    ] as const;
    return {
      inputs: given,
      outputs: [x.at(T.slice(y.argmax(), null)), x.at(T.slice(null, y.argmax().neg())).sum()],
    };
  },
  'argmax, max and min of truth values': () => {
    const x = T.matrix('x');
    const large = x.gt(0);
    return {
      inputs: [
        [
          x,
          array(
            Array.from({ length: 80 }, (_, i) => ((i * 7) % 5) - 3),
            [2, 40],
          ),
        ],
      ],
      outputs: [large.argmax({ axis: 1 }), large.max({ axis: 1 }), large.min({ axis: 0 })],
    };
  },
  'reductions and products of nothing': () => {
    const [x, y, z] = [T.matrix('x'), T.matrix('y'), T.matrix('z')];
    return {
      inputs: [
        [x, array([], [3, 0])],
        [y, array([], [0, 2])],
        [z, array([], [2, 0])],
      ],
      outputs: [x.sum(), x.dot(y), x.tanh(), x.sum({ axis: 1 }), x.dot(z.reshape([z.dim(1), 2]))],
    };
  },
  'a value that a product with nothing reads': () => {
    const [x, y] = [T.vector('x'), T.matrix('y')];
    const h = x.exp().tanh();
    return {
      inputs: [
        [x, array([1, 2, 3], [3])],
        [y, array([], [3, 0])],
      ],
      outputs: [h, h.dot(y)],
    };
  },
  'a slice of zeros whose extent only the slice knows': () => {
    const [x, j] = [T.vector('x'), T.iscalar('j')];
    const cut = x.mul(0).at(T.slice(j, null));
    return {
      inputs: [
        [x, array([1, 2, 3], [3])],
        [j, integers([1], [])],
      ],
      outputs: [cut, cut.add(1)],
    };
  },
  'a sum of an empty vector read backwards': () => {
    const x = T.tensor('float32', [0], 'x');
    return { inputs: [[x, array([], [0])]], outputs: [x.at('::-1').sqr().sum()] };
  },
  'a product of one row, and work of the shape of its right operand': () => {
    const [x, y] = [T.tensor('float32', [1, 3], 'x'), T.tensor('float32', [3, 3], 'y')];
    const h = x.dot(y).exp();
    const given = [
      [x, array([1, -2, 0.5], [1, 3])],
      [y, array([0, 1, 2, 3, 4, 5, -6, 7, -8], [3, 3])],
    ] as const;
    return { inputs: given, outputs: [h, y.add(h)] };
  },
  'a new value that is compared with the old one it overwrites': () => {
    const [W, U] = [array([1, -2, 3], [3]), array([2, 2, -2], [3])];
    const [w, u] = [shared(W, 'w'), shared(U, 'u')];
    const next = u.add(u);
    return {
      inputs: [],
      outputs: [next.lt(w)],
      shared: [
        [w, W],
        [u, U],
      ],
      updates: [[w, next]],
    };
  },
};

describe.each(['wasm', 'webgpu'] as const)('programs that once failed, on %s', (device) => {
  test.each(Object.entries(FOUND))('%s', async (_, build) => {
    const { inputs, outputs, shared: variables = [], updates = [] } = build();
    const given = new Map<Expr, ReferenceValue>(
      [...inputs, ...variables].map(([x, value]) => [x.expr, value]),
    );
    const roots = [...outputs, ...updates.map(([, value]) => value)].map((x) => x.expr);
    const expected = expectedOf(roots, given);
    const f = compile(
      inputs.map(([x]) => x),
      outputs,
      { updates, device },
    );
    const got: readonly NDArray[] = await f(...inputs.map(([, value]) => value));
    const next = await Promise.all(updates.map(([x]) => x.get()));
    const wrong = [...got, ...next].map((value, i) => compareWith(expected[i]!, value).wrong);
    expect(wrong).toEqual(roots.map(() => null));
    expect((await f.kernels).every((kernel) => kernel.device === device)).toBe(true);
  });

  test('functions that are freed leave their memory to others, uniforms too', async () => {
    const [x, j] = [T.vector('x'), T.iscalar('j')];
    for (const count of [1, 12, 2]) {
      const parts = Array.from({ length: count }, (_, i) => x.at(T.slice(j, j.add(i))).sum());
      const f = compile(
        [x, j],
        parts.reduce((a, b) => a.add(b)),
        { device },
      );
      const values = Array.from({ length: 20 }, (_, i) => i);
      const want = parts.map((_, i) => values.slice(3, 3 + i).reduce((a, b) => a + b, 0));
      expect((await f(values, 3)).item()).toBe(want.reduce((a, b) => a + b, 0));
      f.free();
    }
  });
});
