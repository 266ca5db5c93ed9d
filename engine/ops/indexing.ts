/**
 * @file Indexing: `at` reads slices, points and integer indices; `scatter`, its transpose, adds values back to the places
 * they were read from. An integer index outside the axis reads NaN (0 for integers) and writes nothing.
 */
import { assert, fail } from '../base/errors.ts';
import { RANK_MAX } from '../base/limits.ts';
import { node, type Expr, type ParamValue } from '../ir/graph.ts';
import {
  gatherIndex,
  mod,
  number,
  plus,
  rangeOf,
  times,
  type IndexExpr,
} from '../ir/index-expr.ts';
import type { InferArgs, LowerArgs, OpDef, ReadArgs, ReferenceArgs } from '../ir/op-def.ts';
import { constantScalar, type Scalar } from '../ir/scalar.ts';
import { isFloat, showShape, sizeOf, stridesOf, type Extent, type Shape } from '../ir/types.ts';
import { eq } from './compare.ts';
import { fillByIndex, unravel } from './broadcast.ts';
import { mergeOperands } from './operands.ts';
import { checkDims, DIM, dimOf, dimsOf, packDims, unpackDims, unpackShape } from './leaves.ts';
import { isRecord, readShape } from './read-params.ts';

/** A bound: a number, open, or the next int32 scalar input. */
type Bound = number | null | 'input';

/** What happens to one axis of x. Slices and points stand in one node, integer indices in another. */
export type Entry =
  | { readonly kind: 'slice'; readonly start: Bound; readonly stop: Bound; readonly step: number }
  | { readonly kind: 'point'; readonly index: number | 'input' }
  /** The next int32 tensor input; all of a node have one shape, whose axes stand where the first of them stood. */
  | { readonly kind: 'indices' };

type AtParams = { readonly entries: readonly (Entry & { readonly [key: string]: ParamValue })[] };

export const FULL: Entry = { kind: 'slice', start: null, stop: null, step: 1 };

const isFull = (e: Entry): boolean =>
  e.kind === 'slice' && e.start === null && e.stop === null && e.step === 1;

function readEntry(value: unknown): Entry | null {
  if (!isRecord(value)) return null;
  const isBound = (b: unknown): b is Bound => b === null || b === 'input' || Number.isInteger(b);
  const { kind, start, stop, step, index } = value;
  if (kind === 'indices') return { kind };
  if (kind === 'point')
    return index === 'input' || Number.isInteger(index) ? { kind, index: index as number } : null;
  const right =
    kind === 'slice' && isBound(start) && isBound(stop) && Number.isInteger(step) && step !== 0;
  return right ? { kind, start, stop, step: Number(step) } : null;
}

function readEntries(value: unknown): AtParams['entries'] | null {
  if (!Array.isArray(value) || value.length > RANK_MAX) return null;
  const entries = value.map(readEntry);
  return entries.every((e) => e !== null) ? entries : null;
}

/** Entries with the inputs that they take, in order; the first is at `first`. */
function withInputs(
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

const inputCount = (entries: readonly Entry[]): number =>
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

function inferAt(args: InferArgs<AtParams>): Shape {
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

/** For each axis of x: the index it is read at, and whether it is inside. `null`: always. */
function readIndices(
  out: readonly IndexExpr[],
  args: ReadArgs<AtParams>,
  indexRank: number,
): { index: IndexExpr[]; inside: Scalar[] } {
  const { params, inputShapes, offset, read } = args;
  const inside: Scalar[] = [];
  let axis = 0;
  let indices: readonly IndexExpr[] | null = null;
  const index = withInputs(params.entries, 1).map(({ entry, inputs }, k) => {
    if (entry.kind === 'slice') {
      const i = out[axis++]!;
      return isFull(entry) ? i : plus(times(i, entry.step), offset(k));
    }
    if (entry.kind === 'point') {
      const [i] = inputs;
      return i === undefined || args.hostHas(i)
        ? offset(k)
        : dataIndex(read(i, []), inputShapes[0]![k]!, inside);
    }
    if (indices === null) {
      indices = out.slice(axis, axis + indexRank);
      axis += indexRank;
    }
    return dataIndex(read(inputs[0]!, indices), inputShapes[0]![k]!, inside);
  });
  return { index, inside };
}

/** An index from data: a loop's own index needs no wrapping and no check. */
function dataIndex(value: Scalar, extent: number, inside: Scalar[]): IndexExpr {
  if (value.kind === 'index') {
    const [low, high] = rangeOf(value.index);
    if (low >= 0 && high < extent) return value.index;
  }
  inside.push({ kind: 'inBounds', dtype: 'bool', value, extent });
  return gatherIndex(value, extent);
}

const guarded = (inside: readonly Scalar[], value: Scalar): Scalar =>
  inside.reduce<Scalar>(
    (result, condition) => ({
      kind: 'select',
      dtype: value.dtype,
      condition,
      yes: result,
      no: constantScalar(isFloat(value.dtype) ? NaN : 0, value.dtype),
    }),
    value,
  );

const indexRankOf = ({ params, inputShapes }: LowerArgs<AtParams>): number => {
  const first = withInputs(params.entries, 1).find(({ entry }) => entry.kind === 'indices');
  return first === undefined ? 0 : inputShapes[first.inputs[0]!]!.length;
};

/** The first index of each slice and the index of each point, for the call's extents. */
const entryOffsets = (
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
function hostIndex(
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

const indexShapeOf = (args: ReferenceArgs<AtParams>, firstInput: number): readonly number[] => {
  const first = withInputs(args.params.entries, firstInput).find(
    ({ entry }) => entry.kind === 'indices',
  );
  return first === undefined ? [] : args.inputs[first.inputs[0]!]!.shape;
};

export const AT: OpDef<AtParams> = {
  name: 'at',
  doc: 'Elements of x by slices, points and integer indices, as numpy reads them. An index from data outside the axis gives NaN, or 0.',
  readParams: (value) => {
    const entries = readEntries(value['entries']);
    return entries === null ? null : { entries };
  },
  arity: [1, 1 + 2 * RANK_MAX],
  infer: (args) => {
    assert(
      args.types.length === 1 + inputCount(args.params.entries),
      'at with other inputs than its entries',
    );
    return { dtype: args.types[0]!.dtype, shape: inferAt(args) };
  },
  extent: ({ inputs, params, output }, axis) =>
    atExtent(inputs, params.entries, axis) ?? node(DIM, [output], { axis }),
  derivative: {
    kind: 'linear',
    transpose: (ct, { inputs, params }) =>
      scatter(ct, params.entries, inputs.slice(1), dimsOf(inputs[0]!)),
  },
  lowering: {
    kind: 'element',
    cost: 0,
    offsets: ({ params, values, inputShapes }) =>
      entryOffsets(params.entries, inputShapes[0]!, 1, values),
    element: (out, args) => {
      const { index, inside } = readIndices(out, args, indexRankOf(args));
      return guarded(inside, args.read(0, index));
    },
    reference: (args) => {
      const x = args.inputs[0]!;
      const indexOf = hostIndex(args, 1, x.shape, indexShapeOf(args, 1));
      const strides = stridesOf(x.shape);
      return fillByIndex(args, (out) => {
        const index = indexOf(out);
        if (index === null) return isFloat(args.output.dtype) ? NaN : 0;
        return x.data[index.reduce((p, i, axis) => p + i * strides[axis]!, 0)]!;
      });
    },
  },
  latex: (operands, { params }) =>
    `{${operands[0]}}_{[${entriesText(operands, params.entries, 1)}]}`,
  text: (operands, { params }) => `${operands[0]}[${entriesText(operands, params.entries, 1)}]`,
  domain: [],
};

/** The extent of an axis of the result that is an extent of x or of the indices; `null` for a cut slice. */
function atExtent(inputs: readonly Expr[], entries: readonly Entry[], axis: number): Expr | null {
  const sources: (Expr | null)[] = [];
  let placed = false;
  withInputs(entries, 1).forEach(({ entry, inputs: taken }, k) => {
    if (entry.kind === 'slice') sources.push(isFull(entry) ? dimOf(inputs[0]!, k) : null);
    if (entry.kind !== 'indices' || placed) return;
    sources.push(...dimsOf(inputs[taken[0]!]!));
    placed = true;
  });
  return sources[axis] ?? null;
}

function entriesText(
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

type ScatterParams = AtParams & {
  /** Shape of the result; `null` is one of the last int32 inputs. */
  readonly shape: Shape;
};

export const SCATTER: OpDef<ScatterParams> = {
  name: 'scatter',
  doc: 'Zeros of a shape, with values added at the places that `at` would read: the transpose of `at`. Equal indices add up.',
  readParams: (value) => {
    const entries = readEntries(value['entries']);
    const shape = readShape(value['shape']);
    return entries === null || shape === null || entries.length !== shape.length
      ? null
      : { entries, shape };
  },
  arity: [1, 1 + 3 * RANK_MAX],
  infer: (args) => {
    const { types, params, known, describe } = args;
    checkDims('scatter', params.shape, types.slice(1 + inputCount(params.entries)));
    const shape = unpackShape(params.shape, 1 + inputCount(params.entries), known);
    const read = inferAt({
      ...args,
      types: [{ dtype: types[0]!.dtype, shape }, ...types.slice(1)],
    });
    const own = types[0]!.shape;
    const fits =
      own.length === read.length &&
      own.every((n, i) => n === null || read[i] === null || n === read[i]);
    if (!fits) fail('shapes_differ', 'scatter', describe(0), showShape(read));
    return { dtype: types[0]!.dtype, shape };
  },
  extent: ({ inputs, params }, axis) =>
    unpackDims(params.shape, inputs.slice(1 + inputCount(params.entries)))[axis]!,
  derivative: {
    kind: 'linear',
    transpose: (ct, { inputs, params }) =>
      node(AT, [ct, ...inputs.slice(1, 1 + inputCount(params.entries))], {
        entries: params.entries,
      }),
  },
  lowering: {
    kind: 'reduction',
    combine: 'sum',
    offsets: ({ params, values }) =>
      entryOffsets(params.entries, scatterShape(params, values), 1, values),
    // The loops run over the integer indices; for slices and points there are none, and the one turn is the element.
    extents: (args) => {
      const first = withInputs(args.params.entries, 1).find(
        ({ entry }) => entry.kind === 'indices',
      );
      return first === undefined ? [] : args.inputShapes[first.inputs[0]!]!;
    },
    element: scatterElement,
    reference: (args) => {
      const ct = args.inputs[0]!;
      const shape = args.output.shape.map(Number);
      const indexOf = hostIndex(args, 1, shape, indexShapeOf(args, 1));
      const strides = stridesOf(shape);
      const result = fillByIndex(args, () => 0);
      for (let k = 0; k < sizeOf(ct.shape); k++) {
        const index = indexOf(unravel(k, ct.shape));
        if (index !== null)
          result[index.reduce((p, i, axis) => p + i * strides[axis]!, 0)]! += ct.data[k]!;
      }
      return result;
    },
  },
  latex: (operands, { params }) =>
    `\\operatorname{scatter}_{[${entriesText(operands, params.entries, 1)}]} ${operands[0]}`,
  text: (operands, { params }) =>
    `scatter(${operands[0]}, [${entriesText(operands, params.entries, 1)}])`,
  domain: [],
};

const scatterShape = (params: ScatterParams, values: readonly (number | null)[]): number[] =>
  unpackShape(params.shape, 1 + inputCount(params.entries), (i) => values[i]!).map(Number);

/** The value that lands on `out` from one turn of the index loops, or 0. */
function scatterElement(
  out: readonly IndexExpr[],
  inner: readonly IndexExpr[],
  args: ReadArgs<ScatterParams>,
): Scalar {
  const { params, outputShape, offset, read, inputShapes, dtype } = args;
  const conditions: Scalar[] = [];
  const index: IndexExpr[] = [];
  let placed = false;
  let axisOfValue = 0;
  withInputs(params.entries, 1).forEach(({ entry, inputs }, axis) => {
    const i = out[axis]!;
    if (entry.kind === 'point') {
      const [at] = inputs;
      const isOffset = at === undefined || args.hostHas(at);
      conditions.push(
        isOffset ? equalIndices(i, offset(axis)) : equalsData(i, read(at, []), outputShape[axis]!),
      );
    } else if (entry.kind === 'indices') {
      if (!placed) index.push(...inner);
      if (!placed) axisOfValue += inner.length;
      placed = true;
      conditions.push(equalsData(i, read(inputs[0]!, inner), outputShape[axis]!));
    } else {
      const extent = inputShapes[0]![axisOfValue++]!;
      index.push(isFull(entry) ? i : sliceInverse(i, entry.step, offset(axis), extent, conditions));
    }
  });
  const value = read(0, index);
  return conditions.reduce<Scalar>(
    (yes, condition) => ({ kind: 'select', dtype, condition, yes, no: constantScalar(0, dtype) }),
    value,
  );
}

/** Which element of a slice lands on `i`: (i - first) / step, where that is whole and inside. */
function sliceInverse(
  i: IndexExpr,
  step: number,
  first: IndexExpr,
  extent: number,
  conditions: Scalar[],
): IndexExpr {
  const distance = step > 0 ? plus(i, times(first, -1)) : plus(first, times(i, -1));
  const stride = Math.abs(step);
  conditions.push({
    kind: 'inRange',
    dtype: 'bool',
    index: distance,
    low: 0,
    high: (extent - 1) * stride + 1,
  });
  if (stride > 1) {
    conditions.push({
      kind: 'inRange',
      dtype: 'bool',
      index: mod(plus(distance, number(stride * 2 ** 20)), stride),
      low: 0,
      high: 1,
    });
  }
  // Outside the slice the value is not used, but it is read: the index must stay inside the buffer.
  const position: Scalar = { kind: 'index', dtype: 'int32', index: distance };
  const inside = gatherIndex(position, Math.max(1, extent * stride));
  return stride === 1 ? inside : { kind: 'div', a: inside, divisor: stride };
}

const indexScalar = (index: IndexExpr): Scalar => ({ kind: 'index', dtype: 'int32', index });

function equalScalars(a: Scalar, b: Scalar): Scalar {
  const { lowering } = eq.def;
  if (lowering.kind !== 'elementwise') throw new Error('engine defect: eq is not elementwise');
  return { kind: 'apply', dtype: 'bool', name: eq.def.name, code: lowering, inputs: [a, b] };
}

const equalIndices = (a: IndexExpr, b: IndexExpr): Scalar =>
  equalScalars(indexScalar(a), indexScalar(b));

/** Whether an index from data, counted from the end where it is negative, is `i`. */
function equalsData(i: IndexExpr, value: Scalar, extent: number): Scalar {
  const inside: Scalar[] = [];
  const same = equalIndices(i, dataIndex(value, extent, inside));
  return inside.reduce<Scalar>(
    (yes, condition) => ({
      kind: 'select',
      dtype: 'bool',
      condition,
      yes,
      no: constantScalar(0, 'bool'),
    }),
    same,
  );
}

/** Elements of x; one entry for each axis, bounds and indices that are expressions in `inputs`. */
export function at(x: Expr, entries: readonly Entry[], inputs: readonly Expr[]): Expr {
  return entries.every(isFull) ? x : node(AT, [x, ...inputs], { entries });
}

/** The transpose of `at`: values added into zeros of the shape `dims`. */
export function scatter(
  ct: Expr,
  entries: readonly Entry[],
  inputs: readonly Expr[],
  dims: readonly Expr[],
): Expr {
  const { shape, inputs: extents } = packDims(dims);
  return node(SCATTER, [ct, ...inputs, ...extents], { entries, shape });
}
