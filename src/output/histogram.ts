/** @file How often values fall between round bounds. */
import { rangeOf } from './numbers.ts';
import { roundUp } from './scales.ts';

/**
 * Counts of equal bins; bin `i` holds values from `low + i * step` on. The last bin of values that are not whole also holds its
 * upper bound.
 */
export type Histogram = {
  readonly low: number;
  readonly step: number;
  readonly counts: readonly number[];
  /** Values that are finite, and so counted. */
  readonly total: number;
};

/** Bins that are aimed at: few values have few bins. */
const BINS_MIN = 8;
const BINS_MAX = 48;

/** The histogram of all finite values; `null` where there is none. */
export function histogramOf(data: ArrayLike<number> & Iterable<number>): Histogram | null {
  const range = rangeOf(data);
  if (range === null) return null;
  const isWhole = Array.prototype.every.call(data, (v: number) => Number.isInteger(v));
  const step = stepOf(range, data.length, isWhole);
  // Whole numbers stand in the middle of their bins.
  const shift = isWhole && step === 1 ? 0.5 : 0;
  const first = Math.floor((range.low + shift) / step);
  const end = (range.high + shift) / step;
  const last = isWhole ? Math.floor(end) : Math.max(first, Math.ceil(end) - 1);
  const counts = Array.from({ length: last - first + 1 }, () => 0);
  let total = 0;
  for (const value of data) {
    if (!Number.isFinite(value)) continue;
    const bin = Math.min(counts.length - 1, Math.floor((value + shift) / step) - first);
    counts[bin] = (counts[bin] ?? 0) + 1;
    total += 1;
  }
  return { low: first * step - shift, step, counts, total };
}

function stepOf(
  { low, high }: { readonly low: number; readonly high: number },
  count: number,
  isWhole: boolean,
): number {
  const bins = Math.min(BINS_MAX, Math.max(BINS_MIN, Math.ceil(Math.sqrt(count))));
  if (high === low) return isWhole || low === 0 ? 1 : roundUp(Math.abs(low) / 10);
  const step = roundUp((high - low) / bins);
  return isWhole ? Math.max(1, step) : step;
}
