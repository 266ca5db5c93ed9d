/** @file Pointer and wheel on the track: drag moves, the wheel zooms, Shift and drag marks, a press chooses. */
import {
  useEffect,
  useRef,
  useState,
  type DOMAttributes,
  type PointerEvent,
  type RefObject,
} from 'react';
import type { TimelineEvent } from '../../../engine/worker/protocol.ts';
import { barAt, type Bar } from './bars.ts';
import type { Span } from './log.ts';
import { placeAt, type Geometry } from './paint.ts';
import { choose, lookAt, mark } from './track-state.ts';
import type { Log } from './use-log.ts';
import { moved, widthOf, zoomed } from './window.ts';

type Hover = { readonly event: TimelineEvent; readonly x: number };

type Setting = {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly geometry: Geometry;
  readonly bars: readonly (readonly Bar[])[];
  readonly rowCounts: readonly number[];
  readonly log: Log;
  readonly span: Span;
};

type Drag = {
  readonly x: number;
  readonly span: Span;
  readonly isMark: boolean;
  hasMoved: boolean;
};

/** A press that moved less is a click, px. */
const SLOP = 4;

/** A bar this near to the pointer is meant, px. */
const REACH = 5;

/** Zoom by one px of the wheel. */
const WHEEL_ZOOM = 1.0015;

const pointOf = (event: {
  readonly clientX: number;
  readonly clientY: number;
  readonly currentTarget: Element;
}): { readonly x: number; readonly y: number } => {
  const { left, top } = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
};

const timeAt = (x: number, span: Span, width: number): number =>
  span.from + (x / width) * widthOf(span);

function eventAt(setting: Setting, x: number, y: number): TimelineEvent | null {
  const { geometry, bars, rowCounts } = setting;
  const place = placeAt(geometry, y, rowCounts);
  if (place === null) return null;
  return barAt(bars[place.lane] ?? [], x, place.row, REACH)?.event ?? null;
}

export function useTrackPointer(setting: Setting): {
  readonly hover: Hover | null;
  readonly handlers: DOMAttributes<HTMLDivElement>;
} {
  const [hover, setHover] = useState<Hover | null>(null);
  const drag = useRef<Drag | null>(null);
  useWheel(setting);
  const onPointerMove = (event: PointerEvent): void => {
    const { x, y } = pointOf(event);
    const from = drag.current;
    if (from === null) {
      const under = eventAt(setting, x, y);
      setHover(under === null ? null : { event: under, x });
      return;
    }
    if (Math.abs(x - from.x) > SLOP) from.hasMoved = true;
    if (from.hasMoved) dragTo(setting, from, x);
  };
  const onPointerUp = (event: PointerEvent): void => {
    const from = drag.current;
    drag.current = null;
    if (from === null || from.hasMoved) return;
    const { x, y } = pointOf(event);
    choose(eventAt(setting, x, y));
    mark(null);
    lookAt(setting.span);
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const { x } = pointOf(event);
    drag.current = { x, span: setting.span, isMark: event.shiftKey, hasMoved: false };
    setHover(null);
  };
  const onPointerLeave = (): void => setHover(null);
  const onPointerCancel = (): void => {
    drag.current = null;
  };
  const handlers = { onPointerMove, onPointerUp, onPointerDown, onPointerLeave, onPointerCancel };
  return { hover, handlers };
}

function dragTo({ geometry, log, span }: Setting, from: Drag, x: number): void {
  const { width } = geometry;
  if (from.isMark) {
    const ends = [timeAt(from.x, span, width), timeAt(x, span, width)];
    mark({ from: Math.min(...ends), to: Math.max(...ends) });
  } else if (log.bounds !== null) {
    const by = ((from.x - x) / width) * widthOf(from.span);
    lookAt(moved(from.span, by, log.bounds));
  }
}

/** The wheel zooms at the pointer, sideways it moves. React listens to wheels passively, which could not keep the page still. */
function useWheel(setting: Setting): void {
  const latest = useRef(setting);
  useEffect(() => {
    latest.current = setting;
  });
  const { box } = setting;
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const onWheel = (event: WheelEvent): void => {
      const { geometry, log, span } = latest.current;
      if (log.bounds === null) return;
      event.preventDefault();
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        lookAt(moved(span, (sideways / geometry.width) * widthOf(span), log.bounds));
        return;
      }
      const x = event.clientX - element.getBoundingClientRect().left;
      const at = timeAt(x, span, geometry.width);
      lookAt(zoomed(span, WHEEL_ZOOM ** event.deltaY, at, log.bounds));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [box]);
}
