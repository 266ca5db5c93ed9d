/** @file The lanes on a canvas: wheel and keys zoom and pan, arrows walk the events, Shift and drag marks a span. */
import {
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import type { TimelineEvent } from '../../../engine/worker/protocol.ts';
import { ORIGINS, showKnown, showMicroseconds } from '../times.ts';
import { barsOf, rowsOf } from './bars.ts';
import { endOf, type Span } from './log.ts';
import { usePalette } from './palette.ts';
import { paint, type Scene } from './paint.ts';
import { isStep, stepFrom } from './steps.ts';
import { choose, follow, lookAt, mark, useTrack } from './track-state.ts';
import { useTrackPointer } from './use-track-pointer.ts';
import type { Log } from './use-log.ts';
import { moved, showing, ticksOf, widthOf, zoomed } from './window.ts';

export function Track({ log, span, origin }: TrackProps) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(box);
  const palette = usePalette();
  const chosen = useTrack((state) => state.chosen);
  const marked = useTrack((state) => state.marked);
  const { lanes } = log;
  const geometry = useMemo(() => ({ ...size, laneCount: lanes.length }), [size, lanes.length]);
  const bars = useMemo(
    () => lanes.map((lane) => barsOf(lane, span, geometry.width)),
    [lanes, span, geometry.width],
  );
  const rowCounts = useMemo(() => bars.map(rowsOf), [bars]);
  const pointer = useTrackPointer({ box, geometry, bars, rowCounts, log, span });
  const { hover } = pointer;
  useLayoutEffect(() => {
    const scene: Scene = {
      ...geometry,
      bars,
      rowCounts,
      ticks: ticksOf(span, geometry.width, origin),
      span,
      marked,
      chosen,
      hovered: hover?.event ?? null,
      palette,
      font: geometry.font,
    };
    if (canvas.current !== null) draw(canvas.current, scene);
  }, [geometry, bars, rowCounts, span, origin, marked, chosen, hover, palette]);
  return (
    <div
      ref={box}
      className="lanes"
      role="application"
      aria-label={wordsOf(log, span)}
      aria-describedby="timeline-facts"
      data-region-entry
      tabIndex={0}
      onKeyDown={(event) => pressKey(event, log, span)}
      {...pointer.handlers}
    >
      <canvas ref={canvas} aria-hidden="true" />
      {hover !== null && <Card event={hover.event} x={hover.x} width={geometry.width} />}
    </div>
  );
}

type TrackProps = {
  readonly log: Log;
  readonly span: Span;
  /** Where the ruler counts from. */
  readonly origin: number;
};

/** The ruler's height in rem; the same stands in timeline.css. */
const RULER_REM = 1.375;

/** The size of the track, and its type, as they are now. */
function useSize(box: RefObject<HTMLDivElement | null>) {
  const [size, setSize] = useState({ width: 0, height: 0, ruler: 0, font: '' });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      const { fontFamily, fontSize } = getComputedStyle(element);
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      setSize({
        width: element.clientWidth,
        height: element.clientHeight,
        ruler: RULER_REM * rem,
        font: `${fontSize} ${fontFamily}`,
      });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return size;
}

/** As many pixels as the screen has. */
function draw(canvas: HTMLCanvasElement, scene: Scene): void {
  const ratio = devicePixelRatio;
  const [width, height] = [Math.round(scene.width * ratio), Math.round(scene.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  paint(context, scene);
}

function wordsOf({ lanes, bounds }: Log, span: Span): string {
  const count = lanes.reduce((sum, { events }) => sum + events.length, 0);
  const part = bounds === null ? '' : `, ${showMicroseconds(widthOf(span))} of them shown`;
  return `Timeline of ${count.toLocaleString('en')} events in ${showMicroseconds(bounds === null ? 0 : widthOf(bounds))}${part}. Arrows walk the events, W and S zoom, A and D move, F shows everything, L the latest call, M marks, Enter goes to the facts.`;
}

/** A part of the window that a key moves it by, and the factor of one step of zoom. */
const KEY_MOVE = 0.2;
const KEY_ZOOM = 0.7;

type KeyAct = (span: Span, bounds: Span) => void;

/** What keys do; arrows walk and are not here. */
const ACTS: { readonly [key: string]: KeyAct } = {
  w: (span, bounds) => lookAt(zoomed(span, KEY_ZOOM, focusOf(span), bounds)),
  s: (span, bounds) => lookAt(zoomed(span, 1 / KEY_ZOOM, focusOf(span), bounds)),
  a: (span, bounds) => lookAt(moved(span, -KEY_MOVE * widthOf(span), bounds)),
  d: (span, bounds) => lookAt(moved(span, KEY_MOVE * widthOf(span), bounds)),
  f: () => follow('all'),
  l: () => follow('call'),
  m: () => markChosen(),
  Enter: () => document.querySelector<HTMLElement>('#timeline-facts button')?.focus(),
};

function pressKey(event: KeyboardEvent, log: Log, span: Span): void {
  const { key, ctrlKey, metaKey, altKey } = event;
  if (log.bounds === null || ctrlKey || metaKey || altKey) return;
  const { chosen, marked } = useTrack.getState();
  const act = ACTS[key.length === 1 ? key.toLowerCase() : key];
  if (isStep(key)) walkTo(stepFrom(log.lanes, chosen, { key, span }), span, log.bounds);
  else if (key === 'Escape' && (chosen !== null || marked !== null)) {
    choose(null);
    mark(null);
  } else if (act === undefined) return;
  else act(span, log.bounds);
  event.preventDefault();
  event.stopPropagation();
}

/** Zoom goes to the chosen event where it is in sight. */
function focusOf({ from, to }: Span): number {
  const { chosen } = useTrack.getState();
  const at = chosen === null ? NaN : (chosen.start + endOf(chosen)) / 2;
  return at >= from && at <= to ? at : (from + to) / 2;
}

function walkTo(event: TimelineEvent | null, span: Span, bounds: Span): void {
  if (event === null) return;
  choose(event);
  lookAt(showing(span, { from: event.start, to: endOf(event) }, bounds));
}

/** From the mark that is there to the chosen event, or the chosen event alone. */
function markChosen(): void {
  const { chosen, marked } = useTrack.getState();
  if (chosen === null) return mark(null);
  const own = { from: chosen.start, to: endOf(chosen) };
  return mark(
    marked === null
      ? own
      : { from: Math.min(marked.from, own.from), to: Math.max(marked.to, own.to) },
  );
}

/** The card is so wide at most, px; the same stands in timeline.css. */
const CARD_WIDTH = 260;

/** What is under the pointer. */
function Card({ event, x, width }: CardProps) {
  const left = Math.max(0, Math.min(x + 12, width - CARD_WIDTH));
  const { name, microseconds, error, origin } = event;
  return (
    <div className="t-card" style={{ left }}>
      <b>{name}</b>
      <span>{`${showKnown(microseconds, error)}, ${ORIGINS[origin].word}`}</span>
    </div>
  );
}

type CardProps = { readonly event: TimelineEvent; readonly x: number; readonly width: number };
