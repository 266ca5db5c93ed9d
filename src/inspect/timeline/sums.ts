/** @file What ran within a span of time, summed by what it was. */
import type { TimelineEvent } from '../../../engine/worker/protocol.ts';
import { SURENESS, type Origin } from '../times.ts';
import { eventsIn, type Lane, type Span } from './log.ts';

/** All events of one name in a lane. */
export type Sum = {
  readonly name: string;
  readonly stage: TimelineEvent['stage'];
  readonly count: number;
  readonly microseconds: number;
  readonly bytes: number;
  /** The least sure of them. */
  readonly origin: Origin;
};

/** Sums of what began within a span, the longest first. */
export function sumsIn(lanes: readonly Lane[], span: Span): readonly Sum[] {
  const sums = new Map<string, Sum>();
  for (const lane of lanes) {
    for (const event of eventsIn(lane, span)) {
      if (event.start < span.from) continue;
      const key = `${lane.name} ${event.name}`;
      const before = sums.get(key);
      sums.set(key, {
        name: event.name,
        stage: event.stage,
        count: (before?.count ?? 0) + 1,
        microseconds: (before?.microseconds ?? 0) + event.microseconds,
        bytes: (before?.bytes ?? 0) + (event.bytes ?? 0),
        origin: leastSure(before?.origin ?? event.origin, event.origin),
      });
    }
  }
  return [...sums.values()].toSorted((a, b) => b.microseconds - a.microseconds);
}

const leastSure = (a: Origin, b: Origin): Origin =>
  SURENESS.indexOf(a) > SURENESS.indexOf(b) ? a : b;
