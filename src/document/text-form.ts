/**
 * @file A notebook as one `.ts` text with `// %%` marks, as editors and version control like it:
 *
 *     // Arignote notebook: "Learning to add"
 *
 *     // %% [markdown] id=k3jd72nqpa
 *     // # Text, each line behind two slashes
 *
 *     // %% id=m2xw4kfz6q one-shot disabled folded
 *     const x = T.scalar('x');
 *
 * Every source survives: a line of its own that looks like a mark gets a backslash before its `%%`. Files of
 * other programs open, too: marks need no id, the first line may be missing, and a text without marks is one cell.
 * A lone surrogate survives in the text but not in a file, since UTF-8 has no place for it.
 */
import {
  CELL_FLAGS,
  newCellId,
  newNotebookId,
  type Cell,
  type CellFlag,
  type Notebook,
} from './notebook.ts';
import { FILE_LIMITS, isId, notebookOf, type NotebookReading } from './read-notebook.ts';
import { reading } from './reading.ts';

const FLAG_WORDS: Readonly<Record<CellFlag, string>> = {
  isOneShot: 'one-shot',
  isDisabled: 'disabled',
  isFolded: 'folded',
};

const MARK = /^\/\/ ?%%(.*)$/s;
const LIKE_MARK = /^(\/\/ ?)(\\*%%)/;
const ESCAPED_MARK = /^(\/\/ ?)\\(\\*%%)/;
const HEADER = /^\/\/ Arignote notebook( \(lazy\))?: (".*")$/s;

/** Line ends to TypeScript but not to JSON: in the header they would end the comment. */
const UNICODE_LINE_ENDS = /[\u2028\u2029]/g;

/** `notebook` as text. Metadata of other programs is left out. */
export function writeText({ title, runMode, cells }: Notebook): string {
  const quoted = JSON.stringify(title).replace(
    UNICODE_LINE_ENDS,
    (end) => `\\u${end.charCodeAt(0).toString(16)}`,
  );
  const header = `// Arignote notebook${runMode === 'lazy' ? ' (lazy)' : ''}: ${quoted}`;
  return `${[header, ...cells.map(writeCell)].join('\n\n')}\n`;
}

/** A notebook with a new id from such a text; `title` stands where the text has none, as a file's name does. */
export function readText(text: string, title: string): NotebookReading {
  return reading(() => {
    const lines = linesOf(text);
    const header = HEADER.exec(lines[0] ?? '');
    const named = header && titleOf(header[2] ?? '');
    const cells = cellsOf(named === null ? lines : lines.slice(1));
    const value = {
      id: newNotebookId(),
      title: named ?? title,
      runMode: header?.[1] ? 'lazy' : 'auto',
      cells: withOwnIds(cells),
    };
    return { ok: true, notebook: notebookOf(value, FILE_LIMITS) };
  });
}

function writeCell(cell: Cell): string {
  const flags = CELL_FLAGS.filter((flag) => cell[flag]).map((flag) => FLAG_WORDS[flag]);
  const kind = cell.kind === 'markdown' ? ['[markdown]'] : [];
  const mark = ['// %%', ...kind, `id=${cell.id}`, ...flags].join(' ');
  const lines = cell.source.split('\n').map((line) => {
    const shown = cell.kind === 'markdown' ? commentOf(line) : line;
    return shown.replace(LIKE_MARK, '$1\\$2');
  });
  return [mark, ...lines].join('\n');
}

function commentOf(line: string): string {
  return line === '' ? '//' : `// ${line}`;
}

/** Where an editor turned every line end into CR LF, the first has one, too; ours never has. */
function linesOf(text: string): readonly string[] {
  const first = text.split('\n', 1)[0] ?? '';
  return (first.endsWith('\r') ? text.replaceAll('\r\n', '\n') : text).split('\n');
}

function titleOf(quoted: string): string | null {
  try {
    const title: unknown = JSON.parse(quoted);
    return typeof title === 'string' ? title : null;
  } catch {
    return null;
  }
}

function cellsOf(lines: readonly string[]): readonly Cell[] {
  const marks = lines.flatMap((line, at) => (MARK.test(line) ? [at] : []));
  const before = lines.slice(0, marks[0]);
  const untitled = before.every((line) => line.trim() === '') ? [] : [readCell('', before)];
  const marked = marks.map((at, nth) =>
    readCell(MARK.exec(lines[at] ?? '')?.[1] ?? '', lines.slice(at + 1, marks[nth + 1])),
  );
  return [...untitled, ...marked];
}

/** The blank line that `writeText` puts behind a cell, or the end of the last line, is no part of it. */
function readCell(mark: string, lines: readonly string[]): Cell {
  const words = mark.split(/\s+/);
  const kind = words.some((word) => word === '[markdown]' || word === '[md]') ? 'markdown' : 'code';
  const own = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  const source = own.map((line) => {
    const shown = line.replace(ESCAPED_MARK, '$1$2');
    return kind === 'markdown' ? shown.replace(/^\/\/ ?/, '') : shown;
  });
  const id = words.find((word) => word.startsWith('id='))?.slice('id='.length);
  const flags = CELL_FLAGS.filter((flag) => words.includes(FLAG_WORDS[flag]));
  return {
    id: isId(id) ? id : newCellId(),
    kind,
    source: source.join('\n'),
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
  };
}

/** A cell that a person copied within the file gets an id of its own; the first one keeps it. */
function withOwnIds(cells: readonly Cell[]): readonly Cell[] {
  const firsts = new Map(cells.toReversed().map((cell) => [cell.id, cell]));
  return cells.map((cell) => (firsts.get(cell.id) === cell ? cell : { ...cell, id: newCellId() }));
}
