/** @file What is known of the chosen node: its formula, type, place in the notebook, rule and kernel, and what is beside it. */
import type { ReactNode } from 'react';
import type { GraphNode } from '../../../engine/worker/protocol.ts';
import { presentOf, useNotebook } from '../../store/notebook.ts';
import { showBytes } from '../../ui/format.ts';
import { Formula } from '../Formula.tsx';
import { lightNodes, lightNothing } from '../lighting.ts';
import { PlaceLink } from '../PlaceLink.tsx';
import { inOrder, linesOf, sourceLine } from '../places.ts';
import { bytesOf, labelOf, nameOf, sentenceType } from './node-text.ts';
import { KIND_WORDS } from './shapes.ts';

/** The card. `children` are more rows, of a graph that was optimized. */
export function NodeCard({ node, nodes, onChoose, onAround, children }: NodeCardProps) {
  const bytes = bytesOf(node);
  const users = nodes.filter(({ inputs }) => inputs.includes(node.id));
  return (
    <section className="node-card" aria-label={`Node ${labelOf(node)}`}>
      <div className="stepper">
        <h3>{labelOf(node)}</h3>
        <span className="dim">{KIND_WORDS[node.kind]}</span>
        {onAround !== undefined && (
          <button className="link" type="button" onClick={() => onAround(node.id)}>
            Draw around it
          </button>
        )}
      </div>
      {node.inputs.length > 0 && <Formula tex={node.latex} />}
      <dl className="node-facts">
        <Fact word="type">
          <code>{sentenceType(node)}</code>
          {bytes !== null && <span className="dim">{`, ${showBytes(bytes)}`}</span>}
        </Fact>
        <Sources node={node} />
        {children}
        {node.inputs.length > 0 && (
          <Fact word="made of">
            <NodeLinks ids={node.inputs} nodes={nodes} onChoose={onChoose} />
          </Fact>
        )}
        {users.length > 0 && (
          <Fact word="used by">
            <NodeLinks ids={users.map(({ id }) => id)} nodes={nodes} onChoose={onChoose} />
          </Fact>
        )}
      </dl>
    </section>
  );
}

type NodeCardProps = {
  readonly node: GraphNode;
  readonly nodes: readonly GraphNode[];
  readonly onChoose: (id: number) => void;
  /** Draws what is near to the node; given where not all is drawn. */
  readonly onAround: ((id: number) => void) | undefined;
  readonly children?: ReactNode;
};

/** A row of the card. */
export function Fact({ word, children }: { readonly word: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{word}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Lines where it was written, in the order of the notebook, with their text. */
function Sources({ node }: { readonly node: GraphNode }) {
  const cells = useNotebook((state) => presentOf(state).cells);
  const lines = inOrder(linesOf([node]), cells);
  return (
    <Fact word="written in">
      {lines.length === 0 && 'no line: the engine made it'}
      {lines.map((line) => (
        <div key={`${line.cell}:${line.line}`} className="source">
          <PlaceLink cell={line.cell} line={line.line} />{' '}
          <code>{sourceLine(cells, line).trim()}</code>
        </div>
      ))}
    </Fact>
  );
}

/** More links than these are not made: nobody reads them. */
const LINKS_MAX = 12;

function NodeLinks({ ids, nodes, onChoose }: NodeLinksProps) {
  const distinct = [...new Set(ids)];
  return (
    <>
      {distinct.slice(0, LINKS_MAX).map((id) => (
        <button
          key={id}
          className="link"
          type="button"
          onClick={() => onChoose(id)}
          onPointerEnter={() => lightNodes(nodes, [id])}
          onPointerLeave={lightNothing}
        >
          {nameOf(nodes[id]!)}
        </button>
      ))}
      {distinct.length > LINKS_MAX && (
        <span className="dim">{`and ${distinct.length - LINKS_MAX} more`}</span>
      )}
    </>
  );
}

type NodeLinksProps = {
  readonly ids: readonly number[];
  readonly nodes: readonly GraphNode[];
  readonly onChoose: (id: number) => void;
};
