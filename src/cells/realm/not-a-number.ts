/** @file Tells once a run of each output of a function whose values turned NaN: with what, and where it was written. */
import type { NDArray } from '../../../engine/frontend/nd-array.ts';
import type { ReadOutput } from '../../../engine/frontend/result.ts';
import type { Output } from '../outputs.ts';
import type { Run } from './run.ts';

/** What is needed of a run. */
type Told = Pick<Run, 'message' | 'show'>;

/** Outputs that a run has told of. */
const told = new WeakMap<Told, Set<ReadOutput>>();

const WHY =
  'NaN comes from 0 / 0, from the logarithm or root of a negative number, and from infinities that meet; whatever is computed from it is NaN, too. Shared variables that a step updated with it keep it: run their cells again, and make the steps smaller or the expression stable.';

/** Shows a notice in the cell that runs, where a value that it read has NaN. */
export function tellNaN(run: Told | null, value: NDArray, output: ReadOutput): void {
  if (run === null || told.get(run)?.has(output) === true) return;
  const notice = noticeOf(run.message.cell, value, output);
  if (notice === null) return;
  told.set(run, (told.get(run) ?? new Set()).add(output));
  run.show(notice);
}

function noticeOf(cell: string, value: NDArray, { fn, describe }: ReadOutput): Output | null {
  const { data } = value;
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return null;
  let count = 0;
  for (const number of data) if (Number.isNaN(number)) count++;
  if (count === 0) return null;
  const share = data.length === 1 ? '' : ` ${count} of its ${data.length} numbers are NaN.`;
  const message = `${fn}: a value is NaN: ${describe(value)}.${share} ${WHY}`;
  return {
    kind: 'notice',
    error: { cell, line: null, column: null, code: 'not_a_number', message },
  };
}
