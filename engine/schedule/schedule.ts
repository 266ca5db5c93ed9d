/**
 * @file Stage 5: which kernels, in which order, and where their values lie. An update overwrites its variable where nobody
 * else needs the old value any more; kernels that read it come first.
 */
import { assert } from '../base/errors.ts';
import { rootsOf, topoSort, usersOf, type Expr, type Graph } from '../ir/graph.ts';
import { DEVICE_BYTES, sameShape, sizeOf, staticShape, type DType } from '../ir/types.ts';
import { constantValues } from '../ops/leaves.ts';
import { planArena, type Life } from './buffer-plan.ts';
import { buildKernels, type ValueTable } from './build-kernel.ts';
import { type SlotTable } from './element.ts';
import { Grouper, isVariable, type Group, type Grouping } from './groups.ts';
import type { Copy, Kernel, Placement, Schedule, UniformSlot, Value } from './kernel.ts';

/** What a device allows. */
export type ScheduleLimits = { readonly storageBuffers: number };

/** The leaf of the bound graph that holds each variable of the function. */
export type Variables = {
  /** Leaves of the function's inputs, by their position; `null` where no kernel needs it. */
  readonly inputs: readonly (Expr | null)[];
  readonly shared: readonly (Expr | null)[];
  /** Positions in `shared` of the variables that the graph's updates change, in order. */
  readonly updated: readonly number[];
};

/** Pieces of a value that is being placed. */
type Draft = { node: Expr; dtype: DType; shape: readonly number[]; placement: Placement | null };

/** Kernels in order, and the values between them. */
export function scheduleKernels(
  graph: Graph<'bound'>,
  variables: Variables,
  limits: ScheduleLimits,
): Schedule {
  let alone: ReadonlySet<Expr> = new Set();
  for (;;) {
    const attempt = new Scheduler(graph, variables, alone);
    const schedule = attempt.run();
    const tooMany = schedule.kernels.find(
      (k) => k.buffers.length > limits.storageBuffers && k.nodes.length > 1,
    );
    if (tooMany === undefined) return schedule;
    // The last node that joined goes its own way; at most as many rounds as there are nodes.
    alone = new Set([...alone, tooMany.nodes.at(-1)!]);
  }
}

class Scheduler implements ValueTable, SlotTable {
  readonly #graph: Graph<'bound'>;
  readonly #variables: Variables;
  readonly #roots: readonly Expr[];
  readonly #grouper: Grouper;
  readonly #drafts: Draft[] = [];
  readonly #valueOf = new Map<Expr, number>();
  readonly #writtenTo = new Map<Expr, number>();
  readonly #uniforms: UniformSlot[] = [];
  readonly #slots = new Map<string, number>();

  constructor(graph: Graph<'bound'>, variables: Variables, alone: ReadonlySet<Expr>) {
    this.#graph = graph;
    this.#variables = variables;
    this.#roots = [...new Set(rootsOf(graph))];
    const users = usersOf(topoSort(this.#roots));
    this.#grouper = new Grouper({ roots: this.#roots, alone, users, slots: this });
    variables.inputs.forEach((leaf, index) => this.#place(leaf, { kind: 'input', index }));
    variables.shared.forEach((leaf, index) => this.#place(leaf, { kind: 'shared', index }));
  }

  run(): Schedule {
    const grouping = this.#grouper.run();
    const needed = this.#neededGroups(grouping);
    const stored = this.#storedIn(needed, grouping);
    const readers = readersOf(needed, this.#grouper);
    const { order, inPlace } = this.#order(needed, stored, readers);
    this.#placeUpdates(inPlace);
    this.#placeOutputs();
    const kernels = order.flatMap((group) =>
      buildKernels(group, stored.get(group)!, {
        grouper: this.#grouper,
        values: this,
        slots: this,
      }),
    );
    const copies = this.#copies(inPlace);
    const memory = this.#planMemory(kernels, copies);
    const values = this.#drafts.map((draft): Value => {
      assert(draft.placement !== null, 'a value without a place');
      return {
        ...draft,
        placement: draft.placement,
        bytes: sizeOf(draft.shape) * DEVICE_BYTES[draft.dtype],
      };
    });
    return { kernels: kernels.filter(hasTurns), values, copies, uniforms: this.#uniforms, memory };
  }

  // Values.

  #place(leaf: Expr | null, placement: Placement): void {
    if (leaf !== null) this.#valueOf.set(leaf, this.#draft(leaf, placement));
  }

  #draft(node: Expr, placement: Placement | null, shape = staticShape(node.type.shape)): number {
    return this.#drafts.push({ node, dtype: node.type.dtype, shape, placement }) - 1;
  }

  read(expr: Expr): number {
    const known = this.#valueOf.get(expr);
    if (known !== undefined) return known;
    const isConstant = constantValues(expr) !== null;
    const constants = this.#drafts.filter((d) => d.placement?.kind === 'constant').length;
    const value = this.#draft(expr, isConstant ? { kind: 'constant', index: constants } : null);
    this.#valueOf.set(expr, value);
    return value;
  }

  write(expr: Expr): number {
    return this.#writtenTo.get(expr) ?? this.read(expr);
  }

  partial(expr: Expr, shape: readonly number[]): number {
    return this.#draft(expr, null, shape);
  }

  // Host values.

  slotOfScalar(expr: Expr): number {
    return this.#slot(`s${Number(expr.params['index'])}`, {
      dtype: expr.type.dtype,
      source: { kind: 'scalar', index: Number(expr.params['index']) },
    });
  }

  slotOfOffset(expr: Expr, index: number): number {
    return this.#slot(`o${expr.id}:${index}`, {
      dtype: 'int32',
      source: { kind: 'offset', node: expr, index },
    });
  }

  #slot(key: string, slot: UniformSlot): number {
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    this.#slots.set(key, this.#uniforms.push(slot) - 1);
    return this.#uniforms.length - 1;
  }

  // Groups.

  /** The groups that roots need, through values that are stored. */
  #neededGroups(grouping: Grouping): Set<Group> {
    const needed = new Set<Group>();
    const stack = this.#roots.flatMap((x) => grouping.groupOf.get(x) ?? []);
    for (let group = stack.pop(); group !== undefined; group = stack.pop()) {
      if (needed.has(group)) continue;
      needed.add(group);
      stack.push(...group.needs);
    }
    return needed;
  }

  /** The members of each group that others read, or that are roots. */
  #storedIn(needed: ReadonlySet<Group>, grouping: Grouping): Map<Group, Expr[]> {
    const stored = new Set(this.#roots.filter((x) => grouping.groupOf.has(x)));
    for (const group of needed)
      for (const x of loadsOf(group, this.#grouper)) if (!isVariable(x)) stored.add(x);
    return new Map(
      [...needed].map((group) => [group, [...group.members.keys()].filter((x) => stored.has(x))]),
    );
  }

  /** Groups in an order that they need, variables read before they are overwritten; which updates are made in place. */
  #order(
    needed: ReadonlySet<Group>,
    stored: ReadonlyMap<Group, readonly Expr[]>,
    readers: ReadonlyMap<Expr, ReadonlySet<Group>>,
  ): { order: Group[]; inPlace: Map<Expr, Expr> } {
    const before = new Map<Group, Set<Group>>(
      [...needed].map((g) => [g, new Set([...g.needs].filter((n) => needed.has(n)))]),
    );
    const inPlace = new Map<Expr, Expr>();
    this.#graph.updates.forEach(({ value }, k) => {
      const leaf = this.#variables.shared[this.#variables.updated[k]!];
      const writer = [...needed].find((g) => stored.get(g)!.includes(value));
      if (leaf === null || leaf === undefined || writer === undefined || inPlace.has(value)) return;
      const keepsShape = sameShape(leaf.type.shape, value.type.shape);
      if (!keepsShape || this.#roots.includes(leaf) || !this.#readsAligned(leaf, value, writer))
        return;
      const others = [...(readers.get(leaf) ?? [])].filter((g) => g !== writer);
      if (others.some((g) => reaches(g, writer, before))) return;
      for (const g of others) before.get(writer)!.add(g);
      inPlace.set(value, leaf);
    });
    return { order: sortGroups(needed, before), inPlace };
  }

  /** Whether the group of an update reads the old value only where it writes the new one. */
  #readsAligned(leaf: Expr, value: Expr, writer: Group): boolean {
    const role = writer.members.get(value)!;
    if (role === 'reduce') return !loadsOf(writer, this.#grouper).has(leaf);
    return alignedLoads(writer, leaf, role, this.#grouper);
  }

  #placeUpdates(inPlace: ReadonlyMap<Expr, Expr>): void {
    for (const [value, leaf] of inPlace) {
      const place = this.#valueOf.get(leaf)!;
      this.#writtenTo.set(value, place);
      this.#valueOf.set(value, place);
    }
  }

  /** The first use of a value as an output makes it live there; later ones are copies. */
  #placeOutputs(): void {
    this.#graph.outputs.forEach((x, index) => {
      if (isVariable(x) || this.#valueOf.has(x)) return;
      this.#valueOf.set(x, this.#draft(x, { kind: 'output', index }));
    });
  }

  /** Old values that are outputs first, then new values that could not be written in place. */
  #copies(inPlace: ReadonlyMap<Expr, Expr>): Copy[] {
    const outputs = this.#graph.outputs.flatMap((x, index): Copy[] => {
      const from = this.read(x);
      const place = this.#drafts[from]!.placement;
      if (place?.kind === 'output' && place.index === index) return [];
      return [{ from, to: this.#draft(x, { kind: 'output', index }) }];
    });
    const staged: Copy[] = [];
    const final: Copy[] = [];
    this.#graph.updates.forEach(({ value }, k) => {
      const index = this.#variables.updated[k]!;
      const leaf = this.#variables.shared[index] ?? null;
      if (leaf !== null && inPlace.get(value) === leaf) return;
      const to = this.#draft(value, { kind: 'updated', index });
      let from = this.read(value);
      if (isVariable(value)) {
        // Variables may be exchanged: their old values are put aside before any is overwritten.
        const aside = this.#draft(value, null);
        staged.push({ from, to: aside });
        from = aside;
      }
      final.push({ from, to });
    });
    return [...outputs, ...staged, ...final];
  }

  #planMemory(kernels: readonly Kernel[], copies: readonly Copy[]): Schedule['memory'] {
    const homeless = this.#drafts.flatMap((d, value) => (d.placement === null ? [value] : []));
    const end = kernels.length + copies.length;
    const lives = homeless.map((value): Life => {
      const draft = this.#drafts[value]!;
      const uses = kernels.flatMap((k, i) => (k.buffers.some((b) => b.value === value) ? [i] : []));
      const copied = copies.flatMap((c, i) =>
        c.from === value || c.to === value ? [kernels.length + i] : [],
      );
      const all = [...uses, ...copied];
      const bytes = sizeOf(draft.shape) * DEVICE_BYTES[draft.dtype];
      return { node: draft.node, bytes, from: Math.min(end, ...all), to: Math.max(0, ...all) };
    });
    const memory = planArena(lives);
    homeless.forEach((value, i) => {
      this.#drafts[value]!.placement = { kind: 'arena', offset: memory.plan[i]!.offset };
    });
    return memory;
  }
}

/** A kernel over an empty result has nothing to do. */
const hasTurns = (kernel: Kernel): boolean => kernel.axes.every((axis) => axis.extent > 0);

/** Values that the kernel of a group loads. */
function loadsOf(group: Group, grouper: Grouper): Set<Expr> {
  const loads = new Set<Expr>();
  for (const [x, role] of group.members)
    for (const y of grouper.loadsOf(x, role, group)) loads.add(y.expr);
  return loads;
}

function alignedLoads(group: Group, leaf: Expr, role: 'outer' | 'full', grouper: Grouper): boolean {
  return [...group.members].every(
    ([x, own]) =>
      grouper
        .loadsOf(x, own, group)
        .every((load) => load.expr !== leaf || grouper.isAt(load.index, group, role)) &&
      // A reduction runs over all turns before the first store of this one, but other turns may have stored already.
      !(
        own === 'reduce' &&
        role === 'outer' &&
        grouper.loadsOf(x, own, group).some((load) => load.expr === leaf)
      ),
  );
}

/** The groups that load each value. */
function readersOf(groups: ReadonlySet<Group>, grouper: Grouper): Map<Expr, Set<Group>> {
  const readers = new Map<Expr, Set<Group>>();
  for (const group of groups) {
    for (const x of loadsOf(group, grouper))
      readers.set(x, (readers.get(x) ?? new Set()).add(group));
  }
  return readers;
}

/** Whether `from` must run after `to`. */
function reaches(from: Group, to: Group, before: ReadonlyMap<Group, ReadonlySet<Group>>): boolean {
  const seen = new Set<Group>();
  const stack = [from];
  for (let g = stack.pop(); g !== undefined; g = stack.pop()) {
    if (g === to) return true;
    if (seen.has(g)) continue;
    seen.add(g);
    stack.push(...(before.get(g) ?? []));
  }
  return false;
}

function sortGroups(
  groups: ReadonlySet<Group>,
  before: ReadonlyMap<Group, ReadonlySet<Group>>,
): Group[] {
  const order: Group[] = [];
  const placed = new Set<Group>();
  let waiting = [...groups].toSorted((a, b) => a.id - b.id);
  while (waiting.length > 0) {
    const ready = waiting.filter((g) => [...before.get(g)!].every((n) => placed.has(n)));
    assert(ready.length > 0, 'kernels wait for each other');
    for (const g of ready) {
      order.push(g);
      placed.add(g);
    }
    waiting = waiting.filter((g) => !placed.has(g));
  }
  return order;
}
