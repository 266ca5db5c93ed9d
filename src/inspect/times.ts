/** @file Lengths of time as the engine knows them: with how they are known, and how coarse their clock is. */
import type { TimelineEvent } from '../../engine/worker/protocol.ts';

/** How a length of time is known. */
export type Origin = TimelineEvent['origin'];

/** From the surest to the least sure. */
export const SURENESS: readonly Origin[] = ['measured', 'repeated', 'wallClock', 'estimated'];

/** The word and the texture (`how-...`) of each origin. */
export const ORIGINS: { readonly [O in Origin]: { readonly word: string; readonly how: string } } =
  {
    measured: { word: 'measured', how: 'how-measured' },
    repeated: { word: 'repeated', how: 'how-repeated' },
    wallClock: { word: 'wall clock', how: 'how-wall' },
    estimated: { word: 'estimated', how: 'how-estimated' },
  };

const SPACE = '\u00a0';

/** Three figures, without zeros that say nothing. */
const figures = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(value >= 1 ? 3 : 2);

/** A length of time: `31.2 µs`, `0.42 ms`, `1.65 ms`, `4.20 s`. */
export function showMicroseconds(microseconds: number): string {
  if (microseconds <= 0) return `0${SPACE}µs`;
  if (microseconds < 100) return `${figures(microseconds)}${SPACE}µs`;
  if (microseconds < 1e6) return `${figures(microseconds / 1000)}${SPACE}ms`;
  return `${figures(microseconds / 1e6)}${SPACE}s`;
}

/** How coarse a clock is: `1 µs`, `0.39 µs`, `100 µs`. */
export function showError(microseconds: number): string {
  const rounded = Number(microseconds.toPrecision(2));
  return rounded < 1000
    ? `${rounded}${SPACE}µs`
    : `${(rounded / 1000).toLocaleString('en')}${SPACE}ms`;
}

/** A length that its clock may be too coarse for: `under 100 µs` where it read less than one tick. */
export function showLength(microseconds: number, error: number): string {
  return microseconds < error ? `under ${showError(error)}` : showMicroseconds(microseconds);
}

/** A length with how coarse its clock is: `0.42 ms ± 1 µs`. What is under one tick says so already. */
export function showKnown(microseconds: number, error: number): string {
  const length = showLength(microseconds, error);
  return microseconds < error ? length : `${length} ± ${showError(error)}`;
}
