/** @file The ledger of passes: steps one after another of one stage, with how many nodes stand after them. */
import type { GraphReport, StepView } from '../../../engine/worker/protocol.ts';
import { nodeCounts } from './graph-state.ts';

/** Steps of one stage, one after another. */
export type Pass = {
  readonly stage: string;
  /** The first step and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly microseconds: number;
  /** Whether its rules ran once the extents of a call were known. */
  readonly isBound: boolean;
  /** Nodes of the whole graph after it, and the change; `null` where only the steps are known, as of a bound graph. */
  readonly nodeCount: number | null;
  readonly change: number | null;
};

type Run = Pick<Pass, 'stage' | 'from' | 'to' | 'isBound'>;

function runsOf({ steps, boundFrom }: GraphReport): readonly Run[] {
  const runs: Run[] = [];
  for (const [at, { stage }] of steps.entries()) {
    const last = runs.at(-1);
    const isBound = at >= boundFrom;
    if (last !== undefined && last.stage === stage && last.isBound === isBound)
      runs[runs.length - 1] = { ...last, to: at + 1 };
    else runs.push({ stage, from: at, to: at + 1, isBound });
  }
  return runs;
}

/** The passes in order. */
export function passesOf(report: GraphReport): readonly Pass[] {
  const runs = runsOf(report);
  const early = runs.filter(({ isBound }) => !isBound);
  const counts = nodeCounts(report, early);
  return runs.map((run, i) => {
    const nodeCount = run.isBound || counts === null ? null : counts[i + 1]!;
    return {
      ...run,
      microseconds: report.steps
        .slice(run.from, run.to)
        .reduce((sum, step) => sum + step.microseconds, 0),
      nodeCount,
      change: nodeCount === null || counts === null ? null : nodeCount - counts[i]!,
    };
  });
}

/** Numbers of the steps whose rule or stage has the text in its name. */
export function stepsWith(steps: readonly StepView[], text: string): readonly number[] {
  const wanted = text.trim().toLowerCase();
  return [...steps.keys()].filter((at) => {
    const { rule, stage } = steps[at]!;
    return rule.toLowerCase().includes(wanted) || stage.includes(wanted);
  });
}

/** The chosen step while it is among those shown, else the first that mends a number's range, else the first. */
export function stepShown(
  report: GraphReport,
  shown: readonly number[],
  chosen: number | null,
): number | null {
  if (chosen !== null && shown.includes(chosen)) return chosen;
  return shown.find((at) => report.steps[at]!.stage === 'stabilize') ?? shown[0] ?? null;
}
