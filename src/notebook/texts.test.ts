/**
 * Goal: outline, margin notes, index of symbols and the places of a preview say what is so. Method: small cells and runs, and the
 * texts that they give.
 */
import { describe, expect, test } from 'vitest';
import type { Cell } from '../document/notebook.ts';
import { IDLE_RUN, type CellRun, type CellState } from '../store/run.ts';
import { hollowOf } from './hollow.ts';
import { labelOf, notesOf } from './margin-notes.ts';
import { headingAbove, headingsOf, outlineOf, stateOfAll } from './outline.ts';
import { countFormulas, formulaNumbers } from './formula-numbers.ts';
import { variableRows } from './variables.ts';

const code = (id: string, source = 'x', more: Partial<Cell> = {}): Cell => ({
  id,
  kind: 'code',
  source,
  ...more,
});
const text = (id: string, source: string): Cell => ({ id, kind: 'markdown', source });
const run = (state: CellState, more: Partial<CellRun> = {}): CellRun => ({
  ...IDLE_RUN,
  state,
  startedAt: 1000,
  endedAt: 1012,
  ...more,
});

describe('the outline', () => {
  const cells = [
    text('a', '# One\n\ntext\n\n## Two'),
    code('b'),
    code('c'),
    text('d', '```\n# no heading\n```\n### **Three** and $x$ #'),
    code('e'),
  ];

  test('lists headings with the code that follows each', () => {
    expect(outlineOf(cells).map(({ level, text: t, follows }) => [level, t, follows])).toEqual([
      [1, 'One', []],
      [2, 'Two', ['b', 'c']],
      [3, 'Three and x', ['e']],
    ]);
  });

  test('takes no line of a code block and no mark without a space', () => {
    expect(headingsOf('#no\n~~~\n# no\n~~~\n####### no')).toEqual([]);
  });

  test.each<[readonly CellState[], CellState | null]>([
    [['done', 'error', 'running'], 'error'],
    [['done', 'running'], 'running'],
    [['done', 'stale'], 'stale'],
    [['done', 'done'], 'done'],
    [['done', 'idle'], null],
    [['done', 'disabled'], 'done'],
    [['disabled'], null],
    [[], null],
  ])('says of %j: %s', (states, expected) => {
    expect(stateOfAll(states)).toBe(expected);
  });

  test('knows the heading that a cell stands under', () => {
    const outline = outlineOf(cells);
    expect(headingAbove(outline, cells, 'c')?.text).toBe('Two');
    expect(headingAbove(outline, cells, null)).toBeNull();
  });
});

describe('margin notes', () => {
  const show = (cell: Cell, of: CellRun): string => {
    const { word, notes } = notesOf(cell, of, [], 43_000);
    return [word, ...notes.map(({ text: t }) => t)].join(' | ').replaceAll('\u00a0', ' ');
  };
  const progress = { kind: 'progress', id: 'p', label: 'Epochs', done: 41, total: 60 } as const;

  test.each<[Cell, CellRun, string]>([
    [code('a'), IDLE_RUN, 'Not run'],
    [code('a'), run('done'), '12 ms'],
    [code('a'), run('done', { endedAt: 5200 }), '4.2 s'],
    [code('a'), run('running', { endedAt: null }), 'Running | running 42 s'],
    [code('a'), run('running', { endedAt: null, outputs: [progress] }), '41 of 60 | running 42 s'],
    [code('a'), run('stale', { reason: 'cell 7 writes W1' }), 'Stale | cell 7 writes W1'],
    [
      code('a'),
      run('error', { error: { cell: 'a', line: 2, column: 1, code: 'x', message: 'm' } }),
      'Error, line 2',
    ],
    [code('a', 'x', { isDisabled: true }), run('done'), 'Disabled'],
    [code('a', 'x', { isOneShot: true }), run('stopped'), 'Stopped | one-shot: runs by hand'],
  ])('%#: %o', (cell, of, expected) => {
    expect(show(cell, of)).toBe(expected);
  });

  test('name the functions that the cell compiled', () => {
    const made = {
      fn: 'f',
      name: 'train',
      cell: 'a',
      line: 2,
      tracedCount: 99,
      optimizedCount: 61,
      stepCount: 1,
      milliseconds: 4,
    };
    const { notes } = notesOf(code('a'), run('done'), [made], 0);
    expect(notes).toEqual([{ name: 'train', text: '99 to 61 nodes', isMinor: true }]);
  });

  test('are said aloud in the name of the cell', () => {
    const label = (of: CellRun, isEdited = false): string =>
      labelOf(code('a'), of, { number: 5, isEdited });
    expect(label(run('done'), true)).toBe('Cell 5: code, being edited, done in 12 milliseconds');
    expect(label(run('stale', { reason: 'cell 7 writes W1' }))).toBe(
      'Cell 5: code, stale, cell 7 writes W1',
    );
    expect(labelOf(text('b', ''), IDLE_RUN, { number: 1, isEdited: false })).toBe('Cell 1: text');
  });
});

test.each([
  ["show(x, { as: 'images' })", 'An image grid appears here when the notebook runs.'],
  ["const c = liveLoss('cost');", 'A curve appears here when the notebook runs.'],
  ['const h = slider({ min: 1 });', 'A slider appears here when the notebook runs.'],
  ['// show(x)\nconst y = 1;', null],
  ['const W = shared(0);', null],
])('a preview expects of %s: %s', (source, expected) => {
  expect(hollowOf(source)).toBe(expected);
});

test('the index of symbols lists what is on the device first, each name once', () => {
  const name = (n: string, kind: 'shared' | 'tensor' | 'input', dtype: string) => ({
    name: n,
    kind,
    dtype,
    shape: [null, 10],
    text: '',
  });
  const held = {
    name: 'W',
    cell: 'a',
    dtype: 'float32',
    shape: [784, 10],
    bytes: 31_360,
    value: null,
  };
  const rows = variableRows(
    [held],
    [
      {
        id: 'a',
        names: [
          name('h', 'tensor', 'float32'),
          name('W', 'shared', 'float32'),
          name('y', 'input', 'int32'),
        ],
      },
    ],
  );
  expect(rows.map(({ name: n, type, value }) => `${n} ${type} ${value}`.trim())).toEqual([
    'W [784, 10] 31\u00a0kB',
    'y i32 [?, 10]',
    'h [?, 10]',
  ]);
});

test('formulas on lines of their own are numbered through the notebook', () => {
  const many = '$$a$$\n\n$x$ and $$c$$ and\n\n$$\nb\n$$\n\n```\n$$no$$\n```';
  expect(countFormulas(many)).toBe(2);
  expect(formulaNumbers([text('a', many), code('b', '$$x$$'), text('c', '$$d$$')])).toEqual([
    1, 3, 3,
  ]);
});
