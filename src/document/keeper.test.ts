/**
 * Goal: the keeper writes each edit in time and gives a place to those that have none. Method: one keeper over storage in
 * memory, with locks that the test holds as another tab would; the store is the page's own. Two real tabs are in
 * e2e/keeping.spec.ts.
 */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useRouteState } from '../routes.ts';
import { useKeeping } from '../store/keeping.ts';
import {
  editNotebook,
  presentNotebook,
  setControl,
  undoEdit,
  useNotebook,
} from '../store/notebook.ts';
import { changeBetween, type Kept } from './journal.ts';
import { FLUSH_AFTER_MS, Keeper } from './keeper.ts';
import { makeCell, makeNotebook, setSource, setTitle } from './notebook.ts';
import type { Hold, NotebookLocks } from './notebook-lock.ts';
import { cardOf, newCard, storageOver, type NotebookStorage, type Opened } from './storage.ts';
import { memoryTables } from './storage-memory.ts';
import type { Tables } from './storage-tables.ts';
import type { TabMessage } from './tab-channel.ts';

let storage: NotebookStorage;
let keeper: Keeper;
let locks: ReturnType<typeof locksInMemory>;
let hear: (message: TabMessage) => void;
let isFull = false;

const cell = makeCell('code', 'x');
const type = (source: string): void =>
  editNotebook((notebook) => setSource(notebook, notebook.cells[0]!.id, source));
const saveKind = (): string => useNotebook.getState().save.kind;

/** Locks of one process: who holds, and who waits. */
function locksInMemory() {
  const held = new Map<string, () => void>();
  const waiting = new Map<string, ((hold: Hold) => void)[]>();
  const grant = (id: string, onLost: () => void): Hold => {
    held.set(id, onLost);
    const release = (): void => {
      if (held.get(id) !== onLost) return;
      held.delete(id);
      waiting.get(id)?.shift()?.(grant(id, onLost));
    };
    return { release };
  };
  const locks: NotebookLocks = {
    tryHold: (id, onLost) => Promise.resolve(held.has(id) ? null : grant(id, onLost)),
    waitForHold: (id) =>
      new Promise((resolve) => waiting.set(id, [...(waiting.get(id) ?? []), resolve])),
    takeHold: (id, onLost) => {
      held.get(id)?.();
      return Promise.resolve(grant(id, onLost));
    },
  };
  return locks;
}

/** Tables that are lasting, and full when the test says so. */
function tablesOfTest(): Tables {
  const tables = memoryTables();
  return {
    isLasting: true,
    transact: (body) =>
      tables.transact((tx) =>
        body({
          ...tx,
          put: (table, row) =>
            isFull
              ? Promise.reject(new DOMException('', 'QuotaExceededError'))
              : tx.put(table, row),
        }),
      ),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  isFull = false;
  storage = storageOver(tablesOfTest());
  locks = locksInMemory();
  keeper = new Keeper({
    storage,
    locks,
    tabs: { send: () => undefined, listen: (listener) => (hear = listener) },
  });
  useKeeping.setState({ notice: null });
});

afterEach(async () => {
  isFull = false;
  await keeper.close();
  vi.useRealTimers();
});

const sources = async (id: string): Promise<readonly string[] | null> => {
  const read = await storage.read(id);
  return read.ok ? read.kept.notebook.cells.map(({ source }) => source) : null;
};

async function kept(title = 'Kept'): Promise<Opened> {
  const content: Kept = { notebook: makeNotebook(title, [cell]), controls: {} };
  return {
    card: await storage.create(newCard(content, { kind: 'new' }, 1), content),
    kept: content,
  };
}

/** What another tab writes. */
async function writeElsewhere({ card, kept: before }: Opened, source: string): Promise<void> {
  const after = { ...before, notebook: setSource(before.notebook, cell.id, source) };
  const change = changeBetween(before, after)!;
  expect(await storage.write({ card: cardOf(card, after, 3), change, kept: after })).toMatchObject({
    ok: true,
  });
}

test('an edit is kept within half a second, and the state says so', async () => {
  const opened = await kept();
  await keeper.openKept(opened);
  expect(saveKind()).toBe('saved');
  type('y');
  expect(saveKind()).toBe('saving');
  expect(FLUSH_AFTER_MS).toBeLessThan(500);
  await vi.advanceTimersByTimeAsync(FLUSH_AFTER_MS);
  expect(await sources(opened.card.id)).toEqual(['y']);
  expect(saveKind()).toBe('saved');
});

test('typing without a pause is kept all the while', async () => {
  const opened = await kept();
  await keeper.openKept(opened);
  for (let key = 0; key < 20; key += 1) {
    type(`key ${key}`);
    await vi.advanceTimersByTimeAsync(100);
  }
  const [source = ''] = (await sources(opened.card.id))!;
  expect(Number(source.slice('key '.length))).toBeGreaterThanOrEqual(15);
});

test('an edit that was undone at once leaves the notebook saved', async () => {
  const opened = await kept();
  await keeper.openKept(opened);
  type('y');
  undoEdit();
  await vi.advanceTimersByTimeAsync(FLUSH_AFTER_MS);
  expect(saveKind()).toBe('saved');
  expect(await sources(opened.card.id)).toEqual(['x']);
});

test('values of sliders are kept with the notebook', async () => {
  const opened = await kept();
  await keeper.openKept(opened);
  setControl('rate', 0.5);
  await keeper.flush();
  expect(await storage.read(opened.card.id)).toMatchObject({ kept: { controls: { rate: 0.5 } } });
});

test('a link is kept from its first edit on, at its own address', async () => {
  const shared = makeNotebook('Shared', [cell]);
  const link = { kind: 'link', fragment: '#1g.x' } as const;
  await keeper.openUnkept({ notebook: shared, controls: {} }, link, { kind: 'link', hash: 'h' });
  setControl('rate', 1);
  await keeper.flush();
  expect([saveKind(), await storage.list()]).toEqual(['unsaved', []]);
  type('mine');
  await keeper.flush();
  expect(await sources(shared.id)).toEqual(['mine']);
  expect((await storage.list())[0]?.source).toEqual({ kind: 'link', hash: 'h' });
  expect(useNotebook.getState()).toMatchObject({ origin: { kind: 'local' }, isPreview: true });
  expect(useRouteState.getState().route).toEqual({ kind: 'notebook', id: shared.id });
  undoEdit();
  expect(presentNotebook().cells[0]?.source).toBe('x');
});

test('a notebook that another tab edits is read-only until that tab lets go', async () => {
  const opened = await kept();
  const other = (await locks.tryHold(opened.card.id, () => undefined))!;
  await keeper.openKept(opened);
  expect(saveKind()).toBe('readOnly');
  await writeElsewhere(opened, 'theirs');
  hear({ kind: 'changed', id: opened.card.id });
  await vi.advanceTimersByTimeAsync(1);
  expect(presentNotebook().cells[0]?.source).toBe('theirs');
  other.release();
  await vi.advanceTimersByTimeAsync(1);
  expect(saveKind()).toBe('saved');
  type('mine');
  await keeper.flush();
  expect(await sources(opened.card.id)).toEqual(['mine']);
});

test('a frozen tab loses its hold', async () => {
  const opened = await kept();
  await locks.tryHold(opened.card.id, () => undefined);
  await keeper.openKept(opened);
  keeper.takeOver();
  await vi.advanceTimersByTimeAsync(2000);
  expect(saveKind()).toBe('saved');
});

test('a tab that is asked gives up its hold, after it saved', async () => {
  const opened = await kept();
  await keeper.openKept(opened);
  type('last');
  hear({ kind: 'takeOver', id: opened.card.id });
  await vi.advanceTimersByTimeAsync(1);
  expect(await sources(opened.card.id)).toEqual(['last']);
  expect(saveKind()).toBe('readOnly');
});

test('edits of a tab that lost its hold become a copy, and the other text stays', async () => {
  const opened = await kept();
  await keeper.openKept(opened);
  type('mine');
  await locks.takeHold(opened.card.id, () => undefined);
  await writeElsewhere(opened, 'theirs');
  await keeper.flush();
  const copy = presentNotebook();
  expect(copy.id).not.toBe(opened.card.id);
  expect(copy.title).toBe('Kept (copy)');
  expect(await sources(opened.card.id)).toEqual(['theirs']);
  expect(await sources(copy.id)).toEqual(['mine']);
  expect(useKeeping.getState().notice).toEqual({
    on: copy.id,
    kind: 'conflict',
    of: opened.card.id,
  });
  expect(useRouteState.getState().route).toEqual({ kind: 'notebook', id: copy.id });
  type('more');
  await keeper.flush();
  expect(await sources(copy.id)).toEqual(['more']);
});

test('a stale write becomes a copy, though nobody took the hold', async () => {
  const opened = await kept();
  await keeper.openKept(opened);
  await writeElsewhere(opened, 'theirs');
  type('mine');
  await keeper.flush();
  expect(await sources(opened.card.id)).toEqual(['theirs']);
  expect(await sources(presentNotebook().id)).toEqual(['mine']);
});

test('a full disk is said, the text stays, and is written when there is room', async () => {
  const opened = await kept();
  await keeper.openKept(opened);
  isFull = true;
  type('y');
  await vi.advanceTimersByTimeAsync(FLUSH_AFTER_MS);
  expect(useNotebook.getState().save).toMatchObject({ kind: 'failed' });
  expect(keeper.hasFailed).toBe(true);
  isFull = false;
  await vi.advanceTimersByTimeAsync(11_000);
  expect(saveKind()).toBe('saved');
  expect(await sources(opened.card.id)).toEqual(['y']);
});

test('text that no write took is there when its notebook is opened again', async () => {
  const opened = await kept();
  await keeper.openKept(opened);
  isFull = true;
  type('y');
  await keeper.close();
  expect(keeper.takeRescued(opened.card.id)?.notebook.cells[0]?.source).toBe('y');
  expect(keeper.takeRescued(opened.card.id)).toBeNull();
});

test('an earlier state comes back, and undo takes it away again', async () => {
  const opened = await kept();
  await keeper.openKept(opened);
  type('y');
  await keeper.flush();
  const [first] = await storage.snapshots(opened.card.id);
  expect(first?.notebook.cells[0]?.source).toBe('x');
  await keeper.restore(first!);
  await keeper.flush();
  expect(await sources(opened.card.id)).toEqual(['x']);
  undoEdit();
  await keeper.flush();
  expect(await sources(opened.card.id)).toEqual(['y']);
});

test('another tab may name a notebook that this one edits', async () => {
  const opened = await kept();
  await keeper.openKept(opened);
  hear({ kind: 'rename', id: opened.card.id, title: 'Named' });
  await keeper.flush();
  expect((await storage.list())[0]?.title).toBe('Named');
  expect(presentNotebook()).toEqual(setTitle(opened.kept.notebook, 'Named'));
});

test('what is written as the page goes away is all that was not', async () => {
  const opened = await kept();
  await keeper.openKept(opened);
  type('last');
  keeper.flushLast();
  await vi.advanceTimersByTimeAsync(1);
  expect(await sources(opened.card.id)).toEqual(['last']);
});
