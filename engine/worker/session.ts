/** @file An engine in this realm: compiler and devices side by side, without messages. */
import type {
  CallRequest,
  CallTicket,
  CompileRequest,
  Connection,
  DeviceName,
  EngineFunction,
  HandlePart,
  HostArray,
  SharedDefinition,
} from '../frontend/connection.ts';
import { nominalId } from '../ir/graph.ts';
import type { Device } from '../runtime/device.ts';
import { Compiler } from './compiler.ts';
import { DeviceHost } from './device-host.ts';
import { DeviceSession, ownInput } from './device-session.ts';
import { Devices } from './devices.ts';

export class Session implements Connection {
  readonly #host = new DeviceHost();
  readonly #compiler = new Compiler();
  readonly #session = new DeviceSession(this.#host, this.#compiler);

  /** The device, made on first use. @throws no_adapter */
  device(name: DeviceName | null): Promise<Device> {
    return this.#host.devices.get(name);
  }

  devices(): Promise<readonly DeviceName[]> {
    return this.#host.devices.available();
  }

  setDevice(name: DeviceName): void {
    Devices.check(name);
    void this.#session.enqueue(() => this.#host.devices.choose(name));
  }

  defineShared(definition: SharedDefinition): void {
    this.#session.defineShared(definition);
  }

  readShared(id: number): Promise<HostArray> {
    return this.#session.readShared(id);
  }

  writeShared(id: number, value: HostArray | HandlePart): void {
    this.#session.writeShared(id, value);
  }

  freeShared(id: number): void {
    this.#session.freeShared(id);
  }

  compile(request: CompileRequest): EngineFunction {
    const fn = nominalId();
    const ready = this.#session.enqueue(() => {
      try {
        this.#session.define(fn, this.#compiler.compile(fn, request));
      } catch (error) {
        this.#session.refuse(fn, error);
        throw error;
      }
    });
    ready.catch(() => undefined);
    const resultCount = request.graph.outputs.length;
    return {
      id: fn,
      ready,
      call: (call) => this.#call(fn, call, resultCount),
      graph: () => this.#session.report(fn, 'graph'),
      kernels: () => this.#session.report(fn, 'kernels'),
      memory: () => this.#session.report(fn, 'memory'),
      profile: () => this.#session.report(fn, 'profile'),
      free: () => this.#session.freeFunction(fn),
    };
  }

  #call(fn: number, request: CallRequest, resultCount: number): CallTicket {
    const results = Array.from({ length: resultCount }, () => nominalId());
    // The caller may use its arrays again at once; the call comes later.
    const own = { ...request, inputs: request.inputs.map(ownInput) };
    return { results, done: this.#session.call(fn, own, results) };
  }

  readResult(id: number): Promise<HostArray> {
    return this.#session.readResult(id);
  }

  freeResult(id: number): void {
    this.#session.freeResult(id);
  }

  readPart(part: HandlePart): Promise<HostArray> {
    return this.#session.enqueue(() => this.#session.partOf(part));
  }
}
