/**
 * @file What one rewrite step changed, as two small graphs whose shared nodes stand at the same places: what was removed, what
 * was added, what both hang on, and what uses them.
 */
import type { GraphNode, GraphReport } from '../../../engine/worker/protocol.ts';
import type { Mark } from '../graph/Drawing.tsx';
import { operandText, sentenceType } from '../graph/node-text.ts';
import type { LayoutRequest, Placed } from '../graph/layout.ts';
import {
  edgesAmong,
  pictureNodes,
  requestOf,
  type PictureEdge,
  type PictureNode,
} from '../graph/picture.ts';

/** One half of the difference. */
export type Half = {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  readonly marks: ReadonlyMap<number, Mark>;
  /** Which box and which link of the common layout each node and each edge has. */
  readonly boxes: readonly number[];
  readonly links: readonly number[];
};

/** Both halves, and the layout that they share. */
export type StepDiff = {
  readonly before: Half;
  readonly after: Half;
  readonly request: LayoutRequest;
  /** Nodes that were removed or added beyond those drawn. */
  readonly leftOut: number;
};

/** The places of a half, from those of the common layout. */
export const placesOf = ({ boxes, links }: Half, placed: Placed): Placed => ({
  ...placed,
  centres: boxes.map((i) => placed.centres[i]!),
  ways: links.map((i) => placed.ways[i]!),
});

/** So many nodes that were removed, or added, are drawn: more would be too small to read. */
const CHANGED_MAX = 12;

/** Ids of the node and all that it depends on. */
function cone(root: number, nodes: readonly GraphNode[]): ReadonlySet<number> {
  const found = new Set([root]);
  for (const id of found) for (const input of nodes[id]!.inputs) found.add(input);
  return found;
}

/** From the root on, what is not in the other cone; nearest first. */
function changed(
  root: number,
  other: ReadonlySet<number>,
  nodes: readonly GraphNode[],
): readonly number[] {
  const found = new Set(other.has(root) ? [] : [root]);
  for (const id of found)
    for (const input of nodes[id]!.inputs) if (!other.has(input)) found.add(input);
  return [...found];
}

type User = { readonly before: number; readonly after: number };

/** A node that used the one before, and what it became: the same operation on the one after. */
function userOf({ before, after }: User, nodes: readonly GraphNode[]): User | null {
  const users = nodes.filter(({ inputs }) => inputs.includes(before));
  const matches = (was: GraphNode, now: GraphNode): boolean =>
    now.op === was.op &&
    now.inputs.length === was.inputs.length &&
    now.inputs.every((input, i) => input === (was.inputs[i] === before ? after : was.inputs[i]));
  for (const was of users) {
    const now = nodes.find((node) => node.id !== was.id && matches(was, node));
    if (now !== undefined) return { before: was.id, after: now.id };
  }
  return null;
}

/** The difference that a step made. */
export function diffStep({ steps, stepNodes }: GraphReport, at: number): StepDiff {
  const { before, after } = steps[at]!;
  const removed = changed(before, cone(after, stepNodes), stepNodes);
  const added = changed(after, cone(before, stepNodes), stepNodes);
  const user = userOf({ before, after }, stepNodes);
  const gone = removed.slice(0, CHANGED_MAX);
  const fresh = added.slice(0, CHANGED_MAX);
  const inputsOf = (ids: readonly number[]): number[] => ids.flatMap((id) => stepNodes[id]!.inputs);
  const both = new Set([...removed, ...added]);
  const shared = [...new Set([...inputsOf(gone), ...inputsOf(fresh), before, after])].filter(
    // Numbers and sizes stand in the labels of what uses them.
    (id) => !both.has(id) && operandText(stepNodes[id]!, stepNodes) === null,
  );
  const marksBefore = new Map<number, Mark>(gone.map((id) => [id, 'gone']));
  const marksAfter = new Map<number, Mark>(fresh.map((id) => [id, 'new']));
  if (user !== null) marksAfter.set(user.after, 'moved');
  const halves = layTogether(
    [
      { ids: [...shared, ...gone], changed: gone, user: user?.before ?? null },
      { ids: [...shared, ...fresh], changed: fresh, user: user?.after ?? null },
    ],
    stepNodes,
  );
  return {
    request: halves.request,
    before: { ...halves.before, marks: marksBefore },
    after: { ...halves.after, marks: marksAfter },
    leftOut: removed.length - gone.length + added.length - fresh.length,
  };
}

/** The nodes of a half: those that it alone has stand in the places of those that the other alone has, in order. */
type Side = {
  readonly ids: readonly number[];
  readonly changed: readonly number[];
  readonly user: number | null;
};

/** The place of what one half alone has: below 0, so that it is no node's id. */
const USER_PLACE = -1;
const CHANGED_PLACE = -2;

function layTogether(sides: readonly [Side, Side], nodes: readonly GraphNode[]) {
  const boxes = new Map<number, PictureNode>();
  const links = new Map<string, PictureEdge>();
  const [before, after] = sides.map((side) => {
    const places = new Map(side.changed.map((id, i) => [id, CHANGED_PLACE - i]));
    if (side.user !== null) places.set(side.user, USER_PLACE);
    const placeOf = (id: number): number => places.get(id) ?? id;
    const near = new Set(side.user === null ? side.ids : [...side.ids, side.user]);
    const drawn = nodes.filter(({ id }) => near.has(id));
    // What both halves hang on is context: edges among it say nothing of the step.
    const edges = edgesAmong(drawn, nodes).filter(({ to }) => places.has(to));
    const pictured = { nodes: pictureNodes(drawn, nodes), edges };
    for (const node of pictured.nodes) {
      const id = placeOf(node.id);
      boxes.set(id, { ...node, id, width: Math.max(node.width, boxes.get(id)?.width ?? 0) });
    }
    const keyOf = ({ from, to }: PictureEdge): string => `${placeOf(from)} ${placeOf(to)}`;
    for (const edge of pictured.edges) {
      const known = links.get(keyOf(edge))?.label ?? '';
      const label = known.length > edge.label.length ? known : edge.label;
      links.set(keyOf(edge), { ...edge, from: placeOf(edge.from), to: placeOf(edge.to), label });
    }
    return { ...pictured, placeOf, keyOf };
  });
  const [boxIds, linkKeys] = [[...boxes.keys()], [...links.keys()]];
  const half = ({ placeOf, keyOf, ...pictured }: NonNullable<typeof before>) => ({
    ...pictured,
    boxes: pictured.nodes.map(({ id }) => boxIds.indexOf(placeOf(id))),
    links: pictured.edges.map((edge) => linkKeys.indexOf(keyOf(edge))),
  });
  return {
    request: requestOf([...boxes.values()], [...links.values()]),
    before: half(before!),
    after: half(after!),
  };
}

/** A half as lines of text, for copying and for those who read: `%12 = add(%3, %7) : float32 [600]`. */
export function textOf({ nodes, marks }: Half, all: readonly GraphNode[]): string {
  const signs: { readonly [M in Mark]?: string } = { gone: '-', new: '+', moved: '~' };
  return nodes
    .map(({ id }) => {
      const node = all[id]!;
      const sign = signs[marks.get(id) ?? 'plain'] ?? ' ';
      const operands = node.inputs.map((input) => all[input]!.name ?? `%${input}`).join(', ');
      const body = node.inputs.length === 0 ? (node.name ?? node.latex) : `${node.op}(${operands})`;
      return `${sign} %${id} = ${body} : ${sentenceType(node)}`;
    })
    .join('\n');
}
