/** @file The events that came, in lanes, at most four times a second: a training gives more than a person can see. */
import { useEffect, useState } from 'react';
import type { TimelineEvent } from '../../../engine/worker/protocol.ts';
import { presentNotebook } from '../../store/notebook.ts';
import { useRun } from '../../store/run.ts';
import { timedCalls, type TimedCall } from './calls.ts';
import { boundsOf, makeLanes, type Lane, type Span } from './log.ts';

export type Log = {
  readonly lanes: readonly Lane[];
  readonly calls: readonly TimedCall[];
  readonly bounds: Span | null;
  /** All of it, the runs of cells included. */
  readonly events: readonly TimelineEvent[];
  /** The latest kernel that was timed. */
  readonly kernel: TimelineEvent | null;
};

/** The lanes are made anew at most so often, ms. */
const RENEW_MS = 250;

/** `Date.now()` ticks so often, microseconds. */
const DATE_STEP = 1000;

/** The last run of each cell, as an event. */
function runsOfCells(): readonly TimelineEvent[] {
  const { cells } = useRun.getState();
  return presentNotebook().cells.flatMap(({ id }, i) => {
    const { startedAt = null, endedAt = null, state = 'idle' } = cells[id] ?? {};
    if (startedAt === null) return [];
    if (endedAt === null && state !== 'running') return [];
    const start = (startedAt - performance.timeOrigin) * 1000;
    const end = ((endedAt ?? Date.now()) - performance.timeOrigin) * 1000;
    return [cellEvent(id, `cell ${i + 1}`, { from: start, to: end })];
  });
}

const cellEvent = (cell: string, name: string, { from, to }: Span): TimelineEvent => ({
  lane: 'cell',
  stage: 'trace',
  name,
  fn: null,
  call: null,
  cell,
  start: from,
  microseconds: Math.max(0, to - from),
  origin: 'wallClock',
  error: DATE_STEP,
  bytes: null,
});

const EMPTY: Log = { lanes: [], calls: [], bounds: null, events: [], kernel: null };

function readLog(isOpen: boolean): Log {
  const { timeline } = useRun.getState();
  const kernel = timeline.findLast(({ stage }) => stage === 'kernel') ?? null;
  if (!isOpen) return { ...EMPTY, kernel };
  const events = [...runsOfCells(), ...timeline];
  const lanes = makeLanes(events);
  return { lanes, calls: timedCalls(timeline), bounds: boundsOf(lanes), events, kernel };
}

/** What ran. While the timeline is closed only what its label needs. */
export function useLog(isOpen: boolean): Log {
  const [log, setLog] = useState(() => readLog(isOpen));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const renew = (): void => {
      timer = null;
      setLog(readLog(isOpen));
    };
    renew();
    const leave = useRun.subscribe((state, before) => {
      if (state.timeline === before.timeline && state.cells === before.cells) return;
      timer ??= setTimeout(renew, RENEW_MS);
    });
    return () => {
      leave();
      if (timer !== null) clearTimeout(timer);
    };
  }, [isOpen]);
  return log;
}
