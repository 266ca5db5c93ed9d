/**
 * Goal: no edit is lost in storage: journals replay, a stale writer is told, the trash gives back. Method: the storage over
 * the tables in memory; e2e/keeping.spec.ts runs the same code over IndexedDB.
 */
import { beforeEach, expect, test } from 'vitest';
import { changeBetween, type Kept } from './journal.ts';
import { makeCell, makeNotebook, setSource, setTitle, type Notebook } from './notebook.ts';
import { SNAPSHOTS_MAX } from './snapshots.ts';
import { cardOf, JOURNAL_MAX, makingRoom, newCard, storageOver, TRASH_MS } from './storage.ts';
import { memoryTables } from './storage-memory.ts';
import type { Card, Tables } from './storage-tables.ts';

let tables: Tables;
let storage: ReturnType<typeof storageOver>;
const cell = makeCell('code', 'x');
const notebook = makeNotebook('First', [cell]);
const kept: Kept = { notebook, controls: { rate: 0.1 } };

beforeEach(() => {
  tables = memoryTables();
  storage = storageOver(tables);
});

const create = (): Promise<Card> => storage.create(newCard(kept, { kind: 'new' }, 1), kept);
const typed = (source: string): Kept => ({
  ...kept,
  notebook: setSource(notebook, cell.id, source),
});

/** Writes `after` where `before` stood. */
async function edit(card: Card, before: Kept, after: Kept): Promise<Card | null> {
  const change = changeBetween(before, after);
  if (!change) throw new Error('The edit changes nothing.');
  const result = await storage.write({ card: cardOf(card, after, 2), change, kept: after });
  return result.ok ? result.card : null;
}

async function sourceNow(): Promise<string | undefined> {
  const read = await storage.read(notebook.id);
  return read.ok ? read.kept.notebook.cells[0]?.source : undefined;
}

test('a new notebook reads as it was made', async () => {
  const card = await create();
  expect(await storage.read(notebook.id)).toEqual({ ok: true, card, kept });
  expect(await storage.list()).toEqual([card]);
});

test('edits read back after any number of them, and the journal stays short', async () => {
  let card = await create();
  let before = kept;
  for (let step = 0; step < 3 * JOURNAL_MAX + 5; step += 1) {
    const after = typed(`step ${step}`);
    card = (await edit(card, before, after))!;
    before = after;
    expect(await sourceNow()).toBe(`step ${step}`);
  }
  const journal = await tables.transact((tx) => tx.all('journal'));
  expect(journal.length).toBeLessThan(JOURNAL_MAX);
});

test('a stale writer is told, and the other edit stays', async () => {
  const card = await create();
  expect(await edit(card, kept, typed('theirs'))).not.toBeNull();
  expect(await edit(card, kept, typed('mine'))).toBeNull();
  expect(await sourceNow()).toBe('theirs');
});

test('a stale writer is told after its entry went into a new base', async () => {
  const stale = await create();
  let card = stale;
  let before = kept;
  for (let step = 0; step < JOURNAL_MAX; step += 1) {
    const after = typed(`step ${step}`);
    card = (await edit(card, before, after))!;
    before = after;
  }
  expect(await edit(stale, kept, typed('mine'))).toBeNull();
  expect(await sourceNow()).toBe(`step ${JOURNAL_MAX - 1}`);
});

test('an edit of a notebook that was deleted for ever keeps it whole', async () => {
  const card = await create();
  await storage.trash(notebook.id, 5);
  await storage.emptyTrash(Infinity);
  expect((await storage.read(notebook.id)).ok).toBe(false);
  await edit(card, kept, typed('still here'));
  expect(await sourceNow()).toBe('still here');
});

test('the trash gives back, and forgets after 30 days', async () => {
  await create();
  await storage.trash(notebook.id, 1000);
  expect((await storage.list())[0]?.trashedAt).toBe(1000);
  await storage.emptyTrash(1000 + TRASH_MS - 1 - TRASH_MS);
  await storage.restore(notebook.id);
  expect((await storage.list())[0]?.trashedAt).toBeNull();
  expect(await sourceNow()).toBe('x');
  await storage.trash(notebook.id, 1000);
  await storage.takeSnapshot(kept, 1);
  await storage.emptyTrash(1001);
  expect(await storage.list()).toEqual([]);
  expect(await storage.snapshots(notebook.id)).toEqual([]);
});

test('an edit brings a notebook back from the trash', async () => {
  const card = await create();
  await storage.trash(notebook.id, 5);
  expect(await edit(card, kept, typed('edited in another tab'))).not.toBeNull();
  expect((await storage.list())[0]?.trashedAt).toBeNull();
});

test('lists name the latest edit first', async () => {
  await create();
  const other: Notebook = makeNotebook('Second');
  await storage.create(newCard({ notebook: other, controls: {} }, { kind: 'new' }, 9), {
    notebook: other,
    controls: {},
  });
  expect((await storage.list()).map(({ title }) => title)).toEqual(['Second', 'First']);
});

test('snapshots are the latest first, differ, and are at most twenty', async () => {
  await create();
  for (let at = 1; at <= 2 * SNAPSHOTS_MAX; at += 1) {
    await storage.takeSnapshot(typed(`at ${at}`), at * 60_000);
    await storage.takeSnapshot(typed(`at ${at}`), at * 60_000 + 1);
  }
  const snapshots = await storage.snapshots(notebook.id);
  expect(snapshots.length).toBe(SNAPSHOTS_MAX);
  expect(snapshots[0]?.takenAt).toBe(2 * SNAPSHOTS_MAX * 60_000);
  expect(snapshots.at(-1)?.takenAt).toBe(60_000);
});

test('an absent notebook is named so', async () => {
  expect(await storage.read('nowhere')).toMatchObject({ ok: false, reason: 'absent' });
});

test('what an edit failed to write happened not at all', async () => {
  const card = await create();
  const failing = tables.transact(async (tx) => {
    await tx.put('cards', { ...card, title: 'half' });
    throw new Error('the disk is gone');
  });
  await expect(failing).rejects.toThrow('the disk is gone');
  expect((await storage.list())[0]?.title).toBe('First');
});

test('a full disk gives up the snapshots before the text', async () => {
  await create();
  await storage.takeSnapshot(kept, 1);
  let calls = 0;
  const written = await makingRoom(storage, async () => {
    calls += 1;
    if ((await storage.snapshots(notebook.id)).length > 0) {
      throw new DOMException('full', 'QuotaExceededError');
    }
    return setTitle(notebook, 'kept').title;
  });
  expect([written, calls]).toEqual(['kept', 2]);
});
