/** @file The link to the open notebook, made anew when what it should show changes. */
import { useEffect, useState } from 'react';
import {
  encodeLink,
  PLAIN_SETTINGS,
  sizeOfLink,
  type LinkVerdict,
} from '../document/share-link.ts';
import type { ViewSettings } from '../document/view-settings.ts';
import { presentNotebook, useNotebook } from '../store/notebook.ts';

/** A link, or why there is none. `refused`: no link can hold the notebook. */
export type LinkState =
  | { readonly kind: 'making' }
  | {
      readonly kind: 'made';
      /** The whole address. */
      readonly link: string;
      readonly characters: number;
      readonly verdict: LinkVerdict;
    }
  | { readonly kind: 'refused'; readonly why: string };

/** The link that opens the notebook as it stands, shown so. */
export function useLink(view: ViewSettings): LinkState {
  const [state, setState] = useState<LinkState>({ kind: 'making' });
  useEffect(() => {
    const ending = new AbortController();
    void makeLink(view).then((made) => {
      if (!ending.signal.aborted) setState(made);
    });
    return () => ending.abort();
  }, [view]);
  return state;
}

async function makeLink(view: ViewSettings): Promise<LinkState> {
  const sliders = useNotebook.getState().controls;
  const writing = await encodeLink(presentNotebook(), { ...PLAIN_SETTINGS, sliders, view });
  if (!writing.ok) return { kind: 'refused', why: writing.message };
  // The query is about this visit (`?device=`), not about the notebook.
  const link = `${location.origin}${location.pathname}${writing.fragment}`;
  return { kind: 'made', link, ...sizeOfLink(link) };
}
