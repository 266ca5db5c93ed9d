/**
 * @file Stage 6 for WASM: a kernel becomes a module whose function `run` works on four elements at a time. A tail shorter
 * than a vector runs the same code and stores fewer lanes.
 */
import { strideAlong } from '../../ir/scalar.ts';
import { assert } from '../../base/errors.ts';
import { describe, type Expr } from '../../ir/graph.ts';
import type { Axis } from '../../ir/index-expr.ts';
import type { Kernel, MapPhase, Schedule } from '../../schedule/kernel.ts';
import type { SourceLine, WasmProgram } from '../program.ts';
import { assemble, WasmFunction, WasmModule, type Assembled } from './assembler.ts';
import { checkDType, ElementWriter, LANES } from './element-writer.ts';
import { LoopNest, segmentsOf, type Turn } from './loop-nest.ts';
import { planLoops, type LoopPlan, type MapPlan } from './loop-plan.ts';
import { ReductionWriter } from './reduction-writer.ts';

/** The kernel as a WASM module. @throws dtype_unsupported for float64 and float16 */
export function emitWasm(kernel: Kernel, schedule: Schedule): WasmProgram {
  for (const { value, dtype } of kernel.buffers) {
    const node = schedule.values[value]?.node;
    checkDType(dtype, node === undefined ? kernel.name : describe(node));
  }
  const module = new WasmModule();
  const params = [...kernel.buffers.map((_, i) => `buffer${i}`), 'uniforms'];
  const fn = new WasmFunction(
    'run',
    params.map((name) => ({ name, type: 'i32' as const })),
    { result: null, exported: true },
  );
  if (kernel.axes.every((axis) => axis.extent > 0)) writeKernel(kernel, fn, module);
  module.numberOf('run', () => fn);
  const { bytes, text, lines } = assemble(module);
  return {
    target: 'wasm',
    name: kernel.name,
    bufferCount: kernel.buffers.length,
    kernel,
    text,
    bytes,
    sourceMap: mergeLines(lines),
  };
}

function mergeLines(lines: Assembled['lines']): SourceLine[] {
  const nodesOf = new Map<number, Set<Expr>>();
  for (const { line, node } of lines) nodesOf.set(line, (nodesOf.get(line) ?? new Set()).add(node));
  return [...nodesOf].map(([line, nodes]) => ({ line, nodes: [...nodes] }));
}

function writeKernel(kernel: Kernel, fn: WasmFunction, module: WasmModule): void {
  const node = kernel.nodes.at(-1);
  const nest = new LoopNest(fn, module);
  const elements = new ElementWriter(
    nest,
    kernel,
    node === undefined ? kernel.name : describe(node),
  );
  const plan = planLoops(kernel, strideAlong);
  nest.vectorAxis = plan.vectorAxis;
  writeParallel(0, [new Map()]);

  /** The parallel loops from the k-th on. */
  function writeParallel(k: number, turns: readonly Turn[]): void {
    const loop = plan.axes[k];
    if (loop === undefined) {
      writePhases({ kernel, plan, nest, elements }, turns);
      return;
    }
    const { axis, parts } = loop;
    for (const segment of segmentsOf(axis.extent, {
      width: widthOf(axis, plan.vectorAxis),
      parts,
    })) {
      nest.segment({
        axis,
        segment,
        turns,
        hooks: null,
        body: (made) => writeParallel(k + 1, made),
      });
    }
  }
}

const widthOf = (axis: Axis, vectorAxis: Axis | null): 1 | 4 => (axis === vectorAxis ? LANES : 1);

type KernelWriter = {
  readonly kernel: Kernel;
  readonly plan: LoopPlan;
  readonly nest: LoopNest;
  readonly elements: ElementWriter;
};

function writePhases({ kernel, plan, nest, elements }: KernelWriter, turns: readonly Turn[]): void {
  kernel.phases.forEach((phase, i) => {
    const phasePlan = plan.phases[i]!;
    nest.vectorAxis = phasePlan.vectorAxis;
    if (phase.kind === 'reduce') {
      assert(phasePlan.kind === 'reduce', 'a plan of another phase');
      const results = new ReductionWriter(nest, elements, { phase, plan: phasePlan }).write(turns);
      results.forEach((result, k) => elements.defineReduced(i, turns[k]!, result));
    } else if (phase.axes.every((axis) => axis.extent > 0)) {
      assert(phasePlan.kind === 'map', 'a plan of another phase');
      writeMap({ nest, elements, phase, plan: phasePlan }, 0, turns);
    }
  });
  nest.vectorAxis = plan.vectorAxis;
}

type MapWriter = {
  readonly nest: LoopNest;
  readonly elements: ElementWriter;
  readonly phase: MapPhase;
  readonly plan: MapPlan;
};

/** The inner loops from the k-th on, and in them the stores. */
function writeMap(writer: MapWriter, k: number, turns: readonly Turn[]): void {
  const { nest, elements, phase, plan } = writer;
  const axis = plan.axes[k];
  if (axis === undefined) {
    for (const turn of turns) elements.store(phase.stores, turn);
    return;
  }
  const parts = k === plan.axes.length - 1 ? plan.parts : 1;
  for (const segment of segmentsOf(axis.extent, { width: widthOf(axis, plan.vectorAxis), parts })) {
    nest.segment({
      axis,
      segment,
      turns,
      hooks: null,
      body: (made) => writeMap(writer, k + 1, made),
    });
  }
}
