/** @file The memory of a call: which intermediate values share bytes, the peak with and without that, and what stays. */
import { useMemo } from 'react';
import type {
  FunctionSummary,
  GraphNode,
  KernelReport,
  MemoryReport,
} from '../../../engine/worker/protocol.ts';
import { useRun } from '../../store/run.ts';
import { showBytes } from '../../ui/format.ts';
import { EmptyPanel, ReportState } from '../ReportState.tsx';
import { FunctionSubject } from '../Subject.tsx';
import { useFunctionShown } from '../subject.ts';
import { useReport } from '../use-report.ts';
import { ArenaChart } from './ArenaChart.tsx';
import { ArenaTable } from './ArenaTable.tsx';
import { heldValues } from './arena.ts';
import { HeldTable } from './HeldTable.tsx';
import './memory.css';

/** The Memory tab. */
export function MemoryPanel() {
  const shown = useFunctionShown();
  if (shown === null)
    return (
      <EmptyPanel words="Run a cell that calls a compiled function, and the buffers that its call needs stand here, with what they share." />
    );
  return <MemoryOf key={shown.fn} shown={shown} />;
}

const NO_NODES: readonly GraphNode[] = [];
const NO_KERNELS: readonly KernelReport[] = [];

function MemoryOf({ shown }: { readonly shown: FunctionSummary }) {
  const memory = useReport(shown.fn, 'memory');
  const kernels = useReport(shown.fn, 'kernels').value ?? NO_KERNELS;
  const nodes = useReport(shown.fn, 'graph').value?.optimized.nodes ?? NO_NODES;
  const variables = useRun((state) => state.variables);
  const held = useMemo(
    () => heldValues({ nodes, kernels, variables }),
    [nodes, kernels, variables],
  );
  const { value } = memory;
  return (
    <>
      <FunctionSubject shown={shown} facts={value === null ? '' : factsOf(value)} />
      <ReportState report={memory} what="buffer plan" />
      {value !== null && <Arena memory={value} nodes={nodes} kernels={kernels} name={shown.name} />}
      {held.length > 0 && <HeldTable values={held} nodes={nodes} />}
    </>
  );
}

/** "5.1 kB, 23 % less than without reuse". */
function factsOf({ peakBytes, peakBytesWithoutReuse: without }: MemoryReport): string {
  if (peakBytes === 0) return 'no intermediate buffers';
  const saved = Math.floor((100 * (without - peakBytes)) / without);
  const less = saved < 1 ? 'nothing is shared' : `${saved}\u00a0% less than without reuse`;
  return `peak ${showBytes(peakBytes)}, ${less}`;
}

function Arena({ memory, nodes, kernels, name }: ArenaProps) {
  if (memory.plan.length === 0)
    return (
      <EmptyPanel
        words={
          kernels.length === 0
            ? `${name} has no buffer plan yet: it is made at the first call, which knows the extents. Run a cell that calls it.`
            : `${name} needs no buffers of its own: its kernels write results and variables, and nothing between them.`
        }
      />
    );
  return (
    <>
      <ArenaChart memory={memory} nodes={nodes} />
      <ArenaTable plan={memory.plan} nodes={nodes} kernels={kernels} />
    </>
  );
}

type ArenaProps = {
  readonly memory: MemoryReport;
  readonly nodes: readonly GraphNode[];
  readonly kernels: readonly KernelReport[];
  readonly name: string;
};
