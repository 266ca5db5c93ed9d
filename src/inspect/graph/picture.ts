/**
 * @file What is drawn of a graph: numbers and sizes stand in the label of what uses them unless they are asked for, and of a
 * large graph the nodes that are nearest to its first output, or to a chosen node.
 */
import type { GraphNode, GraphView, NodeKind } from '../../../engine/worker/protocol.ts';
import type { LayoutRequest } from './layout.ts';
import { edgeType, labelOf, nameOf, operandText, sentenceType } from './node-text.ts';
import { KIND_WORDS } from './shapes.ts';

export type PictureNode = {
  readonly id: number;
  readonly kind: NodeKind;
  readonly label: string;
  /** All of it in words, for those who do not see it. */
  readonly words: string;
  readonly isOutput: boolean;
  readonly width: number;
  readonly height: number;
};

export type PictureEdge = {
  readonly from: number;
  readonly to: number;
  /** The type that it carries; empty where an edge of the same node says it already. */
  readonly label: string;
  readonly words: string;
};

/** Nodes and edges as they are drawn, and what was left out. */
export type Picture = {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  readonly request: LayoutRequest;
  /** Nodes that are not drawn because there are too many. */
  readonly leftOut: number;
};

export type PictureOptions = {
  /** Draw numbers and sizes as nodes of their own. */
  readonly isWhole: boolean;
  /** Draw what is nearest to this node; `null`: to the first output. */
  readonly around: number | null;
};

/** More nodes than these are not laid out: it would take seconds, and nobody would see them. */
export const NODES_MAX = 150;

const NODE_HEIGHT = 24;
const NODE_PADDING = 14;
/** IBM Plex Mono is 0.6 em wide; px of a character at the two sizes. */
const NAME_CHARACTER = 7.2;
const TYPE_CHARACTER = 6.3;

/** What a graph gives: its outputs and the new values of variables. */
const rootIds = ({ outputs, updates }: GraphView): readonly number[] => [
  ...new Set([...outputs, ...updates.map(([, value]) => value)]),
];

/** The picture of a graph. */
export function makePicture(view: GraphView, { isWhole, around }: PictureOptions): Picture {
  const { nodes } = view;
  const roots = rootIds(view);
  const kept = new Set(
    isWhole ? nodes.map(({ id }) => id) : [...nodesThatStandAlone(nodes, roots)],
  );
  // The new values of many variables would be a row of strangers: what lies around an output hangs together.
  const [first = 0] = roots;
  const near = nearest(nodes, kept, around !== null && kept.has(around) ? around : first);
  const outputs = new Set(roots);
  const drawn = nodes.filter(({ id }) => near.has(id));
  const updated = new Map(
    view.updates.map(([variable, value]) => [value, nameOf(nodes[variable]!)]),
  );
  const pictured = drawn.map((node) =>
    pictureNode(node, {
      nodes,
      near,
      isOutput: outputs.has(node.id),
      updates: updated.get(node.id),
    }),
  );
  const edges = edgesAmong(drawn, nodes);
  return {
    nodes: pictured,
    edges,
    request: requestOf(pictured, edges),
    leftOut: kept.size - near.size,
  };
}

/** Nodes that are no operand text of another; an output always is one. */
function nodesThatStandAlone(
  nodes: readonly GraphNode[],
  roots: readonly number[],
): ReadonlySet<number> {
  const alone = new Set(roots);
  const stack = [...roots];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    for (const input of nodes[id]!.inputs) {
      if (alone.has(input) || operandText(nodes[input]!, nodes) !== null) continue;
      alone.add(input);
      stack.push(input);
    }
  }
  return alone;
}

/** The kept nodes, or so many of them that are nearest to the seed. */
function nearest(
  nodes: readonly GraphNode[],
  kept: ReadonlySet<number>,
  seed: number,
): ReadonlySet<number> {
  if (kept.size <= NODES_MAX) return kept;
  const beside = new Map<number, number[]>();
  const meet = (a: number, b: number): void => {
    const known = beside.get(a);
    if (known === undefined) beside.set(a, [b]);
    else known.push(b);
  };
  for (const { id, inputs } of nodes) {
    for (const input of inputs) {
      meet(id, input);
      meet(input, id);
    }
  }
  const found = new Set([seed]);
  for (const id of found) {
    for (const next of beside.get(id) ?? []) {
      if (found.size >= NODES_MAX) return found;
      if (kept.has(next)) found.add(next);
    }
  }
  return found;
}

type Around = {
  readonly nodes: readonly GraphNode[];
  readonly near: ReadonlySet<number>;
  readonly isOutput: boolean;
  /** The variable whose new value it is. */
  readonly updates: string | undefined;
};

function pictureNode(node: GraphNode, around: Around): PictureNode {
  const { updates, isOutput } = around;
  const label = labelOf(node) + operandsText(node, around);
  const shown = updates === undefined ? label : `${label} → ${updates}`;
  const gives =
    updates === undefined ? (isOutput ? ', an output' : '') : `, the new value of ${updates}`;
  const from = node.inputs.map((input) => nameOf(around.nodes[input]!)).join(', ');
  return {
    id: node.id,
    kind: node.kind,
    label: shown,
    words: `${label}, ${KIND_WORDS[node.kind]}, ${sentenceType(node)}${from === '' ? '' : `, of ${from}`}${gives}`,
    isOutput,
    width: Math.max(30, Math.round(shown.length * NAME_CHARACTER) + 2 * NODE_PADDING),
    height: NODE_HEIGHT,
  };
}

/** Operands that are not drawn, in their places: `(1, ·)`; sizes only where nothing else is an operand. */
function operandsText({ inputs }: GraphNode, { nodes, near }: Around): string {
  const hidden = (input: number): string | null =>
    near.has(input) ? null : operandText(nodes[input]!, nodes);
  const isNumber = (input: number): boolean => nodes[input]!.kind !== 'extent';
  const says = inputs.some((input) => hidden(input) !== null && isNumber(input));
  const isOnlySizes = inputs.length > 0 && inputs.every((input) => hidden(input) !== null);
  if (!says && !isOnlySizes) return '';
  const shown = isOnlySizes ? inputs : inputs.filter((i) => near.has(i) || isNumber(i));
  return `(${shown.map((input) => hidden(input) ?? '·').join(', ')})`;
}

/** Nodes of a part of a graph, each as it is drawn; `drawn` is the part. */
export function pictureNodes(
  drawn: readonly GraphNode[],
  nodes: readonly GraphNode[],
): readonly PictureNode[] {
  const near = new Set(drawn.map(({ id }) => id));
  return drawn.map((node) =>
    pictureNode(node, { nodes, near, isOutput: false, updates: undefined }),
  );
}

/** Edges between the nodes of a part of a graph. */
export function edgesAmong(
  drawn: readonly GraphNode[],
  nodes: readonly GraphNode[],
): readonly PictureEdge[] {
  const near = new Set(drawn.map(({ id }) => id));
  const labelled = new Set<number>();
  return drawn.flatMap((node) =>
    node.inputs
      .filter((input) => near.has(input))
      .map((from) => {
        const source = nodes[from]!;
        const type = edgeType(source);
        const label = labelled.has(from) ? '' : type;
        labelled.add(from);
        return { from, to: node.id, label, words: `${nameOf(source)} to ${nameOf(node)}: ${type}` };
      }),
  );
}

/** What the layout must know of nodes and edges. */
export function requestOf(
  nodes: readonly PictureNode[],
  edges: readonly PictureEdge[],
): LayoutRequest {
  return {
    boxes: nodes.map(({ id, width, height }) => ({ id, width, height })),
    links: edges.map(({ from, to, label }) => ({
      from,
      to,
      labelWidth: label === '' ? 0 : Math.round(label.length * TYPE_CHARACTER) + 8,
    })),
  };
}
