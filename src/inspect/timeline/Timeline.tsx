/** @file The timeline: what cells, the engine and the GPU did, when, and how surely that is known. */
import { useMemo } from 'react';
import type { FunctionSummary } from '../../../engine/worker/protocol.ts';
import { download } from '../../share/download.ts';
import { useRun } from '../../store/run.ts';
import { useSelection } from '../../store/selection.ts';
import { Icon } from '../../ui/Icon.tsx';
import type { IconName } from '../../ui/icons.ts';
import { ORIGINS, type Origin } from '../times.ts';
import { callIn, callToShow, type TimedCall } from './calls.ts';
import { chromeTrace } from './chrome-trace.ts';
import { EventTable } from './EventTable.tsx';
import { Facts } from './Facts.tsx';
import { honestyOf } from './honesty.ts';
import { LaneNames } from './LaneNames.tsx';
import type { Span } from './log.ts';
import { Track } from './Track.tsx';
import { follow, lookAt, showTable, spanShown, useTrack } from './track-state.ts';
import { useLog, type Log } from './use-log.ts';
import { zoomed } from './window.ts';
import './timeline.css';

/** The dock at the foot of the page. Its head stays when it is closed. */
export function Timeline() {
  const isOpen = useSelection((state) => state.isTimelineOpen);
  const chosen = useSelection((state) => state.fn);
  const functions = useRun((state) => state.functions);
  const log = useLog(isOpen);
  const state = useTrack();
  const call = useMemo(
    () => callToShow(log.calls, { chosen, alive: functions.map(({ fn }) => fn) }),
    [log, chosen, functions],
  );
  const span = useMemo(() => spanShown(state, log.bounds, call), [state, log, call]);
  return (
    <section className="dock" aria-label="Timeline">
      <header>
        <h2>Timeline</h2>
        <Subject call={call} log={log} />
        <Legend />
        <Trust log={log} />
        {isOpen && span !== null && <Tools log={log} span={span} />}
      </header>
      {isOpen && (span === null ? <Empty /> : <Body log={log} span={span} call={call} />)}
    </section>
  );
}

function Empty() {
  return (
    <p className="panel-empty">
      Run a cell, and what it, the engine and the GPU did stands here, to the microsecond where that
      is known.
    </p>
  );
}

type BodyProps = {
  readonly log: Log;
  readonly span: Span;
  readonly call: TimedCall | null;
};

function Body({ log, span, call }: BodyProps) {
  const isTable = useTrack((state) => state.isTable);
  // The ruler counts from the start of the call that is in sight, or of everything.
  const origin = (callIn(log.calls, span) ?? log.bounds)?.from ?? 0;
  if (isTable)
    return (
      <div className="track-area as-table">
        <EventTable lanes={log.lanes} span={span} origin={origin} />
        <Facts log={log} span={span} call={call} />
      </div>
    );
  return (
    <div className="track-area">
      <LaneNames lanes={log.lanes} span={span} />
      <Track log={log} span={span} origin={origin} />
      <Facts log={log} span={span} call={call} />
    </div>
  );
}

const nameOf = (functions: readonly FunctionSummary[], fn: string): string =>
  functions.find((made) => made.fn === fn)?.name ?? 'a function that is gone';

/** "train, call 4,142; 23 calls timed". */
function Subject({ call, log }: { readonly call: TimedCall | null; readonly log: Log }) {
  const functions = useRun((state) => state.functions);
  if (call === null) return <span className="what" />;
  const count = log.calls.filter(({ fn }) => fn === call.fn).length;
  const timed = `${count.toLocaleString('en')} timed`;
  return (
    <span className="what">
      {`${nameOf(functions, call.fn)}, call ${call.call.toLocaleString('en')}; ${timed}`}
    </span>
  );
}

function Legend() {
  return (
    <div className="how">
      {(Object.keys(ORIGINS) as Origin[]).map((origin) => (
        <span key={origin}>
          <i className={ORIGINS[origin].how} />
          {ORIGINS[origin].word}
        </span>
      ))}
    </div>
  );
}

/** How far the times can be trusted: always to be seen. */
function Trust({ log }: { readonly log: Log }) {
  const device = useRun((state) => state.device);
  const { first, rest, sentences } = honestyOf(device, log.kernel);
  return (
    <div className="honest" title={sentences}>
      <Icon name="ruler" />
      <span>
        <b>{first}</b>
        {`, ${rest}`}
      </span>
      <span className="sr">{sentences}</span>
    </div>
  );
}

function Tools({ log, span }: { readonly log: Log; readonly span: Span }) {
  const { follows, isTable } = useTrack();
  const zoom = (factor: number): void => {
    if (log.bounds !== null) lookAt(zoomed(span, factor, (span.from + span.to) / 2, log.bounds));
  };
  const save = (): void =>
    download(
      'arignote-trace.json',
      new Blob([chromeTrace(log.events)], { type: 'application/json' }),
    );
  return (
    <div className="acts" role="group" aria-label="Timeline tools">
      <Tool icon="minus" words="Zoom out (S)" onPress={() => zoom(2)} />
      <Tool icon="plus" words="Zoom in (W)" onPress={() => zoom(0.5)} />
      <Tool
        icon="activity"
        words="Follow the latest timed call (L)"
        isPressed={follows === 'call'}
        onPress={() => follow('call')}
      />
      <Tool
        icon="maximize-2"
        words="Show everything (F)"
        isPressed={follows === 'all'}
        onPress={() => follow('all')}
      />
      <Tool
        icon="text"
        words="Show as a table"
        isPressed={isTable}
        onPress={() => showTable(!isTable)}
      />
      <Tool icon="download" words="Export as a Chrome trace, for Perfetto" onPress={save} />
    </div>
  );
}

function Tool({ icon, words, isPressed, onPress }: ToolProps) {
  return (
    <button
      className="btn icon small"
      type="button"
      aria-label={words}
      title={words}
      onClick={onPress}
      {...(isPressed !== undefined && { 'aria-pressed': isPressed })}
    >
      <Icon name={icon} />
    </button>
  );
}

type ToolProps = {
  readonly icon: IconName;
  readonly words: string;
  readonly isPressed?: boolean;
  readonly onPress: () => void;
};
