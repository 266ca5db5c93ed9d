/**
 * @file The notebooks of this browser as lists show them, and what is done with one as a whole. The list is read anew whenever
 * this tab or another one changed something. No action rejects: what fails is said at the foot of the page.
 */
import { create } from 'zustand';
import type { Kept } from '../document/journal.ts';
import { keeping, type Keeping } from '../document/keeping.ts';
import { forkOf, makeCell, makeNotebook, setTitle } from '../document/notebook.ts';
import { cardOf, makingRoom, newCard, TRASH_MS } from '../document/storage.ts';
import { whyNotWritten, type Card, type Source } from '../document/storage-tables.ts';
import { goTo } from '../routes.ts';
import { showToast } from '../ui/toast.ts';
import { editNotebook } from './notebook.ts';

/** A notebook in a list. Times are in ms since 1970. */
export type LibraryEntry = {
  readonly id: string;
  readonly title: string;
  readonly editedAt: number;
  readonly cellCount: number;
  /** Where it came from. */
  readonly origin: Source;
};

/** A notebook in the trash, which goes for ever 30 days after `trashedAt`. */
export type TrashedEntry = LibraryEntry & { readonly trashedAt: number };

/** The library. */
export type LibraryState = {
  /** Whether the list was read yet. */
  readonly isLoaded: boolean;
  /** The latest edit first. */
  readonly notebooks: readonly LibraryEntry[];
  /** The last thrown away first. */
  readonly trash: readonly TrashedEntry[];
  /** Of all that this site keeps in this browser; null where the browser does not say. */
  readonly usageBytes: number | null;
  /** Whether the browser promised not to clear it when room gets scarce. */
  readonly isPersisted: boolean;
  /** False where the browser gives no storage: all of it is gone with this tab. */
  readonly isLasting: boolean;
};

/** The library. */
export const useLibrary = create<LibraryState>(() => ({
  isLoaded: false,
  notebooks: [],
  trash: [],
  usageBytes: null,
  isPersisted: false,
  isLasting: true,
}));

/** Read the list anew. */
export async function refreshLibrary(): Promise<void> {
  const { storage } = await keeping();
  const [cards, usageBytes, isPersisted] = await Promise.all([
    storage.list().catch(() => null),
    usage(),
    navigator.storage?.persisted().catch(() => false) ?? false,
  ]);
  useLibrary.setState({ isLoaded: true, usageBytes, isPersisted, isLasting: storage.isLasting });
  // A list that cannot be read now leaves the last one in its place.
  if (cards) useLibrary.setState(listsOf(cards));
}

/** Show a notebook of the library. */
export function openFromLibrary(id: string): void {
  goTo({ kind: 'notebook', id });
}

/** A new notebook with one empty cell, which is shown then. */
export async function createNotebook(): Promise<void> {
  const notebook = makeNotebook('Untitled', [makeCell('code')]);
  const isKept = await keepNotebook({ notebook, controls: {} }, { kind: 'new' });
  if (isKept) goTo({ kind: 'notebook', id: notebook.id });
}

/** Keep a notebook that came from elsewhere; whether that went well. */
export function keepNotebook(kept: Kept, source: Source): Promise<boolean> {
  return act('The notebook was not kept.', kept.notebook.id, async ({ storage }) => {
    await makingRoom(storage, () => storage.create(newCard(kept, source, Date.now()), kept));
  });
}

/** Into the trash, from which `restoreNotebook` brings it back. When it is open, home is shown. */
export function removeNotebook(id: string): Promise<boolean> {
  return act('The notebook was not moved to the trash.', id, async ({ storage, keeper }) => {
    if (keeper.isOpen(id)) {
      await keeper.close();
      goTo({ kind: 'home' });
    }
    await storage.trash(id, Date.now());
  });
}

/** Out of the trash. */
export function restoreNotebook(id: string): Promise<boolean> {
  return act('The notebook was not restored.', id, ({ storage }) => storage.restore(id));
}

/** Another title, also when this or another tab has the notebook open. */
export function renameNotebook(id: string, title: string): Promise<boolean> {
  return act('The notebook was not renamed.', id, async (parts) => {
    const { keeper, locks, tabs } = parts;
    if (keeper.isWriting(id)) {
      editNotebook((notebook) => setTitle(notebook, title));
      return;
    }
    const hold = await locks.tryHold(id, () => undefined);
    if (!hold) tabs.send({ kind: 'rename', id, title });
    else await rename(parts, id, title).finally(() => hold.release());
  });
}

/** A copy of it in the library. */
export async function duplicateNotebook(id: string): Promise<void> {
  const { storage, keeper } = await keeping();
  if (keeper.isOpen(id)) await keeper.flush();
  const read = await storage.read(id).catch(() => null);
  if (!read?.ok) {
    showToast(`The notebook was not copied. ${read?.why ?? ''}`, { tone: 'bad' });
    return;
  }
  const { notebook, controls } = read.kept;
  const copy = setTitle(forkOf(notebook), `${notebook.title} (copy)`);
  await keepNotebook({ notebook: copy, controls }, { kind: 'copy', of: id });
}

/** Everything in the trash goes for ever. */
export function emptyTrash(): Promise<boolean> {
  return act('The trash was not emptied.', '', ({ storage }) => storage.emptyTrash(Infinity));
}

/** What has been in the trash for 30 days goes for ever. */
export async function emptyOldTrash(): Promise<void> {
  const { storage } = await keeping();
  await storage.emptyTrash(Date.now() - TRASH_MS).catch(() => undefined);
}

/** All notebooks but those in the trash, as Jupyter files in one archive. */
export async function downloadAll(): Promise<void> {
  const { storage, keeper } = await keeping();
  await keeper.flush();
  const { downloadArchive } = await import('../share/archive.ts');
  await downloadArchive(storage).catch((error: unknown) => {
    showToast(`The notebooks were not downloaded. ${String(error)}`, { tone: 'bad' });
  });
}

/** Does something with one notebook, tells the other tabs, and reads the list anew. */
async function act(
  failed: string,
  id: string,
  change: (parts: Keeping) => Promise<void>,
): Promise<boolean> {
  const parts = await keeping();
  try {
    await change(parts);
    parts.tabs.send({ kind: 'changed', id });
    return true;
  } catch (error) {
    showToast(`${failed} ${whyNotWritten(error)}`, { tone: 'bad' });
    return false;
  } finally {
    await refreshLibrary();
  }
}

async function rename({ storage }: Keeping, id: string, title: string): Promise<void> {
  const read = await storage.read(id);
  if (!read.ok) throw new Error(read.why);
  const kept = { ...read.kept, notebook: setTitle(read.kept.notebook, title) };
  const { cells: _, ...head } = kept.notebook;
  // Naming a notebook is no edit of its text: it keeps its place in the list.
  const card = { ...cardOf(read.card, kept, read.card.editedAt), trashedAt: read.card.trashedAt };
  const result = await storage.write({ card, change: { head }, kept });
  if (!result.ok) throw new Error('another tab wrote it at the same time. Try again.');
}

function listsOf(cards: readonly Card[]): Pick<LibraryState, 'notebooks' | 'trash'> {
  const entries = cards.map((card) => ({ entry: entryOf(card), trashedAt: card.trashedAt }));
  const trash = entries.flatMap(({ entry, trashedAt }) =>
    trashedAt === null ? [] : [{ ...entry, trashedAt }],
  );
  return {
    notebooks: entries.filter(({ trashedAt }) => trashedAt === null).map(({ entry }) => entry),
    trash: trash.toSorted((a, b) => b.trashedAt - a.trashedAt),
  };
}

function entryOf({ id, title, editedAt, cellCount, source }: Card): LibraryEntry {
  return { id, title, editedAt, cellCount, origin: source };
}

async function usage(): Promise<number | null> {
  const estimate = await navigator.storage?.estimate().catch(() => null);
  return estimate?.usage ?? null;
}
