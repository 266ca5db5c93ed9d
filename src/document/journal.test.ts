/**
 * Goal: the journal loses nothing. Method: arbitrary notebooks and chains of edits; the change between two states, applied to
 * the first, is the second, also after the structured clone that storage makes.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyNotebookWithMetadata } from './arbitrary.test.kit.ts';
import { applyChange, changeBetween, readKept, type Kept } from './journal.ts';
import { deleteCell, insertCell, makeCell, makeNotebook, moveCell, setSource } from './notebook.ts';

const anyKept: fc.Arbitrary<Kept> = fc.record({
  notebook: anyNotebookWithMetadata,
  controls: fc.dictionary(
    fc.string(),
    fc.oneof(fc.double({ noNaN: true }), fc.string(), fc.boolean()),
  ),
});

test('a change applied to what stood before gives what stood after', () => {
  fc.assert(
    fc.property(anyKept, anyKept, (before, after) => {
      const change = changeBetween(before, after);
      const applied = change ? applyChange(before, structuredClone(change)) : before;
      expect(applied).toEqual(after);
    }),
  );
});

test('nothing changed is no change', () => {
  fc.assert(
    fc.property(anyKept, (kept) => {
      expect(changeBetween(kept, kept)).toBeNull();
    }),
  );
});

test('what is kept reads back as it was', () => {
  fc.assert(
    fc.property(anyKept, ({ notebook, controls }) => {
      expect(readKept(structuredClone(notebook), controls)).toEqual({
        ok: true,
        kept: { notebook, controls: { ...controls } },
      });
    }),
  );
});

const a = makeCell('code', 'a');
const b = makeCell('code', 'b');
const notebook = makeNotebook('Two', [a, b]);
const kept: Kept = { notebook, controls: {} };

test.each([
  ['typing', setSource(notebook, a.id, 'aa'), { cells: [{ ...a, source: 'aa' }] }],
  ['moving', moveCell(notebook, a.id, 1), { order: [b.id, a.id] }],
  ['deleting', deleteCell(notebook, a.id), { order: [b.id] }],
  [
    'a title',
    { ...notebook, title: '2' },
    { head: { id: notebook.id, title: '2', runMode: 'auto' } },
  ],
])('%s writes only what it touched', (_, after, change) => {
  expect(changeBetween(kept, { notebook: after, controls: kept.controls })).toEqual(change);
});

test('a new cell is written with its place', () => {
  const cell = makeCell('markdown', 'c');
  const after = insertCell(notebook, 1, cell);
  expect(changeBetween(kept, { ...kept, notebook: after })).toEqual({
    cells: [cell],
    order: [a.id, cell.id, b.id],
  });
});

test('a broken row is refused with a reason', () => {
  expect(readKept({ id: 'x', title: 1 }, {})).toEqual({
    ok: false,
    why: 'The title of the notebook should be text.',
  });
});
