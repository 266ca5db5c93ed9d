/** @file Walking the events with keys: along a lane, and from lane to lane. */
import type { TimelineEvent } from '../../../engine/worker/protocol.ts';
import { endOf, laneOf, type Lane, type Span } from './log.ts';

const middleOf = (event: TimelineEvent): number => (event.start + endOf(event)) / 2;

/** The event of a lane whose middle is the nearest to a time. */
function nearest({ events }: Lane, at: number): TimelineEvent | null {
  let [best, distance] = [null as TimelineEvent | null, Infinity];
  for (const event of events) {
    const away = Math.abs(middleOf(event) - at);
    if (away < distance) [best, distance] = [event, away];
  }
  return best;
}

/** How far a key goes along a lane, and between lanes. */
const ALONG: { readonly [key: string]: number } = {
  ArrowLeft: -1,
  ArrowRight: 1,
  Home: -Infinity,
  End: Infinity,
};
const BETWEEN: { readonly [key: string]: number } = { ArrowUp: -1, ArrowDown: 1 };

/** Whether a key walks. */
export const isStep = (key: string): boolean => key in ALONG || key in BETWEEN;

/** Where an arrow, Home or End leads from an event; from none, to the nearest to the middle of the window in the last lane. */
export function stepFrom(
  lanes: readonly Lane[],
  from: TimelineEvent | null,
  { key, span }: { readonly key: string; readonly span: Span },
): TimelineEvent | null {
  const filled = lanes.filter(({ events }) => events.length > 0);
  const at = from === null ? -1 : filled.findIndex(({ name }) => name === laneOf(from));
  const lane = filled[at];
  if (from === null || lane === undefined) {
    const last = filled.at(-1);
    return last === undefined ? null : nearest(last, (span.from + span.to) / 2);
  }
  const between = BETWEEN[key];
  if (between !== undefined) {
    const next = filled[at + between];
    return next === undefined ? from : nearest(next, middleOf(from));
  }
  const to = lane.events.indexOf(from) + (ALONG[key] ?? 0);
  return lane.events[Math.min(lane.events.length - 1, Math.max(0, to))]!;
}
