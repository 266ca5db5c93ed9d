/**
 * @file The text of a kernel in colours. Under the pointer or the arrow keys a line lights up with its nodes and the lines of
 * cells; Enter shows that line in the editor. A long text is made in pieces, so that no task of the page grows long.
 */
import { memo, useEffect, useId, useState, type KeyboardEvent } from 'react';
import type { DeviceName, GraphNode } from '../../../engine/worker/protocol.ts';
import { revealLine } from '../../store/selection.ts';
import { lightNodes, lightNothing, useLit } from '../lighting.ts';
import { linesOf } from '../places.ts';
import { highlightLine } from './highlight.ts';
import type { TextLine } from './kernel-text.ts';

/** Lines that are made at once. */
const PIECE = 60;

export function KernelText({ lines, device, nodes, label }: KernelTextProps) {
  const [at, setAt] = useState<number | null>(null);
  const count = useGrowing(lines);
  const lit = useLit(nodes);
  const id = useId();
  const light = (line: TextLine | undefined): void =>
    line === undefined || line.nodes.length === 0 ? lightNothing() : lightNodes(nodes, line.nodes);
  const step = (event: KeyboardEvent): void => {
    const to = targetOf(event.key, at, lines.length);
    if (to !== null) {
      setAt(to);
      light(lines[to]);
      document.getElementById(`${id}-${to}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && at !== null) showSource(lines[at], nodes);
    else return;
    event.preventDefault();
  };
  return (
    <div
      className="text code"
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={at === null ? undefined : `${id}-${at}`}
      onKeyDown={step}
      onPointerOver={(event) => light(lines[placeOf(event.target)])}
      onPointerLeave={lightNothing}
      onDoubleClick={(event) => showSource(lines[placeOf(event.target)], nodes)}
    >
      {lines.slice(0, count).map((line, i) => (
        <Line
          key={line.number}
          id={`${id}-${i}`}
          at={i}
          number={line.number}
          text={line.text}
          device={device}
          isLit={line.nodes.some((node) => lit.has(node))}
          isAt={i === at}
        />
      ))}
    </div>
  );
}

type KernelTextProps = {
  readonly lines: readonly TextLine[];
  readonly device: DeviceName;
  /** Of the optimized graph. */
  readonly nodes: readonly GraphNode[];
  readonly label: string;
};

const placeOf = (target: EventTarget): number =>
  target instanceof Element
    ? Number(target.closest<HTMLElement>('.tx')?.dataset['at'] ?? NaN)
    : NaN;

/** How many of the lines are made: a piece at first, one more in each frame. */
function useGrowing(lines: readonly TextLine[]): number {
  const [grown, setGrown] = useState({ lines, count: PIECE });
  const count = grown.lines === lines ? grown.count : PIECE;
  useEffect(() => {
    if (count >= lines.length) return undefined;
    const frame = requestAnimationFrame(() => setGrown({ lines, count: count + PIECE }));
    return () => cancelAnimationFrame(frame);
  }, [lines, count]);
  return count;
}

function targetOf(key: string, at: number | null, count: number): number | null {
  const targets: { readonly [key: string]: number } = {
    ArrowDown: at === null ? 0 : at + 1,
    ArrowUp: (at ?? 0) - 1,
    Home: 0,
    End: count - 1,
  };
  const to = targets[key];
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to));
}

/** The line of a cell that a line of the text comes from, in the editor. */
function showSource(line: TextLine | undefined, nodes: readonly GraphNode[]): void {
  const [source] = linesOf(line?.nodes.flatMap((id) => nodes[id] ?? []) ?? []);
  if (source !== undefined) revealLine(source.cell, source.line);
}

const Line = memo(function Line({ id, at, number, text, device, isLit, isAt }: LineProps) {
  const classes = `tx${isLit ? ' lit' : ''}${isAt ? ' here' : ''}`;
  return (
    <div className={classes} id={id} data-at={at} role="option" aria-selected={isAt}>
      <span className="no" aria-hidden="true">
        {number}
      </span>
      <code>
        {highlightLine(text, device).map(({ kind, text: piece }, i) =>
          kind === 'plain' ? (
            piece
          ) : (
            // Pieces are known by their place.
            <span key={i} className={kind}>
              {piece}
            </span>
          ),
        )}
      </code>
    </div>
  );
});

type LineProps = {
  readonly id: string;
  readonly at: number;
  readonly number: number;
  readonly text: string;
  readonly device: DeviceName;
  readonly isLit: boolean;
  readonly isAt: boolean;
};
