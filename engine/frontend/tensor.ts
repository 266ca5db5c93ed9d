/**
 * @file The user's handle on an expression. Its methods are the operations of `T` whose first argument is a tensor; they are
 * installed from that table, so that each is defined once.
 */
import { fail } from '../base/errors.ts';
import { currentScope, describe, nameOf, type Expr } from '../ir/graph.ts';
import { showType, type DType, type Shape } from '../ir/types.ts';
import { cast, transpose } from '../ops/broadcast.ts';
import { constantArray } from '../ops/leaves.ts';
import { NDArray, toHostValue, type HostInput } from './nd-array.ts';
import { callerPosition } from './position.ts';

/** What stands where a tensor is expected: numbers take the dtype of the tensor beside them. */
export type TensorLike = Tensor | HostInput;

/** One handle for one expression, so that `===` compares expressions. */
const handles = new WeakMap<Expr, Tensor>();

export class Tensor {
  readonly expr: Expr;

  constructor(expr: Expr) {
    this.expr = expr;
    handles.set(expr, this);
  }

  get dtype(): DType {
    return this.expr.type.dtype;
  }
  /** Extents; `null` is known only at the call. */
  get shape(): Shape {
    return this.expr.type.shape;
  }
  get ndim(): number {
    return this.expr.type.shape.length;
  }
  get name(): string | null {
    return nameOf(this.expr);
  }
  set name(name: string | null) {
    if (name === null) currentScope().names.delete(this.expr);
    else currentScope().names.set(this.expr, name);
  }
  /** The axes reversed. */
  get T(): Tensor {
    return tracing(() => transpose(this.expr));
  }

  toString(): string {
    return `Tensor(${this.name ?? this.expr.op.name}: ${showType(this.expr.type)})`;
  }

  /** JavaScript asks for a number or a truth value: there is none before the graph is computed. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    return fail('tensor_as_condition', describe(this.expr));
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** The handle of an expression. */
export function wrap(expr: Expr): Tensor {
  return handles.get(expr) ?? new Tensor(expr);
}

/** Build an expression for the user: its nodes are said to come from the line that called. */
export function tracing(build: () => Expr): Tensor {
  return wrap(atCaller(build));
}

/** Run something that makes nodes; the user's line is theirs. Calls within calls keep the outermost line. */
export function atCaller<R>(build: () => R): R {
  const scope = currentScope();
  if (scope.origin !== null) return build();
  scope.origin = callerPosition();
  try {
    return build();
  } finally {
    scope.origin = null;
  }
}

export const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** The expression of one operand. `like`: the dtype that numbers take. @throws not_a_tensor */
export function toExpr(value: TensorLike, what: string, like: DType | null = null): Expr {
  if (isTensor(value)) return value.expr;
  if (!isHostInput(value)) fail('not_a_tensor', what, showValue(value));
  const takesDType = !ArrayBuffer.isView(value) && !(value instanceof NDArray);
  const host = toHostValue(value, { what, dtype: takesDType ? numberDType(value, like) : null });
  const made = constantArray(host.data, host.dtype, host.shape);
  return takesDType || like === null ? made : cast(made, made.type.dtype);
}

/** Numbers beside an int32 or a bool tensor stay whole where they are; a fraction makes the operation a float one. */
function numberDType(value: unknown, like: DType | null): DType | null {
  if (like === null) return null;
  const numbers = [value].flat(8);
  const isFraction = numbers.some((v) => typeof v === 'number' && !Number.isInteger(v));
  if (isFraction && (like === 'int32' || like === 'uint32' || like === 'bool')) return 'float32';
  if (like === 'bool') return numbers.every((v) => typeof v === 'boolean') ? 'bool' : 'int32';
  return like;
}

/** Several operands; numbers take the dtype of the first tensor among them. */
export function toExprs(values: readonly TensorLike[], what: string): Expr[] {
  const tensor = values.find(isTensor);
  return values.map((value) => toExpr(value, what, tensor?.dtype ?? null));
}

function isHostInput(value: unknown): value is HostInput {
  if (typeof value === 'number' || typeof value === 'boolean') return true;
  return Array.isArray(value) || value instanceof NDArray || ArrayBuffer.isView(value);
}

/** How errors show what is no tensor. */
export function showValue(value: unknown): string {
  if (isTensor(value)) return describe(value.expr);
  if (typeof value === 'string') return `the string '${value.slice(0, 40)}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null)
    return `an object of ${value.constructor?.name ?? 'no class'}`;
  return String(value);
}
