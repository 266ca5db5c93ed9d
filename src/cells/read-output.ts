/**
 * @file The reader of what a cell shows: copies each form of `Output` field by field and refuses what is larger than a cell
 * may show. The gate reads with it.
 */
import type { ArrayView, CellError, Control, CurvePoint, Output } from './outputs.ts';
import { readPlotSpec } from './plot-spec.ts';
import {
  cellId,
  check,
  fieldsOf,
  integer,
  list,
  number,
  oneOf,
  orNull,
  text,
} from './read-values.ts';

/** Bounds of one output, and of all outputs of a run. */
export const OUTPUT_LIMITS = {
  /** Outputs of a run. */
  outputs: 200,
  /** Characters of all texts of a run: 1 MiB. */
  chars: 1 << 20,
  /** Bytes of the numbers of one output. */
  bytes: 4 << 20,
  /** Bytes of the numbers of all outputs of a run. */
  runBytes: 64 << 20,
  nameLength: 200,
  idLength: 40,
  rank: 8,
  series: 20,
  /** Points of one curve; the realm thins it before. */
  points: 10_000,
  tableRows: 10_000,
  tableColumns: 200,
  tableCells: 200_000,
  cellLength: 1000,
  options: 1000,
  captions: 10_000,
  errorLength: 8000,
  codeLength: 100,
  line: 1e6,
} as const;

type Fields = Readonly<Record<string, unknown>>;

const VIEWS: readonly ArrayView[] = ['text', 'table', 'image', 'images', 'heatmap', 'histogram'];
const ARRAYS = [Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array] as const;
const PANELS = ['graph', 'passes', 'gradient', 'kernels', 'timeline'] as const;

const name = (value: unknown, what: string): string => text(value, OUTPUT_LIMITS.nameLength, what);

export const outputId = (value: unknown): string => text(value, OUTPUT_LIMITS.idLength, 'id');

const shape = (value: unknown): readonly number[] =>
  list(value, OUTPUT_LIMITS.rank, 'shape').map((n) => integer(n, 2 ** 31, 'shape'));

/** A shape whose extents may be known only at a call. */
export const openShape = (value: unknown): readonly (number | null)[] =>
  list(value, OUTPUT_LIMITS.rank, 'shape').map((n) =>
    orNull(n, (extent) => integer(extent, 2 ** 31, 'shape')),
  );

function readArray(o: Fields): Output {
  const data = ARRAYS.some((kind) => o['data'] instanceof kind)
    ? (o['data'] as Float32Array)
    : null;
  check(data !== null && data.byteLength <= OUTPUT_LIMITS.bytes, 'data');
  // A copy, so that a view of a larger buffer does not keep that buffer, and that one of shared memory stands still.
  const copy = data.slice();
  const own = shape(o['shape']);
  check(own.reduce((size, extent) => size * extent, 1) === copy.length, 'shape');
  return {
    kind: 'array',
    view: oneOf(o['view'], VIEWS, 'view'),
    label: orNull(o['label'], (label) => name(label, 'label')),
    dtype: name(o['dtype'], 'dtype'),
    shape: own,
    data: copy,
    whole: orNull(o['whole'], shape),
    columns: orNull(o['columns'], (columns) => integer(columns, 1000, 'columns')),
    captions: orNull(o['captions'], (captions) =>
      list(captions, OUTPUT_LIMITS.captions, 'captions').map((c) => name(c, 'captions')),
    ),
  };
}

function readTableCell(value: unknown): string | number | boolean | null {
  const plain = value === null || typeof value === 'number' || typeof value === 'boolean';
  return plain ? value : text(value, OUTPUT_LIMITS.cellLength, 'rows');
}

function readTable(o: Fields): Output {
  const columns = list(o['columns'], OUTPUT_LIMITS.tableColumns, 'columns').map((column) =>
    name(column, 'columns'),
  );
  const rows = list(o['rows'], OUTPUT_LIMITS.tableRows, 'rows');
  check(rows.length * columns.length <= OUTPUT_LIMITS.tableCells, 'rows');
  return {
    kind: 'table',
    columns,
    rows: rows.map((row) => {
      const cells = list(row, columns.length, 'rows');
      check(cells.length === columns.length, 'rows');
      return cells.map(readTableCell);
    }),
    rowCount: integer(o['rowCount'], 2 ** 31, 'rowCount'),
  };
}

function readPoint(value: unknown): CurvePoint {
  const { step, values } = fieldsOf(value);
  return {
    step: number(step, 'step'),
    values: list(values, OUTPUT_LIMITS.series, 'values').map((v) =>
      orNull(v, (y) => number(y, 'values')),
    ),
  };
}

const place = (value: unknown): number | null =>
  orNull(value, (n) => integer(n, OUTPUT_LIMITS.line, 'place'));

/** Why a run failed, or what a cell gives to know. */
export function readCellError(value: unknown): CellError {
  const fields = fieldsOf(value);
  return {
    cell: cellId(fields['cell']),
    line: place(fields['line']),
    column: place(fields['column']),
    code: text(fields['code'], OUTPUT_LIMITS.codeLength, 'code'),
    message: text(fields['message'], OUTPUT_LIMITS.errorLength, 'message'),
  };
}

/** Points that are added to a curve. */
export const readPoints = (value: unknown): readonly CurvePoint[] =>
  list(value, OUTPUT_LIMITS.points, 'points').map(readPoint);

const CONTROLS: Readonly<Record<Control['type'], (c: Fields) => Control>> = {
  slider: (c) => ({
    type: 'slider',
    min: number(c['min'], 'min'),
    max: number(c['max'], 'max'),
    step: number(c['step'], 'step'),
    scale: oneOf(c['scale'], ['linear', 'log'], 'scale'),
    value: number(c['value'], 'value'),
  }),
  select: (c) => ({
    type: 'select',
    options: list(c['options'], OUTPUT_LIMITS.options, 'options').map((o) => name(o, 'options')),
    value: name(c['value'], 'value'),
  }),
  checkbox: (c) => {
    check(typeof c['value'] === 'boolean', 'value');
    return { type: 'checkbox', value: c['value'] };
  },
  button: (c) => ({ type: 'button', value: number(c['value'], 'value') }),
};

const READERS: Readonly<Record<Output['kind'], (o: Fields) => Output>> = {
  text: (o) => ({
    kind: 'text',
    text: text(o['text'], OUTPUT_LIMITS.chars, 'text'),
    tone: oneOf(o['tone'], ['plain', 'warning', 'error'], 'tone'),
  }),
  tensor: (o) => ({
    kind: 'tensor',
    name: orNull(o['name'], (value) => name(value, 'name')),
    dtype: name(o['dtype'], 'dtype'),
    shape: openShape(o['shape']),
    graph: orNull(o['graph'], (id) => name(id, 'graph')),
  }),
  array: readArray,
  table: readTable,
  plot: (o) => ({ kind: 'plot', id: outputId(o['id']), spec: readPlotSpec(o['spec']) }),
  curve: (o) => ({
    kind: 'curve',
    id: outputId(o['id']),
    name: name(o['name'], 'name'),
    series: list(o['series'], OUTPUT_LIMITS.series, 'series').map((s) => name(s, 'series')),
    points: readPoints(o['points']),
  }),
  progress: (o) => ({
    kind: 'progress',
    id: outputId(o['id']),
    label: name(o['label'], 'label'),
    done: number(o['done'], 'done'),
    total: orNull(o['total'], (total) => number(total, 'total')),
  }),
  notice: (o) => ({ kind: 'notice', error: readCellError(o['error']) }),
  latex: (o) => ({ kind: 'latex', tex: text(o['tex'], OUTPUT_LIMITS.chars, 'tex') }),
  markdown: (o) => ({ kind: 'markdown', text: text(o['text'], OUTPUT_LIMITS.chars, 'text') }),
  control: (o) => {
    const control = fieldsOf(o['control']);
    const type = oneOf(control['type'], ['slider', 'select', 'checkbox', 'button'], 'type');
    return {
      kind: 'control',
      name: name(o['name'], 'name'),
      label: name(o['label'], 'label'),
      control: CONTROLS[type](control),
    };
  },
  panel: (o) => ({
    kind: 'panel',
    panel: oneOf(o['panel'], PANELS, 'panel'),
    target: name(o['target'], 'target'),
    title: name(o['title'], 'title'),
  }),
};

/** A copy of one output. @throws ProtocolError */
export function readOutput(value: unknown): Output {
  const fields = fieldsOf(value);
  const { kind } = fields;
  check(typeof kind === 'string' && Object.hasOwn(READERS, kind), 'an unknown kind of output');
  return READERS[kind as Output['kind']](fields);
}

/** How much of a run's bounds an output takes. */
export type OutputSize = { readonly chars: number; readonly bytes: number };

/** The texts and numbers of an output that has been read. */
export function sizeOfOutput(output: Output): OutputSize {
  switch (output.kind) {
    case 'text':
    case 'markdown':
      return { chars: output.text.length, bytes: 0 };
    case 'notice':
      return { chars: output.error.message.length, bytes: 0 };
    case 'latex':
      return { chars: output.tex.length, bytes: 0 };
    case 'array':
      return { chars: lengthOf(output.captions ?? []), bytes: output.data.byteLength };
    case 'table':
      return { chars: lengthOf(output.rows.flat()), bytes: 0 };
    case 'plot':
      return { chars: 0, bytes: plotBytes(output.spec) };
    case 'curve':
      return { chars: 0, bytes: output.points.length * output.series.length * NUMBER_BYTES };
    case 'control':
      return { chars: charsOfControl(output.control), bytes: 0 };
    default:
      return { chars: 0, bytes: 0 };
  }
}

const NUMBER_BYTES = 8;

/** What an option costs the page beside its text, in characters. */
const OPTION_CHARS = 64;

const charsOfControl = (control: Control): number =>
  control.type === 'select'
    ? control.options.reduce((sum, option) => sum + OPTION_CHARS + option.length, 0)
    : 0;

const lengthOf = (values: readonly unknown[]): number =>
  values.reduce<number>((sum, v) => sum + (typeof v === 'string' ? v.length : NUMBER_BYTES), 0);

/** Bytes of a plot's data, and of its texts as if they were data. No recursion: it is as deep as its reader lets it be. */
function plotBytes(spec: unknown): number {
  let bytes = 0;
  const stack: unknown[] = [spec];
  while (stack.length > 0) {
    const value = stack.pop();
    if (ArrayBuffer.isView(value)) bytes += value.byteLength;
    else if (Array.isArray(value)) for (const item of value as unknown[]) stack.push(item);
    else if (typeof value === 'object' && value !== null) stack.push(...Object.values(value));
    else bytes += typeof value === 'string' ? value.length : NUMBER_BYTES;
  }
  return bytes;
}
