/** @file The column of cells, with places to add one between and after them. */
import { memo } from 'react';
import type { Cell } from '../document/notebook.ts';
import { insertAt, sliderSource } from '../commands/cell-actions.ts';
import { presentNotebook, presentOf, useNotebook } from '../store/notebook.ts';
import { useSelection } from '../store/selection.ts';
import { Icon } from '../ui/Icon.tsx';
import { CellView } from './CellView.tsx';
import { formulaNumbers } from './formula-numbers.ts';

export function Sheet() {
  const cells = useNotebook((state) => presentOf(state).cells);
  const isReadOnly = useNotebook((state) => state.save.kind === 'readOnly');
  const focused = useSelection((state) => state.cell);
  const numbers = formulaNumbers(cells);
  // One cell is in the order of the Tab key: the one with the focus, or the first.
  const entry = cells.find(({ id }) => id === focused) ?? cells[0];
  return (
    <div className="sheet">
      {cells.map((cell, index) => (
        <div className="slot" key={cell.id}>
          <CellView
            cell={cell}
            number={index + 1}
            firstFormula={numbers[index] ?? 1}
            isEntry={cell === entry}
          />
          {!isReadOnly && index < cells.length - 1 && <InsertBetween index={index + 1} />}
        </div>
      ))}
      {cells.length === 0 && <EmptyNotebook isReadOnly={isReadOnly} />}
      {!isReadOnly && <InsertAfter />}
    </div>
  );
}

function EmptyNotebook({ isReadOnly }: { readonly isReadOnly: boolean }) {
  return (
    <p className="empty">
      {isReadOnly
        ? 'This notebook has no cells.'
        : 'This notebook has no cells yet. Add code to define a model, or text to explain it.'}
    </p>
  );
}

/** Buttons that appear in the gap between two cells. The keyboard has A and B. */
const InsertBetween = memo(function InsertBetween({ index }: { readonly index: number }) {
  return (
    <div className="between">
      <button
        className="btn small"
        type="button"
        tabIndex={-1}
        onClick={() => insertAt({ index, kind: 'code', mode: 'edit' })}
      >
        <Icon name="plus" />
        Code
      </button>
      <button
        className="btn small"
        type="button"
        tabIndex={-1}
        onClick={() => insertAt({ index, kind: 'markdown', mode: 'edit' })}
      >
        <Icon name="plus" />
        Text
      </button>
    </div>
  );
});

const add = (kind: Cell['kind'], source = ''): void =>
  insertAt({ index: presentNotebook().cells.length, kind, source, mode: 'edit' });

/** Buttons after the last cell. */
const InsertAfter = memo(function InsertAfter() {
  return (
    <div className="insert">
      <button className="btn small quiet" type="button" onClick={() => add('code')}>
        <Icon name="plus" />
        Code
      </button>
      <button className="btn small quiet" type="button" onClick={() => add('markdown')}>
        <Icon name="plus" />
        Text
      </button>
      <button
        className="btn small quiet"
        type="button"
        onClick={() => add('code', sliderSource(presentNotebook()))}
      >
        <Icon name="plus" />
        Slider
      </button>
    </div>
  );
});
