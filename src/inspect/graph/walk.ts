/** @file Walking a graph by arrows: up to what a node is made of, down to what uses it, sideways within its layer. */
import type { Placed } from './layout.ts';
import type { PictureEdge, PictureNode } from './picture.ts';

/** Arrow keys. */
export type Direction = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

/** Whether a key walks. */
export const isDirection = (key: string): key is Direction =>
  key === 'ArrowUp' || key === 'ArrowDown' || key === 'ArrowLeft' || key === 'ArrowRight';

type Walked = {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  readonly placed: Placed;
};

/** Centres that differ by less are one layer, px. */
const LAYER = 4;

/** The node that an arrow leads to; `null` at an end. */
export function walk(
  { nodes, edges, placed }: Walked,
  from: number,
  key: Direction,
): number | null {
  const spots = nodes.map(({ id }, i) => ({ id, ...placed.centres[i]! }));
  const here = spots.find(({ id }) => id === from);
  if (here === undefined) return null;
  const isAside = key === 'ArrowLeft' || key === 'ArrowRight';
  const ends = new Set(
    key === 'ArrowUp'
      ? edges.filter((edge) => edge.to === from).map((edge) => edge.from)
      : edges.filter((edge) => edge.from === from).map((edge) => edge.to),
  );
  const sign = key === 'ArrowLeft' ? -1 : 1;
  const reached = spots.filter(({ id, x, y }) =>
    isAside ? Math.abs(y - here.y) < LAYER && sign * (x - here.x) > 0 : ends.has(id),
  );
  const nearest = reached.toSorted((a, b) => Math.abs(a.x - here.x) - Math.abs(b.x - here.x))[0];
  return nearest?.id ?? null;
}
