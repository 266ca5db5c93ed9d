/**
 * @file What the engine checks of requests: it trusts no front end, whose values and positions came from a realm, and no device
 * to have every dtype and any size.
 */
import { fail } from '../base/errors.ts';
import type { Optimized, Plan } from '../compile/pipeline.ts';
import type { HostArray } from '../frontend/connection.ts';
import { makeArray } from '../ir/constant-data.ts';
import { describe, describeType, nameOf, rootsOf, type Expr } from '../ir/graph.ts';
import { compatibleShapes, showShape, sizeOf } from '../ir/types.ts';
import type { Device } from '../runtime/device.ts';
import type { DeviceArray } from '../runtime/executor.ts';
import type { Lowered } from '../schedule/bind-shapes.ts';

/** An input of a call, on the host or on a device. */
export type InputValue = {
  readonly host: HostArray | null;
  readonly array: DeviceArray | null;
  readonly shape: readonly number[];
};

/**
 * Results of other calls, and values that nobody checked. `leaves`: the inputs of the function, in the scope at hand.
 * @throws call_arity, dtype_wrong, call_rank, call_extent, message_malformed
 */
export function checkInputs(
  fn: string,
  leaves: readonly Expr[],
  inputs: readonly InputValue[],
): void {
  const names = leaves.map((x) => nameOf(x) ?? 'an unnamed input').join(', ');
  if (inputs.length !== leaves.length) fail('call_arity', fn, leaves.length, inputs.length, names);
  leaves.forEach((leaf, i) => checkInput(fn, leaf, inputs[i]!));
}

function checkInput(fn: string, leaf: Expr, { host, array, shape }: InputValue): void {
  const { dtype } = host ?? array!;
  const { type } = leaf;
  if (dtype !== type.dtype)
    fail('dtype_wrong', fn, `a value for ${describeType(leaf)}`, `one of dtype ${dtype}`);
  if (shape.length !== type.shape.length)
    fail('call_rank', fn, describeType(leaf), showShape(shape));
  if (!compatibleShapes(type.shape, shape))
    fail('call_extent', fn, describeType(leaf), showShape(shape));
  const isShape = shape.every((n) => Number.isInteger(n) && n >= 0);
  if (!isShape || (host !== null && !isWhole(host))) {
    fail(
      'message_malformed',
      `the value for ${describe(leaf)}`,
      `the elements of ${showShape(shape)} as ${dtype}`,
    );
  }
}

/** Whether the array is of the dtype's kind, by name since it may come from another realm, and as long as the shape says. */
const isWhole = ({ data, shape, dtype }: HostArray): boolean =>
  data.length === sizeOf(shape) &&
  data[Symbol.toStringTag] === makeArray(dtype, 0)[Symbol.toStringTag];

/** The variable that a request names by its position. @throws message_malformed */
export function sharedLeaf(x: Expr | undefined): Expr {
  if (x === undefined || !('key' in x.params))
    fail('message_malformed', 'shared', 'positions of variables');
  return x;
}

/** Every variable that kernels read is an input or shared, and not both; what is updated is shared. @throws message_malformed */
export function checkVariables({ graph, lowered }: Optimized, shared: ReadonlySet<Expr>): void {
  const inputs = new Set(graph.inputs);
  const isKnown = (x: Expr) => inputs.has(x) !== shared.has(x);
  const leaves = lowered.order.filter((x) => x.op.lowering.kind === 'leaf' && 'key' in x.params);
  const right =
    [...leaves, ...inputs, ...shared].every(isKnown) &&
    graph.updates.every((u) => shared.has(u.variable));
  if (!right)
    fail('message_malformed', 'the variables', 'each to be an input or a shared variable');
}

/** @throws dtype_unsupported, naming the first expression that needs one that the device does not have */
export function checkDTypes(lowered: Lowered, { name, limits }: Device): void {
  const roots = new Set(rootsOf(lowered.graph));
  for (const x of lowered.order) {
    const isOnDevice = roots.has(x) || !lowered.hostable.has(x);
    if (isOnDevice && !limits.dtypes.includes(x.type.dtype))
      fail('dtype_unsupported', x.type.dtype, name, describe(x));
  }
}

/** @throws too_large */
export function checkSizes(
  { schedule }: Plan,
  { name, limits }: Pick<Device, 'name' | 'limits'>,
  fn: string,
): void {
  for (const { node, bytes } of schedule.values) {
    if (bytes > limits.bufferBytes)
      fail('too_large', describe(node), bytes, limits.bufferBytes, name);
  }
  const { peakBytes } = schedule.memory;
  if (peakBytes > limits.bufferBytes)
    fail('too_large', `What ${fn} computes on the way`, peakBytes, limits.bufferBytes, name);
}
