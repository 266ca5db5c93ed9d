/**
 * @file Loop IR: what stage 5 gives and the printers take. A kernel is a small loop nest over index expressions: parallel
 * axes, then phases in order, each a reduction over inner axes or a map with stores. It says nothing of workgroups or lanes.
 */
import type { Expr } from '../ir/graph.ts';
import type { Axis, IndexExpr } from '../ir/index-expr.ts';
import type { Combine, Scalar } from '../ir/scalar.ts';
import type { DType } from '../ir/types.ts';

/** One turn of the parallel axes runs the phases in order; turns do not see each other's stores. */
export type Kernel = {
  readonly name: string;
  /** Parallel axes, outermost first; the last is the one whose neighbours lie together in most buffers. */
  readonly axes: readonly Axis[];
  readonly phases: readonly Phase[];
  readonly buffers: readonly KernelBuffer[];
  /** Slots of the host values that it reads. */
  readonly uniforms: readonly number[];
  /** A better shape for the loops than the plain one: `phases[0]` sums a product of two operands. */
  readonly template: 'loops' | 'matmul';
  /** The node that a scalar of the body is an element of. */
  readonly origins: ReadonlyMap<Scalar, Expr>;
  /** The nodes that it computes, and why it ends where it ends. */
  readonly nodes: readonly Expr[];
  readonly boundary: string;
};

export type Phase = ReducePhase | MapPhase;

export type ReducePhase = {
  readonly kind: 'reduce';
  /** Inner loops, outermost first. */
  readonly axes: readonly Axis[];
  readonly combine: Combine;
  /** dtype of the values joined; the result of argmax and argmin is an int32, the position in the inner loops. */
  readonly dtype: DType;
  readonly value: Scalar;
  readonly node: Expr;
};

export type MapPhase = {
  readonly kind: 'map';
  /** Inner loops; empty when each turn of the parallel axes stores once. */
  readonly axes: readonly Axis[];
  readonly stores: readonly Store[];
};

export type Store = {
  readonly buffer: number;
  readonly index: IndexExpr;
  readonly value: Scalar;
  readonly node: Expr;
};

export type KernelBuffer = {
  /** The value that it holds: a position in `Schedule.values`. */
  readonly value: number;
  readonly access: 'read' | 'write' | 'readWrite';
  readonly dtype: DType;
  readonly shape: readonly number[];
};

/** Where a value lies. Offsets and sizes are bytes. */
export type Placement =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'shared'; readonly index: number }
  /** The new value of shared variable `index`: in its own buffer where the shape stays, else in a new one. */
  | { readonly kind: 'updated'; readonly index: number }
  | { readonly kind: 'constant'; readonly index: number }
  | { readonly kind: 'output'; readonly index: number }
  | { readonly kind: 'arena'; readonly offset: number };

/** An array that kernels read or write. */
export type Value = {
  readonly node: Expr;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: number;
  readonly placement: Placement;
};

/** A host value of a call, a word: an int32 as it is, a float32 by its bits. */
export type UniformSlot = {
  readonly dtype: DType;
  readonly source:
    | { readonly kind: 'scalar'; readonly index: number }
    /** Offset `index` of a node whose scalar inputs are host scalars. */
    | { readonly kind: 'offset'; readonly node: Expr; readonly index: number };
};

/** Something to copy after the kernels: an update that could not be made in place, an output that is an input. */
export type Copy = { readonly from: number; readonly to: number };

/** What stage 5 gives for one segment. */
export type Schedule = {
  readonly kernels: readonly Kernel[];
  readonly values: readonly Value[];
  readonly copies: readonly Copy[];
  readonly uniforms: readonly UniformSlot[];
  readonly memory: MemoryPlan;
};

/** Life of an intermediate value: bytes `[offset, offset + bytes)` of the arena from kernel `from` to kernel `to`. */
export type ArenaSpan = {
  readonly node: Expr;
  readonly offset: number;
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
};

export type MemoryPlan = {
  readonly plan: readonly ArenaSpan[];
  readonly peakBytes: number;
  readonly peakBytesWithoutReuse: number;
};
