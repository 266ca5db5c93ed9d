/**
 * @file Which plots a cell may draw: tables of the kinds of traces and of the attributes that are allowed, and one reader
 * that copies a specification by them. The realm reads with it, so that the user learns at the line what is not allowed,
 * and the gate again, since the realm may have been replaced. Nothing in the tables loads anything or runs a script.
 */
import type { PlotSpec } from './outputs.ts';
import { check, fieldsOf } from './read-values.ts';

/** A value of a known form, or a table of attributes, or a list of such tables. */
type Form = 'scalar' | 'data' | FormTable | readonly [FormTable];
type FormTable = { readonly [key: string]: Form };

/** Bounds of one plot. */
const LIMITS = {
  traces: 200,
  /** Numbers and texts in all data of one plot. */
  elements: 500_000,
  textLength: 2000,
  /** Characters of all texts of one plot. */
  chars: 1 << 20,
  depth: 3,
  tables: 200,
} as const;

const KINDS = [
  'scatter',
  'bar',
  'box',
  'violin',
  'heatmap',
  'contour',
  'histogram',
  'histogram2d',
  'histogram2dcontour',
] as const;

/** All of these hold one scalar each. */
const scalars = (names: string): FormTable =>
  Object.fromEntries(names.split(' ').map((name) => [name, 'scalar']));
const datas = (names: string): FormTable =>
  Object.fromEntries(names.split(' ').map((name) => [name, 'data']));

const FONT = scalars('color family size style weight');
const TITLE: FormTable = {
  ...scalars('text x y xanchor yanchor xref yref side standoff'),
  font: FONT,
};
const COLORBAR: FormTable = {
  ...scalars(
    'len lenmode thickness thicknessmode x y xanchor yanchor orientation nticks dtick tick0',
  ),
  ...scalars('tickmode tickformat ticks ticklen tickangle outlinewidth outlinecolor borderwidth'),
  ...datas('tickvals ticktext'),
  title: TITLE,
  tickfont: FONT,
};
const COLORS: FormTable = {
  ...scalars('showscale reversescale autocolorscale cmin cmax cmid cauto coloraxis'),
  colorscale: 'data',
  colorbar: COLORBAR,
};
const LINE: FormTable = {
  ...scalars('width dash shape smoothing simplify'),
  color: 'data',
  ...COLORS,
};
const MARKER: FormTable = {
  ...datas('color size symbol opacity'),
  ...scalars('sizemode sizeref sizemin maxdisplayed outliercolor'),
  ...COLORS,
  line: { ...COLORS, ...datas('color width') },
};
const ERROR_BAR: FormTable = {
  ...scalars('type symmetric value valueminus visible color thickness width'),
  ...datas('array arrayminus'),
};
const BINS = scalars('start end size');
const HOVER_LABEL: FormTable = { ...datas('bgcolor bordercolor'), align: 'scalar', font: FONT };

const TRACE: FormTable = {
  ...scalars('type mode name visible showlegend legendgroup legendrank opacity orientation'),
  ...scalars('xaxis yaxis fill fillcolor stackgroup groupnorm connectgaps cliponaxis x0 dx y0 dy'),
  ...scalars('hovertemplate texttemplate textangle insidetextanchor constraintext alignmentgroup'),
  ...scalars('offsetgroup nbinsx nbinsy autobinx autobiny histnorm histfunc bingroup zsmooth'),
  ...scalars('zmin zmax zmid zauto xgap ygap transpose hoverongaps ncontours autocontour'),
  ...scalars('boxpoints boxmean jitter pointpos notched whiskerwidth points side scalemode'),
  ...scalars('spanmode bandwidth scalegroup quartilemethod uirevision'),
  ...datas('x y z text hovertext hoverinfo textposition base width offset'),
  ...datas('q1 median q3 lowerfence upperfence mean sd span selectedpoints'),
  ...COLORS,
  marker: MARKER,
  line: LINE,
  error_x: ERROR_BAR,
  error_y: ERROR_BAR,
  xbins: BINS,
  ybins: BINS,
  cumulative: scalars('enabled direction currentbin'),
  contours: {
    ...scalars('start end size coloring showlines showlabels type operation labelformat'),
    value: 'data',
    labelfont: FONT,
  },
  box: { ...scalars('visible width fillcolor'), line: LINE },
  meanline: scalars('visible color width'),
  textfont: FONT,
  hoverlabel: HOVER_LABEL,
};

const AXIS: FormTable = {
  ...scalars('type visible autorange rangemode color showgrid gridcolor gridwidth zeroline'),
  ...scalars('zerolinecolor zerolinewidth showline linecolor linewidth mirror ticks ticklen'),
  ...scalars(
    'tickwidth tickcolor tickangle tickformat tickprefix ticksuffix tickmode nticks tick0',
  ),
  ...scalars('dtick showticklabels automargin anchor overlaying side position scaleanchor'),
  ...scalars('scaleratio constrain fixedrange exponentformat hoverformat matches categoryorder'),
  ...scalars('showspikes separatethousands'),
  ...datas('range domain tickvals ticktext categoryarray'),
  title: TITLE,
  tickfont: FONT,
};
const ANNOTATION: FormTable = {
  ...scalars('text x y xref yref xanchor yanchor ax ay axref ayref showarrow arrowhead arrowsize'),
  ...scalars(
    'arrowwidth arrowcolor align valign bgcolor bordercolor borderwidth borderpad opacity',
  ),
  ...scalars('textangle xshift yshift width height visible'),
  font: FONT,
};
const SHAPE: FormTable = {
  ...scalars('type x0 x1 y0 y1 xref yref fillcolor opacity layer visible name'),
  line: scalars('color width dash'),
};
const axes = (letter: string): FormTable =>
  Object.fromEntries(['', 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [`${letter}axis${n}`, AXIS]));

const LAYOUT: FormTable = {
  ...scalars('width height autosize showlegend barmode barnorm bargap bargroupgap boxmode boxgap'),
  ...scalars('violinmode violingap hovermode dragmode paper_bgcolor plot_bgcolor uirevision'),
  ...scalars('separators hidesources'),
  colorway: 'data',
  ...axes('x'),
  ...axes('y'),
  title: TITLE,
  font: FONT,
  margin: scalars('l r t b pad autoexpand'),
  legend: {
    ...scalars('x y xanchor yanchor orientation bgcolor bordercolor borderwidth traceorder'),
    title: TITLE,
    font: FONT,
  },
  grid: { ...scalars('rows columns pattern roworder xgap ygap'), ...datas('subplots xaxes yaxes') },
  coloraxis: COLORS,
  hoverlabel: HOVER_LABEL,
  annotations: [ANNOTATION],
  shapes: [SHAPE],
};

/** What is left of the bounds while one plot is read. */
type Rest = { elements: number; chars: number };

/** Plotly reads tags in texts; those that only set type are let through, all others shown as text. */
const LINK_TAG = /<(?!\/?(?:b|i|em|sub|sup|br)\s*\/?>)/gi;

function scalarOf(value: unknown, rest: Rest, where: string): string | number | boolean | null {
  rest.elements -= 1;
  check(rest.elements >= 0, `${where}: at most ${LIMITS.elements} values in one plot`);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  const isText = typeof value === 'string' && value.length <= LIMITS.textLength;
  check(
    isText,
    `${where}: a number, a boolean or a text of at most ${LIMITS.textLength} characters`,
  );
  rest.chars -= value.length;
  check(rest.chars >= 0, `${where}: at most ${LIMITS.chars} characters in one plot`);
  return value.replace(LINK_TAG, '&lt;');
}

const ARRAYS = [
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
] as const;

function dataOf(value: unknown, rest: Rest, where: string, depth: number = LIMITS.depth): unknown {
  const isArray = ARRAYS.some((kind) => value instanceof kind);
  if (isArray) {
    const array = value as Float64Array;
    rest.elements -= array.length;
    check(rest.elements >= 0, `${where}: at most ${LIMITS.elements} values in one plot`);
    return array.slice();
  }
  if (!Array.isArray(value)) return scalarOf(value, rest, where);
  check(depth > 0, `${where}: a list of at most ${LIMITS.depth} levels`);
  check(value.length <= rest.elements, `${where}: at most ${LIMITS.elements} values in one plot`);
  // A hole is a gap of the data, and `map` would leave it a hole.
  return Array.from(value, (item: unknown) => dataOf(item ?? null, rest, where, depth - 1));
}

function tableOf(
  value: unknown,
  table: FormTable,
  rest: Rest,
  where: string,
): Readonly<Record<string, unknown>> {
  check(
    typeof value === 'object' && value !== null && !Array.isArray(value),
    `${where}: an object`,
  );
  const fields = fieldsOf(value);
  const copied: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) {
    const form = Object.hasOwn(table, key) ? table[key] : undefined;
    const shown = key.slice(0, 40);
    check(form !== undefined, `${where} has no '${shown}', or a cell may not set it`);
    const given = fields[key];
    if (given !== undefined) copied[key] = attributeOf(given, form, rest, `${where}.${shown}`);
  }
  return copied;
}

function attributeOf(value: unknown, form: Form, rest: Rest, where: string): unknown {
  if (form === 'scalar') return scalarOf(value, rest, where);
  if (form === 'data') return dataOf(value, rest, where);
  if (!isTables(form)) {
    // `title: 'cost'` is short for `title: { text: 'cost' }`.
    return form === TITLE && typeof value === 'string'
      ? { text: scalarOf(value, rest, where) }
      : tableOf(value, form, rest, where);
  }
  check(
    Array.isArray(value) && value.length <= LIMITS.tables,
    `${where}: a list of at most ${LIMITS.tables}`,
  );
  return Array.from(value as unknown[], (item, i) =>
    tableOf(item, form[0], rest, `${where}[${i}]`),
  );
}

const isTables = (form: FormTable | readonly [FormTable]): form is readonly [FormTable] =>
  Array.isArray(form);

/** A copy of a plot of which every attribute is allowed. @throws ProtocolError, whose message says which is not */
export function readPlotSpec(value: unknown): PlotSpec {
  const { traces, layout } = fieldsOf(value);
  const rest: Rest = { elements: LIMITS.elements, chars: LIMITS.chars };
  check(
    Array.isArray(traces) && traces.length <= LIMITS.traces,
    `traces: a list of at most ${LIMITS.traces}`,
  );
  const read = Array.from(traces as unknown[], (trace, i) => {
    const copied = tableOf(trace, TRACE, rest, `traces[${i}]`);
    const type = copied['type'] ?? 'scatter';
    const known = (KINDS as readonly unknown[]).includes(type);
    check(known, `traces[${i}].type: one of ${KINDS.join(', ')}`);
    return { ...copied, type };
  });
  return { traces: read, layout: tableOf(layout, LAYOUT, rest, 'layout') };
}
