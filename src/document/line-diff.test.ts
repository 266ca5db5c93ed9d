/** Goal: counts of lines as version control gives them. Method: a table of small edits, and laws over arbitrary texts. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineDiff } from './line-diff.ts';
import { makeCell, makeNotebook, setSource } from './notebook.ts';

const cell = makeCell('code', '');
const notebook = makeNotebook('Lines', [cell]);
const withText = (text: string) => setSource(notebook, cell.id, text);

test.each([
  ['a\nb\nc', 'a\nb\nc', 0, 0],
  ['a\nb\nc', 'a\nx\nc', 1, 1],
  ['a\nc', 'a\nb\nc', 1, 0],
  ['a\nb\nc', 'c\na\nb', 1, 1],
  ['a\na', 'a\na\na', 1, 0],
  ['', 'a', 1, 1],
])('%j to %j is +%i -%i', (before, after, added, removed) => {
  expect(lineDiff(withText(before), withText(after))).toEqual({ added, removed });
});

test('a cell that only one has counts whole', () => {
  const more = makeNotebook('More', [cell, makeCell('code', 'a\nb')]);
  expect(lineDiff(notebook, more)).toEqual({ added: 2, removed: 0 });
  expect(lineDiff(more, notebook)).toEqual({ added: 0, removed: 2 });
});

test('the counts account for all lines, and turn round with the direction', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 }).map((l) => l.join('\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const there = lineDiff(withText(before), withText(after));
      const back = lineDiff(withText(after), withText(before));
      expect(there).toEqual({ added: back.removed, removed: back.added });
      const grown = after.split('\n').length - before.split('\n').length;
      expect(there.added - there.removed).toBe(grown);
    }),
  );
});

test('very long cells are counted, too', () => {
  const long = Array.from({ length: 5000 }, (_, line) => `line ${line}`);
  const changed = long.map((line, at) => (at % 2 === 0 ? line : `${line} changed`));
  expect(lineDiff(withText(long.join('\n')), withText(changed.join('\n')))).toEqual({
    added: 2500,
    removed: 2500,
  });
});
