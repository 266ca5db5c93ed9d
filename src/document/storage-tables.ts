/**
 * @file The tables in which notebooks are kept, and what may be done with them in one transaction. Two things implement
 * `Tables`: IndexedDB (`storage-indexed.ts`), and the memory of this tab, where a browser has no storage.
 */
import type { Change, Controls } from './journal.ts';
import type { Notebook } from './notebook.ts';

/** Where a kept notebook came from. A link is known by the hash of its content. */
export type Source =
  | { readonly kind: 'new' }
  | { readonly kind: 'link'; readonly hash: string }
  | { readonly kind: 'lesson'; readonly lesson: string }
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'copy'; readonly of: string };

/** What a list shows of a notebook. Times are in ms since 1970. */
export type Card = {
  readonly id: string;
  readonly title: string;
  readonly cellCount: number;
  readonly editedAt: number;
  /** When it was put into the trash; null while it is not there. */
  readonly trashedAt: number | null;
  readonly source: Source;
  /** Grows by one with every entry of the journal. A writer that knows an older one is stale. */
  readonly revision: number;
};

/** A notebook as it stood at a revision; the journal goes on from there. */
type ContentRow = {
  readonly id: string;
  readonly revision: number;
  readonly notebook: Notebook;
  readonly controls: Controls;
};

/** The change that made this revision of the one before. */
type JournalRow = { readonly id: string; readonly revision: number; readonly change: Change };

/** An earlier state, kept for the history panel. */
export type Snapshot = {
  readonly id: string;
  readonly takenAt: number;
  readonly notebook: Notebook;
  readonly controls: Controls;
};

/** The rows of each table. All rows name their notebook in `id`. */
export type Rows = {
  readonly cards: Card;
  readonly contents: ContentRow;
  readonly journal: JournalRow;
  readonly snapshots: Snapshot;
};

/** A table. */
export type TableName = keyof Rows;

/** The field that tells apart the rows of one notebook; null where there is one. */
export const SECOND_KEYS = {
  cards: null,
  contents: null,
  journal: 'revision',
  snapshots: 'takenAt',
} as const satisfies Record<TableName, string | null>;

/** The tables. */
export const TABLE_NAMES: readonly TableName[] = ['cards', 'contents', 'journal', 'snapshots'];

/** What a transaction may do. A call issues its request before it returns, and they are done in order. */
export type Transaction = {
  get<T extends 'cards' | 'contents'>(table: T, id: string): Promise<Rows[T] | undefined>;
  /** All rows of a table, or those of one notebook, in ascending order of their keys. */
  all<T extends TableName>(table: T, id?: string): Promise<readonly Rows[T][]>;
  /** A new row. Fails with an `isTakenError` where one has its key. */
  add<T extends TableName>(table: T, row: Rows[T]): Promise<void>;
  /** A row of its own or in the place of the one with its key. */
  put<T extends TableName>(table: T, row: Rows[T]): Promise<void>;
  /** The rows of one notebook, or the one with this second key. */
  delete(table: TableName, id: string, second?: number): Promise<void>;
};

/** How a transaction runs. */
export type TransactOptions = {
  /** The page may be gone at once: all requests of `body` before its first `await` are committed without waiting for it. */
  readonly isLast?: boolean;
};

/** Tables with transactions. */
export type Tables = {
  /** Whether what is written is there after a reload. */
  readonly isLasting: boolean;
  /**
   * Runs `body` in one transaction over all tables, one after the other. When `body` or a request fails, nothing of it
   * happened. `body` may await nothing but the requests of its transaction.
   */
  transact<T>(body: (tx: Transaction) => Promise<T>, options?: TransactOptions): Promise<T>;
};

/** Whether a failure says that the disk or the browser's share of it is full. */
export function isQuotaError(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}

/** Whether `add` failed because another row has the key. */
export function isTakenError(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConstraintError';
}

/** Why a write failed, for a person. */
export function whyNotWritten(error: unknown): string {
  if (isQuotaError(error)) {
    return 'The disk is full, or the share of it that this browser gives the page.';
  }
  return `The browser could not write: ${error instanceof Error ? error.message : String(error)}`;
}
