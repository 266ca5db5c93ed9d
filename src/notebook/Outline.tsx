/** @file The left panel: headings with the state of what follows, and the index of symbols. In a preview: what the link holds. */
import { useEffect, useMemo, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { presentOf, useNotebook } from '../store/notebook.ts';
import { runOf, useRun, type CellState } from '../store/run.ts';
import { focusCell, useSelection } from '../store/selection.ts';
import { Icon } from '../ui/Icon.tsx';
import { showCount } from '../ui/format.ts';
import { stateOf } from './margin-notes.ts';
import { headingAbove, outlineOf, stateOfAll, type Heading } from './outline.ts';
import { STATES } from './states.ts';
import { variableRows, type VariableRow } from './variables.ts';
import { closePanels, isNarrow } from './view.ts';

export function Outline() {
  const isLink = useNotebook((state) => state.isPreview && state.origin.kind === 'link');
  return (
    <nav className="side" aria-label="Outline and variables" data-region tabIndex={-1}>
      <h2 className="label">Outline</h2>
      <Contents />
      {isLink ? <LinkFacts /> : <Variables />}
    </nav>
  );
}

function Contents() {
  const cells = useNotebook((state) => presentOf(state).cells);
  const focused = useSelection((state) => state.cell);
  const outline = useMemo(() => outlineOf(cells), [cells]);
  const read = useCellRead(focused === null);
  const here = headingAbove(outline, cells, focused ?? read) ?? outline[0];
  if (outline.length === 0) {
    return <p className="empty">Headings in text cells, such as “# Model”, are listed here.</p>;
  }
  return (
    <ol className="toc">
      {outline.map((heading) => (
        <HeadingLine
          key={`${heading.cell} ${heading.ordinal}`}
          heading={heading}
          isHere={heading === here}
        />
      ))}
    </ol>
  );
}

/** The cell at the top third of the page, as it scrolls: what a reader reads who has given no cell the focus. */
function useCellRead(isWanted: boolean): string | null {
  const [cell, setCell] = useState<string | null>(null);
  useEffect(() => {
    const note = isWanted ? document.getElementById('note') : null;
    if (!note) return undefined;
    const look = (): void => {
      const { top, height } = note.getBoundingClientRect();
      const passed = [...note.querySelectorAll('.cell')].filter(
        (section) => section.getBoundingClientRect().top < top + height / 3,
      );
      setCell(passed.at(-1)?.id.replace(/^cell-/, '') ?? null);
    };
    note.addEventListener('scroll', look, { passive: true });
    return () => note.removeEventListener('scroll', look);
  }, [isWanted]);
  return cell;
}

const LEVELS = ['', '', 'sub', 'sub deep', 'sub deep', 'sub deep', 'sub deep'];

/** Shows the heading, and gives its cell the focus. */
function goToHeading({ cell, ordinal }: Heading): void {
  if (isNarrow()) closePanels();
  focusCell(cell, 'command');
  const section = document.getElementById(`cell-${cell}`);
  const heading = section?.querySelectorAll('h1, h2, h3, h4, h5, h6')[ordinal];
  (heading ?? section)?.scrollIntoView({ block: 'start' });
}

function HeadingLine({ heading, isHere }: HeadingLineProps) {
  const state = useRun((run) => {
    const { cells } = presentOf(useNotebook.getState());
    const states = heading.follows.flatMap((id): readonly CellState[] => {
      const cell = cells.find((other) => other.id === id);
      return cell ? [stateOf(cell, runOf(run, id))] : [];
    });
    return stateOfAll(states);
  });
  return (
    <li className={LEVELS[heading.level]}>
      <a
        href={`#cell-${heading.cell}`}
        {...(isHere && { 'aria-current': 'location' as const })}
        onClick={(event) => {
          // The address names the notebook, not a place in it.
          event.preventDefault();
          goToHeading(heading);
        }}
      >
        <span>{heading.text}</span>
        {state !== null && (
          <span className={`mark-${state}`}>
            <Icon name={STATES[state].icon} />
            <span className="sr">{STATES[state].word.toLowerCase()}</span>
          </span>
        )}
      </a>
    </li>
  );
}

type HeadingLineProps = { readonly heading: Heading; readonly isHere: boolean };

function Variables() {
  const cells = useNotebook((state) => presentOf(state).cells);
  const variables = useRun((state) => state.variables);
  const names = useRun(useShallow((state) => cells.map(({ id }) => runOf(state, id).names)));
  const rows = variableRows(
    variables,
    cells.map(({ id }, i) => ({ id, names: names[i] ?? [] })),
  );
  return (
    <>
      <h2 className="label">Variables</h2>
      {rows.length === 0 ? (
        <p className="empty">What cells define is listed here after a run.</p>
      ) : (
        <table className="vars">
          <caption className="sr">Variables</caption>
          <tbody>
            {rows.map((row) => (
              <VariableLine key={`${row.cell} ${row.name} ${row.kind}`} row={row} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/** The mark of a kind: full on the device, open from outside, square computed. */
const MARKS: Readonly<Record<VariableRow['kind'], string>> = {
  shared: 'kind full k-shared',
  input: 'kind k-input',
  tensor: 'kind box k-tensor',
  function: 'kind box full k-function',
  result: 'kind box k-result',
  array: 'kind box k-result',
  other: 'kind box k-other',
};

function VariableLine({ row: { cell, name, kind, type, value } }: { readonly row: VariableRow }) {
  return (
    <tr>
      <th scope="row" colSpan={type === '' && value === '' ? 3 : 1}>
        <button type="button" title={`Go to ${name}`} onClick={() => focusCell(cell, 'command')}>
          <span className={MARKS[kind]} />
          {name}
          <span className="sr">, {kind}</span>
        </button>
      </th>
      {type !== '' && (
        <td className="type" title={type} colSpan={value === '' ? 2 : 1}>
          {type}
        </td>
      )}
      {value !== '' && (
        <td className="value" title={value} colSpan={type === '' ? 2 : 1}>
          {value}
        </td>
      )}
    </tr>
  );
}

/** The data sets that cells name. */
const DATASETS = /\bdataset\(\s*['"]([\w-]+)['"]/g;

function LinkFacts() {
  const cells = useNotebook((state) => presentOf(state).cells);
  const length = useNotebook(({ origin }) => (origin.kind === 'link' ? origin.fragment.length : 0));
  const needs = new Set(
    cells.flatMap(({ source }) => [...source.matchAll(DATASETS)].map(([, name]) => name)),
  );
  const facts = [
    ['size', showCount(length, 'character')],
    ['cells', String(cells.length)],
    ...(needs.size > 0 ? [['needs', [...needs].join(', ')]] : []),
  ];
  return (
    <>
      <h2 className="label">This link</h2>
      <table className="vars facts-of-link">
        <tbody>
          {facts.map(([name, fact]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="value">{fact}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
