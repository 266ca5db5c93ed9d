/**
 * @file Shared variables: where the latest value of each is, on the host or on a device, and how it gets elsewhere. An int32
 * scalar whose updates the host can compute stays on the host.
 */
import { fail } from '../base/errors.ts';
import { SHARED_BYTES_MAX } from '../base/limits.ts';
import type { HostArray, SharedDefinition } from '../frontend/connection.ts';
import { compatibleShapes, sameShape, showType, type TensorType } from '../ir/types.ts';
import type { Device, DeviceBuffer } from '../runtime/device.ts';
import {
  allocateBuffer,
  bytesOf,
  fromDeviceBytes,
  rangeOfArray,
  toDeviceBytes,
  type DeviceArray,
} from '../runtime/executor.ts';
import type { VariableSummary } from './protocol.ts';

type Home = { readonly device: Device; readonly array: DeviceArray };

type Entry = {
  readonly id: number;
  readonly name: string;
  /** `cell/name/ordinal` of a variable that a cell defined last. */
  key: string | null;
  /** What counts of it: the value that a front end gave. */
  bytes: number;
  /** Front ends' variables that stand for it. */
  holders: number;
  shape: readonly number[];
  /** The last value that the host saw: the latest one where `home` is `null`, else what a lost device leaves. */
  host: HostArray;
  /** The device that has a later value than the host. */
  home: Home | null;
  /** Copies of the latest value, by device. */
  readonly copies: Map<Device, DeviceBuffer>;
};

/** A definition whose value is there. */
type StoredDefinition = Omit<SharedDefinition, 'id' | 'value'> & { readonly value: HostArray };

/** Variables that are listed: a program can make a million, and a person reads few. */
const LISTED_MAX = 1000;

export class SharedStore {
  readonly #entries = new Map<number, Entry>();
  readonly #byKey = new Map<string, number>();
  #count = 0;
  /** Bytes of all values. */
  #bytes = 0;
  /** A call that was under way when its device was lost changes nothing. */
  readonly #lost = new WeakSet<Device>();

  /** The id of the variable: of the one with its key, where it is to attach to that, or of a new one. @throws shared_full */
  define({ name, dtype, key, value }: StoredDefinition): number {
    const text = key === null ? null : `${key.cell}/${name}/${key.ordinal}`;
    const known = text === null ? undefined : this.#byKey.get(text);
    if (known !== undefined) {
      const entry = this.#entry(known);
      const fits = entry.host.dtype === dtype && sameShape(entry.host.shape, value.shape);
      if (key?.attach === true && fits) {
        entry.holders++;
        return known;
      }
      this.#unkey(entry);
    }
    const bytes = this.#hold(name, value, 0);
    const id = this.#count++;
    this.#entries.set(id, {
      id,
      name,
      key: text,
      bytes,
      holders: 1,
      shape: value.shape,
      host: value,
      home: null,
      copies: new Map(),
    });
    if (text !== null) this.#byKey.set(text, id);
    return id;
  }

  /** Counts a value that takes the place of `freed` bytes. @throws shared_full */
  #hold(name: string, { dtype, shape }: HostArray, freed: number): number {
    const bytes = bytesOf(dtype, shape);
    const held = this.#bytes - freed;
    if (held + bytes > SHARED_BYTES_MAX) fail('shared_full', name, bytes, held, SHARED_BYTES_MAX);
    this.#bytes = held + bytes;
    return bytes;
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

  /** @throws shared_full */
  write(id: number, value: HostArray): void {
    const entry = this.#entry(id);
    entry.bytes = this.#hold(entry.name, value, entry.bytes);
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

  /** A front end no longer reaches the variable. A value with a key stays for when its cell is traced again. */
  free(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.holders--;
    this.#dropUnreachable(entry);
  }

  /** The variables of a cell, or with `null` of all cells, are made anew when they are next defined. */
  forgetKeys(cell: string | null): void {
    for (const entry of this.#entries.values()) {
      const isMeant = cell === null || entry.key?.startsWith(`${cell}/`) === true;
      if (entry.key !== null && isMeant) this.#unkey(entry);
    }
  }

  #unkey(entry: Entry): void {
    if (entry.key !== null) this.#byKey.delete(entry.key);
    entry.key = null;
    this.#dropUnreachable(entry);
  }

  #dropUnreachable(entry: Entry): void {
    if (entry.holders > 0 || entry.key !== null) return;
    this.#dropCopies(entry);
    this.#bytes -= entry.bytes;
    this.#entries.delete(entry.id);
  }

  keyOf(id: number): string | null {
    return this.#entry(id).key;
  }

  /** The variables of cells, in the order in which they were made; of very many, the first. */
  summaries(): VariableSummary[] {
    const listed: VariableSummary[] = [];
    for (const { key, name, shape, host, home } of this.#entries.values()) {
      if (key === null) continue;
      if (listed.length === LISTED_MAX) break;
      const { dtype } = host;
      const bytes = bytesOf(dtype, shape);
      const value = shape.length === 0 && home === null ? host.data[0]! : null;
      listed.push({ name, cell: key.slice(0, key.indexOf('/')), dtype, shape, bytes, value });
    }
    return listed;
  }

  #dropCopies(entry: Entry): void {
    for (const [device, buffer] of entry.copies) device.release(buffer);
    entry.copies.clear();
  }
}
