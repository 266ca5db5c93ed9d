/** @file Nodes that are there before a call: inputs, shared variables, constants; and `dim`, an extent as a value. */
import { assert, fail } from '../base/errors.ts';
import { CONSTANT_BYTES_MAX } from '../base/limits.ts';
import { arrayOf, ConstantData, makeArray } from '../ir/constant-data.ts';
import { latexName } from '../ir/latex.ts';
import { node, nominalId, type Expr, type Params } from '../ir/graph.ts';
import type { OpDef } from '../ir/op-def.ts';
import {
  HOST_BYTES,
  normalizeAxis,
  sizeOf,
  type DType,
  type Shape,
  type TensorType,
} from '../ir/types.ts';
import { readDType, readShape } from './read-params.ts';

type VariableParams = {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly key: number;
};

const readVariable = (value: Params): VariableParams | null => {
  const dtype = readDType(value['dtype']);
  const shape = readShape(value['shape']);
  const { name, key } = value;
  const right =
    typeof name === 'string' && typeof key === 'number' && dtype !== null && shape !== null;
  return right ? { name, dtype, shape, key } : null;
};

const variable = (name: string, doc: string): OpDef<VariableParams> => ({
  name,
  doc,
  readParams: readVariable,
  arity: [0, 0],
  infer: ({ params }) => ({ dtype: params.dtype, shape: params.shape }),
  extent: () => null,
  derivative: { kind: 'zero' },
  lowering: { kind: 'leaf' },
  latex: (_, { params }) => latexName(params.name),
  text: (_, { params }) => params.name,
  domain: [],
});

export const INPUT = variable('input', 'A value that each call gives.');
export const SHARED = variable(
  'shared',
  'A value that lives on the device between calls and that updates change.',
);

/** A new variable, unlike every other. */
export function input(type: TensorType, name: string): Expr {
  return node(INPUT, [], { name, ...type, key: nominalId() });
}
export function sharedVariable(type: TensorType, name: string): Expr {
  return node(SHARED, [], { name, ...type, key: nominalId() });
}

type ConstantParams = {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly value: number | ConstantData;
  readonly text: string;
};

export const CONSTANT: OpDef<ConstantParams> = {
  name: 'constant',
  doc: 'A value that is part of the graph.',
  readParams: (value) => {
    const dtype = readDType(value['dtype']);
    const shape = readShape(value['shape']);
    const data = value['value'];
    if (dtype === null || shape === null || !isKnown(shape)) return null;
    if (data instanceof ConstantData) {
      const { values } = data;
      const fits =
        values.length === sizeOf(shape) && values.constructor === makeArray(dtype, 0).constructor;
      if (!fits) return null;
      return makeConstantParams(
        dtype === 'bool' ? values.map((v) => Number(v !== 0)) : values,
        dtype,
        shape,
      );
    }
    return typeof data === 'number' && shape.length === 0
      ? makeConstantParams([data], dtype, [])
      : null;
  },
  arity: [0, 0],
  infer: ({ params }) => ({ dtype: params.dtype, shape: params.shape }),
  extent: () => null,
  knownInteger: (expr) => (expr.type.dtype === 'int32' ? scalarValue(expr) : null),
  derivative: { kind: 'zero' },
  lowering: { kind: 'leaf' },
  latex: (_, { params }) => latexNumber(params.text),
  text: (_, { params }) => params.text,
  domain: [],
};

const isKnown = (shape: Shape): shape is readonly number[] => !shape.includes(null);

/** A constant of any shape, its numbers rounded to the dtype. @throws constant_too_large */
export function constantArray(
  values: ArrayLike<number>,
  dtype: DType,
  shape: readonly number[],
): Expr {
  assert(values.length === sizeOf(shape), 'constant with a wrong number of elements');
  const bytes = values.length * HOST_BYTES[dtype];
  if (bytes > CONSTANT_BYTES_MAX) fail('constant_too_large', bytes, CONSTANT_BYTES_MAX);
  return node(CONSTANT, [], makeConstantParams(values, dtype, shape));
}
export function constant(value: number, dtype: DType): Expr {
  return constantArray([value], dtype, []);
}
export const integer = (value: number): Expr => constant(value, 'int32');

function makeConstantParams(
  values: ArrayLike<number>,
  dtype: DType,
  shape: readonly number[],
): ConstantParams {
  const data = arrayOf(dtype, values);
  // NaN, infinities and -0 do not survive JSON as numbers: they are kept as data.
  const first = data[0] ?? 0;
  const plain = shape.length === 0 && Number.isFinite(first) && !Object.is(first, -0);
  return {
    dtype,
    shape,
    value: plain ? first : new ConstantData(data),
    text: constantText(data, dtype),
  };
}

/** The number in as few digits as its dtype needs, or the first elements of an array. */
function constantText(data: ArrayLike<number>, dtype: DType): string {
  const show = (v: number) =>
    dtype === 'bool'
      ? String(v !== 0)
      : dtype === 'float32'
        ? String(Number(v.toPrecision(7)))
        : String(v);
  if (data.length === 1) return show(data[0]!);
  const shown = Array.from({ length: Math.min(data.length, 4) }, (_, i) => show(data[i]!));
  return `[${shown.join(', ')}${data.length > 4 ? ', ...' : ''}]`;
}

/** The elements of a constant, or `null` for any other node. */
export function constantValues(expr: Expr): ArrayLike<number> | null {
  if (expr.op.name !== CONSTANT.name) return null;
  const value = expr.params['value'];
  if (typeof value === 'number') return [value];
  assert(value instanceof ConstantData, 'constant without data');
  return value.values;
}

/** The number of a constant scalar, or `null`. */
export function scalarValue(expr: Expr): number | null {
  const values = expr.type.shape.length === 0 ? constantValues(expr) : null;
  return values === null ? null : values[0]!;
}

type DimParams = { readonly axis: number };

export const DIM: OpDef<DimParams> = {
  name: 'dim',
  doc: 'The extent of one axis, an int32 scalar; it does not compute the value of its input.',
  readParams: (value) => (Number.isInteger(value['axis']) ? { axis: Number(value['axis']) } : null),
  arity: [1, 1],
  infer: ({ types, params, describe }) => {
    normalizeAxis('dim', params.axis, types[0]!.shape.length, describe(0));
    return { dtype: 'int32', shape: [] };
  },
  extent: () => null,
  derivative: { kind: 'disconnected' },
  lowering: {
    kind: 'host',
    reference: ({ inputs, params }) => Int32Array.of(inputs[0]!.shape[params.axis]!),
  },
  latex: ([x], { params }) => `\\operatorname{dim}_{${params.axis}} ${x}`,
  text: ([x], { params }) => `dim(${x}, ${params.axis})`,
  domain: [],
};

/**
 * The extent of an axis as an int32 scalar, found as far down as it can be: a constant where the type tells, an
 * extent of a variable or a scalar otherwise, so that asking for a shape never keeps a value alive.
 */
export function dimOf(x: Expr, axis: number): Expr {
  const extent = x.type.shape[axis]!;
  if (extent !== null) return integer(extent);
  // Extents follow from those of the inputs. An unrolled loop is deeper than the call stack, so these come first.
  const waiting = [x];
  for (let next = waiting.at(-1); next !== undefined; next = waiting.at(-1)) {
    const missing = next.inputs.filter(({ type }) => type.shape.includes(null)).filter(isUnread);
    if (missing.length === 0 || !isUnread(next)) extentsOf(waiting.pop()!);
    else waiting.push(...missing);
  }
  return extentsOf(x)[axis]!;
}

const extents = new WeakMap<Expr, readonly Expr[]>();
const isUnread = (x: Expr): boolean => !extents.has(x);

function extentsOf(x: Expr): readonly Expr[] {
  const held = extents.get(x);
  if (held) return held;
  const { op, inputs, params, type } = x;
  const made = type.shape.map((extent, axis) =>
    extent === null
      ? (op.extent({ inputs, output: x, params }, axis) ?? node(DIM, [x], { axis }))
      : integer(extent),
  );
  extents.set(x, made);
  return made;
}

export function dimsOf(x: Expr): Expr[] {
  return x.type.shape.map((_, axis) => dimOf(x, axis));
}

/** Static extents stay numbers; an unknown one becomes an input of the node. */
export function packDims(dims: readonly Expr[]): {
  readonly shape: Shape;
  readonly inputs: readonly Expr[];
} {
  const shape = dims.map(scalarValue);
  return { shape, inputs: dims.filter((_, i) => shape[i] === null) };
}

/** The shape that packed dims stand for, as far as it is known. */
export function unpackShape(
  shape: Shape,
  firstInput: number,
  known: (i: number) => number | null,
): Shape {
  let next = firstInput;
  return shape.map((n) => n ?? known(next++));
}

/** What a type rule asks of packed dims in a message: an int32 scalar for each unknown extent. */
export function checkDims(op: string, shape: Shape, dims: readonly TensorType[]): void {
  const unknown = shape.filter((n) => n === null).length;
  assert(
    dims.length === unknown && dims.every(isIntegerScalar),
    `${op} with other inputs than its extents`,
  );
}

const isIntegerScalar = ({ dtype, shape }: TensorType): boolean =>
  dtype === 'int32' && shape.length === 0;

/** The dims that were packed, as expressions. */
export function unpackDims(shape: Shape, inputs: readonly Expr[]): Expr[] {
  let next = 0;
  return shape.map((n) => (n === null ? inputs[next++]! : integer(n)));
}

function latexNumber(text: string): string {
  return text
    .replaceAll('Infinity', '\\infty')
    .replaceAll('NaN', '\\mathrm{NaN}')
    .replaceAll(/e([+-]?\d+)/g, (_, exponent: string) => ` \\cdot 10^{${Number(exponent)}}`);
}
