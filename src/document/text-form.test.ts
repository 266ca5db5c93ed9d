/**
 * Goal: a notebook survives its text form, and texts of other programs open. Method: round trips of arbitrary
 * notebooks whose sources look like marks; small texts beside the cells they hold.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyNotebook } from './arbitrary.test.kit.ts';
import type { Cell, Notebook } from './notebook.ts';
import { readText, writeText } from './text-form.ts';

const NOTEBOOK: Notebook = {
  id: 'n',
  title: 'Learning "to" add',
  runMode: 'lazy',
  cells: [
    { id: 'text', kind: 'markdown', source: '# Sums\n\n%% of all' },
    {
      id: 'sum',
      kind: 'code',
      source: "const x = T.scalar('x');\n",
      isOneShot: true,
      isFolded: true,
    },
    { id: 'mark', kind: 'code', source: '// %% not a mark\nx;' },
  ],
};

const TEXT = String.raw`// Arignote notebook (lazy): "Learning \"to\" add"

// %% [markdown] id=text
// # Sums
//
// \%% of all

// %% id=sum one-shot folded
const x = T.scalar('x');


// %% id=mark
// \%% not a mark
x;
`;

function cellsOf(text: string): readonly Pick<Cell, 'kind' | 'source'>[] {
  const reading = readText(text, 'file');
  if (!reading.ok) return [];
  return reading.notebook.cells.map(({ kind, source }) => ({ kind, source }));
}

test('writes marks, text as comments, and escapes', () => {
  expect(writeText(NOTEBOOK)).toBe(TEXT);
});

test('reads back every notebook, under a new id', () => {
  fc.assert(
    fc.property(anyNotebook, (notebook) => {
      const reading = readText(writeText(notebook), 'file');
      expect(reading).toEqual({
        ok: true,
        notebook: { ...notebook, id: expect.any(String) as string },
      });
      expect(reading.ok && reading.notebook.id).not.toBe(notebook.id);
    }),
    { numRuns: 500 },
  );
});

test('line ends of Windows make no difference', () => {
  const reading = readText(TEXT.replaceAll('\n', '\r\n'), 'file');
  expect(reading).toMatchObject({
    ok: true,
    notebook: { ...NOTEBOOK, id: expect.any(String) as string },
  });
});

test.each([
  ['', []],
  ['\n\n', []],
  ['let a = 1;\nlet b;', [{ kind: 'code', source: 'let a = 1;\nlet b;' }]],
  [
    'let a;\n\n//%%\nlet b;\n',
    [
      { kind: 'code', source: 'let a;' },
      { kind: 'code', source: 'let b;' },
    ],
  ],
  ['// %% A title [markdown]\n//# A\n// b\nc', [{ kind: 'markdown', source: '# A\nb\nc' }]],
  [
    '// %%\n// %% [md]\n',
    [
      { kind: 'code', source: '' },
      { kind: 'markdown', source: '' },
    ],
  ],
])('reads the text of other programs: %j', (text, cells) => {
  expect(cellsOf(text)).toEqual(cells);
});

test('a text without a title takes the one given', () => {
  expect(readText('x', 'file')).toMatchObject({ notebook: { title: 'file', runMode: 'auto' } });
  expect(readText('// Arignote notebook: "broken\\"', 'file')).toMatchObject({
    notebook: { title: 'file' },
  });
});

test('a copied cell gets an id of its own', () => {
  const reading = readText('// %% id=a\n1\n// %% id=a\n2\n// %% id=<b>\n3', 'file');
  const ids = reading.ok ? reading.notebook.cells.map(({ id }) => id) : [];
  expect(ids[0]).toBe('a');
  expect(new Set(ids).size).toBe(3);
});

test('refuses more cells than a file may hold', () => {
  expect(readText('// %%\n'.repeat(5001), 'file')).toMatchObject({ ok: false, check: 'limits' });
});
