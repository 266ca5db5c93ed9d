/** @file How a GPU shares the turns of a kernel: a thread, a workgroup, or a tile of a product for each. */
import type { Axis } from '../ir/index-expr.ts';
import { axesOf, operandsOf, strideAlong, type Scalar } from '../ir/scalar.ts';
import { sizeOf } from '../ir/types.ts';
import type { Kernel, ReducePhase } from './kernel.ts';

/** Workgroups along one dimension of a dispatch. WebGPU promises no more. */
const WORKGROUPS_MAX = 65_535;

type Dispatch = readonly [x: number, y: number, z: number];

export type Tiling =
  /** A thread for each turn of the parallel axes, or of all axes where every phase is a map over them. */
  | {
      readonly kind: 'threads';
      readonly axes: readonly Axis[];
      readonly workgroupSize: number;
      readonly dispatch: Dispatch;
    }
  /** A workgroup for each turn of the parallel axes; its lanes share the inner turns. */
  | { readonly kind: 'rows'; readonly workgroupSize: number; readonly dispatch: Dispatch }
  /** A workgroup for each tile of a matrix product. */
  | {
      readonly kind: 'product';
      readonly product: Product;
      readonly tile: Tile;
      readonly dispatch: Dispatch;
    };

/** A sum over `k` of an operand along `m` and one along `n`. */
type Product = {
  readonly phase: ReducePhase;
  readonly m: Axis;
  readonly n: Axis;
  readonly k: Axis;
  readonly left: Scalar;
  readonly right: Scalar;
};

/** Rows and columns of a tile, of what one thread computes, and how much of k is staged at once. */
export type Tile = {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly threadRows: number;
  readonly threadColumns: number;
};

export function tileKernel(kernel: Kernel): Tiling {
  const product = kernel.template === 'matmul' ? productOf(kernel) : null;
  if (product !== null) {
    const tile = tileFor(product.m.extent, product.n.extent);
    const dispatch: Dispatch = [
      Math.ceil(product.n.extent / tile.columns),
      Math.ceil(product.m.extent / tile.rows),
      1,
    ];
    if (dispatch[0] <= WORKGROUPS_MAX && dispatch[1] <= WORKGROUPS_MAX)
      return { kind: 'product', product, tile, dispatch };
  }
  const turns = sizeOf(kernel.axes.map((axis) => axis.extent));
  const inner = Math.max(1, ...kernel.phases.map((p) => sizeOf(p.axes.map((axis) => axis.extent))));
  if (prefersRows(kernel, turns, inner)) {
    return { kind: 'rows', workgroupSize: laneCount(inner), dispatch: spread(turns) };
  }
  const workgroupSize = turns >= 65_536 ? 256 : 64;
  return {
    kind: 'threads',
    axes: kernel.axes,
    workgroupSize,
    dispatch: spread(Math.ceil(turns / workgroupSize)),
  };
}

/** Workgroups over two dimensions, where one does not hold them. */
function spread(workgroups: number): Dispatch {
  if (workgroups <= WORKGROUPS_MAX) return [workgroups, 1, 1];
  const y = Math.ceil(workgroups / WORKGROUPS_MAX);
  return [Math.ceil(workgroups / y), y, 1];
}

/** Lanes that share `inner` turns: enough to be busy, not more than there is work for. */
function laneCount(inner: number): number {
  let lanes = 32;
  while (lanes < 256 && lanes * 2 <= inner) lanes *= 2;
  return lanes;
}

/** Whether the inner loops are long and their neighbours lie together, or there is too little parallel work without them. */
function prefersRows(kernel: Kernel, turns: number, inner: number): boolean {
  if (inner < 32) return false;
  const innermost = kernel.phases.flatMap((p) => p.axes.slice(-1));
  const last = kernel.axes.at(-1);
  const contiguousInner = kernel.phases.some((p) =>
    scalarsOf(p).some((s) => innermost.some((axis) => loadStride(s, axis) === 1)),
  );
  const contiguousOuter =
    last !== undefined &&
    kernel.phases.some((p) => scalarsOf(p).some((s) => loadStride(s, last) === 1));
  if (contiguousOuter && !contiguousInner) return turns < 64 && inner >= 256;
  return turns < 16_384 || inner >= 256;
}

function scalarsOf(phase: Kernel['phases'][number]): Scalar[] {
  const found = new Set<Scalar>();
  const stack = phase.kind === 'reduce' ? [phase.value] : phase.stores.map((s) => s.value);
  for (let s = stack.pop(); s !== undefined; s = stack.pop()) {
    if (found.has(s)) continue;
    found.add(s);
    stack.push(...operandsOf(s));
  }
  return [...found];
}

const loadStride = (s: Scalar, axis: Axis): number | null =>
  s.kind === 'load' ? strideAlong(s.index, axis) : null;

/** The operands of a product, told apart by the axes that they depend on; `null` when they are not apart. */
function productOf(kernel: Kernel): Product | null {
  const [phase] = kernel.phases;
  const [m, n] = kernel.axes;
  if (
    phase?.kind !== 'reduce' ||
    m === undefined ||
    n === undefined ||
    kernel.phases.slice(1).some((p) => p.kind === 'reduce')
  )
    return null;
  const [k] = phase.axes;
  const { value } = phase;
  if (
    k === undefined ||
    value.kind !== 'apply' ||
    value.inputs.length !== 2 ||
    phase.dtype !== 'float32'
  )
    return null;
  const [left, right] = value.inputs as readonly [Scalar, Scalar];
  const apart = !axesOf(left).has(n) && !axesOf(right).has(m);
  return apart ? { phase, m, n, k, left, right } : null;
}

const TILES: readonly Tile[] = [
  { rows: 64, columns: 64, depth: 16, threadRows: 4, threadColumns: 4 },
  { rows: 32, columns: 32, depth: 16, threadRows: 4, threadColumns: 2 },
  { rows: 16, columns: 16, depth: 32, threadRows: 2, threadColumns: 2 },
  { rows: 8, columns: 64, depth: 16, threadRows: 2, threadColumns: 4 },
  { rows: 64, columns: 8, depth: 16, threadRows: 4, threadColumns: 2 },
];

/** Tiles smaller than this in number leave most of a GPU idle. */
const TILES_WANTED = 64;

/** The tile with the least work, wasted work at the edges and idle processors counted. */
function tileFor(m: number, n: number): Tile {
  const cost = (tile: Tile): number => {
    const count = Math.ceil(m / tile.rows) * Math.ceil(n / tile.columns);
    const work = count * tile.rows * tile.columns;
    // A thread with a larger tile loads less for each product.
    const traffic = 1 + 2 / tile.threadRows + 2 / tile.threadColumns;
    return work * traffic * Math.max(1, Math.min(4, TILES_WANTED / count));
  };
  return TILES.reduce((best, tile) => (cost(tile) < cost(best) ? tile : best));
}
