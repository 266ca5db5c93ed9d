/**
 * @file Indexing: `at` reads slices, points and integer indices; `scatter`, its transpose, adds values back to the places
 * they were read from. An integer index outside the axis reads NaN (0 for integers) and writes nothing.
 */
import {
  entriesText,
  entryOffsets,
  hostIndex,
  indexRankOf,
  indexShapeOf,
  inferAt,
  inputCount,
  isFull,
  readEntries,
  withInputs,
  type AtParams,
  type Entry,
} from './index-entries.ts';
import { assert, fail } from '../base/errors.ts';
import { RANK_MAX } from '../base/limits.ts';
import { node, type Expr } from '../ir/graph.ts';
import {
  gatherIndex,
  mod,
  number,
  plus,
  rangeOf,
  times,
  type IndexExpr,
} from '../ir/index-expr.ts';
import type { OpDef, ReadArgs } from '../ir/op-def.ts';
import { constantScalar, type Scalar } from '../ir/scalar.ts';
import { isFloat, showShape, sizeOf, stridesOf, type Shape } from '../ir/types.ts';
import { eq } from './compare.ts';
import { fillByIndex, unravel } from './reference.ts';
import { checkDims, DIM, dimOf, dimsOf, packDims, unpackDims, unpackShape } from './leaves.ts';
import { readShape } from './read-params.ts';

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
      const slice = { first: offset(axis), step: entry.step, extent };
      index.push(isFull(entry) ? i : sliceInverse(i, slice, conditions));
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
  { first, step, extent }: { first: IndexExpr; step: number; extent: number },
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
