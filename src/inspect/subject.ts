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

/** The chosen graph while it is there, else the latest of its kind. */
export function inspectedShown(
  graphs: readonly InspectedGraph[],
  chosen: string | null,
  kind: InspectedGraph['kind'],
): InspectedGraph | null {
  const ofKind = graphs.filter((graph) => graph.kind === kind);
  return ofKind.find(({ id }) => id === chosen) ?? ofKind.at(-1) ?? null;
}

/** The function that the panels show. */
export function useFunctionShown(): FunctionSummary | null {
  const functions = useRun((state) => state.functions);
  const chosen = useSelection((state) => state.fn);
  return functionShown(functions, chosen);
}
