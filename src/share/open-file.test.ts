/** Goal: files open with all they hold, and say what they lost. Method: files of both kinds as a picker gives them. */
import { expect, test } from 'vitest';
import { writeIpynb } from '../document/ipynb.ts';
import { makeCell, makeNotebook } from '../document/notebook.ts';
import { writeText } from '../document/text-form.ts';
import { fileNameOf } from './download.ts';
import { readFile } from './open-file.ts';

const notebook = makeNotebook('Adding', [
  makeCell('markdown', '# Adding'),
  makeCell('code', '1 + 1'),
]);

test.each([
  ['a.ts', writeText(notebook)],
  ['a.ipynb', writeIpynb(notebook)],
  ['A.IPYNB', writeIpynb(notebook)],
  ['bom.ts', `\uFEFF${writeText(notebook)}`],
])('%s opens without a loss', async (name, text) => {
  const read = await readFile(new File([text], name));
  expect(read).toMatchObject({ ok: true, losses: [], notebook: { title: 'Adding' } });
  expect(read.ok && read.notebook.cells).toEqual(notebook.cells);
});

test('a file of another language says what it lost', async () => {
  const output = (data: object) => ({ output_type: 'display_data', data, metadata: {} });
  const file = {
    cells: [
      {
        cell_type: 'code',
        metadata: {},
        source: 'import numpy',
        execution_count: 1,
        outputs: [output({ 'text/html': '<b>' }), output({ 'text/plain': '1' })],
      },
      { cell_type: 'markdown', metadata: {}, source: 'text', attachments: { 'a.png': {} } },
    ],
    metadata: { kernelspec: { name: 'python3' } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  const read = await readFile(new File([JSON.stringify(file)], 'py.ipynb'));
  expect(read.ok && read.losses).toEqual([
    '1 code cell of another language: disabled, so that they do not run.',
    '1 output left out: running the notebook makes them anew.',
    '1 output with HTML or scripts left out: a notebook shows data only.',
    '1 attached file of text cells left out.',
  ]);
  expect(read.ok && read.notebook.title).toBe('py');
});

test('what is no notebook says why', async () => {
  expect(await readFile(new File(['\u0000\u0001'], 'a.png'))).toMatchObject({
    ok: false,
    message: 'It is no text. Files of the kinds .ts and .ipynb open.',
  });
  expect(await readFile(new File(['{'], 'a.ipynb'))).toMatchObject({ ok: false, check: 'json' });
});

test.each([
  ['Reading digits', 'Reading digits'],
  ['a/b\\c:d*e?"<>|', 'a b c d e'],
  ['...', 'notebook'],
  ['', 'notebook'],
  ['Übung – 1', 'Übung 1'],
])('the file of %j is named %j', (title, name) => {
  expect(fileNameOf(title)).toBe(name);
});
