/** @file Times of kernels, and how far they can be trusted. */
import type { KernelTime } from './device.ts';

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
