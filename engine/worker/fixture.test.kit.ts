/**
 * @file For tests of whole programs against `fixtures/`: scenarios of Theano's test suites with the numbers that numpy gives
 * for them. A scenario runs on every device, in float64 on the reference and in float32 elsewhere, by the tolerance that
 * its fixture names. The graph after all rules is compared as text, in which the order of commutative operands is settled.
 */
/* oxlint-disable vitest/no-standalone-expect, vitest/expect-expect -- the assertions of scenarios are here, and run inside tests */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RANK_MAX } from '../base/limits.ts';
import type { ErrorCode } from '../base/errors.ts';
import {
  DEVICE_NAMES,
  type DeviceName,
  type GraphNode,
  type GraphView,
} from '../frontend/connection.ts';
import { compile, type CompileOptions, type GraphInfo } from '../frontend/function.ts';
import { NDArray } from '../frontend/nd-array.ts';
import { T } from '../frontend/operations.ts';
import type { Tensor } from '../frontend/tensor.ts';
import { OPS_BY_NAME } from '../catalogue/ops.ts';
import { arrayOf } from '../ir/constant-data.ts';
import type { DType, Shape } from '../ir/types.ts';

// The files.

type NestedValues = number | 'NaN' | 'Infinity' | '-Infinity' | readonly NestedValues[];
type FixtureArray = {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: NestedValues;
};
type FixtureTolerance = { readonly rtol?: number; readonly atol: number };
type Fixture = {
  readonly id: string;
  readonly build: string;
  readonly inputs?: Readonly<Record<string, FixtureArray | readonly FixtureArray[]>>;
  readonly expected?: FixtureArray | readonly FixtureArray[];
  readonly tol?: Readonly<Record<string, FixtureTolerance>>;
};

const GROUPS = { A: 'A_algebra', B: 'B_stability', E: 'E_grad', J: 'J_function', M: 'M_models' };
type Group = keyof typeof GROUPS;

const readGroup = (group: Group): readonly Fixture[] => {
  const path = new URL(`fixtures/${GROUPS[group]}.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly cases: readonly Fixture[] }).cases;
};

const numbersOf = (data: NestedValues): number[] =>
  ([data] as readonly unknown[]).flat(RANK_MAX).map(Number);

// What is tested.

/** Scenarios that cannot be built yet, and what they wait for. */
const WAITING: Readonly<Record<string, string>> = {
  A31: 'prod',
  A46: 'stack',
  A51: 'incSubtensor, into which gradients of indexing are to be chained',
  A52: 'setSubtensor',
  A53: 'concatenate, stack',
  A55: 'T.assert',
  B23: 'erfc',
  B24: 'erfc',
  B25: 'erf, erfc',
  B26: 'erf, erfc',
  E13: 'subgraphGrad',
  E14: 'jacobian, hessian',
};

/** Scenarios of which a part is tested, and what the rest waits for. */
const PARTLY: Readonly<Record<string, string>> = {
  A24: 'cosh acosh sinh asinh atanh; rad2deg, deg2rad and conj are not in the language',
  A33: 'prod',
  A50: 'setSubtensor, incSubtensor',
  B14: 'hardSigmoid; there is no option for a coarse sigmoid',
};

const known = new Map<string, Fixture>();
const tested = new Set<string>();

function fixtureOf(id: string): Fixture {
  if (!known.has(id)) for (const f of readGroup(id[0] as Group)) known.set(f.id, f);
  return known.get(id)!;
}

/** A test on each device, named by the fixture's id. */
export function scenario(id: string, body: (scene: Scene) => Promise<void>): void {
  const fixture = fixtureOf(id);
  tested.add(id);
  test.each(DEVICE_NAMES)(
    `${id} holds on %s: ${fixture.build.replaceAll('%', '%%')}`,
    async (device) => body(new Scene(fixture, device)),
  );
}

/** The last test of a file: no scenario of its group is forgotten. */
export function accountForGroup(group: Group): void {
  test(`every scenario of group ${group} is tested or waits for something named`, () => {
    const inGroup = (ids: Iterable<string>) => [...ids].filter((id) => id.startsWith(group));
    const waiting = inGroup(Object.keys(WAITING));
    expect(waiting.filter((id) => tested.has(id))).toEqual([]);
    expect(inGroup(Object.keys(PARTLY)).filter((id) => !tested.has(id))).toEqual([]);
    const all = readGroup(group).map(({ id }) => id);
    expect([...inGroup(tested), ...waiting].toSorted()).toEqual(all.toSorted());
  });
}

// One scenario on one device.

export class Scene {
  readonly fixture: Fixture;
  readonly device: DeviceName;
  readonly float: 'float32' | 'float64';
  readonly #variables = new Map<string, Tensor>();

  constructor(fixture: Fixture, device: DeviceName) {
    this.fixture = fixture;
    this.device = device;
    this.float = device === 'reference' ? 'float64' : 'float32';
  }

  /** A fixture's array in the dtype of this device. */
  host({ dtype, shape, data }: FixtureArray): NDArray {
    const own: DType = dtype.startsWith('float') ? this.float : 'int32';
    return new NDArray(arrayOf(own, numbersOf(data)), shape, own);
  }

  value(name: string): NDArray {
    return this.host(this.fixture.inputs![name] as FixtureArray);
  }

  values(name: string): readonly NDArray[] {
    return (this.fixture.inputs![name] as readonly FixtureArray[]).map((x) => this.host(x));
  }

  /** The variables of these inputs of the fixture; their extents are known only at the call. */
  inputs<const N extends readonly string[]>(...names: N): { readonly [K in keyof N]: Tensor } {
    return names.map((name) => this.input(name)) as { readonly [K in keyof N]: Tensor };
  }

  /** The variable of an input; `shape`: extents that are known when the graph is built. */
  input(name: string, shape: Shape = this.value(name).shape.map(() => null)): Tensor {
    const found = this.#variables.get(name) ?? T.tensor(this.value(name).dtype, shape, name);
    this.#variables.set(name, found);
    return found;
  }

  /** A variable of the device's float dtype. */
  variable(shape: Shape, name: string): Tensor {
    return T.tensor(this.float, shape, name);
  }

  number(value: number): Tensor {
    return T.constant(value, { dtype: this.float });
  }

  /** Values of expressions of the inputs, and their graph after all rules. */
  async run(outputs: readonly Tensor[], options: CompileOptions = {}): Promise<Ran> {
    const entries = [...this.#variables].map(
      ([name, variable]) => [variable, this.value(name)] as const,
    );
    return this.call(outputs, entries, options);
  }

  /** The same for given values of given variables. */
  async call(
    outputs: readonly Tensor[],
    given: readonly (readonly [Tensor, NDArray])[],
    options: CompileOptions = {},
  ): Promise<Ran> {
    const variables = given.map(([variable]) => variable);
    const f = compile(variables, outputs, {
      onUnusedInput: 'ignore',
      ...options,
      device: this.device,
    });
    const values = await f(...given.map(([, value]) => value));
    return { values, graph: await f.graph };
  }

  /** Expressions have the expected values, and graphs with these texts. `null`: any text. */
  async computes(outputs: readonly Tensor[], texts: readonly string[] | null): Promise<Ran> {
    const ran = await this.run(outputs);
    this.expectValues(ran.values);
    if (texts !== null) expect.soft(textsOf(ran.graph.optimized)).toEqual(texts);
    return ran;
  }

  /** Expected arrays: one for each output, of one output, or the scalars of several. */
  get expected(): readonly NDArray[] {
    const { expected } = this.fixture;
    return [expected ?? []].flat().map((x) => this.exact(x));
  }

  /** Expected numbers are kept in float64. */
  exact({ shape, data }: FixtureArray): NDArray {
    return new NDArray(Float64Array.from(numbersOf(data)), shape, 'float64');
  }

  expectValues(values: readonly NDArray[]): void {
    const { expected } = this;
    const isSplit = expected.length === 1 && values.length > 1;
    const wanted = isSplit
      ? Array.from(expected[0]!.data, (v) => new NDArray(Float64Array.of(v), [], 'float64'))
      : expected;
    expect(values.length).toBe(wanted.length);
    values.forEach((value, i) => this.expectClose(value, wanted[i]!));
  }

  get tolerance(): FixtureTolerance {
    return this.fixture.tol![this.device === 'reference' ? 'f64' : 'f32']!;
  }

  /** The same shape, and every element within the tolerance; NaN is NaN. */
  expectClose(value: NDArray, wanted: NDArray, { rtol = 0, atol } = this.tolerance): void {
    expect(value.shape).toEqual(wanted.shape);
    const wrong = Array.from(value.data, (got, i) => ({ i, got, wanted: wanted.data[i]! })).filter(
      ({ got, wanted: w }) =>
        !Object.is(got, w) && !(Math.abs(got - w) <= atol + rtol * Math.abs(w)),
    );
    expect(wrong).toEqual([]);
  }
}

type Ran = { readonly values: readonly NDArray[]; readonly graph: GraphInfo };

/** Bit for bit the same, shape and dtype too. */
export function expectSame(value: NDArray, wanted: NDArray): void {
  expect([value.dtype, value.shape, [...value.data]]).toEqual([
    wanted.dtype,
    wanted.shape,
    [...wanted.data],
  ]);
}

/** A user's error with this code. */
export const hasCode = (code: ErrorCode): unknown => expect.objectContaining({ code });

// Graphs as text.

const LEAVES = new Set(['input', 'shared', 'constant', 'dim']);
/** The inputs after the first are extents. */
const RESHAPING = new Set(['broadcastTo', 'reshape']);
const HIDDEN = new Set(['shape', 'stretched', 'dtype', 'entries', 'name', 'key', 'value', 'text']);

/** The operations of a graph, leaves and views of numbers left out, by name; in topological order. */
export function opsOf({ nodes }: GraphView): string[] {
  return nodes
    .filter(
      ({ op, inputs }) =>
        !LEAVES.has(op) && !(op === 'broadcastTo' && nodes[inputs[0]!]!.op === 'constant'),
    )
    .map(({ op }) => op);
}

/** Each output as nested calls; new values of updates after them. */
export function textsOf(graph: GraphView): string[] {
  const texts: string[] = [];
  for (const n of graph.nodes) texts.push(nodeText(n, graph.nodes, texts));
  return [...graph.outputs, ...graph.updates.map(([, value]) => value)].map((id) => texts[id]!);
}

function nodeText(
  { op, params, name, inputs }: GraphNode,
  nodes: readonly GraphNode[],
  texts: readonly string[],
): string {
  if (op === 'constant') return numberText(paramText(params['text']));
  if (op === 'input' || op === 'shared') return name ?? op;
  const taken = RESHAPING.has(op) ? inputs.slice(0, 1) : inputs;
  if (op === 'broadcastTo' && nodes[taken[0]!]!.op === 'constant') return texts[taken[0]!]!;
  const operands = taken.map((id) => texts[id]!);
  if (OPS_BY_NAME.get(op)?.commutative === true) operands.sort();
  const shown = Object.entries(params).filter(([key]) => !HIDDEN.has(key));
  const settings = [
    ...shown.map(([, value]) => paramText(value)),
    ...entryTexts(params['entries']),
  ];
  return `${op}${settings.length === 0 ? '' : `[${settings.join(', ')}]`}(${operands.join(', ')})`;
}

/** A text as it is, a list without brackets, nothing for `null`. */
const paramText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return value === null ? '' : JSON.stringify(value).replaceAll(/[[\]"]/g, '');
};

/** Numbers of float32 and float64 alike. */
const numberText = (text: string): string =>
  Number.isNaN(Number(text)) ? text : String(Number(Number(text).toPrecision(6)));

type PlainEntry = {
  readonly kind: string;
  readonly start?: Bound;
  readonly stop?: Bound;
  readonly step?: number;
  readonly index?: Bound;
};
type Bound = number | 'input' | null;

const boundText = (bound: Bound | undefined): string =>
  bound === 'input' ? '?' : paramText(bound ?? null);

/** What `at` reads: slices as Python writes them, `?` for a symbolic bound, `indices` for integer tensors. */
function entryTexts(entries: unknown): string[] {
  return ((entries ?? []) as readonly PlainEntry[]).map(({ kind, start, stop, step, index }) => {
    if (kind === 'point') return boundText(index);
    const stride = step === 1 ? '' : `:${step}`;
    return kind === 'slice' ? `${boundText(start)}:${boundText(stop)}${stride}` : kind;
  });
}
