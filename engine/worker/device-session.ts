/**
 * @file What one front end asked of the devices: its functions, its results, its names of shared variables. What it is asked it
 * does in order, one thing after another, so that a call sees the updates of those before it; nothing waits for a GPU but a
 * read-back. Values and devices belong to the `DeviceHost`, which outlives it.
 */
import { ArignoteError, assert, fail } from '../base/errors.ts';
import type {
  CallInput,
  CallRequest,
  DeviceName,
  HandlePart,
  HostArray,
  SharedDefinition,
} from '../frontend/connection.ts';
import type { Device } from '../runtime/device.ts';
import { fromDeviceBytes, rangeOfArray, type DeviceArray } from '../runtime/executor.ts';
import { PLAIN_CONTEXT, type CallContext } from './call-context.ts';
import type { CompilerLink, Definition } from './compiler-link.ts';
import { DeviceFunction } from './device-function.ts';
import type { DeviceHost } from './device-host.ts';
import type { ReportKind, ReportOf } from './protocol.ts';
import type { SharedStore } from './shared-store.ts';

/** A result is on the host, on a device, or the error of the call that was to make it. */
export type StoredResult =
  | { readonly kind: 'host'; readonly value: HostArray }
  | { readonly kind: 'device'; readonly device: Device; readonly array: DeviceArray }
  | { readonly kind: 'failed'; readonly error: unknown };

/** A function that the compiler works on, has made, or refused. */
type Slot = {
  readonly made: Promise<DeviceFunction>;
  readonly settle: (made: DeviceFunction) => void;
  readonly refuse: (error: unknown) => void;
};

export class DeviceSession {
  readonly compiler: CompilerLink;
  readonly results = new Map<number, StoredResult>();
  readonly #host: DeviceHost;
  readonly #functions = new Map<number, Slot>();
  /** The store's id of each shared variable of the front end. */
  readonly #sharedIds = new Map<number, number>();
  /** Why a variable has no value: who uses it hears it. */
  readonly #refusedShared = new Map<number, unknown>();
  /** Who waits for variables to be defined. */
  readonly #definedNext: (() => void)[] = [];
  #tail: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(host: DeviceHost, compiler: CompilerLink) {
    this.#host = host;
    this.compiler = compiler;
  }

  get store(): SharedStore {
    return this.#host.store;
  }

  /** Run `work` after everything that was asked before. */
  enqueue<R>(work: () => Promise<R> | R): Promise<R> {
    const done = this.#tail.then(() => {
      if (this.#isClosed) throw new Error('the session is closed');
      return work();
    });
    this.#tail = done.catch(() => undefined);
    return done;
  }

  device(name: DeviceName | null): Promise<Device> {
    return this.#host.devices.get(name);
  }

  // Shared variables.

  defineShared(definition: SharedDefinition): void {
    const { id } = definition;
    this.#changeShared(id, () =>
      this.#sharedIds.set(id, this.store.define({ ...definition, value: this.#own(definition) })),
    );
  }

  #own({ value }: { readonly value: HostArray | HandlePart }): HostArray {
    return value.kind === 'part' ? this.partOf(value) : value;
  }

  /** A change that the front end does not wait for: what goes wrong is told where the variable is next used. */
  #changeShared(id: number, change: () => unknown): void {
    void this.enqueue(() => {
      try {
        change();
        this.#refusedShared.delete(id);
      } catch (error) {
        this.#refusedShared.set(id, error);
      }
      for (const go of this.#definedNext.splice(0)) go();
    });
  }

  /** @throws message_malformed; what refused its value */
  sharedId(id: number): number {
    const refused = this.#refusedShared.get(id);
    if (refused !== undefined) throw refused;
    return this.#definedId(id);
  }

  #definedId(id: number): number {
    return (
      this.#sharedIds.get(id) ??
      fail('message_malformed', `shared variable ${id}`, 'one that was defined')
    );
  }

  /** Settles when all of these variables were defined. */
  async whenShared(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      const isKnown = (): boolean => this.#sharedIds.has(id) || this.#refusedShared.has(id);
      while (!isKnown() && !this.#isClosed)
        await new Promise<void>((resolve) => {
          this.#definedNext.push(resolve);
        });
    }
  }

  /** `cell/name/ordinal` of a variable; `null` where it has none any more. */
  sharedKey(id: number): string | null {
    const known = this.#sharedIds.get(id);
    return known === undefined ? null : this.store.keyOf(known);
  }

  readShared(id: number): Promise<HostArray> {
    return this.enqueue(() => this.store.read(this.sharedId(id)));
  }

  writeShared(id: number, value: HostArray | HandlePart): void {
    this.#changeShared(id, () => this.store.write(this.#definedId(id), this.#own({ value })));
  }

  freeShared(id: number): void {
    void this.enqueue(() => {
      const known = this.#sharedIds.get(id);
      this.#sharedIds.delete(id);
      this.#refusedShared.delete(id);
      if (known !== undefined) this.store.free(known);
    });
  }

  /** A part of a value that the engine holds. @throws message_malformed */
  partOf(part: HandlePart): HostArray {
    return this.#host.partOf(part);
  }

  // Functions.

  #slot(fn: number): Slot {
    const known = this.#functions.get(fn);
    if (known !== undefined) return known;
    let [settle, refuse]: [Slot['settle'], Slot['refuse']] = [ignore, ignore];
    const made = new Promise<DeviceFunction>((resolve, reject) => {
      settle = resolve;
      refuse = reject;
    });
    made.catch(() => undefined);
    const slot = { made, settle, refuse };
    this.#functions.set(fn, slot);
    return slot;
  }

  /** What the compiler made of a function. @throws message_malformed when its variables are of other types */
  define(fn: number, definition: Definition): void {
    const slot = this.#slot(fn);
    try {
      for (const { leaf, id } of definition.shared)
        this.store.checkType(this.sharedId(id), leaf.type);
    } catch (error) {
      slot.refuse(error);
      throw error;
    }
    slot.settle(new DeviceFunction(this, fn, definition));
  }

  /** The compiler refused the function: its calls fail with the same error. */
  refuse(fn: number, error: unknown): void {
    this.#slot(fn).refuse(error);
  }

  /** Results have ids before they have values. Settles when the call is submitted; rejects with the user's error. */
  call(
    fn: number,
    request: CallRequest,
    results: readonly number[],
    context: CallContext = PLAIN_CONTEXT,
  ): Promise<void> {
    const done = this.enqueue(async () => {
      try {
        context.checkStopped();
        const made = await (await this.#slot(fn).made).call(request, context);
        if (made.length !== results.length)
          fail('message_malformed', 'a call', `${made.length} results`);
        results.forEach((id, i) => this.results.set(id, made[i]!));
      } catch (error) {
        for (const id of results) this.results.set(id, { kind: 'failed', error });
        throw error;
      }
    });
    done.catch(() => undefined);
    return done;
  }

  report<K extends ReportKind>(fn: number, what: K): Promise<ReportOf[K]> {
    return this.enqueue(async () => (await this.#slot(fn).made).report(what));
  }

  /** What calls of a function read and change, by the front end's ids. */
  accessOf(fn: number): Promise<DeviceFunction['access']> {
    return this.#slot(fn).made.then((made) => made.access);
  }

  freeFunction(fn: number): void {
    void this.enqueue(async () => {
      const made = await this.#functions.get(fn)?.made.catch(() => null);
      if (made === null || made === undefined) return;
      made.free();
      // Who still calls it hears why not; nothing else of it is kept.
      this.#functions.delete(fn);
      this.#slot(fn).refuse(ArignoteError.of('function_freed', made.definition.name));
    });
  }

  // Results.

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
    return device.read(rangeOfArray(array)).then((bytes) => ({
      data: fromDeviceBytes(bytes, array.dtype),
      shape: array.shape,
      dtype: array.dtype,
    }));
  }

  freeResult(id: number): void {
    void this.enqueue(() => {
      const result = this.results.get(id);
      this.results.delete(id);
      if (result?.kind === 'device') result.device.release(result.array.buffer);
    });
  }

  /** The front end is gone: what waits is dropped, and all that only it could reach is given back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const go of this.#definedNext.splice(0)) go();
    for (const slot of this.#functions.values()) slot.refuse(new Error('the session is closed'));
    await this.#tail;
    for (const slot of this.#functions.values()) void slot.made.then((made) => made.free(), ignore);
    for (const result of this.results.values())
      if (result.kind === 'device') result.device.release(result.array.buffer);
    for (const id of this.#sharedIds.values()) this.store.free(id);
    this.results.clear();
    this.#sharedIds.clear();
    this.#refusedShared.clear();
    this.#functions.clear();
  }
}

const ignore = (): void => undefined;

/** What the user holds and what the engine holds are not the same memory. */
const withOwnData = (value: HostArray): HostArray => ({
  ...value,
  data: value.data.slice(),
});

/** An input that its caller may change at once after the call. */
export const ownInput = (input: CallInput): CallInput =>
  input.kind === 'host' ? { kind: 'host', value: withOwnData(input.value) } : input;
