/**
 * @file An engine in this realm: compiled functions, shared variables, results, devices. What it is asked it does in order,
 * one thing after another, so that a call sees the updates of those before it; nothing waits for a GPU but a read-back.
 */
import { ArignoteError, assert, fail } from '../base/errors.ts';
import type {
  CallInput,
  CallRequest,
  CallTicket,
  CompileRequest,
  Connection,
  DeviceName,
  EngineFunction,
  HostArray,
  SharedDefinition,
} from '../frontend/connection.ts';
import { DEVICE_NAMES } from '../frontend/connection.ts';
import { nominalId } from '../ir/graph.ts';
import type { Device } from '../runtime/device.ts';
import { fromDeviceBytes, rangeOfArray, type DeviceArray } from '../runtime/executor.ts';
import { createReferenceDevice } from '../runtime/reference-device.ts';
import { createWasmDevice } from '../runtime/wasm-device.ts';
import { createWebGpuDevice } from '../runtime/webgpu-device.ts';
import { SessionFunction } from './session-function.ts';
import { SharedStore } from './shared-store.ts';

/** A result is on the host, on a device, or the error of the call that was to make it. */
export type StoredResult =
  | { readonly kind: 'host'; readonly value: HostArray }
  | { readonly kind: 'device'; readonly device: Device; readonly array: DeviceArray }
  | { readonly kind: 'failed'; readonly error: unknown };

export class Session implements Connection {
  readonly shared = new SharedStore();
  readonly results = new Map<number, StoredResult>();
  readonly #devices = new Map<DeviceName, Promise<Device>>();
  #deviceName: DeviceName | null = null;
  #tail: Promise<unknown> = Promise.resolve();

  /** Run `work` after everything that was asked before. */
  enqueue<R>(work: () => Promise<R> | R): Promise<R> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  // Devices.

  /** The device, made on first use, and made again after it was lost. @throws no_adapter */
  device(name: DeviceName | null): Promise<Device> {
    return name === null ? this.#defaultDevice() : this.#named(name);
  }

  #named(name: DeviceName): Promise<Device> {
    const known = this.#devices.get(name);
    if (known !== undefined) return known;
    const forget = () => {
      if (this.#devices.get(name) === made) this.#devices.delete(name);
    };
    const made = makeDevice(name).then((device) => {
      void device.lost.then(() => {
        forget();
        this.shared.forget(device);
      });
      return device;
    });
    made.catch(forget);
    this.#devices.set(name, made);
    return made;
  }

  /** What was set; else the GPU, or `wasm` where there is no adapter or only one that computes on the CPU. */
  async #defaultDevice(): Promise<Device> {
    if (this.#deviceName !== null) return this.#named(this.#deviceName);
    try {
      const gpu = await this.#named('webgpu');
      this.#deviceName = 'isSoftware' in gpu && gpu.isSoftware === true ? 'wasm' : 'webgpu';
    } catch (error) {
      if (!(error instanceof ArignoteError) || error.code !== 'no_adapter') throw error;
      this.#deviceName = 'wasm';
    }
    return this.#named(this.#deviceName);
  }

  async devices(): Promise<readonly DeviceName[]> {
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

  setDevice(name: DeviceName): void {
    if (!DEVICE_NAMES.includes(name))
      fail('device_unknown', 'setDevice', name, DEVICE_NAMES.join(', '));
    void this.enqueue(() => {
      this.#deviceName = name;
    });
  }

  // Shared variables.

  defineShared(definition: SharedDefinition): void {
    void this.enqueue(() => this.shared.define(definition));
  }

  readShared(id: number): Promise<HostArray> {
    return this.enqueue(() => this.shared.read(id));
  }

  writeShared(id: number, value: HostArray): void {
    void this.enqueue(() => this.shared.write(id, value));
  }

  freeShared(id: number): void {
    void this.enqueue(() => this.shared.free(id));
  }

  // Functions and results.

  compile(request: CompileRequest): EngineFunction {
    const compiled = new SessionFunction(this, request);
    const ready = this.enqueue(() => compiled.compile());
    ready.catch(() => undefined);
    return {
      ready,
      call: (call) => this.#call(compiled, call),
      graph: () => this.enqueue(() => compiled.graphReport()),
      kernels: () => this.enqueue(() => compiled.kernelReport()),
      memory: () => this.enqueue(() => compiled.memoryReport()),
      profile: () => this.enqueue(() => compiled.profileEvents()),
      free: () => void this.enqueue(() => compiled.free()),
    };
  }

  #call(compiled: SessionFunction, request: CallRequest): CallTicket {
    const results = compiled.outputCount.map(() => nominalId());
    // The caller may use its arrays again at once; the call comes later.
    const own = { ...request, inputs: request.inputs.map(ownInput) };
    const done = this.enqueue(async () => {
      try {
        const made = await compiled.call(own);
        results.forEach((id, i) => this.results.set(id, made[i]!));
      } catch (error) {
        for (const id of results) this.results.set(id, { kind: 'failed', error });
        throw error;
      }
    });
    done.catch(() => undefined);
    return { results, done };
  }

  /** The value of a result. Does not hold up what was asked later. */
  async readResult(id: number): Promise<HostArray> {
    const reading = await this.enqueue(() => ({ value: this.#startReading(id) }));
    return reading.value;
  }

  #startReading(id: number): Promise<HostArray> {
    const result = this.results.get(id);
    assert(result !== undefined, `result ${id} is not there`);
    if (result.kind === 'failed') return Promise.reject(result.error);
    if (result.kind === 'host') return Promise.resolve(withOwnData(result.value));
    const { device, array } = result;
    return device.read(rangeOfArray(array)).then((bytes) => {
      const value = {
        data: fromDeviceBytes(bytes, array.dtype),
        shape: array.shape,
        dtype: array.dtype,
      };
      return value;
    });
  }

  freeResult(id: number): void {
    void this.enqueue(() => {
      const result = this.results.get(id);
      this.results.delete(id);
      if (result?.kind === 'device') result.device.release(result.array.buffer);
    });
  }
}

/** What the user holds and what the engine holds are not the same memory. */
const withOwnData = (value: HostArray): HostArray => ({ ...value, data: value.data.slice() });

const ownInput = (input: CallInput): CallInput =>
  input.kind === 'result' ? input : { kind: 'host', value: withOwnData(input.value) };

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
