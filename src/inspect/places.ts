/** @file Where nodes were written, as cells and lines of the notebook; and which nodes a line leads to. */
import type { GraphNode } from '../../engine/worker/protocol.ts';
import type { Cell } from '../document/notebook.ts';
import type { LitLine } from '../store/selection.ts';

type Position = GraphNode['positions'][number];

/** "cell 5, line 2"; a position outside the notebook by its own name. */
export function placeWords(cells: readonly Cell[], cell: string, line: number | null): string {
  const at = cells.findIndex(({ id }) => id === cell);
  const where = at < 0 ? cell : `cell ${at + 1}`;
  return line === null ? where : `${where}, line ${line}`;
}

const lineKey = ({ cell, line }: LitLine): string => `${cell}:${line}`;
const lineOf = ({ source, line }: Position): LitLine => ({ cell: source, line });

/** The lines of several nodes, each once. */
export function linesOf(nodes: readonly GraphNode[]): readonly LitLine[] {
  const lines = nodes.flatMap(({ positions }) => positions.map(lineOf));
  return [...new Map(lines.map((line) => [lineKey(line), line])).values()];
}

/** Ids of the nodes that were written on one of the lines. */
export function nodesOn(
  lines: readonly LitLine[],
  nodes: readonly GraphNode[],
): ReadonlySet<number> {
  const keys = new Set(lines.map(lineKey));
  const isOn = (node: GraphNode): boolean =>
    node.positions.some((position) => keys.has(lineKey(lineOf(position))));
  return new Set(nodes.filter(isOn).map(({ id }) => id));
}

/** Lines in the order of the notebook, those of other sources last. */
export function inOrder(lines: readonly LitLine[], cells: readonly Cell[]): readonly LitLine[] {
  const order = new Map(cells.map(({ id }, i) => [id, i]));
  const at = ({ cell }: LitLine): number => order.get(cell) ?? cells.length;
  return lines.toSorted((a, b) => at(a) - at(b) || a.line - b.line);
}

/** The text of a line, or nothing where the cell is gone or shorter now. */
export function sourceLine(cells: readonly Cell[], { cell, line }: LitLine): string {
  const source = cells.find(({ id }) => id === cell)?.source ?? '';
  return source.split('\n')[line - 1] ?? '';
}
