/** @file Values of calls: read back from a device, the outputs of several calls joined to one, and calls on the reference. */
import type { CallRequest, HostArray } from '../frontend/connection.ts';
import { arrayOf } from '../ir/constant-data.ts';
import { rootsOf, type Expr, type Graph } from '../ir/graph.ts';
import { interpret } from '../ir/interpret.ts';
import type { ReferenceValue } from '../ir/op-def.ts';
import type { Device } from '../runtime/device.ts';
import { bytesOf, fromDeviceBytes, rangeOfArray, type DeviceArray } from '../runtime/executor.ts';

/** The value on the host. @throws device_lost, out_of_memory */
export const readArray = async (array: DeviceArray, device: Device): Promise<HostArray> => ({
  data: fromDeviceBytes(await device.read(rangeOfArray(array)), array.dtype),
  shape: array.shape,
  dtype: array.dtype,
});

/** Stacks of several runs one after the other, on the device. */
export function joinCollected(
  device: Device,
  parts: readonly (readonly DeviceArray[])[],
): DeviceArray[] {
  return parts[0]!.map((first, k) => {
    const pieces = parts.map((p) => p[k]!);
    const shape = [pieces.reduce((n, p) => n + p.shape[0]!, 0), ...first.shape.slice(1)];
    const buffer = device.allocate(bytesOf(first.dtype, shape));
    let offset = 0;
    const commands = pieces.map((piece) => {
      const from = rangeOfArray(piece);
      const to = { buffer, offset, bytes: from.bytes };
      offset += from.bytes;
      return { kind: 'copy' as const, from, to };
    });
    void device.submit(commands, { profile: false });
    for (const piece of pieces) device.release(piece.buffer);
    return { dtype: first.dtype, shape, buffer };
  });
}

/** Several calls on the reference, one after the other. An error in one of them leaves none behind. */
export function interpretCalls(
  graph: Graph<'optimized'>,
  given: Map<Expr, ReferenceValue>,
  { count, collect }: CallRequest,
): { readonly outputs: readonly HostArray[]; readonly updated: ReadonlyMap<Expr, HostArray> } {
  const calls: HostArray[][] = [];
  const updated = new Map<Expr, HostArray>();
  for (let k = 0; k < count; k++) {
    const values = interpret(rootsOf(graph), given, 'rounded');
    calls.push(graph.outputs.map((x, i) => asHost(values[i]!, x)));
    graph.updates.forEach(({ variable, value }, i) => {
      const next = asHost(values[graph.outputs.length + i]!, value);
      given.set(variable, next);
      updated.set(variable, next);
    });
  }
  return { outputs: collect ? stackHost(calls) : calls.at(-1)!, updated };
}

const asHost = ({ data, shape }: ReferenceValue, expr: Expr): HostArray => ({
  data,
  shape,
  dtype: expr.type.dtype,
});

/** The outputs of several calls along a new first axis. */
function stackHost(calls: readonly (readonly HostArray[])[]): HostArray[] {
  return calls[0]!.map((first, k) => {
    const data = arrayOf(
      first.dtype,
      calls.flatMap((outputs) => Array.from(outputs[k]!.data)),
    );
    return { data, shape: [calls.length, ...first.shape], dtype: first.dtype };
  });
}
