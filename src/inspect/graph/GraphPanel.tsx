/** @file The Graph tab: which graph is shown, or how one comes to be. */
import { lazy } from 'react';
import { useRun } from '../../store/run.ts';
import { useSelection } from '../../store/selection.ts';
import { EmptyPanel } from '../ReportState.tsx';
import { functionShown } from '../subject.ts';

const FunctionGraph = lazy(async () => {
  const { FunctionGraph: component } = await import('./ShownGraph.tsx');
  return { default: component };
});

const AskedGraph = lazy(async () => {
  const { AskedGraph: component } = await import('./ShownGraph.tsx');
  return { default: component };
});

/** The Graph tab. */
export function GraphPanel() {
  const functions = useRun((state) => state.functions);
  const graphs = useRun((state) => state.inspected);
  const { fn, inspected } = useSelection();
  const asked = graphs.find(({ id, kind }) => id === inspected && kind === 'graph');
  const shown = functionShown(functions, fn);
  const latest = graphs.findLast(({ kind }) => kind === 'graph');
  const graph = asked ?? (shown === null ? latest : undefined);
  if (graph !== undefined) return <AskedGraph key={graph.id} graph={graph} />;
  if (shown !== null) return <FunctionGraph key={shown.fn} shown={shown} />;
  return (
    <EmptyPanel words="Run a cell that ends with a symbolic expression, or calls compile or viewGraph, and its graph is drawn here." />
  );
}
