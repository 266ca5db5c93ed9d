/** @file A formula: its source at once, set as soon as KaTeX is there. */
import { memo } from 'react';
import { escapeHtml } from '../output/escape.ts';
import { renderTex } from '../output/katex.ts';
import { SafeHtml } from '../output/SafeHtml.tsx';
import { useLateHtml } from '../output/use-view.ts';

/** A formula on lines of its own, in a box that scrolls. */
export const Formula = memo(function Formula({ tex }: { readonly tex: string }) {
  const early = `<code>${escapeHtml(tex)}</code>`;
  const html = useLateHtml(tex, early, () => renderTex(tex, { display: true }));
  return <SafeHtml html={html} className="formula" />;
});
