/**
 * @file A plot in the colours and the type of the page: what the cell leaves open is filled in, what it sets stays. A few
 * named lines have their names at their ends instead of a legend.
 */
import type { PlotSpec } from '../cells/outputs.ts';
import { endLabels, type EndLabel } from './plot-labels.ts';
import { asTable, merged, wordOf, type Table } from './plot-values.ts';

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

/** px: a letter of the font, and the room beside a label. */
const LETTER = 6.7;
const LABEL_ROOM = 16;

/** px: a title above the field, a legend above it, and the title of an axis. */
const TITLE_ROOM = 28;
const LEGEND_ROOM = 24;
const AXIS_TITLE_ROOM = 18;

const FONT_FAMILY = 'IBM Plex Mono, ui-monospace, monospace';

/** Of a heat map below points, so that these stand out in the same hues. */
const GROUND_OPACITY = 0.55;

/** Kinds of traces whose colours stand for numbers. */
const HEAT = ['heatmap', 'contour', 'histogram2d', 'histogram2dcontour'];

/** What plotly is given. */
export type ThemedPlot = { readonly traces: readonly Table[]; readonly layout: Table };

/** The plot of a width in px, themed. */
export function themedPlot(
  { traces, layout }: PlotSpec,
  colours: PlotColours,
  width: number,
): ThemedPlot {
  const height = typeof layout['height'] === 'number' ? layout['height'] : HEIGHT;
  const ends = endLabels(traces, { layout, colours, height });
  const isLegend = ends.length === 0 && traces.filter(isInLegend).length > 1;
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
  if (isHeat(trace)) {
    const isGround = traces.some((other) => !isHeat(other));
    return merged(
      { ...heatOf(trace, colours), ...(isGround && { opacity: GROUND_OPACITY }) },
      trace,
    );
  }
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
