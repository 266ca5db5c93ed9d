/** @file Where the nodes and edges of a picture stand: layers from the top down, by dagre. Pure; called in a worker. */
import { Graph, layout } from '@dagrejs/dagre';

/** A node as the layout knows it, sizes in px. */
type Box = { readonly id: number; readonly width: number; readonly height: number };

/** An edge with the width of its label, px; 0 without one. */
type Link = { readonly from: number; readonly to: number; readonly labelWidth: number };

export type LayoutRequest = { readonly boxes: readonly Box[]; readonly links: readonly Link[] };

export type Point = { readonly x: number; readonly y: number };

/** The centres of the boxes, and the ways of the links with the left ends of their labels, in the order of the request. */
export type Placed = {
  readonly width: number;
  readonly height: number;
  readonly centres: readonly Point[];
  readonly ways: readonly { readonly points: readonly Point[]; readonly label: Point | null }[];
};

/** Room for the sign beside a node that changed. */
const MARGIN = 18;
const LABEL_HEIGHT = 14;
const NODE_GAP = 14;
const LAYER_GAP = 24;

/** Places boxes in layers: what is computed first stands above what uses it. */
export function placeGraph({ boxes, links }: LayoutRequest): Placed {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: 'TB',
    nodesep: NODE_GAP,
    edgesep: NODE_GAP / 2,
    ranksep: LAYER_GAP,
    marginx: MARGIN,
    marginy: MARGIN,
  });
  for (const { id, width, height } of boxes) graph.setNode(String(id), { width, height });
  for (const [i, { from, to, labelWidth }] of links.entries()) {
    const label =
      labelWidth === 0 ? {} : { width: labelWidth, height: LABEL_HEIGHT, labelpos: 'r' as const };
    graph.setEdge(String(from), String(to), label, String(i));
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    centres: boxes.map(({ id }) => pointOf(graph.node(String(id)))),
    ways: links.map(({ from, to, labelWidth }, i) => {
      const edge = graph.edge(String(from), String(to), String(i));
      const { points = [] } = edge;
      // The label's centre, which dagre sets beside the way.
      const middle = labelWidth === 0 ? null : pointOf(edge);
      return {
        points: points.map(pointOf),
        label: middle === null ? null : { x: middle.x - labelWidth / 2 + 4, y: middle.y },
      };
    }),
  };
}

const pointOf = ({ x = 0, y = 0 }: { readonly x?: number; readonly y?: number }): Point => ({
  x,
  y,
});
