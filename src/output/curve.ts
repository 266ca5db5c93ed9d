/**
 * @file A loss curve as a figure: axes, lines and labels at given places, computed from the points each time it is drawn.
 * Where there are more points than places, a line is the mean of its neighbours over the range of all of them.
 */
import type { CurvePoint, Output } from '../cells/outputs.ts';
import { freeHeights } from './free-labels.ts';
import { showNumber } from './numbers.ts';
import { linearMarks, logMarks, wholeMarks } from './scales.ts';

/** A curve that a cell shows. */
export type CurveOutput = Extract<Output, { readonly kind: 'curve' }>;

/** A number at a place along an axis, px. */
type Mark = { readonly at: number; readonly text: string };

type CurveLine = {
  readonly name: string;
  /** SVG paths; `raw` is empty unless points were joined. */
  readonly path: string;
  readonly raw: string;
  /** Where the line ends. */
  readonly end: { readonly x: number; readonly y: number };
  /** The name and the latest value, and the height at which it stands free of the others. */
  readonly label: string;
  readonly labelY: number;
};

export type CurveFigure = {
  readonly height: number;
  /** The corners of the field in which lines are drawn. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly isLog: boolean;
  readonly xMarks: readonly Mark[];
  readonly yMarks: readonly Mark[];
  readonly lines: readonly CurveLine[];
};

/** px: room for ticks and above the field, and the height of the figure with few lines. */
const LEFT = 40;
const TOP = 12;
const BOTTOM = 28;
const HEIGHT = 176;
const LABEL_HEIGHT = 15;
/** Advance of a letter at 11 px in the mono font. */
const LETTER = 6.7;
const LABEL_GAP = 10;
/** Of the width, labels take at most this. */
const LABEL_SHARE = 0.42;
/** px that one joined point takes. */
const JOIN = 2;
/** A range of this factor is drawn with a logarithmic axis. */
const LOG_FACTOR = 20;

type Point = { readonly x: number; readonly y: number };

/** The points of one series that have a finite value. */
function pointsOf(points: readonly CurvePoint[], series: number): Point[] {
  const found: Point[] = [];
  for (const { step, values } of points) {
    const y = values[series];
    if (y !== null && y !== undefined && Number.isFinite(y)) found.push({ x: step, y });
  }
  return found;
}

/** The latest value of each series, `null` before the first. It may be no number: that is what a person must see. */
function latestValues({ series, points }: CurveOutput): readonly (number | null)[] {
  return series.map(
    (_, i) => points.findLast(({ values }) => (values[i] ?? null) !== null)?.values[i] ?? null,
  );
}

/** In words, what the figure shows. */
export function curveText(curve: CurveOutput): string {
  const last = curve.points.at(-1);
  if (last === undefined) return `${curve.name}: no points yet.`;
  const values = latestValues(curve).map(
    (value, i) => `${curve.series[i] ?? ''} ${value === null ? 'none yet' : showNumber(value)}`,
  );
  return `${curve.name} by step: ${values.join(', ')} at step ${showNumber(last.step)}.`;
}

/** From which step on a series is no number, for the note below; `null` where all is well. */
export function brokenText({ series, points }: CurveOutput): string | null {
  for (const { step, values } of points) {
    const at = values.findIndex((v) => v !== null && !Number.isFinite(v));
    if (at >= 0)
      return `${series[at] ?? ''} is ${showNumber(values[at] ?? NaN)} at step ${showNumber(step)}`;
  }
  return null;
}

/** The figure at a width in px; `null` before there is a point. */
export function curveFigure(curve: CurveOutput, width: number): CurveFigure | null {
  const all = curve.series.map((_, i) => pointsOf(curve.points, i));
  const drawn = all.flatMap((points, i) => (points.length === 0 ? [] : [{ points, i }]));
  if (drawn.length === 0) return null;
  const latest = latestValues(curve);
  const labelLetters = Math.floor((width * LABEL_SHARE - LABEL_GAP) / LETTER);
  const labels = drawn.map(({ i }) =>
    labelOf(curve.series[i] ?? '', latest[i] ?? NaN, labelLetters),
  );
  const height = Math.max(HEIGHT, TOP + BOTTOM + drawn.length * LABEL_HEIGHT);
  const field: Field = {
    left: LEFT,
    right: width - LABEL_GAP - Math.max(...labels.map((label) => label.length)) * LETTER,
    top: TOP,
    bottom: height - BOTTOM,
  };
  const scale = scaleOf(
    drawn.map(({ points }) => points),
    field,
  );
  const lines = drawn.map(({ points, i }, nth) => {
    const label = labels[nth] ?? '';
    const end = placed(points.at(-1) ?? { x: 0, y: 0 }, scale);
    return { name: curve.series[i] ?? '', ...pathsOf(points, scale), end, label, labelY: end.y };
  });
  return {
    height,
    ...field,
    isLog: scale.isLog,
    xMarks: scale.xMarks,
    yMarks: scale.yMarks,
    lines: withFreeLabels(lines, field),
  };
}

function labelOf(name: string, value: number, letters: number): string {
  const number = showNumber(value, 3);
  const room = Math.max(3, letters - number.length - 1);
  return `${name.length > room ? `${name.slice(0, room - 1)}…` : name} ${number}`;
}

type Field = {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
};
type Scale = {
  readonly x: (step: number) => number;
  readonly y: (value: number) => number;
  readonly isLog: boolean;
  readonly xMarks: readonly Mark[];
  readonly yMarks: readonly Mark[];
};

const placed = (point: Point, scale: Scale): Point => ({
  x: scale.x(point.x),
  y: scale.y(point.y),
});

function scaleOf(lines: readonly (readonly Point[])[], field: Field): Scale {
  const bounds = { x0: Infinity, x1: -Infinity, y0: Infinity, y1: -Infinity };
  for (const line of lines) {
    for (const { x, y } of line) {
      bounds.x0 = Math.min(bounds.x0, x);
      bounds.x1 = Math.max(bounds.x1, x);
      bounds.y0 = Math.min(bounds.y0, y);
      bounds.y1 = Math.max(bounds.y1, y);
    }
  }
  const { x0, y0 } = bounds;
  const x1 = bounds.x1 > x0 ? bounds.x1 : x0 + 1;
  const isLog = y0 > 0 && bounds.y1 / y0 >= LOG_FACTOR;
  const marks = isLog
    ? logMarks(y0, bounds.y1, 6)
    : linearMarks(y0, bounds.y1 > y0 ? bounds.y1 : y0 + Math.max(Math.abs(y0), 1) / 10, 5);
  // The axis reaches the outer marks, where those lie beyond the points.
  const low = Math.min(y0, marks[0] ?? y0);
  const high = Math.max(bounds.y1, marks.at(-1) ?? bounds.y1);
  const along = isLog ? Math.log : (v: number) => v;
  const span = along(high) - along(low) || 1;
  const y = (v: number) =>
    field.bottom - ((along(v) - along(low)) / span) * (field.bottom - field.top);
  const x = (step: number) => field.left + ((step - x0) / (x1 - x0)) * (field.right - field.left);
  const xCount = Math.max(1, Math.floor((field.right - field.left) / 56));
  return {
    x,
    y,
    isLog,
    xMarks: wholeMarks(x0, x1, xCount).map((v) => ({ at: x(v), text: showNumber(v) })),
    yMarks: marks.map((v) => ({ at: y(v), text: showNumber(v, 3) })),
  };
}

const place = ({ x, y }: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** The line, and where several points share a place, the range of them. */
function pathsOf(
  points: readonly Point[],
  scale: Scale,
): { readonly path: string; readonly raw: string } {
  const from = scale.x(points[0]?.x ?? 0);
  const to = scale.x(points.at(-1)?.x ?? 0);
  if (points.length <= Math.max(1, (to - from) / JOIN)) {
    return { path: pathOf(points.map((point) => placed(point, scale))), raw: '' };
  }
  const line: Point[] = [];
  const raw: Point[] = [];
  let start = 0;
  while (start < points.length) {
    const column = Math.floor(scale.x(points[start]?.x ?? 0) / JOIN);
    let end = start;
    let [sum, top, bottom] = [0, Infinity, -Infinity];
    for (; end < points.length; end += 1) {
      const { x, y } = placed(points[end] ?? { x: 0, y: 0 }, scale);
      if (Math.floor(x / JOIN) !== column && end > start) break;
      sum += y;
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    const x = (column + 0.5) * JOIN;
    line.push({ x, y: sum / (end - start) });
    raw.push({ x, y: top }, { x, y: bottom });
    start = end;
  }
  // The line ends where its dot and its label stand.
  line.push(placed(points.at(-1) ?? { x: 0, y: 0 }, scale));
  return { path: pathOf(line), raw: pathOf(raw) };
}

const pathOf = (points: readonly Point[]): string =>
  points.length === 0 ? '' : `M${points.map(place).join('L')}`;

/** Labels moved apart, in the order of their lines, within the field. */
function withFreeLabels(lines: readonly CurveLine[], field: Field): readonly CurveLine[] {
  const wanted = lines.map(({ labelY }) => labelY);
  const free = freeHeights(wanted, { ...field, gap: LABEL_HEIGHT });
  return lines.map((line, i) => ({ ...line, labelY: free[i] ?? line.labelY }));
}
