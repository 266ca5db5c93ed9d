/**
 * @file Graphs as plain data: what a realm sends to the compiler, and the reader that trusts nothing of it. Nodes stand in
 * topological order and refer to earlier ones by position, so that a message cannot hold a cycle. Types are not sent: making
 * the nodes again infers them.
 */
import { ArignoteError, fail } from '../base/errors.ts';
import { CONSTANT_BYTES_MAX, NAME_LENGTH_MAX, NODES_MAX } from '../base/limits.ts';
import { ConstantData, type TypedArray } from './constant-data.ts';
import {
  addPositions, innerGraph, node, topoSort,
  type Annotations, type Expr, type Graph, type GraphScope, type InnerGraph, type Params, type ParamValue, type Position,
} from './graph.ts';
import type { OpDef } from './op-def.ts';

/** A param as it travels: constants are typed arrays. */
export type PlainValue = number | string | boolean | null | TypedArray | readonly PlainValue[] | { readonly [key: string]: PlainValue };
export type PlainParams = { readonly [key: string]: PlainValue };

export type NodeMessage = {
  readonly op: string;
  readonly inputs: readonly number[];
  readonly params: PlainParams;
  readonly name: string | null;
  readonly positions: readonly Position[];
  readonly inner: readonly { readonly inputs: readonly number[]; readonly outputs: readonly number[] }[];
};

export type GraphMessage = {
  readonly nodes: readonly NodeMessage[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Variable and new value. */
  readonly updates: readonly (readonly [variable: number, value: number])[];
};

/** Every node of the graph, those inside nodes included; inputs before users. */
function allNodes(graph: Graph<'traced'>): Expr[] {
  const roots = [...graph.inputs, ...graph.updates.flatMap((u) => [u.variable, u.value]), ...graph.outputs];
  const order: Expr[] = [];
  const placed = new Set<Expr>();
  const place = (list: readonly Expr[]): void => {
    for (const expr of list) {
      if (placed.has(expr)) continue;
      // Bodies are a few levels deep at most: a user's operation in a user's operation.
      for (const body of expr.inner) place(topoSort([...body.inputs, ...body.outputs]));
      placed.add(expr);
      order.push(expr);
    }
  };
  place(topoSort(roots));
  return order;
}

export function writeGraph(graph: Graph<'traced'>, annotations: Annotations): GraphMessage {
  const order = allNodes(graph);
  if (order.length > NODES_MAX) fail('graph_too_large', 'nodes', order.length, NODES_MAX);
  const position = new Map(order.map((expr, i) => [expr, i]));
  const at = (expr: Expr): number => position.get(expr)!;
  return {
    nodes: order.map((expr) => ({
      op: expr.op.name,
      inputs: expr.inputs.map(at),
      params: plainParams(expr.params),
      name: annotations.names.get(expr) ?? null,
      positions: annotations.positions.get(expr) ?? [],
      inner: expr.inner.map((body) => ({ inputs: body.inputs.map(at), outputs: body.outputs.map(at) })),
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
 * Make the graph that a message describes. Nothing is taken on trust: not shapes, not types, not sizes.
 * @throws message_malformed, graph_too_large, and what the ops' type rules throw
 */
export function readGraph(message: unknown, ops: ReadonlyMap<string, OpDef>, scope: GraphScope): ReadGraph {
  const fields = record(message, 'the message');
  const list = array(fields['nodes'], 'nodes', NODES_MAX);
  const nodes: Expr[] = [];
  const budget = { constantBytes: 0 };
  list.forEach((value, i) => {
    nodes.push(readNode(value, `node ${i}`, { nodes, ops, scope, budget }));
  });
  const at = (value: unknown, where: string): Expr => nodeAt(value, nodes, where);
  const refs = (value: unknown, where: string): Expr[] => array(value, where, NODES_MAX).map((v) => at(v, where));
  const updates = array(fields['updates'], 'updates', NODES_MAX).map((pair, i) => {
    const [variable, value] = array(pair, `update ${i}`, 2);
    return { variable: at(variable, `update ${i}`), value: at(value, `update ${i}`) };
  });
  const inputs = refs(fields['inputs'], 'inputs');
  for (const x of [...inputs, ...updates.map((u) => u.variable)]) {
    if (x.op.lowering.kind !== 'leaf' || !('key' in x.params)) fail('message_malformed', 'inputs and updates', 'variables');
  }
  return { graph: { stage: 'traced', inputs, outputs: refs(fields['outputs'], 'outputs'), updates }, nodes };
}

type Reading = {
  readonly nodes: readonly Expr[];
  readonly ops: ReadonlyMap<string, OpDef>;
  readonly scope: GraphScope;
  readonly budget: { constantBytes: number };
};

function readNode(value: unknown, where: string, reading: Reading): Expr {
  const fields = record(value, where);
  const op = reading.ops.get(String(fields['op']));
  if (op === undefined) fail('message_malformed', where, 'an operation of the language');
  const inputs = array(fields['inputs'], where, NODES_MAX).map((v) => nodeAt(v, reading.nodes, where));
  if (inputs.length < op.arity[0] || inputs.length > op.arity[1]) {
    fail('message_malformed', where, `${op.arity.join(' to ')} inputs of ${op.name}`);
  }
  const inner = array(fields['inner'], where, 2).map((v) => readInner(v, where, reading));
  if (inner.length !== (op.innerCount ?? 0)) fail('message_malformed', where, `${op.innerCount ?? 0} inner graphs`);
  const params = op.readParams(readParams(fields['params'], where, reading));
  if (params === null) fail('message_malformed', where, `params of ${op.name}`);
  const expr = made(() => node(op, inputs, params, { inner }), where);
  if (expr.outputs.length > 1 && reading.nodes.length >= NODES_MAX) fail('graph_too_large', 'nodes', NODES_MAX + 1, NODES_MAX);
  const { name } = fields;
  if (typeof name === 'string') reading.scope.names.set(expr, name.slice(0, NAME_LENGTH_MAX));
  addPositions(reading.scope, expr, array(fields['positions'], where, NODES_MAX).map((p) => readPosition(p, where)));
  return expr;
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
  const refs = (list: unknown) => array(list, where, NODES_MAX).map((v) => nodeAt(v, reading.nodes, where));
  return innerGraph(refs(fields['inputs']), refs(fields['outputs']));
}

function readParams(value: unknown, where: string, { budget }: Reading): Params {
  const entries = Object.entries(record(value, where)).map(([key, v]): [string, ParamValue] => {
    if (!ArrayBuffer.isView(v)) return [key, v as ParamValue];
    budget.constantBytes += v.byteLength;
    if (budget.constantBytes > CONSTANT_BYTES_MAX) fail('constant_too_large', budget.constantBytes, CONSTANT_BYTES_MAX);
    return [key, new ConstantData((v as TypedArray).slice())];
  });
  return Object.fromEntries(entries);
}

function readPosition(value: unknown, where: string): Position {
  const { source, line, column } = record(value, where);
  const right = typeof source === 'string' && Number.isInteger(line) && Number.isInteger(column);
  if (!right) fail('message_malformed', where, 'positions with source, line and column');
  return { source: source.slice(0, NAME_LENGTH_MAX * 4), line: Number(line), column: Number(column) };
}

function nodeAt(value: unknown, nodes: readonly Expr[], where: string): Expr {
  const found = typeof value === 'number' ? nodes[value] : undefined;
  return found ?? fail('message_malformed', where, 'references to earlier nodes');
}

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  const right = typeof value === 'object' && value !== null && !Array.isArray(value);
  return right ? (value as Readonly<Record<string, unknown>>) : fail('message_malformed', where, 'an object');
}

function array(value: unknown, where: string, lengthMax: number): readonly unknown[] {
  if (!Array.isArray(value)) fail('message_malformed', where, 'an array');
  if (value.length > lengthMax) fail('graph_too_large', `entries in ${where}`, value.length, lengthMax);
  return value;
}
