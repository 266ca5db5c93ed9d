/** @file One rewrite step: its place among the shown ones, its rule with its witness, and what it changed. */
import { useState } from 'react';
import type { GraphReport } from '../../../engine/worker/protocol.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Formula } from '../Formula.tsx';
import { Diff } from './Diff.tsx';
import { ruleText, sentenceOf, type RuleText, type Witness } from './rules.ts';

/** A step with its rule, and the way to the ones beside it. */
export function Step({ report, shown, at, onStep }: StepProps) {
  const [isText, setText] = useState(false);
  const step = report.steps[at]!;
  const place = shown.indexOf(at);
  const [last, next] = [shown[place - 1], shown[place + 1]];
  const text = ruleText(step.rule);
  return (
    <>
      <div className="stepper">
        <h3>{step.rule}</h3>
        <span className="dim">{`step ${place + 1} of ${shown.length}`}</span>
        <StepButton icon="chevron-left" label="Previous step" to={last} onStep={onStep} />
        <StepButton icon="chevron-right" label="Next step" to={next} onStep={onStep} />
        <button
          className="btn icon small"
          type="button"
          aria-label="Show as text"
          title="Show as text"
          aria-pressed={isText}
          onClick={() => setText(!isText)}
        >
          <Icon name="text" />
        </button>
      </div>
      <article className="rule" aria-label={`Rule ${step.rule}`}>
        {text !== null && <Sides text={text} />}
        <p>{sentenceOf(step.rule, step.stage)}</p>
        {text?.witness !== undefined && <WitnessTable witness={text.witness} />}
      </article>
      <Diff key={at} report={report} at={at} isText={isText} />
    </>
  );
}

type StepProps = {
  readonly report: GraphReport;
  readonly shown: readonly number[];
  readonly at: number;
  readonly onStep: (step: number) => void;
};

function StepButton({ icon, label, to, onStep }: StepButtonProps) {
  return (
    <button
      className="btn icon small"
      type="button"
      aria-label={label}
      title={label}
      disabled={to === undefined}
      onClick={() => to !== undefined && onStep(to)}
    >
      <Icon name={icon} />
    </button>
  );
}

type StepButtonProps = {
  readonly icon: 'chevron-left' | 'chevron-right';
  readonly label: string;
  readonly to: number | undefined;
  readonly onStep: (step: number) => void;
};

/** Both sides of a rule: a formula, or calls where it says nothing as mathematics. */
function Sides({ text: { isMath, before, after } }: { readonly text: RuleText }) {
  if (isMath) return <Formula tex={`${before} \\;\\longrightarrow\\; ${after}`} />;
  return (
    <div className="formula calls">
      <code>{before}</code>
      <span aria-label="becomes">{' \u27f6 '}</span>
      <code>{after}</code>
    </div>
  );
}

/** A minus as mathematics writes it. */
const typeset = (numbers: string): string => numbers.replaceAll('-', '\u2212');

function WitnessTable({ witness: { at, left, right } }: { readonly witness: Witness }) {
  return (
    <table className="witness">
      <caption className="sr">Where the left side is wrong in float32</caption>
      <thead>
        <tr>
          <th scope="col">witness</th>
          <th scope="col">left gives</th>
          <th scope="col">right gives</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{typeset(at)}</th>
          <td className="wrong">{typeset(left)}</td>
          <td className="right">{typeset(right)}</td>
        </tr>
      </tbody>
    </table>
  );
}
