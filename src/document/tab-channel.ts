/** @file What the tabs of this site tell one another about the notebooks of this browser. */
import { isRecord } from './json.ts';

/** A message to all other tabs. */
export type TabMessage =
  /** A notebook was written, made, trashed or restored. */
  | { readonly kind: 'changed'; readonly id: string }
  /** Whoever edits this notebook should save it and let the sender edit. */
  | { readonly kind: 'takeOver'; readonly id: string }
  /** Whoever edits this notebook should give it this title. */
  | { readonly kind: 'rename'; readonly id: string; readonly title: string };

/** Talks to the other tabs; a tab never hears itself. */
export type TabChannel = {
  send(message: TabMessage): void;
  listen(hear: (message: TabMessage) => void): void;
};

/** The channel of this site; a silent one where there is none. */
export function openTabChannel(): TabChannel {
  if (typeof BroadcastChannel === 'undefined') {
    return { send: () => undefined, listen: () => undefined };
  }
  const channel = new BroadcastChannel('arignote');
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A BroadcastChannel stays within its origin and takes no target.
    send: (message) => channel.postMessage(message),
    listen: (hear) =>
      channel.addEventListener('message', (event: MessageEvent<unknown>) => {
        const message = readMessage(event.data);
        if (message) hear(message);
      }),
  };
}

/** A tab with another version of the page may say what this one does not know. */
function readMessage(value: unknown): TabMessage | null {
  if (!isRecord(value) || typeof value['id'] !== 'string') return null;
  const { kind, id, title } = value;
  if (kind === 'changed' || kind === 'takeOver') return { kind, id };
  return kind === 'rename' && typeof title === 'string' ? { kind, id, title } : null;
}
