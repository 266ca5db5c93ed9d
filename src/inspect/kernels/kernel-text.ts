/** @file The text of a kernel as lines that know their nodes, and what of it is the kernel's own. */
import type { KernelReport } from '../../../engine/worker/protocol.ts';

/** A line of the text, counted from 1, with the ids of the nodes that it computes. */
export type TextLine = {
  readonly number: number;
  readonly text: string;
  readonly nodes: readonly number[];
};

const NONE: readonly number[] = [];

export function textLines({
  text,
  sourceMap,
}: Pick<KernelReport, 'text' | 'sourceMap'>): readonly TextLine[] {
  const nodes = new Map(sourceMap.map((entry) => [entry.line, entry.nodes]));
  return text
    .trimEnd()
    .split('\n')
    .map((line, i) => ({ number: i + 1, text: line, nodes: nodes.get(i + 1) ?? NONE }));
}

/** Where the function that runs begins: what stands before are declarations and functions of the library. */
const ENTRY = /^@compute\b|^\s*\(func \$run\b/;

/** Lines that only declare variables. */
const LOCALS = /^\s*\(local \$/;

/** The lines of the function that runs, without its declarations. All, where there is no such function. */
export function ownLines(lines: readonly TextLine[]): readonly TextLine[] {
  const entry = lines.findIndex(({ text }) => ENTRY.test(text));
  return lines.slice(Math.max(0, entry)).filter(({ text }) => !LOCALS.test(text));
}

/** How many invocations a workgroup has, as the text says: `64`, `8 × 8`; `null` where there are no workgroups. */
export function workgroupSize(text: string): string | null {
  const sizes = /@workgroup_size\(([^)]*)\)/.exec(text)?.[1];
  if (sizes === undefined) return null;
  return sizes
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .join(' × ');
}

/** Whether the same kernel was reported again, so that nothing of it need be drawn anew. */
export function isSameKernel(a: KernelReport, b: KernelReport): boolean {
  return (
    a.name === b.name &&
    a.text === b.text &&
    a.nodes.join() === b.nodes.join() &&
    JSON.stringify(a.buffers) === JSON.stringify(b.buffers)
  );
}
