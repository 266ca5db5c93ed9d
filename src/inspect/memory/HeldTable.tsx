/** @file The values that are there before and after a call: inputs, shared variables and constants. */
import type { GraphNode } from '../../../engine/worker/protocol.ts';
import { showBytes, showShape } from '../../ui/format.ts';
import { lightNodes, lightNothing, useLit } from '../lighting.ts';
import { bytesOfAll, type HeldValue } from './arena.ts';

export function HeldTable({ values, nodes }: HeldTableProps) {
  const lit = useLit(nodes);
  const all = bytesOfAll(values);
  return (
    <table className="memory">
      <caption>
        Values that outlive a call
        {all !== null && <span className="dim">{` ${showBytes(all)}`}</span>}
      </caption>
      <thead>
        <tr>
          <th scope="col">value</th>
          <th scope="col">is</th>
          <th scope="col">type</th>
          <th scope="col">bytes</th>
        </tr>
      </thead>
      <tbody>
        {values.map(({ name, kind, dtype, shape, bytes, node }) => (
          <tr
            key={node}
            className={lit.has(node) ? 'lit' : undefined}
            onPointerEnter={() => lightNodes(nodes, [node])}
            onPointerLeave={lightNothing}
          >
            <th scope="row">{name}</th>
            <td className="kind">{KIND_WORDS[kind]}</td>
            <td>{`${dtype} ${showShape(shape)}`}</td>
            <td>{bytes === null ? '?' : showBytes(bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type HeldTableProps = {
  readonly values: readonly HeldValue[];
  /** Of the optimized graph. */
  readonly nodes: readonly GraphNode[];
};

const KIND_WORDS: Readonly<Record<HeldValue['kind'], string>> = {
  input: 'input',
  shared: 'shared variable',
  constant: 'constant',
};
