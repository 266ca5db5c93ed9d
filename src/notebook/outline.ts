/** @file The table of contents: headings of the markdown cells, each with the state of the code that follows it. */
import type { Cell } from '../document/notebook.ts';
import type { CellState } from '../store/run.ts';

/** A heading. */
export type Heading = {
  readonly cell: string;
  /** Which heading of its cell, from 0. */
  readonly ordinal: number;
  readonly level: number;
  readonly text: string;
  /** Code cells from here to the next heading. */
  readonly follows: readonly string[];
};

const FENCE = /^ {0,3}(```|~~~)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.+?)\s*#*\s*$/;

/** Headings of a text, by its lines. Lines of code blocks are none. */
export function headingsOf(
  source: string,
): readonly { readonly level: number; readonly text: string }[] {
  const headings: { readonly level: number; readonly text: string }[] = [];
  let isInFence = false;
  for (const line of source.split('\n')) {
    if (FENCE.test(line)) isInFence = !isInFence;
    const parts = isInFence ? null : HEADING.exec(line);
    if (parts) headings.push({ level: parts[1]!.length, text: plainText(parts[2]!) });
  }
  return headings;
}

/** The words of a heading without the signs of markdown. */
function plainText(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*`$]/g, '')
    .replace(/\\([a-z]+)/gi, '$1');
}

/** The headings of a notebook, in order. */
export function outlineOf(cells: readonly Cell[]): readonly Heading[] {
  const outline: (Heading & { follows: string[] })[] = [];
  for (const cell of cells) {
    if (cell.kind === 'code') outline.at(-1)?.follows.push(cell.id);
    else {
      const headings = headingsOf(cell.source);
      outline.push(
        ...headings.map((heading, ordinal) => ({
          cell: cell.id,
          ordinal,
          ...heading,
          follows: [],
        })),
      );
    }
  }
  return outline;
}

/** What asks for attention comes first. */
const BY_URGENCY: readonly CellState[] = ['error', 'running', 'queued', 'stale', 'stopped'];

/**
 * The state that stands for several cells: the most urgent one; done when all are that can be. Null where there is nothing to
 * say.
 */
export function stateOfAll(states: readonly CellState[]): CellState | null {
  const urgent = BY_URGENCY.find((state) => states.includes(state));
  if (urgent) return urgent;
  const able = states.filter((state) => state !== 'disabled');
  return able.length > 0 && able.every((state) => state === 'done') ? 'done' : null;
}

/** The heading that a cell stands under, or null. */
export function headingAbove(
  outline: readonly Heading[],
  cells: readonly Cell[],
  cell: string | null,
): Heading | null {
  const at = cells.findIndex(({ id }) => id === cell);
  const upTo = new Set(cells.slice(0, at + 1).map(({ id }) => id));
  return outline.findLast((heading) => upTo.has(heading.cell)) ?? null;
}
