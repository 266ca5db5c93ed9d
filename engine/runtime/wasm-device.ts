/**
 * @file The `wasm` device, one thread: one memory of its own that only grows, and modules that run in it. All work is done
 * when `submit` returns.
 */
import { assert, fail } from '../base/errors.ts';
import type { DeviceCode } from '../codegen/program.ts';
import { KERNEL_DTYPES } from './device.ts';
import type {
  BufferRange,
  Command,
  Device,
  DeviceBuffer,
  DeviceCounters,
  DeviceLimits,
  Dispatch,
  KernelTime,
  LoadedProgram,
} from './device.ts';

const PAGE_BYTES = 1 << 16;

/** Of buffers; that of a vector. */
const ALIGNMENT = 16;

/** A vector may read so far over the end of a buffer. */
const SLACK_BYTES = 64;

/** Memory before the first buffer, so that no address is 0. */
const FIRST_ADDRESS = 64;

const LIMITS: DeviceLimits = {
  dtypes: KERNEL_DTYPES,
  storageBuffers: 64,
  bufferBytes: 2 ** 31 - PAGE_BYTES,
};

/** Largest size of a WASM memory. */
const MEMORY_BYTES_MAX = 2 ** 32;

/** Modules up to this size compile at once; above, on another thread of the engine. */
const SYNC_COMPILE_BYTES = 4096;

/** A span of memory: a buffer with its slack, or a gap. */
type Span = { readonly address: number; readonly size: number };

class WasmBuffer implements DeviceBuffer {
  readonly bytes: number;
  readonly span: Span;

  constructor(bytes: number, span: Span) {
    this.bytes = bytes;
    this.span = span;
  }
}

type Run = (...addresses: readonly number[]) => void;
type LoadedModule = LoadedProgram & { readonly run: Run };

/** Gaps of a memory, by address; neighbours are one gap. */
class GapList {
  #gaps: Span[] = [];

  /** The smallest gap of at least this size; its rest stays. */
  take(size: number): Span | null {
    const fitting = this.#gaps.filter((gap) => gap.size >= size);
    const best = fitting.reduce<Span | undefined>(
      (a, b) => (a === undefined || b.size < a.size ? b : a),
      undefined,
    );
    if (best === undefined) return null;
    const rest = { address: best.address + size, size: best.size - size };
    this.#gaps = this.#gaps.flatMap((gap) => (gap !== best ? [gap] : rest.size > 0 ? [rest] : []));
    return { address: best.address, size };
  }

  add(span: Span): void {
    const before = this.#gaps.find((gap) => gap.address + gap.size === span.address);
    const after = this.#gaps.find((gap) => gap.address === span.address + span.size);
    const address = before?.address ?? span.address;
    const size = (before?.size ?? 0) + span.size + (after?.size ?? 0);
    this.#gaps = this.#gaps.filter((gap) => gap !== before && gap !== after);
    this.#gaps.push({ address, size });
  }

  /** The bytes of a gap that ends here. */
  sizeBefore(end: number): number {
    return this.#gaps.find((gap) => gap.address + gap.size === end)?.size ?? 0;
  }
}

class WasmDevice implements Device {
  readonly name = 'wasm';
  readonly facts = { adapter: '', isSoftware: false, hasTimestamps: false, threads: 1 };
  readonly target = 'wasm';
  readonly limits = LIMITS;
  readonly counters: DeviceCounters = {
    submits: 0,
    dispatches: 0,
    readBacks: 0,
    uploads: 0,
    buffersMade: 0,
  };
  readonly lost: Promise<string>;
  readonly #memory = new WebAssembly.Memory({ initial: 1 });
  readonly #gaps = new GapList();
  /** A second look at a program costs nothing. */
  readonly #loaded = new WeakMap<DeviceCode, LoadedModule>();
  /** Buffers that are not released. */
  readonly #live = new Set<DeviceBuffer>();
  #bytes: Uint8Array;
  #isDestroyed = false;
  #lose: (reason: string) => void = () => {};

  constructor() {
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#gaps.add({ address: FIRST_ADDRESS, size: this.#bytes.length - FIRST_ADDRESS });
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  allocate(bytes: number): DeviceBuffer {
    this.#check();
    if (bytes > LIMITS.bufferBytes)
      fail('too_large', 'A buffer', bytes, LIMITS.bufferBytes, 'wasm');
    const size = Math.ceil((bytes + SLACK_BYTES) / ALIGNMENT) * ALIGNMENT;
    const span = this.#gaps.take(size) ?? this.#grow(size, bytes);
    const buffer = new WasmBuffer(bytes, span);
    this.#live.add(buffer);
    this.counters.buffersMade++;
    return buffer;
  }

  allocated(): null {
    return null;
  }

  /** More memory, at least by half, so that growing is rare. @throws out_of_memory */
  #grow(size: number, bytes: number): Span {
    const end = this.#bytes.length;
    const needed = Math.ceil((size - this.#gaps.sizeBefore(end)) / PAGE_BYTES);
    const generous = Math.max(needed, Math.ceil(end / PAGE_BYTES / 2));
    const grown = this.#tryGrow(generous) || this.#tryGrow(needed);
    if (!grown) fail('out_of_memory', 'wasm', bytes);
    this.#gaps.add({ address: end, size: this.#bytes.length - end });
    const span = this.#gaps.take(size);
    assert(span !== null, 'the memory grew by too little');
    return span;
  }

  #tryGrow(pages: number): boolean {
    if (this.#bytes.length + pages * PAGE_BYTES > MEMORY_BYTES_MAX) return false;
    try {
      this.#memory.grow(pages);
    } catch {
      return false;
    }
    this.#bytes = new Uint8Array(this.#memory.buffer);
    return true;
  }

  release(buffer: DeviceBuffer): void {
    if (this.#isDestroyed) return;
    assert(this.#live.delete(buffer), 'a buffer is released twice');
    this.#gaps.add(spanOf(buffer));
  }

  write(buffer: DeviceBuffer, offset: number, data: Uint8Array): void {
    this.#bytes.set(data, this.#addressOf({ buffer, offset, bytes: data.length }));
    this.counters.uploads++;
  }

  async read(range: BufferRange): Promise<Uint8Array> {
    const address = this.#addressOf(range);
    this.counters.readBacks++;
    return this.#bytes.slice(address, address + range.bytes);
  }

  async load(programs: readonly DeviceCode[]): Promise<readonly LoadedProgram[]> {
    this.#check();
    return Promise.all(programs.map((program) => this.#load(program)));
  }

  async #load(program: DeviceCode): Promise<LoadedModule> {
    const known = this.#loaded.get(program);
    if (known !== undefined) return known;
    assert(program.target === 'wasm', `the wasm device got a program for ${program.target}`);
    const { bytes } = program;
    const module =
      bytes.length <= SYNC_COMPILE_BYTES
        ? new WebAssembly.Module(bytes)
        : await WebAssembly.compile(bytes);
    const instance = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    const loaded = { program, run: instance.exports['run'] as Run };
    this.#loaded.set(program, loaded);
    return loaded;
  }

  submit(
    commands: readonly Command[],
    options: { readonly profile: boolean },
  ): Promise<readonly KernelTime[]> | null {
    this.#check();
    this.counters.submits++;
    if (!options.profile) {
      for (const command of commands) this.#execute(command);
      return null;
    }
    const times: KernelTime[] = [];
    let origin: number | null = null;
    commands.forEach((command, index) => {
      const before = performance.now();
      this.#execute(command);
      const after = performance.now();
      if (command.kind !== 'dispatch') return;
      origin ??= before;
      const [start, microseconds] = [(before - origin) * 1000, (after - before) * 1000];
      times.push({ command: index, start, microseconds, origin: 'wallClock', error: clockStep() });
    });
    return Promise.resolve(times);
  }

  #execute(command: Command): void {
    if (command.kind === 'dispatch') {
      this.#dispatch(command);
      return;
    }
    const { from, to } = command;
    assert(from.bytes === to.bytes, 'a copy between ranges of different sizes');
    const source = this.#addressOf(from);
    this.#bytes.copyWithin(this.#addressOf(to), source, source + from.bytes);
  }

  #dispatch({ program, buffers, uniforms }: Dispatch): void {
    const loaded = this.#loaded.get(program.program);
    assert(loaded !== undefined, 'a program that this device did not load');
    const right =
      program.program.target === 'wasm' && buffers.length === program.program.bufferCount;
    assert(right, 'a dispatch with too few or too many buffers');
    const addresses = buffers.map((range) => this.#addressOf(range));
    loaded.run(...addresses, uniforms === null ? 0 : this.#addressOf(uniforms));
    this.counters.dispatches++;
  }

  #addressOf({ buffer, offset, bytes }: BufferRange): number {
    this.#check();
    assert(this.#live.has(buffer), 'a buffer of another device, or one that was released');
    assert(
      offset >= 0 && offset + bytes <= buffer.bytes,
      `bytes ${offset} to ${offset + bytes} of a buffer of ${buffer.bytes}`,
    );
    return spanOf(buffer).address + offset;
  }

  #check(): void {
    if (this.#isDestroyed) fail('device_lost', 'wasm', 'destroyed');
  }

  idle(): Promise<void> {
    return Promise.resolve();
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#live.clear();
    this.#bytes = new Uint8Array(0);
    this.#lose('destroyed');
  }
}

function spanOf(buffer: DeviceBuffer): Span {
  assert(buffer instanceof WasmBuffer, 'a buffer of another device');
  return buffer.span;
}

let step: number | null = null;

/** How coarse `performance.now` is, microseconds: the least difference seen between two readings. */
function clockStep(): number {
  if (step !== null) return step;
  let least = Infinity;
  for (let k = 0; k < 10; k++) {
    const start = performance.now();
    let now = start;
    while (now === start) now = performance.now();
    least = Math.min(least, now - start);
  }
  step = least * 1000;
  return step;
}

/** A device that runs kernels in this realm's thread. */
export function createWasmDevice(): Device {
  return new WasmDevice();
}
