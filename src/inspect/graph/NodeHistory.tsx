/** @file Rows of a node's card: the rule that made or replaced it, and the kernels that compute it. */
import type { GraphNode, GraphReport } from '../../../engine/worker/protocol.ts';
import { select } from '../../store/selection.ts';
import { sentenceOf } from '../passes/rules.ts';
import { useReport } from '../use-report.ts';
import { kernelsOf, optimizedOf, stepOf, type Side } from './history.ts';
import { Fact } from './NodeCard.tsx';

/** Links to the step and to the kernels of a node. */
export function NodeHistory({ report, fn, side, node }: NodeHistoryProps) {
  const step = stepOf(report, side, node.id);
  const optimized = side === 'optimized' ? node.id : optimizedOf(report, node.id);
  return (
    <>
      {step !== null && <StepFact report={report} side={side} step={step} />}
      {optimized !== null && node.inputs.length > 0 && <KernelFact fn={fn} node={optimized} />}
    </>
  );
}

type NodeHistoryProps = {
  readonly report: GraphReport;
  readonly fn: string;
  readonly side: Side;
  readonly node: GraphNode;
};

function StepFact({ report, side, step }: StepFactProps) {
  const { rule, stage } = report.steps[step]!;
  return (
    <Fact word={side === 'optimized' ? 'made by' : 'replaced by'}>
      <button className="link code" type="button" onClick={() => select({ panel: 'passes', step })}>
        {rule}
      </button>
      <p>{sentenceOf(rule, stage)}</p>
    </Fact>
  );
}

type StepFactProps = {
  readonly report: GraphReport;
  readonly side: Side;
  readonly step: number;
};

function KernelFact({ fn, node }: { readonly fn: string; readonly node: number }) {
  const { value, isLoading, why } = useReport(fn, 'kernels');
  const kernels = value === null ? [] : kernelsOf(value, node);
  return (
    <Fact word="kernel">
      {value === null && isLoading && 'asking the engine'}
      {value === null && why}
      {value !== null &&
        kernels.length === 0 &&
        (value.length === 0
          ? 'none yet: kernels are made at the first call'
          : 'none: it is computed on the host or within a view')}
      {kernels.map(({ name }) => (
        <button
          key={name}
          className="link code"
          type="button"
          onClick={() => select({ panel: 'kernels', kernel: name, node })}
        >
          {name}
        </button>
      ))}
    </Fact>
  );
}
