/** @file Before and after a step, side by side: drawn, or as text; and the lines of the notebook that it is about. */
import { useMemo } from 'react';
import type { GraphNode, GraphReport } from '../../../engine/worker/protocol.ts';
import { presentOf, useNotebook } from '../../store/notebook.ts';
import { Drawing } from '../graph/Drawing.tsx';
import { labelOf } from '../graph/node-text.ts';
import { useLayout } from '../graph/use-layout.ts';
import { lightNodes, lightNothing, useLit } from '../lighting.ts';
import { PlaceLink } from '../PlaceLink.tsx';
import { inOrder, linesOf } from '../places.ts';
import { EmptyPanel } from '../ReportState.tsx';
import { diffStep, placesOf, textOf, type Half, type StepDiff } from './step-diff.ts';

const NOBODY = { chosen: null, entry: null } as const;

/** What a step changed. */
export function Diff({ report, at, isText }: DiffProps) {
  const diff = useMemo(() => diffStep(report, at), [report, at]);
  const { stepNodes, steps } = report;
  const { before, after } = steps[at]!;
  return (
    <>
      {isText ? (
        <div className="diff text">
          <TextHalf title="Before" half={diff.before} nodes={stepNodes} />
          <TextHalf title="After" half={diff.after} nodes={stepNodes} />
        </div>
      ) : (
        <DrawnDiff diff={diff} nodes={stepNodes} />
      )}
      <div className="legend">
        <span>
          <i className="a" />+ added
        </span>
        <span>
          <i className="r" />
          {'\u2212'} removed
        </span>
        <span>
          <i className="w" />~ rewired
        </span>
        {diff.leftOut > 0 && <span className="dim">{`${diff.leftOut} more are not drawn`}</span>}
        <Places nodes={[stepNodes[before]!, stepNodes[after]!]} />
      </div>
    </>
  );
}

type DiffProps = {
  readonly report: GraphReport;
  readonly at: number;
  readonly isText: boolean;
};

/** More links than these are not made. */
const PLACES_MAX = 4;

/** The lines that a step is about. */
function Places({ nodes }: { readonly nodes: readonly GraphNode[] }) {
  const cells = useNotebook((state) => presentOf(state).cells);
  const lines = inOrder(linesOf(nodes), cells);
  if (lines.length === 0) return null;
  return (
    <span className="places">
      {'from '}
      {lines.slice(0, PLACES_MAX).map(({ cell, line }) => (
        <PlaceLink key={`${cell}:${line}`} cell={cell} line={line} />
      ))}
      {lines.length > PLACES_MAX && ` and ${lines.length - PLACES_MAX} more`}
    </span>
  );
}

function DrawnDiff({
  diff,
  nodes,
}: {
  readonly diff: StepDiff;
  readonly nodes: readonly GraphNode[];
}) {
  const { placed, why, request } = useLayout(diff.request);
  const lit = useLit(nodes);
  if (why !== null) return <EmptyPanel words={`The step could not be laid out. ${why}`} />;
  const isReady = placed !== null && request === diff.request;
  return (
    <div className="diff" aria-busy={!isReady}>
      {(['Before', 'After'] as const).map((title) => {
        const half = title === 'Before' ? diff.before : diff.after;
        return (
          <figure key={title}>
            <figcaption>{title}</figcaption>
            {isReady && (
              <svg
                viewBox={`0 0 ${placed.width} ${placed.height}`}
                style={{ maxWidth: placed.width }}
                role="img"
                aria-label={`${title}: ${wordsOf(half, nodes)}`}
              >
                <Drawing
                  {...half}
                  placed={placesOf(half, placed)}
                  markOf={(id) => half.marks.get(id) ?? null}
                  choosing={{ ...NOBODY, lit, onPoint: (id) => point(nodes, id) }}
                />
              </svg>
            )}
          </figure>
        );
      })}
    </div>
  );
}

function point(nodes: readonly GraphNode[], id: number | null): void {
  if (id === null) lightNothing();
  else lightNodes(nodes, [id]);
}

const WORDS = { gone: 'removed', new: 'added', moved: 'rewired', adjoint: '', plain: '' } as const;

/** Its nodes in words: `softmax (removed), log (removed), at`. */
function wordsOf({ nodes, marks }: Half, all: readonly GraphNode[]): string {
  return nodes
    .map(({ id }) => {
      const mark = marks.get(id);
      const label = labelOf(all[id]!);
      return mark === undefined ? label : `${label} (${WORDS[mark]})`;
    })
    .join(', ');
}

function TextHalf({ title, half, nodes }: TextHalfProps) {
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <pre tabIndex={0} aria-label={`${title} as text`}>
        {textOf(half, nodes)}
      </pre>
    </figure>
  );
}

type TextHalfProps = {
  readonly title: string;
  readonly half: Half;
  readonly nodes: readonly GraphNode[];
};
