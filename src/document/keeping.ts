/** @file Everything that keeps the notebooks of this browser, made once, when it is first asked for. */
import { Keeper } from './keeper.ts';
import { browserLocks, type NotebookLocks } from './notebook-lock.ts';
import { openStorage, type NotebookStorage } from './storage.ts';
import { openTabChannel, type TabChannel } from './tab-channel.ts';

/** What keeps. */
export type Keeping = {
  readonly storage: NotebookStorage;
  readonly locks: NotebookLocks;
  readonly tabs: TabChannel;
  readonly keeper: Keeper;
};

const made: { keeping: Promise<Keeping> | null } = { keeping: null };

/** What keeps in this tab. Never rejects: without storage, memory takes its place. */
export function keeping(): Promise<Keeping> {
  made.keeping ??= make();
  return made.keeping;
}

async function make(): Promise<Keeping> {
  const storage = await openStorage();
  const locks = browserLocks();
  const tabs = openTabChannel();
  return { storage, locks, tabs, keeper: new Keeper({ storage, locks, tabs }) };
}
