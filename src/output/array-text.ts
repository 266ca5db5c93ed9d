/**
 * @file A host array as text, in the brackets that people know from numpy: equal columns, and of large arrays the corners
 * with `...` between them.
 */
import { formatOf, type ArrayOutput } from './numbers.ts';

/** Arrays of more elements are abridged. */
const ELEMENTS_MAX = 1000;

/** Characters of a line, after which a row goes on in the next. */
const LINE_LENGTH = 76;

/** Elements that stay at each end of an abridged axis; high ranks have many corners. */
const edgeOf = (rank: number): number => (rank > 4 ? 1 : 3);

/** An index on an axis, or the gap between the two ends. */
type Place = number | 'gap';

function placesOf(extent: number, edge: number | null): readonly Place[] {
  if (edge === null || extent <= 2 * edge) return Array.from({ length: extent }, (_, i) => i);
  const ends = Array.from({ length: edge }, (_, i) => i);
  return [...ends, 'gap', ...ends.map((i) => extent - edge + i)];
}

/** The array as lines of text. */
export function arrayText({ shape, data }: Pick<ArrayOutput, 'shape' | 'data'>): string {
  const edge = data.length > ELEMENTS_MAX ? edgeOf(shape.length) : null;
  const axes = shape.map((extent) => placesOf(extent, edge));
  const offsets = shownOffsets(shape, axes);
  const format = formatOf(offsets.map((at) => data[at] ?? NaN));
  if (shape.length === 0) return format(data[0] ?? NaN);
  const width = Math.max(0, ...offsets.map((at) => format(data[at] ?? NaN).length));

  const drawn = (axis: number, offset: number): string => {
    const places = axes[axis] ?? [];
    const indent = ' '.repeat(axis + 1);
    if (axis === shape.length - 1) {
      const words = places.map((i) =>
        i === 'gap' ? '...' : format(data[offset + i] ?? NaN).padStart(width),
      );
      return `[${wrapped(words, indent)}]`;
    }
    const stride = shape.slice(axis + 1).reduce((size, extent) => size * extent, 1);
    const rows = places.map((i) => (i === 'gap' ? '...' : drawn(axis + 1, offset + i * stride)));
    return `[${rows.join('\n'.repeat(shape.length - axis - 1) + indent)}]`;
  };
  return drawn(0, 0);
}

/** Where in the data the shown elements lie. */
function shownOffsets(
  shape: readonly number[],
  axes: readonly (readonly Place[])[],
): readonly number[] {
  return axes.reduce<readonly number[]>(
    (offsets, places, axis) => {
      const extent = shape[axis] ?? 1;
      const numbers = places.filter((i) => i !== 'gap');
      return offsets.flatMap((offset) => numbers.map((i) => offset * extent + i));
    },
    [0],
  );
}

function wrapped(words: readonly string[], indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && indent.length + line.length + word.length > LINE_LENGTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${indent}`);
}
