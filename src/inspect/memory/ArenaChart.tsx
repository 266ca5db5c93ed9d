/**
 * @file The arena as a picture: time runs to the right in kernels, bytes upwards. A rectangle is a value from the kernel that
 * writes it to the last that reads it, at the place that it has; the table beside says the same.
 */
import type { GraphNode, MemoryReport } from '../../../engine/worker/protocol.ts';
import { select } from '../../store/selection.ts';
import { showBytes, showCount } from '../../ui/format.ts';
import { nameOf } from '../graph/node-text.ts';
import { lightNodes, lightNothing, useLit } from '../lighting.ts';
import { kernelCountOf, liveBytes, type Span } from './arena.ts';

/** Height of the highest of the two peaks, and the room above it for a label, px. */
const PLOT = 168;
const HEAD = 18;
const FOOT = 18;

/** Values lower than this have no name in the picture, px. */
const NAME_MIN = 13;

/** Kernels that have their number below the picture. */
const TICKS_MAX = 16;

export function ArenaChart({ memory, nodes }: ArenaChartProps) {
  const { plan, peakBytes, peakBytesWithoutReuse } = memory;
  const count = kernelCountOf(memory);
  const top = Math.max(peakBytes, peakBytesWithoutReuse);
  const y = (bytes: number): number => HEAD + PLOT * (1 - bytes / top);
  return (
    <svg
      className="arena"
      role="img"
      aria-label={wordsOf(memory, count)}
      width="100%"
      height={HEAD + PLOT + FOOT}
    >
      <Ticks count={count} />
      {plan.map((span) => (
        <Value key={`${span.node}:${span.offset}:${span.from}`} {...{ span, nodes, count, y }} />
      ))}
      <Level y={y(peakBytes)} className="peak" words={`peak ${showBytes(peakBytes)}`} />
      {peakBytesWithoutReuse > peakBytes && (
        <Level
          y={y(peakBytesWithoutReuse)}
          className="without"
          words={`without reuse ${showBytes(peakBytesWithoutReuse)}`}
        />
      )}
    </svg>
  );
}

type ArenaChartProps = {
  readonly memory: MemoryReport;
  readonly nodes: readonly GraphNode[];
};

function wordsOf(memory: MemoryReport, count: number): string {
  const live = liveBytes(memory, count);
  const at = live.indexOf(Math.max(...live)) + 1;
  return `${showCount(memory.plan.length, 'value')} over ${showCount(count, 'kernel')} in an arena of ${showBytes(memory.peakBytes)}; without reuse ${showBytes(memory.peakBytesWithoutReuse)}. Most of it lives at kernel ${at}. The table below has each value.`;
}

function Ticks({ count }: { readonly count: number }) {
  const every = Math.ceil(count / TICKS_MAX);
  const shown = Array.from({ length: count }, (_, kernel) => kernel).filter((k) => k % every === 0);
  return (
    <g aria-hidden="true">
      {shown.map((kernel) => (
        <g key={kernel}>
          <line
            className="grid"
            x1={`${(100 * kernel) / count}%`}
            x2={`${(100 * kernel) / count}%`}
            y1={HEAD}
            y2={HEAD + PLOT}
          />
          <text
            className="tick"
            x={`${(100 * (kernel + 0.5)) / count}%`}
            y={HEAD + PLOT + 13}
            textAnchor="middle"
          >
            {kernel + 1}
          </text>
        </g>
      ))}
      <line className="ground" x1="0" x2="100%" y1={HEAD + PLOT} y2={HEAD + PLOT} />
    </g>
  );
}

function Value({ span, nodes, count, y }: ValueProps) {
  const lit = useLit(nodes);
  const node = nodes[span.node];
  const height = Math.max(2, y(span.offset) - y(span.offset + span.bytes));
  const x = `${(100 * span.from) / count}%`;
  const top = y(span.offset) - height;
  return (
    <g
      className={lit.has(span.node) ? 'value lit' : 'value'}
      onPointerEnter={() => lightNodes(nodes, [span.node])}
      onPointerLeave={lightNothing}
      onClick={() => select({ panel: 'graph', inspected: null, node: span.node })}
    >
      <rect
        x={x}
        y={top}
        width={`${(100 * (span.to - span.from + 1)) / count}%`}
        height={height}
        rx="2"
      />
      {node !== undefined && height >= NAME_MIN && (
        <text x={x} dx="5" y={top + Math.min(height - 3, 13)}>
          {nameOf(node)}
        </text>
      )}
    </g>
  );
}

type ValueProps = {
  readonly span: Span;
  readonly nodes: readonly GraphNode[];
  readonly count: number;
  readonly y: (bytes: number) => number;
};

function Level({ y, className, words }: LevelProps) {
  return (
    <g className={className}>
      <line x1="0" x2="100%" y1={y} y2={y} />
      <text x="100%" dx="-4" y={y - 4} textAnchor="end">
        {words}
      </text>
    </g>
  );
}

type LevelProps = { readonly y: number; readonly className: string; readonly words: string };
