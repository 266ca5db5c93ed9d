/** @file What is known of a kernel that ran: its buffers, its text, and the lines of cells that it comes from. */
import type { GraphNode, KernelReport, TimelineEvent } from '../../../engine/worker/protocol.ts';
import { presentOf, useNotebook } from '../../store/notebook.ts';
import { select } from '../../store/selection.ts';
import { showBytes } from '../../ui/format.ts';
import { kernelBytes } from '../kernels/buffers.ts';
import { kernelKeys, keysOfRuns } from '../kernels/kernel-times.ts';
import { PlaceLink } from '../PlaceLink.tsx';
import { inOrder, linesOf } from '../places.ts';
import { useReport } from '../use-report.ts';
import type { TimedCall } from './calls.ts';
import { Row } from './FactRow.tsx';

/** Lines that are named. */
const LINES_MAX = 2;

export function KernelFacts({ event, fn, calls }: KernelFactsProps) {
  const kernels = useReport(fn, 'kernels').value ?? [];
  const nodes = useReport(fn, 'graph').value?.optimized.nodes ?? [];
  const key = keyOf(event, calls, kernels);
  const kernel = key === null ? undefined : kernels[kernelKeys(kernels).indexOf(key)];
  if (kernel === undefined) return null;
  return (
    <>
      <Row word="buffers">{showBytes(kernelBytes(kernel))}</Row>
      <Row word="text">
        <button
          className="link"
          type="button"
          onClick={() => select({ panel: 'kernels', fn, kernel: key, isInspectorOpen: true })}
        >
          {kernel.device === 'webgpu' ? 'WGSL' : 'WebAssembly'}
        </button>
      </Row>
      <Sources nodes={kernel.nodes.flatMap((id) => nodes[id] ?? [])} />
    </>
  );
}

type KernelFactsProps = {
  readonly event: TimelineEvent;
  readonly fn: string;
  readonly calls: readonly TimedCall[];
};

/** Which kernel of the function it was: those of one name take turns. */
function keyOf(
  event: TimelineEvent,
  calls: readonly TimedCall[],
  kernels: readonly KernelReport[],
): string | null {
  const call = calls.find((each) => each.fn === event.fn && each.call === event.call);
  if (call === undefined) return null;
  const names = call.kernels.map(({ name }) => name);
  return keysOfRuns(kernels, names)[call.kernels.indexOf(event)] ?? null;
}

function Sources({ nodes }: { readonly nodes: readonly GraphNode[] }) {
  const cells = useNotebook((state) => presentOf(state).cells);
  const lines = inOrder(linesOf(nodes), cells);
  if (lines.length === 0) return null;
  return (
    <Row word="source">
      {lines.slice(0, LINES_MAX).map(({ cell, line }) => (
        <div key={`${cell}:${line}`}>
          <PlaceLink cell={cell} line={line} />
        </div>
      ))}
      {lines.length > LINES_MAX && <div className="dim">{`${lines.length - LINES_MAX} more`}</div>}
    </Row>
  );
}
