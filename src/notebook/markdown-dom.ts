/**
 * @file Markdown with formulas as elements of the page. Loaded late, with marked and DOMPurify; KaTeX only for a text that has a
 * formula. Raw HTML is dropped, pictures are data: URLs only, links open a new tab that cannot reach this one.
 */
import DOMPurify from 'dompurify';
import { Marked, type TokenizerAndRendererExtension } from 'marked';

const escapeHtml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** A kind of formula for marked: its TeX becomes the text of an element, which KaTeX draws afterwards. */
function formula(level: 'block' | 'inline', pattern: RegExp): TokenizerAndRendererExtension {
  const name = `${level}Formula`;
  return {
    name,
    level,
    // A block begins a line; marked would cut the paragraph at any other sign.
    start: (text) => {
      const at = text.search(level === 'block' ? /^\$\$/m : /\$/);
      return at < 0 ? undefined : at;
    },
    tokenizer: (text) => {
      const parts = pattern.exec(text);
      return parts ? { type: name, raw: parts[0], tex: parts.groups!['tex']!.trim() } : undefined;
    },
    renderer: (token) => {
      const tex = escapeHtml(String(token['tex']));
      return level === 'block'
        ? `<div class="eq"><span class="tex">${tex}</span></div>`
        : `<span class="tex">${tex}</span>`;
    },
  };
}

const marked = new Marked({
  gfm: true,
  extensions: [
    formula('block', /^\$\$(?<tex>[\s\S]+?)\$\$[ \t]*(?:\n+|$)/),
    // No space inside the signs, so that "$5 and $6" is money.
    formula('inline', /^(\${1,2})(?!\s|\$)(?<tex>(?:\\.|[^\\$\n])+?)(?<!\s)\1(?!\d)/),
  ],
  renderer: {
    html: () => '',
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
    image: ({ href, text }) =>
      /^data:image\/(png|jpeg|gif|webp);base64,/.test(href)
        ? `<img src="${escapeHtml(href)}" alt="${escapeHtml(text)}">`
        : escapeHtml(text),
  },
});

const LINK_SCHEMES = /^(https?:|mailto:|#)/i;

/** What the page allows of a link. */
function tameLinks(root: DocumentFragment): void {
  for (const link of root.querySelectorAll('a')) {
    if (!LINK_SCHEMES.test(link.getAttribute('href') ?? '')) link.removeAttribute('href');
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
}

/** Draws one formula. A wide one scrolls in a box that keys can reach. */
async function drawFormulas(root: DocumentFragment, firstNumber: number): Promise<void> {
  const places = [...root.querySelectorAll<HTMLElement>('.tex')];
  if (places.length === 0) return;
  const { renderFormula } = await import('./formula.ts');
  let number = firstNumber;
  for (const place of places) {
    const box = place.closest('.eq');
    const tex = place.textContent ?? '';
    renderFormula(place, tex, { isDisplay: box !== null });
    if (!box) continue;
    place.tabIndex = 0;
    place.role = 'group';
    place.ariaLabel = `Formula ${number}`;
    const label = document.createElement('span');
    label.className = 'no';
    label.textContent = `(${number})`;
    box.append(label);
    number += 1;
  }
}

/** The text as elements. `firstNumber`: that of its first displayed formula. */
export async function domOfMarkdown(text: string, firstNumber: number): Promise<DocumentFragment> {
  const html = marked.parse(text, { async: false });
  const root = DOMPurify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    USE_PROFILES: { html: true },
    FORBID_TAGS: ['style', 'form', 'input', 'button', 'select', 'textarea', 'video', 'audio'],
    FORBID_ATTR: ['style', 'id', 'name'],
  });
  tameLinks(root);
  await drawFormulas(root, firstNumber);
  return root;
}
