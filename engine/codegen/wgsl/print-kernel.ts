/** @file Stage 6 for WebGPU: loop IR to WGSL. Knows no op by name, and writes nothing of the user's: names by number. */
import type { Axis } from '../../ir/index-expr.ts';
import { identityOf } from '../../ir/scalar.ts';
import { sizeOf, type DType } from '../../ir/types.ts';
import { WGSL_TYPE } from '../../ops/broadcast.ts';
import { IS_NAN, MAX_NAN, MIN_NAN } from '../../ops/wgsl-math.ts';
import type { Kernel, Phase, ReducePhase, Schedule } from '../../schedule/kernel.ts';
import { tileKernel, type Tiling } from '../../schedule/tile.ts';
import type { WgslProgram } from '../program.ts';
import { printProduct } from './product.ts';
import { literal, ScalarPrinter } from './scalars.ts';
import { WgslWriter } from './writer.ts';

export function emitWgsl(kernel: Kernel, schedule: Schedule): WgslProgram {
  const tiling = tileKernel(kernel);
  const writer = new WgslWriter();
  const bindings = bindingsOf(kernel, schedule);
  const declarations = declareBuffers(kernel, schedule, bindings);
  if (tiling.kind === 'product') {
    declarations.push(...printProduct(kernel, tiling, writer));
  } else {
    const scratch = new Map<string, string>();
    const workgroupSize = tiling.workgroupSize;
    writer.line(`@compute @workgroup_size(${workgroupSize})`);
    const builtins =
      '@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32';
    writer.block(`fn main(${builtins})`, () => printLoops(kernel, tiling, writer, scratch));
    for (const [name, type] of scratch)
      declarations.push(`var<workgroup> ${name}: array<${type}, ${workgroupSize}>;`);
  }
  const threads =
    tiling.kind === 'product'
      ? (tiling.tile.rows / tiling.tile.threadRows) *
        (tiling.tile.columns / tiling.tile.threadColumns)
      : tiling.workgroupSize;
  return {
    target: 'wgsl',
    name: kernel.name,
    usesUniforms: kernel.uniforms.length > 0,
    kernel,
    bindings,
    ...writer.finish(declarations),
    dispatch: tiling.dispatch,
    workgroupSize: threads,
  };
}

/** The type of an element in a buffer: a bool is a word. */
const bufferType = (dtype: DType): string => (dtype === 'bool' ? 'u32' : WGSL_TYPE[dtype]);

/**
 * Values of the arena share one buffer, which is bound writable wherever a kernel writes any part of it: within one
 * dispatch a buffer is either read or written.
 */
function bindingsOf(kernel: Kernel, schedule: Schedule): ('read' | 'read_write')[] {
  return kernel.buffers.map(({ access, value }) => {
    const inArena = schedule.values[value]!.placement.kind === 'arena';
    return access === 'read' && !inArena ? 'read' : 'read_write';
  });
}

function declareBuffers(kernel: Kernel, schedule: Schedule, bindings: readonly string[]): string[] {
  const lines = kernel.buffers.map(
    ({ dtype }, i) =>
      `@group(0) @binding(${i}) var<storage, ${bindings[i]}> b${i}: array<${bufferType(dtype)}>;`,
  );
  if (kernel.uniforms.length > 0) {
    lines.push(
      `@group(1) @binding(0) var<uniform> u: array<vec4<u32>, ${Math.ceil(schedule.uniforms.length / 4)}>;`,
    );
  }
  return lines;
}

type Loops = Exclude<Tiling, { kind: 'product' }>;

function printLoops(
  kernel: Kernel,
  tiling: Loops,
  writer: WgslWriter,
  scratch: Map<string, string>,
): void {
  const turns = sizeOf(kernel.axes.map((axis) => axis.extent));
  const perGroup = tiling.kind === 'threads' ? tiling.workgroupSize : 1;
  const groupIndex =
    tiling.dispatch[1] === 1 ? 'group.x' : `(group.x + group.y * ${tiling.dispatch[0]}u)`;
  writer.line(
    `let turn = i32(${perGroup === 1 ? groupIndex : `${groupIndex} * ${perGroup}u + lane`});`,
  );
  if (tiling.dispatch[0] * tiling.dispatch[1] * perGroup !== turns)
    writer.line(`if (turn >= ${turns}) { return; }`);
  declareAxes(kernel.axes, 'turn', writer);
  const reduced = new Map<number, string>();
  const printer = new ScalarPrinter(writer, kernel, reduced);
  kernel.phases.forEach((phase, p) => {
    const walk = (body: () => void) => innerLoop(phase, tiling, writer, body);
    if (phase.kind === 'reduce') {
      const printed = new ReductionPrinter(phase, p, writer, printer);
      printed.accumulate(walk);
      if (tiling.kind === 'rows') printed.join(tiling.workgroupSize, scratch);
      reduced.set(p, printed.result);
      return;
    }
    const stores = () => printer.stores(phase.stores, new Map());
    if (phase.axes.length > 0) walk(stores);
    else if (tiling.kind === 'rows') writer.block('if (lane == 0u)', stores);
    else stores();
  });
}

/** The axes of a nest from the number of the turn, row-major. */
function declareAxes(axes: readonly Axis[], turn: string, writer: WgslWriter): void {
  const wide = axes.filter((axis) => axis.extent > 1);
  let stride = sizeOf(wide.map((axis) => axis.extent));
  wide.forEach((axis, i) => {
    stride /= axis.extent;
    const quotient = stride === 1 ? turn : `(${turn} / ${stride})`;
    writer.line(`let ${axis.name} = ${i === 0 ? quotient : `${quotient} % ${axis.extent}`};`);
  });
}

/** The inner turns of a phase: by one thread, or shared by the lanes of a workgroup. */
function innerLoop(phase: Phase, tiling: Loops, writer: WgslWriter, body: () => void): void {
  const count = sizeOf(phase.axes.map((axis) => axis.extent));
  if (phase.axes.length === 0) {
    body();
    return;
  }
  // What no turn runs need not compile either: an index into an empty axis may be a constant outside it.
  if (count === 0) return;
  const variable = `t${phase.axes.map((axis) => axis.name).join('')}`;
  const [start, step] = tiling.kind === 'rows' ? ['i32(lane)', tiling.workgroupSize] : ['0', 1];
  writer.block(
    `for (var ${variable} = ${start}; ${variable} < ${count}; ${variable} += ${step})`,
    () => {
      declareAxes(phase.axes, variable, writer);
      body();
    },
  );
}

/** One reduction: an accumulator for each thread, then a tree over the lanes of a workgroup. */
class ReductionPrinter {
  readonly #phase: ReducePhase;
  readonly #writer: WgslWriter;
  readonly #printer: ScalarPrinter;
  readonly #name: string;
  readonly #isArg: boolean;
  /** How values are joined: truth values as 0 and 1, which have an order. */
  readonly #joins: Pick<ReducePhase, 'combine' | 'dtype'>;

  constructor(phase: ReducePhase, index: number, writer: WgslWriter, printer: ScalarPrinter) {
    this.#phase = phase;
    this.#writer = writer;
    this.#printer = printer;
    this.#name = `acc${index}`;
    this.#isArg = phase.combine === 'argmax' || phase.combine === 'argmin';
    this.#joins = {
      combine: phase.combine,
      dtype: phase.dtype === 'bool' ? 'uint32' : phase.dtype,
    };
  }

  /** The result, as text. */
  get result(): string {
    if (this.#isArg) return `${this.#name}_at`;
    return this.#phase.dtype === 'bool' ? `(${this.#name} != 0u)` : this.#name;
  }

  accumulate(walk: (body: () => void) => void): void {
    const phase = this.#phase;
    const writer = this.#writer;
    const identity = literal(identityOf(phase.combine, phase.dtype), this.#joins.dtype, writer);
    writer.line(`var ${this.#name} = ${identity};`);
    if (this.#isArg) writer.line(`var ${this.#name}_at = 0x7fffffff;`);
    walk(() => {
      const printed = this.#printer.print(phase.value, new Map());
      const value = phase.dtype === 'bool' ? `select(0u, 1u, ${printed})` : printed;
      if (!this.#isArg) {
        writer.line(`${this.#name} = ${combineText(this.#joins, this.#name, value, writer)};`, [
          phase.node,
        ]);
        return;
      }
      const position = phase.axes.reduce(
        (text, axis) =>
          axis.extent <= 1
            ? text
            : text === '0'
              ? axis.name
              : `(${text} * ${axis.extent} + ${axis.name})`,
        '0',
      );
      this.#keepBetter(value, position);
    });
  }

  /** Take a value and its position where it wins: larger, or NaN before any number, or equal and earlier. */
  #keepBetter(value: string, position: string): void {
    const writer = this.#writer;
    const { node } = this.#phase;
    const { dtype, combine } = this.#joins;
    const [kept, at] = [this.#name, `${this.#name}_at`];
    const beats = `${value} ${combine === 'argmax' ? '>' : '<'} ${kept}`;
    const earlier = `(${value} == ${kept} && ${position} < ${at})`;
    const wins =
      dtype === 'float32'
        ? `select((!${writer.use(IS_NAN)}(${kept}) && (${beats} || ${earlier})), (!is_nan(${kept}) || ${position} < ${at}), is_nan(${value}))`
        : `(${beats} || ${earlier})`;
    writer.line(`if (${wins}) { ${kept} = ${value}; ${at} = ${position}; }`, [node]);
  }

  /** Join the accumulators of the lanes; afterwards every lane has the result. */
  join(lanes: number, scratch: Map<string, string>): void {
    const writer = this.#writer;
    const { node } = this.#phase;
    const { dtype } = this.#joins;
    const shared = `scratch_${dtype}`;
    scratch.set(shared, bufferType(dtype));
    if (this.#isArg) scratch.set('scratch_at', 'i32');
    writer.line(`${shared}[lane] = ${this.#name};`);
    if (this.#isArg) writer.line(`scratch_at[lane] = ${this.#name}_at;`);
    writer.line('workgroupBarrier();');
    writer.block(`for (var half = ${lanes / 2}u; half > 0u; half >>= 1u)`, () => {
      writer.block('if (lane < half)', () => {
        const other = `${shared}[lane + half]`;
        if (this.#isArg) {
          this.#keepBetter(other, 'scratch_at[lane + half]');
          writer.line(`scratch_at[lane] = ${this.#name}_at;`);
        } else {
          writer.line(`${this.#name} = ${combineText(this.#joins, this.#name, other, writer)};`, [
            node,
          ]);
        }
        writer.line(`${shared}[lane] = ${this.#name};`);
      });
      writer.line('workgroupBarrier();');
    });
    writer.line(`${this.#name} = ${shared}[0];`);
    if (this.#isArg) writer.line(`${this.#name}_at = scratch_at[0];`);
    writer.line('workgroupBarrier();');
  }
}

function combineText(
  { combine, dtype }: Pick<ReducePhase, 'combine' | 'dtype'>,
  a: string,
  b: string,
  writer: WgslWriter,
): string {
  switch (combine) {
    case 'sum':
      return `${a} + ${b}`;
    case 'prod':
      return `${a} * ${b}`;
    case 'max':
    case 'argmax':
      return dtype === 'float32' ? `${writer.use(MAX_NAN)}(${a}, ${b})` : `max(${a}, ${b})`;
    case 'min':
    case 'argmin':
      return dtype === 'float32' ? `${writer.use(MIN_NAN)}(${a}, ${b})` : `min(${a}, ${b})`;
  }
}
