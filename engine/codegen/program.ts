/** @file What stage 6 gives: the text or bytes of one kernel for one target, and which line came from which node. */
import type { Expr } from '../ir/graph.ts';
import type { Kernel } from '../schedule/kernel.ts';

/** Line of the text, from 1, and the nodes that it computes. */
export type SourceLine = { readonly line: number; readonly nodes: readonly Expr[] };

/**
 * What a GPU runs. Bindings in group 0: `@binding(k)` is buffer k of the kernel; in group 1, where the kernel has uniforms,
 * `@binding(0)` is an `array<vec4<u32>>` with the words of the schedule's slots.
 */
export type WgslCode = {
  readonly target: 'wgsl';
  readonly name: string;
  readonly text: string;
  /** How each buffer is declared. */
  readonly bindings: readonly ('read' | 'read_write')[];
  readonly usesUniforms: boolean;
  readonly dispatch: readonly [x: number, y: number, z: number];
};

/**
 * A module that imports `env.memory` and exports `run(buffer0, buffer1, ..., uniforms)`: byte addresses, of 16 byte
 * alignment, with 64 bytes of slack after each buffer so that a vector may read over the end.
 */
type WasmCode = {
  readonly target: 'wasm';
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly bufferCount: number;
};

/** What a device loads: plain data, which crosses to a worker as it is. */
export type DeviceCode = WgslCode | WasmCode;

/** What the compiler knows beside it. */
type Origin = {
  readonly kernel: Kernel;
  readonly text: string;
  readonly sourceMap: readonly SourceLine[];
};

export type WgslProgram = WgslCode & Origin & { readonly workgroupSize: number };
export type WasmProgram = WasmCode & Origin;
export type Program = WgslProgram | WasmProgram;
