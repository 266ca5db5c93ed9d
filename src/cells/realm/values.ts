/** @file Values of cells as outputs, as texts, and as summaries of names. */
import { functionIdOf } from '../../../engine/frontend/function.ts';
import { isHandle } from '../../../engine/frontend/handle.ts';
import { NDArray } from '../../../engine/frontend/nd-array.ts';
import { SharedVariable } from '../../../engine/frontend/shared.ts';
import { Tensor } from '../../../engine/frontend/tensor.ts';
import type { ArrayView, NameSummary, Output } from '../outputs.ts';
import { NAME_TEXT_MAX } from '../protocol.ts';
import { OUTPUT_LIMITS } from '../read-output.ts';

/** Levels and entries of an object that its text shows. */
const DEPTH_MAX = 3;
const ENTRIES_MAX = 50;

/** A value as a person reads it in a line or a few. */
export function textOf(value: unknown, depth = 0): string {
  if (typeof value === 'string') return depth === 0 ? value : JSON.stringify(value.slice(0, 1000));
  if (typeof value === 'function') return value.name === '' ? 'function' : `function ${value.name}`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  return objectText(value, depth);
}

function objectText(value: object, depth: number): string {
  if (value instanceof NDArray || value instanceof Tensor || isHandle(value)) return String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return listText(
      value.constructor.name,
      Array.from(value as unknown as ArrayLike<unknown>).slice(0, ENTRIES_MAX + 1),
      depth,
    );
  if (depth >= DEPTH_MAX) return Array.isArray(value) ? '[...]' : '{...}';
  if (Array.isArray(value)) return listText('', value, depth);
  if (value instanceof Map || value instanceof Set)
    return listText(value.constructor.name, [...value].slice(0, ENTRIES_MAX + 1), depth);
  const entries = Object.entries(value).slice(0, ENTRIES_MAX);
  return `{ ${entries.map(([key, v]) => `${key}: ${textOf(v, depth + 1)}`).join(', ')} }`;
}

function listText(kind: string, items: readonly unknown[], depth: number): string {
  const shown = items.slice(0, ENTRIES_MAX).map((item) => textOf(item, depth + 1));
  const rest = items.length > ENTRIES_MAX ? ', ...' : '';
  return `${kind}${kind === '' ? '' : ' '}[${shown.join(', ')}${rest}]`;
}

/** A short text for the list of names. */
function shortText(value: unknown): string {
  const text = textOf(value).replace(/\s+/g, ' ');
  return text.length <= NAME_TEXT_MAX ? text : `${text.slice(0, NAME_TEXT_MAX - 1)}…`;
}

/** What a name holds. */
export function summaryOf(name: string, value: unknown): NameSummary {
  if (value instanceof Tensor) {
    const isInput = value.expr.op.name === 'input';
    const kind = value instanceof SharedVariable ? 'shared' : isInput ? 'input' : 'tensor';
    return { name, kind, dtype: value.dtype, shape: [...value.shape], text: '' };
  }
  if (value instanceof NDArray || isHandle(value)) {
    const { dtype, shape } = value;
    const text = value instanceof NDArray && value.data.length <= 16 ? shortText(value) : '';
    return { name, kind: 'array', dtype, shape: [...shape], text };
  }
  const isFunction = functionIdOf(value) !== null;
  const kind = isFunction ? 'function' : isResult(value) ? 'result' : 'other';
  return { name, kind, dtype: null, shape: null, text: kind === 'other' ? shortText(value) : '' };
}

export const isResult = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { readonly then?: unknown }).then === 'function';

/** How `show` draws an array. */
export type ArrayOptions = {
  readonly as?: ArrayView | 'spy' | undefined;
  readonly columns?: number | undefined;
  readonly captions?: readonly string[] | undefined;
  readonly label?: string | undefined;
};

/** An array as an output; of one that is too large its first rows. */
export function arrayOutput(
  { data, shape, dtype }: NDArray,
  { as = 'text', columns, captions, label }: ArrayOptions,
): Output {
  const row = shape.slice(1).reduce((size, n) => size * n, 1);
  const bytes = data.BYTES_PER_ELEMENT;
  const rowsMax = Math.max(1, Math.floor(OUTPUT_LIMITS.bytes / bytes / Math.max(1, row)));
  const isPart = shape.length > 0 && shape[0]! > rowsMax;
  const rows = isPart ? rowsMax : (shape[0] ?? 1);
  const own = shape.length === 0 ? data : data.subarray(0, rows * row);
  return {
    kind: 'array',
    view: as === 'spy' ? 'heatmap' : as,
    label: label ?? null,
    dtype,
    shape: isPart ? [rows, ...shape.slice(1)] : [...shape],
    data: own.slice() as Float32Array,
    whole: isPart ? [...shape] : null,
    columns: columns ?? null,
    captions: captions?.slice(0, OUTPUT_LIMITS.captions).map(String) ?? null,
  };
}

/** A list of records or of lists as a table; `null` where the value is none. */
export function tableOutput(value: unknown): Output | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const rows = value.slice(0, 1000) as readonly unknown[];
  const isRecords = rows.every(
    (row) => typeof row === 'object' && row !== null && !ArrayBuffer.isView(row),
  );
  if (!isRecords) return null;
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row as object)))].slice(0, 50);
  return {
    kind: 'table',
    columns,
    rows: rows.map((row) =>
      columns.map((column) => tableCell((row as Readonly<Record<string, unknown>>)[column])),
    ),
    rowCount: value.length,
  };
}

function tableCell(value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return textOf(value).slice(0, OUTPUT_LIMITS.cellLength);
}
