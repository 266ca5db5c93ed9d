/** @file The nodes that a kernel computes; each leads to its place in the graph. */
import type { GraphNode } from '../../../engine/worker/protocol.ts';
import { select } from '../../store/selection.ts';
import { edgeType, nameOf } from '../graph/node-text.ts';
import { lightNodes, lightNothing, useLit } from '../lighting.ts';

export function NodeColumn({ kernelNodes, nodes }: NodeColumnProps) {
  const lit = useLit(nodes);
  return (
    <div className="column">
      <h4>Nodes</h4>
      <ul className="nodes">
        {kernelNodes.map((node) => (
          <li key={node.id}>
            <button
              className={lit.has(node.id) ? 'node lit' : 'node'}
              type="button"
              title={edgeType(node)}
              onClick={() => select({ panel: 'graph', inspected: null, node: node.id })}
              onPointerEnter={() => lightNodes(nodes, [node.id])}
              onPointerLeave={lightNothing}
            >
              {nameOf(node)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

type NodeColumnProps = {
  readonly kernelNodes: readonly GraphNode[];
  /** Of the optimized graph. */
  readonly nodes: readonly GraphNode[];
};
