/** @file The column of facts: of the chosen event, of a marked span, or of the call that is shown. */
import type { TimelineEvent } from '../../../engine/worker/protocol.ts';
import { useNotebook, presentOf } from '../../store/notebook.ts';
import { useRun } from '../../store/run.ts';
import { showBytes, showCount } from '../../ui/format.ts';
import { placeWords } from '../places.ts';
import { ORIGINS, showKnown, showMicroseconds } from '../times.ts';
import { kernelTimeOf, type TimedCall } from './calls.ts';
import { Row } from './FactRow.tsx';
import { KernelFacts } from './KernelFacts.tsx';
import type { Lane, Span } from './log.ts';
import { sumsIn } from './sums.ts';
import { useTrack } from './track-state.ts';
import type { Log } from './use-log.ts';
import { widthOf } from './window.ts';

export function Facts({ log, span, call }: FactsProps) {
  const chosen = useTrack((state) => state.chosen);
  const marked = useTrack((state) => state.marked);
  return (
    <div
      className="picked"
      id="timeline-facts"
      role="group"
      aria-label="Facts"
      // What a person asked for is read aloud; what changes by itself is not.
      aria-live={chosen === null && marked === null ? 'off' : 'polite'}
      tabIndex={0}
    >
      {marked !== null ? (
        <SpanFacts lanes={log.lanes} span={marked} />
      ) : chosen !== null ? (
        <EventFacts event={chosen} log={log} />
      ) : (
        <CallFacts call={call} lanes={log.lanes} span={span} />
      )}
    </div>
  );
}

type FactsProps = { readonly log: Log; readonly span: Span; readonly call: TimedCall | null };

const STAGE_WORDS: Readonly<Record<TimelineEvent['stage'], string>> = {
  trace: 'run of a cell',
  rewrite: 'rewriting',
  codegen: 'code generation',
  upload: 'upload',
  encode: 'encoding',
  submit: 'submit',
  readback: 'read-back',
  kernel: 'kernel',
};

function EventFacts({ event, log }: { readonly event: TimelineEvent; readonly log: Log }) {
  const cells = useNotebook((state) => presentOf(state).cells);
  const functions = useRun((state) => state.functions);
  const { name, stage, microseconds, error, origin, bytes, fn, call, cell } = event;
  const made = functions.find((each) => each.fn === fn);
  return (
    <>
      <h3>
        {name} <span className="dim">{STAGE_WORDS[stage]}</span>
      </h3>
      <dl>
        <Row word="time">{showKnown(microseconds, error)}</Row>
        <Row word="known by">{ORIGINS[origin].word}</Row>
        {bytes !== null && <Row word="moved">{showBytes(bytes)}</Row>}
        {made !== undefined && (
          <Row word="function">
            {call === null ? made.name : `${made.name}, call ${call.toLocaleString('en')}`}
          </Row>
        )}
        {stage === 'kernel' && made !== undefined ? (
          <KernelFacts key={made.fn} event={event} fn={made.fn} calls={log.calls} />
        ) : (
          cell !== null && <Row word="asked by">{placeWords(cells, cell, null)}</Row>
        )}
      </dl>
    </>
  );
}

/** More names are not summed up for reading. */
const SUMS_MAX = 8;

function Sums({ lanes, span }: { readonly lanes: readonly Lane[]; readonly span: Span }) {
  const sums = sumsIn(lanes, span);
  return (
    <>
      {sums.slice(0, SUMS_MAX).map(({ name, stage, count, microseconds, bytes, origin }) => (
        <Row key={`${stage} ${name}`} word={count === 1 ? name : `${name} × ${count}`}>
          <span title={ORIGINS[origin].word}>
            {showMicroseconds(microseconds)}
            {bytes > 0 && `, ${showBytes(bytes)}`}
          </span>
        </Row>
      ))}
      {sums.length > SUMS_MAX && <Row word="others">{sums.length - SUMS_MAX}</Row>}
    </>
  );
}

function SpanFacts({ lanes, span }: { readonly lanes: readonly Lane[]; readonly span: Span }) {
  return (
    <>
      <h3>
        {showMicroseconds(widthOf(span))} <span className="dim">marked</span>
      </h3>
      <dl>
        <Sums lanes={lanes} span={span} />
      </dl>
    </>
  );
}

/** What is in sight, while nothing is chosen. */
function CallFacts({ call, lanes, span }: CallFactsProps) {
  const follows = useTrack((state) => state.follows);
  const isCall = call !== null && follows === 'call';
  return (
    <>
      <h3>
        {isCall ? showCount(call.kernels.length, 'kernel run') : showMicroseconds(widthOf(span))}{' '}
        <span className="dim">
          {isCall ? `in ${showMicroseconds(kernelTimeOf(call))}` : 'in sight'}
        </span>
      </h3>
      <dl>
        <Sums lanes={lanes} span={span} />
      </dl>
    </>
  );
}

type CallFactsProps = {
  readonly call: TimedCall | null;
  readonly lanes: readonly Lane[];
  readonly span: Span;
};
