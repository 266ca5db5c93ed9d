/** @file What the panels show: the function or the inspected graph that was chosen, or else the latest. */
import type { FunctionSummary, InspectedGraph } from '../../engine/worker/protocol.ts';
import { useRun } from '../store/run.ts';
import { useSelection } from '../store/selection.ts';

/** What the engine compiles for one value and drops (`tensor.eval()`): nobody looks for it first. */
const PASSING = 'eval';

/** The chosen function while it lives, else the latest that was compiled to stay; `null` when nothing was compiled. */
export function functionShown(
  functions: readonly FunctionSummary[],
  chosen: string | null,
): FunctionSummary | null {
  return (
    functions.find(({ fn }) => fn === chosen) ??
    functions.findLast(({ name }) => name !== PASSING) ??
    functions.at(-1) ??
    null
  );
}

/** Of the cell that showed a graph last, the first: a model names its weights before its biases. */
export function firstOfLatest(graphs: readonly InspectedGraph[]): InspectedGraph | null {
  const latest = graphs.at(-1)?.cell;
  return graphs.find(({ cell }) => cell === latest) ?? null;
}

/** The chosen graph while it is there, else one of its kind that was shown last. */
export function inspectedShown(
  graphs: readonly InspectedGraph[],
  chosen: string | null,
  kind: InspectedGraph['kind'],
): InspectedGraph | null {
  const ofKind = graphs.filter((graph) => graph.kind === kind);
  return ofKind.find(({ id }) => id === chosen) ?? firstOfLatest(ofKind);
}

/** The function that the panels show. */
export function useFunctionShown(): FunctionSummary | null {
  const functions = useRun((state) => state.functions);
  const chosen = useSelection((state) => state.fn);
  return functionShown(functions, chosen);
}
