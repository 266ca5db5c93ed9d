/** @file Shared variables: values that live on the device between calls. */
import { fail } from '../base/errors.ts';
import { describeType, type Expr } from '../ir/graph.ts';
import { showShape, type DType, type Shape } from '../ir/types.ts';
import { sharedVariable } from '../ops/leaves.ts';
import { checkName, checkOptions } from './arguments.ts';
import type { Connection } from './connection.ts';
import { connection } from './engine.ts';
import { isHandle, type ValueHandle } from './handle.ts';
import { NDArray, toHostValue, type HostInput } from './nd-array.ts';
import { atCaller, isTensor, showValue, Tensor } from './tensor.ts';

let count = 0;

const forgotten = new FinalizationRegistry<{
  readonly engine: Connection;
  readonly id: number;
}>(({ engine, id }) => engine.freeShared(id));

/** The handle of each variable's expression, which keeps the value: a layer may drop the handle and return an expression. */
const handles = new WeakMap<Expr, SharedVariable>();

/** The variable behind an expression, or `null`. */
export const sharedHandle = (expr: Expr): SharedVariable | null => handles.get(expr) ?? null;

export type SharedOptions = {
  /** The dtype of numbers and nested arrays; float32, or bool for booleans, where it is left out. */
  readonly dtype?: DType;
  /** `null` for the extents that updates may change. */
  readonly shape?: Shape;
  /** Axes of extent 1 that broadcast. */
  readonly broadcast?: readonly number[];
  /** The value is not copied: do not change it afterwards. */
  readonly borrow?: boolean;
};

export class SharedVariable extends Tensor {
  readonly id: number;
  readonly #engine = connection();
  /** An update that every function makes that uses the variable, unless it is told not to. */
  defaultUpdate: Tensor | null = null;

  constructor(value: NDArray | ValueHandle, name: string, shape: Shape) {
    super(atCaller(() => sharedVariable({ dtype: value.dtype, shape }, name)));
    this.id = count++;
    handles.set(this.expr, this);
    this.#engine.defineShared({
      id: this.id,
      name,
      dtype: value.dtype,
      value: isHandle(value) ? value.part : value,
      key: null,
    });
    forgotten.register(this, { engine: this.#engine, id: this.id });
  }

  /** The value after every call made so far. */
  async get(): Promise<NDArray> {
    const { data, shape, dtype } = await this.#engine.readShared(this.id);
    return new NDArray(data.slice(), shape, dtype);
  }

  /** Replace the value, before every call made later. @throws set_type, lossy_conversion */
  set(value: HostInput | ValueHandle): void {
    const what = `set ${this.name ?? 'shared'}`;
    if (isTensor(value)) fail('not_a_value', what, showValue(value));
    const host = isHandle(value) ? value : toHostValue(value, { what, dtype: this.dtype });
    if (host.dtype !== this.dtype) fail('lossy_conversion', what, host.dtype, this.dtype);
    const fits =
      host.shape.length === this.ndim &&
      this.shape.every((n, i) => n === null || n === host.shape[i]);
    if (!fits) fail('set_type', describeType(this.expr), `one of shape ${showShape(host.shape)}`);
    this.#engine.writeShared(
      this.id,
      isHandle(host) ? host.part : new NDArray(host.data.slice(), host.shape, host.dtype),
    );
  }
}

/**
 * A variable with a value that lives on the device. Its shape is the value's; its extents of 1 do not broadcast unless
 * `broadcast` names them.
 */
export function shared(
  value: HostInput | ValueHandle,
  name = '',
  options: SharedOptions = {},
): SharedVariable {
  const what = `shared ${checkName('shared', name)}`.trim();
  checkOptions(what, options, ['dtype', 'shape', 'broadcast', 'borrow']);
  if (isTensor(value)) fail('not_a_value', what, showValue(value));
  if (isHandle(value)) {
    const { dtype = value.dtype } = options;
    if (dtype !== value.dtype) fail('lossy_conversion', what, value.dtype, dtype);
    return new SharedVariable(value, name, sharedShape(value, name, options));
  }
  const host = toHostValue(value, { what, dtype: options.dtype ?? null });
  const own =
    options.borrow === true ? host : new NDArray(host.data.slice(), host.shape, host.dtype);
  return new SharedVariable(own, name, sharedShape(own, name, options));
}

/** An extent of 1 that must not broadcast is one that only the call knows. */
function sharedShape(
  value: Pick<NDArray, 'shape'>,
  name: string,
  { shape, broadcast = [] }: SharedOptions,
): Shape {
  const wrong = broadcast.find((axis) => value.shape[axis] !== 1);
  if (wrong !== undefined)
    fail(
      'arguments_wrong',
      `shared ${name}`,
      'axes of extent 1 to broadcast',
      `axis ${wrong} of ${showShape(value.shape)}`,
    );
  const given = shape ?? value.shape;
  const fits =
    given.length === value.shape.length &&
    given.every((n, i) => n === null || n === value.shape[i]);
  if (!fits)
    fail(
      'arguments_wrong',
      `shared ${name}`,
      `a shape that the value ${showShape(value.shape)} has`,
      showShape(given),
    );
  return given.map((n, axis) => (n === 1 && !broadcast.includes(axis) ? null : n));
}
