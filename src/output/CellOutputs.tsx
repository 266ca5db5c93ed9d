/** @file What a cell gave: its outputs in order, and why it failed. An output that stays the same is not drawn again. */
import { memo } from 'react';
import type { Output } from '../cells/outputs.ts';
import { runOf, useRun } from '../store/run.ts';
import { showCount, showTime } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import { ArrayOutput } from './ArrayOutput.tsx';
import { Note } from './Caption.tsx';
import { ControlView } from './ControlView.tsx';
import { CurveView } from './CurveView.tsx';
import { ErrorCard } from './ErrorCard.tsx';
import { Markdown, Tex } from './Markdown.tsx';
import './error.css';
import './figures.css';
import './output.css';
import { PanelOutput, TensorOutput } from './PanelLinks.tsx';
import { PlotView } from './PlotView.tsx';
import { Downloads, ProgressView } from './ProgressView.tsx';
import { tableOfOutput } from './table-data.ts';
import { TableView } from './TableView.tsx';
import { TextOutput } from './TextOutput.tsx';

/** Outputs of one cell that are drawn. */
const OUTPUTS_MAX = 200;

/** The outputs of a cell, and its error. Nothing where there is neither. */
export function CellOutputs({ cellId }: { readonly cellId: string }) {
  const outputs = useRun((state) => runOf(state, cellId).outputs);
  const error = useRun((state) => runOf(state, cellId).error);
  const staleSince = useRun((state) => {
    const run = runOf(state, cellId);
    return run.state === 'stale' ? run.endedAt : null;
  });
  const isRunning = useRun((state) => runOf(state, cellId).state === 'running');
  const isEmpty = outputs.length === 0 && !isRunning;
  const shown = progressFirst(outputs.slice(0, OUTPUTS_MAX));
  const keys = keysOf(shown);
  return (
    <>
      {!isEmpty && (
        <div className="out">
          {staleSince !== null && <AsOf at={staleSince} />}
          {isRunning && <Downloads />}
          {shown.map((output, i) => (
            <OutputView key={keys[i]} output={output} cellId={cellId} isRunning={isRunning} />
          ))}
          {outputs.length > shown.length && (
            <Note>{`${showCount(outputs.length - shown.length, 'output')} more not shown.`}</Note>
          )}
        </div>
      )}
      {error !== null && <ErrorCard error={error} />}
    </>
  );
}

const isProgress = ({ kind }: Output): boolean => kind === 'progress';

/** How far a loop is stands above what it fills. */
function progressFirst(outputs: readonly Output[]): readonly Output[] {
  if (!outputs.some(isProgress)) return outputs;
  return [...outputs.filter(isProgress), ...outputs.filter((output) => !isProgress(output))];
}

/** Outputs have their kind and its ordinal as name, so that the plot of the next run is drawn into that of the last. */
function keysOf(outputs: readonly Output[]): readonly string[] {
  const counts = new Map<string, number>();
  return outputs.map(({ kind }) => {
    const nth = counts.get(kind) ?? 0;
    counts.set(kind, nth + 1);
    return `${kind} ${nth}`;
  });
}

function AsOf({ at }: { readonly at: number }) {
  return (
    <p className="asof">
      <Icon name="history" />
      {`From the run at ${showTime(at)}.`}
    </p>
  );
}

const OutputView = memo(function OutputView({ output, cellId, isRunning }: OutputViewProps) {
  switch (output.kind) {
    case 'text':
      return <TextOutput output={output} />;
    case 'tensor':
      return <TensorOutput output={output} />;
    case 'array':
      return <ArrayOutput output={output} />;
    case 'table':
      return <TableView title="Table" make={(rows) => tableOfOutput(output, rows)} />;
    case 'plot':
      return <PlotView output={output} />;
    case 'curve':
      return <CurveView output={output} />;
    case 'progress':
      return <ProgressView output={output} isRunning={isRunning} />;
    case 'notice':
      return <ErrorCard error={output.error} isNotice />;
    case 'latex':
      return <Tex tex={output.tex} />;
    case 'markdown':
      return <Markdown text={output.text} />;
    case 'control':
      return <ControlView output={output} cellId={cellId} />;
    case 'panel':
      return <PanelOutput output={output} />;
  }
});

type OutputViewProps = {
  readonly output: Output;
  readonly cellId: string;
  readonly isRunning: boolean;
};
