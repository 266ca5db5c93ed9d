/** @file Code that nobody edits: text in colours. A press in it begins to edit at that place. */
import {
  Fragment,
  memo,
  useEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type MouseEvent,
  type RefObject,
} from 'react';
import type { Cell } from '../document/notebook.ts';
import { runOf, useRun } from '../store/run.ts';
import { revealLine, useSelection } from '../store/selection.ts';
import { classNames } from '../ui/class-names.ts';
import { failureIn } from './marks.ts';
import { placeInCode } from './place-in-code.ts';
import { problemsOfCell, useProblems } from './problems-store.ts';
import { segmentsOf, type Segment } from './static-lines.ts';
import { hintsIn } from './values.ts';

/** A cell's source. */
export function StaticCode({ cell }: { readonly cell: Cell }) {
  const { id, source } = cell;
  const isCode = cell.kind === 'code';
  // One by one: outputs change often while a cell runs.
  const state = useRun((run) => runOf(run, id).state);
  const error = useRun((run) => runOf(run, id).error);
  const names = useRun((run) => runOf(run, id).names);
  const problems = useProblems((found) => problemsOfCell(found, id));
  const lit = useSelection((held) => litIn(held.lit, id));
  const pre = useRef<HTMLPreElement>(null);
  const isWide = useWide(pre);
  const lines = useMemo(() => {
    const failure = failureIn(id, source, { state, error });
    const hints = state === 'done' ? hintsIn(source, names) : [];
    return segmentsOf(source, [...problems, ...(failure ? [failure] : [])], isCode ? hints : []);
  }, [id, source, isCode, problems, state, error, names]);
  return (
    <div className="code" style={{ '--lines': lines.length } as CSSProperties}>
      <pre
        ref={pre}
        {...(isWide && { tabIndex: 0 })}
        onMouseDown={(event) => beginToEdit(event, id)}
      >
        <code>
          {lines.map((segments, i) => (
            // oxlint-disable-next-line react/no-array-index-key -- a line is its number
            <Line key={i} segments={segments} isLit={lit.split(' ').includes(String(i + 1))} />
          ))}
        </code>
      </pre>
    </div>
  );
}

/** Whether lines are longer than the column is wide: what scrolls must be in reach of the keyboard. */
function useWide(place: RefObject<HTMLElement | null>): boolean {
  const [isWide, setWide] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWide(element.scrollWidth > element.clientWidth));
    observer.observe(element);
    // The text, which is as wide as its longest line.
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, [place]);
  return isWide;
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

const Line = memo(function Line({ segments, isLit }: LineProps) {
  return (
    <span className={classNames({ ln: true, here: isLit })}>
      {segments.map(({ kind, text, isBad, hint }, i) => (
        // oxlint-disable-next-line react/no-array-index-key -- a segment is its place
        <Fragment key={i}>
          {kind === 'plain' && !isBad ? (
            text
          ) : (
            <span className={classNames({ [kind]: kind !== 'plain', bad: isBad })}>{text}</span>
          )}
          {hint !== null && <span className="hint" data-hint={hint} aria-hidden="true" />}
        </Fragment>
      ))}
    </span>
  );
});

type LineProps = { readonly segments: readonly Segment[]; readonly isLit: boolean };

/** The editor opens with its caret where the press was. */
function beginToEdit(event: MouseEvent, cell: string): void {
  if (event.button !== 0) return;
  const place = placeInCode(event.currentTarget, event);
  if (!place) return;
  // The browser would give the focus to the cell after the editor has taken it.
  event.preventDefault();
  revealLine(cell, place.line, place.column);
}
