/** @file Shapes: reshape, and arange, the index as a value. */
import { fail } from '../base/errors.ts';
import { RANK_MAX } from '../base/limits.ts';
import { describe, node, type Expr } from '../ir/graph.ts';
import { delinearize, linearize, plus, times, type IndexExpr } from '../ir/index-expr.ts';
import type { OpDef } from '../ir/op-def.ts';
import { showShape, sizeOf, type Shape } from '../ir/types.ts';
import { fillByIndex } from './reference.ts';
import { intDiv, mul } from './arith.ts';
import { maximum } from './compare.ts';
import {
  checkDims,
  dimOf,
  dimsOf,
  integer,
  packDims,
  scalarValue,
  unpackDims,
  unpackShape,
} from './leaves.ts';
import { readShape } from './read-params.ts';

type ReshapeParams = { readonly shape: Shape };

export const RESHAPE: OpDef<ReshapeParams> = {
  name: 'reshape',
  doc: 'The elements of x, row-major, in another shape with as many elements. One extent may be -1: what is left.',
  readParams: (value) => {
    const shape = readShape(value['shape']);
    return shape === null ? null : { shape };
  },
  arity: [1, 1 + RANK_MAX],
  infer: ({ types, params, known, describe: name }) => {
    const x = types[0]!;
    checkDims('reshape', params.shape, types.slice(1));
    const shape = unpackShape(params.shape, 1, known);
    const before = x.shape.includes(null) ? null : sizeOf(x.shape.map(Number));
    const after = shape.includes(null) ? null : sizeOf(shape.map(Number));
    if (before !== null && after !== null && before !== after)
      fail('reshape_impossible', name(0), showShape(shape));
    return { dtype: x.dtype, shape };
  },
  extent: ({ inputs, params }, axis) => unpackDims(params.shape, inputs.slice(1))[axis]!,
  derivative: { kind: 'linear', transpose: (ct, { inputs }) => reshape(ct, dimsOf(inputs[0]!)) },
  lowering: {
    kind: 'view',
    index: (out, { inputShapes, outputShape }) =>
      delinearize(linearize(out, outputShape), inputShapes[0]!),
    reference: ({ inputs }) => inputs[0]!.data.slice(),
  },
  latex: ([x]) => x!,
  text: ([x], { output }) => `reshape(${x}, ${showShape(output.type.shape)})`,
  domain: [],
};

/** @throws reshape_impossible */
export function reshape(x: Expr, dims: readonly Expr[]): Expr {
  const open = dims.filter((d) => scalarValue(d) === -1).length;
  if (open > 1) fail('reshape_impossible', describe(x), showShape(dims.map(scalarValue)));
  const resolved = open === 0 ? dims : resolveOpen(x, dims);
  const same =
    resolved.length === x.type.shape.length && resolved.every((d, axis) => d === dimOf(x, axis));
  if (same) return x;
  const { shape, inputs } = packDims(resolved);
  return node(RESHAPE, [x, ...inputs], { shape });
}

/** The product of extents, numbers first. */
function product(list: readonly Expr[]): Expr {
  const numbers = list.map(scalarValue);
  const known = numbers.reduce<number>((p, n) => p * (n ?? 1), 1);
  const rest = list.filter((_, i) => numbers[i] === null);
  const start = known === 1 && rest.length > 0 ? rest.shift()! : integer(known);
  return rest.reduce((a, b) => mul(a, b), start);
}

/** The extent that -1 stands for: all elements over the others; where extents are on both sides they cancel. */
function resolveOpen(x: Expr, dims: readonly Expr[]): Expr[] {
  const others = dims.filter((d) => scalarValue(d) !== -1);
  const own = dimsOf(x);
  for (const d of others.filter((o) => scalarValue(o) === null)) {
    const at = own.indexOf(d);
    if (at < 0) continue;
    own.splice(at, 1);
    others.splice(others.indexOf(d), 1);
  }
  const all = product(own);
  const divisor = product(others);
  const [total, part] = [scalarValue(all), scalarValue(divisor)];
  if (part === 0 || (total !== null && part !== null && total % part !== 0)) {
    fail('reshape_impossible', describe(x), showShape(dims.map(scalarValue)));
  }
  const left =
    total !== null && part !== null
      ? integer(total / part)
      : part === 1
        ? all
        : intDiv(all, divisor);
  return dims.map((d) => (scalarValue(d) === -1 ? left : d));
}

type ArangeParams = {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number;
};

const bound = (value: unknown): number | null | undefined =>
  value === null || Number.isInteger(value) ? (value as number | null) : undefined;

/** How many numbers there are from 0 to below `stop`; an extent is never negative. */
const countTo = (stop: Expr): Expr =>
  stop.op.lowering.kind === 'host' ? stop : maximum(stop, integer(0));

/** The bounds of a range: numbers, or the next int32 inputs. */
function rangeBounds(
  params: ArangeParams,
  input: (i: number) => number | null,
): [number | null, number | null] {
  const start = params.start ?? input(0);
  const stop = params.stop ?? input(params.start === null ? 1 : 0);
  return [start, stop];
}

export const ARANGE: OpDef<ArangeParams> = {
  name: 'arange',
  doc: 'The int32 numbers from start to below stop, by a step that is not 0.',
  readParams: (value) => {
    const start = bound(value['start']);
    const stop = bound(value['stop']);
    const step = bound(value['step']);
    const right =
      start !== undefined && stop !== undefined && typeof step === 'number' && step !== 0;
    return right ? { start, stop, step } : null;
  },
  arity: [0, 2],
  infer: ({ types, params, known }) => {
    checkDims('arange', [params.start, params.stop], types);
    const [start, stop] = rangeBounds(params, known);
    const count =
      start === null || stop === null ? null : Math.max(0, Math.ceil((stop - start) / params.step));
    return { dtype: 'int32', shape: [count] };
  },
  extent: ({ inputs, params }) =>
    params.start === 0 && params.step === 1 && inputs[0] !== undefined ? countTo(inputs[0]) : null,
  derivative: { kind: 'zero' },
  lowering: {
    kind: 'element',
    cost: 0,
    offsets: ({ params, values }) => [rangeBounds(params, (i) => values[i]!)[0]!],
    element: ([i], { params, offset }) => ({
      kind: 'index',
      dtype: 'int32',
      index: plus(times(i as IndexExpr, params.step), offset(0)),
    }),
    reference: (args) => {
      const [start] = rangeBounds(args.params, (i) => args.inputs[i]!.data[0]!);
      return fillByIndex(args, ([i]) => start! + i! * args.params.step);
    },
  },
  latex: (operands, { params }) => `\\operatorname{arange}(${rangeText(operands, params)})`,
  text: (operands, { params }) => `arange(${rangeText(operands, params)})`,
  domain: [],
};

function rangeText(operands: readonly string[], params: ArangeParams): string {
  const start = params.start ?? operands[0]!;
  const stop = params.stop ?? operands[params.start === null ? 1 : 0]!;
  if (params.step !== 1) return `${start}, ${stop}, ${params.step}`;
  return start === 0 ? String(stop) : `${start}, ${stop}`;
}

/** The int32 numbers from `start` to below `stop`; both int32 scalars. */
export function arange(start: Expr, stop: Expr, step: number): Expr {
  const [first, last] = [scalarValue(start), scalarValue(stop)];
  const inputs = [...(first === null ? [start] : []), ...(last === null ? [stop] : [])];
  return node(ARANGE, inputs, { start: first, stop: last, step });
}
