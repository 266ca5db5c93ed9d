/** @file The buffers into which a function writes its inputs: one for each, kept between calls of the same size. */
import type { Device, DeviceBuffer } from './device.ts';
import { allocateBuffer } from './executor.ts';

export class InputBuffers {
  readonly #buffers: { readonly device: Device; readonly buffer: DeviceBuffer }[] = [];

  /** The buffer of input `index`, with room for `bytes`. @throws out_of_memory, too_large */
  async at(index: number, device: Device, bytes: number): Promise<DeviceBuffer> {
    const known = this.#buffers[index];
    if (known?.device === device && known.buffer.bytes === bytes) return known.buffer;
    const buffer = await allocateBuffer(device, bytes);
    // The old one may be in use by calls under way: a device reuses memory only for what is submitted later.
    known?.device.release(known.buffer);
    this.#buffers[index] = { device, buffer };
    return buffer;
  }

  release(): void {
    for (const held of this.#buffers) held?.device.release(held.buffer);
    this.#buffers.length = 0;
  }
}
