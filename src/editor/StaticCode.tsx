/** @file Code that nobody edits: text in colours. A press in it begins to edit at that place. */
import { memo, useMemo, type CSSProperties, type MouseEvent } from 'react';
import type { Cell } from '../document/notebook.ts';
import { revealLine, useSelection } from '../store/selection.ts';
import { classNames } from '../ui/class-names.ts';
import { highlight, type Piece } from './highlight.ts';
import { placeInCode } from './place-in-code.ts';

/** A cell's source. */
export function StaticCode({ cell }: { readonly cell: Cell }) {
  const lines = useMemo(() => highlight(cell.source), [cell.source]);
  const lit = useSelection((state) => litIn(state.lit, cell.id));
  return (
    <div className="code" style={{ '--lines': lines.length } as CSSProperties}>
      <pre tabIndex={0} onMouseDown={(event) => beginToEdit(event, cell.id)}>
        <code>
          {lines.map((pieces, i) => (
            // Lines have no names but their numbers.
            // oxlint-disable-next-line react/no-array-index-key -- a line is its number
            <Line key={i} pieces={pieces} isLit={lit.split(' ').includes(String(i + 1))} />
          ))}
        </code>
      </pre>
    </div>
  );
}

/** Numbers of lines in one text, so that equal ones are equal. */
const litIn = (
  lit: readonly { readonly cell: string; readonly line: number }[],
  id: string,
): string =>
  lit
    .filter(({ cell }) => cell === id)
    .map(({ line }) => line)
    .join(' ');

const Line = memo(function Line({ pieces, isLit }: LineProps) {
  return (
    <span className={classNames({ ln: true, here: isLit })}>
      {pieces.map(({ kind, text }, i) =>
        kind === 'plain' ? (
          text
        ) : (
          // oxlint-disable-next-line react/no-array-index-key -- a piece is its place
          <span key={i} className={kind}>
            {text}
          </span>
        ),
      )}
    </span>
  );
});

type LineProps = { readonly pieces: readonly Piece[]; readonly isLit: boolean };

/** The editor opens with its caret where the press was. */
function beginToEdit(event: MouseEvent, cell: string): void {
  if (event.button !== 0) return;
  const place = placeInCode(event.currentTarget, event);
  if (!place) return;
  // The browser would give the focus to the cell after the editor has taken it.
  event.preventDefault();
  revealLine(cell, place.line, place.column);
}
