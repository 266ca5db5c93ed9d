/** @file One cell: its number, what it holds, what it gave, its margin. It is drawn again only when something of its own changes. */
import { memo, Suspense, useEffect, useRef, type MouseEvent } from 'react';
import { switchOff, type Cell } from '../document/notebook.ts';
import { CellEditor } from '../editor/CellEditor.tsx';
import { Markdown } from '../output/Markdown.tsx';
import { editNotebook, useNotebook } from '../store/notebook.ts';
import { IDLE_RUN, runOf, useRun } from '../store/run.ts';
import { focusCell, useSelection } from '../store/selection.ts';
import { classNames } from '../ui/class-names.ts';
import { Icon } from '../ui/Icon.tsx';
import { CellTools } from './CellTools.tsx';
import { hollowOf } from './hollow.ts';
import { labelOf, stateOf } from './margin-notes.ts';
import { MarginNotes } from './MarginNotes.tsx';
import { CellOutputs } from './parts.ts';
import { toggleCode, useView } from './view.ts';

/** What a press in a cell is for: its controls, or the cell. */
const CONTROLS = 'button, a, input, select, textarea, label, summary, canvas, [role=slider], .out';

/** Whether the page is so narrow that code is folded to its first line (the same number stands in narrow.css). */
const isPhone = (): boolean => matchMedia('(max-width: 599px)').matches;

/** `firstFormula`: the number of the first displayed formula of a text cell. */
export const CellView = memo(function CellView(props: CellViewProps) {
  const { cell, number, firstFormula, isEntry } = props;
  const { id, kind } = cell;
  const isFocused = useSelection((state) => state.cell === id);
  const isSelected = useSelection((state) => state.cells.length > 1 && state.cells.includes(id));
  const isEdited = useSelection((state) => state.cell === id && state.mode === 'edit');
  const state = useRun((run) => stateOf(cell, runOf(run, id)));
  const label = useRun((run) => labelOf(cell, runOf(run, id), { number, isEdited }));
  const isOpened = useView((view) => view.openedCode.includes(id));
  const section = useFocus(isFocused, isEdited);
  return (
    <section
      ref={section}
      className={classNames({
        cell: true,
        prose: kind === 'markdown' && !isEdited,
        [`is-${state}`]: kind === 'code',
        'is-focused': isFocused,
        'is-selected': isSelected,
        'is-folded': cell.isFolded === true,
        'is-opened': isOpened || isEdited,
      })}
      id={`cell-${id}`}
      aria-label={label}
      tabIndex={isEntry ? 0 : -1}
      {...(isEntry && { 'data-region-entry': '' })}
      onFocus={(event) => {
        const isHeld = useSelection.getState().cell === id;
        if (event.target === event.currentTarget && !isHeld) focusCell(id, 'command');
      }}
      onMouseDown={(event) => onPress(event, id)}
    >
      <div className="num" aria-hidden="true">
        {kind === 'code' && `[${number}]`}
      </div>
      <div className="body">
        {kind === 'code' ? (
          <CodeBody cell={cell} number={number} isActive={isEdited} />
        ) : (
          <TextBody cell={cell} isActive={isEdited} firstFormula={firstFormula} />
        )}
      </div>
      {kind === 'code' ? <MarginNotes cell={cell} /> : <div className="aside" />}
      {isFocused && <CellTools cell={cell} number={number} />}
    </section>
  );
});

type CellViewProps = {
  readonly cell: Cell;
  readonly number: number;
  readonly firstFormula: number;
  /** Whether the Tab key comes here. */
  readonly isEntry: boolean;
};

/** A press beside the controls takes the focus; one in the code begins to edit. */
function onPress(event: MouseEvent, id: string): void {
  const target = event.target as Element;
  if (event.button !== 0 || target.closest(CONTROLS)) return;
  const mode = target.closest('.source') ? 'edit' : 'command';
  const held = useSelection.getState();
  if (held.cell !== id || held.mode !== mode) focusCell(id, mode);
}

/** Brings the element into view when its cell takes the focus, and gives it the keyboard's unless its editor takes that. */
function useFocus(isFocused: boolean, isEdited: boolean) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isFocused) section.current?.scrollIntoView({ block: 'nearest' });
  }, [isFocused]);
  useEffect(() => {
    const element = section.current;
    if (!isFocused || isEdited || !element || isHolding(element)) return;
    element.focus({ preventScroll: true });
  }, [isFocused, isEdited]);
  return section;
}

/** Whether the keyboard is at something in the cell other than its editor, which is going away. */
function isHolding(element: HTMLElement): boolean {
  const { activeElement } = document;
  return element.contains(activeElement) && !activeElement?.closest('.source');
}

function CodeBody({ cell, number, isActive }: CodeBodyProps) {
  const { id, source, isFolded } = cell;
  const isHidden = useView((view) => view.closedOutputs.includes(id));
  const isPreview = useNotebook((state) => state.isPreview);
  const hollow = isPreview ? hollowOf(source) : null;
  // What draws outputs is loaded with the first.
  const hasRun = useRun((run) => runOf(run, id) !== IDLE_RUN);
  return (
    <>
      <Fold cell={cell} />
      {!(isFolded && !isActive) && (
        <div className="source" role="group" aria-label={`Code of cell ${number}`}>
          <CellEditor cell={cell} isActive={isActive} />
        </div>
      )}
      {hollow !== null && (
        <div className="out">
          <p className="hollow">{hollow}</p>
        </div>
      )}
      {isHidden && <HiddenOutputs cell={id} />}
      {!isHidden && hasRun && (
        <Suspense>
          <CellOutputs cellId={id} />
        </Suspense>
      )}
    </>
  );
}

type CodeBodyProps = {
  readonly cell: Cell;
  readonly number: number;
  readonly isActive: boolean;
};

function HiddenOutputs({ cell }: { readonly cell: string }) {
  const count = useRun((state) => runOf(state, cell).outputs.length);
  if (count === 0) return null;
  return <p className="out dim">Outputs hidden; O shows them.</p>;
}

/** The code in one line, for folded cells and narrow pages. */
function Fold({ cell: { id, source, isFolded } }: { readonly cell: Cell }) {
  const isOpened = useView((view) => view.openedCode.includes(id));
  const lines = source.split('\n');
  const first = lines.find((line) => line.trim() !== '') ?? 'Empty cell';
  const unfold = (): void => {
    if (isFolded) editNotebook((notebook) => switchOff(notebook, id, 'isFolded'));
    if (isPhone() && (!isFolded || !isOpened)) toggleCode(id);
  };
  return (
    <button className="fold" type="button" aria-expanded={isOpened && !isFolded} onClick={unfold}>
      <Icon name={isOpened && !isFolded ? 'chevron-down' : 'chevron-right'} />
      <span>{first}</span>
      <span>{lines.length === 1 ? '1 line' : `${lines.length} lines`}</span>
    </button>
  );
}

function TextBody({ cell, isActive, firstFormula }: TextBodyProps) {
  if (isActive) {
    return (
      <div className="source">
        <CellEditor cell={cell} isActive />
      </div>
    );
  }
  const isEmpty = cell.source.trim() === '';
  return (
    <div onDoubleClick={() => focusCell(cell.id, 'edit')}>
      {isEmpty ? (
        <p className="md dim">Empty text. Enter or a double click begins to write.</p>
      ) : (
        <Markdown text={cell.source} firstNumber={firstFormula} />
      )}
    </div>
  );
}

type TextBodyProps = {
  readonly cell: Cell;
  readonly isActive: boolean;
  readonly firstFormula: number;
};
