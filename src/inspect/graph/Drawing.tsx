/** @file A graph as a drawing: nodes in the shapes of their kinds, edges with the types that they carry. */
import { memo, type CSSProperties } from 'react';
import { classNames } from '../../ui/class-names.ts';
import type { Placed, Point } from './layout.ts';
import type { PictureEdge, PictureNode } from './picture.ts';
import { KIND_COLOUR, outline } from './shapes.ts';

/** How a node differs between two graphs, or in what part of one it is. */
export type Mark = 'gone' | 'new' | 'moved' | 'adjoint' | 'plain';

const SIGNS: { readonly [M in Mark]?: { readonly sign: string; readonly word: string } } = {
  gone: { sign: '\u2212', word: 'removed' },
  new: { sign: '+', word: 'added' },
  moved: { sign: '~', word: 'rewired' },
};

/** How nodes answer to a person; without `onChoose` they are no buttons. */
export type Choosing = {
  readonly chosen: number | null;
  /** The one node that Tab reaches. */
  readonly entry: number | null;
  readonly lit: ReadonlySet<number>;
  readonly onChoose?: (id: number) => void;
  readonly onPoint: (id: number | null) => void;
};

/** The inside of an SVG. `markOf` gives the mark of a node. */
export function Drawing({ nodes, edges, placed, markOf, choosing }: DrawingProps) {
  return (
    <>
      {edges.map((edge, i) => (
        <Edge
          key={`${edge.from}-${edge.to}-${i}`}
          edge={edge}
          way={placed.ways[i]!}
          mark={edgeMark(markOf(edge.from), markOf(edge.to))}
        />
      ))}
      {nodes.map((node, i) => (
        <Node
          key={node.id}
          node={node}
          at={placed.centres[i]!}
          mark={markOf(node.id)}
          isLit={choosing.lit.has(node.id)}
          isChosen={choosing.chosen === node.id}
          isEntry={choosing.entry === node.id}
          onChoose={choosing.onChoose}
          onPoint={choosing.onPoint}
        />
      ))}
    </>
  );
}

type DrawingProps = {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  readonly placed: Placed;
  readonly markOf: (id: number) => Mark | null;
  readonly choosing: Choosing;
};

/** An edge is new, or gone, with either end; it is of the derivative when it leads there. */
function edgeMark(from: Mark | null, to: Mark | null): Mark | null {
  if (from === 'gone' || to === 'gone') return 'gone';
  if (to === 'moved' && from === 'new') return 'moved';
  if (from === 'new' || to === 'new') return 'new';
  return to === 'adjoint' || to === 'plain' ? to : null;
}

const ARROW = { long: 7, half: 3.5 };

/** The way up to where the arrow begins, and the arrow. */
function wayPaths(points: readonly Point[]): { readonly line: string; readonly arrow: string } {
  const end = points.at(-1)!;
  const before = points.at(-2) ?? end;
  const length = Math.hypot(end.x - before.x, end.y - before.y) || 1;
  const [dx, dy] = [(end.x - before.x) / length, (end.y - before.y) / length];
  const foot = { x: end.x - dx * ARROW.long, y: end.y - dy * ARROW.long };
  const line = [...points.slice(0, -1), foot]
    .map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`)
    .join('');
  const corner = (side: number): string =>
    `${(foot.x - side * dy * ARROW.half).toFixed(1)} ${(foot.y + side * dx * ARROW.half).toFixed(1)}`;
  return { line, arrow: `M${corner(1)}L${corner(-1)}L${end.x.toFixed(1)} ${end.y.toFixed(1)}Z` };
}

type EdgeProps = {
  readonly edge: PictureEdge;
  readonly way: Placed['ways'][number];
  readonly mark: Mark | null;
};

const Edge = memo(function Edge({ edge, way, mark }: EdgeProps) {
  const { line, arrow } = wayPaths(way.points);
  const sense = mark ?? '';
  const start = way.points[0]!;
  return (
    <g>
      <title>{edge.words}</title>
      <path className={`g-edge ${sense}`} d={line} />
      <path className={`g-arrow ${sense}`} d={arrow} />
      {mark === 'moved' && <circle className="g-dot" cx={start.x} cy={start.y + 3} r="3.5" />}
      {way.label !== null && (
        <text className="g-type" x={way.label.x} y={way.label.y + 3.5}>
          {edge.label}
        </text>
      )}
    </g>
  );
});

type NodeProps = {
  readonly node: PictureNode;
  readonly at: Point;
  readonly mark: Mark | null;
  readonly isLit: boolean;
  readonly isChosen: boolean;
  readonly isEntry: boolean;
  readonly onChoose: Choosing['onChoose'];
  readonly onPoint: Choosing['onPoint'];
};

const Node = memo(function Node({ node, at, mark, isLit, ...choosing }: NodeProps) {
  const { id, kind, label, words, isOutput, width, height } = node;
  const { isChosen, isEntry, onChoose, onPoint } = choosing;
  const sign = mark === null ? undefined : SIGNS[mark];
  const [body, ...more] = outline(kind, width, height);
  const button = onChoose !== undefined && {
    role: 'button',
    tabIndex: isEntry ? 0 : -1,
    'aria-label': sign === undefined ? words : `${words}, ${sign.word}`,
    'aria-pressed': isChosen,
    'data-node': id,
    onClick: () => onChoose(id),
  };
  return (
    <g
      className={classNames({ g: true, lit: isLit, chosen: isChosen, output: isOutput })}
      transform={`translate(${at.x.toFixed(1)} ${at.y.toFixed(1)})`}
      style={{ '--k': KIND_COLOUR[kind] } as CSSProperties}
      onPointerEnter={() => onPoint(id)}
      onPointerLeave={() => onPoint(null)}
      {...button}
    >
      <path className={`g-node ${kind} ${mark ?? ''}`} d={body} />
      {more.map((path) => (
        <path key={path} className={`g-line ${mark ?? ''}`} d={path} />
      ))}
      <text className={mark === 'new' ? 'g-name b' : 'g-name'} y="4">
        {label}
      </text>
      {sign !== undefined && (
        <text className={`g-sign ${mark ?? ''}`} x={-width / 2 - 10} y="4">
          {sign.sign}
        </text>
      )}
    </g>
  );
});
