/**
 * @file Vector code for the scalar language. Four neighbours along the nest's vector axis are one value; where there is no
 * such axis, all lanes are equal. A bool is a mask in registers and a word 0 or 1 in memory.
 */
import { assert, fail } from '../../base/errors.ts';
import { describe } from '../../ir/graph.ts';
import { rangeOf, type Axis, type IndexExpr } from '../../ir/index-expr.ts';
import { operandsOf, type Scalar } from '../../ir/scalar.ts';
import { sizeOf, type DType } from '../../ir/types.ts';
import type { Kernel, Store } from '../../schedule/kernel.ts';
import {
  f32,
  get,
  i32,
  laneOp,
  memoryOp,
  op,
  words,
  type Code,
  type Local,
  type MemoryPlace,
} from './assembler.ts';
import { IndexWriter, type ElementPlace, type ScalarInfo } from './index-code.ts';
import { Lane32Builder, lanesOf, localOf } from './lane-builder.ts';
import type { LoopNest, Turn } from './loop-nest.ts';

export const LANES = 4;

/** A vector with this value in each lane; a bool is a mask. */
export function constantOf(dtype: DType, value: number): Code {
  if (dtype === 'float32') return op('f32x4.splat', f32(value));
  return op('i32x4.splat', i32(dtype === 'bool' ? -Number(value !== 0) : value));
}

/** @throws dtype_unsupported, naming what needs the dtype */
export function checkDType(dtype: DType, at: string): void {
  if (dtype === 'float16' || dtype === 'float64') fail('dtype_unsupported', dtype, 'wasm', at);
}

type Known = { readonly id: number; readonly axes: readonly Axis[] };

export class ElementWriter implements ScalarInfo {
  readonly #nest: LoopNest;
  readonly #kernel: Kernel;
  readonly #index: IndexWriter;
  readonly #known = new Map<Scalar, Known>();
  /** Whether loops run over an edge. */
  #isGuarded = false;
  /** What errors say needs a dtype, where a value has no node. */
  readonly #describedAs: string;

  constructor(nest: LoopNest, kernel: Kernel, describedAs: string) {
    this.#nest = nest;
    this.#kernel = kernel;
    this.#describedAs = describedAs;
    const buffers = nest.fn.params.slice(0, -1);
    this.#index = new IndexWriter(nest, this, { buffers, uniforms: nest.fn.params.at(-1)! });
  }

  axesOf(scalar: Scalar): readonly Axis[] {
    return this.#learn(scalar).axes;
  }

  idOf(scalar: Scalar): number {
    return this.#learn(scalar).id;
  }

  /** Number and axes of a value and of all below it. No recursion: fused chains are deep. */
  #learn(root: Scalar): Known {
    const known = this.#known.get(root);
    if (known !== undefined) return known;
    for (const scalar of inOrder(root, (s) => this.#known.has(s))) {
      const node = this.#kernel.origins.get(scalar);
      checkDType(scalar.dtype, node === undefined ? this.#describedAs : describe(node));
      this.#isGuarded ||= scalar.kind === 'inRange';
      const axes = new Set(operandsOf(scalar).flatMap((s) => this.#known.get(s)!.axes));
      if (scalar.kind === 'reduced') for (const axis of this.#kernel.axes) axes.add(axis);
      if ('index' in scalar) for (const axis of this.#index.axesOf(scalar.index)) axes.add(axis);
      this.#known.set(scalar, { id: this.#known.size, axes: [...axes] });
    }
    return this.#known.get(root)!;
  }

  /** The value at a turn. */
  valueOf(root: Scalar, turn: Turn): Local {
    this.#learn(root);
    const place = (scalar: Scalar): { depth: number; key: string } => {
      const { id, axes } = this.#known.get(scalar)!;
      return {
        depth: this.#nest.depthOf(axes),
        key: `s${id}@${this.#index.signature(axes, turn)}`,
      };
    };
    const isThere = (scalar: Scalar): boolean => {
      const { depth, key } = place(scalar);
      return scalar.kind === 'reduced' || this.#nest.known(depth, key) !== undefined;
    };
    let value = this.#find(root, place(root));
    if (value !== undefined) return value;
    const outer = this.#nest.node;
    for (const scalar of inOrder(root, isThere)) {
      const { depth, key } = place(scalar);
      this.#nest.node = this.#kernel.origins.get(scalar) ?? outer;
      value = this.#compute(scalar, turn, depth);
      this.#nest.define(depth, key, value);
    }
    this.#nest.node = outer;
    assert(value !== undefined, 'a value without code');
    return value;
  }

  #find(scalar: Scalar, { depth, key }: { depth: number; key: string }): Local | undefined {
    return scalar.kind === 'reduced' ? undefined : this.#nest.known(depth, key);
  }

  /** Say what a reduction gave at a turn of the parallel axes. */
  defineReduced(phase: number, turn: Turn, value: Local): void {
    const { axes } = this.#kernel;
    this.#nest.define(
      this.#nest.depthOf(axes),
      `r${phase}@${this.#index.signature(axes, turn)}`,
      value,
    );
  }

  #reduced(phase: number, turn: Turn): Local {
    const { axes } = this.#kernel;
    const value = this.#nest.known(
      this.#nest.depthOf(axes),
      `r${phase}@${this.#index.signature(axes, turn)}`,
    );
    assert(value !== undefined, `phase ${phase} is read before it is reduced`);
    return value;
  }

  #compute(scalar: Scalar, turn: Turn, depth: number): Local {
    const keep = (code: Code): Local => this.#nest.keep(depth, 'v128', code);
    switch (scalar.kind) {
      case 'constant':
        return this.#nest.constant(constantOf(scalar.dtype, scalar.value));
      case 'uniform':
        return this.#toRegister(
          keep(memoryOp('v128.load32_splat', this.#index.uniform(scalar.slot))),
          scalar.dtype,
          depth,
        );
      case 'load':
        return this.#toRegister(this.#load(scalar, turn, depth), scalar.dtype, depth);
      case 'index':
        return this.#indexLanes(scalar.index, turn, depth);
      case 'reduced':
        return this.#reduced(scalar.phase, turn);
      case 'select':
        return keep(
          op(
            'v128.bitselect',
            ...[scalar.yes, scalar.no, scalar.condition].map((s) => get(this.valueOf(s, turn))),
          ),
        );
      case 'apply': {
        const builder = new Lane32Builder(
          this.#nest.sink(depth),
          scalar.dtype,
          scalar.inputs.map((s) => s.dtype),
        );
        return localOf(
          scalar.code.wasm(
            builder,
            scalar.inputs.map((s) => lanesOf(this.valueOf(s, turn))),
          ),
        );
      }
      case 'inBounds': {
        const value = get(this.valueOf(scalar.value, turn));
        if (scalar.value.dtype === 'uint32')
          return keep(op('i32x4.lt_u', value, this.#integers(scalar.extent)));
        const above = op('i32x4.ge_s', value, this.#integers(-scalar.extent));
        return keep(op('v128.and', above, op('i32x4.lt_s', value, this.#integers(scalar.extent))));
      }
      case 'inRange': {
        const value = get(this.#indexLanes(scalar.index, turn, depth));
        const above = op('i32x4.ge_s', value, this.#integers(scalar.low));
        return keep(op('v128.and', above, op('i32x4.lt_s', value, this.#integers(scalar.high))));
      }
    }
  }

  #integers(value: number): Code {
    return get(this.#nest.constant(op('i32x4.splat', i32(value))));
  }

  #toRegister(word: Local, dtype: DType, depth: number): Local {
    return dtype === 'bool'
      ? this.#nest.keep(depth, 'v128', op('i32x4.ne', get(word), this.#integers(0)))
      : word;
  }

  #load({ buffer, index }: Scalar & { kind: 'load' }, turn: Turn, depth: number): Local {
    const size = sizeOf(this.#kernel.buffers[buffer]!.shape);
    const range = this.#outside(index, size);
    const place = (lane: number): MemoryPlace => {
      const element = { buffer, index, turn, lane };
      return range === 'inside'
        ? this.#index.place(element)
        : this.#index.placeInside(element, size);
    };
    const stride = this.#index.laneStride(index);
    if (stride === 0)
      return this.#nest.keep(depth, 'v128', memoryOp('v128.load32_splat', place(0)));
    if (stride === 1 && range !== 'anywhere')
      return this.#nest.keep(depth, 'v128', memoryOp('v128.load', place(0)));
    // Lanes beyond the end are not read: they may lie anywhere.
    let vector = memoryOp('v128.load32_zero', place(0));
    for (let lane = 1; lane < this.#nest.lanes; lane++) {
      vector = memoryOp(
        'v128.load32_lane',
        { ...place(lane), lane },
        get(this.#nest.keep(depth, 'v128', vector)),
      );
    }
    return this.#nest.keep(depth, 'v128', vector);
  }

  /**
   * Where an index may lie: a loop that runs over the edge reads elements that are not there, and a guard drops them. An
   * index with a value of the host is trusted where nothing is guarded.
   */
  #outside(index: IndexExpr, size: number): 'inside' | 'beyond' | 'anywhere' {
    const [low, high] = rangeOf(index);
    if (low >= 0 && high < size) return 'inside';
    const isKnown = Number.isFinite(low) && Number.isFinite(high);
    if (!isKnown && !this.#isGuarded) return 'inside';
    return low >= 0 ? 'beyond' : 'anywhere';
  }

  /** An index as int32 lanes. */
  #indexLanes(index: IndexExpr, turn: Turn, depth: number): Local {
    const nest = this.#nest;
    const stride = this.#index.laneStride(index);
    const first = op('i32x4.splat', this.#index.integer(index, turn, 0));
    if (stride === 0) return nest.keep(depth, 'v128', first);
    if (stride !== null) {
      const steps = nest.constant(words(0, stride, 2 * stride, 3 * stride));
      return nest.keep(depth, 'v128', op('i32x4.add', first, get(steps)));
    }
    let vector = nest.keep(depth, 'v128', first);
    for (let lane = 1; lane < nest.lanes; lane++) {
      const word = this.#index.integer(index, turn, lane);
      vector = nest.keep(depth, 'v128', laneOp('i32x4.replace_lane', lane, get(vector), word));
    }
    return vector;
  }

  /** Store the values of one turn; all of them are computed before the first is stored. */
  store(stores: readonly Store[], turn: Turn): void {
    const values = stores.map((store) => {
      this.#nest.node = store.node;
      const value = this.valueOf(store.value, turn);
      if (store.value.dtype !== 'bool') return value;
      return this.#nest.keep(
        this.#nest.depth,
        'v128',
        op('v128.and', get(value), this.#integers(1)),
      );
    });
    stores.forEach(({ buffer, index, node }, i) => {
      this.#nest.node = node;
      this.#storeVector({ buffer, index, turn, lane: 0 }, values[i]!);
    });
    this.#nest.node = null;
  }

  #storeVector(element: ElementPlace, value: Local): void {
    const { lanes } = this.#nest;
    if (lanes === LANES && this.#index.laneStride(element.index) === 1) {
      this.#nest.line(memoryOp('v128.store', this.#index.place(element), get(value)));
      return;
    }
    for (let lane = 0; lane < lanes; lane++) {
      this.#nest.line(
        memoryOp(
          'v128.store32_lane',
          { ...this.#index.place({ ...element, lane }), lane },
          get(value),
        ),
      );
    }
  }
}

/** A value and all below it, operands first, but for those already done. */
function inOrder(root: Scalar, isDone: (scalar: Scalar) => boolean): Scalar[] {
  const order: Scalar[] = [];
  const seen = new Set<Scalar>([root]);
  const stack = [{ scalar: root, operands: operandsOf(root), next: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const operand = top.operands[top.next++];
    if (operand === undefined) {
      order.push(top.scalar);
      stack.pop();
    } else if (!seen.has(operand) && !isDone(operand)) {
      seen.add(operand);
      stack.push({ scalar: operand, operands: operandsOf(operand), next: 0 });
    }
  }
  return order;
}
