/**
 * @file Edits of a cell's JavaScript that know where they came from. An insertion before a node carries an
 * anchor, the place that an error inside it is about: `$.mul(` before `a` points at the `*`.
 */
import { MagicString } from 'magic-string';
import { type CellPosition, lastAtMost, lineStartsOf, type ParsedCell } from './transpile-parse.ts';

type Piece = { readonly length: number; readonly anchor: number };

/** Edits of one text. Nodes are edited from the inside out: what comes later goes around. */
export type Edits = {
  readonly before: (at: number, text: string, anchor: number) => void;
  /** Text at the end of what stands before `at`, whatever is put before what follows. */
  readonly after: (at: number, text: string) => void;
  readonly replace: (start: number, end: number, text: string) => void;
  /** The edited text between two others, and its positions. */
  readonly finish: (prefix: string, suffix: string) => EditedText;
};

type EditedText = {
  readonly text: string;
  /** The place in the cell of a place in `text`; null beyond the cell. Lines and columns from 1. */
  readonly originalPosition: (line: number, column: number) => CellPosition | null;
};

type Segment = readonly [column: number, offset: number];

/** The edits of a cell, none yet. */
export function makeEdits(cell: ParsedCell): Edits {
  const magic = new MagicString(cell.js);
  const pieces = new Map<number, Piece[]>();
  return {
    before(at, text, anchor) {
      // `typeof-x` must not become `typeof$.neg(x)`.
      const spaced = /[\w$\u0080-\uffff]/.test(cell.js[at - 1] ?? '') ? ` ${text}` : text;
      magic.prependRight(at, spaced);
      pieces.set(at, [{ length: spaced.length, anchor }, ...(pieces.get(at) ?? [])]);
    },
    after: (at, text) => void magic.appendLeft(at, text),
    replace: (start, end, text) => void magic.update(start, end, text),
    finish(prefix, suffix) {
      magic.prepend(prefix).append(suffix);
      const starts = lineStartsOf(cell.js);
      const lines = magic.generateDecodedMap({ hires: true }).mappings.map((line) =>
        line.flatMap((segment): Segment[] => {
          const [column, , sourceLine, sourceColumn] = segment;
          return sourceLine === undefined
            ? []
            : [[column, (starts[sourceLine] ?? 0) + (sourceColumn ?? 0)]];
        }),
      );
      return {
        text: magic.toString(),
        originalPosition(line, column) {
          const offset =
            line > starts.length ? null : offsetAt(lines[line - 1] ?? [], column - 1, pieces);
          if (offset !== null) return cell.cellPosition(offset);
          return line >= 1 && line <= starts.length ? { line, column: 1 } : null;
        },
      };
    },
  };
}

/** The offset in the unedited text of a column from 0; null where the line has none. */
function offsetAt(
  segments: readonly Segment[],
  column: number,
  pieces: ReadonlyMap<number, readonly Piece[]>,
): number | null {
  const at = lastAtMost(segments.length, column, (i) => segments[i]![0]);
  const here = segments[at];
  const next = segments[at + 1];
  if (here?.[0] === column || next === undefined) return here?.[1] ?? null;
  const inserted = pieces.get(next[1]) ?? [];
  let start = next[0] - inserted.reduce((sum, { length }) => sum + length, 0);
  if (column < start) return here?.[1] ?? next[1];
  for (const { length, anchor } of inserted) {
    start += length;
    if (column < start) return anchor;
  }
  return next[1];
}
