/**
 * Goal: only notebooks come through, and only their own fields. Method: one row per way to be wrong, with the
 * check and the message that names the place; the good ones are arbitrary.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyNotebookWithMetadata } from './arbitrary.test.kit.ts';
import { FILE_LIMITS, readNotebook } from './read-notebook.ts';

const CELL = { id: 'a', kind: 'code', source: 'x' };
const NOTEBOOK = { id: 'n', title: 'T', runMode: 'auto', cells: [CELL] };

const deep: unknown = Array.from({ length: 50 }).reduce((inner) => [inner], 1);

test('reads back every notebook from its JSON', () => {
  fc.assert(
    fc.property(anyNotebookWithMetadata, (notebook) => {
      const value: unknown = JSON.parse(JSON.stringify(notebook));
      expect(readNotebook(value, FILE_LIMITS)).toEqual({ ok: true, notebook });
    }),
  );
});

test('leaves unknown fields and flags that are off behind', () => {
  const value = { ...NOTEBOOK, evil: 1, cells: [{ ...CELL, isFolded: false, outputs: ['<b>'] }] };
  expect(readNotebook(value)).toEqual({ ok: true, notebook: NOTEBOOK });
});

test.each([
  [null, 'schema', 'The notebook should be an object'],
  [[], 'schema', 'The notebook should be an object'],
  [{ ...NOTEBOOK, id: 'a b' }, 'schema', 'id of the notebook'],
  [{ ...NOTEBOOK, title: 5 }, 'schema', 'title'],
  [{ ...NOTEBOOK, title: 'x'.repeat(501) }, 'limits', 'has 501 characters; at most 500'],
  [{ ...NOTEBOOK, runMode: 'fast' }, 'schema', 'run mode'],
  [{ ...NOTEBOOK, cells: {} }, 'schema', 'cells of the notebook should be a list'],
  [{ ...NOTEBOOK, cells: Array.from({ length: 501 }, () => CELL) }, 'limits', 'has 501 cells'],
  [{ ...NOTEBOOK, cells: [CELL, CELL] }, 'schema', 'Cell 2 has the id of an earlier cell: a'],
  [{ ...NOTEBOOK, cells: [null] }, 'schema', 'Cell 1 should be an object'],
  [{ ...NOTEBOOK, cells: [{ ...CELL, id: '' }] }, 'schema', 'id of Cell 1'],
  [{ ...NOTEBOOK, cells: [{ ...CELL, id: 'x'.repeat(65) }] }, 'schema', 'id of Cell 1'],
  [{ ...NOTEBOOK, cells: [{ ...CELL, kind: 'html' }] }, 'schema', 'Cell 1 should be of the kind'],
  [{ ...NOTEBOOK, cells: [{ ...CELL, source: 1 }] }, 'schema', 'source of Cell 1'],
  [{ ...NOTEBOOK, cells: [{ ...CELL, isFolded: 1 }] }, 'schema', 'isFolded of Cell 1'],
  [{ ...NOTEBOOK, cells: [{ ...CELL, source: 'x'.repeat(131_073) }] }, 'limits', '131073 bytes'],
  [{ ...NOTEBOOK, cells: [{ ...CELL, source: 'é'.repeat(65_537) }] }, 'limits', '131074 bytes'],
  [{ ...NOTEBOOK, metadata: [] }, 'schema', 'metadata of the notebook'],
  [{ ...NOTEBOOK, metadata: { f: () => 1 } }, 'schema', 'something that JSON cannot'],
  [{ ...NOTEBOOK, metadata: { deep } }, 'limits', 'nested more than 32 levels'],
])('refuses %#', (value, check, message) => {
  expect(readNotebook(value)).toEqual({
    ok: false,
    check,
    message: expect.stringContaining(message) as string,
  });
});

test('takes a notebook that just fills its limits', () => {
  const cells = Array.from({ length: 500 }, (_, i) => ({ ...CELL, id: `c${i}` }));
  cells[0] = { ...CELL, source: 'x'.repeat(128 << 10) };
  expect(readNotebook({ ...NOTEBOOK, cells }).ok).toBe(true);
});
