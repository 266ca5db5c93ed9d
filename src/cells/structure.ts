/**
 * @file How the cells of the notebook at hand hang together, and their scripts. The parsers come late: a page that only shows
 * a notebook does not load them.
 */
import type { Cell, Notebook } from '../document/notebook.ts';
import type { CellNames } from './analyse.ts';
import { orderCells, type CellGraph } from './order.ts';
import type { CellError } from './outputs.ts';
import type { TranspiledCell } from './transpile.ts';

export type Structure = {
  readonly graph: CellGraph;
  /** Names of each cell whose text can be read. */
  readonly names: ReadonlyMap<string, CellNames>;
  /** What messages call a cell: its number in the notebook. */
  readonly nameOf: (id: string) => string;
};

/** A cell that can run, or why it cannot. */
export type CellScript =
  | { readonly kind: 'script'; readonly script: TranspiledCell }
  | { readonly kind: 'refused'; readonly error: CellError };

const parsers = () =>
  Promise.all([import('./analyse.ts'), import('./transpile.ts'), import('./names.ts')]);

/** Names by cell, as long as its text stays: an edit reads one cell anew. */
const known = new Map<string, { readonly source: string; readonly names: CellNames | null }>();

export async function structureOf({ cells }: Notebook): Promise<Structure> {
  const [{ analyse }, , { CELL_GLOBALS }] = await parsers();
  const code = cells.filter(({ kind, isDisabled }) => kind === 'code' && isDisabled !== true);
  const names = new Map<string, CellNames>();
  for (const { id, source } of code) {
    const held = known.get(id);
    if (held?.source !== source) {
      const found = analyse(source, CELL_GLOBALS);
      known.set(id, { source, names: found.kind === 'failed' ? null : found });
    }
    const own = known.get(id)?.names;
    if (own !== null && own !== undefined) names.set(id, own);
  }
  const numbers = new Map(cells.map(({ id }, i) => [id, i + 1]));
  const nameOf = (id: string): string => `cell ${numbers.get(id) ?? id}`;
  const graph = orderCells(
    [...names].map(([id, own]) => ({ id, ...own })),
    nameOf,
  );
  return { graph, names, nameOf };
}

/** The cell as a script. */
export async function readStructure(
  { id, source }: Cell,
  { graph, names }: Structure,
): Promise<CellScript> {
  const [, { transpile }, { transpileOptionsFor }] = await parsers();
  const refused = (
    code: string,
    message: string,
    place: { readonly line: number; readonly column: number } | null = null,
  ): CellScript => ({
    kind: 'refused',
    error: { cell: id, code, message, line: place?.line ?? null, column: place?.column ?? null },
  });
  const others = [...names].flatMap(([cell, { declared }]) => (cell === id ? [] : declared));
  const script = transpile(source, transpileOptionsFor(id, others));
  if (script.kind === 'failed') return refused('SyntaxError', script.error.message, script.error);
  const problem = graph.problems.find(({ cells }) => cells.includes(id));
  return problem === undefined
    ? { kind: 'script', script }
    : refused(`names_${problem.kind}`, problem.message);
}
