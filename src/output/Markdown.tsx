/** @file Markdown and formulas that a cell shows: readable at once, set as soon as the libraries are there. */
import { memo } from 'react';
import { escapeHtml } from './escape.ts';
import { renderTex } from './katex.ts';
import { plainMarkdown, renderedMarkdown, renderMarkdown } from './markdown.ts';
import { SafeHtml } from './SafeHtml.tsx';
import { useLateHtml } from './use-view.ts';

/** A text with markdown. `firstNumber`: that of its first formula on lines of its own; without it they have none. */
export const Markdown = memo(function Markdown({ text, firstNumber = null }: MarkdownProps) {
  const options = { firstNumber };
  const early = renderedMarkdown(text, options) ?? plainMarkdown(text);
  const html = useLateHtml(`${firstNumber} ${text}`, early, () => renderMarkdown(text, options));
  return <SafeHtml html={html} className="md" />;
});

type MarkdownProps = { readonly text: string; readonly firstNumber?: number | null };

/** A formula on lines of its own. */
export const Tex = memo(function Tex({ tex }: { readonly tex: string }) {
  const early = `<code>${escapeHtml(tex)}</code>`;
  const html = useLateHtml(tex, early, () => renderTex(tex, { display: true }));
  return <SafeHtml html={html} className="md" />;
});
