/**
 * @file Tables in IndexedDB. Requests are issued at once, so that what a page writes while it goes away arrives; and each
 * write asks for strict durability: a "saved" that a crash of the machine takes back is none.
 */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import {
  SECOND_KEYS,
  TABLE_NAMES,
  type Rows,
  type TableName,
  type Tables,
  type Transaction,
} from './storage-tables.ts';

const DATABASE = 'arignote';

/** Grows when tables change; `upgrade` then begins from any earlier one. */
const VERSION = 1;

type Schema = DBSchema & {
  [T in TableName]: { key: string | [string, number]; value: Rows[T] };
};

/** The tables of this browser. Rejects where it keeps none, as some do in private windows. */
export async function indexedTables(): Promise<Tables> {
  const database = await openDB<Schema>(DATABASE, VERSION, {
    upgrade(database) {
      for (const table of TABLE_NAMES) {
        const second = SECOND_KEYS[table];
        database.createObjectStore(table, { keyPath: second === null ? 'id' : ['id', second] });
      }
    },
    // A newer version of the page in another tab waits for this; the next write here fails and says so.
    blocking: (_current, _wanted, event) => (event.target as IDBDatabase).close(),
  });
  return {
    isLasting: true,
    transact: (body, options) => transact(database, body, options?.isLast),
  };
}

async function transact<T>(
  database: IDBPDatabase<Schema>,
  body: (tx: Transaction) => Promise<T>,
  isLast = false,
): Promise<T> {
  const tx = database.transaction(TABLE_NAMES, 'readwrite', { durability: 'strict' });
  // Handled from the start: whether the body or the transaction fails first is not known.
  const done = tx.done.then(
    () => null,
    (error: unknown) => ({ error }),
  );
  const running = body(transactionOn(tx));
  if (isLast) tx.commit();
  try {
    const result = await running;
    const failure = await done;
    if (failure) throw failure.error;
    return result;
  } catch (error) {
    abort(tx);
    const failure = await done;
    // When the transaction ended first, its reason, such as a full disk, says more than "aborted".
    throw isAbort(error) && failure ? failure.error : error;
  }
}

function abort(tx: Running): void {
  try {
    tx.abort();
  } catch {
    // It has ended already.
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

type Running = IDBPTransaction<Schema, readonly TableName[], 'readwrite'>;

function transactionOn(tx: Running): Transaction {
  return {
    get: (table, id) => tx.objectStore(table).get(id) as Promise<never>,
    all: (table, id) => tx.objectStore(table).getAll(rangeOf(table, id)) as Promise<never>,
    async add(table, row) {
      await tx.objectStore(table).add(row);
    },
    async put(table, row) {
      await tx.objectStore(table).put(row);
    },
    async delete(table, id, second) {
      await tx.objectStore(table).delete(second === undefined ? rangeOf(table, id)! : [id, second]);
    },
  };
}

/** The keys of one notebook; undefined for all. An array sorts behind every number. */
function rangeOf(table: TableName, id?: string): IDBKeyRange | undefined {
  if (id === undefined) return undefined;
  return SECOND_KEYS[table] === null ? IDBKeyRange.only(id) : IDBKeyRange.bound([id], [id, []]);
}
