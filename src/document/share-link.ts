/**
 * @file A notebook in the fragment of an address, which no browser sends to a host:
 *
 *     #1g.<base64url(gzip(JSON))>[&view=app][&embed=1][&cell=<id>][&panel=passes[&pass=<n>][&node=<n>]]
 *
 * `1` is the version of the JSON, `g` how it is packed. The content ends at the first `&`, which base64url has
 * not, so wishes never change it. The JSON: `v` version, `t` title, `api` version of the API the cells were written
 * for, `c` cells, `p` values of sliders by name, `seed`, and `m: "lazy"` where the run mode is not auto. A cell:
 * `i` id, `s` source, `k: "m"` for markdown, `f` the letters of its flags. No outputs, no metadata, and no id of
 * the notebook: it opens as a new one. Links of a released version open for ever; a change begins version 2.
 */
import { isRecord, listOf, parseJson, recordOf } from './json.ts';
import { CELL_FLAGS, newNotebookId, type Cell, type Notebook } from './notebook.ts';
import { pack, TEXT_BYTES_MAX, unpack } from './pack.ts';
import { LINK_LIMITS, notebookOf } from './read-notebook.ts';
import { readingLater, refuse, type Refused } from './reading.ts';
import { PLAIN_VIEW, readView, writeView, type ViewSettings } from './view-settings.ts';

/** The version of the API that cells written today are for. */
const API_VERSION = '0.1';

/** The version of the JSON that `encodeLink` writes. */
const VERSION = 1;

/** One letter a flag, in the order of `CELL_FLAGS`. */
const FLAG_LETTERS = 'odf';

/** Inputs on a page; a person sets each by hand. */
const SLIDERS_MAX = 500;

/** UTF-16 units of the name or the text value of an input. */
const SLIDER_LENGTH_MAX = 1000;

/** Characters of a link: below, every program takes it. */
const FINE_LENGTH = 2000;

/** Above, many programs cut it. */
const WARN_LENGTH = 8000;

/** Above, no link: a file. */
const REFUSE_LENGTH = 32_000;

/** What an input holds. */
type SliderValue = number | string | boolean;

/** What travels beside the notebook. */
export type LinkSettings = {
  readonly api: string;
  /** Values of sliders and other inputs by name. */
  readonly sliders: { readonly [name: string]: SliderValue };
  /** Seed of random numbers; null where each run draws one. */
  readonly seed: number | null;
  readonly view: ViewSettings;
};

/** The settings of a notebook that nobody touched. */
export const PLAIN_SETTINGS: LinkSettings = {
  api: API_VERSION,
  sliders: {},
  seed: null,
  view: PLAIN_VIEW,
};

/** How well a link of some length travels: fine anywhere, long for some, with a warning, not at all. */
export type LinkVerdict = 'fine' | 'long' | 'warn' | 'refuse';

/** The fragment with its `#`, or why no link can hold the notebook: its own reader would refuse it. */
export type LinkWriting = { readonly ok: true; readonly fragment: string } | Refused;

/** What a link holds, or which check failed. */
export type LinkReading =
  | { readonly ok: true; readonly notebook: Notebook; readonly settings: LinkSettings }
  | Refused;

/** `notebook` as a fragment. Its length is not judged here: see `sizeOfLink`. */
export function encodeLink(notebook: Notebook, settings: LinkSettings): Promise<LinkWriting> {
  return readingLater(async () => {
    const content = contentOf(notebook, settings);
    readContent(content);
    const text = JSON.stringify(content);
    if (new TextEncoder().encode(text).length > TEXT_BYTES_MAX) {
      refuse('size', `The notebook has more than ${TEXT_BYTES_MAX} bytes; save it as a file.`);
    }
    const view = writeView(settings.view);
    return { ok: true, fragment: `#${VERSION}g.${await pack(text)}${view && `&${view}`}` };
  });
}

/** The notebook in a fragment, with or without its `#`, under a new id. Nothing of it runs. */
export function decodeLink(fragment: string): Promise<LinkReading> {
  return readingLater(async () => {
    const parts = /^#?(\d{1,4})([a-z])\.([^&]*)(?:&(.*))?$/s.exec(fragment);
    if (!parts) return refuse('format', 'This address holds no notebook, or lost its beginning.');
    const [, version = '', codec, packed = '', query = ''] = parts;
    checkVersion(Number(version));
    if (codec !== 'g') refuse('codec', 'The notebook is packed in a way unknown here.');
    const { notebook, settings } = readContent(parseJson(await unpack(packed)));
    return { ok: true, notebook, settings: { ...settings, view: readView(query) } };
  });
}

/** The length of a link in characters and how well it travels. Give the whole address. */
export function sizeOfLink(link: string): {
  readonly characters: number;
  readonly verdict: LinkVerdict;
} {
  return { characters: link.length, verdict: verdictOf(link.length) };
}

function verdictOf(characters: number): LinkVerdict {
  if (characters > REFUSE_LENGTH) return 'refuse';
  if (characters > WARN_LENGTH) return 'warn';
  return characters < FINE_LENGTH ? 'fine' : 'long';
}

function checkVersion(version: unknown): void {
  if (version !== VERSION) {
    refuse('version', `The link is of version ${String(version)}; this page reads ${VERSION}.`);
  }
}

function contentOf(notebook: Notebook, { api, sliders, seed }: LinkSettings): object {
  return {
    v: VERSION,
    t: notebook.title,
    api,
    ...(notebook.runMode === 'lazy' && { m: 'lazy' }),
    c: notebook.cells.map(packCell),
    p: sliders,
    seed,
  };
}

function packCell(cell: Cell): object {
  const letters = CELL_FLAGS.map((flag, at) => (cell[flag] ? FLAG_LETTERS.charAt(at) : ''));
  const f = letters.join('');
  return {
    i: cell.id,
    s: cell.source,
    ...(cell.kind === 'markdown' && { k: 'm' }),
    ...(f && { f }),
  };
}

function readContent(value: unknown): { notebook: Notebook; settings: LinkSettings } {
  const { v, t, api, m, c, p, seed } = recordOf(value, 'The content of the link');
  checkVersion(v);
  if (m !== undefined && m !== 'lazy') refuse('schema', 'The run mode (m) should be lazy.');
  const cells = listOf(c, 'The cells (c)').map(unpackCell);
  const runMode = m ?? 'auto';
  return {
    notebook: notebookOf({ id: newNotebookId(), title: t, runMode, cells }, LINK_LIMITS),
    settings: { api: apiOf(api), sliders: slidersOf(p), seed: seedOf(seed), view: PLAIN_VIEW },
  };
}

function unpackCell(value: unknown, index: number): object {
  const { i, s, k, f } = recordOf(value, `Cell ${index + 1}`);
  if (k !== undefined && k !== 'm')
    refuse('schema', `The kind (k) of cell ${index + 1} is unknown.`);
  const letters = typeof f === 'string' ? f.split('') : [];
  if (
    (f !== undefined && typeof f !== 'string') ||
    !letters.every((l) => FLAG_LETTERS.includes(l))
  ) {
    refuse('schema', `The flags (f) of cell ${index + 1} are unknown.`);
  }
  const flags = CELL_FLAGS.map((flag, at) => [flag, letters.includes(FLAG_LETTERS.charAt(at))]);
  const kind = k === 'm' ? 'markdown' : 'code';
  return { id: i, kind, source: s, ...Object.fromEntries(flags) };
}

function apiOf(value: unknown): string {
  const isVersion = typeof value === 'string' && /^\d{1,4}(\.\d{1,4}){0,2}$/.test(value);
  return isVersion ? value : refuse('schema', 'The version of the API (api) should be like 0.1.');
}

function seedOf(value: unknown): number | null {
  if (value === null) return null;
  const isSeed = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  return isSeed ? value : refuse('schema', 'The seed should be a whole number from 0, or null.');
}

function slidersOf(value: unknown): LinkSettings['sliders'] {
  if (!isRecord(value)) return refuse('schema', 'The values of inputs (p) should be an object.');
  const entries = Object.entries(value);
  if (entries.length > SLIDERS_MAX) {
    refuse('limits', `The link sets ${entries.length} inputs; at most ${SLIDERS_MAX} are allowed.`);
  }
  return Object.fromEntries(entries.map(([name, held]) => [name, sliderOf(name, held)]));
}

function sliderOf(name: string, value: unknown): SliderValue {
  const length = Math.max(name.length, typeof value === 'string' ? value.length : 0);
  if (length > SLIDER_LENGTH_MAX) {
    refuse('limits', `An input of the link has ${length} characters of ${SLIDER_LENGTH_MAX}.`);
  }
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  return isNumber ? value : refuse('schema', 'An input (p) should be a number, text or a boolean.');
}
