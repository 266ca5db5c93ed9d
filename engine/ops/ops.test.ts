/**
 * Goal: every op is what its definition says: types, extents, derivatives, params. Method: laws on the examples of each op,
 * by the interpreter in float64 on values drawn from the op's domain; derivatives against central differences.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jvp } from '../autodiff/jvp.ts';
import { grad, vjp } from '../autodiff/vjp.ts';
import { TOLERANCE, type Tolerance } from '../base/limits.ts';
import { OPS, OPS_BY_NAME } from '../catalogue/ops.ts';
import { currentScope, node, topoSort, type Expr, type Graph } from '../ir/graph.ts';
import { interpret } from '../ir/interpret.ts';
import { latexOf } from '../ir/latex.ts';
import type { OpDef, ReferenceValue } from '../ir/op-def.ts';
import { readGraph, writeGraph } from '../ir/serialize.ts';
import { isFloat, sizeOf, type DType } from '../ir/types.ts';
import { randomNumbers } from '../worker/oracle.test.kit.ts';
import { add, like, mul, sqr, sub } from './arith.ts';
import { broadcastTo, cast, sum } from './broadcast.ts';
import {
  examplesOf,
  INTERNAL,
  operandValue,
  traceExample,
  type Example,
} from './examples.test.kit.ts';
import { constant, dimOf, dimsOf, input } from './leaves.ts';
import { argmax } from './reduce.ts';

/** Step of central differences: their error is about its square, that of rounding about 1e-16 over it. */
const STEP = 1e-5;
const NUMERIC: Tolerance = { relative: 1e-6, absolute: 1e-8 };

/** Draws of each example. */
const RUNS = 5;

type Given = ReadonlyMap<Expr, ReferenceValue>;

const valueOf = (root: Expr, given: Given): ReferenceValue =>
  interpret([root], given, 'float64')[0]!;
const isClose = (
  a: number,
  b: number,
  { relative, absolute }: Tolerance = TOLERANCE.float64,
): boolean => Math.abs(a - b) <= absolute + relative * (Math.abs(a) + Math.abs(b));

/** The sum of products of two values, element by element. */
function product(a: ReferenceValue, b: ReferenceValue): number {
  expect(a.shape).toEqual(b.shape);
  return Array.from(a.data).reduce((total, v, i) => total + v * b.data[i]!, 0);
}

const floatsLike = ({ shape }: ReferenceValue, random: () => number): ReferenceValue => ({
  data: Float64Array.from({ length: sizeOf(shape) }, random),
  shape,
});

/** An example with values, its floats float64. */
function drawn(example: Example, seed: number, known = true) {
  const random = randomNumbers(seed);
  const { variables, root } = traceExample(example, { floats: 'float64', known });
  const given = new Map(variables.map((x, i) => [x, operandValue(example.operands[i]!, random)]));
  return { variables, root, given, random };
}

/** What differs between the derivatives of `root` and central differences, and between the two modes; `null`: nothing. */
function derivativeDefect(root: Expr, given: Given, random: () => number): string | null {
  const wrt = [...given.keys()].filter((x) => isFloat(x.type.dtype));
  const value = valueOf(root, given);
  const ct = input(root.type, 'ct');
  const tangents = new Map(wrt.map((x) => [x, input(x.type, 't')]));
  const more = new Map<Expr, ReferenceValue>([...given, [ct, floatsLike(value, random)]]);
  for (const [x, t] of tangents) more.set(t, floatsLike(given.get(x)!, random));
  const pulled = vjp([{ root, ct }], wrt);
  let reverse = 0;
  for (const [i, x] of wrt.entries()) {
    if (pulled[i] === null || pulled[i] === undefined) continue;
    if (pulled[i].type.dtype !== x.type.dtype) return `the gradient is a ${pulled[i].type.dtype}`;
    reverse += product(valueOf(pulled[i], more), more.get(tangents.get(x)!)!);
  }
  const [pushed] = jvp([root], tangents);
  const forward =
    pushed === null || pushed === undefined ? 0 : product(valueOf(pushed, more), more.get(ct)!);
  const along = (step: number): number => {
    const moved = new Map(given);
    for (const x of wrt) {
      const [at, t] = [given.get(x)!, more.get(tangents.get(x)!)!];
      moved.set(x, {
        shape: at.shape,
        data: Float64Array.from(at.data, (v, i) => v + step * t.data[i]!),
      });
    }
    return product(valueOf(root, moved), more.get(ct)!);
  };
  const numeric = (along(STEP) - along(-STEP)) / (2 * STEP);
  const size = Math.max(1, Math.abs(product(value, more.get(ct)!)));
  if (!isClose(reverse, forward)) return `vjp ${reverse}, jvp ${forward}`;
  const isRight = isClose(reverse, numeric, { ...NUMERIC, absolute: NUMERIC.absolute * size });
  return isRight ? null : `vjp ${reverse}, numeric ${numeric}`;
}

const seeds = fc.nat({ max: 1_000_000 });

/** The property for each example, at drawn values. */
function onExamples(
  examples: readonly Example[],
  holds: (example: Example, seed: number) => void,
): void {
  for (const example of examples) {
    fc.assert(
      fc.property(seeds, (seed) => {
        holds(example, seed);
      }),
      { numRuns: RUNS, seed: 1 },
    );
  }
}

/** Whether floats make floats, and numbers: an index outside its axis, or a mean of nothing, has no derivative. */
const isDifferentiable = (example: Example): boolean => {
  const { root, given } = drawn(example, 1);
  const isReal = isFloat(root.type.dtype) && example.operands.some((o) => isFloat(o.dtype));
  const inside = !example.label.includes('[outside]');
  return isReal && inside && !valueOf(root, given).data.some((v) => Number.isNaN(v));
};

test('every op has examples', () => {
  const without = OPS.filter((op) => examplesOf(op).length === 0 && !(op.name in INTERNAL));
  expect(without.map((op) => op.name)).toEqual([]);
  expect(Object.keys(INTERNAL).filter((name) => !OPS_BY_NAME.has(name))).toEqual([]);
});

/** <root, y> for a y, and <x, the cotangent of x> for each x: equal where the root is linear in x. */
function pairings(
  root: Expr,
  wrt: readonly Expr[],
  { given, random }: { readonly given: Given; readonly random: () => number },
): { readonly left: number; readonly rights: readonly number[] } {
  const value = valueOf(root, given);
  const y = input(root.type, 'y');
  const more = new Map([...given, [y, floatsLike(value, random)] as const]);
  const rights = vjp([{ root, ct: y }], wrt).map((g, i) =>
    product(given.get(wrt[i]!)!, valueOf(g!, more)),
  );
  return { left: product(value, more.get(y)!), rights };
}

const total = (x: Expr): Expr =>
  sum(
    x,
    x.type.shape.map((_, axis) => axis),
  );
const onesLike = (x: Expr): Expr => broadcastTo(constant(1, 'float64'), dimsOf(x));
const hasFloats = ({ operands }: Example): boolean => operands.some((o) => isFloat(o.dtype));

/** Params with one field that is nonsense, which an op should refuse and takes. */
function acceptedNonsense(op: OpDef, params: Expr['params']): string[] {
  return Object.keys(params).flatMap((key) =>
    [undefined, 'nonsense', -1.5, {}, [[]], ['x']].flatMap((wrong) => {
      // A name may be any text, a number another; the text of a constant is not taken from the message.
      const isNumber =
        typeof wrong === 'number' && (key === 'value' || typeof params[key] === 'number');
      const isFree = key === 'text' || isNumber || (key === 'name' && typeof wrong === 'string');
      const taken = op.readParams({ ...params, [key]: wrong } as Expr['params']);
      return isFree || taken === null ? [] : [`${key}: ${JSON.stringify(wrong)}`];
    }),
  );
}

const named = (ops: readonly OpDef[]) => ops.map((op) => [op.name, op] as const);

/** The ops whose derivative is of one of these kinds, with examples to take it of. gradScale changes its on purpose. */
const withKind = (...kinds: readonly OpDef['derivative']['kind'][]) =>
  named(
    OPS.filter((op) => kinds.includes(op.derivative.kind) && op.name !== 'gradScale').filter((op) =>
      examplesOf(op).some(
        kinds.includes('zero') || kinds.includes('none') ? hasFloats : isDifferentiable,
      ),
    ),
  );

describe.each(named(OPS))('%s', (name, op) => {
  const examples = examplesOf(op);

  test('is documented in a sentence', () => {
    expect(op.doc).toMatch(/^.{10,}\.$/);
    expect(op.name).toMatch(/^[a-z][A-Za-z0-9]*$/);
  });

  test('is written as text and in mathematics', () => {
    for (const example of examples) {
      const { root } = traceExample(example, { floats: 'float32', known: true });
      const operands = root.inputs.map((_, i) => `a${i}`);
      const args = { inputs: root.inputs, output: root, params: root.params };
      expect(op.latex(operands, args)).not.toMatch(/undefined|\[object|NaN(?!\})/);
      expect(op.text?.(operands, args) ?? 'left out').not.toMatch(/undefined|\[object/);
      expect(latexOf(root, currentScope()).formula).not.toBe('');
    }
  });

  test('its examples hold it', () => {
    for (const example of examples) {
      const { root } = traceExample(example, { floats: 'float32', known: true });
      expect(
        topoSort([root]).map((x) => x.op.name),
        example.label,
      ).toContain(name);
    }
  });

  test('the result has the shape that was inferred', () => {
    for (const example of examples) {
      const { root, given } = drawn(example, 1);
      const { data, shape } = valueOf(root, given);
      expect(
        shape.every((n, i) => root.type.shape[i] === null || root.type.shape[i] === n),
        example.label,
      ).toBe(true);
      expect(data.length).toBe(sizeOf(shape));
    }
  });

  test('extents that are known at the call only are those of the result', () => {
    for (const example of examples) {
      const { root, given } = drawn(example, 1, false);
      const { shape } = valueOf(root, given);
      const whole = drawn(example, 1);
      expect(shape).toEqual(valueOf(whole.root, whole.given).shape);
      const extents = interpret(dimsOf(root), given, 'float64').map((v) => v.data[0]);
      expect(extents, example.label).toEqual(shape);
    }
  });

  test('its params survive a message, and others are refused', () => {
    for (const example of examples) {
      const { root, variables } = traceExample(example, { floats: 'float32', known: true });
      const own = topoSort([root]).find((x) => x.op.name === name)!;
      const graph: Graph<'traced'> = {
        stage: 'traced',
        inputs: variables.filter((x) => x.op.name === 'input'),
        outputs: [root],
        updates: [],
      };
      const message = structuredClone(writeGraph(graph, currentScope()));
      const read = readGraph(message, OPS_BY_NAME, currentScope()).graph.outputs[0]!;
      expect(read.type).toEqual(root.type);
      const isNominal = topoSort([root]).some((x) => x.inner.length > 0);
      expect(isNominal || read === root, example.label).toBe(true);
      expect(acceptedNonsense(op, own.params), example.label).toEqual([]);
    }
  });
});

describe.each(withKind('elementwise', 'linear', 'bilinear', 'custom', 'projection'))(
  '%s',
  (_, op) => {
    test('vjp is what central differences give, and jvp is its transpose', () => {
      onExamples(examplesOf(op).filter(isDifferentiable), (example, seed) => {
        const { root, given, random } = drawn(example, seed);
        expect(derivativeDefect(root, given, random), example.label).toBeNull();
      });
    });
  },
);

describe.each(withKind('linear'))('%s', (_, op) => {
  test('its transpose is its transpose: <A x, y> is <x, Aᵀ y>', () => {
    onExamples(examplesOf(op).filter(isDifferentiable), (example, seed) => {
      const { root, variables, given, random } = drawn(example, seed);
      const { left, rights } = pairings(root, variables.slice(0, 1), { given, random });
      expect(isClose(left, rights[0]!), `${example.label}: ${left}, ${rights[0]}`).toBe(true);
    });
  });
});

describe.each(withKind('bilinear'))('%s', (_, op) => {
  test('is linear in each operand: <A(x, y), z> is <x, Aᵀ(z, y)> and <y, Aᵀ(x, z)>', () => {
    onExamples(examplesOf(op).filter(isDifferentiable), (example, seed) => {
      const { root, variables, given, random } = drawn(example, seed);
      const { left, rights } = pairings(root, variables, { given, random });
      expect(
        rights.every((right) => isClose(left, right)),
        example.label,
      ).toBe(true);
    });
  });
});

describe.each(withKind('zero'))('%s', (_, op) => {
  test('its gradient is zeros of the shape of the variable', () => {
    for (const example of examplesOf(op).filter(hasFloats)) {
      const { root, variables, given } = drawn(example, 1);
      const wrt = variables.filter((x) => isFloat(x.type.dtype));
      for (const [i, g] of vjp([{ root, ct: onesLike(root) }], wrt).entries()) {
        const { data, shape } = valueOf(g!, given);
        expect(shape).toEqual(given.get(wrt[i]!)!.shape);
        expect(data.every((v) => v === 0) || root === wrt[i]).toBe(true);
      }
    }
  });
});

describe.each(withKind('none'))('%s', (_, op) => {
  test('says why it has no derivative, in every mode', () => {
    for (const example of examplesOf(op).filter(hasFloats)) {
      const { root, variables } = drawn(example, 1);
      const refused = expect.objectContaining({ code: 'no_derivative' });
      const tangents = new Map([[variables[0]!, variables[0]!]]);
      expect(() => grad(total(cast(root, 'float64')), variables)).toThrow(refused);
      expect(() => vjp([{ root, ct: onesLike(root) }], variables)).toThrow(refused);
      expect(() => jvp([root], tangents)).toThrow(refused);
    }
  });
});

describe('second derivatives', () => {
  const SECOND =
    'exp log tanh sigmoid softplus mul div pow sqrt reciprocal sqr softmax logSoftmax dot mean at scatter where userOp';

  test.each(SECOND.split(' '))('of %s are what central differences of the first give', (name) => {
    const examples = examplesOf(OPS_BY_NAME.get(name)!).filter(
      (e) => isDifferentiable(e) && e.operands.every((o) => sizeOf(o.shape) < 20),
    );
    onExamples(examples, (example, seed) => {
      const { root, given, random } = drawn(example, seed);
      const wrt = [...given.keys()].filter((x) => isFloat(x.type.dtype));
      const [first] = grad(total(sqr(root)), wrt.slice(0, 1));
      expect(derivativeDefect(first!, given, random), example.label).toBeNull();
    });
  });
});

const at = (value: number): ReferenceValue => ({ data: Float64Array.of(value), shape: [] });

describe('derivatives at points that the domains leave out', () => {
  const x = input({ dtype: 'float64', shape: [] }, 'x');
  const y = input({ dtype: 'float64', shape: [] }, 'y');

  test.each([
    ['abs', 0, 0],
    ['relu', 0, 0],
    ['relu', -2, 0],
    ['sign', 0, 0],
    ['abs', -2, -1],
  ])('of %s at %f is %f', (name, point, slope) => {
    const [g] = grad(node(OPS_BY_NAME.get(name)!, [x]), [x]);
    expect(valueOf(g!, new Map([[x, at(point)]])).data[0]).toBeCloseTo(slope, 12);
  });

  test.each(['maximum', 'minimum'])('of %s goes to the first of two equals', (name) => {
    const gradients = grad(node(OPS_BY_NAME.get(name)!, [x, y]), [x, y]);
    const given = new Map([
      [x, at(2)],
      [y, at(2)],
    ]);
    expect(gradients.map((g) => valueOf(g!, given).data[0])).toEqual([1, 0]);
  });

  test('of max goes whole to each of several equals', () => {
    const v = input({ dtype: 'float64', shape: [4] }, 'v');
    const [g] = grad(node(OPS_BY_NAME.get('max')!, [v], { axes: [0] }), [v]);
    const given = new Map([[v, { data: Float64Array.of(1, 3, 3, 2), shape: [4] }]]);
    expect([...valueOf(g!, given).data]).toEqual([0, 1, 1, 0]);
  });

  test('of where lets nothing through from the side that is not chosen', () => {
    const safe = node(OPS_BY_NAME.get('where')!, [
      node(OPS_BY_NAME.get('gt')!, [x, like(0, x)]),
      node(OPS_BY_NAME.get('log')!, [x]),
      mul(x, like(2, x)),
    ]);
    const [g] = grad(safe, [x]);
    expect(valueOf(g!, new Map([[x, at(-1)]])).data[0]).toBe(2);
  });

  test('argmax is an index that gradients may pass by', () => {
    const v = input({ dtype: 'float64', shape: [4] }, 'v');
    const cost = add(
      sum(sqr(v), [0]),
      cast(node(OPS_BY_NAME.get('disconnectedGrad')!, [argmax(v, [0])]), 'float64'),
    );
    const [g] = grad(sub(cost, like(1, cost)), [v]);
    expect(g!.type.shape).toEqual([4]);
  });
});

test('an extent is found below more operations than the call stack is deep', () => {
  const [x, y] = [0, 1].map((i) => input({ dtype: 'float32', shape: [null] }, `x${i}`));
  let deep = x!;
  for (let i = 0; i < 20_000; i++) deep = add(deep, y!);
  expect(dimOf(deep, 0)).toBe(dimOf(x!, 0));
});

test('an index that is computed is no way for a tangent, as for a cotangent', () => {
  const x = input({ dtype: 'float64', shape: [4] }, 'x');
  const root = node(OPS_BY_NAME.get('at')!, [x, argmax(x, [0])], {
    entries: [{ kind: 'point', index: 'input' }],
  });
  const given = new Map([[x, { data: Float64Array.of(1, 3, 0, 2), shape: [4] }]]);
  const [t] = jvp([root], new Map([[x, mul(x, x)]]));
  const [g] = grad(root, [x]);
  expect(valueOf(t!, given).data[0]).toBe(9);
  expect([...valueOf(g!, given).data]).toEqual([0, 1, 0, 0]);
});

/** Dtypes of gradients: that of the variable where it is a float. */
test.each<[DType]>([['float32'], ['float64']])(
  'a gradient has the dtype %s of its variable',
  (dtype) => {
    const x = input({ dtype, shape: [3] }, 'x');
    const [g] = grad(sum(sqr(cast(x, 'float64')), [0]), [x]);
    expect(g!.type.dtype).toBe(dtype);
  },
);

test.each(['argmax'])('%s has no derivative', (name) => {
  expect(OPS_BY_NAME.get(name)!.derivative.kind).toBe('none');
});

test('gradScale scales what flows back and what flows forward', () => {
  const x = input({ dtype: 'float64', shape: [3] }, 'x');
  const scaled = node(OPS_BY_NAME.get('gradScale')!, [x], { factor: -2 });
  const given = new Map([[x, { data: Float64Array.of(1, 2, 3), shape: [3] }]]);
  const [back] = vjp([{ root: scaled, ct: x }], [x]);
  const [forward] = jvp([scaled], new Map([[x, x]]));
  expect([back, forward].map((g) => [...valueOf(g!, given).data])).toEqual([
    [-2, -4, -6],
    [-2, -4, -6],
  ]);
});
