/** @file What the engine knows of a function, as plain data for the user and the panels: drawn only from what the stages returned. */
import type { Optimized, Plan } from '../compile/pipeline.ts';
import type {
  GraphNode,
  GraphReport,
  GraphView,
  KernelReport,
  MemoryReport,
  NodeKind,
} from '../frontend/connection.ts';
import {
  addPositions,
  nameOf,
  rootsOf,
  topoSort,
  type Annotations,
  type Expr,
  type Graph,
  type Stage,
} from '../ir/graph.ts';
import { latexOfNode } from '../ir/latex.ts';
import type { OpDef } from '../ir/op-def.ts';
import { plainParams } from '../ir/serialize.ts';
import { compatibleShapes } from '../ir/types.ts';
import { CONSTANT, SHARED } from '../ops/leaves.ts';
import type { DeviceName } from '../runtime/device.ts';

/** The roots of a graph, its inputs and variables among them. */
const allRoots = (graph: Graph<Stage>): Expr[] => [
  ...graph.inputs,
  ...graph.updates.map((u) => u.variable),
  ...rootsOf(graph),
];

/** What a node is to a reader: by how it becomes loops, never by its op's name. */
function kindOf(expr: Expr): NodeKind {
  const { lowering } = expr.op;
  switch (lowering.kind) {
    case 'leaf':
      return leafKindOf(expr.op);
    case 'host':
    case 'uniform':
      return 'extent';
    case 'reduction':
      return lowering.template === undefined ? 'reduction' : 'contraction';
    case 'element':
      return 'index';
    case 'graph':
      return expr.inner.length > 0 ? 'operation' : defaultKindOf(expr);
    case 'elementwise':
    case 'view':
      return lowering.kind;
  }
}

const leafKindOf = ({ name }: OpDef): NodeKind =>
  name === SHARED.name ? 'shared' : name === CONSTANT.name ? 'constant' : 'input';

/** An operation that stands for others: by what it does to the rank. */
const defaultKindOf = ({ type, inputs }: Expr): NodeKind =>
  type.shape.length < (inputs[0]?.type.shape.length ?? 0) ? 'reduction' : 'elementwise';

function viewNode(expr: Expr, ids: ReadonlyMap<Expr, number>, annotations: Annotations): GraphNode {
  const name = nameOf(expr, annotations);
  return {
    id: ids.get(expr)!,
    op: expr.op.name,
    kind: kindOf(expr),
    latex: latexOfNode(expr, annotations, (x) => `\\mathrm{${x.op.name}}_{${ids.get(x)!}}`),
    params: plainParams(expr.params),
    inputs: expr.inputs.map((x) => ids.get(x)!),
    type: expr.outputs.length > 1 ? expr.outputs : expr.type,
    ...(name === null ? {} : { name }),
    positions: annotations.positions.get(expr) ?? [],
    ...(expr.inner.length === 0
      ? {}
      : { inner: expr.inner.map((body) => viewBody(body.inputs, body.outputs, annotations)) }),
  };
}

function viewNodes(
  order: readonly Expr[],
  annotations: Annotations,
): { nodes: GraphNode[]; ids: Map<Expr, number> } {
  const ids = new Map(order.map((expr, i) => [expr, i]));
  return { nodes: order.map((expr) => viewNode(expr, ids, annotations)), ids };
}

function viewBody(
  inputs: readonly Expr[],
  outputs: readonly Expr[],
  annotations: Annotations,
): GraphView {
  const { nodes, ids } = viewNodes(topoSort([...inputs, ...outputs]), annotations);
  return {
    nodes,
    inputs: inputs.map((x) => ids.get(x)!),
    outputs: outputs.map((x) => ids.get(x)!),
    updates: [],
  };
}

/** The graph as data, and the id of each of its nodes. */
export function viewGraph(
  graph: Graph<Stage>,
  annotations: Annotations,
): { view: GraphView; ids: Map<Expr, number> } {
  const { nodes, ids } = viewNodes(topoSort(allRoots(graph)), annotations);
  const at = (x: Expr) => ids.get(x)!;
  return {
    view: {
      nodes,
      inputs: graph.inputs.map(at),
      outputs: graph.outputs.map(at),
      updates: graph.updates.map((u) => [at(u.variable), at(u.value)]),
    },
    ids,
  };
}

/** Names and places of nodes that several scopes know. */
function together(nodes: readonly Expr[], known: readonly Annotations[]): Annotations {
  const all: Annotations = { positions: new WeakMap(), names: new WeakMap() };
  for (const expr of nodes) {
    for (const { positions, names } of known) {
      addPositions(all, expr, positions.get(expr) ?? []);
      const name = names.get(expr);
      if (name !== undefined) all.names.set(expr, name);
    }
  }
  return all;
}

/**
 * The graph before and after rewriting, and every node that stood between. Rules run once more when the extents of a call are
 * known: `plans` are those of the latest call, whose steps come last.
 */
export function reportGraph(
  traced: Graph<'traced'>,
  optimized: Optimized,
  { annotations, plans }: { readonly annotations: Annotations; readonly plans: readonly Plan[] },
): GraphReport {
  const { attempts } = optimized;
  const steps = [...optimized.steps, ...plans.flatMap((p) => p.steps)];
  const ever = topoSort([
    ...allRoots(traced),
    ...steps.flatMap((s) => [s.before, s.after]),
    ...allRoots(optimized.graph),
  ]);
  const known = [annotations, ...plans.map((p) => p.annotations)];
  const { nodes: stepNodes, ids } = viewNodes(ever, together(ever, known));
  const after = viewGraph(optimized.graph, annotations);
  return {
    traced: viewGraph(traced, annotations).view,
    optimized: after.view,
    steps: steps.map((s) => ({
      rule: s.rule,
      stage: s.stage,
      before: ids.get(s.before)!,
      after: ids.get(s.after)!,
      microseconds: s.microseconds,
    })),
    boundFrom: optimized.steps.length,
    stepNodes,
    optimizedIds: [...after.ids.keys()].map((expr) => ids.get(expr)!),
    attempts,
  };
}

/**
 * Ids in the optimized graph of the nodes of a kernel. Binding and late rules make new nodes; they are known by where the
 * user wrote them.
 */
function originalIds(
  optimized: Optimized,
  plan: Plan,
  annotations: Annotations,
  bound: Annotations,
): (x: Expr) => number[] {
  const order = topoSort(allRoots(optimized.graph));
  const ids = new Map(order.map((expr, i) => [expr, i]));
  const byPlace = new Map<string, number[]>();
  for (const expr of order) {
    for (const p of annotations.positions.get(expr) ?? []) {
      const key = `${p.source}:${p.line}:${p.column}`;
      byPlace.set(key, [...(byPlace.get(key) ?? []), ids.get(expr)!]);
    }
  }
  const variables = plan.bound.variables;
  return (x) => {
    const variable = variables.get(x);
    if (variable !== undefined) return [ids.get(variable)!];
    const near = (bound.positions.get(x) ?? []).flatMap(
      (p) => byPlace.get(`${p.source}:${p.line}:${p.column}`) ?? [],
    );
    const same = near.filter((id) => order[id]!.op === x.op);
    const fitting = same.filter((id) => compatibleShapes(order[id]!.type.shape, x.type.shape));
    return [...new Set([fitting, same, near].find((ids) => ids.length > 0) ?? [])];
  };
}

/** The user's name of a value, or the operation that made it with the value's number. */
function bufferName(plan: Plan, value: number): string {
  const { node } = plan.schedule.values[value]!;
  return nameOf(node, plan.annotations) ?? `${node.op.name} #${value}`;
}

export function reportKernels(
  optimized: Optimized,
  plan: Plan,
  { device, annotations }: { readonly device: DeviceName; readonly annotations: Annotations },
): KernelReport[] {
  const idsOf = originalIds(optimized, plan, annotations, plan.annotations);
  const all = (nodes: readonly Expr[]) => [...new Set(nodes.flatMap(idsOf))];
  return plan.programs.map(({ kernel, text, sourceMap }) => ({
    name: kernel.name,
    device,
    text,
    buffers: kernel.buffers.map((b) => ({
      name: bufferName(plan, b.value),
      access: b.access,
      dtype: b.dtype,
      shape: b.shape,
    })),
    nodes: all(kernel.nodes),
    sourceMap: sourceMap.map(({ line, nodes }) => ({ line, nodes: all(nodes) })),
    boundary: kernel.boundary,
  }));
}

export function reportMemory(
  optimized: Optimized,
  plan: Plan,
  annotations: Annotations,
): MemoryReport {
  const idsOf = originalIds(optimized, plan, annotations, plan.annotations);
  const { plan: spans, peakBytes, peakBytesWithoutReuse } = plan.schedule.memory;
  return {
    plan: spans.map(({ node, offset, bytes, from, to }) => ({
      node: idsOf(node)[0] ?? -1,
      offset,
      bytes,
      from,
      to,
    })),
    peakBytes,
    peakBytesWithoutReuse,
  };
}
