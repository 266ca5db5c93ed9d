/**
 * Goal: commands change the cells that are selected, leave a sensible focus, and lose nothing. Method: a notebook of four cells in
 * the real stores; each row is a command and what stands afterwards, the focus in brackets.
 */
import { beforeEach, expect, test } from 'vitest';
import { makeNotebook, type Cell } from '../document/notebook.ts';
import { useToasts } from '../ui/toast.ts';
import { openNotebook, presentNotebook, undoEdit } from '../store/notebook.ts';
import { focusCell, select, useSelection } from '../store/selection.ts';
import {
  copySelected,
  cutSelected,
  deleteSelected,
  duplicateSelected,
  extendSelection,
  insertBeside,
  mergeSelected,
  moveFocus,
  moveSelected,
  pasteBelow,
  setKindOfSelected,
  sliderSource,
  splitFocused,
  toggleFlag,
} from './cell-actions.ts';

const cell = (id: string): Cell => ({ id, kind: 'code', source: id });

beforeEach(() => {
  openNotebook(makeNotebook('Test', ['a', 'b', 'c', 'd'].map(cell)), { kind: 'local' });
  useToasts.setState({ toasts: [] });
  focusCell('b', 'command');
});

/** The sources in order, the focus in brackets. */
function standing(): string {
  const { cell: focused } = useSelection.getState();
  const show = ({ id, source }: Cell): string => (id === focused ? `[${source}]` : source);
  return presentNotebook().cells.map(show).join(' ');
}

test.each<[string, () => void, string]>([
  ['down', () => moveFocus(1), 'a b [c] d'],
  ['up to the end', () => moveFocus(-9), '[a] b c d'],
  ['delete', deleteSelected, 'a [c] d'],
  ['insert above', () => insertBeside('above', 'command'), 'a [] b c d'],
  ['insert below', () => insertBeside('below', 'edit'), 'a b [] c d'],
  ['move up', () => moveSelected(-1), '[b] a c d'],
  ['move down', () => moveSelected(1), 'a c [b] d'],
  ['duplicate', duplicateSelected, 'a b [b] c d'],
  ['merge with the one below', mergeSelected, 'a [b\nc] d'],
  ['split', () => splitFocused(0), 'a  [b] c d'],
])('%s', (_, act, expected) => {
  act();
  expect(standing()).toBe(expected);
});

test('a selection grows and shrinks, and moves as one block', () => {
  extendSelection(1);
  extendSelection(1);
  expect(useSelection.getState().cells).toEqual(['b', 'c', 'd']);
  extendSelection(-1);
  expect(useSelection.getState().cells).toEqual(['b', 'c']);
  moveSelected(-1);
  expect(standing()).toBe('b [c] a d');
  moveSelected(-1);
  expect(standing()).toBe('b [c] a d');
});

test('cut and paste moves, copy and paste makes cells of their own', () => {
  cutSelected();
  pasteBelow();
  expect(standing()).toBe('a c [b] d');
  copySelected();
  pasteBelow();
  expect(standing()).toBe('a c b [b] d');
  const ids = presentNotebook().cells.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('undo of a deletion puts the cells back even after later edits', () => {
  select({ cells: ['b', 'c'] });
  deleteSelected();
  setKindOfSelected('markdown');
  const [toast] = useToasts.getState().toasts;
  expect(toast?.text).toBe('2 cells deleted.');
  toast?.action?.run();
  expect(presentNotebook().cells.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
    'a code',
    'b code',
    'c code',
    'd markdown',
  ]);
});

test('undo steps back over one command', () => {
  deleteSelected();
  undoEdit();
  expect(presentNotebook().cells.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
});

test('a flag goes on for all that are selected, and off only when all have it', () => {
  toggleFlag('isDisabled');
  select({ cells: ['b', 'c'] });
  toggleFlag('isDisabled');
  expect(presentNotebook().cells.map((c) => c.isDisabled ?? false)).toEqual([
    false,
    true,
    true,
    false,
  ]);
  toggleFlag('isDisabled');
  expect(presentNotebook().cells.some((c) => c.isDisabled)).toBe(false);
});

test('a new slider takes a name that the notebook does not use', () => {
  const source = sliderSource(makeNotebook('Test', [cell('const amount = 1; let amount2;')]));
  expect(source).toMatch(/^const amount3 = slider\(/);
});
