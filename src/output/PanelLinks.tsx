/** @file Lines that lead to a panel: the type of an expression with its graphs, and what `viewKernels` and its kind give. */
import type { InspectedGraph } from '../../engine/worker/protocol.ts';
import { firstOfLatest } from '../inspect/subject.ts';
import { useRun } from '../store/run.ts';
import { select, type SelectionState } from '../store/selection.ts';
import { showShape } from '../ui/format.ts';
import type { OutputOf } from './output-of.ts';

/** A link that shows something in a panel. */
function PanelLink({ words, target }: PanelLinkProps) {
  return (
    <button className="link" type="button" onClick={() => select(target)}>
      {words}
    </button>
  );
}

type PanelLinkProps = { readonly words: string; readonly target: Partial<SelectionState> };

const graphTarget = (panel: 'graph' | 'gradient', inspected: string): Partial<SelectionState> => ({
  panel,
  inspected,
  isInspectorOpen: true,
});

/** A gradient of the expression of this name. */
const gradientOf = (graphs: readonly InspectedGraph[], name: string | null): string | null =>
  firstOfLatest(
    graphs.filter(({ kind, title }) => kind === 'gradient' && title.startsWith(`${name} `)),
  )?.id ?? null;

/** `cost : float32 []`, and what can be opened for it. */
export function TensorOutput({ output }: { readonly output: OutputOf<'tensor'> }) {
  const { name, dtype, shape, graph } = output;
  const gradient = useRun((state) => gradientOf(state.inspected, name));
  return (
    <div className="sig">
      <span>
        {name ?? 'expression'}
        <span className="dim">{` : ${dtype} ${showShape(shape)}`}</span>
      </span>
      <span className="links">
        {graph !== null && <PanelLink words="Graph" target={graphTarget('graph', graph)} />}
        {gradient !== null && (
          <PanelLink words="Gradient" target={graphTarget('gradient', gradient)} />
        )}
      </span>
    </div>
  );
}

/** What to select for a link: an inspected graph, or a function. */
function targetOf(output: OutputOf<'panel'>, isInspected: boolean): Partial<SelectionState> {
  const { panel, target } = output;
  if (panel === 'timeline') return { fn: target, isTimelineOpen: true };
  return {
    panel,
    isInspectorOpen: true,
    ...(isInspected ? { inspected: target } : { fn: target, inspected: null }),
  };
}

const PANEL_WORDS = {
  graph: 'Graph',
  passes: 'Passes',
  gradient: 'Gradient',
  kernels: 'Kernels',
  timeline: 'Timeline',
} as const;

/** `train`, and the panel that shows it. */
export function PanelOutput({ output }: { readonly output: OutputOf<'panel'> }) {
  const isInspected = useRun((state) => state.inspected.some(({ id }) => id === output.target));
  return (
    <div className="sig">
      <span>{output.title}</span>
      <span className="links">
        <PanelLink words={PANEL_WORDS[output.panel]} target={targetOf(output, isInspected)} />
      </span>
    </div>
  );
}
