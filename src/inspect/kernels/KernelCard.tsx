/** @file One kernel: what is known of it, and three columns that light up together: lines of cells, nodes, and its text. */
import { useMemo, useState } from 'react';
import type { GraphNode, KernelReport } from '../../../engine/worker/protocol.ts';
import { showBytes, showCount, showShape } from '../../ui/format.ts';
import { ORIGINS, showKnown } from '../times.ts';
import { ACCESS_WORDS, bufferBytes } from './buffers.ts';
import { CopyButton } from './CopyButton.tsx';
import { KernelText } from './KernelText.tsx';
import { NodeColumn } from './NodeColumn.tsx';
import { SourceColumn } from './SourceColumn.tsx';
import { ownLines, textLines, workgroupSize } from './kernel-text.ts';
import type { KernelTime } from './kernel-times.ts';

export function KernelCard({ kernel, title, time, nodes }: KernelCardProps) {
  const own = useMemo(() => kernel.nodes.flatMap((id) => nodes[id] ?? []), [kernel, nodes]);
  return (
    <section className="kernel-card" aria-label={`Kernel ${title}`}>
      <div className="stepper">
        <h3>{title}</h3>
        <span className="dim">{factsOf(kernel, time)}</span>
        <CopyButton text={kernel.text} />
      </div>
      <p className="boundary">{boundaryOf(kernel)}</p>
      <Buffers kernel={kernel} />
      <div className="columns">
        <SourceColumn kernelNodes={own} nodes={nodes} />
        <NodeColumn kernelNodes={own} nodes={nodes} />
        <Program kernel={kernel} nodes={nodes} />
      </div>
    </section>
  );
}

type KernelCardProps = {
  readonly kernel: KernelReport;
  readonly title: string;
  readonly time: KernelTime | null;
  /** Of the optimized graph. */
  readonly nodes: readonly GraphNode[];
};

function factsOf(kernel: KernelReport, time: KernelTime | null): string {
  const size = workgroupSize(kernel.text);
  const workgroup = size === null ? [] : [`workgroups of ${size}`];
  if (time === null) return [...workgroup, 'not timed yet'].join(', ');
  const { microseconds, error, origin, runs } = time;
  const mean = runs === 1 ? 'one run' : `mean of ${showCount(runs, 'run')}`;
  const known = `${ORIGINS[origin].word}, ${mean}`;
  return [...workgroup, `${showKnown(microseconds, error)} (${known})`].join(', ');
}

/** Which nodes it computes, and why it computes no more. */
function boundaryOf({ nodes, boundary }: KernelReport): string {
  const computes = `One kernel computes ${showCount(nodes.length, 'node')}`;
  return boundary === 'nothing follows'
    ? `${computes}; nothing that follows could join it.`
    : `${computes} and ends there: ${boundary}.`;
}

function Buffers({ kernel }: { readonly kernel: KernelReport }) {
  return (
    <table className="buffers">
      <caption className="sr">Buffers that the kernel is bound to</caption>
      <thead>
        <tr>
          <th scope="col">buffer</th>
          <th scope="col">holds</th>
          <th scope="col">type</th>
          <th scope="col">is</th>
          <th scope="col">bytes</th>
        </tr>
      </thead>
      <tbody>
        {kernel.buffers.map((buffer, i) => (
          // Bindings are known by their place.
          <tr key={i}>
            <th scope="row">{`b${i}`}</th>
            <td>{buffer.name}</td>
            <td>{`${buffer.dtype} ${showShape(buffer.shape)}`}</td>
            <td className="access">{ACCESS_WORDS[buffer.access]}</td>
            <td>{showBytes(bufferBytes(buffer))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Program({
  kernel,
  nodes,
}: {
  readonly kernel: KernelReport;
  readonly nodes: readonly GraphNode[];
}) {
  const [isWhole, setWhole] = useState(false);
  const lines = useMemo(() => textLines(kernel), [kernel]);
  const own = useMemo(() => ownLines(lines), [lines]);
  const word = kernel.device === 'webgpu' ? 'WGSL' : 'WebAssembly';
  return (
    <div className="column program">
      <h4>
        {word}
        <span className="dim">{` ${showCount(isWhole ? lines.length : own.length, 'line')}`}</span>
        {own.length < lines.length && (
          <label className="check">
            <input
              type="checkbox"
              checked={isWhole}
              onChange={(event) => setWhole(event.currentTarget.checked)}
            />
            {`Whole text (${lines.length - own.length} more)`}
          </label>
        )}
      </h4>
      <KernelText
        lines={isWhole ? lines : own}
        device={kernel.device}
        nodes={nodes}
        label={`${word} of ${kernel.name}`}
      />
    </div>
  );
}
