/** @file Tables as texts: of a cell's table, and as the alternative to arrays, curves and plots. */
import type { Output, PlotSpec } from '../cells/outputs.ts';
import type { CurveOutput } from './curve.ts';
import type { Histogram } from './histogram.ts';
import { formatOf, showGrouped, showNumber, type ArrayOutput } from './numbers.ts';

/** A table that a cell shows. */
export type TableOutput = Extract<Output, { readonly kind: 'table' }>;

/** What is drawn: names of rows stand left of them. */
export type TableData = {
  readonly columns: readonly { readonly name: string; readonly isNumeric: boolean }[];
  /** The heading of the names of rows; `null` where rows have none. */
  readonly corner: string | null;
  readonly rows: readonly { readonly name: string; readonly cells: readonly string[] }[];
  /** How many rows there are in all, and how many of them could be shown. */
  readonly rowCount: number;
  readonly rowsAtHand: number;
  /** What else is left out. */
  readonly note: string;
};

/** Columns of an array that are shown. */
const COLUMNS_MAX = 50;

type CellValue = TableOutput['rows'][number][number];

const isNumberOrNull = (value: CellValue): boolean => value === null || typeof value === 'number';

/** The texts of a column, numbers all in one form. */
function columnTexts(values: readonly CellValue[]): {
  readonly texts: readonly string[];
  readonly isNumeric: boolean;
} {
  const isNumeric = values.every(isNumberOrNull) && values.some((v) => v !== null);
  const format = formatOf(values.filter((v): v is number => typeof v === 'number'));
  const texts = values.map((value) => {
    if (value === null) return '';
    return typeof value === 'number'
      ? isNumeric
        ? format(value)
        : showNumber(value)
      : String(value);
  });
  return { texts, isNumeric };
}

type Columns = readonly { readonly name: string; readonly values: readonly CellValue[] }[];

/** The table of these columns; their values are those of the rows that are shown. */
function tableOfColumns(
  columns: Columns,
  names: readonly string[] | null,
  rest: Pick<TableData, 'corner' | 'rowCount' | 'rowsAtHand' | 'note'>,
): TableData {
  const texts = columns.map(({ values }) => columnTexts(values));
  const shown = Math.max(0, names?.length ?? 0, ...columns.map(({ values }) => values.length));
  return {
    ...rest,
    columns: columns.map(({ name }, i) => ({ name, isNumeric: texts[i]?.isNumeric ?? false })),
    rows: Array.from({ length: shown }, (_, row) => ({
      name: names?.[row] ?? '',
      cells: texts.map((column) => column.texts[row] ?? ''),
    })),
  };
}

/** The first rows of a cell's table. A first column of texts names the rows. */
export function tableOfOutput(table: TableOutput, rowsShown: number): TableData {
  const rows = table.rows.slice(0, rowsShown);
  const columns = table.columns.map((name, c) => ({
    name,
    values: rows.map((row) => row[c] ?? null),
  }));
  const [first, ...others] = columns;
  const isNamed = others.length > 0 && rows.every((row) => typeof row[0] === 'string');
  return tableOfColumns(
    isNamed ? others : columns,
    isNamed ? (first?.values.map(String) ?? null) : null,
    {
      corner: isNamed ? (first?.name ?? '') : null,
      rowCount: table.rowCount,
      rowsAtHand: table.rows.length,
      note: '',
    },
  );
}

/** The first rows of an array: its last axis lies across, the others down. */
export function tableOfArray(array: ArrayOutput, rowsShown: number): TableData {
  const { shape, data, whole } = array;
  const across = shape.length < 2 ? 1 : (shape.at(-1) ?? 1);
  const down = shape.length < 2 ? [data.length] : shape.slice(0, -1);
  const rowCount = across === 0 ? 0 : Math.floor(data.length / across);
  const shown = Math.min(rowCount, rowsShown);
  const columnCount = Math.min(across, COLUMNS_MAX);
  const columns = Array.from({ length: columnCount }, (_, c) => ({
    name: shape.length < 2 ? 'value' : String(c),
    values: Array.from({ length: shown }, (_, r) => data[r * across + c] ?? NaN),
  }));
  const wholeRows = whole?.slice(0, Math.max(1, whole.length - 1)).reduce((a, b) => a * b, 1);
  return tableOfColumns(
    columns,
    Array.from({ length: shown }, (_, r) => indexText(r, down)),
    {
      corner: 'index',
      rowCount: Math.max(rowCount, wholeRows ?? 0),
      rowsAtHand: rowCount,
      note: across > columnCount ? `first ${columnCount} of ${showGrouped(across)} columns` : '',
    },
  );
}

/** `[3]` in a vector or matrix is `3`; deeper indices are `2, 0`. */
function indexText(row: number, extents: readonly number[]): string {
  const index: number[] = [];
  let rest = row;
  for (const extent of extents.toReversed()) {
    index.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return index.join(', ');
}

/** The points of a curve, the latest first. */
export function tableOfCurve({ series, points }: CurveOutput, rowsShown: number): TableData {
  const rows = points.slice(-rowsShown).toReversed();
  return tableOfColumns(
    series.map((name, i) => ({ name, values: rows.map(({ values }) => values[i] ?? null) })),
    rows.map(({ step }) => showNumber(step)),
    { corner: 'step', rowCount: points.length, rowsAtHand: points.length, note: '' },
  );
}

/** Numbers of a row of `z` that its cell of the table holds. */
const ROW_PREVIEW = 12;

type PlotList = {
  readonly name: string;
  readonly count: number;
  readonly values: readonly CellValue[];
};

/** The first values of a trace's data; `null` where it is no list. */
function plotListOf(name: string, value: unknown, rowsShown: number): PlotList | null {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return null;
  const list = value as unknown as ArrayLike<unknown>;
  const values = Array.from({ length: Math.min(list.length, rowsShown) }, (_, i) =>
    cellOf(list[i]),
  );
  return { name, count: list.length, values };
}

function cellOf(item: unknown): CellValue {
  if (ArrayBuffer.isView(item) || Array.isArray(item)) {
    const row = item as unknown as ArrayLike<unknown>;
    const texts = Array.from({ length: Math.min(row.length, ROW_PREVIEW) }, (_, i) => {
      const value = row[i];
      return typeof value === 'number' ? showNumber(value, 3) : JSON.stringify(value);
    });
    return texts.join(' ') + (row.length > ROW_PREVIEW ? ' …' : '');
  }
  const isPlain = item === null || typeof item === 'number' || typeof item === 'boolean';
  if (isPlain || typeof item === 'string') return item;
  return null;
}

/** The data of all traces, side by side. */
export function tableOfPlot({ traces }: PlotSpec, rowsShown: number): TableData {
  const lists = traces.flatMap((trace, i) => {
    const nth = traces.length > 1 ? String(i + 1) : '';
    const name = typeof trace['name'] === 'string' ? trace['name'] : nth;
    return (['x', 'y', 'z'] as const)
      .map((axis) => plotListOf(`${name} ${axis}`.trim(), trace[axis], rowsShown))
      .filter((list) => list !== null);
  });
  const rowCount = Math.max(0, ...lists.map(({ count }) => count));
  return tableOfColumns(lists.slice(0, COLUMNS_MAX), null, {
    corner: null,
    rowCount,
    rowsAtHand: rowCount,
    note: lists.length > COLUMNS_MAX ? `first ${COLUMNS_MAX} of ${lists.length} columns` : '',
  });
}

/** The bins of a histogram. */
export function tableOfHistogram({ low, step, counts }: Histogram, rowsShown: number): TableData {
  const shown = counts.slice(0, rowsShown);
  return tableOfColumns(
    [
      { name: 'from', values: shown.map((_, i) => Number((low + i * step).toPrecision(12))) },
      { name: 'to', values: shown.map((_, i) => Number((low + (i + 1) * step).toPrecision(12))) },
      { name: 'values', values: shown },
    ],
    null,
    { corner: null, rowCount: counts.length, rowsAtHand: counts.length, note: '' },
  );
}
