/** @file `webgpu`: one encoder and one submit for a list of commands, bind groups kept for those that come again. */
import { fail } from '../base/errors.ts';
import { STORAGE_BUFFERS_MAX } from '../base/limits.ts';
import type { DeviceCode, WgslCode } from '../codegen/program.ts';
import type {
  BufferRange,
  Command,
  Device,
  DeviceBuffer,
  DeviceCounters,
  Dispatch,
  HardwareFacts,
  KernelTime,
  LoadedProgram,
} from './device.ts';
import { KERNEL_DTYPES } from './device.ts';
import { isSoftware, requestAdapter } from './gpu.ts';
import { fromTimestamps } from './profile.ts';

/** `id` names the memory: bind groups outlive the values that come and go in it. */
type GpuBuffer = DeviceBuffer & { readonly buffer: GPUBuffer; readonly id: number };
type GpuProgram = LoadedProgram & {
  readonly pipeline: GPUComputePipeline;
  readonly groups: Map<string, GPUBindGroup>;
  readonly layout: GPUBindGroupLayout;
};

/** Bind groups that a program keeps: a training loop needs one, alternating outputs two. */
const BIND_GROUPS_MAX = 64;

/** Free buffers kept of one size. */
const FREE_MAX = 16;

/** Buffers of at least so many bytes may find no memory. */
const DOUBTFUL_BYTES = 8 << 20;

/** A device that is lost says so within this time of the first failure, milliseconds. */
const LOSS_MS = 200;

/** Timestamps of one query set. */
const QUERIES_MAX = 4096;

/** @throws no_adapter */
export async function createWebGpuDevice(): Promise<Device> {
  const adapter = await requestAdapter();
  const hasTimestamps = adapter.features.has('timestamp-query');
  const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize } =
    adapter.limits;
  const device = await adapter
    .requestDevice({
      requiredFeatures: hasTimestamps ? ['timestamp-query'] : [],
      requiredLimits: {
        maxBufferSize,
        maxStorageBufferBindingSize,
        maxComputeWorkgroupStorageSize,
      },
    })
    .catch((error: unknown) => fail('no_adapter', 'webgpu', String(error)));
  const { info } = adapter;
  return new WebGpuDevice(device, {
    adapter: [info.vendor, info.architecture, info.description].filter(Boolean).join(' '),
    isSoftware: isSoftware(info),
    hasTimestamps,
    threads: 1,
  });
}

class WebGpuDevice implements Device {
  readonly name = 'webgpu';
  readonly target = 'wgsl';
  readonly limits;
  readonly counters: DeviceCounters = {
    submits: 0,
    dispatches: 0,
    readBacks: 0,
    uploads: 0,
    buffersMade: 0,
  };
  readonly lost: Promise<string>;
  readonly facts: HardwareFacts;
  readonly #device: GPUDevice;
  readonly #free = new Map<number, GpuBuffer[]>();
  /** Buffers made since `allocated` was last asked. */
  readonly #doubtful: {
    readonly buffer: GPUBuffer;
    readonly bytes: number;
    readonly exists: Promise<boolean>;
  }[] = [];
  readonly #missing = new WeakSet<GPUBuffer>();
  readonly #uniformLayout: GPUBindGroupLayout;
  readonly #uniformGroups = new WeakMap<GPUBuffer, Map<number, GPUBindGroup>>();
  #count = 0;
  #lostBecause: string | null = null;

  constructor(device: GPUDevice, facts: HardwareFacts) {
    this.#device = device;
    this.facts = facts;
    this.limits = {
      dtypes: KERNEL_DTYPES,
      storageBuffers: STORAGE_BUFFERS_MAX,
      bufferBytes: Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize),
    };
    this.#uniformLayout = device.createBindGroupLayout({
      entries: [
        {
          binding: 0,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: 'uniform', hasDynamicOffset: true },
        },
      ],
    });
    this.lost = device.lost.then((info) => {
      this.#lostBecause = info.message === '' ? info.reason : info.message;
      return this.#lostBecause;
    });
  }

  allocate(bytes: number): GpuBuffer {
    this.#check();
    if (bytes > this.limits.bufferBytes)
      fail('too_large', 'a value', bytes, this.limits.bufferBytes, this.name);
    const size = sizeClass(bytes);
    const found = this.#free.get(size)?.pop();
    if (found !== undefined) return { ...found, bytes };
    this.counters.buffersMade++;
    const { STORAGE, COPY_SRC, COPY_DST, UNIFORM } = GPUBufferUsage;
    const made = this.#createBuffer(size, STORAGE | COPY_SRC | COPY_DST | UNIFORM);
    if (made.exists !== null)
      this.#doubtful.push({ buffer: made.buffer, bytes, exists: made.exists });
    return { bytes, buffer: made.buffer, id: this.#count++ };
  }

  /** Small ones are there at once or the device is lost; of large ones it is known later whether they are. */
  #createBuffer(
    size: number,
    usage: number,
  ): { readonly buffer: GPUBuffer; readonly exists: Promise<boolean> | null } {
    if (size < DOUBTFUL_BYTES)
      return { buffer: this.#device.createBuffer({ size, usage }), exists: null };
    this.#device.pushErrorScope('out-of-memory');
    const buffer = this.#device.createBuffer({ size, usage });
    return { buffer, exists: this.#device.popErrorScope().then((error) => error === null) };
  }

  allocated(): Promise<void> | null {
    return this.#doubtful.length === 0 ? null : this.#settleDoubts();
  }

  async #settleDoubts(): Promise<void> {
    const doubtful = this.#doubtful.splice(0);
    const exist = await Promise.all(doubtful.map((d) => d.exists));
    const missing = doubtful.filter((_, i) => exist[i] === false);
    for (const { buffer } of missing) this.#missing.add(buffer);
    if (missing.length === 0) return;
    // What was kept for the next calls may be what is lacking now.
    for (const list of this.#free.values()) for (const { buffer } of list) buffer.destroy();
    this.#free.clear();
    fail(
      'out_of_memory',
      this.name,
      missing.reduce((total, { bytes }) => total + bytes, 0),
    );
  }

  release(buffer: GpuBuffer): void {
    if (this.#missing.has(buffer.buffer)) return;
    const list = this.#free.get(buffer.buffer.size) ?? [];
    this.#free.set(buffer.buffer.size, list);
    if (list.length < FREE_MAX) list.push(buffer);
    else buffer.buffer.destroy();
  }

  write(buffer: GpuBuffer, offset: number, data: Uint8Array): void {
    this.#check();
    this.counters.uploads++;
    const whole = data.byteLength - (data.byteLength % 4);
    this.#device.queue.writeBuffer(
      buffer.buffer,
      offset,
      data as Uint8Array<ArrayBuffer>,
      0,
      whole,
    );
    if (whole === data.byteLength) return;
    const rest = new Uint8Array(4);
    rest.set(data.subarray(whole));
    this.#device.queue.writeBuffer(buffer.buffer, offset + whole, rest);
  }

  async read(range: BufferRange): Promise<Uint8Array> {
    this.#check();
    this.counters.readBacks++;
    const size = Math.ceil(range.bytes / 4) * 4;
    if (size === 0) return new Uint8Array(0);
    const { buffer: staging, exists } = this.#createBuffer(
      size,
      GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    );
    if (exists !== null && !(await exists)) fail('out_of_memory', this.name, size);
    this.#check();
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(gpu(range.buffer).buffer, range.offset, staging, 0, size);
    this.#device.queue.submit([encoder.finish()]);
    try {
      await staging.mapAsync(GPUMapMode.READ);
      return new Uint8Array(staging.getMappedRange().slice(0, range.bytes));
    } catch (error) {
      await this.#checkLoss();
      throw error;
    } finally {
      staging.destroy();
    }
  }

  async load(programs: readonly DeviceCode[]): Promise<readonly GpuProgram[]> {
    this.#check();
    return Promise.all(programs.map(async (program) => this.#load(program as WgslCode)));
  }

  async #load(program: WgslCode): Promise<GpuProgram> {
    const device = this.#device;
    const layout = device.createBindGroupLayout({
      entries: program.bindings.map((mode, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: mode === 'read' ? 'read-only-storage' : 'storage' },
      })),
    });
    const bindGroupLayouts = program.usesUniforms ? [layout, this.#uniformLayout] : [layout];
    const module = device.createShaderModule({ code: program.text });
    try {
      const pipeline = await device.createComputePipelineAsync({
        layout: device.createPipelineLayout({ bindGroupLayouts }),
        compute: { module, entryPoint: 'main' },
      });
      return { program, pipeline, groups: new Map(), layout };
    } catch (error) {
      await this.#checkLoss();
      const info = await module.getCompilationInfo();
      const messages = info.messages.map((m) => `line ${m.lineNum}: ${m.message}`).join('\n');
      throw new Error(
        `engine defect: a kernel does not compile: ${messages || String(error)}\n${program.text}`,
        { cause: error },
      );
    }
  }

  submit(
    commands: readonly Command[],
    { profile }: { readonly profile: boolean },
  ): Promise<readonly KernelTime[]> | null {
    this.#check();
    const encoder = this.#device.createCommandEncoder();
    const timer = profile && this.facts.hasTimestamps ? new Timer(this.#device, commands) : null;
    let pass: GPUComputePassEncoder | null = null;
    commands.forEach((command, i) => {
      if (command.kind === 'copy') {
        pass?.end();
        pass = null;
        const size = Math.ceil(command.from.bytes / 4) * 4;
        encoder.copyBufferToBuffer(
          gpu(command.from.buffer).buffer,
          command.from.offset,
          gpu(command.to.buffer).buffer,
          command.to.offset,
          size,
        );
        return;
      }
      pass ??= encoder.beginComputePass(timer?.passFor(i) ?? {});
      this.#dispatch(pass, command);
      if (timer === null) return;
      pass.end();
      pass = null;
    });
    (pass as GPUComputePassEncoder | null)?.end();
    timer?.resolve(encoder);
    const began = performance.now();
    this.#device.queue.submit([encoder.finish()]);
    this.counters.submits++;
    if (timer !== null) return timer.read();
    return profile ? this.#wallTimes(commands, began) : null;
  }

  #dispatch(pass: GPUComputePassEncoder, command: Dispatch): void {
    const loaded = command.program as GpuProgram;
    pass.setPipeline(loaded.pipeline);
    pass.setBindGroup(0, this.#groupFor(loaded, command));
    if (command.uniforms !== null)
      pass.setBindGroup(1, this.#uniformGroup(command.uniforms), [command.uniforms.offset]);
    pass.dispatchWorkgroups(...(loaded.program as WgslCode).dispatch);
    this.counters.dispatches++;
  }

  #groupFor(loaded: GpuProgram, { buffers }: Dispatch): GPUBindGroup {
    const key = buffers.map((r) => `${gpu(r.buffer).id}:${r.offset}:${r.bytes}`).join();
    const found = loaded.groups.get(key);
    if (found !== undefined) return found;
    const group = this.#device.createBindGroup({
      layout: loaded.layout,
      entries: buffers.map((r, binding) => ({
        binding,
        resource: {
          buffer: gpu(r.buffer).buffer,
          offset: r.offset,
          size: Math.max(4, Math.ceil(r.bytes / 4) * 4),
        },
      })),
    });
    if (loaded.groups.size >= BIND_GROUPS_MAX)
      loaded.groups.delete(loaded.groups.keys().next().value!);
    loaded.groups.set(key, group);
    return group;
  }

  #uniformGroup(range: BufferRange): GPUBindGroup {
    const { buffer } = gpu(range.buffer);
    // A buffer that one plan gave back may hold the uniforms of another, which are more or fewer.
    const groups = this.#uniformGroups.get(buffer) ?? new Map<number, GPUBindGroup>();
    this.#uniformGroups.set(buffer, groups);
    const found = groups.get(range.bytes);
    if (found !== undefined) return found;
    const group = this.#device.createBindGroup({
      layout: this.#uniformLayout,
      entries: [{ binding: 0, resource: { buffer, offset: 0, size: range.bytes } }],
    });
    groups.set(range.bytes, group);
    return group;
  }

  /** Without timestamps: the time of the whole submit, shared evenly, and said to be so. */
  async #wallTimes(commands: readonly Command[], began: number): Promise<readonly KernelTime[]> {
    await this.#device.queue.onSubmittedWorkDone();
    const total = (performance.now() - began) * 1000;
    const dispatches = commands.flatMap((c, i) => (c.kind === 'dispatch' ? [i] : []));
    const share = total / dispatches.length;
    return dispatches.map((command, k) => ({
      command,
      start: k * share,
      microseconds: share,
      origin: 'wallClock',
      error: total,
    }));
  }

  async idle(): Promise<void> {
    await this.#device.queue.onSubmittedWorkDone();
  }

  #check(): void {
    if (this.#lostBecause !== null) fail('device_lost', this.name, this.#lostBecause);
  }

  /** Something failed: was it because the device is lost? @throws device_lost */
  async #checkLoss(): Promise<void> {
    const notLost = new Promise<null>((resolve) => {
      setTimeout(() => resolve(null), LOSS_MS);
    });
    await Promise.race([this.lost, notLost]);
    this.#check();
  }

  destroy(): void {
    this.#device.destroy();
  }
}

const gpu = (buffer: DeviceBuffer): GpuBuffer => buffer as GpuBuffer;

/** Sizes are rounded up, so that freed buffers fit the next of about their size. */
function sizeClass(bytes: number): number {
  const step = bytes <= 4096 ? 256 : 2 ** Math.max(8, Math.floor(Math.log2(bytes)) - 3);
  return Math.max(256, Math.ceil(bytes / step) * step);
}

/** Two timestamps for each dispatch. */
class Timer {
  readonly #set: GPUQuerySet;
  readonly #device: GPUDevice;
  readonly #commands: readonly number[];
  #resolved: GPUBuffer | null = null;
  #staging: GPUBuffer | null = null;

  constructor(device: GPUDevice, commands: readonly Command[]) {
    this.#device = device;
    this.#commands = commands
      .flatMap((c, i) => (c.kind === 'dispatch' ? [i] : []))
      .slice(0, QUERIES_MAX / 2);
    this.#set = device.createQuerySet({
      type: 'timestamp',
      count: Math.max(2, this.#commands.length * 2),
    });
  }

  passFor(command: number): GPUComputePassDescriptor | undefined {
    const k = this.#commands.indexOf(command);
    if (k < 0) return undefined;
    return {
      timestampWrites: {
        querySet: this.#set,
        beginningOfPassWriteIndex: 2 * k,
        endOfPassWriteIndex: 2 * k + 1,
      },
    };
  }

  resolve(encoder: GPUCommandEncoder): void {
    const size = this.#commands.length * 16;
    if (size === 0) return;
    const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    this.#resolved = this.#device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC });
    this.#staging = this.#device.createBuffer({ size, usage: COPY_DST | MAP_READ });
    encoder.resolveQuerySet(this.#set, 0, this.#commands.length * 2, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, size);
  }

  async read(): Promise<readonly KernelTime[]> {
    if (this.#staging === null) return [];
    await this.#staging.mapAsync(GPUMapMode.READ);
    const stamps = new BigUint64Array(this.#staging.getMappedRange().slice(0));
    for (const buffer of [this.#staging, this.#resolved]) buffer?.destroy();
    this.#set.destroy();
    return fromTimestamps(stamps, this.#commands);
  }
}
