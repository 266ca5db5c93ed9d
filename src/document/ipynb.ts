/**
 * @file A notebook as a Jupyter file (.ipynb, format 4.5) and back. What Jupyter has no word for stands in the
 * metadata under `arignote`; all other metadata is kept as it came. Only outputs that are data come in: what a
 * page would have to interpret, HTML, SVG and scripts, is dropped and counted. Raw cells arrive as markdown. A file without our mark holds
 * another language: its code cells arrive disabled.
 * Source: https://nbformat.readthedocs.io/en/latest/format_description.html
 */
import { readOutputs, writeOutput, type FileOutput } from './ipynb-outputs.ts';
import { copyObject, isEmpty, isRecord, listOf, parseJson, recordOf } from './json.ts';
import {
  CELL_FLAGS,
  newCellId,
  newNotebookId,
  type Cell,
  type CellKind,
  type Notebook,
} from './notebook.ts';
import { FILE_LIMITS, isId, notebookOf } from './read-notebook.ts';
import { reading, refuse, type Refused } from './reading.ts';

/** UTF-16 units of a file: text is parsed at once, and pictures are part of it. */
const FILE_LENGTH_MAX = 64 << 20;

/** Outputs by the id of their cell, in order; cells without any are absent. */
export type OutputsByCell = ReadonlyMap<string, readonly FileOutput[]>;

/** What a file held, and what it lost on the way in. */
export type IpynbReading =
  | {
      readonly ok: true;
      readonly notebook: Notebook;
      readonly outputs: OutputsByCell;
      /** Outputs that lost their HTML or script, or were dropped whole. */
      readonly droppedOutputs: number;
      /** Files attached to markdown cells. */
      readonly droppedAttachments: number;
      /** Code cells of another language, which arrive disabled. */
      readonly disabledCells: number;
    }
  | Refused;

/** `notebook` and the outputs of its cells as the text of a file. */
export function writeIpynb(notebook: Notebook, outputs: OutputsByCell = new Map()): string {
  const { title, runMode, cells, metadata } = notebook;
  const file = {
    cells: cells.map((cell) => writeCell(cell, outputs.get(cell.id) ?? [])),
    metadata: {
      ...metadata,
      kernelspec: { name: 'arignote', display_name: 'Arignote', language: 'typescript' },
      language_info: { name: 'typescript', file_extension: '.ts' },
      title,
      arignote: { version: 1, runMode },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  // Jupyter indents by one space; files then differ in few lines.
  return `${JSON.stringify(file, null, 1)}\n`;
}

/** A notebook with a new id from the text of a file; `title` stands where it has none. Nothing of it runs. */
export function readIpynb(text: string, title: string): IpynbReading {
  return reading(() => {
    if (text.length > FILE_LENGTH_MAX) {
      refuse('size', `The file has ${text.length} characters; at most ${FILE_LENGTH_MAX} open.`);
    }
    return readFile(recordOf(parseJson(text), 'The file'), title);
  });
}

function readFile(
  file: { readonly [key: string]: unknown },
  title: string,
): Extract<IpynbReading, { ok: true }> {
  if (typeof file['nbformat'] !== 'number') refuse('format', 'The file is no Jupyter notebook.');
  if (file['nbformat'] !== 4) {
    refuse('version', `The file is of Jupyter's format ${file['nbformat']}; this page reads 4.`);
  }
  const held = file['metadata'] === undefined ? {} : copyObject(file['metadata'], 'The metadata');
  // The kernel that a file names is no part of the notebook: it is ours from now on.
  const { title: named, arignote, kernelspec: _, language_info: __, ...metadata } = held;
  const isOurs = isRecord(arignote);
  const cells = readCells(file['cells'], isOurs);
  const value = {
    id: newNotebookId(),
    title: typeof named === 'string' ? named : title,
    runMode: isOurs && arignote['runMode'] === 'lazy' ? 'lazy' : 'auto',
    cells: cells.map(({ cell }) => cell),
    metadata,
  };
  const shown = cells.filter(({ outputs }) => outputs.length > 0);
  return {
    ok: true,
    notebook: notebookOf(value, FILE_LIMITS),
    outputs: new Map(shown.map(({ cell, outputs }) => [cell.id, outputs])),
    droppedOutputs: sumOf(cells.map(({ dropped }) => dropped)),
    droppedAttachments: sumOf(cells.map(({ attachments }) => attachments)),
    disabledCells: isOurs ? 0 : cells.filter(({ cell }) => cell.kind === 'code').length,
  };
}

function writeCell(cell: Cell, outputs: readonly FileOutput[]): object {
  const flags = CELL_FLAGS.filter((flag) => cell[flag]);
  const noted = Object.fromEntries(flags.map((flag) => [flag, true]));
  const metadata = { ...cell.metadata, ...(flags.length > 0 && { arignote: noted }) };
  const common = { id: cell.id, cell_type: cell.kind, metadata, source: linesOf(cell.source) };
  return cell.kind === 'markdown'
    ? common
    : { ...common, execution_count: null, outputs: outputs.map(writeOutput) };
}

/** A cell and what came with it. */
type ReadCell = {
  readonly cell: Cell;
  readonly outputs: readonly FileOutput[];
  readonly dropped: number;
  readonly attachments: number;
};

function readCells(value: unknown, isOurs: boolean): readonly ReadCell[] {
  const taken = new Set<string>();
  return listOf(value, 'The cells').map((held, index) => {
    const what = `Cell ${index + 1}`;
    const record = recordOf(held, what);
    const id = isId(record['id']) && !taken.has(record['id']) ? record['id'] : newCellId();
    taken.add(id);
    const kind = kindOf(record['cell_type'], what);
    const cell = readCell(record, { id, kind, source: sourceOf(record['source'], what) }, isOurs);
    const attachments = isRecord(record['attachments']) ? record['attachments'] : {};
    const { outputs, dropped } = readOutputs(kind === 'code' ? record['outputs'] : undefined, what);
    return { cell, outputs, dropped, attachments: Object.keys(attachments).length };
  });
}

function readCell(record: { readonly [key: string]: unknown }, bare: Cell, isOurs: boolean): Cell {
  const what = `The metadata of cell ${bare.id}`;
  const held = record['metadata'] === undefined ? {} : copyObject(record['metadata'], what);
  const { arignote, ...metadata } = held;
  const noted = isOurs && isRecord(arignote) ? arignote : {};
  const isForeign = !isOurs && bare.kind === 'code';
  const flags = CELL_FLAGS.filter(
    (flag) => noted[flag] === true || (flag === 'isDisabled' && isForeign),
  );
  return {
    ...bare,
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
    ...(isEmpty(metadata) ? {} : { metadata }),
  };
}

/** A raw cell is text for a converter; it is shown as text here, too. */
function kindOf(value: unknown, what: string): CellKind {
  if (value === 'code') return 'code';
  if (value === 'markdown' || value === 'raw') return 'markdown';
  return refuse('schema', `${what} should be of the type code, markdown or raw.`);
}

/** Jupyter's lines keep their ends. */
function linesOf(source: string): readonly string[] {
  return source === '' ? [] : source.split(/(?<=\n)/);
}

function sourceOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  const lines = listOf(value, `The source of ${what}`);
  if (lines.every((line) => typeof line === 'string')) return lines.join('');
  return refuse('schema', `The source of ${what} should be text or lines of text.`);
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
