/**
 * @file How opening and keeping stand, as far as a person should know: a page that could not be opened, and notices above the
 * notebook. Written by `src/document/keeper.ts` and `src/document/open-route.ts`; drawn by `src/share/Notices.tsx`.
 */
import { create } from 'zustand';

/** Whether the route's page is there. `problem`: why it is not, for the person who asked for it. */
export type Opening =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open' }
  | {
      readonly kind: 'problem';
      readonly title: string;
      readonly why: string;
      /** The notebook that would be there if it were restored from the trash; null for all other problems. */
      readonly trashed: string | null;
    };

/** What the page tells above the notebook `on`; each with its own buttons. */
export type Notice = { readonly on: string } &
  /** The link or lesson that is open was edited before; the copy is a notebook of this browser. */
  (
    | {
        readonly kind: 'editedCopy';
        readonly of: 'link' | 'lesson';
        readonly id: string;
        readonly title: string;
        /** ms since 1970. */
        readonly editedAt: number;
      }
    /** Another tab wrote first: what is open is a copy with this tab's edits. `of` is the other. */
    | { readonly kind: 'conflict'; readonly of: string }
    /** A file was opened, and this is what it lost on the way in. */
    | { readonly kind: 'fileLosses'; readonly file: string; readonly losses: readonly string[] }
  );

type KeepingState = { readonly opening: Opening; readonly notice: Notice | null };

export const useKeeping = create<KeepingState>(() => ({
  opening: { kind: 'opening' },
  notice: null,
}));

export const setOpening = (opening: Opening): void => useKeeping.setState({ opening });
export const setNotice = (notice: Notice | null): void => useKeeping.setState({ notice });
