/** @file A text with insertions, and the places of one text in the other. */

/**
 * Text put in at an offset. A caret at that offset stands after what is `before` the code that follows, and before what is
 * `after` the code that precedes.
 */
export type Insertion = {
  readonly at: number;
  readonly text: string;
  readonly side: 'before' | 'after';
};

/** The longer text, and the way between the two. */
export type TextMap = {
  readonly text: string;
  /** The place in the longer text of an offset in the own one. */
  readonly outward: (offset: number) => number;
  /** The place in the own text of an offset in the longer one; that of the insertion for what lies in one. */
  readonly inward: (offset: number) => number;
};

/** Puts insertions into a text. Those at one offset keep their order, the ones that are `after` first. */
export function insertInto(own: string, insertions: readonly Insertion[]): TextMap {
  const rank = ({ side }: Insertion): number => (side === 'after' ? 0 : 1);
  const ordered = insertions.toSorted((a, b) => a.at - b.at || rank(a) - rank(b));
  const pieces: string[] = [];
  const starts: number[] = [];
  let from = 0;
  let length = 0;
  for (const { at, text } of ordered) {
    pieces.push(own.slice(from, at), text);
    length += at - from;
    starts.push(length);
    length += text.length;
    from = at;
  }
  pieces.push(own.slice(from));
  return {
    text: pieces.join(''),
    outward(offset) {
      let shift = 0;
      for (const { at, text, side } of ordered)
        if (at < offset || (at === offset && side === 'before')) shift += text.length;
      return offset + shift;
    },
    inward(offset) {
      let shift = 0;
      for (const [i, { at, text }] of ordered.entries()) {
        const start = starts[i]!;
        if (offset < start) break;
        if (offset < start + text.length) return at;
        shift += text.length;
      }
      return offset - shift;
    },
  };
}
