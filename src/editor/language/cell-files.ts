/** @file The modules of a notebook's cells, kept up with the cells. */
import {
  moduleOf,
  readCell,
  type CellModule,
  type ParsedCell,
  type Source,
} from './cell-module.ts';
import { LIBRARY } from './environment.ts';
import type { CellText } from './protocol.ts';

/** What a page may import from the library, besides what the notebook adds. */
export type ApiNames = { readonly values: readonly string[]; readonly types: readonly string[] };

/** The module of a cell, and its file. */
export type CellFile = {
  readonly cell: string;
  readonly path: string;
  readonly parsed: ParsedCell;
  readonly map: CellModule;
  readonly version: number;
};

const pathOf = (cell: string): string => `/cells/${cell}.ts`;

/** The modules of cells. They change together, since each imports from the others. */
export class CellFiles {
  readonly #api: readonly string[];
  #files = new Map<string, CellFile>();

  constructor({ values, types }: ApiNames) {
    this.#api = [...new Set([...values, ...types, 'console'])];
  }

  update(cells: readonly CellText[]): void {
    const parsed = cells.map(({ id, source }) => {
      const held = this.#files.get(pathOf(id));
      const isSame = held?.parsed.source === source;
      return { id, parsed: isSame ? held.parsed : readCell(source) };
    });
    const owner = new Map<string, string>();
    for (const { id, parsed: cell } of parsed)
      for (const name of cell.declared) if (!owner.has(name)) owner.set(name, id);
    const next = new Map<string, CellFile>();
    for (const { id, parsed: cell } of parsed) {
      const map = moduleOf(cell, this.#sourcesFor(id, owner));
      const path = pathOf(id);
      const held = this.#files.get(path);
      const isSame = held?.map.text === map.text && held.parsed.source === cell.source;
      const version = (held?.version ?? 0) + 1;
      next.set(path, isSame ? held : { cell: id, path, parsed: cell, map, version });
    }
    this.#files = next;
  }

  /** Where a cell's names come from: a name that two cells declare is the first one's, one of the library gives way to a cell's. */
  #sourcesFor(cell: string, owner: ReadonlyMap<string, string>): readonly Source[] {
    const others = new Map<string, string[]>();
    for (const [name, id] of owner)
      if (id !== cell) others.set(id, [...(others.get(id) ?? []), name]);
    return [
      { module: LIBRARY, names: this.#api.filter((name) => !owner.has(name)) },
      ...[...others].map(([id, names]) => ({ module: `./${id}`, names })),
    ];
  }

  paths(): readonly string[] {
    return [...this.#files.keys()];
  }

  textAt(path: string): string | undefined {
    return this.#files.get(path)?.map.text;
  }

  versionAt(path: string): string {
    return String(this.#files.get(path)?.version ?? 0);
  }

  at(cell: string): CellFile | null {
    return this.#files.get(pathOf(cell)) ?? null;
  }

  all(): Iterable<CellFile> {
    return this.#files.values();
  }
}
