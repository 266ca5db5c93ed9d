/** @file Static code in segments: pieces of colour, cut where something is wrong and where a hint stands. */
import { highlight, type Piece, type PieceKind } from './highlight.ts';
import type { Hint } from './values.ts';

/** A stretch of a line. `hint`: what stands after it, that is no text of the cell. */
export type Segment = {
  readonly kind: PieceKind;
  readonly text: string;
  readonly isBad: boolean;
  readonly hint: string | null;
};

/** A stretch of a source that something is wrong with, in offsets. */
export type Mark = { readonly start: number; readonly end: number };

/** A source in lines of segments. */
export function segmentsOf(
  source: string,
  marks: readonly Mark[],
  hints: readonly Hint[],
): readonly (readonly Segment[])[] {
  let start = 0;
  return highlight(source).map((pieces, i) => {
    const length = pieces.reduce((sum, { text }) => sum + text.length, 0);
    const own = marks
      .map((mark) => ({ start: mark.start - start, end: mark.end - start }))
      .filter((mark) => mark.start <= length && mark.end >= 0);
    const here = hints.filter(({ line }) => line === i + 1);
    start += length + 1;
    return cut(pieces, own, here);
  });
}

function cut(
  pieces: readonly Piece[],
  marks: readonly Mark[],
  hints: readonly Hint[],
): readonly Segment[] {
  const cuts = new Set([
    ...marks.flatMap(({ start, end }) => [start, end]),
    ...hints.map(({ column }) => column - 1),
  ]);
  const segments: Segment[] = [];
  let at = 0;
  for (const { kind, text } of pieces) {
    for (const part of parted(text, at, cuts)) {
      const isBad = marks.some(({ start, end }) => start < at + part.length && end > at);
      at += part.length;
      const hint = hints.find(({ column }) => column - 1 === at)?.text ?? null;
      segments.push({ kind, text: part, isBad, hint });
    }
  }
  return segments;
}

/** A text, which begins at a column, in parts between the cuts. */
function parted(text: string, column: number, cuts: ReadonlySet<number>): readonly string[] {
  const inner = [...cuts]
    .map((cutAt) => cutAt - column)
    .filter((offset) => offset > 0 && offset < text.length)
    .toSorted((a, b) => a - b);
  return [...inner, text.length].map((end, i) => text.slice(inner[i - 1] ?? 0, end));
}
