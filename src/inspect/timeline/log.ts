/**
 * @file What ran, in lanes: what cells did, what the engine did for them, and kernels. Made anew from the events that came; asked
 * for the part that a window shows. Times are microseconds since the page's time origin.
 */
import type { TimelineEvent } from '../../../engine/worker/protocol.ts';

/** Kernels that only a clock of the host timed have a lane of their own: they are not the GPU's word. */
export type LaneName = 'cell' | 'engine' | 'gpu' | 'host';

export type Lane = {
  readonly name: LaneName;
  /** By their start. */
  readonly events: readonly TimelineEvent[];
  /** The latest end of each event and those before it. */
  readonly reach: Float64Array;
  /** Events that overlap stand in rows. */
  readonly row: Uint8Array;
};

export type Span = { readonly from: number; readonly to: number };

export const LANE_NAMES: readonly LaneName[] = ['cell', 'engine', 'gpu', 'host'];

/** What overlaps more than this lies one over the other. */
const ROWS_MAX = 3;

export const endOf = ({ start, microseconds }: TimelineEvent): number => start + microseconds;

export function laneOf({ lane, stage }: TimelineEvent): LaneName {
  return stage === 'kernel' && lane !== 'gpu' ? 'host' : lane;
}

/** The lanes of some events: those of cells and of the engine, and those of kernels that have any. */
export function makeLanes(events: readonly TimelineEvent[]): readonly Lane[] {
  const byLane = new Map<LaneName, TimelineEvent[]>([
    ['cell', []],
    ['engine', []],
  ]);
  for (const event of events) {
    const name = laneOf(event);
    const own = byLane.get(name);
    if (own === undefined) byLane.set(name, [event]);
    else own.push(event);
  }
  return LANE_NAMES.flatMap((name) => {
    const own = byLane.get(name);
    return own === undefined ? [] : [makeLane(name, own)];
  });
}

function makeLane(name: LaneName, unsorted: readonly TimelineEvent[]): Lane {
  const events = unsorted.toSorted((a, b) => a.start - b.start);
  const reach = new Float64Array(events.length);
  const row = new Uint8Array(events.length);
  const ends: number[] = [];
  for (const [i, event] of events.entries()) {
    const end = endOf(event);
    reach[i] = Math.max(end, reach[i - 1] ?? -Infinity);
    const at = rowFor(ends, event.start);
    row[i] = at;
    ends[at] = Math.max(end, ends[at] ?? -Infinity);
  }
  return { name, events, reach, row };
}

/** The first row that is free again, a new one, or the one that is free the soonest. */
function rowFor(ends: readonly number[], start: number): number {
  const free = ends.findIndex((end) => end <= start);
  if (free >= 0) return free;
  return ends.length < ROWS_MAX ? ends.length : ends.indexOf(Math.min(...ends));
}

/** The first index for which `isPast` holds, where it holds for all that follow. */
function firstIndex(count: number, isPast: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isPast(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** From which event to which a lane may be seen in a window; a few between may have ended before it. */
export function rangeIn({ events, reach }: Lane, { from, to }: Span): readonly [number, number] {
  const first = firstIndex(events.length, (i) => reach[i]! >= from);
  return [
    first,
    Math.max(
      first,
      firstIndex(events.length, (i) => events[i]!.start > to),
    ),
  ];
}

/** The events of a lane that a window shows. */
export function eventsIn(lane: Lane, span: Span): readonly TimelineEvent[] {
  const [first, end] = rangeIn(lane, span);
  return lane.events.slice(first, end).filter((event) => endOf(event) >= span.from);
}

/** From the first start to the last end; `null` where nothing ran. */
export function boundsOf(lanes: readonly Lane[]): Span | null {
  const filled = lanes.filter(({ events }) => events.length > 0);
  if (filled.length === 0) return null;
  return {
    from: Math.min(...filled.map(({ events }) => events[0]!.start)),
    to: Math.max(...filled.map(({ reach }) => reach.at(-1)!)),
  };
}

/** How long kernels ran within a window. */
export function busyIn(lane: Lane, span: Span): number {
  return eventsIn(lane, span).reduce(
    (sum, event) => sum + Math.min(endOf(event), span.to) - Math.max(event.start, span.from),
    0,
  );
}
