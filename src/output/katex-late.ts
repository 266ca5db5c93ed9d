/**
 * @file KaTeX behind its bounds: a formula may come from a stranger's program, so commands that make links, classes or
 * styles are off, and macros expand so often and sizes grow so far, and no further.
 */
import katex from 'katex';
import 'katex/dist/katex.min.css';
import { escapeHtml } from './escape.ts';
import type { TexOptions } from './katex.ts';

/** Longer formulas are shown as text: laying one out would hold the page up. */
const LENGTH_MAX = 10_000;

const SAFE = {
  trust: false,
  maxExpand: 1000,
  /** In em. */
  maxSize: 40,
  output: 'htmlAndMathml',
  strict: 'ignore',
  throwOnError: true,
} as const;

/** A formula as HTML. `\tag{1}` of a formula on its own lines stands at the right edge. */
export function texToHtml(tex: string, { display, number = null }: TexOptions): string {
  if (!display) return typeset(tex, false);
  const { body, tag } = splitTag(tex);
  const label = tag ?? (number === null ? '' : String(number));
  const aria = escapeHtml(`Formula ${label}`.trim());
  const box = `<span class="tex" tabindex="0" role="group" aria-label="${aria}">${typeset(body, true)}</span>`;
  const right = label === '' ? '' : `<span class="no">(${escapeHtml(label)})</span>`;
  return `<span class="eq">${box}${right}</span>`;
}

function typeset(tex: string, displayMode: boolean): string {
  if (tex.length > LENGTH_MAX) {
    return asText(tex, `A formula of more than ${LENGTH_MAX} characters is shown as text.`);
  }
  try {
    return katex.renderToString(tex, { ...SAFE, displayMode });
  } catch (error) {
    return asText(tex, error instanceof Error ? error.message : String(error));
  }
}

const asText = (tex: string, why: string): string =>
  `<code class="tex-error" title="${escapeHtml(why)}">${escapeHtml(tex)}</code>`;

/** A tag that stands outside of any group, with the formula without it. */
function splitTag(tex: string): { readonly body: string; readonly tag: string | null } {
  const match = /\\tag\{([^{}\\$]{1,20})\}/.exec(tex);
  if (match === null) return { body: tex, tag: null };
  return { body: tex.replace(match[0], ''), tag: match[1] ?? '' };
}
