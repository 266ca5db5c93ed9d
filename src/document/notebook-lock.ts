/**
 * @file One writer a notebook: a Web Lock that the tab which edits it holds. The browser gives it back when a tab closes or
 * crashes. A browser without locks (outside of secure contexts) has one writer by assumption; the journal's revisions still
 * show a second one.
 */

/** The right to write a notebook. */
export type Hold = { release(): void };

/** How to get a hold. `onLost` is called when another tab took it away. */
export type NotebookLocks = {
  /** A hold when no other tab has it, else null. */
  tryHold(id: string, onLost: () => void): Promise<Hold | null>;
  /** A hold as soon as the other tab gives it back. Rejects when `signal` ends the waiting. */
  waitForHold(id: string, onLost: () => void, signal: AbortSignal): Promise<Hold>;
  /** A hold now, whoever has it. */
  takeHold(id: string, onLost: () => void): Promise<Hold>;
};

/** The locks of this browser. */
export function browserLocks(): NotebookLocks {
  if (typeof navigator === 'undefined' || !('locks' in navigator)) return freeLocks;
  return {
    tryHold: (id, onLost) => hold(id, onLost, { ifAvailable: true }),
    waitForHold: (id, onLost, signal) => hold(id, onLost, { signal }).then(granted),
    takeHold: (id, onLost) => hold(id, onLost, { steal: true }).then(granted),
  };
}

const freeHold: Hold = { release: () => undefined };
const freeLocks: NotebookLocks = {
  tryHold: () => Promise.resolve(freeHold),
  waitForHold: () => Promise.resolve(freeHold),
  takeHold: () => Promise.resolve(freeHold),
};

function hold(id: string, onLost: () => void, options: LockOptions): Promise<Hold | null> {
  return new Promise((resolve, reject) => {
    let isHeld = false;
    const whileHeld = (lock: Lock | null): Promise<void> | undefined => {
      if (!lock) {
        resolve(null);
        return undefined;
      }
      isHeld = true;
      return new Promise((release) => resolve({ release }));
    };
    navigator.locks
      .request(`arignote:notebook:${id}`, options, whileHeld)
      .catch((error: unknown) => {
        // A granted lock rejects only when it is stolen.
        if (isHeld) onLost();
        else reject(error instanceof Error ? error : new Error(String(error)));
      });
  });
}

/** Only a request that asks whether the lock is free gets null. */
function granted(held: Hold | null): Hold {
  return held ?? freeHold;
}
