/** @file Lines and nodes lead to each other: on a real graph, and on a notebook whose cells moved or went. */
import { expect, test } from 'vitest';
import type { Cell } from '../document/notebook.ts';
import { makeNotebook } from '../document/notebook.ts';
import { inOrder, linesOf, nodesOn, placeWords, sourceLine } from './places.ts';
import { makeDeepGraph } from './reports.test.kit.ts';

const cells: readonly Cell[] = makeNotebook('n', [
  { id: 'first', kind: 'code', source: 'const x = 1;\nconst y = 2;' },
  { id: 'second', kind: 'code', source: 'x + y' },
]).cells;

test('a place is said as people see it', () => {
  expect(placeWords(cells, 'second', 1)).toBe('cell 2, line 1');
  expect(placeWords(cells, 'first', null)).toBe('cell 1');
  expect(placeWords(cells, 'gone', 3)).toBe('gone, line 3');
});

test('lines stand in the order of the notebook, those of cells that are gone last', () => {
  const lines = [
    { cell: 'gone', line: 1 },
    { cell: 'second', line: 1 },
    { cell: 'first', line: 2 },
    { cell: 'first', line: 1 },
  ];
  expect(inOrder(lines, cells).map(({ cell, line }) => `${cell} ${line}`)).toEqual([
    'first 1',
    'first 2',
    'second 1',
    'gone 1',
  ]);
});

test('the text of a line is read from the cell as it is now', () => {
  expect(sourceLine(cells, { cell: 'first', line: 2 })).toBe('const y = 2;');
  expect(sourceLine(cells, { cell: 'first', line: 9 })).toBe('');
  expect(sourceLine(cells, { cell: 'gone', line: 1 })).toBe('');
});

test('a line leads to the nodes that were written there, and they lead back', async () => {
  const { nodes } = (await makeDeepGraph(2)).optimized;
  for (const node of nodes) {
    const lines = linesOf([node]);
    if (lines.length > 0) expect(nodesOn(lines, nodes)).toContain(node.id);
  }
  const all = linesOf(nodes);
  expect(new Set(all.map(({ cell, line }) => `${cell}:${line}`)).size).toBe(all.length);
  expect(nodesOn([{ cell: 'nowhere', line: 1 }], nodes).size).toBe(0);
});
