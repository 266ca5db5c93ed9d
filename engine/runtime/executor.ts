/**
 * @file Runs a plan on a device that has kernels: gives every value its buffer, fills the uniforms of each call, and puts
 * the calls of `run(n)` into few submits.
 */
import { assert } from '../base/errors.ts';
import { ARENA_ALIGNMENT, CALLS_PER_SUBMIT_MAX } from '../base/limits.ts';
import { OPS_BY_NAME } from '../catalogue/ops.ts';
import type { Executable, ExecutableUniform, ExecutableValue } from '../codegen/executable.ts';
import type { arrayOf } from '../ir/constant-data.ts';
import { DEVICE_BYTES, type DType } from '../ir/types.ts';
import type {
  BufferRange,
  Command,
  Device,
  DeviceBuffer,
  KernelTime,
  LoadedProgram,
} from './device.ts';

/** A value on a device. */
export type DeviceArray = {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly buffer: DeviceBuffer;
};

export const bytesOf = (dtype: DType, shape: readonly number[]): number =>
  shape.reduce((product, n) => product * n, DEVICE_BYTES[dtype]);

export const rangeOfArray = ({ buffer, dtype, shape }: DeviceArray): BufferRange => ({
  buffer,
  offset: 0,
  bytes: bytesOf(dtype, shape),
});

/** A buffer that is known to exist. @throws out_of_memory, too_large */
export async function allocateBuffer(device: Device, bytes: number): Promise<DeviceBuffer> {
  const buffer = device.allocate(bytes);
  try {
    await device.allocated();
  } catch (error) {
    device.release(buffer);
    throw error;
  }
  return buffer;
}

export type RunRequest = {
  readonly inputs: readonly (DeviceBuffer | null)[];
  readonly shared: readonly (DeviceBuffer | null)[];
  /** For each call the values of the plan's host scalars. */
  readonly hostScalars: readonly (readonly number[])[];
  readonly profile: boolean;
  /** Keep the outputs of every call, stacked along a new first axis. */
  readonly collect: boolean;
};

export type NamedTime = KernelTime & { readonly kernel: string };

export type RunResult = {
  readonly outputs: readonly DeviceArray[];
  /** New values of shared variables that were not written over the old ones by kernels, by their position. */
  readonly replaced: ReadonlyMap<number, DeviceArray>;
  /** When profiling: the time of every dispatch, in order, with the name of its kernel. */
  readonly times: Promise<readonly NamedTime[]> | null;
};

/** An executable whose code a device has loaded. */
export class LoadedExecutable {
  readonly executable: Executable;
  readonly device: Device;
  readonly #programs: readonly LoadedProgram[];
  readonly #constants = new Map<number, DeviceBuffer>();
  #arena: DeviceBuffer | null = null;
  #uniforms: DeviceBuffer | null = null;

  private constructor(executable: Executable, device: Device, programs: readonly LoadedProgram[]) {
    this.executable = executable;
    this.device = device;
    this.#programs = programs;
  }

  static async load(executable: Executable, device: Device): Promise<LoadedExecutable> {
    const programs = await device.load(executable.kernels.map(({ code }) => code));
    return new LoadedExecutable(executable, device, programs);
  }

  /** Bytes of the uniforms of one call; calls lie side by side at the alignment of a dynamic offset. */
  get #uniformBytes(): number {
    return Math.ceil(this.executable.uniforms.length / 4) * 16;
  }

  /** Nothing is submitted before all buffers are there; what a call that fails has taken it gives back. */
  async run(request: RunRequest): Promise<RunResult> {
    const made: DeviceBuffer[] = [];
    try {
      const allocate = (bytes: number): DeviceBuffer => {
        const buffer = this.device.allocate(bytes);
        made.push(buffer);
        return buffer;
      };
      const outputs = this.#outputBuffers(request, allocate);
      const replaced = new Map<number, DeviceArray>();
      const placed = this.executable.values.map((value) =>
        this.#rangeOf(value, request, { outputs, replaced, allocate }),
      );
      await this.device.allocated();
      return this.#submit(request, placed, { outputs, replaced });
    } catch (error) {
      for (const buffer of made) this.device.release(buffer);
      this.releaseBuffers();
      throw error;
    }
  }

  #submit(
    request: RunRequest,
    placed: readonly BufferRange[],
    { outputs, replaced }: Omit<Made, 'allocate'>,
  ): RunResult {
    const times: Promise<readonly NamedTime[]>[] = [];
    const calls = request.hostScalars.length;
    for (let first = 0; first < calls; first += CALLS_PER_SUBMIT_MAX) {
      const batch = request.hostScalars.slice(first, first + CALLS_PER_SUBMIT_MAX);
      this.#writeUniforms(batch);
      const commands = batch.flatMap((_, k) =>
        this.#commandsOf(k, placed, this.#collecting(first + k, request, outputs)),
      );
      if (commands.length === 0) continue;
      const measured = this.device.submit(commands, { profile: request.profile });
      if (measured !== null) times.push(measured.then((list) => nameTimes(list, commands)));
    }
    const prefix = request.collect ? [calls] : [];
    for (const { last, all } of outputs) if (all !== null) this.device.release(last);
    return {
      outputs: outputs.map(({ dtype, shape, last, all }) => ({
        dtype,
        shape: [...prefix, ...shape],
        buffer: all ?? last,
      })),
      replaced,
      times: request.profile ? Promise.all(times).then((lists) => lists.flat()) : null,
    };
  }

  #outputBuffers({ collect, hostScalars }: RunRequest, allocate: Made['allocate']): Output[] {
    return this.executable.outputs.map(({ dtype, shape }) => {
      const bytes = bytesOf(dtype, shape);
      const last = allocate(bytes);
      const all = collect ? allocate(bytes * hostScalars.length) : null;
      return { dtype, shape, bytes, last, all };
    });
  }

  /** Copies that put the outputs of call k into their place among all. */
  #collecting(k: number, { collect }: RunRequest, outputs: readonly Output[]): Command[] {
    if (!collect) return [];
    return outputs.map(({ bytes, last, all }) => ({
      kind: 'copy',
      from: { buffer: last, offset: 0, bytes },
      to: { buffer: all!, offset: k * bytes, bytes },
    }));
  }

  #rangeOf(value: ExecutableValue, { inputs, shared }: RunRequest, made: Made): BufferRange {
    const { placement, bytes } = value;
    const whole = (buffer: DeviceBuffer | null | undefined): BufferRange => {
      assert(buffer !== null && buffer !== undefined, `no buffer for ${placement.kind}`);
      return { buffer, offset: 0, bytes };
    };
    switch (placement.kind) {
      case 'input':
        return whole(inputs[placement.index]);
      case 'shared':
        return whole(shared[placement.index]);
      case 'output':
        return whole(made.outputs[placement.index]!.last);
      case 'constant':
        return whole(this.#constant(placement.index, value));
      case 'arena':
        this.#arena ??= this.device.allocate(this.executable.arenaBytes);
        return { buffer: this.#arena, offset: placement.offset, bytes };
      case 'updated': {
        const own = shared[placement.index];
        const buffer =
          own !== null && own !== undefined && own.bytes === bytes ? own : made.allocate(bytes);
        made.replaced.set(placement.index, { dtype: value.dtype, shape: value.shape, buffer });
        return whole(buffer);
      }
    }
  }

  #constant(index: number, { constant, dtype, bytes }: ExecutableValue): DeviceBuffer {
    const known = this.#constants.get(index);
    if (known !== undefined) return known;
    const buffer = this.device.allocate(bytes);
    this.device.write(buffer, 0, toDeviceBytes(constant!, dtype));
    this.#constants.set(index, buffer);
    return buffer;
  }

  #writeUniforms(batch: readonly (readonly number[])[]): void {
    const { uniforms } = this.executable;
    if (uniforms.length === 0) return;
    const stride = align(this.#uniformBytes);
    this.#uniforms ??= this.device.allocate(stride * CALLS_PER_SUBMIT_MAX);
    const bytes = new ArrayBuffer(stride * batch.length);
    batch.forEach((scalars, k) => {
      const view = new DataView(bytes, k * stride, stride);
      uniforms.forEach((slot, i) => writeWord(view, i * 4, slot, slotValue(slot, scalars)));
    });
    this.device.write(this.#uniforms, 0, new Uint8Array(bytes));
  }

  #commandsOf(k: number, placed: readonly BufferRange[], after: readonly Command[]): Command[] {
    const { kernels, copies } = this.executable;
    const dispatches = kernels.map(({ code, values }, i): Command => {
      const usesUniforms = code.target === 'wasm' || code.usesUniforms;
      const uniforms = {
        buffer: this.#uniforms!,
        offset: k * align(this.#uniformBytes),
        bytes: this.#uniformBytes,
      };
      return {
        kind: 'dispatch',
        program: this.#programs[i]!,
        buffers: values.map((value) => placed[value]!),
        uniforms: usesUniforms && this.#uniforms !== null ? uniforms : null,
      };
    });
    const copying = copies.flatMap(({ from, to }): Command[] =>
      placed[from]!.bytes === 0 ? [] : [{ kind: 'copy', from: placed[from]!, to: placed[to]! }],
    );
    return [...dispatches, ...copying, ...after];
  }

  /** Give back what lives between calls; the next call takes it again. */
  releaseBuffers(): void {
    for (const buffer of [this.#arena, this.#uniforms, ...this.#constants.values()]) {
      if (buffer !== null) this.device.release(buffer);
    }
    this.#arena = null;
    this.#uniforms = null;
    this.#constants.clear();
  }
}

type Output = {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: number;
  readonly last: DeviceBuffer;
  readonly all: DeviceBuffer | null;
};

/** What a run makes on the way. */
type Made = {
  readonly outputs: readonly Output[];
  readonly replaced: Map<number, DeviceArray>;
  readonly allocate: (bytes: number) => DeviceBuffer;
};

const nameTimes = (times: readonly KernelTime[], commands: readonly Command[]): NamedTime[] =>
  times.map((time) => {
    const command = commands[time.command]!;
    assert(command.kind === 'dispatch', 'a time of a copy');
    return { ...time, kernel: command.program.program.name };
  });

const align = (bytes: number): number => Math.ceil(bytes / ARENA_ALIGNMENT) * ARENA_ALIGNMENT;

function slotValue({ source }: ExecutableUniform, scalars: readonly number[]): number {
  if (source.kind === 'scalar') return scalars[source.index]!;
  const { op, params, inputs, inputShapes, index } = source;
  const lowering = OPS_BY_NAME.get(op)?.lowering;
  assert(lowering !== undefined && 'offsets' in lowering, `${op} has no offsets`);
  const values = inputs.map((x) => (x === null || typeof x === 'number' ? x : scalars[x.scalar]!));
  const offsets = lowering.offsets?.({ params, values, inputShapes }) ?? [];
  return offsets[index]!;
}

function writeWord(
  view: DataView,
  offset: number,
  { dtype }: ExecutableUniform,
  value: number,
): void {
  if (dtype === 'float32') view.setFloat32(offset, value, true);
  else if (dtype === 'uint32') view.setUint32(offset, value, true);
  else view.setInt32(offset, value, true);
}

/** A host array as a device holds it: a bool is a word. */
export function toDeviceBytes(data: ArrayBufferView & ArrayLike<number>, dtype: DType): Uint8Array {
  if (dtype === 'bool') return new Uint8Array(Uint32Array.from(data).buffer);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The bytes of a device as a host array. */
export function fromDeviceBytes(bytes: Uint8Array, dtype: DType): ReturnType<typeof arrayOf> {
  const buffer = bytes.byteOffset % 8 === 0 ? bytes.buffer : bytes.slice().buffer;
  const offset = buffer === bytes.buffer ? bytes.byteOffset : 0;
  const length = bytes.byteLength / DEVICE_BYTES[dtype];
  switch (dtype) {
    case 'float32':
    case 'float16':
      return new Float32Array(buffer, offset, length);
    case 'float64':
      return new Float64Array(buffer, offset, length);
    case 'int32':
      return new Int32Array(buffer, offset, length);
    case 'uint32':
      return new Uint32Array(buffer, offset, length);
    case 'bool':
      return Uint8Array.from(new Uint32Array(buffer, offset, length));
  }
}
