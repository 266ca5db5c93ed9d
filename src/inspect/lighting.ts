/**
 * @file What lights up together: nodes of the shown graph, their lines in cells, and the lines of kernels that compute them. A
 * panel says which nodes the pointer is at; the editor says which lines.
 */
import { useMemo } from 'react';
import { create } from 'zustand';
import type { GraphNode } from '../../engine/worker/protocol.ts';
import { select, useSelection, type LitLine } from '../store/selection.ts';
import { linesOf, nodesOn } from './places.ts';

const NONE: ReadonlySet<number> = new Set();

/** Nodes under the pointer, with the list that their ids are of. */
const useLitNodes = create<{
  readonly nodes: readonly GraphNode[] | null;
  readonly ids: ReadonlySet<number>;
}>(() => ({ nodes: null, ids: NONE }));

/** Light nodes of a list, and their lines. */
export function lightNodes(nodes: readonly GraphNode[], ids: readonly number[]): void {
  useLitNodes.setState({ nodes, ids: new Set(ids) });
  select({ lit: linesOf(ids.flatMap((id) => nodes[id] ?? [])) });
}

/** Light a line, and with it the nodes that were written there. */
export function lightLine(line: LitLine): void {
  useLitNodes.setState({ nodes: null, ids: NONE });
  select({ lit: [line] });
}

/** The pointer left. */
export function lightNothing(): void {
  useLitNodes.setState({ nodes: null, ids: NONE });
  select({ lit: [] });
}

/** The lit nodes of a list: those that were pointed at, or those of the lines that light up. */
export function useLit(nodes: readonly GraphNode[]): ReadonlySet<number> {
  const pointed = useLitNodes();
  const lines = useSelection((state) => state.lit);
  return useMemo(() => {
    if (pointed.nodes === nodes) return pointed.ids;
    return lines.length === 0 ? NONE : nodesOn(lines, nodes);
  }, [pointed, lines, nodes]);
}
