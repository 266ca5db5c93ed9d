/**
 * @file The whole graph between rewrite steps. The engine records each step as one node that took another's place, and every
 * node that ever stood; what stands after some steps is found by putting each successor in its place, from the roots on.
 */
import type { GraphNode, GraphReport } from '../../../engine/worker/protocol.ts';

type Standing = Pick<GraphNode, 'op' | 'params' | 'inputs'>;

/** Every node that ever stood, and those that stand between two steps and were never themselves rewritten. */
type Table = { readonly nodes: Standing[]; readonly ids: Map<string, number> };

const keyOf = ({ op, params, inputs }: Standing): string =>
  `${op} ${inputs.join(' ')} ${JSON.stringify(params)}`;

function makeTable(nodes: readonly GraphNode[]): Table {
  const ids = new Map<string, number>();
  // Leaves are who they are: two inputs of one shape are two.
  for (const node of nodes) if (node.inputs.length > 0) ids.set(keyOf(node), node.id);
  return { nodes: [...nodes], ids };
}

/** The node with other inputs: a known one, or one that is added. */
function rebuilt(id: number, inputs: readonly number[], table: Table): number {
  const node = table.nodes[id]!;
  if (inputs.every((input, i) => input === node.inputs[i])) return id;
  const made = { op: node.op, params: node.params, inputs };
  const key = keyOf(made);
  const known = table.ids.get(key);
  if (known !== undefined) return known;
  table.ids.set(key, table.nodes.length);
  table.nodes.push(made);
  return table.nodes.length - 1;
}

/** What stands in the place of each root. An explicit stack: graphs are deep. */
function settle(
  roots: readonly number[],
  successor: ReadonlyMap<number, number>,
  table: Table,
): ReadonlySet<number> {
  const settled = new Map<number, number>();
  const stack = [...roots];
  for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
    if (settled.has(id)) {
      stack.pop();
      continue;
    }
    const next = successor.get(id);
    const waiting = (next === undefined ? table.nodes[id]!.inputs : [next]).filter(
      (other) => !settled.has(other),
    );
    if (waiting.length > 0) {
      stack.push(...waiting);
      continue;
    }
    if (next !== undefined) {
      settled.set(id, settled.get(next)!);
      continue;
    }
    const inputs = table.nodes[id]!.inputs.map((input) => settled.get(input)!);
    const made = rebuilt(id, inputs, table);
    // A rebuilt node may be one that a later step replaced.
    if (made === id || settled.has(made)) settled.set(id, settled.get(made) ?? made);
    else if (successor.has(made)) stack.push(made);
    else settled.set(id, made).set(made, made);
    const after = settled.get(made);
    if (after !== undefined) settled.set(id, after);
  }
  return reachable(
    roots.map((root) => settled.get(root)!),
    table.nodes,
  );
}

/** The nodes and all that they depend on. */
function reachable(
  roots: readonly number[],
  nodes: readonly Pick<GraphNode, 'inputs'>[],
): ReadonlySet<number> {
  const found = new Set<number>();
  const stack = [...roots];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    stack.push(...nodes[id]!.inputs);
  }
  return found;
}

/** How many nodes stand after so many steps, for each of the numbers of steps; none of them beyond `boundFrom`. */
export function nodeCounts(report: GraphReport, stepCounts: readonly number[]): readonly number[] {
  const { traced, steps } = report;
  const table = makeTable(report.stepNodes);
  const roots = [
    ...traced.inputs,
    ...traced.outputs,
    ...traced.updates.flatMap(([variable, value]) => [variable, value]),
  ];
  return stepCounts.map((count) => {
    const successor = new Map(steps.slice(0, count).map(({ before, after }) => [before, after]));
    return settle(roots, successor, table).size;
  });
}
