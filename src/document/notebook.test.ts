/**
 * Goal: edits do what their names say and share what they leave alone. Method: small notebooks written as
 * `id:source` words, and laws over arbitrary ones.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyNotebook } from './arbitrary.test.kit.ts';
import {
  cellOf,
  deleteCell,
  duplicateOf,
  forkOf,
  insertCell,
  makeCell,
  makeNotebook,
  mergeCells,
  moveCell,
  newCellId,
  newNotebookId,
  setKind,
  setRunMode,
  setSource,
  setTitle,
  splitCell,
  switchOff,
  switchOn,
  type Notebook,
} from './notebook.ts';

const ABC = notebookFrom('a:1 b:2 c:3');

function notebookFrom(words: string): Notebook {
  const cells = words.split(' ').map((word) => {
    const [id = '', source = ''] = word.split(':');
    return { id, kind: 'code', source } as const;
  });
  return makeNotebook('A title', cells);
}

function wordsOf(notebook: Notebook): string {
  return notebook.cells.map(({ id, source }) => `${id}:${source}`).join(' ');
}

test.each([
  ['inserts', insertCell(ABC, 1, { id: 'x', kind: 'code', source: '9' }), 'a:1 x:9 b:2 c:3'],
  ['inserts last', insertCell(ABC, 99, { id: 'x', kind: 'code', source: '9' }), 'a:1 b:2 c:3 x:9'],
  ['inserts first', insertCell(ABC, -1, { id: 'x', kind: 'code', source: '9' }), 'x:9 a:1 b:2 c:3'],
  ['deletes', deleteCell(ABC, 'b'), 'a:1 c:3'],
  ['moves down', moveCell(ABC, 'a', 1), 'b:2 a:1 c:3'],
  ['moves up', moveCell(ABC, 'c', 0), 'c:3 a:1 b:2'],
  ['moves to the end', moveCell(ABC, 'a', 99), 'b:2 c:3 a:1'],
  ['sets a source', setSource(ABC, 'b', 'new'), 'a:1 b:new c:3'],
  ['merges neighbours', mergeCells(ABC, ['b', 'a']), 'a:1\n2 c:3'],
  ['merges over a gap', mergeCells(ABC, ['a', 'c']), 'a:1\n3 b:2'],
  [
    'splits',
    splitCell(notebookFrom('a:12 b:3'), { id: 'a', offset: 1, tailId: 't' }),
    'a:1 t:2 b:3',
  ],
])('%s', (_, notebook, words) => {
  expect(wordsOf(notebook)).toBe(words);
});

test('an edit that changes nothing gives the same notebook', () => {
  const same = [
    deleteCell(ABC, 'z'),
    moveCell(ABC, 'z', 0),
    moveCell(ABC, 'c', 99),
    setSource(ABC, 'a', '1'),
    setSource(ABC, 'z', '1'),
    setKind(ABC, 'a', 'code'),
    setTitle(ABC, 'A title'),
    setRunMode(ABC, 'auto'),
    switchOff(ABC, 'a', 'isFolded'),
    switchOn(switchOn(ABC, 'z', 'isFolded'), 'z', 'isFolded'),
    mergeCells(ABC, ['a', 'z']),
    splitCell(ABC, { id: 'z', offset: 0, tailId: 't' }),
  ];
  expect(same.filter((notebook) => notebook !== ABC)).toEqual([]);
});

test('an edit shares the cells it leaves alone and changes none in place', () => {
  const before = structuredClone(ABC);
  const after = setSource(ABC, 'b', 'new');
  expect(after.cells[0]).toBe(ABC.cells[0]);
  expect(ABC).toEqual(before);
});

test('a flag is absent when it is off', () => {
  const on = switchOn(ABC, 'a', 'isOneShot');
  expect(cellOf(on, 'a')).toEqual({ id: 'a', kind: 'code', source: '1', isOneShot: true });
  expect(switchOff(on, 'a', 'isOneShot')).toEqual(ABC);
});

test('a merged cell is as careful as its most careful part', () => {
  const careful = switchOn(switchOn(ABC, 'b', 'isOneShot'), 'b', 'isDisabled');
  const merged = cellOf(mergeCells(careful, ['a', 'b']), 'a');
  expect(merged).toMatchObject({ isOneShot: true, isDisabled: true });
});

test('merging undoes a split at a line end', () => {
  const whole = notebookFrom('a:one\ntwo\nthree');
  for (const offset of [3, 4, 7, 8]) {
    const halves = splitCell(whole, { id: 'a', offset, tailId: 't' });
    expect(halves.cells).toHaveLength(2);
    expect(mergeCells(halves, ['a', 't'])).toEqual(whole);
  }
});

test('title, run mode and kind are set', () => {
  const set = setKind(setRunMode(setTitle(ABC, 'Other'), 'lazy'), 'a', 'markdown');
  expect(set).toMatchObject({
    title: 'Other',
    runMode: 'lazy',
    cells: [{ kind: 'markdown' }, {}, {}],
  });
});

test('refuses to insert an id twice', () => {
  expect(() => insertCell(ABC, 0, { id: 'a', kind: 'code', source: '' })).toThrow('id a is taken');
});

test('ids are new each time and only letters and digits', () => {
  const ids = Array.from({ length: 1000 }, () => newCellId());
  expect(new Set(ids).size).toBe(1000);
  expect([...ids, newNotebookId()].every((id) => /^[a-z2-7]{10,26}$/.test(id))).toBe(true);
  expect(forkOf(ABC)).toEqual({ ...ABC, id: expect.not.stringContaining(ABC.id) as string });
  const cell = makeCell('markdown', 'x');
  expect(duplicateOf(cell)).toEqual({
    ...cell,
    id: expect.not.stringContaining(cell.id) as string,
  });
});

test('moving a cell there and back changes nothing', () => {
  fc.assert(
    fc.property(anyNotebook, fc.nat(6), fc.nat(6), (notebook, from, to) => {
      const id = notebook.cells[from]?.id ?? 'none';
      const moved = moveCell(notebook, id, to);
      expect(moveCell(moved, id, from)).toEqual(notebook);
    }),
  );
});
