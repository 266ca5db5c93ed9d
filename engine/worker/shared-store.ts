/**
 * @file Shared variables: where the latest value of each is, on the host or on a device, and how it gets elsewhere. An int32
 * scalar whose updates the host can compute stays on the host.
 */
import { fail } from '../base/errors.ts';
import type { HostArray, SharedDefinition } from '../frontend/connection.ts';
import { compatibleShapes, showType, type TensorType } from '../ir/types.ts';
import type { Device, DeviceBuffer } from '../runtime/device.ts';
import {
  allocateBuffer,
  bytesOf,
  fromDeviceBytes,
  rangeOfArray,
  toDeviceBytes,
  type DeviceArray,
} from '../runtime/executor.ts';

type Home = { readonly device: Device; readonly array: DeviceArray };

type Entry = {
  readonly id: number;
  readonly name: string;
  shape: readonly number[];
  /** The last value that the host saw: the latest one where `home` is `null`, else what a lost device leaves. */
  host: HostArray;
  /** The device that has a later value than the host. */
  home: Home | null;
  /** Copies of the latest value, by device. */
  readonly copies: Map<Device, DeviceBuffer>;
};

export class SharedStore {
  readonly #entries = new Map<number, Entry>();
  /** A call that was under way when its device was lost changes nothing. */
  readonly #lost = new WeakSet<Device>();

  define({ id, name, value }: SharedDefinition): void {
    this.#entries.set(id, {
      id,
      name,
      shape: value.shape,
      host: value,
      home: null,
      copies: new Map(),
    });
  }

  #entry(id: number): Entry {
    const found = this.#entries.get(id);
    if (found === undefined)
      fail('message_malformed', `shared variable ${id}`, 'one that was defined');
    return found;
  }

  shapeOf(id: number): readonly number[] {
    return this.#entry(id).shape;
  }

  /** @throws message_malformed when a graph takes the variable for one of another type */
  checkType(id: number, { dtype, shape }: TensorType): void {
    const entry = this.#entry(id);
    const fits = entry.host.dtype === dtype && compatibleShapes(shape, entry.shape);
    if (!fits)
      fail(
        'message_malformed',
        `shared variable ${entry.name || id}`,
        `the type ${showType({ dtype, shape })}`,
      );
  }

  /** The latest value. @throws device_lost */
  async read(id: number): Promise<HostArray> {
    const entry = this.#entry(id);
    if (entry.home !== null) {
      const { device, array } = entry.home;
      const data = fromDeviceBytes(await device.read(rangeOfArray(array)), array.dtype);
      // A call that came meanwhile may have moved the value on; then this is still what was asked for.
      const value = { data, shape: array.shape, dtype: array.dtype };
      if (entry.home?.array === array) entry.host = value;
      return value;
    }
    return entry.host;
  }

  /** The value of a scalar if the host has the latest one. */
  hostScalar(id: number): number | null {
    const { home, host } = this.#entry(id);
    return home === null ? host.data[0]! : null;
  }

  write(id: number, value: HostArray): void {
    const entry = this.#entry(id);
    this.#dropCopies(entry);
    entry.host = value;
    entry.shape = value.shape;
    entry.home = null;
  }

  /** The buffer with the latest value on a device; copied there through the host where it is elsewhere. */
  async on(device: Device, id: number): Promise<DeviceBuffer> {
    const entry = this.#entry(id);
    const known = entry.copies.get(device);
    if (known !== undefined) return known;
    const value = await this.read(id);
    const { dtype, shape } = value;
    const buffer = await allocateBuffer(device, bytesOf(dtype, shape));
    device.write(buffer, 0, toDeviceBytes(value.data, dtype));
    entry.copies.set(device, buffer);
    return buffer;
  }

  /** A call on `device` changed the value there: in its buffer, or to another array. */
  changed(id: number, device: Device, replaced: DeviceArray | undefined): void {
    const entry = this.#entry(id);
    if (this.#lost.has(device)) {
      entry.copies.delete(device);
      return;
    }
    for (const [other, buffer] of entry.copies) {
      if (other === device && (replaced === undefined || replaced.buffer === buffer)) continue;
      other.release(buffer);
      entry.copies.delete(other);
    }
    if (replaced !== undefined) entry.copies.set(device, replaced.buffer);
    entry.shape = replaced?.shape ?? entry.shape;
    const buffer = entry.copies.get(device)!;
    entry.home = { device, array: { dtype: entry.host.dtype, shape: entry.shape, buffer } };
  }

  /** A device is gone: what was only there falls back to the last value that the host saw. */
  forget(device: Device): void {
    this.#lost.add(device);
    for (const entry of this.#entries.values()) {
      entry.copies.delete(device);
      if (entry.home?.device !== device) continue;
      entry.home = null;
      entry.shape = entry.host.shape;
    }
  }

  free(id: number): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#dropCopies(entry);
    this.#entries.delete(id);
  }

  #dropCopies(entry: Entry): void {
    for (const [device, buffer] of entry.copies) device.release(buffer);
    entry.copies.clear();
  }
}
