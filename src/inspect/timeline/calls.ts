/** @file The calls that were timed: the engine times one in a while, and of those every kernel. */
import type { TimelineEvent } from '../../../engine/worker/protocol.ts';
import { endOf, type Span } from './log.ts';

/** A call of which kernels were timed. Several calls may share a submit: then it is the last of them. */
export type TimedCall = Span & {
  readonly fn: string;
  readonly call: number;
  readonly kernels: readonly TimelineEvent[];
};

type Growing = { from: number; to: number; fn: string; call: number; kernels: TimelineEvent[] };

/** Timed calls in the order in which their times came. */
export function timedCalls(events: readonly TimelineEvent[]): readonly TimedCall[] {
  const calls = new Map<string, Growing>();
  for (const event of events) {
    const { fn, call, stage, start } = event;
    if (fn === null || call === null) continue;
    const key = `${fn}/${call}`;
    let own = calls.get(key);
    if (own === undefined) {
      own = { from: start, to: start, fn, call, kernels: [] };
      calls.set(key, own);
    }
    own.from = Math.min(own.from, start);
    own.to = Math.max(own.to, endOf(event));
    if (stage === 'kernel') own.kernels.push(event);
  }
  return [...calls.values()].filter(({ kernels }) => kernels.length > 0);
}

/** How long the kernels of a call ran, together. */
export const kernelTimeOf = ({ kernels }: TimedCall): number =>
  kernels.reduce((sum, { microseconds }) => sum + microseconds, 0);

/**
 * The call to look at: the latest of the chosen function, or else of the one whose kernels took the most time. Functions that
 * are gone, because their cell ran again, come last.
 */
export function callToShow(
  all: readonly TimedCall[],
  { chosen, alive }: { readonly chosen: string | null; readonly alive: readonly string[] },
): TimedCall | null {
  const own = all.findLast(({ fn }) => fn === chosen);
  if (own !== undefined) return own;
  const living = all.filter(({ fn }) => alive.includes(fn));
  const calls = living.length > 0 ? living : all;
  const times = new Map<string, number>();
  for (const call of calls) times.set(call.fn, (times.get(call.fn) ?? 0) + kernelTimeOf(call));
  const most = Math.max(...times.values());
  return calls.findLast(({ fn }) => times.get(fn) === most) ?? null;
}

/** A window in which a call has a smaller part than one of these is not of that call. */
const CALLS_IN_SIGHT = 20;

/** The call that a window was opened for: the first in it that is more than a speck. */
export function callIn(calls: readonly TimedCall[], { from, to }: Span): TimedCall | null {
  const isSpeck = (call: TimedCall): boolean => to - from > CALLS_IN_SIGHT * (call.to - call.from);
  return calls.find((each) => each.to > from && each.from < to && !isSpeck(each)) ?? null;
}
