/** @file The values of the arena as a table: the kernel that writes each, the last that reads it, its place and its bytes. */
import type { GraphNode, KernelReport } from '../../../engine/worker/protocol.ts';
import { select } from '../../store/selection.ts';
import { showBytes } from '../../ui/format.ts';
import { nameOf } from '../graph/node-text.ts';
import { kernelKeys } from '../kernels/kernel-times.ts';
import { lightNodes, lightNothing, useLit } from '../lighting.ts';
import type { Span } from './arena.ts';

export function ArenaTable({ plan, nodes, kernels }: ArenaTableProps) {
  const lit = useLit(nodes);
  const keys = kernelKeys(kernels);
  return (
    <table className="memory arena-values">
      <caption>Values within a call</caption>
      <thead>
        <tr>
          <th scope="col">value</th>
          <th scope="col">written by</th>
          <th scope="col">last read by</th>
          <th scope="col">at</th>
          <th scope="col">bytes</th>
        </tr>
      </thead>
      <tbody>
        {plan.map(({ node, offset, bytes, from, to }) => (
          <tr
            key={`${node}:${offset}:${from}`}
            className={lit.has(node) ? 'lit' : undefined}
            onPointerEnter={() => lightNodes(nodes, [node])}
            onPointerLeave={lightNothing}
          >
            <th scope="row">{nodes[node] === undefined ? '?' : nameOf(nodes[node])}</th>
            <td>
              <KernelLink at={from} name={keys[from]} />
            </td>
            <td>
              <KernelLink at={to} name={keys[to]} />
            </td>
            <td>{offset.toLocaleString('en')}</td>
            <td>{showBytes(bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type ArenaTableProps = {
  readonly plan: readonly Span[];
  readonly nodes: readonly GraphNode[];
  readonly kernels: readonly KernelReport[];
};

/** "3 dot", which leads to the kernel. */
function KernelLink({ at, name }: { readonly at: number; readonly name: string | undefined }) {
  if (name === undefined) return <>{at + 1}</>;
  return (
    <button
      className="link"
      type="button"
      title={name}
      onClick={() => select({ panel: 'kernels', kernel: name })}
    >
      {`${at + 1} ${name}`}
    </button>
  );
}
