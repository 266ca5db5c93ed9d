/**
 * @file For tests of the WASM printer: kernels written by hand in the loop IR, an interpreter of that IR as the oracle, and
 * a bare memory to run modules in, with values that do harm in the slack after each buffer.
 */
import { node, type Expr } from '../../ir/graph.ts';
import type { Axis, IndexExpr } from '../../ir/index-expr.ts';
import type { ElementwiseLowering, OpDef } from '../../ir/op-def.ts';
import { identityOf, type Combine, type Scalar } from '../../ir/scalar.ts';
import { sizeOf, type DType } from '../../ir/types.ts';
import { CAST } from '../../ops/broadcast.ts';
import { integer } from '../../ops/leaves.ts';
import { WHERE } from '../../ops/compare.ts';
import type { Kernel, KernelBuffer, Phase, Schedule } from '../../schedule/kernel.ts';
import { emitWasm } from './print-kernel.ts';

export type Words = Float32Array | Int32Array | Uint32Array;

/** A node that stands for any. */
const NODE: Expr = integer(0);
export const otherNode = (k: number): Expr => node(CAST, [integer(k)], { dtype: 'float32' });

export const axis = (name: string, extent: number): Axis => ({ name, extent });
export const load = (buffer: number, index: IndexExpr, dtype: DType = 'float32'): Scalar => ({
  kind: 'load',
  dtype,
  buffer,
  index,
});
export const indexValue = (index: IndexExpr): Scalar => ({ kind: 'index', dtype: 'int32', index });
export const reduced = (phase: number, dtype: DType = 'float32'): Scalar => ({
  kind: 'reduced',
  dtype,
  phase,
});

function lowering(def: OpDef): ElementwiseLowering {
  if (def.lowering.kind !== 'elementwise') throw new Error(`${def.name} is not elementwise`);
  return def.lowering;
}

/** The op applied; the dtype is that of the first input where it is left out. */
export const apply = (
  op: { readonly def: OpDef },
  inputs: readonly Scalar[],
  dtype: DType = inputs[0]!.dtype,
): Scalar => ({
  kind: 'apply',
  dtype,
  name: op.def.name,
  code: lowering(op.def),
  inputs,
});
export const cast = (x: Scalar, dtype: DType): Scalar => apply({ def: CAST }, [x], dtype);
export const choose = (c: Scalar, a: Scalar, b: Scalar): Scalar =>
  apply({ def: WHERE }, [c, a, b], a.dtype);

export const store = (buffer: number, index: IndexExpr, value: Scalar) => ({
  buffer,
  index,
  value,
  node: NODE,
});
export const mapPhase = (axes: readonly Axis[], ...stores: ReturnType<typeof store>[]): Phase => ({
  kind: 'map',
  axes,
  stores,
});
export const reducePhase = (combine: Combine, axes: readonly Axis[], value: Scalar): Phase => ({
  kind: 'reduce',
  axes,
  combine,
  dtype: value.dtype,
  value,
  node: NODE,
});

type BufferSpec = readonly [access: 'read' | 'write' | 'readWrite', dtype: DType, length: number];

export function kernelOf(
  axes: readonly Axis[],
  phases: readonly Phase[],
  buffers: readonly BufferSpec[],
  template: Kernel['template'] = 'loops',
): Kernel {
  const made = buffers.map(([access, dtype, length], value): KernelBuffer => ({
    value,
    access,
    dtype,
    shape: [length],
  }));
  return {
    name: 'test',
    axes,
    phases,
    buffers: made,
    uniforms: [],
    template,
    origins: new Map(),
    nodes: [NODE],
    boundary: 'test',
  };
}

export const NO_SCHEDULE: Schedule = {
  kernels: [],
  values: [],
  copies: [],
  uniforms: [],
  memory: { plan: [], peakBytes: 0, peakBytesWithoutReuse: 0 },
};

/** Numbers as the words of a device buffer. */
export function wordsOf(dtype: DType, values: ArrayLike<number>): Words {
  return dtype === 'float32'
    ? Float32Array.from(values)
    : dtype === 'int32'
      ? Int32Array.from(values)
      : Uint32Array.from(values);
}

const SLACK_BYTES = 64;
const POISON = 0x7fc0_0bad;

/** What the buffers hold after the kernel ran as WASM. Fails where it wrote outside a buffer. */
export function runWasm(
  kernel: Kernel,
  contents: readonly Words[],
  uniforms: readonly number[] = [],
): Words[] {
  const program = emitWasm(kernel, NO_SCHEDULE);
  if (!WebAssembly.validate(program.bytes))
    throw new Error(`the module is not valid:\n${program.text}`);
  const starts: number[] = [];
  let end = 256;
  for (const words of [...contents, new Float32Array(uniforms.length)]) {
    starts.push(end);
    end += Math.ceil((words.byteLength + SLACK_BYTES) / 16) * 16;
  }
  const pages = Math.ceil(end / 65536);
  const memory = new WebAssembly.Memory({ initial: pages });
  // The last slack ends where the memory ends: to read beyond it is an error.
  const moved = pages * 65536 - end;
  starts.forEach((start, i) => (starts[i] = start + moved));
  const all = new Int32Array(memory.buffer).fill(POISON);
  contents.forEach((words, i) =>
    all.set(new Int32Array(words.buffer, words.byteOffset, words.length), starts[i]! / 4),
  );
  all.set(uniforms, starts.at(-1)! / 4);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(program.bytes), {
    env: { memory },
  });
  (instance.exports['run'] as (...addresses: number[]) => void)(...starts);
  const results = contents.map((words, i) => {
    const Kind = words.constructor as new (
      buffer: ArrayBuffer,
      offset: number,
      length: number,
    ) => Words;
    return new Kind(memory.buffer.slice(starts[i], starts[i]! + words.byteLength), 0, words.length);
  });
  [...contents, uniforms].forEach((words, i) =>
    all.fill(POISON, starts[i]! / 4, starts[i]! / 4 + words.length),
  );
  const harmed = all.findIndex((word) => word !== POISON);
  if (harmed >= 0)
    throw new Error(`word ${harmed} outside all buffers was written:\n${program.text}`);
  return results;
}

/** The same by the meaning of the loop IR, in float64, each value rounded to its dtype. */
export function interpret(
  kernel: Kernel,
  contents: readonly Words[],
  uniforms: readonly number[] = [],
): Words[] {
  const before = contents.map((words) => words.slice());
  const after = contents.map((words) => words.slice());
  const at = new Map<Axis, number>();
  const results: number[] = [];
  const place = (index: IndexExpr): number => indexAt(index, at, uniforms, value);
  const value = (s: Scalar): number => round(s.dtype, raw(s));
  const raw = (s: Scalar): number => {
    switch (s.kind) {
      case 'constant':
        return s.value;
      case 'uniform':
        return s.dtype === 'float32'
          ? new Float32Array(Int32Array.of(uniforms[s.slot]!).buffer)[0]!
          : uniforms[s.slot]!;
      case 'load':
        return before[s.buffer]![place(s.index)] ?? NaN;
      case 'index':
        return place(s.index);
      case 'apply':
        return s.code.reference(
          s.inputs.map(value),
          s.dtype,
          s.inputs.map((x) => x.dtype),
        );
      case 'inBounds':
        return Number(value(s.value) >= -s.extent && value(s.value) < s.extent);
      case 'inRange':
        return Number(place(s.index) >= s.low && place(s.index) < s.high);
      case 'select':
        return value(s.condition) !== 0 ? value(s.yes) : value(s.no);
      case 'reduced':
        return results[s.phase]!;
    }
  };
  turnsOf(kernel.axes, at, () => {
    kernel.phases.forEach((phase, i) => {
      if (phase.kind === 'map') {
        turnsOf(phase.axes, at, () => {
          for (const s of phase.stores) after[s.buffer]![place(s.index)] = value(s.value);
        });
        return;
      }
      const values: number[] = [];
      turnsOf(phase.axes, at, () => values.push(value(phase.value)));
      results[i] = reduce(phase.combine, phase.dtype, values);
    });
  });
  return after;
}

function round(dtype: DType, x: number): number {
  return dtype === 'float32'
    ? Math.fround(x)
    : dtype === 'int32'
      ? x | 0
      : dtype === 'uint32'
        ? x >>> 0
        : x;
}

function reduce(combine: Combine, dtype: DType, values: readonly number[]): number {
  const start = identityOf(combine, dtype);
  switch (combine) {
    case 'sum':
      return values.reduce((a, b) => a + b, start);
    case 'prod':
      return values.reduce((a, b) => a * b, start);
    case 'max':
      return values.reduce((a, b) => Math.max(a, b), start);
    case 'min':
      return values.reduce((a, b) => Math.min(a, b), start);
    case 'argmax':
    case 'argmin': {
      const nan = values.findIndex(Number.isNaN);
      const best =
        combine === 'argmax'
          ? values.reduce((a, b) => Math.max(a, b), start)
          : values.reduce((a, b) => Math.min(a, b), start);
      return Math.max(0, nan >= 0 ? nan : values.indexOf(best));
    }
  }
}

function turnsOf(axes: readonly Axis[], at: Map<Axis, number>, body: () => void): void {
  const count = sizeOf(axes.map((a) => a.extent));
  for (let k = 0; k < count; k++) {
    let rest = k;
    for (const a of axes.toReversed()) {
      at.set(a, rest % a.extent);
      rest = Math.floor(rest / a.extent);
    }
    body();
  }
}

function indexAt(
  index: IndexExpr,
  at: ReadonlyMap<Axis, number>,
  uniforms: readonly number[],
  value: (s: Scalar) => number,
): number {
  const inner = (i: IndexExpr): number => indexAt(i, at, uniforms, value);
  switch (index.kind) {
    case 'number':
      return index.value;
    case 'axis':
      return at.get(index.axis)!;
    case 'uniform':
      return uniforms[index.slot]!;
    case 'add':
      return inner(index.a) + inner(index.b);
    case 'times':
      return inner(index.a) * index.factor;
    case 'div':
      return Math.floor(inner(index.a) / index.divisor);
    case 'mod': {
      const a = inner(index.a);
      return a - index.divisor * Math.floor(a / index.divisor);
    }
    case 'gather': {
      const i = value(index.value);
      return Math.max(0, Math.min(i < 0 ? i + index.extent : i, index.extent - 1));
    }
  }
}
