/**
 * @file The whole graph between rewrite steps. The engine records each step as one node that took another's place, and every
 * node that ever stood; what stands after some steps is found by putting each successor in its place, from the roots on.
 */
import type { GraphNode, GraphReport } from '../../../engine/worker/protocol.ts';
import { isCommutative } from './rules.ts';

type Standing = Pick<GraphNode, 'op' | 'params' | 'inputs'>;

/** Every node that ever stood, and those that stand between two steps and were never themselves rewritten. */
type Table = { readonly nodes: Standing[]; readonly ids: Map<string, number> };

/** Equal for nodes that are equal: the engine orders the operands of commutative operations in its own way. */
function keyOf({ op, params, inputs }: Standing): string {
  const operands = isCommutative(op) ? inputs.toSorted((a, b) => a - b) : inputs;
  return `${op} ${operands.join(' ')} ${JSON.stringify(params)}`;
}

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

/** Each node is looked at so often at most; more would be rules that undo each other. */
const LOOKS_MAX = 40;

/** What stands in the place of each root; `null` where successors lead in a circle. An explicit stack: graphs are deep. */
function settle(
  roots: readonly number[],
  successor: ReadonlyMap<number, number>,
  table: Table,
): readonly number[] | null {
  let looks = LOOKS_MAX * table.nodes.length;
  const settled = new Map<number, number>();
  const stack = [...roots];
  for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
    if (looks-- === 0) return null;
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
  return roots.map((root) => settled.get(root)!);
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

/**
 * How many nodes stand at first and after each run of steps, which follow one another from the first step on. `null` when the
 * last is not what the engine counted: then something was rebuilt in a way that no step tells.
 */
export function nodeCounts(
  report: GraphReport,
  runs: readonly { readonly from: number; readonly to: number }[],
): readonly number[] | null {
  const { traced, optimized, steps } = report;
  const table = makeTable(report.stepNodes);
  let roots: readonly number[] = [
    ...traced.inputs,
    ...traced.outputs,
    ...traced.updates.flatMap(([variable, value]) => [variable, value]),
  ];
  const counts = [reachable(roots, table.nodes).size];
  for (const { from, to } of runs) {
    // Run by run: what a step replaced stood on what earlier steps had made, not on what later ones made.
    const successor = new Map(steps.slice(from, to).map(({ before, after }) => [before, after]));
    const next = settle(roots, successor, table);
    if (next === null) return null;
    roots = next;
    counts.push(reachable(roots, table.nodes).size);
  }
  return counts.at(-1) === optimized.nodes.length ? counts : null;
}
