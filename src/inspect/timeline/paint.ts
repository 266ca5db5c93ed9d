/** @file Draws the track on a canvas: ruler, lanes, bars whose texture says how their length is known, what is marked. */
import { showLength, type Origin } from '../times.ts';
import type { Bar } from './bars.ts';
import type { Span } from './log.ts';
import { colourOf, type Palette } from './palette.ts';
import { widthOf, type Tick } from './window.ts';

/** Places on the track, px. */
export type Geometry = {
  readonly width: number;
  readonly height: number;
  readonly ruler: number;
  readonly laneCount: number;
};

export type Scene = Geometry & {
  readonly bars: readonly (readonly Bar[])[];
  readonly rowCounts: readonly number[];
  readonly ticks: readonly Tick[];
  readonly span: Span;
  readonly marked: Span | null;
  readonly chosen: Bar['event'] | null;
  readonly hovered: Bar['event'] | null;
  readonly palette: Palette;
  readonly font: string;
};

/** Room above and below the bars of a lane, px. */
const PAD = 4;

/** Between rows of a lane, px. */
const GAP = 2;

const laneHeight = ({ height, ruler, laneCount }: Geometry): number =>
  (height - ruler) / Math.max(1, laneCount);

/** Where a row of a lane stands. */
function rowBox(
  geometry: Geometry,
  { lane, row, rowCount }: RowPlace,
): { readonly top: number; readonly height: number } {
  const height = laneHeight(geometry);
  const each = (height - 2 * PAD - (rowCount - 1) * GAP) / rowCount;
  return { top: geometry.ruler + lane * height + PAD + row * (each + GAP), height: each };
}

type RowPlace = { readonly lane: number; readonly row: number; readonly rowCount: number };

/** The lane and the row at a height; `null` on the ruler. */
export function placeAt(
  geometry: Geometry,
  y: number,
  rowCounts: readonly number[],
): { readonly lane: number; readonly row: number } | null {
  const lane = Math.floor((y - geometry.ruler) / laneHeight(geometry));
  const rowCount = rowCounts[lane];
  if (y < geometry.ruler || rowCount === undefined) return null;
  const { top, height } = rowBox(geometry, { lane, row: 0, rowCount });
  const row = Math.floor((y - top) / (height + GAP));
  return { lane, row: Math.min(rowCount - 1, Math.max(0, row)) };
}

type Context = CanvasRenderingContext2D;

export function paint(context: Context, scene: Scene): void {
  const { palette, width, height, ruler, font } = scene;
  context.font = font;
  context.textBaseline = 'middle';
  context.clearRect(0, 0, width, height);
  context.fillStyle = palette['--paper']!;
  context.fillRect(0, ruler, width, height - ruler);
  paintMarked(context, scene);
  paintRules(context, scene);
  scene.bars.forEach((bars, lane) => {
    for (const bar of bars) paintBar(context, scene, { bar, lane });
  });
}

function paintMarked(context: Context, { span, marked, width, height, palette }: Scene): void {
  if (marked === null) return;
  const scale = width / widthOf(span);
  const x = (marked.from - span.from) * scale;
  context.fillStyle = palette['--accent']!;
  context.globalAlpha = 0.12;
  context.fillRect(x, 0, widthOf(marked) * scale, height);
  context.globalAlpha = 1;
  context.fillRect(x, 0, 1, height);
  context.fillRect(x + widthOf(marked) * scale - 1, 0, 1, height);
}

/** Lines between lanes, and those of the ruler with their words. */
function paintRules(context: Context, scene: Scene): void {
  const { palette, width, height, ruler, laneCount, span, ticks } = scene;
  context.fillStyle = palette['--hair']!;
  for (let lane = 0; lane < laneCount; lane++)
    context.fillRect(0, Math.round(ruler + lane * laneHeight(scene)), width, 1);
  const x = (at: number): number => Math.round(((at - span.from) / widthOf(span)) * width);
  for (const { at } of ticks) context.fillRect(x(at), ruler, 1, height - ruler);
  context.fillStyle = palette['--ink-3']!;
  context.textAlign = 'center';
  for (const { at, words } of ticks) {
    const half = context.measureText(words).width / 2;
    if (x(at) - half >= 0 && x(at) + half <= width) context.fillText(words, x(at), ruler / 2 + 1);
  }
  context.textAlign = 'left';
}

type Box = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };

function boxOf(scene: Scene, { bar, lane }: Placed): Box {
  const rowCount = scene.rowCounts[lane] ?? 1;
  const { top, height } = rowBox(scene, { lane, row: bar.row, rowCount });
  const x = Math.max(-3, bar.x);
  return { x, y: top, w: Math.max(1, Math.min(scene.width + 3, bar.x + bar.width) - x), h: height };
}

type Placed = { readonly bar: Bar; readonly lane: number };

/** Bars that are no wider are drawn full: a texture would not be seen. */
const SLIM = 4;

function paintBar(context: Context, scene: Scene, placed: Placed): void {
  const { event } = placed.bar;
  const box = boxOf(scene, placed);
  const colour = scene.palette[colourOf(event)]!;
  context.fillStyle = scene.palette['--paper']!;
  context.fillRect(box.x, box.y, box.w, box.h);
  context.fillStyle = colour;
  if (box.w <= SLIM) {
    context.globalAlpha = event.origin === 'measured' ? 0.85 : 0.6;
    context.fillRect(box.x, box.y, box.w, box.h);
    context.globalAlpha = 1;
  } else {
    paintTexture(context, box, event.origin);
    context.strokeStyle = colour;
    context.setLineDash(event.origin === 'estimated' ? [3, 2] : []);
    context.strokeRect(box.x + 0.5, box.y + 0.5, box.w - 1, box.h - 1);
    context.setLineDash([]);
    paintWords(context, scene, { box, bar: placed.bar });
  }
  if (event === scene.chosen || event === scene.hovered) {
    context.strokeStyle = scene.palette['--accent']!;
    context.lineWidth = event === scene.chosen ? 2 : 1;
    context.strokeRect(box.x - 1.5, box.y - 1.5, box.w + 3, box.h + 3);
    context.lineWidth = 1;
  }
}

/** Filled, striped, faint, or none: as `how-...` in inspector.css. */
function paintTexture(context: Context, { x, y, w, h }: Box, origin: Origin): void {
  const fill = (alpha: number, from: number, width: number): void => {
    context.globalAlpha = alpha;
    context.fillRect(from, y, Math.min(width, x + w - from), h);
  };
  if (origin === 'measured') fill(0.26, x, w);
  else if (origin === 'wallClock') fill(0.09, x, w);
  else if (origin === 'repeated') {
    for (let at = x; at < x + w; at += 5) {
      fill(0.3, at, 3);
      if (at + 3 < x + w) fill(0.13, at + 3, 2);
    }
  }
  context.globalAlpha = 1;
}

/** Room for words on both sides of them, and around them on a clear ground, px. */
const WORD_PAD = 6;
const HALO = 3;

/** The name with the time, the name, or nothing: whatever has room. */
function paintWords(context: Context, scene: Scene, { box, bar }: Worded): void {
  const left = Math.max(0, box.x) + WORD_PAD;
  const room = Math.min(scene.width, box.x + box.w) - left - WORD_PAD;
  if (room < 16 || box.h < 10) return;
  const { name, microseconds, error } = bar.event;
  const words = [`${name}  ${showLength(microseconds, error)}`, name].find(
    (text) => context.measureText(text).width <= room,
  );
  if (words === undefined) return;
  const width = context.measureText(words).width;
  context.globalAlpha = 0.92;
  context.fillStyle = scene.palette['--paper']!;
  context.fillRect(left - HALO, box.y + 2, width + 2 * HALO, box.h - 4);
  context.globalAlpha = 1;
  context.fillStyle = scene.palette['--ink']!;
  context.fillText(words, left, box.y + box.h / 2 + 0.5);
}

type Worded = { readonly box: Box; readonly bar: Bar };
