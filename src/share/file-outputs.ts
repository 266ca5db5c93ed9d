/** @file What the cells of the open notebook show, as far as a Jupyter file has a form for it: texts and errors. */
import type { Output } from '../cells/outputs.ts';
import type { FileOutput } from '../document/ipynb-outputs.ts';
import type { OutputsByCell } from '../document/ipynb.ts';
import type { Notebook } from '../document/notebook.ts';
import { runOf, useRun, type CellRun } from '../store/run.ts';

/** The outputs of each cell of the last run; cells without any are absent. */
export function outputsForFile({ cells }: Notebook): OutputsByCell {
  const state = useRun.getState();
  const entries = cells.map(({ id }) => [id, outputsOf(runOf(state, id))] as const);
  return new Map(entries.filter(([, outputs]) => outputs.length > 0));
}

function outputsOf({ outputs, error }: CellRun): readonly FileOutput[] {
  const shown = outputs.flatMap((output) => fileOutputOf(output) ?? []);
  return error ? [...shown, { kind: 'error', name: error.code, message: error.message }] : shown;
}

function fileOutputOf(output: Output): FileOutput | null {
  if (output.kind === 'text' || output.kind === 'markdown') {
    return { kind: 'text', text: output.text };
  }
  return output.kind === 'latex' ? { kind: 'text', text: output.tex } : null;
}
