/** @file A graph to look around in: its drawing, what of it is left out, and the card of the node that was chosen. */
import { useMemo, useState, type ReactNode } from 'react';
import type { GraphNode, GraphView as ViewData } from '../../../engine/worker/protocol.ts';
import { lightNodes, lightNothing, useLit } from '../lighting.ts';
import type { Mark } from './Drawing.tsx';
import { GraphView } from './GraphView.tsx';
import { NodeCard } from './NodeCard.tsx';
import { makePicture } from './picture.ts';
import './graph.css';

/** The drawing of a graph, and the card of its chosen node with the rows that `children` adds. */
export function Explorer({ view, label, chosen, onChoose, markOf, children }: ExplorerProps) {
  const [isWhole, setWhole] = useState(false);
  const [around, setAround] = useState<number | null>(null);
  const picture = useMemo(() => makePicture(view, { isWhole, around }), [view, isWhole, around]);
  const lit = useLit(view.nodes);
  const node = chosen === null ? undefined : view.nodes[chosen];
  const hidden = view.nodes.length - picture.nodes.length - picture.leftOut;
  return (
    <>
      <GraphView
        picture={picture}
        label={label}
        foot={
          <label className="check">
            <input
              type="checkbox"
              checked={isWhole}
              onChange={(event) => setWhole(event.currentTarget.checked)}
            />
            {isWhole || hidden === 0
              ? 'Numbers and sizes as nodes'
              : `Numbers and sizes as nodes (${hidden} more)`}
          </label>
        }
        chosen={chosen}
        lit={lit}
        markOf={markOf}
        onChoose={onChoose}
        onPoint={(id) => (id === null ? lightNothing() : lightNodes(view.nodes, [id]))}
      />
      {node !== undefined && (
        <NodeCard
          node={node}
          nodes={view.nodes}
          onChoose={onChoose}
          onAround={picture.leftOut > 0 || around !== null ? setAround : undefined}
        >
          {children?.(node)}
        </NodeCard>
      )}
    </>
  );
}

type ExplorerProps = {
  readonly view: ViewData;
  readonly label: string;
  readonly chosen: number | null;
  readonly onChoose: (id: number | null) => void;
  readonly markOf?: (id: number) => Mark | null;
  readonly children?: (node: GraphNode) => ReactNode;
};
