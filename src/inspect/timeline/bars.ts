/** @file A lane in a window as bars, px: never more of them than the window is wide, however many events there are. */
import type { TimelineEvent } from '../../../engine/worker/protocol.ts';
import { endOf, rangeIn, type Lane, type Span } from './log.ts';
import { widthOf } from './window.ts';

/** One event, or several that are too short to be told apart: then the longest of them. */
export type Bar = {
  readonly x: number;
  readonly width: number;
  readonly row: number;
  readonly event: TimelineEvent;
  readonly count: number;
};

/** Bars under this width join those that they touch, px. */
const NARROW = 2;

export function barsOf(lane: Lane, span: Span, px: number): readonly Bar[] {
  const scale = px / widthOf(span);
  const [first, end] = rangeIn(lane, span);
  const bars: Bar[] = [];
  const lastOfRow: (number | undefined)[] = [];
  for (let i = first; i < end; i++) {
    const event = lane.events[i]!;
    const right = (endOf(event) - span.from) * scale;
    if (right < 0) continue;
    const x = (event.start - span.from) * scale;
    const width = right - x;
    const row = lane.row[i]!;
    const at = lastOfRow[row];
    const last = at === undefined ? undefined : bars[at]!;
    if (last !== undefined && width < NARROW && isNear(last, x)) {
      bars[at!] = joined(last, { x, width, row, event, count: 1 });
    } else {
      lastOfRow[row] = bars.length;
      bars.push({ x, width, row, event, count: 1 });
    }
  }
  return bars;
}

/** Whether a bar that begins at `x` would touch one that is itself narrow, or made of narrow ones. */
const isNear = ({ x, width, count }: Bar, next: number): boolean =>
  (width < NARROW || count > 1) && next - (x + width) < 1 && next - x < NARROW;

function joined(a: Bar, b: Bar): Bar {
  const longest = b.event.microseconds > a.event.microseconds ? b.event : a.event;
  const width = Math.max(a.x + a.width, b.x + b.width) - a.x;
  return { x: a.x, width, row: a.row, event: longest, count: a.count + 1 };
}

/** The bar under the pointer, or the nearest that a finger may have meant. */
export function barAt(bars: readonly Bar[], x: number, row: number, reach: number): Bar | null {
  let [best, distance] = [null as Bar | null, reach];
  for (const bar of bars) {
    if (bar.row !== row) continue;
    const away = Math.max(bar.x - x, x - (bar.x + bar.width), 0);
    if (away <= distance && (away < distance || best === null || bar.width < best.width))
      [best, distance] = [bar, away];
  }
  return best;
}

/** How many rows the bars of a lane need; at least one. */
export const rowsOf = (bars: readonly Bar[]): number =>
  bars.reduce((rows, { row }) => Math.max(rows, row + 1), 1);
