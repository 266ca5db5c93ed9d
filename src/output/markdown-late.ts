/**
 * @file The markdown renderer, in two walls. The first makes tags only of markdown's own: HTML is text, addresses are of
 * known forms. The second, in a browser, parses what came and lets through a list of tags and attributes. Formulas are put
 * in behind both, since what KaTeX makes is ours.
 */
import DOMPurify from 'dompurify';
import { Marked, type MarkedExtension, type Tokens } from 'marked';
import { escapeHtml } from './escape.ts';
import { renderTex } from './katex.ts';

/** Longer texts are shown as they are: reading one would hold the page up. */
const LENGTH_MAX = 128 * 1024;

/** Formulas of one text that are set; further ones stay as text. */
const FORMULAS_MAX = 500;

/** A link may lead to a page or to a part of this one; a picture may come with the text. */
const LINK = /^(?:https?:\/\/|mailto:|#)/i;
const PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,[a-z0-9+/=]+$/i;

/** `block`: on lines of its own; `display`: set as one, within a line. `nth`: of those of its form. */
type Formula = {
  readonly tex: string;
  readonly form: 'block' | 'display' | 'inline';
  readonly nth: number;
};

/** Safe HTML of a text. `firstNumber`: that of its first formula on lines of its own. */
export async function markdownToHtml(text: string, firstNumber: number | null): Promise<string> {
  if (text.length > LENGTH_MAX) return `<pre tabindex="0">${escapeHtml(text)}</pre>`;
  const { html, formulas } = firstWall(text);
  const clean = DOMPurify.sanitize(html, SECOND_WALL);
  const set = await Promise.all(
    formulas.map(({ tex, form, nth }) =>
      renderTex(tex, {
        display: form !== 'inline',
        number: form === 'block' && firstNumber !== null ? firstNumber + nth : null,
      }),
    ),
  );
  return clean.replace(FORMULA_MARK, (_, nth: string) => set[Number(nth)] ?? '');
}

/** Where a formula will stand. A text cannot write it, since its `<` and `"` are escaped. */
const FORMULA_MARK = /<span data-formula="(\d+)"><\/span>/g;

/** HTML of markdown's own tags, and the formulas that it leaves places for. */
export function firstWall(text: string): {
  readonly html: string;
  readonly formulas: readonly Formula[];
} {
  const formulas: Formula[] = [];
  const place = (tex: string, form: Formula['form']): string => {
    if (formulas.length >= FORMULAS_MAX) return escapeHtml(tex);
    formulas.push({ tex, form, nth: formulas.filter((other) => other.form === form).length });
    return `<span data-formula="${formulas.length - 1}"></span>`;
  };
  const marked = new Marked({ gfm: true, async: false }, FORMS, formulaSyntax(place));
  return { html: marked.parse(text) as string, formulas };
}

const FORMS: MarkedExtension = {
  renderer: {
    html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
    link({ href, title, tokens }: Tokens.Link) {
      const inner = this.parser.parseInline(tokens);
      if (!LINK.test(href)) return inner;
      const named = title ? ` title="${escapeHtml(title)}"` : '';
      // Another notebook takes the place of this one, which is kept.
      const aside = href.startsWith('#') ? '' : ' target="_blank" rel="noopener noreferrer"';
      return `<a href="${escapeHtml(href)}"${named}${aside}>${inner}</a>`;
    },
    image: ({ href, text }: Tokens.Image) =>
      PICTURE.test(href)
        ? `<img src="${escapeHtml(href)}" alt="${escapeHtml(text)}">`
        : `<span class="dim">${escapeHtml(text === '' ? 'picture' : text)} (pictures from elsewhere are not loaded)</span>`,
    code: ({ text }: Tokens.Code) =>
      `<pre class="md-code" tabindex="0"><code>${escapeHtml(text)}</code></pre>\n`,
    checkbox: ({ checked }: Tokens.Checkbox) => (checked ? '☑ ' : '☐ '),
  },
};

/** `$x$` in a line, `$$x$$` on lines of its own or in a line. */
const formulaSyntax = (place: (tex: string, form: Formula['form']) => string): MarkedExtension => ({
  extensions: [
    {
      name: 'formulaBlock',
      level: 'block',
      start: (src: string) => startOf(src, /(?:^|\n) {0,3}\$\$/),
      tokenizer: (src: string) =>
        tokenOf('formulaBlock', /^ {0,3}\$\$([^$]+?)\$\$[ \t]*(?:\n|$)/.exec(src)),
      renderer: (token) => `<div>${place(formulaOf(token), 'block')}</div>\n`,
    },
    {
      name: 'formula',
      level: 'inline',
      start: (src: string) => startOf(src, /\$/),
      tokenizer: (src: string) =>
        tokenOf('formula', /^\$\$([^$]+?)\$\$/.exec(src)) ??
        tokenOf('formula', /^\$(?![\s$])((?:\\[^\n]|[^\\$\n])+?)(?<!\s)\$(?!\d)/.exec(src)),
      renderer: (token) =>
        place(formulaOf(token), token.raw.startsWith('$$') ? 'display' : 'inline'),
    },
  ],
});

function startOf(src: string, pattern: RegExp): number | undefined {
  const at = src.search(pattern);
  return at < 0 ? undefined : at;
}

type FormulaToken = Tokens.Generic & { readonly tex: string };

const tokenOf = (type: string, match: RegExpExecArray | null): FormulaToken | undefined =>
  match === null ? undefined : { type, raw: match[0], tex: (match[1] ?? '').trim() };

const formulaOf = (token: Tokens.Generic): string =>
  typeof token['tex'] === 'string' ? token['tex'] : '';

const words = (text: string): string[] => text.split(' ');

const SECOND_WALL = {
  ALLOWED_TAGS: words(
    'h1 h2 h3 h4 h5 h6 p ul ol li blockquote pre code em strong del a img table thead tbody tr th td hr br span div',
  ),
  ALLOWED_ATTR: words('href title target rel src alt align start class tabindex data-formula'),
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: LINK,
  // Every other value must look like an address.
  ADD_URI_SAFE_ATTR: words('target rel alt align start tabindex data-formula'),
};
