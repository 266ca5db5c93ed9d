/**
 * @file Untrusted JSON into a notebook: each named field is checked and copied, all others are left behind.
 * Every reader of links, files and storage ends here.
 */
import { copyObject, isEmpty, listOf, recordOf } from './json.ts';
import { CELL_FLAGS, type Cell, type Notebook } from './notebook.ts';
import { reading, refuse, type Refused } from './reading.ts';

/** Bounds of a notebook; bytes are of UTF-8, lengths UTF-16 units. */
export type Limits = {
  readonly cells: number;
  readonly cellBytes: number;
  readonly titleLength: number;
};

/** Some lines of a tab or a heading. */
const TITLE_LENGTH_MAX = 500;

/** What a link may hold: a stranger made it, and it must open at once. */
export const LINK_LIMITS: Limits = {
  cells: 500,
  cellBytes: 128 << 10,
  titleLength: TITLE_LENGTH_MAX,
};

/** What a file of this computer may hold. */
export const FILE_LIMITS: Limits = {
  cells: 5000,
  cellBytes: 4 << 20,
  titleLength: TITLE_LENGTH_MAX,
};

/** The storage of this browser gives back whatever a person wrote. */
export const STORAGE_LIMITS: Limits = {
  cells: Infinity,
  cellBytes: Infinity,
  titleLength: Infinity,
};

/** The ids that Jupyter allows. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** A notebook, or which check refused it and where. */
export type NotebookReading = { readonly ok: true; readonly notebook: Notebook } | Refused;

/** `value` as a notebook that holds to `limits`; its notebook id is kept, so read storage with it, not links. */
export function readNotebook(value: unknown, limits: Limits = LINK_LIMITS): NotebookReading {
  return reading(() => ({ ok: true, notebook: notebookOf(value, limits) }));
}

/** Whether `value` can be the id of a cell or a notebook. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

/** Like `readNotebook` for readers: refuses by throwing. */
export function notebookOf(value: unknown, limits: Limits): Notebook {
  const { id, title, runMode, cells, metadata } = recordOf(value, 'The notebook');
  if (!isId(id)) refuse('schema', 'The id of the notebook should be 1 to 64 letters and digits.');
  if (typeof title !== 'string') refuse('schema', 'The title of the notebook should be text.');
  if (title.length > limits.titleLength) {
    refuse('limits', tooMuch('The title of the notebook', title.length, limits.titleLength));
  }
  if (runMode !== 'auto' && runMode !== 'lazy') {
    refuse('schema', "The run mode of the notebook should be 'auto' or 'lazy'.");
  }
  return {
    id,
    title,
    runMode,
    cells: cellsOf(cells, limits),
    ...metadataOf(metadata, 'The metadata of the notebook'),
  };
}

function cellsOf(value: unknown, limits: Limits): readonly Cell[] {
  const list = listOf(value, 'The cells of the notebook');
  if (list.length > limits.cells) {
    refuse('limits', `The notebook has ${list.length} cells; at most ${limits.cells} are allowed.`);
  }
  const cells = list.map((cell, index) => cellOf(cell, `Cell ${index + 1}`, limits));
  const ids = new Set<string>();
  cells.forEach(({ id }, index) => {
    if (ids.has(id)) refuse('schema', `Cell ${index + 1} has the id of an earlier cell: ${id}.`);
    ids.add(id);
  });
  return cells;
}

function cellOf(value: unknown, what: string, limits: Limits): Cell {
  const record = recordOf(value, what);
  const { id, kind, source, metadata } = record;
  if (!isId(id)) refuse('schema', `The id of ${what} should be 1 to 64 letters and digits.`);
  if (kind !== 'code' && kind !== 'markdown') {
    refuse('schema', `${what} should be of the kind 'code' or 'markdown'.`);
  }
  if (typeof source !== 'string') refuse('schema', `The source of ${what} should be text.`);
  const bytes = utf8Bytes(source);
  if (bytes > limits.cellBytes) {
    refuse('limits', tooMuch(`The source of ${what}`, bytes, limits.cellBytes));
  }
  const flags = CELL_FLAGS.filter((flag) => isOn(record[flag], `${flag} of ${what}`));
  return {
    id,
    kind,
    source,
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
    ...metadataOf(metadata, `The metadata of ${what}`),
  };
}

function isOn(value: unknown, what: string): boolean {
  if (value === undefined || value === false) return false;
  return value === true || refuse('schema', `${what} should be true or false.`);
}

function metadataOf(value: unknown, what: string): Pick<Notebook, 'metadata'> {
  if (value === undefined) return {};
  const metadata = copyObject(value, what);
  return isEmpty(metadata) ? {} : { metadata };
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

function tooMuch(what: string, count: number, max: number): string {
  return `${what} has ${count} ${what.includes('title') ? 'characters' : 'bytes'}; at most ${max} are allowed.`;
}
