/** @file A graph that a cell asked to see, as data for the panels: its nodes, what of it is the derivative, its formula. */
import { fail } from '../base/errors.ts';
import { OPS_BY_NAME } from '../catalogue/ops.ts';
import { INSPECTED_NODES_MAX } from '../base/limits.ts';
import type { InspectRequest } from '../frontend/connection.ts';
import { GraphScope, topoSort, withGraph } from '../ir/graph.ts';
import { latexOf } from '../ir/latex.ts';
import { readGraph } from '../ir/serialize.ts';
import type { InspectedGraph } from './protocol.ts';
import { viewGraph } from './reports.ts';

/** A formula of more characters is not typeset. */
const FORMULA_MAX = 20_000;

/** The graph of a request, which is read as a stranger's. `prefix`: of its id. @throws what `readGraph` throws */
export function inspectGraph(request: InspectRequest, prefix: string): InspectedGraph {
  const { id, kind, title, cell, place } = request;
  const scope = new GraphScope();
  return withGraph(scope, () => {
    const { graph, nodes } = readGraph(request.graph, OPS_BY_NAME, scope);
    if (nodes.length > INSPECTED_NODES_MAX)
      fail('graph_too_large', 'nodes to be shown', nodes.length, INSPECTED_NODES_MAX);
    const root = graph.outputs.at(-1);
    if (root === undefined) return fail('message_malformed', 'inspect', 'a root');
    const isGradient = kind === 'gradient' && graph.outputs.length === 2;
    const forward = new Set(isGradient ? topoSort([graph.outputs[0]!]) : []);
    const { view, ids } = viewGraph(graph, scope);
    const latex = latexOf(root, scope);
    return {
      id: prefix + id,
      cell,
      line: place?.line ?? null,
      kind: isGradient ? 'gradient' : 'graph',
      title,
      view,
      adjoint: isGradient
        ? topoSort([root]).flatMap((x) => (forward.has(x) ? [] : [ids.get(x)!]))
        : [],
      formula: latex.formula.length > FORMULA_MAX ? '' : latex.formula,
      where: latex.where.filter((term) => term.formula.length <= FORMULA_MAX),
    };
  });
}
