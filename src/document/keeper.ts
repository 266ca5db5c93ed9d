/**
 * @file Keeps the notebook that is open: each edit is in the journal within `FLUSH_AFTER_MS`, written by the one tab that holds
 * the notebook's lock. Edits that have no place, because another tab wrote first, become a copy. A link or a lesson is kept
 * from its first edit on. Whatever fails, the text stays in memory and the save state says so.
 */
import { goTo } from '../routes.ts';
import { setNotice } from '../store/keeping.ts';
import {
  editNotebook,
  openNotebook,
  presentNotebook,
  setSaveState,
  useNotebook,
  type Origin,
} from '../store/notebook.ts';
import { beginHistory, type History } from './history.ts';
import { changeBetween, type Kept } from './journal.ts';
import { forkOf, setTitle, type Notebook } from './notebook.ts';
import type { Hold, NotebookLocks } from './notebook-lock.ts';
import { isSnapshotDue } from './snapshots.ts';
import { cardOf, makingRoom, newCard, type NotebookStorage, type Opened } from './storage.ts';
import { whyNotWritten, type Card, type Snapshot, type Source } from './storage-tables.ts';
import type { TabChannel, TabMessage } from './tab-channel.ts';

/** An edit waits this long for more before it is written: less than the half second that may be lost. */
export const FLUSH_AFTER_MS = 300;

/** A failed write is tried again after this time. */
const RETRY_AFTER_MS = 10_000;

/** Another tab that does not give up its hold in this time, ms, loses it: it is frozen or gone. */
const TAKE_OVER_MS = 1500;

/** What the keeper works with. */
type KeeperParts = {
  readonly storage: NotebookStorage;
  readonly locks: NotebookLocks;
  readonly tabs: TabChannel;
};

/** The notebook that is open. */
type Open = {
  readonly id: string;
  /** Null until it is kept. */
  card: Card | null;
  readonly source: Source;
  /** As it was opened or last written. */
  saved: Kept;
  /** Null while another tab edits it. */
  hold: Hold | null;
  /** Ends the waiting for the hold. */
  waiting: AbortController | null;
  /** In this session; ms since 1970. */
  latestSnapshotAt: number | null;
};

/** Keeps one notebook at a time. */
export class Keeper {
  readonly #parts: KeeperParts;
  #open: Open | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #writing: Promise<void> | null = null;
  readonly #listeners: (() => void)[] = [];
  /** Edits that no write took, of notebooks that are open no more. */
  readonly #rescued = new Map<string, Kept>();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    useNotebook.subscribe((state, before) => {
      const isEdit = state.history.present !== before.history.present;
      if (isEdit || state.controls !== before.controls) this.#noticeEdit();
    });
    parts.tabs.listen((message) => void this.#hear(message));
  }

  /** Calls `listener` after each write of an edit. */
  whenWritten(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Whether this notebook is the one that is open. */
  isOpen(id: string): boolean {
    return this.#open?.id === id;
  }

  /** Whether this tab edits that notebook. */
  isWriting(id: string): boolean {
    return this.#open?.id === id && this.#open.hold !== null;
  }

  /** Whether there is text that writes failed to take. */
  get hasFailed(): boolean {
    const isInMemory = !this.#parts.storage.isLasting && this.#open?.card !== null;
    return this.#rescued.size > 0 || this.#retry !== null || isInMemory;
  }

  /** What could not be written of a notebook before another was opened. It is in the hands of the caller then. */
  takeRescued(id: string): Kept | null {
    const kept = this.#rescued.get(id) ?? null;
    this.#rescued.delete(id);
    return kept;
  }

  /** Open a notebook that is kept. Read-only while another tab edits it. */
  async openKept({ card, kept }: Opened): Promise<void> {
    await this.close();
    const open = openOf(kept, card, card.source);
    this.#open = open;
    openNotebook(kept.notebook, { kind: 'local' }, kept.controls);
    setSaveState({ kind: 'readOnly' });
    const hold = await this.#parts.locks.tryHold(open.id, () => this.#loseHold(open));
    if (hold) this.#beginWriting(open, hold);
    else this.#waitForHold(open);
  }

  /** Open a link or a lesson: nothing is kept before its first edit. */
  async openUnkept(kept: Kept, origin: Origin, source: Source): Promise<void> {
    await this.close();
    this.#open = openOf(kept, null, source);
    openNotebook(kept.notebook, origin, kept.controls);
  }

  /** Write what is not written, and let other tabs edit. */
  async close(): Promise<void> {
    const open = this.#open;
    if (!open) return;
    await this.flush();
    this.#open = null;
    open.waiting?.abort();
    open.hold?.release();
    if (isDirty(open)) this.#rescued.set(open.id, keptNow());
  }

  /** Write what is not written. Never rejects: the save state tells. */
  async flush(): Promise<void> {
    this.#stopTimers();
    await this.#writing;
    const open = this.#open;
    if (!open) return;
    this.#writing ??= this.#write(open).finally(() => {
      this.#writing = null;
    });
    await this.#writing;
  }

  /**
   * Write what is not written before the page goes away, without waiting. It begins at what is known to be written: an
   * unfinished write may or may not arrive, and either way this one fits or fails as a whole.
   */
  flushLast(): void {
    const open = this.#open;
    const kept = keptNow();
    const change = open && isDirty(open) ? changeBetween(open.saved, kept) : null;
    if (!open || !change) return;
    const { storage } = this.#parts;
    const now = Date.now();
    if (open.card && open.hold) {
      const card = cardOf(open.card, kept, now);
      storage.write({ card, change, kept }, { isLast: true }).catch(ignore);
    } else {
      const own = open.card ? copyOf(kept) : kept;
      const source: Source = open.card ? { kind: 'copy', of: open.id } : open.source;
      storage.create(newCard(own, source, now), own, { isLast: true }).catch(ignore);
    }
  }

  /** Edit here a notebook that another tab edits. */
  takeOver(): void {
    const open = this.#open;
    if (!open || open.hold) return;
    this.#parts.tabs.send({ kind: 'takeOver', id: open.id });
    setTimeout(() => void this.#takeHold(open), TAKE_OVER_MS);
  }

  /** Put an earlier state in the place of the present one; undo brings that back, and so does the history. */
  async restore({ notebook, controls }: Snapshot): Promise<void> {
    const open = this.#open;
    if (!open) return;
    await this.flush();
    await this.#takeSnapshot(open, keptNow());
    editNotebook((present) => ({ ...notebook, id: present.id }));
    useNotebook.setState({ controls });
  }

  #noticeEdit(): void {
    const open = this.#open;
    if (!open || !isDirty(open)) return;
    // A full disk is full until a write has gone well.
    if (useNotebook.getState().save.kind !== 'failed') setSaveState({ kind: 'saving' });
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER_MS);
  }

  async #write(open: Open): Promise<void> {
    try {
      await makingRoom(this.#parts.storage, () => this.#writeOnce(open));
    } catch (error) {
      setSaveState({ kind: 'failed', why: `${whyNotWritten(error)} ${IN_THIS_TAB}` });
      this.#retry = setTimeout(() => void this.flush(), RETRY_AFTER_MS);
    }
  }

  async #writeOnce(open: Open): Promise<void> {
    const kept = keptNow();
    const before = open.saved;
    if (isDirty(open) && changeBetween(before, kept)) {
      const isOwn = await (open.card
        ? this.#append(open, open.card, kept)
        : this.#keep(open, kept));
      if (isOwn) await this.#snapshotBefore(open, before);
      else await this.#keepCopy(open, kept);
      this.#tellOfWrite();
    } else if (kept.notebook.id === open.id) {
      // Equal in all that is kept, though not the same object.
      open.saved = kept;
    }
    if (this.#open && !isDirty(this.#open)) this.#showSaved(this.#open);
  }

  /** False when another tab writes the notebook or has written it. */
  async #append(open: Open, card: Card, kept: Kept): Promise<boolean> {
    const change = changeBetween(open.saved, kept);
    if (!open.hold || !change) return open.hold !== null;
    const edited = cardOf(card, kept, Date.now());
    const result = await this.#parts.storage.write({ card: edited, change, kept });
    if (!result.ok) return false;
    open.card = result.card;
    open.saved = kept;
    return true;
  }

  /** The first edit of a link or a lesson: from now on it is a notebook of this browser. */
  async #keep(open: Open, kept: Kept): Promise<boolean> {
    const card = newCard(kept, open.source, Date.now());
    open.card = await this.#parts.storage.create(card, kept);
    open.saved = kept;
    open.hold = await this.#parts.locks.tryHold(open.id, () => this.#loseHold(open));
    useNotebook.setState({ origin: { kind: 'local' } });
    setNotice(null);
    goTo({ kind: 'notebook', id: open.id }, { replace: true });
    return true;
  }

  /** Edits that have no place become a notebook of their own, which this tab goes on with. */
  async #keepCopy(open: Open, kept: Kept): Promise<void> {
    const own = copyOf(kept);
    const source: Source = { kind: 'copy', of: open.id };
    const card = await this.#parts.storage.create(newCard(own, source, Date.now()), own);
    const next = openOf(own, card, source);
    next.hold = await this.#parts.locks.tryHold(next.id, () => this.#loseHold(next));
    open.waiting?.abort();
    open.hold?.release();
    this.#open = next;
    useNotebook.setState(({ history }) => ({ history: historyOfCopy(history, own.notebook) }));
    setNotice({ on: next.id, kind: 'conflict', of: open.id });
    goTo({ kind: 'notebook', id: next.id }, { replace: true });
  }

  #tellOfWrite(): void {
    if (this.#open) this.#parts.tabs.send({ kind: 'changed', id: this.#open.id });
    for (const listener of this.#listeners) listener();
  }

  async #snapshotBefore(open: Open, before: Kept): Promise<void> {
    if (isSnapshotDue(open.latestSnapshotAt, Date.now())) await this.#takeSnapshot(open, before);
  }

  async #takeSnapshot(open: Open, kept: Kept): Promise<void> {
    open.latestSnapshotAt = Date.now();
    // Without room there is no snapshot; the edit itself is kept.
    await this.#parts.storage.takeSnapshot(kept, open.latestSnapshotAt).catch(() => undefined);
  }

  #showSaved(open: Open): void {
    if (!open.card) setSaveState({ kind: 'unsaved' });
    else if (!open.hold) setSaveState({ kind: 'readOnly' });
    else if (!this.#parts.storage.isLasting) setSaveState({ kind: 'failed', why: NO_STORAGE });
    else setSaveState({ kind: 'saved', at: open.card.editedAt });
  }

  #beginWriting(open: Open, hold: Hold): void {
    if (this.#open !== open) {
      hold.release();
      return;
    }
    open.hold = hold;
    this.#showSaved(open);
  }

  #waitForHold(open: Open): void {
    open.waiting?.abort();
    open.waiting = new AbortController();
    this.#parts.locks
      .waitForHold(open.id, () => this.#loseHold(open), open.waiting.signal)
      .then(
        (hold) => this.#resumeWriting(open, hold),
        () => undefined,
      );
  }

  async #takeHold(open: Open): Promise<void> {
    if (this.#open !== open || open.hold) return;
    open.waiting?.abort();
    const hold = await this.#parts.locks.takeHold(open.id, () => this.#loseHold(open));
    await this.#resumeWriting(open, hold);
  }

  /** The other tab may have written until it let go. */
  async #resumeWriting(open: Open, hold: Hold): Promise<void> {
    await this.#showKept(open);
    this.#beginWriting(open, hold);
  }

  #loseHold(open: Open): void {
    open.hold = null;
    if (this.#open !== open) return;
    setSaveState({ kind: 'readOnly' });
    if (isDirty(open)) void this.flush();
    else this.#waitForHold(open);
  }

  async #hear(message: TabMessage): Promise<void> {
    const open = this.#open;
    if (!open?.card || open.id !== message.id) return;
    switch (message.kind) {
      case 'changed':
        if (!open.hold) await this.#showKept(open);
        break;
      case 'rename':
        if (open.hold) editNotebook((notebook) => setTitle(notebook, message.title));
        break;
      case 'takeOver':
        if (open.hold) await this.#giveUp(open);
        break;
    }
  }

  async #giveUp(open: Open): Promise<void> {
    await this.flush();
    if (this.#open !== open || !open.hold) return;
    open.hold.release();
    open.hold = null;
    setSaveState({ kind: 'readOnly' });
    this.#waitForHold(open);
  }

  /** Show what another tab wrote, unless there are edits here, which then become a copy. */
  async #showKept(open: Open): Promise<void> {
    const read = await this.#parts.storage.read(open.id).catch(() => null);
    if (!read?.ok || this.#open !== open || isDirty(open)) return;
    open.card = read.card;
    open.saved = read.kept;
    const { notebook, controls } = read.kept;
    useNotebook.setState({ history: beginHistory(notebook), controls });
  }

  #stopTimers(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#timer = null;
    this.#retry = null;
  }
}

const IN_THIS_TAB = 'Your text is in this tab only: download it to keep it.';
const NO_STORAGE = `This browser gives the page no storage. ${IN_THIS_TAB}`;

/** Nobody is left to hear of a failure. */
const ignore = (): void => undefined;

function openOf(kept: Kept, card: Card | null, source: Source): Open {
  const { id } = kept.notebook;
  return { id, card, source, saved: kept, hold: null, waiting: null, latestSnapshotAt: null };
}

function keptNow(): Kept {
  return { notebook: presentNotebook(), controls: useNotebook.getState().controls };
}

/** Moving a slider of a link or a lesson is looking at it, not editing it. */
function isDirty(open: Open): boolean {
  const { notebook, controls } = keptNow();
  if (notebook.id !== open.id) return false;
  const isMoved = open.card !== null && controls !== open.saved.controls;
  return notebook !== open.saved.notebook || isMoved;
}

function copyOf({ notebook, controls }: Kept): Kept {
  return { notebook: setTitle(forkOf(notebook), `${notebook.title} (copy)`), controls };
}

/** The same steps of undo for the copy, which goes by its own title from now on. */
function historyOfCopy(history: History, { id, title }: Notebook): History {
  const own = (notebook: Notebook): Notebook => ({ ...notebook, id });
  return {
    present: setTitle(own(history.present), title),
    past: history.past.map(own),
    future: history.future.map(own),
    burst: null,
  };
}
