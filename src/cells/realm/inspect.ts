/** @file Graphs of a cell in the panels, those that it shows and the gradients that it takes: written as data for the compiler. */
import { fail } from '../../../engine/base/errors.ts';
import { INSPECTED_NODES_MAX } from '../../../engine/base/limits.ts';
import { currentScope, topoSort } from '../../../engine/ir/graph.ts';
import { writeGraph } from '../../../engine/ir/serialize.ts';
import { grad } from '../../../engine/frontend/derivatives.ts';
import type { Tensor } from '../../../engine/frontend/tensor.ts';
import type { Position } from '../../../engine/ir/graph.ts';
import type { PortConnection } from '../../../engine/worker/ports.ts';
import { OUTPUT_LIMITS } from '../read-output.ts';
import { currentPlace } from './positions.ts';
import type { Run, TakenGradient } from './run.ts';

/** Gradients of one run that are shown unasked: a model has few parameters, and a loop makes many. */
const GRADIENTS_MAX = 12;

/** Nodes of a gradient that is shown unasked. */
const GRADIENT_NODES_MAX = 2000;

export type Inspection = {
  readonly kind: 'graph' | 'gradient';
  readonly title: string;
  /** The expression; or the cost and its gradient. */
  readonly roots: readonly Tensor[];
  readonly place: Position | null;
};

/** A name as the page takes it. */
export const short = (name: string): string => name.slice(0, OUTPUT_LIMITS.nameLength);

/** The graph of expressions that the call under way shows. */
export const shownGraph = (title: string, roots: readonly Tensor[]): Inspection => ({
  kind: 'graph',
  title: short(title),
  roots,
  place: currentPlace(),
});

/** A gradient with the cost that it is of. */
export const shownGradient = ({ cost, wrt, gradient, place }: TakenGradient): Inspection => ({
  kind: 'gradient',
  title: short(`${cost.name ?? 'cost'} with respect to ${wrt.name ?? 'a variable'}`),
  roots: [cost, gradient],
  place,
});

/** `grad` as cells have it: what it gave is remembered, to be looked at. */
export function rememberedGrad(run: () => Run): typeof grad {
  const remembered = (...[cost, wrt, options]: Parameters<typeof grad>): unknown => {
    const made = grad(cost, wrt, options);
    const { gradients } = run();
    const [variables, found] = [wrt, made].map((x) => (Array.isArray(x) ? x : [x]) as Tensor[]);
    const place = currentPlace();
    variables!.forEach((variable, i) => {
      const gradient = found![i] as Tensor | null;
      if (cost === null || gradient === null || gradients.length >= GRADIENTS_MAX) return;
      gradients.push({ cost, wrt: variable, gradient, place, isShown: false });
    });
    return made;
  };
  return remembered as typeof grad;
}

/** Shows the gradients that a run took and did not show itself. */
export function showGradients(connection: PortConnection, run: Run): void {
  const { gradients } = run;
  for (const taken of gradients) {
    const { cost, wrt, gradient } = taken;
    const same = gradients.filter((g) => g.cost.expr === cost.expr && g.wrt.expr === wrt.expr);
    const isNews = same[0] === taken && !same.some(({ isShown }) => isShown);
    if (isNews && topoSort([cost.expr, gradient.expr]).length <= GRADIENT_NODES_MAX)
      inspectRoots(connection, run, shownGradient(taken));
  }
}

/** How much of a title is in an id. */
const TITLE_MAX = 100;

/**
 * Sends a graph to the compiler; the id under which the panels know it, the same when the cell runs again.
 * @throws graph_too_large
 */
export function inspectRoots(
  connection: PortConnection,
  run: Run,
  { kind, title, roots, place }: Inspection,
): string {
  const outputs = roots.map((root) => root.expr);
  const inputs = topoSort(outputs).filter((x) => x.op.name === 'input');
  const graph = writeGraph({ stage: 'traced', inputs, outputs, updates: [] }, currentScope());
  const { length } = graph.nodes;
  if (length > INSPECTED_NODES_MAX)
    fail('graph_too_large', 'nodes to be shown', length, INSPECTED_NODES_MAX);
  const { cell } = run.message;
  const id = `${cell}/${title.slice(0, TITLE_MAX)}/${run.ordinalOf(kind, title)}`;
  connection.inspect({ id, kind, title, cell, place, graph });
  return id;
}
