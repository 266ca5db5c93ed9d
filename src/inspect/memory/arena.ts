/** @file Where the values of one call lie and how long: the arena of the intermediate ones, and those that outlive the call. */
import type {
  GraphNode,
  KernelReport,
  MemoryReport,
  VariableSummary,
} from '../../../engine/worker/protocol.ts';
import { bytesOfType } from '../graph/node-text.ts';
import type { KernelBuffer } from '../kernels/buffers.ts';

/** A value of the arena. Kernels are counted from 0 in the order in which they run. */
export type Span = MemoryReport['plan'][number];

/** Bytes of the values that live while each kernel runs. */
export function liveBytes({ plan }: MemoryReport, kernelCount: number): readonly number[] {
  return Array.from({ length: kernelCount }, (_, kernel) =>
    plan
      .filter(({ from, to }) => from <= kernel && kernel <= to)
      .reduce((sum, { bytes }) => sum + bytes, 0),
  );
}

/** How many kernels the plan spans. */
export const kernelCountOf = ({ plan }: MemoryReport): number =>
  plan.reduce((count, { to }) => Math.max(count, to + 1), 0);

/** A value that is there before or after the call. */
export type HeldValue = {
  readonly name: string;
  readonly kind: 'input' | 'shared' | 'constant';
  readonly dtype: string;
  readonly shape: readonly (number | null)[];
  readonly bytes: number | null;
  /** In the optimized graph. */
  readonly node: number;
};

type PlainType = { readonly dtype: string; readonly shape: readonly (number | null)[] };

/** The type of a value as the call had it: a kernel's buffer or the variable knows extents that the graph does not. */
function boundType(
  node: GraphNode,
  buffers: ReadonlyMap<string, KernelBuffer>,
  variables: readonly VariableSummary[],
): PlainType {
  const known =
    node.kind === 'shared' ? variables.find(({ name }) => name === node.name) : undefined;
  return known ?? buffers.get(node.name ?? '') ?? (node.type as PlainType);
}

type Known = {
  readonly nodes: readonly GraphNode[];
  readonly kernels: readonly KernelReport[];
  readonly variables: readonly VariableSummary[];
};

/** Inputs, shared variables and constants of a function, in this order. Constant scalars stand in the text of kernels. */
export function heldValues({ nodes, kernels, variables }: Known): readonly HeldValue[] {
  const buffers = new Map(
    kernels.flatMap((kernel) => kernel.buffers.map((buffer) => [buffer.name, buffer] as const)),
  );
  const ofKind = (kind: HeldValue['kind']): readonly HeldValue[] =>
    nodes
      .filter((node) => node.kind === kind)
      .map((node) => {
        const { dtype, shape } = boundType(node, buffers, variables);
        const bytes = bytesOfType({ dtype, shape } as KernelBuffer);
        return { name: node.name ?? node.op, kind, dtype, shape, bytes, node: node.id };
      });
  const constants = ofKind('constant').filter(({ shape }) => shape.length > 0);
  return [...ofKind('input'), ...ofKind('shared'), ...constants];
}

/** Bytes of all; `null` while those of one are not known. */
export function bytesOfAll(values: readonly HeldValue[]): number | null {
  let sum = 0;
  for (const { bytes } of values) {
    if (bytes === null) return null;
    sum += bytes;
  }
  return sum;
}
