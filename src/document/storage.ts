/**
 * @file The notebooks of this browser: a list of cards, the content of each as a base and a journal, snapshots, and the trash.
 * What it does is the same over IndexedDB and over memory; see `storage-tables.ts`.
 */
import { applyChange, readKept, type Change, type Kept } from './journal.ts';
import { snapshotsToDrop } from './snapshots.ts';
import { indexedTables } from './storage-indexed.ts';
import { memoryTables } from './storage-memory.ts';
import {
  isQuotaError,
  isTakenError,
  TABLE_NAMES,
  type Card,
  type Snapshot,
  type Source,
  type Tables,
  type TransactOptions,
  type Transaction,
} from './storage-tables.ts';

/** How long a notebook stays in the trash. */
export const TRASH_MS = 30 * 24 * 3600_000;

/** Entries of a journal after which the next write makes a new base: reading replays at most that many. */
export const JOURNAL_MAX = 64;

/** A notebook as it is kept. */
export type Opened = { readonly card: Card; readonly kept: Kept };

/** What reading gives; `why` is for the person who asked. */
export type OpenReading =
  | ({ readonly ok: true } & Opened)
  | { readonly ok: false; readonly reason: 'absent' | 'unreadable'; readonly why: string };

/** An edit to write: what changed since the revision that its card names, and what stands now. */
export type Write = { readonly card: Card; readonly change: Change; readonly kept: Kept };

/** `stale`: someone else wrote since. Nothing was written then. */
export type WriteResult = { readonly ok: true; readonly card: Card } | { readonly ok: false };

/** Keeps notebooks. Rejects only when the tables fail, such as on a full disk: `isQuotaError`. */
export type NotebookStorage = ReturnType<typeof storageOver>;

/** The storage of this browser; that of this tab where it gives none. */
export async function openStorage(): Promise<NotebookStorage> {
  const tables = await indexedTables().catch(() => memoryTables());
  return storageOver(tables);
}

/** What `write` gives; on a full disk all snapshots go first, since they are what a person would miss least. */
export async function makingRoom<T>(storage: NotebookStorage, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isQuotaError(error)) throw error;
    await storage.dropSnapshots();
    return write();
  }
}

/** The card of a notebook that stands so now; its revision and its source are as before. */
export function cardOf(before: Card, { notebook }: Kept, now: number): Card {
  return {
    ...before,
    title: notebook.title,
    cellCount: notebook.cells.length,
    editedAt: now,
    // An edit brings a notebook back from the trash: the edit must not go with it.
    trashedAt: null,
  };
}

/** The card of a notebook that is not kept yet. */
export function newCard(kept: Kept, source: Source, now: number): Card {
  const blank = { id: kept.notebook.id, title: '', cellCount: 0, editedAt: 0, trashedAt: null };
  return cardOf({ ...blank, source, revision: 0 }, kept, now);
}

/** A storage over these tables. */
export function storageOver(tables: Tables) {
  return {
    /** Whether what is kept is there after a reload. */
    isLasting: tables.isLasting,

    /** The cards of all notebooks, those in the trash too; the latest edit first. */
    list: async (): Promise<readonly Card[]> => {
      const cards = await tables.transact((tx) => tx.all('cards'));
      return cards.toSorted((a, b) => b.editedAt - a.editedAt);
    },

    /** A notebook as it stood after its last write. */
    read: (id: string): Promise<OpenReading> => tables.transact((tx) => read(tx, id)),

    /** Keep a notebook that is not kept yet, or whole in the place of what is. */
    create: (card: Card, kept: Kept, options?: TransactOptions): Promise<Card> =>
      tables.transact((tx) => create(tx, card, kept), options),

    /** Keep an edit. `isLast`: the page may be gone before an answer comes. */
    write: (edit: Write, options?: TransactOptions): Promise<WriteResult> =>
      write(tables, edit, options),

    /** Into the trash. An absent notebook is passed over, here and below. */
    trash: (id: string, now: number): Promise<void> =>
      tables.transact((tx) => changeCard(tx, id, { trashedAt: now })),

    /** Out of the trash. */
    restore: (id: string): Promise<void> =>
      tables.transact((tx) => changeCard(tx, id, { trashedAt: null })),

    /** Remove for ever what has been in the trash since before that time. */
    emptyTrash: (before: number): Promise<void> =>
      tables.transact(async (tx) => {
        const cards = await tx.all('cards');
        const gone = cards.filter(({ trashedAt }) => trashedAt !== null && trashedAt < before);
        await Promise.all(gone.map(({ id }) => erase(tx, id)));
      }),

    /** The earlier states of a notebook, the latest first. */
    snapshots: async (id: string): Promise<readonly Snapshot[]> => {
      const snapshots = await tables.transact((tx) => tx.all('snapshots', id));
      return snapshots.toReversed();
    },

    /** Keep a state beside the present one, and thin out the older ones. */
    takeSnapshot: (kept: Kept, now: number): Promise<void> =>
      tables.transact((tx) => takeSnapshot(tx, kept, now)),

    /** All snapshots of all notebooks go. */
    dropSnapshots: (): Promise<void> =>
      tables.transact(async (tx) => {
        const cards = await tx.all('cards');
        await Promise.all(cards.map(({ id }) => tx.delete('snapshots', id)));
      }),
  };
}

async function read(tx: Transaction, id: string): Promise<OpenReading> {
  const [card, content, journal] = await Promise.all([
    tx.get('cards', id),
    tx.get('contents', id),
    tx.all('journal', id),
  ]);
  if (!card || !content) {
    const why =
      'This browser keeps no notebook of this address. It may be kept in another browser, or it was deleted.';
    return { ok: false, reason: 'absent', why };
  }
  let kept: Kept = { notebook: content.notebook, controls: content.controls };
  // A base that was written while entries came in holds the older ones already.
  const entries = journal.filter(({ revision }) => revision > content.revision);
  for (const { change } of entries) kept = applyChange(kept, change);
  const checked = readKept(kept.notebook, kept.controls);
  return checked.ok
    ? { ok: true, card, kept: checked.kept }
    : { ok: false, reason: 'unreadable', why: checked.why };
}

/** Issues all before the first await: the page may go away. */
async function create(tx: Transaction, card: Card, kept: Kept): Promise<Card> {
  const made: Card = { ...card, revision: card.revision + 1 };
  await Promise.all([
    tx.delete('journal', card.id),
    tx.put('contents', { id: card.id, revision: made.revision, ...kept }),
    tx.put('cards', made),
  ]);
  return made;
}

/** Another writer was faster; thrown so that nothing of the transaction happens. */
class StaleWrite extends Error {}

async function write(tables: Tables, edit: Write, options?: TransactOptions): Promise<WriteResult> {
  try {
    return { ok: true, card: await tables.transact((tx) => append(tx, edit), options) };
  } catch (error) {
    if (error instanceof StaleWrite || isTakenError(error)) return { ok: false };
    throw error;
  }
}

/** As `create`. Adding the entry of a revision that another writer made fails by itself, even when nobody waits for it. */
async function append(tx: Transaction, { card, change, kept }: Write): Promise<Card> {
  const made: Card = { ...card, revision: card.revision + 1 };
  const row = { id: card.id, revision: made.revision };
  const before = tx.get('cards', card.id);
  const requests = [tx.add('journal', { ...row, change }), tx.put('cards', made)];
  if (made.revision % JOURNAL_MAX === 0) {
    requests.push(tx.put('contents', { ...row, ...kept }), tx.delete('journal', card.id));
  }
  await Promise.all(requests);
  const known = await before;
  // Deleted for ever in another tab meanwhile: what is open here is all there is.
  if (!known) return create(tx, card, kept);
  if (known.revision !== card.revision) throw new StaleWrite();
  return made;
}

async function changeCard(tx: Transaction, id: string, change: Partial<Card>): Promise<void> {
  const card = await tx.get('cards', id);
  if (card) await tx.put('cards', { ...card, ...change });
}

async function erase(tx: Transaction, id: string): Promise<void> {
  await Promise.all(TABLE_NAMES.map((table) => tx.delete(table, id)));
}

async function takeSnapshot(tx: Transaction, kept: Kept, now: number): Promise<void> {
  const { id } = kept.notebook;
  const held = await tx.all('snapshots', id);
  const latest = held.at(-1);
  if (latest && isSameContent(latest, kept)) return;
  const times = [...held.map(({ takenAt }) => takenAt), now];
  await Promise.all([
    tx.put('snapshots', { id, takenAt: now, notebook: kept.notebook, controls: kept.controls }),
    ...snapshotsToDrop(times, now).map((time) => tx.delete('snapshots', id, time)),
  ]);
}

/** What came out of storage shares nothing with what is open, so that identity tells nothing. */
function isSameContent(a: Kept, b: Kept): boolean {
  return JSON.stringify([a.notebook, a.controls]) === JSON.stringify([b.notebook, b.controls]);
}
