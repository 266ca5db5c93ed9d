/** @file Times of kernels, and how far they can be trusted. */
import { PROFILE_EVENTS_MAX } from '../base/limits.ts';
import type { KernelTime } from './device.ts';
import type { NamedTime } from './executor.ts';

/** Chrome rounds timestamps to this for ordinary visitors, nanoseconds. */
const COARSE_NS = 100_000n;

/**
 * Start and end stamps, in nanoseconds, as times of dispatches. The clock is coarse when every stamp is a multiple of
 * Chrome's rounding: then nothing under its step was measured.
 */
export function fromTimestamps(stamps: BigUint64Array, commands: readonly number[]): KernelTime[] {
  const first = stamps[0] ?? 0n;
  const coarse = stamps.every((t) => t % COARSE_NS === 0n);
  const error = coarse ? Number(COARSE_NS) / 1000 : 1;
  return commands.map((command, k) => ({
    command,
    start: Number(stamps[2 * k]! - first) / 1000,
    microseconds: Number(stamps[2 * k + 1]! - stamps[2 * k]!) / 1000,
    origin: 'measured',
    error,
  }));
}

/** A time of a call of a function. */
export type TimedEvent = Omit<NamedTime, 'command'> & { readonly call: number };

/** The latest times of one function. */
export class ProfileLog {
  readonly #events: Promise<readonly TimedEvent[]>[] = [];

  record(times: Promise<readonly NamedTime[]>, call: number): void {
    const events = times.then((list) => list.map((time) => eventOf(time, call)));
    events.catch(() => undefined);
    this.#events.push(events);
    if (this.#events.length > PROFILE_EVENTS_MAX) void this.#events.shift();
  }

  async events(): Promise<readonly TimedEvent[]> {
    return (await Promise.all(this.#events)).flat().slice(-PROFILE_EVENTS_MAX);
  }
}

const eventOf = (time: NamedTime, call: number): TimedEvent => ({
  kernel: time.kernel,
  call,
  start: time.start,
  microseconds: time.microseconds,
  origin: time.origin,
  error: time.error,
});
