/** @file Graphs that a cell shows in the panels: written as data for the compiler. */
import { fail } from '../../../engine/base/errors.ts';
import { INSPECTED_NODES_MAX } from '../../../engine/base/limits.ts';
import { currentScope, topoSort } from '../../../engine/ir/graph.ts';
import { writeGraph } from '../../../engine/ir/serialize.ts';
import type { Tensor } from '../../../engine/frontend/tensor.ts';
import type { PortConnection } from '../../../engine/worker/ports.ts';
import { currentPlace } from './positions.ts';

export type Inspection = {
  readonly kind: 'graph' | 'gradient';
  readonly title: string;
  /** The expression; or the cost and its gradient. */
  readonly roots: readonly Tensor[];
};

/** Sends a graph to the compiler; the id under which the panels know it. @throws graph_too_large */
export function inspectRoots(
  connection: PortConnection,
  cell: string,
  { kind, title, roots }: Inspection,
): string {
  const outputs = roots.map((root) => root.expr);
  const inputs = topoSort(outputs).filter((x) => x.op.name === 'input');
  const graph = writeGraph({ stage: 'traced', inputs, outputs, updates: [] }, currentScope());
  const { length } = graph.nodes;
  if (length > INSPECTED_NODES_MAX)
    fail('graph_too_large', 'nodes to be shown', length, INSPECTED_NODES_MAX);
  return connection.inspect({ kind, title, cell, place: currentPlace(), graph });
}
