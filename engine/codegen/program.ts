/** @file What stage 6 gives: the text or bytes of one kernel for one target, and which line came from which node. */
import type { Expr } from '../ir/graph.ts';
import type { Kernel } from '../schedule/kernel.ts';

/** Line of the text, from 1, and the nodes that it computes. */
export type SourceLine = { readonly line: number; readonly nodes: readonly Expr[] };

type ProgramBase = {
  readonly kernel: Kernel;
  readonly text: string;
  readonly sourceMap: readonly SourceLine[];
};

/**
 * Bindings in group 0: `@binding(k)` is buffer k of the kernel; in group 1, where the kernel has uniforms, `@binding(0)` is
 * an `array<vec4<u32>>` with the words of the schedule's slots.
 */
export type WgslProgram = ProgramBase & {
  readonly target: 'wgsl';
  /** How each buffer is declared. */
  readonly bindings: readonly ('read' | 'read_write')[];
  readonly dispatch: readonly [x: number, y: number, z: number];
  readonly workgroupSize: number;
};

/**
 * A module that imports `env.memory` and exports `run(buffer0, buffer1, ..., uniforms)`: byte addresses, of 16 byte
 * alignment, with 64 bytes of slack after each buffer so that a vector may read over the end.
 */
export type WasmProgram = ProgramBase & {
  readonly target: 'wasm';
  readonly bytes: Uint8Array<ArrayBuffer>;
};

export type Program = WgslProgram | WasmProgram;
