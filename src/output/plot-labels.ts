/** @file The names of a plot's lines at their ends, in the place of a legend. */
import { freeHeights } from './free-labels.ts';
import { rangeOf } from './numbers.ts';
import { asTable, wordOf, type Table } from './plot-values.ts';

/** Lines with names at their ends, at most. */
const END_LABELS_MAX = 4;

/** Letters of a name that are shown. */
const NAME_MAX = 24;

/** px between two labels. */
const LABEL_HEIGHT = 14;

/** A label as plotly takes it, and how wide it is. */
export type EndLabel = { readonly annotation: Table; readonly letters: number };

type Look = {
  readonly layout: Table;
  /** Resolved colours by token. */
  readonly colours: Readonly<Record<string, string>>;
  /** px, of the whole plot. */
  readonly height: number;
};

/** The names of the lines at their ends; none unless all traces are a few named lines on one pair of axes. */
export function endLabels(traces: readonly Table[], look: Look): readonly EndLabel[] {
  const { layout } = look;
  const isFew = traces.length <= END_LABELS_MAX && traces.length > 1;
  const isPlain =
    layout['showlegend'] !== true && asTable(layout['xaxis'])['autorange'] !== 'reversed';
  if (!isFew || !isPlain || !traces.every(isNamedLine)) return [];
  const ends = traces.map((trace) => endOf(trace, layout));
  if (!ends.every((end) => end !== null)) return [];
  const shifts = shiftsOf(
    ends.map(({ y }) => y),
    traces,
    look,
  );
  return traces.map((trace, i) => {
    const name = wordOf(trace['name'], '');
    const color = asTable(trace['line'])['color'] ?? look.colours[`--plot-${(i % 6) + 1}`];
    return {
      letters: Math.min(NAME_MAX, name.length),
      annotation: {
        ...ends[i],
        text: name.length > NAME_MAX ? `${name.slice(0, NAME_MAX - 1)}…` : name,
        showarrow: false,
        xanchor: 'left',
        xshift: 6,
        yshift: shifts[i] ?? 0,
        font: { color },
      },
    };
  });
}

const mean = (heights: readonly number[]): number =>
  heights.reduce((sum, y) => sum + y, 0) / heights.length;

/** Of a plot's height, what its data take: the rest are margins. */
const FIELD_SHARE = 0.7;

/** How far labels move up, px, so that they stand apart. */
function shiftsOf(
  ends: readonly number[],
  traces: readonly Table[],
  { layout, height }: Look,
): readonly number[] {
  const all = traces
    .flatMap((trace) => numbersOf(trace['y']))
    .map((value) => placeOnAxis(value, layout['yaxis']))
    .filter((value) => value !== null);
  const range = rangeOf(all);
  if (range === null || range.low === range.high) return ends.map(() => 0);
  const wanted = ends.map(
    (y) => ((range.high - y) / (range.high - range.low)) * height * FIELD_SHARE,
  );
  const free = freeHeights(wanted, { top: -Infinity, bottom: Infinity, gap: LABEL_HEIGHT });
  // They move to both sides of where they belong.
  const middle = mean(free) - mean(wanted);
  return free.map((y, i) => Math.round((wanted[i] ?? 0) - y + middle));
}

const isNamedLine = (trace: Table): boolean =>
  (trace['type'] ?? 'scatter') === 'scatter' &&
  typeof trace['name'] === 'string' &&
  wordOf(trace['mode'], 'lines').includes('lines') &&
  trace['fill'] === undefined &&
  trace['xaxis'] === undefined &&
  trace['yaxis'] === undefined;

/** Where a line ends, on its axes. */
function endOf(trace: Table, layout: Table): { readonly x: number; readonly y: number } | null {
  const x = placeOnAxis(lastOf(trace['x']), layout['xaxis']);
  const y = placeOnAxis(lastOf(trace['y']), layout['yaxis']);
  return x === null || y === null ? null : { x, y };
}

/** The finite numbers of a trace's data. */
function numbersOf(data: unknown): readonly number[] {
  if (!Array.isArray(data) && !ArrayBuffer.isView(data)) return [];
  return Array.from(data as unknown as ArrayLike<unknown>).filter(
    (value): value is number => typeof value === 'number' && Number.isFinite(value),
  );
}

/** The last of a trace's data, where it is a finite number. */
function lastOf(data: unknown): number | null {
  if (!Array.isArray(data) && !ArrayBuffer.isView(data)) return null;
  const list = data as unknown as ArrayLike<unknown>;
  const last = list.length === 0 ? null : list[list.length - 1];
  return typeof last === 'number' && Number.isFinite(last) ? last : null;
}

/** Annotations of a logarithmic axis stand at the logarithm. */
function placeOnAxis(value: number | null, axis: unknown): number | null {
  if (value === null || asTable(axis)['type'] !== 'log') return value;
  return value > 0 ? Math.log10(value) : null;
}
