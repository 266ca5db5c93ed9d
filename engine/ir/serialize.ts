/**
 * @file Graphs as plain data: what a realm sends to the compiler, and the reader that trusts nothing of it. Nodes stand in
 * topological order and refer to earlier ones by position, so that a message cannot hold a cycle. Types are not sent: making
 * the nodes again infers them.
 */
import { ArignoteError, fail } from '../base/errors.ts';
import {
  CONSTANT_BYTES_MAX,
  ENTRIES_MAX,
  EXPANDED_NODES_MAX,
  INNER_MAX,
  NAME_LENGTH_MAX,
  NESTING_MAX,
  NODES_MAX,
  PARAM_DEPTH_MAX,
  POSITIONS_MAX,
} from '../base/limits.ts';
import { ConstantData, type TypedArray } from './constant-data.ts';
import {
  addPositions,
  innerGraph,
  node,
  topoSort,
  type Annotations,
  type Expr,
  type Graph,
  type GraphScope,
  type InnerGraph,
  type Params,
  type ParamValue,
  type Position,
  type Stage,
  type Update,
} from './graph.ts';
import type { OpDef } from './op-def.ts';
import { compatibleShapes, type TensorType } from './types.ts';

/** A param as it travels: constants are typed arrays. */
type PlainValue =
  | number
  | string
  | boolean
  | null
  | TypedArray
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };
export type PlainParams = { readonly [key: string]: PlainValue };

export type NodeMessage = {
  readonly op: string;
  readonly inputs: readonly number[];
  readonly params: PlainParams;
  readonly name: string | null;
  readonly positions: readonly Position[];
  readonly inner: readonly {
    readonly inputs: readonly number[];
    readonly outputs: readonly number[];
  }[];
};

export type GraphMessage = {
  readonly nodes: readonly NodeMessage[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Variable and new value. */
  readonly updates: readonly (readonly [variable: number, value: number])[];
};

/** Every node of the graph, those inside nodes included, in the order of its message; inputs before users. */
export function nodesOfMessage(graph: Graph<Stage>): Expr[] {
  const roots = [
    ...graph.inputs,
    ...graph.updates.flatMap((u) => [u.variable, u.value]),
    ...graph.outputs,
  ];
  const order: Expr[] = [];
  const placed = new Set<Expr>();
  const place = (list: readonly Expr[], depth = 0): void => {
    if (depth > NESTING_MAX)
      fail('graph_too_large', 'levels of operations inside operations', depth, NESTING_MAX);
    for (const expr of list) {
      if (placed.has(expr)) continue;
      for (const body of expr.inner) place(topoSort([...body.inputs, ...body.outputs]), depth + 1);
      placed.add(expr);
      order.push(expr);
    }
  };
  place(topoSort(roots));
  return order;
}

export function writeGraph(graph: Graph<Stage>, annotations: Annotations): GraphMessage {
  const order = nodesOfMessage(graph);
  if (order.length > NODES_MAX) fail('graph_too_large', 'nodes', order.length, NODES_MAX);
  const position = new Map(order.map((expr, i) => [expr, i]));
  const at = (expr: Expr): number => position.get(expr)!;
  return {
    nodes: order.map((expr) => ({
      op: expr.op.name,
      inputs: expr.inputs.map(at),
      params: plainParams(expr.params),
      name: annotations.names.get(expr) ?? null,
      positions: (annotations.positions.get(expr) ?? []).slice(0, POSITIONS_MAX),
      inner: expr.inner.map((body) => ({
        inputs: body.inputs.map(at),
        outputs: body.outputs.map(at),
      })),
    })),
    inputs: graph.inputs.map(at),
    outputs: graph.outputs.map(at),
    updates: graph.updates.map((u) => [at(u.variable), at(u.value)]),
  };
}

export function plainParams(params: Params): PlainParams {
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, plainValue(value)]));
}

function plainValue(value: ParamValue): PlainValue {
  if (value instanceof ConstantData) return value.values;
  if (Array.isArray(value)) return value.map((v: ParamValue) => plainValue(v));
  return value as PlainValue;
}

/** The graph of a message, its nodes made in the current scope, in the order of the message. */
export type ReadGraph = { readonly graph: Graph<'traced'>; readonly nodes: readonly Expr[] };

/**
 * Make the graph that a message describes. Nothing is taken on trust: not shapes, not types, not sizes. What the message
 * shares between its nodes is counted each time that it is read.
 * @throws message_malformed, graph_too_large, constant_too_large, and what the ops' type rules throw
 */
export function readGraph(
  message: unknown,
  ops: ReadonlyMap<string, OpDef>,
  scope: GraphScope,
): ReadGraph {
  try {
    return readMessage(message, ops, scope);
  } catch (error) {
    // A getter or a proxy in a message may throw anything, and so may a type rule for inputs that no builder makes.
    if (error instanceof ArignoteError) throw error;
    const refused = ArignoteError.of(
      'message_malformed',
      'the message',
      'plain data that describes a graph',
    );
    refused.cause = error;
    throw refused;
  }
}

/** What is known while a message is read. */
type Reading = {
  readonly nodes: Expr[];
  readonly ops: ReadonlyMap<string, OpDef>;
  readonly scope: GraphScope;
  /** Nodes of a body with everything inside it expanded, by the node that holds the body. */
  readonly expanded: Map<Expr, number>;
  constantBytes: number;
  entries: number;
  expandedCount: number;
};

function readMessage(
  message: unknown,
  ops: ReadonlyMap<string, OpDef>,
  scope: GraphScope,
): ReadGraph {
  const reading: Reading = {
    nodes: [],
    ops,
    scope,
    expanded: new Map(),
    constantBytes: 0,
    entries: 0,
    expandedCount: 0,
  };
  const fields = record(message, 'the message');
  for (const value of array(fields['nodes'], 'nodes', NODES_MAX)) {
    reading.nodes.push(readNode(value, `node ${reading.nodes.length}`, reading));
  }
  const inputs = references(fields['inputs'], 'inputs', reading);
  const outputs = references(fields['outputs'], 'outputs', reading);
  const updates = array(fields['updates'], 'updates', NODES_MAX).map((pair, i) =>
    readUpdate(pair, `update ${i}`, reading),
  );
  const variables = updates.map((u) => u.variable);
  for (const x of [...inputs, ...variables]) {
    if (x.op.lowering.kind !== 'leaf' || !('key' in x.params))
      fail('message_malformed', 'inputs and updates', 'variables');
  }
  if (new Set([...inputs, ...variables]).size < inputs.length + variables.length) {
    fail('message_malformed', 'inputs and updates', 'each variable once');
  }
  return { graph: { stage: 'traced', inputs, outputs, updates }, nodes: reading.nodes };
}

function readUpdate(pair: unknown, where: string, reading: Reading): Update {
  const [variable, value, ...more] = references(pair, where, reading);
  if (variable === undefined || value === undefined || more.length > 0)
    fail('message_malformed', where, 'a variable and a value');
  const fits =
    variable.type.dtype === value.type.dtype &&
    compatibleShapes(variable.type.shape, value.type.shape);
  if (!fits) fail('message_malformed', where, 'a value of the type of its variable');
  return { variable, value };
}

function readNode(value: unknown, where: string, reading: Reading): Expr {
  const fields = record(value, where);
  const op = typeof fields['op'] === 'string' ? reading.ops.get(fields['op']) : undefined;
  if (op === undefined || op.lowering.kind === 'uniform')
    fail('message_malformed', where, 'an operation of the language');
  const isProjection = op.derivative.kind === 'projection';
  const inputs = references(
    fields['inputs'],
    where,
    reading,
    isProjection ? 'severalResults' : 'oneResult',
  );
  if (inputs.length < op.arity[0] || inputs.length > op.arity[1]) {
    fail('message_malformed', where, `${op.arity.join(' to ')} inputs of ${op.name}`);
  }
  const innerCount = op.innerCount ?? 0;
  const inner = array(fields['inner'], where, INNER_MAX).map((v) => readInner(v, where, reading));
  if (inner.length !== innerCount)
    fail('message_malformed', where, `${innerCount} inner graphs of ${op.name}`);
  const params = op.readParams(readParams(fields['params'], where, reading));
  if (params === null) fail('message_malformed', where, `params of ${op.name}`);
  const type = isProjection ? resultType(inputs[0]!, params, where) : null;
  const expr = made(
    () => node(op, inputs, params, { inner, ...(type === null ? {} : { type }) }),
    where,
  );
  countExpanded(expr, reading);
  annotate(expr, fields, where, reading);
  return expr;
}

/** The type of one of several results. */
function resultType(x: Expr, { index }: Params, where: string): TensorType {
  const type = typeof index === 'number' && x.outputs.length > 1 ? x.outputs[index] : undefined;
  return type ?? fail('message_malformed', where, 'one of several results');
}

/** A body used twice in a body used twice, and so on, is a small message of an endless graph. */
function countExpanded(expr: Expr, reading: Reading): void {
  if (expr.inner.length === 0 || reading.expanded.has(expr)) return;
  const bodies = expr.inner.flatMap((body) => topoSort(body.outputs));
  const count = bodies.reduce((total, x) => total + 1 + (reading.expanded.get(x) ?? 0), 0);
  reading.expanded.set(expr, count);
  reading.expandedCount += count;
  if (reading.expandedCount > EXPANDED_NODES_MAX) {
    fail('graph_too_large', 'nodes inside operations', reading.expandedCount, EXPANDED_NODES_MAX);
  }
}

function annotate(
  expr: Expr,
  { name, positions }: Readonly<Record<string, unknown>>,
  where: string,
  reading: Reading,
): void {
  const isName = name === null || typeof name === 'string';
  if (!isName) fail('message_malformed', where, 'a name that is text');
  if (name !== null) reading.scope.names.set(expr, name.slice(0, NAME_LENGTH_MAX));
  const places = array(positions, where, POSITIONS_MAX).map((p) => readPosition(p, where));
  count(places.length, reading);
  addPositions(reading.scope, expr, places);
}

/** A type rule may meet inputs that no builder makes: what it throws then says that the message is wrong. */
function made(make: () => Expr, where: string): Expr {
  try {
    return make();
  } catch (error) {
    if (error instanceof ArignoteError) throw error;
    return fail('message_malformed', where, 'inputs that fit the operation');
  }
}

function readInner(value: unknown, where: string, reading: Reading): InnerGraph {
  const fields = record(value, where);
  const inputs = references(fields['inputs'], where, reading);
  const isSubstitutable =
    inputs.every((x) => x.inputs.length === 0) && new Set(inputs).size === inputs.length;
  if (!isSubstitutable)
    fail('message_malformed', where, 'different variables as inputs of an inner graph');
  const outputs = references(fields['outputs'], where, reading);
  if (outputs.length === 0) fail('message_malformed', where, 'an inner graph with an output');
  return innerGraph(inputs, outputs);
}

/** Params as plain values, copied; the op's own reader looks at what they mean. */
function readParams(value: unknown, where: string, reading: Reading): Params {
  const read = (v: unknown, depth: number): ParamValue => {
    count(1, reading);
    if (v === null || typeof v === 'boolean' || typeof v === 'number') return v;
    if (typeof v === 'string') return v.slice(0, NAME_LENGTH_MAX);
    if (ArrayBuffer.isView(v)) return readConstant(v, where, reading);
    if (depth === PARAM_DEPTH_MAX)
      fail('message_malformed', where, `params of at most ${PARAM_DEPTH_MAX} levels`);
    if (Array.isArray(v)) return array(v, where, ENTRIES_MAX).map((x) => read(x, depth + 1));
    const entries = Object.entries(record(v, where));
    return Object.fromEntries(entries.map(([key, x]) => [key, read(x, depth + 1)]));
  };
  return read(record(value, where), 0) as Params;
}

/** The typed arrays that constants hold, by name: they may come from another realm. */
const CONSTANT_ARRAYS = {
  Float32Array,
  Float64Array,
  Int32Array,
  Uint32Array,
  Uint8Array,
} as const;

function readConstant(view: ArrayBufferView, where: string, reading: Reading): ConstantData {
  const kind = Object.prototype.toString.call(view).slice('[object '.length, -1);
  if (!Object.hasOwn(CONSTANT_ARRAYS, kind))
    fail('message_malformed', where, 'constants as typed arrays of a dtype');
  reading.constantBytes += view.byteLength;
  if (reading.constantBytes > CONSTANT_BYTES_MAX)
    fail('constant_too_large', reading.constantBytes, CONSTANT_BYTES_MAX);
  return new ConstantData(
    new CONSTANT_ARRAYS[kind as keyof typeof CONSTANT_ARRAYS](view as TypedArray),
  );
}

function readPosition(value: unknown, where: string): Position {
  const { source, line, column } = record(value, where);
  const right =
    typeof source === 'string' && Number.isSafeInteger(line) && Number.isSafeInteger(column);
  if (!right) fail('message_malformed', where, 'positions with source, line and column');
  return { source: source.slice(0, NAME_LENGTH_MAX), line: Number(line), column: Number(column) };
}

/** Earlier nodes, by their positions. Several results are used through nodes that name one of them. */
function references(
  value: unknown,
  where: string,
  reading: Reading,
  taking: 'oneResult' | 'severalResults' = 'oneResult',
): Expr[] {
  const list = array(value, where, NODES_MAX);
  count(list.length, reading);
  return list.map((position) => {
    const found = typeof position === 'number' ? reading.nodes[position] : undefined;
    if (found === undefined) fail('message_malformed', where, 'references to earlier nodes');
    const fits = taking === 'severalResults' || found.outputs.length === 1;
    return fits ? found : fail('message_malformed', where, 'one result of a node with several');
  });
}

/** Entries of lists, in the whole message. */
function count(entries: number, reading: Reading): void {
  reading.entries += entries;
  if (reading.entries > ENTRIES_MAX)
    fail('graph_too_large', 'inputs, positions and params', reading.entries, ENTRIES_MAX);
}

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  const right = typeof value === 'object' && value !== null && !Array.isArray(value);
  return right
    ? (value as Readonly<Record<string, unknown>>)
    : fail('message_malformed', where, 'an object');
}

function array(value: unknown, where: string, lengthMax: number): readonly unknown[] {
  if (!Array.isArray(value)) fail('message_malformed', where, 'an array');
  if (value.length > lengthMax)
    fail('graph_too_large', `entries in ${where}`, value.length, lengthMax);
  return Array.from(value);
}
