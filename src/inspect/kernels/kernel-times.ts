/** @file How long each kernel of a function takes: the mean of the runs that were timed. */
import type { KernelReport, ProfileEvent } from '../../../engine/worker/protocol.ts';
import { SURENESS, type Origin } from '../times.ts';

/** The time of one run of a kernel. */
export type KernelTime = {
  readonly microseconds: number;
  /** How coarse the clock of one reading is, microseconds. */
  readonly error: number;
  readonly origin: Origin;
  /** Runs that were timed. */
  readonly runs: number;
};

type Named = Pick<KernelReport, 'name'>;

const leastSure = (origins: readonly Origin[]): Origin =>
  SURENESS[Math.max(...origins.map((origin) => SURENESS.indexOf(origin)))] ?? 'estimated';

/** What selects a kernel: its name, or for a second one of that name its name with a number. */
export function kernelKeys(kernels: readonly Named[]): readonly string[] {
  const counts = new Map<string, number>();
  return kernels.map(({ name }) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name} #${count}`;
  });
}

/**
 * The key of the kernel that each timed run is of, given the names of the runs in their order; `null` for a kernel that the
 * function has not. Kernels of one name take turns, and a submit of several calls begins anew with the first.
 */
export function keysOfRuns(
  kernels: readonly Named[],
  runs: readonly string[],
): readonly (string | null)[] {
  const keys = new Map<string, string[]>();
  for (const [i, key] of kernelKeys(kernels).entries()) {
    const { name } = kernels[i]!;
    keys.set(name, [...(keys.get(name) ?? []), key]);
  }
  const seen = new Map<string, number>();
  return runs.map((name) => {
    const own = keys.get(name);
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return own?.[count % own.length] ?? null;
  });
}

function byCall(events: readonly ProfileEvent[]): readonly (readonly ProfileEvent[])[] {
  const calls = new Map<number, ProfileEvent[]>();
  for (const event of events) {
    const call = calls.get(event.call);
    if (call === undefined) calls.set(event.call, [event]);
    else call.push(event);
  }
  return [...calls.values()];
}

/** The time of each kernel; `null` for one that was never timed. */
export function kernelTimes(
  kernels: readonly Named[],
  events: readonly ProfileEvent[],
): readonly (KernelTime | null)[] {
  const found = new Map<string, ProfileEvent[]>();
  for (const call of byCall(events)) {
    const keys = keysOfRuns(
      kernels,
      call.map(({ kernel }) => kernel),
    );
    for (const [i, key] of keys.entries()) {
      if (key === null) continue;
      const own = found.get(key);
      if (own === undefined) found.set(key, [call[i]!]);
      else own.push(call[i]!);
    }
  }
  return kernelKeys(kernels).map((key) => {
    const own = found.get(key);
    return own === undefined ? null : meanOf(own);
  });
}

const meanOf = (events: readonly ProfileEvent[]): KernelTime => ({
  microseconds: events.reduce((sum, event) => sum + event.microseconds, 0) / events.length,
  error: events.reduce((largest, { error }) => Math.max(largest, error), 0),
  origin: leastSure([...new Set(events.map(({ origin }) => origin))]),
  runs: events.length,
});

/** One run of each kernel together; `null` while one of them was never timed. */
export function totalTime(times: readonly (KernelTime | null)[]): KernelTime | null {
  const known = times.filter((time) => time !== null);
  if (known.length === 0 || known.length < times.length) return null;
  return {
    microseconds: known.reduce((sum, time) => sum + time.microseconds, 0),
    error: Math.max(...known.map(({ error }) => error)),
    origin: leastSure(known.map(({ origin }) => origin)),
    runs: Math.min(...known.map(({ runs }) => runs)),
  };
}
