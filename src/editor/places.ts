/** @file Lines and columns of a cell's text, as people and errors count them, and offsets in it. */

/** A place in a cell's text. Lines and columns start at 1; no column is the beginning of the line. */
export type Place = { readonly line: number; readonly column: number | null };

/** The offset of a place, held to its line and to the text. */
export function offsetOf(text: string, { line, column }: Place): number {
  const lines = text.split('\n');
  const index = Math.min(Math.max(1, line), lines.length) - 1;
  const before = lines.slice(0, index).reduce((sum, { length }) => sum + length + 1, 0);
  return before + Math.min(Math.max(0, (column ?? 1) - 1), lines[index]!.length);
}

/** The place of an offset, held to the text. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, Math.max(0, offset)).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
