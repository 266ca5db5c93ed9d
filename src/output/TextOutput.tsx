/** @file Text that a cell printed; a long one is folded. */
import { useState } from 'react';
import { showCount } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import type { OutputOf } from './output-of.ts';

/** A text of more lines or characters is folded to so many lines. */
const LINES_MAX = 40;
const CHARS_MAX = 8000;
const LINES_FOLDED = 20;
const CHARS_FOLDED = 4000;

/** Printed text, in its tone. */
export function TextOutput({ output: { text, tone } }: { readonly output: OutputOf<'text'> }) {
  return (
    <div className={`printed tone-${tone}`}>
      {tone !== 'plain' && (
        <Icon name={tone === 'error' ? 'circle-x' : 'triangle-alert'} label={tone} />
      )}
      <FoldedText text={text} />
    </div>
  );
}

/** A text as it stands; the first lines of a long one, and a button that shows all. */
export function FoldedText({ text }: { readonly text: string }) {
  const [isOpen, setIsOpen] = useState(false);
  const lines = text.split('\n');
  const isLong = lines.length > LINES_MAX || text.length > CHARS_MAX;
  const shown =
    isLong && !isOpen ? lines.slice(0, LINES_FOLDED).join('\n').slice(0, CHARS_FOLDED) : text;
  return (
    <div className="text">
      <pre tabIndex={0}>{shown}</pre>
      {isLong && (
        <button
          className="link"
          type="button"
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        >
          {isOpen ? 'Show the beginning' : `Show all ${sizeOf(text, lines.length)}`}
        </button>
      )}
    </div>
  );
}

const sizeOf = (text: string, lineCount: number): string =>
  lineCount > LINES_FOLDED ? showCount(lineCount, 'line') : showCount(text.length, 'character');
