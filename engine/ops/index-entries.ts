/**
 * @file What stands between the brackets of `x.at(...)`: slices, points and integer indices, their reading from messages, the
 * shape that they give, and the offsets that the host computes for a call. `at` and `scatter` share it.
 */
import { assert, fail } from '../base/errors.ts';
import { RANK_MAX } from '../base/limits.ts';
import { type ParamValue } from '../ir/graph.ts';
import type { InferArgs, LowerArgs, ReferenceArgs } from '../ir/op-def.ts';
import { stridesOf, type Extent, type Shape } from '../ir/types.ts';
import { mergeOperands } from './operands.ts';
import { isRecord } from './read-params.ts';

/** A bound: a number, open, or the next int32 scalar input. */
type Bound = number | null | 'input';

/** What happens to one axis of x. Slices and points stand in one node, integer indices in another. */
export type Entry =
  | { readonly kind: 'slice'; readonly start: Bound; readonly stop: Bound; readonly step: number }
  | { readonly kind: 'point'; readonly index: number | 'input' }
  /** The next int32 tensor input; all of a node have one shape, whose axes stand where the first of them stood. */
  | { readonly kind: 'indices' };

export type AtParams = {
  readonly entries: readonly (Entry & { readonly [key: string]: ParamValue })[];
};

export const FULL: Entry = { kind: 'slice', start: null, stop: null, step: 1 };

export const isFull = (e: Entry): boolean =>
  e.kind === 'slice' && e.start === null && e.stop === null && e.step === 1;

const isBound = (b: unknown): b is Bound => b === null || b === 'input' || Number.isInteger(b);

function readEntry(value: unknown): Entry | null {
  if (!isRecord(value)) return null;
  const { kind, start, stop, step, index } = value;
  if (kind === 'indices') return { kind };
  if (kind === 'point')
    return index === 'input' || Number.isInteger(index) ? { kind, index: index as number } : null;
  const right =
    kind === 'slice' && isBound(start) && isBound(stop) && Number.isInteger(step) && step !== 0;
  return right ? { kind, start, stop, step: Number(step) } : null;
}

export function readEntries(value: unknown): AtParams['entries'] | null {
  if (!Array.isArray(value) || value.length > RANK_MAX) return null;
  const entries = value.map(readEntry);
  return entries.every((e) => e !== null) ? entries : null;
}

/** Entries with the inputs that they take, in order; the first is at `first`. */
export function withInputs(
  entries: readonly Entry[],
  first: number,
): { entry: Entry; inputs: readonly number[] }[] {
  let next = first;
  return entries.map((entry) => {
    const bounds: readonly Bound[] =
      entry.kind === 'slice'
        ? [entry.start, entry.stop]
        : entry.kind === 'point'
          ? [entry.index]
          : ['input'];
    return { entry, inputs: bounds.flatMap((b) => (b === 'input' ? [next++] : [])) };
  });
}

export const inputCount = (entries: readonly Entry[]): number =>
  withInputs(entries, 0).reduce((n, { inputs }) => n + inputs.length, 0);

/** First index and number of elements of a slice, by Python's rules for negative and outlying bounds. */
export function resolveSlice(
  start: number | null,
  stop: number | null,
  step: number,
  extent: number,
): { readonly first: number; readonly length: number } {
  const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1];
  const clamp = (b: number) => Math.min(Math.max(b < 0 ? b + extent : b, low), high);
  const first = start === null ? (step > 0 ? 0 : extent - 1) : clamp(start);
  const last = stop === null ? (step > 0 ? extent : -1) : clamp(stop);
  return { first, length: Math.max(0, Math.ceil((last - first) / step)) };
}

/** The numbers of an entry's bounds, `open` where there is none, `undefined` where a number is not known. */
function boundsOf(
  entry: Entry,
  inputs: readonly number[],
  known: (i: number) => number | null,
): readonly (number | null | undefined)[] {
  let next = 0;
  const bounds: readonly Bound[] =
    entry.kind === 'slice'
      ? [entry.start, entry.stop]
      : entry.kind === 'point'
        ? [entry.index]
        : [];
  return bounds.map((b) => (b === 'input' ? (known(inputs[next++]!) ?? undefined) : b));
}

function sliceExtent(
  entry: Entry & { kind: 'slice' },
  inputs: readonly number[],
  extent: Extent,
  known: (i: number) => number | null,
): Extent {
  if (isFull(entry)) return extent;
  const [start, stop] = boundsOf(entry, inputs, known);
  if (extent === null || start === undefined || stop === undefined) return null;
  return resolveSlice(start, stop, entry.step, extent).length;
}

/** Bounds are int32 scalars, integer indices int32 of one shape. @throws shapes_differ, runtime_one */
function checkEntryInputs({ types, params, describe }: InferArgs<AtParams>): void {
  const indices: number[] = [];
  for (const { entry, inputs } of withInputs(params.entries, 1)) {
    for (const i of inputs) {
      const type = types[i];
      assert(type !== undefined && type.dtype === 'int32', 'at with other inputs than its entries');
      if (entry.kind === 'indices') indices.push(i);
      else assert(type.shape.length === 0, 'at with a bound that is no scalar');
    }
  }
  if (indices.length > 1)
    mergeOperands(
      'at',
      indices.map((i) => types[i]!.shape),
      (k) => describe(indices[k]!),
    );
}

export function inferAt(args: InferArgs<AtParams>): Shape {
  const { types, params, known, describe } = args;
  const { shape } = types[0]!;
  const { entries } = params;
  if (entries.length !== shape.length) fail('too_many_indices', entries.length, describe(0));
  checkEntryInputs(args);
  let indexShape: Shape | null = null;
  return withInputs(entries, 1).flatMap(({ entry, inputs }, axis) => {
    const extent = shape[axis]!;
    if (entry.kind === 'slice') return [sliceExtent(entry, inputs, extent, known)];
    if (entry.kind === 'point') {
      const [index] = boundsOf(entry, inputs, known);
      if (typeof index === 'number' && extent !== null && (index < -extent || index >= extent)) {
        fail('index_out_of_range', index, extent, axis, describe(0));
      }
      return [];
    }
    const own = types[inputs[0]!]!;
    if (indexShape !== null) return [];
    indexShape = own.shape;
    return own.shape;
  });
}

export const indexRankOf = ({ params, inputShapes }: LowerArgs<AtParams>): number => {
  const first = withInputs(params.entries, 1).find(({ entry }) => entry.kind === 'indices');
  return first === undefined ? 0 : inputShapes[first.inputs[0]!]!.length;
};

/** The first index of each slice and the index of each point, for the call's extents. */
export const entryOffsets = (
  entries: readonly Entry[],
  shape: readonly number[],
  firstInput: number,
  values: readonly (number | null)[],
): number[] =>
  withInputs(entries, firstInput).map(({ entry, inputs }, axis) => {
    const bounds = boundsOf(entry, inputs, (i) => values[i]!);
    if (entry.kind === 'slice')
      return resolveSlice(bounds[0]!, bounds[1]!, entry.step, shape[axis]!).first;
    return entry.kind === 'point' ? (bounds[0]! < 0 ? bounds[0]! + shape[axis]! : bounds[0]!) : 0;
  });

/** Index of x for an index of the result, on the host; `null` where an integer index is outside. */
export function hostIndex(
  args: ReferenceArgs<AtParams>,
  firstInput: number,
  shape: readonly number[],
  indexShape: readonly number[],
) {
  const { params, inputs } = args;
  const offsets = entryOffsets(
    params.entries,
    shape,
    firstInput,
    inputs.map((v) => v.data[0]!),
  );
  return (out: readonly number[]): number[] | null => {
    let axis = 0;
    let indices: readonly number[] | null = null;
    const index = withInputs(params.entries, firstInput).map(({ entry, inputs: taken }, k) => {
      if (entry.kind === 'slice') return out[axis++]! * entry.step + offsets[k]!;
      if (entry.kind === 'point') return offsets[k]!;
      if (indices === null) {
        indices = out.slice(axis, axis + indexShape.length);
        axis += indexShape.length;
      }
      const strides = stridesOf(indexShape);
      const i = inputs[taken[0]!]!.data[indices.reduce((p, n, a) => p + n * strides[a]!, 0)]!;
      return i < -shape[k]! || i >= shape[k]! ? NaN : i < 0 ? i + shape[k]! : i;
    });
    return index.some(Number.isNaN) ? null : index;
  };
}

export const indexShapeOf = (
  args: ReferenceArgs<AtParams>,
  firstInput: number,
): readonly number[] => {
  const first = withInputs(args.params.entries, firstInput).find(
    ({ entry }) => entry.kind === 'indices',
  );
  return first === undefined ? [] : args.inputs[first.inputs[0]!]!.shape;
};

export function entriesText(
  operands: readonly string[],
  entries: readonly Entry[],
  first: number,
): string {
  return withInputs(entries, first)
    .map(({ entry, inputs }) => {
      const names = inputs.map((i) => operands[i]!);
      const show = (b: Bound) => (b === 'input' ? names.shift()! : b === null ? '' : String(b));
      if (entry.kind === 'indices') return names[0]!;
      if (entry.kind === 'point') return show(entry.index);
      const text = `${show(entry.start)}:${show(entry.stop)}`;
      return entry.step === 1 ? text : `${text}:${entry.step}`;
    })
    .join(', ');
}
