/**
 * @file Stages 3 to 6, in order: the first file to read. A graph is optimized once; for each signature of extents it is
 * bound, scheduled and emitted. Pure functions of what they are given.
 */
import { emitWasm } from '../codegen/wasm/print-kernel.ts';
import { emitWgsl } from '../codegen/wgsl/print-kernel.ts';
import { makeExecutable, type Executable } from '../codegen/executable.ts';
import type { Program } from '../codegen/program.ts';
import { GraphScope, rootsOf, withGraph, withRoots, type Expr, type Graph } from '../ir/graph.ts';
import { verifyGraph } from '../ir/verify.ts';
import type { RewriteStep } from '../rewrite/driver.ts';
import { optimizeRoots, specializeBound, type RewriteMode } from '../rewrite/optimize.ts';
import {
  bindShapes,
  lowerGraph,
  type Bound,
  type Lowered,
  type Resolution,
} from '../schedule/bind-shapes.ts';
import type { Schedule } from '../schedule/kernel.ts';
import { scheduleKernels, type ScheduleLimits } from '../schedule/schedule.ts';

/** A graph after all rules, and how it became so. */
export type Optimized = {
  readonly graph: Graph<'optimized'>;
  readonly lowered: Lowered;
  readonly steps: readonly RewriteStep[];
  readonly attempts: number;
};

/** Stage 3, once for each `compile`. `scope` is the graph's. */
export function optimizeGraph(
  traced: Graph<'traced'>,
  mode: RewriteMode,
  scope: GraphScope,
): Optimized {
  return withGraph(scope, () => {
    verifyGraph(traced);
    const { roots, steps, attempts } = optimizeRoots(rootsOf(traced), mode);
    const graph = verifyGraph(withRoots(traced, 'optimized', roots));
    return { graph, lowered: lowerGraph(graph), steps, attempts };
  });
}

/** One segment of a call, ready to be loaded: all of it, or what must be read back before the rest can be bound. */
export type Plan = {
  readonly bound: Bound;
  readonly schedule: Schedule;
  /** What rules did once extents were known. */
  readonly steps: readonly RewriteStep[];
  readonly programs: readonly Program[];
  /** What of it a device needs. */
  readonly executable: Executable;
  /** Names and places of the bound graph's nodes. */
  readonly annotations: GraphScope;
  /** Scalars that this segment computes for the host, in the order of its outputs; empty in the last segment. */
  readonly pending: readonly Expr[];
};

export type PlanOptions = {
  readonly mode: RewriteMode;
  readonly limits: ScheduleLimits;
  readonly target: 'wgsl' | 'wasm';
  readonly scope: GraphScope;
  /** The function's shared variables, in order. */
  readonly shared: readonly Expr[];
};

/** Stages 4 to 6 for extents that are resolved, once for each signature of them. */
export function planSegment(lowered: Lowered, resolution: Resolution, options: PlanOptions): Plan {
  const { pending } = resolution;
  const { graph } = lowered;
  const deviceUpdates = graph.updates.filter((u) => !lowered.hostable.has(u.value));
  const roots =
    pending.length > 0
      ? { outputs: pending, updates: [] }
      : { outputs: graph.outputs, updates: deviceUpdates };
  const target = new GraphScope();
  const bound = bindShapes(lowered, resolution, roots, { source: options.scope, target });
  return withGraph(target, () => {
    const { roots: late, steps } = specializeBound(rootsOf(bound.graph), options.mode);
    const shaped = withRoots(bound.graph, 'bound', late);
    const leafOf = new Map([...bound.variables].map(([leaf, variable]) => [variable, leaf]));
    const schedule = scheduleKernels(
      shaped,
      {
        inputs: graph.inputs.map((x) => leafOf.get(x) ?? null),
        shared: options.shared.map((x) => leafOf.get(x) ?? null),
        updated: roots.updates.map((u) => options.shared.indexOf(u.variable)),
      },
      options.limits,
    );
    const emit = options.target === 'wgsl' ? emitWgsl : emitWasm;
    const programs = schedule.kernels.map((k) => emit(k, schedule));
    return {
      bound: { ...bound, graph: shaped },
      schedule,
      steps,
      programs,
      executable: makeExecutable(schedule, programs, shaped.outputs),
      annotations: target,
      pending,
    };
  });
}
