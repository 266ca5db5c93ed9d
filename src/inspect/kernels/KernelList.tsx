/** @file The kernels of a function in the order in which they run, with their share of the time. */
import type { CSSProperties } from 'react';
import type { GraphNode, KernelReport } from '../../../engine/worker/protocol.ts';
import { showBytes, showCount } from '../../ui/format.ts';
import { lightNodes, lightNothing, useLit } from '../lighting.ts';
import { ORIGINS, showLength } from '../times.ts';
import { kernelBytes } from './buffers.ts';
import { colourOfKernel } from './kernel-colour.ts';
import type { KernelTime } from './kernel-times.ts';

export function KernelList({ kernels, keys, times, nodes, chosen, onChoose }: KernelListProps) {
  const lit = useLit(nodes);
  const longest = Math.max(...times.map((time) => time?.microseconds ?? 0));
  return (
    <ol className="kernels">
      {kernels.map((kernel, i) => (
        <li key={keys[i]}>
          <button
            className={kernel.nodes.some((id) => lit.has(id)) ? 'kernel lit' : 'kernel'}
            type="button"
            aria-current={i === chosen ? true : undefined}
            onClick={() => onChoose(keys[i]!)}
            onPointerEnter={() => lightNodes(nodes, kernel.nodes)}
            onPointerLeave={lightNothing}
          >
            <span className="dim">{i + 1}</span>
            <span className="name">{keys[i]}</span>
            <Bar time={times[i] ?? null} longest={longest} name={kernel.name} />
            <Facts kernel={kernel} time={times[i] ?? null} />
          </button>
        </li>
      ))}
    </ol>
  );
}

type KernelListProps = {
  readonly kernels: readonly KernelReport[];
  readonly keys: readonly string[];
  readonly times: readonly (KernelTime | null)[];
  /** Of the optimized graph. */
  readonly nodes: readonly GraphNode[];
  readonly chosen: number;
  readonly onChoose: (key: string) => void;
};

function Facts({
  kernel,
  time,
}: {
  readonly kernel: KernelReport;
  readonly time: KernelTime | null;
}) {
  return (
    <>
      <span className="bytes" title={showCount(kernel.buffers.length, 'buffer')}>
        {showBytes(kernelBytes(kernel))}
      </span>
      <span className="us">
        {time === null ? 'not timed' : showLength(time.microseconds, time.error)}
      </span>
    </>
  );
}

/** How long it takes beside the others; the texture says how the length is known. */
function Bar({ time, longest, name }: BarProps) {
  if (time === null || longest === 0) return <span className="span" />;
  const width = `${Math.max(1, (100 * time.microseconds) / longest)}%`;
  const style = { width, '--k': `var(${colourOfKernel(name)})` } as CSSProperties;
  return (
    <span className="span">
      <i className={ORIGINS[time.origin].how} style={style} />
    </span>
  );
}

type BarProps = {
  readonly time: KernelTime | null;
  readonly longest: number;
  readonly name: string;
};
