/**
 * Goal: a graph survives the way to the compiler, and no message, however made, does more there than be refused. Method:
 * round trips of drawn graphs; a table of hostile messages; and valid messages with parts replaced at random.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArignoteError, MESSAGES } from '../base/errors.ts';
import { ENTRIES_MAX, EXPANDED_NODES_MAX, NODES_MAX, POSITIONS_MAX } from '../base/limits.ts';
import { OPS, OPS_BY_NAME } from '../catalogue/ops.ts';
import { optimizeGraph } from '../compile/pipeline.ts';
import { applyUserOp, userBody } from '../control/user-op.ts';
import { add, mul } from '../ops/arith.ts';
import { broadcastTo, cast, sum, transpose } from '../ops/broadcast.ts';
import { lt, where } from '../ops/compare.ts';
import { at } from '../ops/indexing.ts';
import { FULL } from '../ops/index-entries.ts';
import { constantArray, dimOf, input, sharedVariable } from '../ops/leaves.ts';
import { dot } from '../ops/linalg.ts';
import { softmax } from '../ops/nnet.ts';
import { argmax, max } from '../ops/reduce.ts';
import { arange, reshape } from '../ops/shape.ts';
import { exp, tanh } from '../ops/transcendental.ts';
import { addPositions, GraphScope, withGraph, type Expr, type Graph } from './graph.ts';
import { readGraph, writeGraph, type GraphMessage, type NodeMessage } from './serialize.ts';
import { showType } from './types.ts';

/** The error of the user's that `run` throws, or `null`. Any other is thrown on. */
function refusing(run: () => unknown): ArignoteError | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof ArignoteError) return error;
    throw error;
  }
}

/** What reading a message comes to: the graph written again, or the error. */
function outcome(message: unknown): {
  readonly again: GraphMessage | null;
  readonly code: string | null;
  readonly text: string;
} {
  const scope = new GraphScope();
  let again: GraphMessage | null = null;
  const error = refusing(() => {
    again = withGraph(scope, () => writeGraph(readGraph(message, OPS_BY_NAME, scope).graph, scope));
  });
  return { again, code: error?.code ?? null, text: error?.message ?? '' };
}

const MODE = { base: 'fast', include: [], exclude: [] } as const;

/** Whether a message is refused, or gives a graph that is the same when it is sent on. */
function settles(message: unknown): boolean {
  const { again } = outcome(message);
  return again === null || isDeepStrictEqual(outcome(again).again, again);
}

const codeOf = (message: unknown): string | null => outcome(message).code;

/** Every builder takes the nodes made so far, all float32 matrices [n, 3], and gives another. */
const BUILDERS: readonly ((xs: readonly [Expr, Expr]) => Expr)[] = [
  ([x, y]) => add(x, y),
  ([x, y]) => mul(x, y),
  ([x]) => tanh(x),
  ([x]) =>
    add(x, broadcastTo(constantArray([1, NaN, -0], 'float32', [3]), [dimOf(x, 0), dimOf(x, 1)])),
  ([x]) => mul(x, constantArray([Infinity], 'float32', [])),
  ([x, y]) => where(lt(x, y), x, exp(y)),
  ([x]) => softmax(x, 1),
  ([x]) =>
    dot(
      x,
      constantArray(
        Array.from({ length: 9 }, (_, i) => i / 4),
        'float32',
        [3, 3],
      ),
    ),
  ([x]) => transpose(transpose(x)),
  ([x]) => broadcastTo(sum(x, [0]), [dimOf(x, 0), dimOf(x, 1)]),
  ([x]) =>
    at(
      x,
      [{ kind: 'indices' }, FULL],
      [cast(arange(constantArray([0], 'int32', []), dimOf(x, 0), 1), 'int32')],
    ),
  ([x]) => reshape(reshape(x, [mul(dimOf(x, 0), dimOf(x, 1))]), [dimOf(x, 0), dimOf(x, 1)]),
  ([x]) => broadcastTo(cast(argmax(x, [0]), 'float32'), [dimOf(x, 0), dimOf(x, 1)]),
  ([x, y]) => {
    const own = [input(x.type, 'a'), input(y.type, 'b')];
    const body = userBody(own, [max(own[0]!, [0, 1]), add(own[0]!, own[1]!)], {});
    const [scalar, matrix] = applyUserOp({ name: 'both', inline: false }, body, [x, y]);
    return mul(matrix!, scalar!);
  },
];

/** A graph of an input and a shared variable, grown by these choices. */
function makeGraph(
  choices: readonly (readonly [builder: number, x: number, y: number])[],
  name: string,
  scope: GraphScope,
): Graph<'traced'> {
  return withGraph(scope, () => {
    const x = input({ dtype: 'float32', shape: [null, 3] }, 'x');
    const w = sharedVariable({ dtype: 'float32', shape: [null, 3] }, 'w');
    const nodes: Expr[] = [x, w];
    choices.forEach(([builder, i, j], line) => {
      const made = BUILDERS[builder]!([nodes[i % nodes.length]!, nodes[j % nodes.length]!]);
      addPositions(scope, made, [{ source: 'cell 1', line, column: j }]);
      nodes.push(made);
    });
    const last = nodes.at(-1)!;
    if (last.inputs.length > 0) scope.names.set(last, name);
    return {
      stage: 'traced',
      inputs: [x],
      outputs: [last, nodes.at(-2)!],
      updates: [{ variable: w, value: last }],
    };
  });
}

const CHOICES = fc.array(fc.tuple(fc.nat(BUILDERS.length - 1), fc.nat(20), fc.nat(20)), {
  maxLength: 12,
});

function makeMessage(
  choices: readonly (readonly [number, number, number])[],
  name = 'result',
): GraphMessage {
  const scope = new GraphScope();
  return writeGraph(makeGraph(choices, name, scope), scope);
}

/** The same value many times. */
const times = <V>(count: number, value: V): V[] => Array.from({ length: count }, () => value);

/** One of everything that a builder makes. */
const WHOLE = makeMessage(BUILDERS.map((_, i) => [i, i, i + 1]));

describe('a graph that is written and read', () => {
  test('is the same graph, with its types, names and positions', () => {
    fc.assert(
      fc.property(CHOICES, fc.string(), (choices, name) => {
        const scope = new GraphScope();
        const graph = makeGraph(choices, name, scope);
        const message = writeGraph(graph, scope);
        const { again } = outcome(structuredClone(message));
        expect(again).toEqual(message);
        const read = withGraph(
          new GraphScope(),
          () => readGraph(message, OPS_BY_NAME, new GraphScope()).graph,
        );
        expect([...read.outputs, ...read.inputs].map((x) => showType(x.type))).toEqual(
          [...graph.outputs, ...graph.inputs].map((x) => showType(x.type)),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('keeps the constants that JSON does not know', () => {
    const scope = new GraphScope();
    const message = withGraph(scope, () => {
      const outputs = [NaN, -Infinity, -0].map((v) => constantArray([v], 'float32', []));
      return writeGraph({ stage: 'traced', inputs: [], outputs, updates: [] }, scope);
    });
    const { again } = outcome(structuredClone(message));
    expect(again!.nodes.map((n) => Array.from(n.params['value'] as Float32Array))).toEqual([
      [NaN],
      [-Infinity],
      [-0],
    ]);
  });

  test('sends a limited number of places for one node', () => {
    const scope = new GraphScope();
    const message = withGraph(scope, () => {
      const one = constantArray([1], 'float32', []);
      addPositions(
        scope,
        one,
        Array.from({ length: 100 }, (_, line) => ({ source: 'cell 1', line, column: 0 })),
      );
      return writeGraph({ stage: 'traced', inputs: [], outputs: [one], updates: [] }, scope);
    });
    expect(message.nodes[0]!.positions).toHaveLength(POSITIONS_MAX);
    expect(codeOf(message)).toBeNull();
  });
});

const NODE: NodeMessage = {
  op: 'neg',
  inputs: [0],
  params: {},
  name: null,
  positions: [],
  inner: [],
};
const INPUT: NodeMessage = {
  ...NODE,
  op: 'input',
  inputs: [],
  params: { name: 'x', dtype: 'float32', shape: [null, 3], key: 0 },
};
const SHARED: NodeMessage = { ...INPUT, op: 'shared', params: { ...INPUT.params, key: 1 } };
const EMPTY: GraphMessage = { nodes: [INPUT], inputs: [0], outputs: [0], updates: [] };

/** The input x, and these nodes after it. */
const withNodes = (...nodes: readonly unknown[]): unknown => ({
  ...EMPTY,
  nodes: [INPUT, ...nodes],
  outputs: [nodes.length],
});
const constantNode = (params: object): unknown => ({
  ...NODE,
  op: 'constant',
  inputs: [],
  params: { dtype: 'float32', shape: [], value: 1, text: '1', ...params },
});
const userNode = (inputs: readonly number[], body: unknown): unknown => ({
  ...NODE,
  op: 'userOp',
  inputs,
  params: { name: 'f', inline: false },
  inner: [body],
});

/** A body that uses the one before it twice: its expansion doubles with each. */
const doubling = (levels: number): unknown => {
  const nodes: NodeMessage[] = [INPUT];
  for (let k = 0; k < levels; k++) {
    const at = nodes.length;
    const own = { ...INPUT, params: { ...INPUT.params, key: 100 + k } };
    const use = (x: number) =>
      k === 0
        ? { ...NODE, inputs: [x] }
        : (userNode([x], { inputs: [at - 4], outputs: [at - 2] }) as NodeMessage);
    nodes.push(own, use(at), use(at + 1), { ...NODE, inputs: [0] });
  }
  const at = nodes.length;
  nodes.push(userNode([0], { inputs: [at - 4], outputs: [at - 2] }) as NodeMessage);
  return { ...EMPTY, nodes, outputs: [at] };
};

const LONG_LIST = Array.from({ length: NODES_MAX }, () => 0);
const thrower = (what: unknown) => ({
  get op(): string {
    throw what;
  },
});
const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

/** Messages that must be refused, with the code. */
const HOSTILE: readonly (readonly [what: string, message: () => unknown, code: string])[] = [
  ['nothing', () => undefined, 'message_malformed'],
  ['null', () => null, 'message_malformed'],
  ['text', () => 'graph', 'message_malformed'],
  ['an array', () => [], 'message_malformed'],
  ['an empty object', () => ({}), 'message_malformed'],
  [
    'an array-like object for the nodes',
    () => ({ ...EMPTY, nodes: { length: 1, 0: INPUT } }),
    'message_malformed',
  ],
  ['a hole among the nodes', () => ({ ...EMPTY, nodes: [INPUT, , INPUT] }), 'message_malformed'], // oxlint-disable-line no-sparse-arrays -- the hole is the test
  ['a node that uses itself', () => withNodes({ ...NODE, inputs: [1] }), 'message_malformed'],
  [
    'a cycle of two nodes',
    () => withNodes({ ...NODE, inputs: [2] }, { ...NODE, inputs: [1] }),
    'message_malformed',
  ],
  ['a negative reference', () => withNodes({ ...NODE, inputs: [-1] }), 'message_malformed'],
  ['a reference that is NaN', () => withNodes({ ...NODE, inputs: [NaN] }), 'message_malformed'],
  ['a fractional reference', () => withNodes({ ...NODE, inputs: [0.5] }), 'message_malformed'],
  ['a reference that is text', () => withNodes({ ...NODE, inputs: ['0'] }), 'message_malformed'],
  [
    'a reference to a method of arrays',
    () => withNodes({ ...NODE, inputs: ['map'] }),
    'message_malformed',
  ],
  ['a fractional output', () => ({ ...EMPTY, outputs: [0.5] }), 'message_malformed'],
  ['outputs that are no array', () => ({ ...EMPTY, outputs: 0 }), 'message_malformed'],
  ['an operation that is unknown', () => withNodes({ ...NODE, op: 'format' }), 'message_malformed'],
  [
    'an operation named like a method',
    () => withNodes({ ...NODE, op: 'constructor' }),
    'message_malformed',
  ],
  [
    'an operation that is no text',
    () => withNodes({ ...NODE, op: Object.create(null) }),
    'message_malformed',
  ],
  [
    'an operation that only the compiler makes',
    () =>
      withNodes({ ...NODE, op: 'hostScalar', inputs: [], params: { index: 7, dtype: 'int32' } }),
    'message_malformed',
  ],
  ['too few inputs', () => withNodes({ ...NODE, inputs: [] }), 'message_malformed'],
  ['too many inputs', () => withNodes({ ...NODE, inputs: [0, 0] }), 'message_malformed'],
  [
    'inputs of different shapes',
    () =>
      withNodes(constantNode({ shape: [2], value: new Float32Array(2) }), {
        ...NODE,
        op: 'add',
        inputs: [0, 1],
      }),
    'shapes_differ',
  ],
  ['params that are missing', () => withNodes({ ...NODE, params: undefined }), 'message_malformed'],
  [
    'a dtype that is unknown',
    () => withNodes({ ...NODE, op: 'cast', params: { dtype: 'complex64' } }),
    'message_malformed',
  ],
  [
    'an axis that is no number',
    () => withNodes({ ...NODE, op: 'sum', params: { axes: ['0'] } }),
    'message_malformed',
  ],
  [
    'an axis out of range',
    () => withNodes({ ...NODE, op: 'sum', params: { axes: [2] } }),
    'axis_out_of_range',
  ],
  [
    'a negative extent of a variable',
    () => withNodes({ ...INPUT, params: { ...INPUT.params, shape: [-1] } }),
    'message_malformed',
  ],
  [
    'a fractional extent',
    () => withNodes({ ...INPUT, params: { ...INPUT.params, shape: [1.5] } }),
    'message_malformed',
  ],
  [
    'nine axes',
    () => withNodes({ ...INPUT, params: { ...INPUT.params, shape: times(9, 1) } }),
    'message_malformed',
  ],
  [
    'negative extents of a constant, with the right product',
    () => withNodes(constantNode({ shape: [-1, -2], value: new Float32Array(2) })),
    'message_malformed',
  ],
  [
    'a constant with too few elements',
    () => withNodes(constantNode({ shape: [3], value: new Float32Array(2) })),
    'message_malformed',
  ],
  [
    'a constant in an array of another kind',
    () => withNodes(constantNode({ shape: [2], value: new Int32Array(2) })),
    'message_malformed',
  ],
  [
    'a constant of big integers',
    () => withNodes(constantNode({ shape: [2], value: new BigInt64Array(2) })),
    'message_malformed',
  ],
  [
    'a constant in a DataView',
    () => withNodes(constantNode({ value: new DataView(new ArrayBuffer(4)) })),
    'message_malformed',
  ],
  [
    'a constant that is a number with axes',
    () => withNodes(constantNode({ shape: [1] })),
    'message_malformed',
  ],
  [
    'a constant of 64 MiB',
    () => withNodes(constantNode({ shape: [1 << 24], value: new Float32Array(1 << 24) })),
    'constant_too_large',
  ],
  [
    'one constant of 1 MiB in a hundred nodes',
    () => {
      const node = constantNode({ shape: [1 << 18], value: new Float32Array(1 << 18) });
      return withNodes(...Array.from({ length: 100 }, () => node));
    },
    'constant_too_large',
  ],
  [
    'params a thousand levels deep',
    () => withNodes({ ...NODE, params: { axes: deep(1000) } }),
    'message_malformed',
  ],
  [
    'params that hold themselves',
    () => {
      const params: Record<string, unknown> = {};
      params['axes'] = params;
      return withNodes({ ...NODE, params });
    },
    'message_malformed',
  ],
  [
    'params with a function',
    () => withNodes({ ...NODE, params: { axes: () => 0 } }),
    'message_malformed',
  ],
  ['a name that is no text', () => withNodes({ ...NODE, name: 7 }), 'message_malformed'],
  [
    'positions that are no array',
    () => withNodes({ ...NODE, positions: null }),
    'message_malformed',
  ],
  [
    'a position without a line',
    () => withNodes({ ...NODE, positions: [{ source: 'a', column: 1 }] }),
    'message_malformed',
  ],
  [
    'a position whose line is NaN',
    () => withNodes({ ...NODE, positions: [{ source: 'a', line: NaN, column: 1 }] }),
    'message_malformed',
  ],
  [
    'more positions than a node may have',
    () =>
      withNodes({
        ...NODE,
        positions: times(POSITIONS_MAX + 1, { source: 'a', line: 1, column: 1 }),
      }),
    'graph_too_large',
  ],
  [
    'an inner graph where there is none',
    () => withNodes({ ...NODE, inner: [{ inputs: [], outputs: [0] }] }),
    'message_malformed',
  ],
  [
    'a user operation without its graph',
    () => withNodes({ ...(userNode([0], {}) as NodeMessage), inner: [] }),
    'message_malformed',
  ],
  [
    'a user operation whose graph has other inputs',
    () => withNodes(userNode([0, 0], { inputs: [0], outputs: [0] })),
    'message_malformed',
  ],
  [
    'a user operation without outputs',
    () => withNodes(userNode([0], { inputs: [0], outputs: [] })),
    'message_malformed',
  ],
  [
    'a user operation over an expression',
    () => withNodes(NODE, userNode([0], { inputs: [1], outputs: [1] })),
    'message_malformed',
  ],
  [
    'a result of an operation with one',
    () => withNodes({ ...NODE, op: 'output', params: { index: 0 } }),
    'message_malformed',
  ],
  [
    'a third result of two',
    () =>
      withNodes(userNode([0], { inputs: [0], outputs: [0, 0] }), {
        ...NODE,
        op: 'output',
        inputs: [1],
        params: { index: 2 },
      }),
    'message_malformed',
  ],
  [
    'two results used as one',
    () => withNodes(userNode([0], { inputs: [0], outputs: [0, 0] }), { ...NODE, inputs: [1] }),
    'message_malformed',
  ],
  [
    'an input that is no variable',
    () => ({ ...EMPTY, nodes: [INPUT, NODE], inputs: [1] }),
    'message_malformed',
  ],
  ['an input given twice', () => ({ ...EMPTY, inputs: [0, 0] }), 'message_malformed'],
  [
    'a variable updated twice',
    () => ({
      ...EMPTY,
      nodes: [INPUT, SHARED],
      updates: [
        [1, 0],
        [1, 1],
      ],
    }),
    'message_malformed',
  ],
  [
    'an update of an expression',
    () => ({ ...EMPTY, nodes: [INPUT, NODE], updates: [[1, 0]] }),
    'message_malformed',
  ],
  [
    'an update of another dtype',
    () => ({
      ...EMPTY,
      nodes: [INPUT, SHARED, constantNode({ dtype: 'int32' })],
      updates: [[1, 2]],
    }),
    'message_malformed',
  ],
  [
    'an update without a value',
    () => ({ ...EMPTY, nodes: [INPUT, SHARED], updates: [[1]] }),
    'message_malformed',
  ],
  [
    'an update of three',
    () => ({ ...EMPTY, nodes: [INPUT, SHARED], updates: [[1, 0, 0]] }),
    'message_malformed',
  ],
  [
    'one node too many',
    () => ({ ...EMPTY, nodes: times(NODES_MAX + 1, INPUT) }),
    'graph_too_large',
  ],
  ['a million nodes', () => ({ ...EMPTY, nodes: times(1_000_000, INPUT) }), 'graph_too_large'],
  [
    'a list of inputs longer than all nodes',
    () => withNodes({ ...NODE, inputs: times(NODES_MAX + 1, 0) }),
    'graph_too_large',
  ],
  [
    'a long list that all nodes share',
    () => withNodes(...times(1000, userNode([], { inputs: [], outputs: LONG_LIST }))),
    'graph_too_large',
  ],
  [
    'long params that all nodes share',
    () => withNodes(...times(1000, { ...NODE, op: 'sum', params: { axes: LONG_LIST } })),
    'message_malformed',
  ],
  ['operations that double thirty times', () => doubling(30), 'graph_too_large'],
  ['a getter that throws an error', () => withNodes(thrower(new Error('no'))), 'message_malformed'],
  ['a getter that throws nothing', () => withNodes(thrower(undefined)), 'message_malformed'],
  [
    'a proxy that refuses everything',
    () =>
      new Proxy(
        {},
        {
          get: () => {
            throw new TypeError('no');
          },
        },
      ),
    'message_malformed',
  ],
  [
    'a revoked proxy',
    () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    },
    'message_malformed',
  ],
  [
    'a bound that is a float',
    () =>
      withNodes(constantNode({}), {
        ...NODE,
        op: 'at',
        inputs: [0, 1],
        params: { entries: [{ kind: 'point', index: 'input' }, { ...FULL }] },
      }),
    'message_malformed',
  ],
  [
    'an index that is not there',
    () => withNodes({ ...NODE, op: 'at', params: { entries: [{ kind: 'indices' }, { ...FULL }] } }),
    'message_malformed',
  ],
  [
    'an extent that is not there',
    () => withNodes({ ...NODE, op: 'reshape', params: { shape: [null] } }),
    'message_malformed',
  ],
  [
    'a step of 0',
    () =>
      withNodes({ ...NODE, op: 'at', params: { entries: [{ ...FULL, step: 0 }, { ...FULL }] } }),
    'message_malformed',
  ],
  [
    'a huge shape of the wrong size',
    () =>
      withNodes(constantNode({}), {
        ...NODE,
        op: 'reshape',
        inputs: [1],
        params: { shape: times(8, 2 ** 31 - 1) },
      }),
    'reshape_impossible',
  ],
];

describe('a message that is refused', () => {
  test.each(HOSTILE)('%s', (_, message, code) => {
    expect(codeOf(message())).toBe(code);
  });

  test('says where it is wrong and what was expected', () => {
    const { text } = outcome(withNodes(NODE, { ...NODE, op: 'format' }));
    expect(text).toBe(
      'A message to the engine was refused: node 2: expected an operation of the language.',
    );
  });

  test('pollutes no prototype', () => {
    const params = JSON.parse(
      '{ "__proto__": { "polluted": 1 }, "constructor": { "prototype": { "polluted": 1 } } }',
    ) as unknown;
    outcome(withNodes({ ...NODE, params }));
    outcome(
      JSON.parse(
        '{ "__proto__": { "nodes": [] }, "nodes": [], "inputs": [], "outputs": [], "updates": [] }',
      ),
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(([] as unknown as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('is counted, not built: limits hold for the message as a whole', () => {
    expect(outcome({ ...EMPTY, nodes: times(1_000_000, INPUT) }).text).toBe(
      `The graph has 1000000 entries in nodes; at most ${NODES_MAX} are allowed. Use fewer operations, or a loop by scan.`,
    );
    expect(outcome(doubling(30)).text).toMatch(`at most ${EXPANDED_NODES_MAX} are allowed`);
    const shared = times(1000, userNode([], { inputs: [], outputs: LONG_LIST }));
    expect(outcome(withNodes(...shared)).text).toMatch(
      /The graph has \d+ (nodes inside operations|inputs, positions and params)/,
    );
    expect(ENTRIES_MAX).toBeGreaterThan(NODES_MAX);
  });
});

// Valid messages, damaged.

/** Values that readers stumble over. */
const ODD_VALUES = [
  undefined,
  null,
  NaN,
  -1,
  0,
  0.5,
  1,
  3,
  2 ** 31,
  2 ** 53,
  -Infinity,
  '',
  '0',
  'x',
  'neg',
  'userOp',
  'output',
  '__proto__',
  true,
  [],
  [0],
  [null],
  [[]],
  {},
  { length: 3 },
  new Float32Array(3),
  new BigInt64Array(1),
  () => 0,
  Symbol.iterator,
  10n,
  new Map(),
  new Date(0),
  Object.create(null),
] as const;

type Path = readonly (string | number)[];

/** Every place inside a message. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, v]) =>
      pathsOf(v, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

/** The message with another value at a place. */
function replaced(value: unknown, path: Path, by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((v, i) => (i === key ? replaced(v, rest, by) : v));
  return {
    ...(value as object),
    [key]: replaced((value as Record<string, unknown>)[key], rest, by),
  };
}

const PATHS = pathsOf(WHOLE);

describe('a message that is damaged', () => {
  test('in one place is read or refused, for every place and every odd value', () => {
    for (const path of PATHS) {
      for (const odd of [undefined, NaN, -1, 1, 'x', [], {}])
        expect(settles(replaced(WHOLE, path, odd))).toBe(true);
    }
  });

  test('in several places is read or refused', () => {
    const damage = fc.tuple(
      fc.nat(PATHS.length - 1),
      fc.oneof(
        fc.constantFrom<unknown>(...ODD_VALUES),
        fc.integer({ min: 0, max: WHOLE.nodes.length }),
        fc.anything(),
      ),
    );
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
        const message = damages.reduce<unknown>((m, [k, by]) => {
          const path = PATHS[k]!;
          return canReach(m, path) ? replaced(m, path, by) : m;
        }, WHOLE);
        expect(settles(message)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('and read is optimized, or refused then', () => {
    fc.assert(
      fc.property(
        fc.nat(PATHS.length - 1),
        fc.constantFrom<unknown>(0, 1, 2, 'int32', 'bool', 1000, [], [1]),
        (k, odd) => {
          const scope = new GraphScope();
          const message = replaced(WHOLE, PATHS[k]!, odd);
          const error = refusing(() =>
            withGraph(scope, () =>
              optimizeGraph(readGraph(message, OPS_BY_NAME, scope).graph, MODE, scope),
            ),
          );
          expect(error === null || error.code in MESSAGES).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('by other operations on the same inputs is read or refused', () => {
    const names = OPS.map((op) => op.name);
    fc.assert(
      fc.property(
        fc.nat(WHOLE.nodes.length - 1),
        fc.constantFrom(...names),
        fc.nat(WHOLE.nodes.length - 1),
        (k, op, from) => {
          const source = WHOLE.nodes.find((n) => n.op === op) ?? WHOLE.nodes[from]!;
          const { params, inner } = source;
          const other = { ...WHOLE.nodes[k]!, op, params, inner };
          expect(settles(replaced(WHOLE, ['nodes', k], other))).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** Whether earlier damage left the way to a place. */
function canReach(value: unknown, path: Path): boolean {
  let current = value;
  for (const key of path.slice(0, -1)) {
    if (typeof current !== 'object' || current === null || !(key in current)) return false;
    current = (current as Record<string | number, unknown>)[key];
  }
  return path.length === 0 || (typeof current === 'object' && current !== null);
}
