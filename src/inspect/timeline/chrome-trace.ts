/** @file The timeline in the format of Chrome's traces, which Perfetto opens. */
import type { TimelineEvent } from '../../../engine/worker/protocol.ts';
import { LANE_NAMES, laneOf, type LaneName } from './log.ts';

const THREADS: Readonly<Record<LaneName, string>> = {
  cell: 'Cells',
  engine: 'Engine',
  gpu: 'GPU kernels, by timestamps',
  host: 'Kernels, by wall clock',
};

/** The text of the file. How a length is known goes with each event. */
export function chromeTrace(events: readonly TimelineEvent[]): string {
  const names = LANE_NAMES.map((lane, tid) => ({
    name: 'thread_name',
    ph: 'M',
    pid: 1,
    tid,
    args: { name: THREADS[lane] },
  }));
  const spans = events.map((event) => {
    const { name, stage, start, microseconds, origin, error, fn, call, cell, bytes } = event;
    const tid = LANE_NAMES.indexOf(laneOf(event));
    const args = { origin, error, fn, call, cell, bytes };
    return { name, cat: stage, ph: 'X', ts: start, dur: microseconds, pid: 1, tid, args };
  });
  return JSON.stringify({ displayTimeUnit: 'ms', traceEvents: [...names, ...spans] });
}
