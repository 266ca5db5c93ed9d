/** @file What a function runs: its kernels, and of one of them the text, its nodes and the lines of cells that they come from. */
import { useMemo, useState } from 'react';
import type {
  FunctionSummary,
  GraphReport,
  KernelReport,
} from '../../../engine/worker/protocol.ts';
import { select, useSelection } from '../../store/selection.ts';
import { showCount } from '../../ui/format.ts';
import { EmptyPanel, ReportState } from '../ReportState.tsx';
import { FunctionSubject } from '../Subject.tsx';
import { useFunctionShown } from '../subject.ts';
import { showLength } from '../times.ts';
import { useReport } from '../use-report.ts';
import { KernelCard } from './KernelCard.tsx';
import { KernelList } from './KernelList.tsx';
import { isSameKernel } from './kernel-text.ts';
import { kernelKeys, kernelTimes, totalTime, type KernelTime } from './kernel-times.ts';
import './kernels.css';

/** The Kernels tab. */
export function KernelsPanel() {
  const shown = useFunctionShown();
  if (shown === null)
    return (
      <EmptyPanel words="Run a cell that calls a compiled function, and the programs that it runs on the device stand here, line by line." />
    );
  return <KernelsOf key={shown.fn} shown={shown} />;
}

function KernelsOf({ shown }: { readonly shown: FunctionSummary }) {
  const kernels = useReport(shown.fn, 'kernels');
  const graph = useReport(shown.fn, 'graph');
  const profile = useReport(shown.fn, 'profile');
  const held = useHeld(kernels.value);
  const times = useMemo(() => kernelTimes(held, profile.value ?? []), [held, profile.value]);
  return (
    <>
      <FunctionSubject shown={shown} facts={factsOf(held, times)} />
      <ReportState report={kernels} what="kernels" />
      {kernels.value?.length === 0 && (
        <EmptyPanel
          words={`${shown.name} has no kernels yet: they are made at the first call, which knows the extents. Run a cell that calls it.`}
        />
      )}
      {held.length > 0 && <Kernels kernels={held} times={times} graph={graph.value} />}
    </>
  );
}

const NONE: readonly KernelReport[] = [];

/** The kernels, the same objects as long as they say the same: a report comes every second while the function runs. */
function useHeld(kernels: readonly KernelReport[] | null): readonly KernelReport[] {
  const [held, setHeld] = useState({ from: kernels, kernels: kernels ?? NONE });
  if (kernels === null || held.from === kernels) return held.kernels;
  const isSame =
    kernels.length === held.kernels.length &&
    kernels.every((kernel, i) => isSameKernel(kernel, held.kernels[i]!));
  const next = isSame ? held.kernels : kernels;
  setHeld({ from: kernels, kernels: next });
  return next;
}

function factsOf(kernels: readonly KernelReport[], times: readonly (KernelTime | null)[]): string {
  if (kernels.length === 0) return '';
  const total = totalTime(times);
  const count = showCount(kernels.length, 'kernel');
  return total === null ? count : `${count} in ${showLength(total.microseconds, total.error)}`;
}

function Kernels({ kernels, times, graph }: KernelsProps) {
  const chosen = useSelection((state) => state.kernel);
  const keys = useMemo(() => kernelKeys(kernels), [kernels]);
  const at = Math.max(0, chosen === null ? 0 : keys.indexOf(chosen));
  const nodes = graph?.optimized.nodes ?? NO_NODES;
  return (
    <>
      <KernelList
        kernels={kernels}
        keys={keys}
        times={times}
        nodes={nodes}
        chosen={at}
        onChoose={(kernel) => select({ kernel })}
      />
      <KernelCard
        key={keys[at]}
        kernel={kernels[at]!}
        title={keys[at]!}
        time={times[at] ?? null}
        nodes={nodes}
      />
    </>
  );
}

const NO_NODES: GraphReport['optimized']['nodes'] = [];

type KernelsProps = {
  readonly kernels: readonly KernelReport[];
  readonly times: readonly (KernelTime | null)[];
  readonly graph: GraphReport | null;
};
