/** @file The graph of a function before and after rewriting, or of an expression that a cell asked to see: loaded with the first. */
import { useState, type ReactNode } from 'react';
import type {
  FunctionSummary,
  GraphReport,
  InspectedGraph,
} from '../../../engine/worker/protocol.ts';
import { presentOf, useNotebook } from '../../store/notebook.ts';
import { useRun } from '../../store/run.ts';
import { select, useSelection } from '../../store/selection.ts';
import { showCount } from '../../ui/format.ts';
import { placeWords } from '../places.ts';
import { ReportState } from '../ReportState.tsx';
import { Subject } from '../Subject.tsx';
import { useReport } from '../use-report.ts';
import { Explorer } from './Explorer.tsx';
import type { Side } from './history.ts';
import { NodeHistory } from './NodeHistory.tsx';

/** Functions and expressions, one of which is shown. */
function GraphSubject({ chosen, facts, children }: GraphSubjectProps) {
  const functions = useRun((state) => state.functions);
  const graphs = useRun((state) => state.inspected);
  const cells = useNotebook((state) => presentOf(state).cells);
  const choices = [
    ...functions.map(({ fn, name, cell, line }) => ({
      id: fn,
      name,
      note: placeWords(cells, cell, line),
    })),
    ...graphs
      .filter(({ kind }) => kind === 'graph')
      .map(({ id, title, cell, line }) => ({
        id,
        name: title,
        note: placeWords(cells, cell, line),
      })),
  ];
  const choose = (id: string): void => {
    const isFunction = functions.some(({ fn }) => fn === id);
    select({
      ...(isFunction ? { fn: id, inspected: null, kernel: null, step: null } : { inspected: id }),
      node: null,
    });
  };
  return (
    <Subject
      label="Function or expression"
      choices={choices}
      chosen={chosen}
      onChoose={choose}
      facts={facts}
    >
      {children}
    </Subject>
  );
}

type GraphSubjectProps = {
  readonly chosen: string;
  readonly facts: string;
  readonly children?: ReactNode;
};

const SIDES: readonly { readonly side: Side; readonly word: string }[] = [
  { side: 'traced', word: 'Traced' },
  { side: 'optimized', word: 'Optimized' },
];

/** A function's graph, traced or optimized. */
export function FunctionGraph({ shown }: { readonly shown: FunctionSummary }) {
  const report = useReport(shown.fn, 'graph');
  const [side, setSide] = useState<Side>('optimized');
  const count = side === 'traced' ? shown.tracedCount : shown.optimizedCount;
  return (
    <>
      <GraphSubject chosen={shown.fn} facts={showCount(count, 'node')}>
        <div className="seg" role="group" aria-label="Graph">
          {SIDES.map(({ side: each, word }) => (
            <button
              key={each}
              className="btn"
              type="button"
              aria-pressed={each === side}
              onClick={() => setSide(each)}
            >
              {word}
            </button>
          ))}
        </div>
      </GraphSubject>
      <ReportState report={report} what="graph" />
      {report.value !== null && (
        <SideOf key={side} report={report.value} shown={shown} side={side} />
      )}
    </>
  );
}

type SideProps = {
  readonly report: GraphReport;
  readonly shown: FunctionSummary;
  readonly side: Side;
};

/** One of the two graphs. The chosen node of the optimized one is known to other panels; that of the traced one is not. */
function SideOf({ report, shown, side }: SideProps) {
  const [traced, setTraced] = useState<number | null>(null);
  const optimized = useSelection((state) => state.node);
  const view = report[side];
  const known = side === 'traced' ? traced : optimized;
  const chosen = known !== null && known < view.nodes.length ? known : null;
  const choose = (id: number | null): void =>
    side === 'traced' ? setTraced(id) : select({ node: id });
  return (
    <Explorer
      view={view}
      label={`${side} graph of ${shown.name}`}
      chosen={chosen}
      onChoose={choose}
    >
      {(node) => <NodeHistory report={report} fn={shown.fn} side={side} node={node} />}
    </Explorer>
  );
}

/** An expression's graph. */
export function AskedGraph({ graph }: { readonly graph: InspectedGraph }) {
  const [chosen, setChosen] = useState<number | null>(null);
  return (
    <>
      <GraphSubject chosen={graph.id} facts={showCount(graph.view.nodes.length, 'node')} />
      <Explorer
        view={graph.view}
        label={`graph of ${graph.title}`}
        chosen={chosen}
        onChoose={setChosen}
      />
    </>
  );
}
