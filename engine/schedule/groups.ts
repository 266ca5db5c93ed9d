/**
 * @file Which nodes share a kernel. Nodes are taken in order; each joins the group of one of its inputs when every value that
 * it reads there is read at the index where the group computes it. A group is a loop nest: parallel axes, and for reductions
 * inner axes; a member is computed at each turn of the parallel axes (`outer`), of all axes (`full`), or joins the inner
 * turns (`reduce`). What is cheap and read elsewhere too is computed again; the rest is stored by the group that has it.
 */
import { topoSort, type Expr } from '../ir/graph.ts';
import { axisIndex, type Axis, type IndexExpr } from '../ir/index-expr.ts';
import { constantScalar, type Scalar } from '../ir/scalar.ts';
import { sameShape, sizeOf, staticShape } from '../ir/types.ts';
import {
  directReads,
  elementOf,
  innerExtents,
  isReadThrough,
  sameIndex,
  type Reader,
  type SlotTable,
} from './element.ts';

export type Role = 'outer' | 'full' | 'reduce';

export type Group = {
  readonly id: number;
  readonly outer: readonly Axis[];
  readonly inner: readonly Axis[];
  /** Where a `full` member is computed: its shape, and its index in the group's axes. */
  readonly full: { readonly shape: readonly number[]; readonly index: readonly IndexExpr[] } | null;
  readonly members: Map<Expr, Role>;
  /** Groups whose values it reads. */
  readonly needs: Set<Group>;
  /** Why it ends where it ends: the reason for the last node that could not join. */
  boundary: string;
};

/** Members of one kernel: text and registers grow with them. */
const MEMBERS_MAX = 256;

/** A value that costs at most so many additions is computed again where it is read at another index. */
const RECOMPUTE_COST_MAX = 8;

/** The same for an operand of a matrix product, each element of which is read many times. */
const RECOMPUTE_COST_IN_PRODUCT_MAX = 2;

/** Reductions above this are split in two kernels, which a group that also stores all its inputs could not be. */
const LONG_REDUCTION = 4096;

/** A value read from a buffer, and where. */
export type Load = { readonly expr: Expr; readonly index: readonly IndexExpr[] };

export type Grouping = {
  readonly groups: readonly Group[];
  readonly groupOf: ReadonlyMap<Expr, Group>;
};

export class Grouper {
  readonly #groupOf = new Map<Expr, Group>();
  readonly #roots: ReadonlySet<Expr>;
  readonly #alone: ReadonlySet<Expr>;
  readonly #users: ReadonlyMap<Expr, readonly Expr[]>;
  readonly #slots: SlotTable;
  readonly #cost = new Map<Expr, number>();
  /** Values that follow a reduction in its kernel: loading one is as dear as loading what it is made from. */
  readonly #followers = new Set<Expr>();
  #count = 0;

  /** `alone`: nodes that must not join others, because together they would use too many buffers. */
  constructor(options: {
    readonly roots: readonly Expr[];
    readonly alone: ReadonlySet<Expr>;
    readonly users: ReadonlyMap<Expr, readonly Expr[]>;
    readonly slots: SlotTable;
  }) {
    this.#roots = new Set(options.roots);
    this.#alone = options.alone;
    this.#users = options.users;
    this.#slots = options.slots;
  }

  run(): Grouping {
    const order = topoSort([...this.#roots]);
    for (const expr of order) this.#setCost(expr);
    for (const expr of order) {
      if (!this.#needsGroup(expr)) continue;
      if (expr.op.lowering.kind === 'reduction') this.#placeReduction(expr);
      else this.#placeElementwise(expr);
    }
    return { groups: [...new Set(this.#groupOf.values())], groupOf: this.#groupOf };
  }

  #needsGroup(expr: Expr): boolean {
    if (this.#roots.has(expr)) return !isVariable(expr);
    return !isReadThrough(expr) && expr.op.lowering.kind !== 'leaf';
  }

  /** Whether a node is computed again where it is read at another index, rather than stored. */
  isCheap(expr: Expr, inProduct: boolean): boolean {
    if (
      this.#roots.has(expr) ||
      this.#followers.has(expr) ||
      expr.op.lowering.kind !== 'elementwise'
    )
      return false;
    return (
      this.#cost.get(expr)! <= (inProduct ? RECOMPUTE_COST_IN_PRODUCT_MAX : RECOMPUTE_COST_MAX)
    );
  }

  /** Work of one element with all elementwise work below it; inputs come first. */
  #setCost(expr: Expr): void {
    const { lowering } = expr.op;
    const below = expr.inputs.reduce((sum, x) => sum + (this.#cost.get(x) ?? 0), 0);
    const own = lowering.kind === 'elementwise' ? lowering.cost : 0;
    const passes =
      lowering.kind === 'elementwise' || lowering.kind === 'view' || lowering.kind === 'element';
    this.#cost.set(expr, passes && !this.#roots.has(expr) ? Math.min(own + below, 1e9) : 0);
  }

  #newGroup(outer: readonly Axis[], inner: readonly Axis[], full: Group['full']): Group {
    return {
      id: this.#count++,
      outer,
      inner,
      full,
      members: new Map(),
      needs: new Set(),
      boundary: '',
    };
  }

  #add(expr: Expr, role: Role, group: Group): void {
    group.members.set(expr, role);
    this.#groupOf.set(expr, group);
    for (const other of this.#externalGroups(expr, role, group)) group.needs.add(other);
  }

  /** Canonical index of a role in a group. */
  indexIn(group: Group, role: Role): readonly IndexExpr[] {
    return role === 'full' ? group.full!.index : group.outer.map(axisIndex);
  }

  /** What a member loads from elsewhere, cheap values read through; `null` when it reads one of the group's at another index. */
  #tryLoads(expr: Expr, role: Role, group: Group): Load[] | null {
    const loads: Load[] = [];
    let fits = true;
    const inProduct = isProduct(expr);
    const reader: Reader = (x, index): Scalar => {
      const own = group.members.get(x);
      const isAligned =
        own !== undefined &&
        sameIndex(index, this.indexIn(group, own)) &&
        !(role === 'outer' && own === 'full');
      if (!isAligned && this.isCheap(x, inProduct))
        elementOf(x, index, { read: reader, slots: this.#slots });
      else if (own !== undefined && !isAligned) fits = false;
      else if (own === undefined) loads.push({ expr: x, index });
      return constantScalar(0, x.type.dtype);
    };
    elementOf(expr, this.indexIn(group, role), {
      inner: group.inner.map(axisIndex),
      read: reader,
      slots: this.#slots,
    });
    return fits ? loads : null;
  }

  /** The values that a member loads from buffers. */
  loadsOf(expr: Expr, role: Role, group: Group): readonly Load[] {
    return this.#tryLoads(expr, role, group) ?? [];
  }

  /** Whether an index is the one at which the group computes values of a role. */
  isAt(index: readonly IndexExpr[], group: Group, role: Role): boolean {
    return sameIndex(index, this.indexIn(group, role));
  }

  /** Values of other groups that a node would need in a role; `null` when it does not fit. */
  #readsOf(expr: Expr, role: Role, group: Group): readonly Expr[] | null {
    return (
      this.#tryLoads(expr, role, group)?.flatMap(({ expr: x }) => (isVariable(x) ? [] : [x])) ??
      null
    );
  }

  #externalGroups(expr: Expr, role: Role, group: Group): Set<Group> {
    const reads = this.#readsOf(expr, role, group) ?? [];
    return new Set(reads.flatMap((x) => this.#groupOf.get(x) ?? []).filter((g) => g !== group));
  }

  /** Groups of the values that a node reads, the latest first. */
  #candidates(expr: Expr): Group[] {
    const found = new Set<Group>();
    const seen = new Set<Expr>();
    const stack = [...expr.inputs];
    for (let x = stack.pop(); x !== undefined; x = stack.pop()) {
      if (seen.has(x)) continue;
      seen.add(x);
      const group = this.#groupOf.get(x);
      if (group !== undefined) found.add(group);
      if (isReadThrough(x) || this.isCheap(x, false)) stack.push(...x.inputs);
    }
    return [...found].toSorted((a, b) => b.id - a.id);
  }

  /** Join a group in a role if all reads fit and no value would wait for itself. */
  #tryJoin(expr: Expr, role: Role, group: Group): boolean {
    if (this.#alone.has(expr)) return false;
    if (group.members.size >= MEMBERS_MAX) {
      group.boundary = `it has ${MEMBERS_MAX} nodes`;
      return false;
    }
    if ([...group.members.keys()].some((x) => this.#alone.has(x))) return false;
    const reads = this.#readsOf(expr, role, group);
    if (reads === null) {
      group.boundary = `${expr.op.name} reads its values at another index`;
      return false;
    }
    for (const x of reads) {
      const other = this.#groupOf.get(x);
      if (other !== undefined && this.#depends(other, group)) {
        group.boundary = `${expr.op.name} waits for another kernel that needs this one`;
        return false;
      }
    }
    this.#add(expr, role, group);
    if (role !== 'reduce' && [...group.members.values()].includes('reduce'))
      this.#followers.add(expr);
    return true;
  }

  #depends(from: Group, on: Group): boolean {
    const seen = new Set<Group>();
    const stack = [from];
    for (let g = stack.pop(); g !== undefined; g = stack.pop()) {
      if (g === on) return true;
      if (seen.has(g)) continue;
      seen.add(g);
      stack.push(...g.needs);
    }
    return false;
  }

  #placeElementwise(expr: Expr): void {
    const shape = staticShape(expr.type.shape);
    const candidates = this.#candidates(expr);
    for (const group of candidates) {
      const role = roleFor(shape, group);
      if (role !== null && this.#tryJoin(expr, role, group)) {
        this.#absorbAll(candidates, group);
        return;
      }
      if (role === null) group.boundary = `${expr.op.name} has another shape`;
    }
    const group = this.#newGroup(
      shape.map((extent, i) => ({ name: `i${i}`, extent })),
      [],
      null,
    );
    this.#add(expr, 'outer', group);
    this.#absorbAll(candidates, group);
  }

  #placeReduction(expr: Expr): void {
    const outerShape = staticShape(expr.type.shape);
    const inner = innerExtents(expr, this.#slots);
    const candidates = this.#candidates(expr);
    for (const group of candidates) {
      const fits =
        group.full !== null &&
        sameExtents(group.outer, outerShape) &&
        sameExtents(group.inner, inner);
      if (fits && this.#tryJoin(expr, 'reduce', group)) return;
    }
    const outerAxes = outerShape.map((extent, i) => ({ name: `i${i}`, extent }));
    const innerAxes = inner.map((extent, i) => ({ name: `r${i}`, extent }));
    // A product runs in tiles, not in turns of all its axes.
    const full = isProduct(expr) ? null : this.#fullRead(expr, outerAxes, innerAxes);
    const group = this.#newGroup(outerAxes, innerAxes, full);
    this.#add(expr, 'reduce', group);
    if (!isProduct(expr)) this.#absorbAll(candidates, group);
  }

  /**
   * Where values are computed once for each turn of all axes of a reduction: a computed value that it reads there, through
   * whatever views, or else its own input, so that other reductions of the same rows can follow.
   */
  #fullRead(expr: Expr, outer: readonly Axis[], inner: readonly Axis[]): Group['full'] {
    // A loop without turns computes nothing, not even what does not depend on it.
    const wide = [...outer, ...inner].filter((axis) => axis.extent !== 1);
    const coversAll = ({ expr: x, index }: Load): boolean => {
      const axes = index.flatMap((i) => (i.kind === 'axis' ? [i.axis] : []));
      const isPlain = index.every((i, axis) => i.kind === 'axis' || x.type.shape[axis] === 1);
      const isOnce = new Set(axes).size === axes.length;
      return isPlain && isOnce && wide.every((axis) => axes.includes(axis));
    };
    const [index, turn] = [outer.map(axisIndex), inner.map(axisIndex)];
    const through: Load[] = [];
    const read: Reader = (x, at): Scalar => {
      if (!isVariable(x)) through.push({ expr: x, index: at });
      return constantScalar(0, x.type.dtype);
    };
    elementOf(expr, index, { inner: turn, read, slots: this.#slots });
    const own = directReads(expr, index, turn, this.#slots);
    const full = [...through, ...own].find(coversAll);
    return full === undefined
      ? null
      : { shape: staticShape(full.expr.type.shape), index: full.index };
  }

  /** Take the groups over elements that `group` reads into it, where their loops are its loops. */
  #absorbAll(candidates: readonly Group[], group: Group): void {
    for (const other of candidates) {
      if (other !== group && group.needs.has(other)) this.#absorb(other, group);
    }
  }

  #absorb(other: Group, group: Group): void {
    const role = this.#roleToAbsorb(other, group);
    if (role === null) return;
    const merged = new Map<Expr, Role>([...other.members.keys()].map((x) => [x, role] as const));
    for (const [x, own] of group.members) merged.set(x, own);
    const union: Group = { ...group, members: merged, needs: new Set() };
    for (const [x, own] of merged) if (this.#readsOf(x, own, union) === null) return;
    group.members.clear();
    for (const [x, own] of merged) {
      group.members.set(x, own);
      this.#groupOf.set(x, group);
    }
    group.needs.clear();
    for (const [x, own] of merged) {
      for (const g of this.#externalGroups(x, own, group)) group.needs.add(g);
    }
    this.#redirect(other, group);
  }

  /** The role that the members of `other` would have in `group`; `null` when they cannot join it. */
  #roleToAbsorb(other: Group, group: Group): Role | null {
    if (other.inner.length > 0 || [...other.members.values()].includes('reduce')) return null;
    if (group.members.size + other.members.size > MEMBERS_MAX) return null;
    const members = [...other.members.keys(), ...group.members.keys()];
    if (members.some((x) => this.#alone.has(x))) return null;
    if ([...group.needs].some((g) => g !== other && this.#depends(g, other))) return null;
    const role = roleFor(
      other.outer.map((axis) => axis.extent),
      group,
    );
    const splits = role === 'full' && isLongReduction(group) && this.#mustStore(other, group);
    return splits ? null : role;
  }

  /** Groups that needed `other` need `group` now. */
  #redirect(other: Group, group: Group): void {
    for (const g of new Set(this.#groupOf.values())) {
      if (g !== group && g.needs.delete(other)) g.needs.add(group);
    }
  }

  /** Whether a value of `other` is used outside `group` and itself. */
  #mustStore(other: Group, group: Group): boolean {
    return [...other.members.keys()].some(
      (x) =>
        this.#roots.has(x) ||
        (this.#users.get(x) ?? []).some(
          (user) => !other.members.has(user) && !group.members.has(user),
        ),
    );
  }
}

export const isVariable = (expr: Expr): boolean =>
  expr.op.lowering.kind === 'leaf' && !isReadThrough(expr);

const isProduct = (expr: Expr): boolean =>
  expr.op.lowering.kind === 'reduction' &&
  expr.op.lowering.template === 'matmul' &&
  expr.type.shape.length === 2;

const sameExtents = (axes: readonly Axis[], shape: readonly number[]): boolean =>
  sameShape(
    axes.map((axis) => axis.extent),
    shape,
  );

/** The role in which a value of this shape would be a member. */
function roleFor(shape: readonly number[], group: Group): Role | null {
  if (sameExtents(group.outer, shape)) return 'outer';
  return group.full !== null && sameShape(group.full.shape, shape) ? 'full' : null;
}

/** Whether one turn of the parallel axes reduces so much that it is worth two kernels. */
export function isLongReduction(group: Group): boolean {
  const inner = sizeOf(group.inner.map((axis) => axis.extent));
  const outer = sizeOf(group.outer.map((axis) => axis.extent));
  return inner >= LONG_REDUCTION && inner / Math.max(1, outer) >= LONG_REDUCTION / 1024;
}
