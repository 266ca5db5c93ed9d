/**
 * @file What a device does for the executor: buffers, programs, and lists of commands in order. `webgpu` and `wasm` run
 * kernels; `reference` interprets graphs and only keeps values.
 */
import type { DeviceCode } from '../codegen/program.ts';
import type { DType } from '../ir/types.ts';

/** What kernels on every device compute with. */
export const KERNEL_DTYPES = [
  'float32',
  'int32',
  'uint32',
  'bool',
] as const satisfies readonly DType[];

export type DeviceName = 'webgpu' | 'wasm' | 'reference';

/** Bytes on a device. A bool is a word of 0 or 1; other dtypes are as on the host. */
export type DeviceBuffer = { readonly bytes: number };

export type BufferRange = {
  readonly buffer: DeviceBuffer;
  readonly offset: number;
  readonly bytes: number;
};

export type Dispatch = {
  readonly kind: 'dispatch';
  readonly program: LoadedProgram;
  readonly buffers: readonly BufferRange[];
  /** Words of the uniform slots; `null` when the kernel reads none. */
  readonly uniforms: BufferRange | null;
};
type CopyCommand = {
  readonly kind: 'copy';
  readonly from: BufferRange;
  readonly to: BufferRange;
};
export type Command = Dispatch | CopyCommand;

/** A program that is ready to run on the device that loaded it. */
export type LoadedProgram = { readonly program: DeviceCode };

export type KernelTime = {
  readonly command: number;
  /** Microseconds; `start` since the first kernel of the submit. */
  readonly start: number;
  readonly microseconds: number;
  readonly origin: 'measured' | 'wallClock';
  /** How coarse the clock is, microseconds. */
  readonly error: number;
};

/** What was asked of a device since it was made: for tests of counts, and for the timeline. */
export type DeviceCounters = {
  submits: number;
  dispatches: number;
  readBacks: number;
  uploads: number;
  buffersMade: number;
};

export type DeviceLimits = {
  /** What its kernels compute with. */
  readonly dtypes: readonly DType[];
  /** Storage buffers of one kernel, and bytes of one of them. */
  readonly storageBuffers: number;
  readonly bufferBytes: number;
};

/** What a person is told of a device. */
export type HardwareFacts = {
  /** The adapter's own words; empty where it has none. */
  readonly adapter: string;
  /** A GPU that is computed on the CPU. */
  readonly isSoftware: boolean;
  readonly hasTimestamps: boolean;
  readonly threads: number;
};

export type Device = {
  readonly name: DeviceName;
  readonly facts: HardwareFacts;
  readonly target: 'wgsl' | 'wasm' | 'interpreter';
  readonly limits: DeviceLimits;
  readonly counters: DeviceCounters;
  /** Resolves with the reason when the device is lost; then every later use throws `device_lost`. */
  readonly lost: Promise<string>;
  /** Its contents are not defined. @throws out_of_memory, too_large */
  allocate(bytes: number): DeviceBuffer;
  /** `null` where every buffer is known to exist; else settles once that is known. @throws out_of_memory */
  allocated(): Promise<void> | null;
  release(buffer: DeviceBuffer): void;
  /** Takes effect before the next submit, after those before. */
  write(buffer: DeviceBuffer, offset: number, data: Uint8Array): void;
  read(range: BufferRange): Promise<Uint8Array>;
  load(programs: readonly DeviceCode[]): Promise<readonly LoadedProgram[]>;
  /** Runs the commands in order, in one submit. With `profile` it resolves to a time for each dispatch. */
  submit(
    commands: readonly Command[],
    options: { readonly profile: boolean },
  ): Promise<readonly KernelTime[]> | null;
  /** Resolves when everything submitted so far is done. */
  idle(): Promise<void>;
  destroy(): void;
};
