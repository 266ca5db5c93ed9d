/** @file Tables in the memory of this tab: what a browser without storage gets, and the unit tests. Rows are immutable. */
import {
  SECOND_KEYS,
  type Rows,
  type TableName,
  type Tables,
  type Transaction,
} from './storage-tables.ts';

/** Rows by their key as text. */
type Table<T extends TableName> = Map<string, Rows[T]>;
type AllTables = { readonly [T in TableName]: Table<T> };

/** New empty tables. */
export function memoryTables(): Tables {
  let held = emptyTables();
  let last: Promise<unknown> = Promise.resolve();
  return {
    isLasting: false,
    transact(body) {
      const run = async () => {
        const copy = copyOf(held);
        const result = await body(transactionOn(copy));
        held = copy;
        return result;
      };
      const done = last.then(run, run);
      last = done;
      return done;
    },
  };
}

function emptyTables(): AllTables {
  return { cards: new Map(), contents: new Map(), journal: new Map(), snapshots: new Map() };
}

function copyOf(tables: AllTables): AllTables {
  return {
    cards: new Map(tables.cards),
    contents: new Map(tables.contents),
    journal: new Map(tables.journal),
    snapshots: new Map(tables.snapshots),
  };
}

function transactionOn(tables: AllTables): Transaction {
  const tableOf = <T extends TableName>(name: T): Table<T> => tables[name];
  return {
    get: (table, id) => Promise.resolve(tableOf(table).get(id)),
    all(table, id) {
      const rows = [...tableOf(table).values()].filter((row) => id === undefined || row.id === id);
      return Promise.resolve(
        rows.toSorted((a, b) =>
          a.id === b.id ? secondOf(table, a) - secondOf(table, b) : order(a.id, b.id),
        ),
      );
    },
    async add(table, row) {
      const key = keyOf(table, row);
      // The error that IndexedDB gives.
      if (tableOf(table).has(key)) throw new DOMException(`${table}: ${key}`, 'ConstraintError');
      tableOf(table).set(key, row);
    },
    put(table, row) {
      tableOf(table).set(keyOf(table, row), row);
      return Promise.resolve();
    },
    delete(table, id, second) {
      for (const [key, row] of tableOf(table)) {
        if (row.id === id && (second === undefined || secondOf(table, row) === second)) {
          tableOf(table).delete(key);
        }
      }
      return Promise.resolve();
    },
  };
}

function keyOf<T extends TableName>(table: T, row: Rows[T]): string {
  return SECOND_KEYS[table] === null ? row.id : `${row.id} ${secondOf(table, row)}`;
}

function secondOf<T extends TableName>(table: T, row: Rows[T]): number {
  const field = SECOND_KEYS[table];
  return field === null ? 0 : Number((row as { readonly [field: string]: unknown })[field]);
}

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
