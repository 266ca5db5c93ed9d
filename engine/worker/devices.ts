/** @file The devices of this realm: each made on first use, and made again after it was lost. */
import { ArignoteError, fail } from '../base/errors.ts';
import { DEVICE_NAMES, type DeviceName } from '../frontend/connection.ts';
import type { Device } from '../runtime/device.ts';
import { createReferenceDevice } from '../runtime/reference-device.ts';
import { createWasmDevice } from '../runtime/wasm-device.ts';
import { createWebGpuDevice } from '../runtime/webgpu-device.ts';

export class Devices {
  readonly #made = new Map<DeviceName, Promise<Device>>();
  readonly #onLost: (device: Device, why: string) => void;
  #chosen: DeviceName | null = null;

  constructor(onLost: (device: Device, why: string) => void) {
    this.#onLost = onLost;
  }

  /** @throws device_unknown */
  static check(name: DeviceName): DeviceName {
    return DEVICE_NAMES.includes(name)
      ? name
      : fail('device_unknown', 'setDevice', name, DEVICE_NAMES.join(', '));
  }

  /** Where functions run that name no device. */
  choose(name: DeviceName): void {
    this.#chosen = name;
  }

  /** `null`: the device that was chosen; else the GPU, or `wasm` where there is none but one that computes on the CPU. @throws no_adapter */
  get(name: DeviceName | null): Promise<Device> {
    return name === null ? this.#default() : this.#named(name);
  }

  #named(name: DeviceName): Promise<Device> {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const forget = () => {
      if (this.#made.get(name) === made) this.#made.delete(name);
    };
    const made = makeDevice(name).then((device) => {
      void device.lost.then((why) => {
        forget();
        this.#onLost(device, why);
      });
      return device;
    });
    made.catch(forget);
    this.#made.set(name, made);
    return made;
  }

  async #default(): Promise<Device> {
    if (this.#chosen !== null) return this.#named(this.#chosen);
    try {
      const gpu = await this.#named('webgpu');
      this.#chosen = gpu.facts.isSoftware ? 'wasm' : 'webgpu';
    } catch (error) {
      if (!(error instanceof ArignoteError) || error.code !== 'no_adapter') throw error;
      this.#chosen = 'wasm';
    }
    return this.#named(this.#chosen);
  }

  /** Those that work here. */
  async available(): Promise<readonly DeviceName[]> {
    const found = await Promise.all(
      DEVICE_NAMES.map(async (name) => {
        const works = await this.#named(name).then(
          () => true,
          () => false,
        );
        return works ? [name] : [];
      }),
    );
    return found.flat();
  }
}

async function makeDevice(name: DeviceName): Promise<Device> {
  switch (name) {
    case 'webgpu':
      return createWebGpuDevice();
    case 'wasm':
      return createWasmDevice();
    case 'reference':
      return createReferenceDevice();
  }
}
