/** @file The lines of cells that a kernel comes from. */
import type { GraphNode } from '../../../engine/worker/protocol.ts';
import { presentOf, useNotebook } from '../../store/notebook.ts';
import type { LitLine } from '../../store/selection.ts';
import { lightNodes, lightNothing, useLit } from '../lighting.ts';
import { PlaceLink } from '../PlaceLink.tsx';
import { inOrder, linesOf, nodesOn, sourceLine } from '../places.ts';

export function SourceColumn({ kernelNodes, nodes }: SourceColumnProps) {
  const cells = useNotebook((state) => presentOf(state).cells);
  const lit = useLit(nodes);
  const lines = inOrder(linesOf(kernelNodes), cells);
  const idsOn = (line: LitLine): readonly number[] => [...nodesOn([line], kernelNodes)];
  return (
    <div className="column">
      <h4>Lines of cells</h4>
      {lines.length === 0 && <p className="dim">None: the engine made all of its nodes.</p>}
      <ul>
        {lines.map((line) => {
          const ids = idsOn(line);
          return (
            <li
              key={`${line.cell}:${line.line}`}
              className={ids.some((id) => lit.has(id)) ? 'source lit' : 'source'}
              onPointerEnter={() => lightNodes(nodes, ids)}
              onPointerLeave={lightNothing}
            >
              <PlaceLink cell={line.cell} line={line.line} />{' '}
              <code>{sourceLine(cells, line).trim()}</code>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

type SourceColumnProps = {
  readonly kernelNodes: readonly GraphNode[];
  /** Of the optimized graph. */
  readonly nodes: readonly GraphNode[];
};
