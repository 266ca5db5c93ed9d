/** @file How a node of a graph came to be, by the rewrite steps: the rule that made it, or the one that replaced it. */
import type { GraphReport, KernelReport } from '../../../engine/worker/protocol.ts';

/** Which graph of a function. */
export type Side = 'traced' | 'optimized';

/** Number of the step that made an optimized node, or that replaced a traced one; `null` where the person wrote it so, or it still stands. */
export function stepOf(report: GraphReport, side: Side, id: number): number | null {
  const { steps, boundFrom, optimizedIds } = report;
  const early = steps.slice(0, boundFrom);
  const at =
    side === 'optimized'
      ? early.findLastIndex(({ after }) => after === optimizedIds[id])
      : early.findIndex(({ before }) => before === id);
  return at < 0 ? null : at;
}

/** The optimized node that is a traced one still; `null` where it was replaced or rebuilt. */
export function optimizedOf(report: GraphReport, traced: number): number | null {
  const at = report.optimizedIds.indexOf(traced);
  return at < 0 ? null : at;
}

/** Kernels that compute an optimized node. */
export const kernelsOf = (kernels: readonly KernelReport[], id: number): readonly KernelReport[] =>
  kernels.filter(({ nodes }) => nodes.includes(id));
