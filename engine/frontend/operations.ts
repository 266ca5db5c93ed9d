/** @file `T`: the operations of the language on tensors and numbers, and the variables. LANGUAGE: sections 1 and 2. */
import { fail } from '../base/errors.ts';
import { describe, describeType, type Expr } from '../ir/graph.ts';
import {
  isInteger,
  normalizeAxes,
  normalizeAxis,
  type DType,
  type Extent,
  type Shape,
} from '../ir/types.ts';
import * as arith from '../ops/arith.ts';
import * as broadcast from '../ops/broadcast.ts';
import * as compare from '../ops/compare.ts';
import { arange as arangeExpr, reshape as reshapeExpr } from '../ops/shape.ts';
import { dimOf, dimsOf, input, integer, constant as scalarConstant } from '../ops/leaves.ts';
import { dot as dotExpr } from '../ops/linalg.ts';
import * as nnetOps from '../ops/nnet.ts';
import * as reduce from '../ops/reduce.ts';
import * as transcendental from '../ops/transcendental.ts';
import { constantArray } from '../ops/leaves.ts';
import {
  checkDType,
  checkList,
  checkName,
  checkOptions,
  checkShape,
  isExtent,
} from './arguments.ts';
import { HOST } from './host.ts';
import { indexTensor, slice, type Index } from './indexing.ts';
import { toHostValue, type HostInput } from './nd-array.ts';
import {
  isTensor,
  showValue,
  Tensor,
  toExpr,
  toExprs,
  tracing,
  type TensorLike,
} from './tensor.ts';
import { userOp } from './user-op.ts';

type Unary = (x: TensorLike) => Tensor;
type Binary = (x: TensorLike, y: TensorLike) => Tensor;
/** An extent: a number or an int32 scalar. */
type Dim = number | Tensor;
type Axis = number | readonly number[] | null;

const unary =
  (op: (x: Expr) => Expr, name: string): Unary =>
  (x) =>
    tracing(() => op(toExpr(x, name)));
const binary =
  (op: (x: Expr, y: Expr) => Expr, name: string): Binary =>
  (x, y) =>
    tracing(() => {
      const [a, b] = toExprs([x, y], name);
      return op(a!, b!);
    });

/** Extents as expressions; -1 stays for `reshape` to resolve. @throws arguments_wrong, dtype_wrong */
function dims(shape: readonly Dim[], what: 'reshape' | 'broadcastTo'): Expr[] {
  const isRight = (n: Dim) => isTensor(n) || isExtent(n) || (what === 'reshape' && n === -1);
  const wrong = checkList(what, shape, 'extents').find((n) => !isRight(n));
  if (wrong !== undefined)
    fail('arguments_wrong', what, 'whole numbers or int32 scalars as extents', showValue(wrong));
  return shape.map((n) => dim(n, what));
}

function dim(n: Dim, what: string): Expr {
  if (!isTensor(n)) {
    if (!Number.isInteger(n))
      fail('arguments_wrong', what, 'whole numbers or int32 scalars as extents', showValue(n));
    return integer(n);
  }
  if (!isInteger(n.dtype) || n.ndim > 0)
    fail('dtype_wrong', what, 'an int32 scalar as an extent', describeType(n.expr));
  return broadcast.cast(n.expr, 'int32');
}

type ReduceOptions = { readonly axis?: Axis; readonly keepdims?: boolean; readonly dtype?: DType };
type Reduction = (x: TensorLike, options?: ReduceOptions) => Tensor;

const reduction =
  (op: (x: Expr, axes: readonly number[]) => Expr, name: string): Reduction =>
  (x, options = {}) =>
    tracing(() => {
      const { dtype } = checkOptions(name, options, ['axis', 'keepdims', 'dtype']);
      const given = toExpr(x, name);
      const operand = dtype === undefined ? given : broadcast.cast(given, checkDType(name, dtype));
      const axes = normalizeAxes(name, options.axis, operand.type.shape.length, describe(operand));
      const result = op(operand, axes);
      return options.keepdims === true ? broadcast.insertOnes(result, axes) : result;
    });

const cast = (x: TensorLike, dtype: DType): Tensor =>
  tracing(() => broadcast.cast(toExpr(x, 'cast'), checkDType('cast', dtype)));

const where = (c: TensorLike, a: TensorLike, b: TensorLike): Tensor =>
  tracing(() => {
    const [x, y] = toExprs([a, b], 'where');
    return compare.where(toExpr(c, 'where'), x!, y!);
  });

const reshape = (x: TensorLike, shape: readonly Dim[]): Tensor =>
  tracing(() => reshapeExpr(toExpr(x, 'reshape'), dims(shape, 'reshape')));

const transpose = (x: TensorLike, axes?: readonly number[]): Tensor =>
  tracing(() => {
    const operand = toExpr(x, 'transpose');
    const rank = operand.type.shape.length;
    return broadcast.transpose(
      operand,
      axes === undefined
        ? undefined
        : checkList('transpose', axes, 'axes').map((axis) =>
            normalizeAxis('transpose', axis, rank, describe(operand)),
          ),
    );
  });

const dimshuffle = (x: TensorLike, order: readonly (number | 'x')[]): Tensor =>
  tracing(() => {
    const operand = toExpr(x, 'dimshuffle');
    const rank = operand.type.shape.length;
    return broadcast.dimshuffle(
      operand,
      checkList('dimshuffle', order, "axes and 'x'").map((axis) =>
        axis === 'x' ? -1 : normalizeAxis('dimshuffle', axis, rank, describe(operand)),
      ),
    );
  });

const broadcastTo = (x: TensorLike, shape: readonly Dim[]): Tensor =>
  tracing(() => broadcast.broadcastTo(toExpr(x, 'broadcastTo'), dims(shape, 'broadcastTo')));

const expandDims = (x: TensorLike, axis: number | readonly number[]): Tensor =>
  tracing(() => {
    const operand = toExpr(x, 'expandDims');
    const list = typeof axis === 'number' ? [axis] : axis;
    const rank = operand.type.shape.length + list.length;
    return broadcast.insertOnes(
      operand,
      normalizeAxes('expandDims', list, rank, describe(operand)),
    );
  });

/** The extent of an axis, an int32 scalar. */
const dimOfAxis = (x: TensorLike, axis: number): Tensor =>
  tracing(() => {
    const operand = toExpr(x, 'dim');
    return dimOf(operand, normalizeAxis('dim', axis, operand.type.shape.length, describe(operand)));
  });

/** `arange(stop)`, `arange(start, stop)`, `arange(start, stop, step)`: int32; numbers with fractions give float32. */
function arange(first: Dim, second?: Dim | null, step = 1): Tensor {
  return tracing(() => {
    const [start, stop] = second === undefined || second === null ? [0, first] : [first, second];
    if (!Number.isFinite(step) || step === 0)
      fail('arguments_wrong', 'arange', 'a number that is not 0 as step', showValue(step));
    const numbers = [start, stop, step].filter((n) => typeof n === 'number');
    if (numbers.every(Number.isInteger))
      return arangeExpr(dim(start, 'arange'), dim(stop, 'arange'), step);
    if (typeof start !== 'number' || typeof stop !== 'number') {
      fail('arguments_wrong', 'arange', 'whole numbers beside symbolic bounds', numbers.join(', '));
    }
    const count = Math.max(0, Math.ceil((stop - start) / step));
    const index = broadcast.cast(arangeExpr(integer(0), integer(count), 1), 'float32');
    return arith.add(
      arith.mul(index, scalarConstant(step, 'float32')),
      scalarConstant(start, 'float32'),
    );
  });
}

type ConstantOptions = { readonly dtype?: DType; readonly name?: string };

function constant(value: HostInput, options: ConstantOptions = {}): Tensor {
  const { dtype, name } = checkOptions('T.constant', options, ['dtype', 'name']);
  const made = tracing(() => {
    const host = toHostValue(value, { what: 'T.constant', dtype: dtype ?? null });
    return constantArray(host.data, host.dtype, host.shape);
  });
  if (name !== undefined) made.name = name;
  return made;
}

const filledLike =
  (value: number, name: string) =>
  (x: TensorLike): Tensor =>
    tracing(() => {
      const operand = toExpr(x, name);
      return broadcast.broadcastTo(scalarConstant(value, operand.type.dtype), dimsOf(operand));
    });

const softmaxOver =
  (op: (x: Expr, axis: number) => Expr, name: string) =>
  (x: TensorLike, options: { readonly axis?: number } = {}): Tensor =>
    tracing(() => {
      const { axis = -1 } = checkOptions(name, options, ['axis']);
      const operand = toExpr(x, name);
      return op(operand, normalizeAxis(name, axis, operand.type.shape.length, describe(operand)));
    });

const softmax = softmaxOver(nnetOps.softmax, 'softmax');
const logSoftmax = softmaxOver(nnetOps.logSoftmax, 'logSoftmax');

/** Operations whose first argument is a tensor: functions of `T`, and methods. */
const OPERATIONS = {
  add: binary(arith.add, 'add'),
  sub: binary(arith.sub, 'sub'),
  mul: binary(arith.mul, 'mul'),
  div: binary(arith.div, 'div'),
  intDiv: binary(arith.intDiv, 'intDiv'),
  mod: binary(arith.mod, 'mod'),
  pow: binary(transcendental.pow, 'pow'),
  neg: unary(arith.neg, 'neg'),
  reciprocal: unary(arith.reciprocal, 'reciprocal'),
  abs: unary(arith.abs, 'abs'),
  sign: unary(arith.sign, 'sign'),
  sqr: unary(arith.sqr, 'sqr'),
  sqrt: unary(arith.sqrt, 'sqrt'),
  exp: unary(transcendental.exp, 'exp'),
  expm1: unary(transcendental.expm1, 'expm1'),
  log: unary(transcendental.log, 'log'),
  log1p: unary(transcendental.log1p, 'log1p'),
  tanh: unary(transcendental.tanh, 'tanh'),
  sigmoid: unary(transcendental.sigmoid, 'sigmoid'),
  softplus: unary(transcendental.softplus, 'softplus'),
  relu: unary(transcendental.relu, 'relu'),
  maximum: binary(compare.maximum, 'maximum'),
  minimum: binary(compare.minimum, 'minimum'),
  eq: binary(compare.eq, 'eq'),
  neq: binary(compare.neq, 'neq'),
  lt: binary(compare.lt, 'lt'),
  le: binary(compare.le, 'le'),
  gt: binary(compare.gt, 'gt'),
  ge: binary(compare.ge, 'ge'),
  cast,
  sum: reduction(broadcast.sum, 'sum'),
  max: reduction(reduce.max, 'max'),
  min: reduction(reduce.min, 'min'),
  mean: reduction(reduce.mean, 'mean'),
  argmax: reduction(reduce.argmax, 'argmax'),
  reshape,
  transpose,
  dimshuffle,
  broadcastTo,
  expandDims,
  dim: dimOfAxis,
  dot: binary(dotExpr, 'dot'),
  zerosLike: filledLike(0, 'zerosLike'),
  onesLike: filledLike(1, 'onesLike'),
  at: (x: TensorLike, ...indices: Index[]): Tensor =>
    tracing(() => indexTensor(toExpr(x, 'at'), indices)),
} as const;

type Method<F> = F extends (x: TensorLike, ...rest: infer R) => Tensor
  ? (...rest: R) => Tensor
  : never;
type Methods = { readonly [K in keyof typeof OPERATIONS]: Method<(typeof OPERATIONS)[K]> };

declare module './tensor.ts' {
  interface Tensor extends Methods {}
}

for (const [name, operation] of Object.entries(OPERATIONS)) {
  const call = operation as (x: TensorLike, ...rest: readonly unknown[]) => Tensor;
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: readonly unknown[]) {
      return call(this, ...rest);
    },
  });
}

// Variables.

const PREFIXES = { '': 'float32', i: 'int32', b: 'bool', h: 'float16', d: 'float64' } as const;
const KINDS = {
  scalar: [],
  vector: [null],
  row: [1, null],
  col: [null, 1],
  matrix: [null, null],
  tensor3: [null, null, null],
  tensor4: [null, null, null, null],
  tensor5: [null, null, null, null, null],
} as const satisfies Record<string, Shape>;

type VariableName = `${keyof typeof PREFIXES}${keyof typeof KINDS}`;
type Variables = { readonly [K in VariableName]: (name?: string) => Tensor };

/** A variable of any dtype and shape; `null` extents are known only at the call. */
const tensor = (dtype: DType, shape: readonly Extent[], name = ''): Tensor =>
  tracing(() => {
    const what = `T.tensor ${checkName('T.tensor', name)}`.trim();
    return input({ dtype: checkDType(what, dtype), shape: [...checkShape(what, shape)] }, name);
  });

const variables = Object.fromEntries(
  Object.entries(PREFIXES).flatMap(([prefix, dtype]) =>
    Object.entries(KINDS).map(
      ([kind, shape]) => [`${prefix}${kind}`, (name = '') => tensor(dtype, shape, name)] as const,
    ),
  ),
) as Variables;

export const T = {
  ...OPERATIONS,
  ...variables,
  tensor,
  constant,
  where,
  arange,
  slice,
  op: userOp,
  host: HOST,
  nnet: { softmax, logSoftmax },
} as const;
