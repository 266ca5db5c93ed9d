/** @file Loop IR of a group: its phases, its loads and stores, each scalar once. */
import { assert } from '../base/errors.ts';
import type { Expr } from '../ir/graph.ts';
import {
  axisIndex,
  delinearize,
  linearize,
  plus,
  times,
  type Axis,
  type IndexExpr,
} from '../ir/index-expr.ts';
import { constantScalar, identityOf, operandsOf, type Scalar } from '../ir/scalar.ts';
import { sizeOf, staticShape } from '../ir/types.ts';
import { elementOf, sameIndex, type Reader, type SlotTable } from './element.ts';
import { isLongReduction, type Group, type Grouper, type Role } from './groups.ts';
import { indexKey, scalarKey, slotsIn } from './scalar-key.ts';
import type { Kernel, KernelBuffer, MapPhase, Phase, ReducePhase, Store } from './kernel.ts';

/** Where the values of nodes are kept; the scheduler numbers them. */
export type ValueTable = {
  /** The value that holds a node's elements; for a store of an update it may be the variable itself. */
  read(expr: Expr): number;
  write(expr: Expr): number;
  /** A value that no node stands for: partial results of a long reduction. */
  partial(expr: Expr, shape: readonly number[]): number;
};

/** Turns of the inner loops that one partial result of a long reduction joins. */
const PARTIAL_LENGTH = 4096;

/** The kernels of a group: one, or two for a long reduction. `stored`: the members whose values are kept. */
export function buildKernels(
  group: Group,
  stored: readonly Expr[],
  { grouper, values, slots }: { grouper: Grouper; values: ValueTable; slots: SlotTable },
): Kernel[] {
  const builder = new KernelBuilder(group, grouper, values, slots);
  return isSplit(group, stored)
    ? buildLongReduction(group, stored, { grouper, values, slots })
    : [builder.build(stored)];
}

/** Whether the group is one long reduction and what follows it, so that two kernels can share the work. */
function isSplit(group: Group, stored: readonly Expr[]): boolean {
  const reductions = [...group.members].filter(([, role]) => role === 'reduce').map(([x]) => x);
  const [only] = reductions;
  if (reductions.length !== 1 || only === undefined || !isLongReduction(group)) return false;
  const { lowering } = only.op;
  const combines =
    lowering.kind === 'reduction' && lowering.combine !== 'argmax' && lowering.combine !== 'argmin';
  return combines && stored.every((x) => group.members.get(x) !== 'full');
}

/** First the partial results, each over a stretch of the inner loops; then their reduction with all that follows. */
function buildLongReduction(
  group: Group,
  stored: readonly Expr[],
  { grouper, values, slots }: { grouper: Grouper; values: ValueTable; slots: SlotTable },
): Kernel[] {
  const [reduction] = [...group.members].find(([, role]) => role === 'reduce')!;
  const total = sizeOf(group.inner.map((axis) => axis.extent));
  const stretches = Math.ceil(total / PARTIAL_LENGTH);
  const length = Math.ceil(total / stretches);
  const outerShape = group.outer.map((axis) => axis.extent);
  const partial = values.partial(reduction, [stretches, ...outerShape]);
  const first = new KernelBuilder(group, grouper, values, slots).buildPartial(reduction, {
    stretches,
    length,
    total,
    partial,
  });
  const second = new KernelBuilder(group, grouper, values, slots).buildFinal(reduction, stored, {
    stretches,
    partial,
  });
  return [first, second];
}

class KernelBuilder {
  readonly #group: Group;
  readonly #grouper: Grouper;
  readonly #values: ValueTable;
  readonly #slots: SlotTable;
  readonly #buffers: KernelBuffer[] = [];
  readonly #scalars = new Map<string, Scalar>();
  readonly #ids = new Map<Scalar, number>();
  readonly #elements = new Map<Expr, Scalar>();
  readonly #phases: Phase[] = [];
  readonly #reducedBy = new Map<Expr, number>();
  readonly #origins = new Map<Scalar, Expr>();

  constructor(group: Group, grouper: Grouper, values: ValueTable, slots: SlotTable) {
    this.#group = group;
    this.#grouper = grouper;
    this.#values = values;
    this.#slots = slots;
  }

  build(stored: readonly Expr[]): Kernel {
    const group = this.#group;
    const product = [...group.members].some(
      ([x, role]) =>
        role === 'reduce' &&
        x.op.lowering.kind === 'reduction' &&
        x.op.lowering.template === 'matmul' &&
        x.type.shape.length === 2,
    );
    for (const [x, role] of group.members) if (role === 'reduce') this.#addReduction(x);
    this.#addStores(stored);
    return this.#finish(group.outer, product ? 'matmul' : 'loops');
  }

  buildPartial(
    reduction: Expr,
    {
      stretches,
      length,
      total,
      partial,
    }: { stretches: number; length: number; total: number; partial: number },
  ): Kernel {
    const stretch: Axis = { name: 's', extent: stretches };
    const turn: Axis = { name: 't', extent: length };
    const position = plus(times(axisIndex(stretch), length), axisIndex(turn));
    const index = delinearize(
      position,
      this.#group.inner.map((axis) => axis.extent),
    );
    const inside: Scalar = { kind: 'inRange', dtype: 'bool', index: position, low: 0, high: total };
    const { lowering } = reduction.op;
    assert(lowering.kind === 'reduction', 'a long reduction of another kind');
    const axes = new Map(this.#group.inner.map((axis, i) => [axis, index[i]!]));
    const value = this.#withInner(axes, () =>
      elementOf(reduction, this.#group.outer.map(axisIndex), {
        inner: index,
        read: this.#reader,
        slots: this.#slots,
      }),
    );
    const guarded: Scalar =
      stretches * length === total
        ? value
        : {
            kind: 'select',
            dtype: value.dtype,
            condition: inside,
            yes: value,
            no: constantScalar(identityOf(lowering.combine, value.dtype), value.dtype),
          };
    this.#phases.push({
      kind: 'reduce',
      axes: [turn],
      combine: lowering.combine,
      dtype: value.dtype,
      value: this.#intern(guarded),
      node: reduction,
    });
    const outer = [stretch, ...this.#group.outer];
    const buffer = this.#bufferOf(
      partial,
      reduction,
      outer.map((axis) => axis.extent),
      'write',
    );
    const store: Store = {
      buffer,
      index: linearize(
        outer.map(axisIndex),
        outer.map((axis) => axis.extent),
      ),
      value: this.#intern({ kind: 'reduced', dtype: value.dtype, phase: 0 }),
      node: reduction,
    };
    this.#phases.push({ kind: 'map', axes: [], stores: [store] });
    return this.#finish(outer, 'loops', 'a long reduction is joined from parts');
  }

  buildFinal(
    reduction: Expr,
    stored: readonly Expr[],
    { stretches, partial }: { stretches: number; partial: number },
  ): Kernel {
    const stretch: Axis = { name: 's', extent: stretches };
    const shape = [stretches, ...this.#group.outer.map((axis) => axis.extent)];
    const { lowering } = reduction.op;
    assert(lowering.kind === 'reduction', 'a long reduction of another kind');
    const dtype = reduction.type.dtype;
    const buffer = this.#bufferOf(partial, reduction, shape, 'read');
    const index = linearize([axisIndex(stretch), ...this.#group.outer.map(axisIndex)], shape);
    const value = this.#intern({ kind: 'load', dtype, buffer, index });
    this.#phases.push({
      kind: 'reduce',
      axes: [stretch],
      combine: lowering.combine,
      dtype,
      value,
      node: reduction,
    });
    this.#reducedBy.set(reduction, 0);
    this.#addStores(stored);
    return this.#finish(this.#group.outer, 'loops');
  }

  /** Inner axes of the group that stand for other indices while a partial result is built. */
  #replaced: ReadonlyMap<Axis, IndexExpr> | null = null;

  #withInner(axes: ReadonlyMap<Axis, IndexExpr>, build: () => Scalar): Scalar {
    this.#replaced = axes;
    try {
      return this.#intern(build());
    } finally {
      this.#replaced = null;
    }
  }

  #indexOf(role: Role): readonly IndexExpr[] {
    const index = this.#grouper.indexIn(this.#group, role);
    const replaced = this.#replaced;
    if (replaced === null) return index;
    return index.map((i) => (i.kind === 'axis' ? (replaced.get(i.axis) ?? i) : i));
  }

  /** A value at an index: one of the group's where it is computed there, else computed again or loaded. */
  readonly #reader: Reader = (x, index) => {
    const role = this.#group.members.get(x);
    if (role !== undefined && matches(index, this.#indexOf(role))) return this.#own(x, role);
    if (this.#grouper.isCheap(x, this.#inProduct))
      return this.#internFor(x, elementOf(x, index, { read: this.#reader, slots: this.#slots }));
    const buffer = this.#bufferOf(this.#values.read(x), x, staticShape(x.type.shape), 'read');
    return this.#intern({
      kind: 'load',
      dtype: x.type.dtype,
      buffer,
      index: linearize(index, staticShape(x.type.shape)),
    });
  };

  #inProduct = false;

  #own(x: Expr, role: Role): Scalar {
    if (role === 'reduce') {
      const phase = this.#reducedBy.get(x);
      assert(phase !== undefined, `${x.op.name} is read before it is reduced`);
      return this.#intern({ kind: 'reduced', dtype: x.type.dtype, phase });
    }
    const known = this.#elements.get(x);
    if (known !== undefined) return known;
    const scalar = this.#internFor(
      x,
      elementOf(x, this.#indexOf(role), { read: this.#reader, slots: this.#slots }),
    );
    this.#elements.set(x, scalar);
    return scalar;
  }

  #addReduction(x: Expr): void {
    const { lowering } = x.op;
    assert(lowering.kind === 'reduction', `${x.op.name} does not reduce`);
    this.#inProduct = lowering.template === 'matmul' && x.type.shape.length === 2;
    const inner = this.#group.inner.map(axisIndex);
    const value = this.#intern(
      elementOf(x, this.#indexOf('reduce'), {
        inner: inner,
        read: this.#reader,
        slots: this.#slots,
      }),
    );
    this.#inProduct = false;
    const phase: ReducePhase = {
      kind: 'reduce',
      axes: this.#group.inner,
      combine: lowering.combine,
      dtype: value.dtype,
      value,
      node: x,
    };
    this.#phases.push(phase);
    this.#reducedBy.set(x, this.#phases.length - 1);
  }

  /** Values once for each turn of the parallel axes, then values once for each turn of all. */
  #addStores(stored: readonly Expr[]): void {
    for (const wanted of ['outer', 'full'] as const) {
      const nodes = stored.filter(
        (x) => (this.#group.members.get(x) === 'full') === (wanted === 'full'),
      );
      if (nodes.length === 0) continue;
      const phase: MapPhase = {
        kind: 'map',
        axes: wanted === 'full' ? this.#group.inner : [],
        stores: nodes.map((x) => this.#storeOf(x)),
      };
      this.#phases.push(phase);
    }
  }

  #storeOf(x: Expr): Store {
    const role = this.#group.members.get(x)!;
    const shape = staticShape(x.type.shape);
    const value = this.#own(x, role);
    const buffer = this.#bufferOf(this.#values.write(x), x, shape, 'write');
    return { buffer, index: linearize(this.#indexOf(role), shape), value, node: x };
  }

  #bufferOf(value: number, node: Expr, shape: readonly number[], access: 'read' | 'write'): number {
    const found = this.#buffers.findIndex((b) => b.value === value);
    if (found < 0) return this.#buffers.push({ value, access, dtype: node.type.dtype, shape }) - 1;
    const before = this.#buffers[found]!;
    if (before.access !== access) this.#buffers[found] = { ...before, access: 'readWrite' };
    return found;
  }

  /** The scalar, or the equal one that the kernel has. */
  #intern(scalar: Scalar): Scalar {
    const operands = operandsOf(scalar).map((s) => this.#idOf(s));
    const key = scalarKey(scalar, operands, (s) => this.#idOf(s));
    const found = this.#scalars.get(key);
    if (found !== undefined) return found;
    this.#scalars.set(key, scalar);
    this.#idOf(scalar);
    return scalar;
  }

  #internFor(node: Expr, scalar: Scalar): Scalar {
    const interned = this.#intern(scalar);
    if (!this.#origins.has(interned)) this.#origins.set(interned, node);
    return interned;
  }

  #idOf(scalar: Scalar): number {
    const known = this.#ids.get(scalar);
    if (known !== undefined) return known;
    this.#ids.set(scalar, this.#ids.size);
    return this.#ids.size - 1;
  }

  #finish(
    axes: readonly Axis[],
    template: Kernel['template'],
    boundary = this.#group.boundary,
  ): Kernel {
    const nodes = [...this.#group.members.keys()];
    return {
      name: kernelName(nodes),
      axes,
      phases: this.#phases,
      buffers: this.#buffers,
      origins: this.#origins,
      uniforms: slotsIn(this.#phases),
      template,
      nodes,
      boundary: boundary === '' ? 'nothing follows' : boundary,
    };
  }
}

/** Equal places, where an index may have been replaced by an expression. */
function matches(a: readonly IndexExpr[], b: readonly IndexExpr[]): boolean {
  return (
    sameIndex(a, b) ||
    (a.length === b.length &&
      a.every((x, i) => x === b[i] || indexKey(x, noId) === indexKey(b[i]!, noId)))
  );
}

const noId = (): number => -1;

/** How much a node says about its kernel. */
function weightOf({ op: { lowering } }: Expr): number {
  if (lowering.kind === 'reduction') return 100;
  return lowering.kind === 'elementwise' ? lowering.cost : 0;
}

/** A name that tells the operations: at most three of them, the dearest first. */
function kernelName(nodes: readonly Expr[]): string {
  const names = nodes.toSorted((a, b) => weightOf(b) - weightOf(a)).map((x) => x.op.name);
  const shown = [...new Set(names)].slice(0, 3);
  return shown.length < new Set(names).size ? `${shown.join('_')}_more` : shown.join('_');
}
