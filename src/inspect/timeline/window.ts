/** @file The window through which a person sees the time: moved, zoomed, and ruled. */
import type { Span } from './log.ts';

/** Nothing is shorter, microseconds. */
const SHORTEST = 0.5;

/** Room on both sides of what a window was made for, as a part of it. */
const MARGIN = 0.03;

export const widthOf = ({ from, to }: Span): number => to - from;

/** A window around a span. */
export function around(span: Span): Span {
  const width = Math.max(widthOf(span), SHORTEST);
  return { from: span.from - MARGIN * width, to: span.from + (1 + MARGIN) * width };
}

/** Kept near to what there is: a person never gets lost in empty time. */
function kept(span: Span, bounds: Span): Span {
  const all = around(bounds);
  const width = Math.min(Math.max(widthOf(span), SHORTEST), widthOf(all));
  const from = Math.min(Math.max(span.from, all.from), all.to - width);
  return { from, to: from + width };
}

/** Wider by a factor, with the time `at` where it was. */
export function zoomed(span: Span, factor: number, at: number, bounds: Span): Span {
  const width = Math.max(widthOf(span) * factor, SHORTEST);
  const part = (at - span.from) / widthOf(span);
  const from = at - part * width;
  return kept({ from, to: from + width }, bounds);
}

/** Moved by a length of time. */
export const moved = ({ from, to }: Span, by: number, bounds: Span): Span =>
  kept({ from: from + by, to: to + by }, bounds);

/** Moved so far that an event is to be seen. */
export function showing(span: Span, event: Span, bounds: Span): Span {
  if (event.from >= span.from && event.to <= span.to) return span;
  const width = Math.max(widthOf(span), 1.5 * widthOf(event));
  const from = (event.from + event.to - width) / 2;
  return kept({ from, to: from + width }, bounds);
}

/** A line of the ruler: where it is, and what it says. */
export type Tick = { readonly at: number; readonly words: string };

/** Ticks stand at least so far apart, px. */
const TICK_ROOM = 96;

const NICE = [1, 2, 5, 10] as const;

/** The least of 1, 2 and 5 times a power of ten that is not less. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * (NICE.find((nice) => nice * power >= least * 0.999) ?? 10);
}

const UNITS = [
  { unit: 's', microseconds: 1e6 },
  { unit: 'ms', microseconds: 1e3 },
  { unit: 'µs', microseconds: 1 },
] as const;

/** The lines of a window so many px wide, counted from `origin`. */
export function ticksOf(span: Span, px: number, origin: number): readonly Tick[] {
  if (px <= 0) return [];
  const step = niceStep((widthOf(span) * TICK_ROOM) / px);
  // The largest unit in which a step is not a small part.
  const { unit, microseconds } = UNITS.find((u) => step >= u.microseconds * 0.05) ?? UNITS[2];
  const digits = Math.max(0, -Math.floor(Math.log10(step / microseconds) + 1e-9));
  const ticks: Tick[] = [];
  for (let k = Math.ceil((span.from - origin) / step); origin + k * step <= span.to; k++) {
    const value = ((k * step) / microseconds).toFixed(digits).replace('-', '\u2212');
    ticks.push({ at: origin + k * step, words: `${value}\u00a0${unit}` });
  }
  return ticks;
}
