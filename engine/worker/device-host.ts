/**
 * @file What outlives front ends on the device side: devices, the values of shared variables, and data sets that handles name.
 */
import { fail } from '../base/errors.ts';
import type { HandlePart, HostArray } from '../frontend/connection.ts';
import { makeArray } from '../ir/constant-data.ts';
import { sizeOf, stridesOf } from '../ir/types.ts';
import { Devices } from './devices.ts';
import { SharedStore } from './shared-store.ts';

export class DeviceHost {
  readonly store = new SharedStore();
  readonly devices: Devices;
  readonly #held = new Map<number, HostArray>();

  constructor(onLost: (device: string, why: string) => void = () => undefined) {
    this.devices = new Devices((device, why) => {
      this.store.forget(device);
      onLost(device.name, why);
    });
  }

  /** Keep a value for handles. Its id is never that of another. */
  hold(value: HostArray): number {
    const id = this.#held.size;
    this.#held.set(id, value);
    return id;
  }

  /**
   * The elements that a handle names, copied unless they are all there is.
   * @throws message_malformed
   */
  partOf(part: HandlePart): HostArray {
    const whole = this.#held.get(part.id);
    if (whole === undefined || !isInside(part, whole.shape))
      return fail('message_malformed', 'a handle', 'a part of a value that the engine holds');
    const shape = part.counts.filter((_, axis) => !part.dropped.includes(axis));
    const isWhole = part.counts.every((n, axis) => n === whole.shape[axis]);
    if (isWhole) return { data: whole.data, shape, dtype: whole.dtype };
    return { data: copyPart(whole, part), shape, dtype: whole.dtype };
  }
}

const isNatural = (n: number | undefined): n is number => Number.isSafeInteger(n) && n! >= 0;

/** Whether every element that the part names is one of the whole. */
function isInside(
  { starts, counts, steps, dropped }: HandlePart,
  shape: readonly number[],
): boolean {
  const ranks = [starts, counts, steps].every((list) => list.length === shape.length);
  return (
    ranks &&
    dropped.every((axis) => counts[axis] === 1) &&
    shape.every((extent, axis) => {
      const [start, count, step] = [starts[axis], counts[axis], steps[axis]];
      if (!isNatural(start) || !isNatural(count) || !isNatural(step) || step === 0) return false;
      return count === 0 || start + (count - 1) * step < extent;
    })
  );
}

function copyPart(whole: HostArray, { starts, counts, steps }: HandlePart): HostArray['data'] {
  const strides = stridesOf(whole.shape);
  const data = makeArray(whole.dtype, sizeOf(counts));
  if (data.length === 0) return data;
  // Rows that lie together are copied at once: the axes from `inner` on are whole.
  let inner = counts.length;
  while (inner > 0 && counts[inner - 1] === whole.shape[inner - 1] && steps[inner - 1] === 1)
    inner--;
  const row = sizeOf(counts.slice(inner));
  const index = counts.slice(0, inner).map(() => 0);
  for (let to = 0; to < data.length; to += row) {
    const from = index.reduce(
      (sum, k, axis) => sum + (starts[axis]! + k * steps[axis]!) * strides[axis]!,
      0,
    );
    data.set(whole.data.subarray(from, from + row), to);
    for (let axis = inner - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < counts[axis]!) break;
      index[axis] = 0;
    }
  }
  return data;
}
