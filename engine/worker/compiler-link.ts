/**
 * @file Between the compiler and the device side: what each asks of the other. In Node and in a page both are in one realm and
 * hand over objects; as two workers they send the same as messages (`compiler-main.ts`, `device-main.ts`). Nodes of a
 * function's lowered graph are named by their place in `nodes`, which both sides have.
 */
import type { Executable } from '../codegen/executable.ts';
import type { ReportKind, ReportOf } from './protocol.ts';
import type { Expr, GraphScope } from '../ir/graph.ts';
import type { DeviceLimits, DeviceName } from '../runtime/device.ts';
import type { Lowered } from '../schedule/bind-shapes.ts';

/** A function after stage 3, as far as calls need it: extents and scalars of the host are resolved with it. */
export type Definition = {
  readonly name: string;
  readonly lowered: Lowered;
  /** Names and places of the nodes. */
  readonly scope: GraphScope;
  readonly nodes: readonly Expr[];
  /** Shared variables that the graph reads or changes, with the ids that the front end gave them. */
  readonly shared: readonly { readonly leaf: Expr; readonly id: number }[];
  readonly options: FunctionOptions;
};

/** How a function is called. */
export type FunctionOptions = {
  /** `null`: the device that is set. */
  readonly device: DeviceName | null;
  readonly profile: boolean;
  readonly sync: boolean;
  readonly keepBuffers: boolean;
};

/** What stages 4 to 6 need of a call. */
export type PlanQuery = {
  readonly fn: number;
  readonly device: DeviceName;
  readonly target: 'wgsl' | 'wasm';
  readonly limits: DeviceLimits;
  /** Shapes of the inputs, then of the shared variables. */
  readonly shapes: readonly (readonly number[])[];
  /** Scalars that the host knows: of leaves, and read back from earlier segments. */
  readonly values: readonly (readonly [node: number, value: number])[];
};

export type PlanAnswer = {
  /** Names the plan in reports. */
  readonly plan: number;
  readonly executable: Executable;
  /** The node of each host scalar of the uniforms. */
  readonly hostScalars: readonly number[];
  /** Scalars that this segment computes for the host, in the order of its outputs; empty in the last segment. */
  readonly pending: readonly number[];
};

/** What the device side asks of the compiler. */
export type CompilerLink = {
  plan(query: PlanQuery): PlanAnswer | Promise<PlanAnswer>;
  /** What the compiler knows of a function and of the plans of its latest call. */
  report<K extends Exclude<ReportKind, 'profile'>>(
    fn: number,
    what: K,
    plans: readonly number[],
  ): Promise<ReportOf[K]>;
  free(fn: number): void;
};
