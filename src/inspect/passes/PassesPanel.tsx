/** @file What the optimizer did to a function: a ledger of passes, and one step at a time with its rule and both graphs. */
import { useMemo, useState } from 'react';
import type { FunctionSummary, GraphReport } from '../../../engine/worker/protocol.ts';
import { select, useSelection } from '../../store/selection.ts';
import { showCount } from '../../ui/format.ts';
import { EmptyPanel, ReportState } from '../ReportState.tsx';
import { FunctionSubject } from '../Subject.tsx';
import { useFunctionShown } from '../subject.ts';
import { showMicroseconds } from '../times.ts';
import { useReport } from '../use-report.ts';
import { Ledger } from './Ledger.tsx';
import { passesOf, stepShown, stepsWith } from './pass-list.ts';
import { Step } from './Step.tsx';
import './passes.css';

/** The Passes tab. */
export function PassesPanel() {
  const shown = useFunctionShown();
  if (shown === null)
    return (
      <EmptyPanel words="Run a cell that calls compile, and every rewrite of its graph stands here, with the graph before and after it." />
    );
  return <PassesOf shown={shown} />;
}

function PassesOf({ shown }: { readonly shown: FunctionSummary }) {
  const report = useReport(shown.fn, 'graph');
  const { tracedCount, optimizedCount, milliseconds } = shown;
  const time = showMicroseconds(milliseconds * 1000);
  return (
    <>
      <FunctionSubject
        shown={shown}
        facts={`${tracedCount} to ${showCount(optimizedCount, 'node')} in ${time}`}
      />
      <ReportState report={report} what="rewrite steps" />
      {report.value !== null && <Steps report={report.value} />}
    </>
  );
}

function Steps({ report }: { readonly report: GraphReport }) {
  const [text, setText] = useState('');
  const chosen = useSelection((state) => state.step);
  const passes = useMemo(() => passesOf(report), [report]);
  const shown = useMemo(() => stepsWith(report.steps, text), [report, text]);
  const at = stepShown(report, shown, chosen);
  if (report.steps.length === 0)
    return (
      <EmptyPanel
        words={`No rule had anything to change: ${report.attempts.toLocaleString('en')} times a rule was held against a node.`}
      />
    );
  return (
    <>
      <input
        className="filter"
        type="search"
        placeholder="Filter by rule or stage"
        aria-label="Filter by rule or stage"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Ledger passes={passes} shown={shown} chosen={at} />
      {at === null ? (
        <EmptyPanel words="No step has a rule or a stage of this name." />
      ) : (
        <Step report={report} shown={shown} at={at} onStep={(step) => select({ step })} />
      )}
    </>
  );
}
