/** @file The index of symbols: what the names of the notebook hold after a run. */
import type { VariableSummary } from '../../engine/worker/protocol.ts';
import type { NameSummary } from '../cells/outputs.ts';
import { shortDtype, showBytes, showShape } from '../ui/format.ts';

/** A line of the index. */
export type VariableRow = {
  readonly cell: string;
  readonly name: string;
  readonly kind: NameSummary['kind'];
  readonly type: string;
  readonly value: string;
};

/** Lines in the index; a notebook of a thousand names is searched, not read. */
const ROWS_MAX = 200;

/** What is on the device comes first, then what goes in, what is computed, and the rest. */
const ORDER: readonly NameSummary['kind'][] = [
  'shared',
  'input',
  'tensor',
  'function',
  'result',
  'array',
  'other',
];

/** float32 is what almost everything is; only another dtype is written. */
function typeOf(dtype: string | null, shape: readonly (number | null)[] | null): string {
  const extents = shape === null ? '' : showShape(shape);
  return dtype === null || dtype === 'float32' ? extents : `${shortDtype(dtype)} ${extents}`.trim();
}

function sharedRow({ cell, name, dtype, shape, bytes, value }: VariableSummary): VariableRow {
  const isScalar = value !== null && shape.length === 0;
  const text = isScalar ? Number(value.toPrecision(4)).toString() : showBytes(bytes);
  return { cell, name, kind: 'shared', type: typeOf(dtype, shape), value: text };
}

function nameRow(cell: string, { name, kind, dtype, shape, text }: NameSummary): VariableRow {
  const type = typeOf(dtype, shape);
  // A number or a short text says it better than its type.
  return { cell, name, kind, type, value: text === type ? '' : text };
}

/** The index, from what the device holds and what each cell named, in the order of the cells. */
export function variableRows(
  variables: readonly VariableSummary[],
  cells: readonly { readonly id: string; readonly names: readonly NameSummary[] }[],
): readonly VariableRow[] {
  const held = new Set(variables.map(({ name }) => name));
  const named = cells.flatMap(({ id, names }) =>
    names
      .filter(({ name, kind }) => kind !== 'shared' || !held.has(name))
      .map((name) => nameRow(id, name)),
  );
  const rows = [...variables.map(sharedRow), ...named];
  const rank = ({ kind }: VariableRow): number => ORDER.indexOf(kind);
  return rows.toSorted((a, b) => rank(a) - rank(b)).slice(0, ROWS_MAX);
}
