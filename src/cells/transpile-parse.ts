/**
 * @file A cell's text without its types, and as a syntax tree. Sucrase takes the types off and keeps the lines;
 * its columns move, so whoever shows a position of the tree asks `cellPosition`.
 */
import { parse, type Program, type Token } from 'acorn';
import { transform } from 'sucrase';

/** A place in a cell's text. Both numbers start at 1, as in a stack trace. */
export type CellPosition = { readonly line: number; readonly column: number };

/** A mistake in a cell's text, found before anything of it runs. */
type CellError = CellPosition & { readonly message: string };

/** A cell's text as JavaScript. Offsets in `program` and `tokens` are offsets in `js`. */
export type ParsedCell = {
  readonly kind: 'parsed';
  readonly js: string;
  readonly program: Program;
  readonly tokens: readonly Token[];
  /** The place in the cell's own text of an offset in `js`. */
  readonly cellPosition: (offset: number) => CellPosition;
};

/** What failed, for every stage that reads a cell. */
export type FailedCell = { readonly kind: 'failed'; readonly error: CellError };

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** For each line the pairs of columns, from 0: in the JavaScript and in the cell.
 *  Source: Source Map revision 3, base64 VLQ. */
function columnsOf(mappings: string): readonly (readonly (readonly [number, number])[])[] {
  let cellColumn = 0;
  return mappings.split(';').map((line) => {
    let jsColumn = 0;
    return line
      .split(',')
      .filter((segment) => segment !== '')
      .map((segment) => {
        const fields = fieldsOf(segment);
        jsColumn += fields[0] ?? 0;
        cellColumn += fields[3] ?? 0;
        return [jsColumn, cellColumn] as const;
      });
  });
}

function fieldsOf(segment: string): readonly number[] {
  const fields: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = BASE64.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if ((bits & 32) !== 0) continue;
    fields.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return fields;
}

/** The last item whose number is at most `limit`; -1 when there is none. `numberAt` rises. */
export function lastAtMost(
  length: number,
  limit: number,
  numberAt: (index: number) => number,
): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numberAt(middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Offsets at which the lines of a text start. */
export function lineStartsOf(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}

type Placed = { readonly message: string; readonly loc?: { line: number; column: number } };

/** The cell's error for what a parser threw; `column` turns its place into the cell's. */
function errorOf(thrown: unknown, column: (line: number, column: number) => number): CellError {
  if (thrown instanceof RangeError)
    return { message: 'The cell is nested too deeply.', line: 1, column: 1 };
  const { message, loc } = thrown as Placed;
  const said = message.replace(/^Error transforming [^:]*: /, '').replace(/ \(\d+:\d+\)$/, '');
  const line = loc?.line ?? 1;
  return { message: `${said}.`, line, column: column(line, loc?.column ?? 0) };
}

/** The tree of a cell's text, or its first syntax error. */
export function parseCell(written: string): ParsedCell | FailedCell {
  // Sucrase and magic-string count lines by \n alone; the language reads all three as one line break.
  const text = written.replace(/\r\n?/g, '\n');
  let stripped;
  try {
    stripped = transform(text, {
      transforms: ['typescript'],
      disableESTransforms: true,
      keepUnusedImports: true,
      filePath: 'cell',
      sourceMapOptions: { compiledFilename: 'cell' },
    });
  } catch (thrown) {
    return { kind: 'failed', error: errorOf(thrown, (_, column) => Math.max(1, column)) };
  }
  const js = stripped.code;
  const columns = columnsOf(stripped.sourceMap?.mappings ?? '');
  const cellLines = text.split('\n');
  const cellColumn = (line: number, column: number) => {
    const pairs = columns[line - 1] ?? [];
    const pair = pairs[lastAtMost(pairs.length, column, (i) => pairs[i]![0])];
    const moved = pair === undefined ? column : pair[1] + column - pair[0];
    // What stands in the place of an enumeration may be longer than the line was.
    return Math.min(moved, cellLines[line - 1]?.length ?? 0) + 1;
  };
  const starts = lineStartsOf(js);
  const cellPosition = (offset: number) => {
    const line = lastAtMost(starts.length, offset, (i) => starts[i]!) + 1;
    return { line, column: cellColumn(line, offset - starts[line - 1]!) };
  };
  const tokens: Token[] = [];
  try {
    const program = parse(js, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowAwaitOutsideFunction: true,
      allowHashBang: false,
      onToken: tokens,
    });
    return { kind: 'parsed', js, program, tokens, cellPosition };
  } catch (thrown) {
    return { kind: 'failed', error: errorOf(thrown, cellColumn) };
  }
}
