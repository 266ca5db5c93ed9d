/**
 * @file Markdown as HTML that is safe to insert. The library is loaded with the first text; until then `plainMarkdown`
 * gives headings, lists and paragraphs, so that a page can be read at once.
 */
import { escapeHtml } from './escape.ts';

/** Texts whose HTML is kept, so that a cell that is drawn again does not flicker. */
const KEPT_MAX = 200;

/** HTML by text, the oldest first. */
const kept = new Map<string, string>();

/** `firstNumber`: the number of the text's first formula on lines of its own; `null` leaves them without. */
type MarkdownOptions = { readonly firstNumber: number | null };

const UNNUMBERED: MarkdownOptions = { firstNumber: null };

const keyOf = (text: string, { firstNumber }: MarkdownOptions): string => `${firstNumber} ${text}`;

/** The HTML of a text that has been rendered before; else `null`. */
export const renderedMarkdown = (text: string, options = UNNUMBERED): string | null =>
  kept.get(keyOf(text, options)) ?? null;

/**
 * Safe HTML of a text with markdown and formulas between dollars. HTML in it is text; links open a page of their own;
 * pictures are data only.
 */
export async function renderMarkdown(text: string, options = UNNUMBERED): Promise<string> {
  const key = keyOf(text, options);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const { markdownToHtml } = await import('./markdown-late.ts');
  const html = await markdownToHtml(text, options.firstNumber);
  const oldest = kept.keys().next();
  if (kept.size >= KEPT_MAX && oldest.done !== true) kept.delete(oldest.value);
  kept.set(key, html);
  return html;
}

/** Safe HTML at once: headings, lists, paragraphs and plain emphasis; formulas stay as they are written. */
export function plainMarkdown(text: string): string {
  return text
    .split(/\n[ \t]*\n/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .map(blockHtml)
    .join('\n');
}

function blockHtml(block: string): string {
  const heading = /^(#{1,6})\s+(.*?)\s*#*\s*(?:\n([\s\S]*))?$/.exec(block);
  if (heading !== null) {
    const [, marks = '#', title = '', rest] = heading;
    const level = marks.length;
    const html = `<h${level}>${inlineHtml(title)}</h${level}>`;
    return rest === undefined ? html : `${html}\n${blockHtml(rest.trim())}`;
  }
  const lines = block.split('\n');
  if (lines.every((line) => /^\s*[-*+]\s+/.test(line))) {
    const items = lines.map((line) => `<li>${inlineHtml(line.replace(/^\s*[-*+]\s+/, ''))}</li>`);
    return `<ul>${items.join('')}</ul>`;
  }
  return `<p>${inlineHtml(block)}</p>`;
}

/** Emphasis and code; a link is its text. */
const inlineHtml = (text: string): string =>
  escapeHtml(text)
    .replace(/\[([^\][]{1,500})\]\([^()\s]{1,2000}\)/g, '$1')
    .replace(/`([^`\n]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*\n]+)\*\*/g, '<strong>$1</strong>')
    .replace(/\*([^*\s][^*\n]*)\*/g, '<em>$1</em>');
