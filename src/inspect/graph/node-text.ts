/** @file Nodes in words: the label in their shape, their type on edges and in sentences, what a screen reader says. */
import type { GraphNode } from '../../../engine/worker/protocol.ts';
import { shortDtype, showShape } from '../../ui/format.ts';

type NodeType = Extract<GraphNode['type'], { readonly dtype: string }>;

const typesOf = ({ type }: GraphNode): readonly NodeType[] =>
  Array.isArray(type) ? type : [type as NodeType];

/** As edges carry it: `f32[600, 10]`; several outputs one after another. */
export const edgeType = (node: GraphNode): string =>
  typesOf(node)
    .map(({ dtype, shape }) => `${shortDtype(dtype)}${showShape(shape)}`)
    .join(', ');

/** As sentences say it: `float32 [600, 10]`. */
export const sentenceType = (node: GraphNode): string =>
  typesOf(node)
    .map(({ dtype, shape }) => `${dtype} ${showShape(shape)}`)
    .join(', ');

const DTYPE_BYTES: { readonly [dtype: string]: number } = {
  float32: 4,
  float64: 8,
  float16: 2,
  int32: 4,
  uint32: 4,
  uint8: 1,
  bool: 4,
};

/** Bytes of a value of a type; `null` where an extent is not known. */
export function bytesOfType({ dtype, shape }: NodeType): number | null {
  const bytes = DTYPE_BYTES[dtype];
  if (bytes === undefined || shape.includes(null)) return null;
  return shape.reduce<number>((product, extent) => product * (extent ?? 0), bytes);
}

/** Bytes of its value; `null` where an extent is not known. */
export function bytesOf(node: GraphNode): number | null {
  let sum = 0;
  for (const type of typesOf(node)) {
    const bytes = bytesOfType(type);
    if (bytes === null) return null;
    sum += bytes;
  }
  return sum;
}

/** Text of a parameter that is one. */
const textParam = (node: GraphNode, key: string): string | null => {
  const value = (node.params as { readonly [key: string]: unknown })[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
};

const LABEL_MAX = 26;

const shortened = (text: string): string =>
  text.length <= LABEL_MAX ? text : `${text.slice(0, LABEL_MAX - 1)}…`;

/** What stands in its shape: a leaf's name or number, an operation with the name that the user gave its result. */
export function labelOf(node: GraphNode): string {
  if (node.kind === 'constant') return shortened(textParam(node, 'text') ?? node.op);
  if (node.inputs.length === 0) return shortened(node.name ?? node.op);
  return shortened(node.name === undefined ? node.op : `${node.name} = ${node.op}`);
}

/** A short name for lists of operands and users. */
export function nameOf(node: GraphNode): string {
  if (node.kind === 'constant') return labelOf(node);
  return node.name ?? node.op;
}

/** A number or an extent, as the label of what uses it says it; `null` for any other node. */
export function operandText(node: GraphNode, nodes: readonly GraphNode[]): string | null {
  let inner = node;
  // A view of a number is the number at every element.
  while (inner.kind === 'view' && inner.inputs[0] !== undefined) inner = nodes[inner.inputs[0]]!;
  if (inner.kind === 'constant') return labelOf(inner);
  if (node.kind !== 'extent') return null;
  const [of] = node.inputs;
  const axis = textParam(node, 'axis');
  const name = of === undefined ? null : (nodes[of]!.name ?? null);
  return name === null || axis === null ? node.op : `${name}.dim(${axis})`;
}
