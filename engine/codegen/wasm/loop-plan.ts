/**
 * @file Which axis the lanes of a vector lie along, the order of the loops, and how many turns one pass makes. Lanes lie
 * either along a parallel axis in the whole kernel, or along an inner axis of each phase.
 */
import type { Axis, IndexExpr } from '../../ir/index-expr.ts';
import { operandsOf, type Scalar } from '../../ir/scalar.ts';
import { sizeOf } from '../../ir/types.ts';
import type { Kernel, MapPhase, Phase, ReducePhase } from '../../schedule/kernel.ts';
import { LANES } from './element-writer.ts';

export type ReducePlan = {
  /** Loops, outermost first. */
  readonly axes: readonly Axis[];
  readonly vectorAxis: Axis | null;
  /** Turns of the innermost loop in one pass. */
  readonly parts: number;
  readonly accumulators: number;
};
export type MapPlan = {
  readonly axes: readonly Axis[];
  readonly vectorAxis: Axis | null;
  readonly parts: number;
};
type PhasePlan = ({ readonly kind: 'reduce' } & ReducePlan) | ({ readonly kind: 'map' } & MapPlan);

export type LoopPlan = {
  /** Parallel loops, outermost first, and the turns of each in one pass. */
  readonly axes: readonly { readonly axis: Axis; readonly parts: number }[];
  /** The parallel axis along which the lanes lie, if one. */
  readonly vectorAxis: Axis | null;
  readonly phases: readonly PhasePlan[];
};

/** How an index moves along an axis; `null` where that differs from place to place. */
export type Stride = (index: IndexExpr, axis: Axis) => number | null;

/** What one phase computes and touches. */
type Content = {
  readonly phase: Phase;
  readonly indices: readonly IndexExpr[];
  readonly work: number;
};

/** Time of a vector of elements by how they lie, in additions. */
const CONTIGUOUS_COST = 1;
const STRIDED_COST = 5;
const SCATTERED_COST = 12;

/** Work, in additions, of one turn up to which a pass makes so many of them. */
const LIGHT_WORK = 12;
const MEDIUM_WORK = 40;

/** Rows of a matmul's block where the lanes lie along its columns: with 2 vectors, the registers of x86 are used up. */
const ROWS_CHOICES = [6, 5, 4] as const;

export function planLoops(kernel: Kernel, stride: Stride): LoopPlan {
  const contents = kernel.phases.map(contentOf);
  const choices: (Axis | null)[] = [null, ...kernel.axes];
  const costs = choices.map((axis) => costOf(kernel, contents, axis, stride));
  const best = costs.lastIndexOf(Math.min(...costs));
  const vectorAxis = choices[best] ?? null;
  return kernel.template === 'matmul' && kernel.phases[0]?.kind === 'reduce'
    ? planMatmul(kernel, contents, vectorAxis, stride)
    : planPlain(kernel, contents, vectorAxis, stride);
}

function contentOf(phase: Phase): Content {
  const roots = phase.kind === 'reduce' ? [phase.value] : phase.stores.map((s) => s.value);
  const indices = phase.kind === 'reduce' ? [] : phase.stores.map((s) => s.index);
  const seen = new Set<Scalar>(roots);
  let work = 1;
  // A set goes on over what is added to it.
  for (const scalar of seen) {
    if (scalar.kind === 'load') indices.push(scalar.index);
    if (scalar.kind === 'apply') work += scalar.code.cost;
    for (const operand of operandsOf(scalar)) seen.add(operand);
  }
  return { phase, indices, work: work + indices.length };
}

/** Cost of all elements with the lanes along this parallel axis, or along inner axes where it is `null`. */
function costOf(
  kernel: Kernel,
  contents: readonly Content[],
  axis: Axis | null,
  stride: Stride,
): number {
  return contents.reduce((sum, content) => {
    const inner = axis ?? innerVectorAxis(content, stride);
    const turns = sizeOf([...kernel.axes, ...content.phase.axes].map((a) => a.extent));
    if (inner === null) return sum + turns * content.work;
    const joining =
      axis === null && content.phase.kind === 'reduce'
        ? (LANES * 2) / Math.max(inner.extent, 1)
        : 0;
    return sum + turns * (vectorCost(content, inner, stride) + joining);
  }, 0);
}

/** Cost of an element when lanes lie along the axis. */
function vectorCost({ indices, work }: Content, axis: Axis, stride: Stride): number {
  const access = indices.reduce((sum, index) => {
    const s = stride(index, axis);
    return (
      sum + (s === 0 || s === 1 ? CONTIGUOUS_COST : s === null ? SCATTERED_COST : STRIDED_COST)
    );
  }, 0);
  const vectors = Math.ceil(axis.extent / LANES);
  return ((access + work - indices.length) * vectors) / Math.max(axis.extent, 1);
}

/** The inner axis along which lanes lie best; the last of equals. */
function innerVectorAxis(content: Content, stride: Stride): Axis | null {
  let best: Axis | null = null;
  let least = Infinity;
  for (const axis of content.phase.axes) {
    const cost = vectorCost(content, axis, stride);
    if (cost <= least) [best, least] = [axis, cost];
  }
  return best;
}

const last = (axes: readonly Axis[], axis: Axis | null): readonly Axis[] =>
  axis === null || !axes.includes(axis) ? axes : [...axes.filter((a) => a !== axis), axis];

function partsFor(work: number, most: number): number {
  return work <= LIGHT_WORK ? most : work <= MEDIUM_WORK ? Math.ceil(most / 2) : 1;
}

function planPlain(
  kernel: Kernel,
  contents: readonly Content[],
  vectorAxis: Axis | null,
  stride: Stride,
): LoopPlan {
  const work = contents.reduce((sum, c) => sum + c.work, 0);
  const ordered = last(kernel.axes, vectorAxis);
  const parts = vectorAxis === null ? 1 : partsFor(work, 4);
  const phases = contents.map((content): PhasePlan => {
    const inner = vectorAxis ?? innerVectorAxis(content, stride);
    if (content.phase.kind === 'map') return planMap(content.phase, inner, content.work);
    const accumulators = vectorAxis === null ? partsFor(content.work, 8) : parts > 1 ? 2 : 4;
    return planReduce(content.phase, inner, { parts: accumulators, accumulators });
  });
  return {
    axes: ordered.map((axis, i) => ({ axis, parts: i === ordered.length - 1 ? parts : 1 })),
    vectorAxis,
    phases,
  };
}

function planMap(phase: MapPhase, inner: Axis | null, work: number): PhasePlan {
  const isInner = inner !== null && phase.axes.includes(inner);
  return {
    kind: 'map',
    axes: last(phase.axes, inner),
    vectorAxis: inner,
    parts: isInner ? partsFor(work, 4) : 1,
  };
}

const planReduce = (
  phase: ReducePhase,
  inner: Axis | null,
  counts: { readonly parts: number; readonly accumulators: number },
): PhasePlan => ({ kind: 'reduce', axes: last(phase.axes, inner), vectorAxis: inner, ...counts });

/** A block of rows and columns stays in registers while the loop over the summed axis runs. */
function planMatmul(
  kernel: Kernel,
  contents: readonly Content[],
  vectorAxis: Axis | null,
  stride: Stride,
): LoopPlan {
  const phases = contents.map((content, i): PhasePlan => {
    const inner = vectorAxis ?? innerVectorAxis(content, stride);
    if (content.phase.kind === 'map') return planMap(content.phase, inner, content.work);
    const parts = i > 0 ? 1 : vectorAxis === null ? 2 : 4;
    return planReduce(content.phase, inner, { parts, accumulators: 1 });
  });
  if (vectorAxis === null) {
    const axes = kernel.axes.map((axis, i) => ({
      axis,
      parts: i === kernel.axes.length - 1 ? 4 : 2,
    }));
    return { axes, vectorAxis, phases };
  }
  // The vectors of one block of columns stay in the nearest cache while the rows go by.
  const rows = kernel.axes.filter((axis) => axis !== vectorAxis);
  const axes = [
    { axis: vectorAxis, parts: 2 },
    ...rows.map((axis, i) => ({ axis, parts: i === rows.length - 1 ? rowsOf(axis) : 1 })),
  ];
  return { axes, vectorAxis, phases };
}

/** The largest block that divides the extent, or simply the largest. */
function rowsOf({ extent }: Axis): number {
  return ROWS_CHOICES.find((rows) => extent % rows === 0) ?? ROWS_CHOICES[0];
}
