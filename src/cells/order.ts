/**
 * @file In which order cells run, and which are stale after one ran. Two relations: a cell uses a name that another
 * declares (from the text), and a cell reads a shared variable that another writes (from the engine's report). Only
 * the first orders; the second makes later cells stale, since training changes values and no names.
 */

/** What the order needs of a cell. */
export type OrderedCell = {
  readonly id: string;
  readonly declared: readonly string[];
  readonly references: readonly string[];
  readonly assigned: readonly { readonly name: string }[];
};

/** Why a cell cannot run. */
type OrderProblem = {
  readonly kind: 'duplicate' | 'cycle' | 'assigned';
  /** The cells that the problem is about; each shows the message. */
  readonly cells: readonly string[];
  readonly names: readonly string[];
  readonly message: string;
};

/** How the cells of a notebook hang together. */
export type CellGraph = {
  /** Every cell in document order. */
  readonly cells: readonly string[];
  /** Every cell after those it uses, ties in document order. Cells on a cycle stand where the document has them. */
  readonly order: readonly string[];
  /** Cells whose names a cell uses, in document order. */
  readonly upstream: ReadonlyMap<string, readonly string[]>;
  /** Cells that use a cell's names, in document order. */
  readonly dependents: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly OrderProblem[];
};

/** What the engine saw a cell do with shared variables. */
export type SharedAccess = {
  readonly cell: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
};

/** Which cell declares each name first, and the names that two declare. */
function ownersOf(cells: readonly OrderedCell[], nameOf: (id: string) => string) {
  const owners = new Map<string, string>();
  const problems: OrderProblem[] = [];
  for (const { id, declared } of cells)
    for (const name of declared) {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, id);
      else if (owner !== id)
        problems.push({
          kind: 'duplicate',
          cells: [owner, id],
          names: [name],
          message: `${nameOf(owner)} and ${nameOf(id)} both define ${name}. A name belongs to one cell: rename one, or put it in a block { ... }.`,
        });
    }
  return { owners, problems };
}

function assignmentsOf(
  cells: readonly OrderedCell[],
  owners: ReadonlyMap<string, string>,
  nameOf: (id: string) => string,
): readonly OrderProblem[] {
  return cells.flatMap(({ id, assigned }) =>
    assigned.flatMap(({ name }): OrderProblem[] => {
      const owner = owners.get(name);
      if (owner === undefined || owner === id) return [];
      const message = `${nameOf(id)} assigns ${name}, which ${nameOf(owner)} defines. Only the cell that defines a name may assign it: move the assignment there, or give the value a new name.`;
      return [{ kind: 'assigned', cells: [owner, id], names: [name], message }];
    }),
  );
}

/** Cells in an order in which each comes after those it uses; of those that are free the first in the document
 *  comes first. What is left stands on a cycle or after one. */
function sorted(cells: readonly string[], upstream: ReadonlyMap<string, readonly string[]>) {
  const order: string[] = [];
  const done = new Set<string>();
  const left = new Set(cells);
  for (;;) {
    const next = [...left].find((id) => (upstream.get(id) ?? []).every((up) => done.has(up)));
    if (next === undefined) return { order, left: [...left] };
    order.push(next);
    done.add(next);
    left.delete(next);
  }
}

/** One cycle through the cells that could not be ordered, each used by the next. */
function cycleIn(
  left: readonly string[],
  upstream: ReadonlyMap<string, readonly string[]>,
): string[] {
  const rest = new Set(left);
  const path: string[] = [];
  let id = left[0];
  // Each cell that is left uses another that is left, so this walk comes back to where it was.
  while (id !== undefined && !path.includes(id)) {
    path.push(id);
    id = upstream.get(id)?.find((up) => rest.has(up));
  }
  return id === undefined ? [] : path.slice(path.indexOf(id));
}

function cycleProblems(
  left: readonly string[],
  upstream: ReadonlyMap<string, readonly string[]>,
  cells: ReadonlyMap<string, OrderedCell>,
  nameOf: (id: string) => string,
): readonly OrderProblem[] {
  const problems: OrderProblem[] = [];
  let rest = left;
  while (rest.length > 0) {
    const cycle = cycleIn(rest, upstream);
    if (cycle.length === 0) break;
    const links = cycle.map((id, i) => {
      const used = cycle[(i + 1) % cycle.length]!;
      const declared = new Set(cells.get(used)?.declared);
      const name = cells.get(id)?.references.find((n) => declared.has(n)) ?? '';
      return { name, text: `${nameOf(id)} uses ${name} of ${nameOf(used)}` };
    });
    problems.push({
      kind: 'cycle',
      cells: cycle,
      names: links.map(({ name }) => name),
      message: `Cells use each other in a circle: ${links.map(({ text }) => text).join(', ')}. Move what both need into a cell of its own.`,
    });
    const gone = new Set(cycle);
    const kept = new Map(
      [...upstream].map(([id, ups]) => [id, ups.filter((up) => !gone.has(up))] as const),
    );
    rest = sorted(
      rest.filter((id) => !gone.has(id)),
      new Map([...kept].map(([id, ups]) => [id, ups.filter((up) => rest.includes(up))])),
    ).left;
  }
  return problems;
}

/** The graph of a notebook's cells, given in document order. `nameOf` is what messages call a cell. */
export function orderCells(
  cells: readonly OrderedCell[],
  nameOf: (id: string) => string = (id) => `cell ${id}`,
): CellGraph {
  const { owners, problems } = ownersOf(cells, nameOf);
  const ids = cells.map(({ id }) => id);
  const upstream = new Map<string, readonly string[]>();
  const dependents = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { id, references } of cells) {
    const used = new Set(references.map((name) => owners.get(name)));
    const ups = ids.filter((other) => other !== id && used.has(other));
    upstream.set(id, ups);
    for (const up of ups) dependents.get(up)?.push(id);
  }
  const { order, left } = sorted(ids, upstream);
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  return {
    cells: ids,
    order: [...order, ...left],
    upstream,
    dependents,
    problems: [
      ...problems,
      ...assignmentsOf(cells, owners, nameOf),
      ...cycleProblems(left, upstream, byId, nameOf),
    ],
  };
}

/** Cells reached from `starts` by `next`, in the order in which they run, without the starts. */
function reached(
  graph: CellGraph,
  starts: readonly string[],
  next: (id: string) => readonly string[],
): readonly string[] {
  const seen = new Set(starts);
  const stack = [...starts];
  for (let id = stack.pop(); id !== undefined; id = stack.pop())
    for (const other of next(id)) {
      if (seen.has(other)) continue;
      seen.add(other);
      stack.push(other);
    }
  const given = new Set(starts);
  return graph.order.filter((id) => seen.has(id) && !given.has(id));
}

/** Cells that use what a cell declares, directly or through others, in the order in which they run. */
export function downstreamOf(graph: CellGraph, cell: string): readonly string[] {
  return reached(graph, [cell], (id) => graph.dependents.get(id) ?? []);
}

/** Cells that are stale once `changed` ran or became stale: those downstream, those that read in the document after
 *  a cell that writes, and what follows from these. In the order in which they run, without `changed`. */
export function staleAfter(
  graph: CellGraph,
  changed: readonly string[],
  accesses: readonly SharedAccess[],
): readonly string[] {
  const place = new Map(graph.cells.map((id, i) => [id, i]));
  const readersAfter = (id: string) => {
    const written = new Set(accesses.filter(({ cell }) => cell === id).flatMap((a) => a.writes));
    const isReader = ({ cell, reads }: SharedAccess) =>
      (place.get(cell) ?? -1) > (place.get(id) ?? -1) && reads.some((name) => written.has(name));
    return written.size === 0 ? [] : accesses.filter(isReader).map(({ cell }) => cell);
  };
  return reached(graph, changed, (id) => [
    ...(graph.dependents.get(id) ?? []),
    ...readersAfter(id),
  ]);
}
