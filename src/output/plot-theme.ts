/**
 * @file A plot in the colours and the type of the page: what the cell leaves open is filled in, what it sets stays. A few
 * named lines have their names at their ends instead of a legend.
 */
import type { PlotSpec } from '../cells/outputs.ts';

type Table = Readonly<Record<string, unknown>>;

/** The tokens that a plot is drawn with. */
export const PLOT_TOKENS = [
  '--plot-1',
  '--plot-2',
  '--plot-3',
  '--plot-4',
  '--plot-5',
  '--plot-6',
  '--plot-grid',
  '--edge',
  '--ink',
  '--ink-2',
  '--paper',
  '--raised',
  '--hair-strong',
] as const;

/** Resolved colours by token. */
export type PlotColours = Readonly<Record<string, string>>;

/** px: the height of a plot that sets none, and the bounds of one that does. */
const HEIGHT = 288;
const HEIGHT_MIN = 96;
const HEIGHT_MAX = 1000;

/** Lines with names at their ends, at most. */
const END_LABELS_MAX = 4;

/** px: a letter of the font, and the room beside a label. */
const LETTER = 6.7;
const LABEL_ROOM = 16;

/** px: a title above the field, a legend above it, and the title of an axis. */
const TITLE_ROOM = 28;
const LEGEND_ROOM = 24;
const AXIS_TITLE_ROOM = 18;

const FONT_FAMILY = 'IBM Plex Mono, ui-monospace, monospace';

/** Kinds of traces whose colours stand for numbers. */
const HEAT = ['heatmap', 'contour', 'histogram2d', 'histogram2dcontour'];

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value);

/** Both tables; where both set something, the second. Tables of attributes are two or three deep. */
export function merged(first: Table, second: Table): Table {
  const result: Record<string, unknown> = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const below = result[key];
    result[key] = isTable(below) && isTable(value) ? merged(below, value) : value;
  }
  return result;
}

/** What plotly is given. */
export type ThemedPlot = { readonly traces: readonly Table[]; readonly layout: Table };

/** The plot of a width in px, themed. */
export function themedPlot(
  { traces, layout }: PlotSpec,
  colours: PlotColours,
  width: number,
): ThemedPlot {
  const ends = endLabels(traces, layout, colours);
  const isLegend = ends.length === 0 && traces.filter(isInLegend).length > 1;
  const height = typeof layout['height'] === 'number' ? layout['height'] : HEIGHT;
  const wanted = typeof layout['width'] === 'number' ? layout['width'] : width;
  const axis = axisOf(colours, layout);
  const own: Record<string, unknown> = { ...layout };
  for (const key of Object.keys(own).filter((k) => AXIS.test(k))) {
    own[key] = merged(axis, asTable(own[key]));
  }
  const base = merged(baseLayout(colours), {
    xaxis: axis,
    yaxis: axis,
    showlegend: isLegend,
    margin: marginOf(layout, { ends, isLegend }),
    annotations: ends.map(({ annotation }) => annotation),
  });
  return {
    traces: traces.map((trace, i) => themedTrace(trace, { nth: i, traces, colours })),
    layout: {
      ...merged(base, own),
      ...(Array.isArray(layout['annotations']) && {
        annotations: [...(layout['annotations'] as unknown[]), ...ends.map((e) => e.annotation)],
      }),
      height: Math.min(HEIGHT_MAX, Math.max(HEIGHT_MIN, height)),
      width: Math.max(1, Math.min(width, wanted)),
    },
  };
}

const asTable = (value: unknown): Table => (isTable(value) ? value : {});

const wordOf = (value: unknown, fallback: string): string =>
  typeof value === 'string' ? value : fallback;

function baseLayout(colours: PlotColours): Table {
  const font = { family: FONT_FAMILY, size: 11, color: colours['--ink-2'] };
  return {
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    colorway: [1, 2, 3, 4, 5, 6].map((n) => colours[`--plot-${n}`]),
    font,
    hoverlabel: {
      bgcolor: colours['--raised'],
      bordercolor: colours['--hair-strong'],
      font: { ...font, color: colours['--ink'] },
    },
    legend: { orientation: 'h', x: 0, xanchor: 'left', y: 1, yanchor: 'bottom' },
    title: { x: 0, xanchor: 'left', font: { ...font, size: 13, color: colours['--ink'] } },
    // Zoom and the like stay when the data change.
    uirevision: 'kept',
  };
}

const AXIS = /^[xy]axis\d?$/;

/** An axis; where two have one scale, the field shrinks instead of showing a range without data. */
function axisOf(colours: PlotColours, layout: Table): Table {
  const isScaled = Object.keys(layout).some(
    (key) => AXIS.test(key) && asTable(layout[key])['scaleanchor'] !== undefined,
  );
  return {
    gridcolor: colours['--plot-grid'],
    linecolor: colours['--edge'],
    tickcolor: colours['--edge'],
    zeroline: false,
    automargin: true,
    title: { standoff: 8 },
    ...(isScaled && { constrain: 'domain' }),
  };
}

function marginOf(
  layout: Table,
  { ends, isLegend }: { readonly ends: readonly EndLabel[]; readonly isLegend: boolean },
): Table {
  const hasTitle = layout['title'] !== undefined;
  const titleOf = (axis: string): number =>
    asTable(layout[axis])['title'] === undefined ? 0 : AXIS_TITLE_ROOM;
  const labels = Math.max(0, ...ends.map(({ letters }) => letters * LETTER + LABEL_ROOM));
  return {
    l: 40 + titleOf('yaxis'),
    r: Math.max(8, labels),
    t: 8 + (hasTitle ? TITLE_ROOM : 0) + (isLegend ? LEGEND_ROOM : 0),
    b: 28 + titleOf('xaxis'),
  };
}

const typeOf = (trace: Table): string => wordOf(trace['type'], 'scatter');
const isHeat = (trace: Table): boolean => HEAT.includes(typeOf(trace));

const isInLegend = (trace: Table): boolean => trace['showlegend'] !== false && !isHeat(trace);

type Themed = {
  readonly nth: number;
  readonly traces: readonly Table[];
  readonly colours: PlotColours;
};

/** A trace with what the page chooses: dashes, and the colours of numbers. */
function themedTrace(trace: Table, { nth, traces, colours }: Themed): Table {
  if (isHeat(trace)) return merged(heatOf(trace, colours), trace);
  if (typeOf(trace) !== 'scatter') return trace;
  if (traces.some(isHeat)) {
    const before = traces.slice(0, nth).filter((other) => !isHeat(other)).length;
    return merged(overHeat(colours[`--plot-${(before % 6) + 1}`], colours), trace);
  }
  return nth === 1 ? merged({ line: { dash: 'dash' } }, trace) : trace;
}

/** Points and lines on a ground of colours: those that they have on paper, the points with an edge of paper. */
const overHeat = (color: string | undefined, colours: PlotColours): Table => ({
  line: { color },
  marker: { color, line: { color: colours['--paper'], width: 1 } },
});

/** One hue from paper; two through it where the bounds have both signs, or where the cell says what the middle is. */
function heatOf(trace: Table, colours: PlotColours): Table {
  const [low, high] = boundsOf(trace['z']);
  const hasMiddle = typeof trace['zmid'] === 'number';
  const isSigned = hasMiddle || (low < 0 && high > 0);
  const reach = Math.max(-low, high);
  const paper = colours['--paper'];
  return {
    colorscale: isSigned
      ? [
          [0, colours['--plot-1']],
          [0.5, paper],
          [1, colours['--plot-2']],
        ]
      : [
          [0, paper],
          [1, colours['--plot-1']],
        ],
    ...(isSigned &&
      !hasMiddle &&
      !('zmin' in trace) &&
      !('zmax' in trace) && { zmin: -reach, zmax: reach }),
    colorbar: { thickness: 10, outlinewidth: 0, len: 1, xpad: 8 },
  };
}

/** The smallest and the largest number of rows of numbers. */
function boundsOf(rows: unknown): readonly [number, number] {
  const bounds: [number, number] = [Infinity, -Infinity];
  if (!Array.isArray(rows)) return bounds;
  for (const row of rows as unknown[]) {
    if (!Array.isArray(row) && !ArrayBuffer.isView(row)) continue;
    for (const value of row as unknown as Iterable<unknown>) {
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      if (value < bounds[0]) bounds[0] = value;
      if (value > bounds[1]) bounds[1] = value;
    }
  }
  return bounds;
}

type EndLabel = { readonly annotation: Table; readonly letters: number };

/** The names of the lines at their ends; none unless all traces are a few named lines on one pair of axes. */
function endLabels(
  traces: readonly Table[],
  layout: Table,
  colours: PlotColours,
): readonly EndLabel[] {
  const isFew = traces.length <= END_LABELS_MAX && traces.length > 1;
  const isPlain =
    layout['showlegend'] !== true && asTable(layout['xaxis'])['autorange'] !== 'reversed';
  if (!isFew || !isPlain || !traces.every(isNamedLine)) return [];
  const labels = traces.map((trace, i) => endLabel(trace, i, { layout, colours }));
  return labels.every((label) => label !== null) ? labels : [];
}

const isNamedLine = (trace: Table): boolean =>
  (trace['type'] ?? 'scatter') === 'scatter' &&
  typeof trace['name'] === 'string' &&
  wordOf(trace['mode'], 'lines').includes('lines') &&
  trace['fill'] === undefined &&
  trace['xaxis'] === undefined &&
  trace['yaxis'] === undefined;

function endLabel(
  trace: Table,
  nth: number,
  { layout, colours }: { readonly layout: Table; readonly colours: PlotColours },
): EndLabel | null {
  const x = placeOnAxis(lastOf(trace['x']), layout['xaxis']);
  const y = placeOnAxis(lastOf(trace['y']), layout['yaxis']);
  const name = wordOf(trace['name'], '');
  if (x === null || y === null) return null;
  return {
    letters: Math.min(24, name.length),
    annotation: {
      x,
      y,
      text: name.length > 24 ? `${name.slice(0, 23)}…` : name,
      showarrow: false,
      xanchor: 'left',
      xshift: 6,
      font: { color: asTable(trace['line'])['color'] ?? colours[`--plot-${(nth % 6) + 1}`] },
    },
  };
}

/** The last finite number of a trace's data; of data that are no numbers there is none. */
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
