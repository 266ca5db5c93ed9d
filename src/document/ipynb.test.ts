/**
 * Goal: a notebook survives Jupyter's format, and files of Jupyter open without their programs. Method: round
 * trips of arbitrary notebooks with metadata; a Python file with every kind of output; one row per refusal.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyNotebookWithMetadata } from './arbitrary.test.kit.ts';
import type { FileOutput } from './ipynb-outputs.ts';
import { readIpynb, writeIpynb } from './ipynb.ts';
import { makeNotebook, type Notebook } from './notebook.ts';

const PYTHON_CELL = {
  id: 'py',
  cell_type: 'code',
  metadata: {},
  source: 'x',
  outputs: [],
  execution_count: 1,
};

function fileOf(fields: object): string {
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [], ...fields });
}

const PYTHON = fileOf({
  metadata: {
    kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' },
    authors: [{ name: 'someone' }],
    arignote: 'no object',
  },
  cells: [
    {
      id: 'md',
      cell_type: 'markdown',
      metadata: {},
      source: ['# A\n', 'b'],
      attachments: { 'a.png': {} },
    },
    {
      ...PYTHON_CELL,
      metadata: { tags: ['keep'], arignote: { isOneShot: true } },
      source: ['import numpy\n', 'numpy'],
      outputs: [
        { output_type: 'stream', name: 'stdout', text: ['one\n', 'two'] },
        { output_type: 'display_data', metadata: {}, data: { 'text/html': '<script>1</script>' } },
        {
          output_type: 'display_data',
          metadata: {},
          data: { 'application/javascript': 'alert(1)' },
        },
        { output_type: 'display_data', metadata: {}, data: { 'image/svg+xml': '<svg/>' } },
        {
          output_type: 'execute_result',
          metadata: {},
          data: { 'text/html': '<table>', 'text/plain': 'a table' },
        },
        { output_type: 'display_data', metadata: {}, data: { 'image/png': 'iVBO\nRw==\n' } },
        { output_type: 'display_data', metadata: {}, data: { 'image/png': '"><script>' } },
        { output_type: 'error', ename: 'NameError', evalue: 'x', traceback: ['\u001b[0m'] },
        { output_type: 'new_kind' },
        null,
      ],
    },
    { ...PYTHON_CELL, id: 'md' },
    { id: 'raw', cell_type: 'raw', metadata: { format: 'text/x' }, source: 'raw' },
  ],
});

test('reads back every notebook with its metadata, under a new id', () => {
  fc.assert(
    fc.property(anyNotebookWithMetadata, (notebook) => {
      const reading = readIpynb(writeIpynb(notebook), 'file');
      expect(reading).toEqual({
        ok: true,
        notebook: { ...notebook, id: expect.any(String) as string },
        outputs: new Map(),
        droppedOutputs: 0,
        droppedAttachments: 0,
        disabledCells: 0,
      });
      expect(reading.ok && reading.notebook.id).not.toBe(notebook.id);
    }),
    { numRuns: 200 },
  );
});

test('writes the format 4.5', () => {
  const notebook: Notebook = {
    ...makeNotebook('T', [
      { id: 'a', kind: 'code', source: 'x\n\ny', isFolded: true, metadata: { tags: ['t'] } },
      { id: 'b', kind: 'markdown', source: '' },
    ]),
    metadata: { authors: [] },
  };
  expect(JSON.parse(writeIpynb(notebook))).toEqual({
    cells: [
      {
        id: 'a',
        cell_type: 'code',
        metadata: { tags: ['t'], arignote: { isFolded: true } },
        source: ['x\n', '\n', 'y'],
        execution_count: null,
        outputs: [],
      },
      { id: 'b', cell_type: 'markdown', metadata: {}, source: [] },
    ],
    metadata: {
      authors: [],
      kernelspec: { name: 'arignote', display_name: 'Arignote', language: 'typescript' },
      language_info: { name: 'typescript', file_extension: '.ts' },
      title: 'T',
      arignote: { version: 1, runMode: 'auto' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  });
});

test('a Python file arrives disabled, with its data and without its programs', () => {
  const reading = readIpynb(PYTHON, 'file');
  const cells = reading.ok ? reading.notebook.cells : [];
  const newId = cells[2]?.id ?? '';
  expect(newId).toMatch(/^[a-z2-7]{10}$/);
  expect(reading).toEqual({
    ok: true,
    notebook: {
      id: expect.any(String) as string,
      title: 'file',
      runMode: 'auto',
      metadata: { authors: [{ name: 'someone' }] },
      cells: [
        { id: 'md', kind: 'markdown', source: '# A\nb' },
        {
          id: 'py',
          kind: 'code',
          source: 'import numpy\nnumpy',
          isDisabled: true,
          metadata: { tags: ['keep'] },
        },
        { id: newId, kind: 'code', source: 'x', isDisabled: true },
        { id: 'raw', kind: 'markdown', source: 'raw', metadata: { format: 'text/x' } },
      ],
    },
    outputs: new Map<string, readonly FileOutput[]>([
      [
        'py',
        [
          { kind: 'text', text: 'one\ntwo' },
          { kind: 'text', text: 'a table' },
          { kind: 'image', mime: 'image/png', base64: 'iVBORw==' },
          { kind: 'error', name: 'NameError', message: 'x' },
        ],
      ],
    ]),
    droppedOutputs: 7,
    droppedAttachments: 1,
    disabledCells: 2,
  });
});

test('outputs survive beside their cells', () => {
  const outputs: ReadonlyMap<string, readonly FileOutput[]> = new Map([
    [
      'a',
      [
        { kind: 'text', text: 'said\n' },
        { kind: 'error', name: 'Error', message: 'why' },
        { kind: 'image', mime: 'image/jpeg', base64: '/9j/' },
      ],
    ],
  ]);
  const notebook = makeNotebook('T', [{ id: 'a', kind: 'code', source: '' }]);
  expect(readIpynb(writeIpynb(notebook, outputs), 'file')).toMatchObject({
    outputs,
    droppedOutputs: 0,
  });
});

test.each([
  [
    'more than 200 outputs',
    Array.from({ length: 205 }, () => ({ output_type: 'stream', text: 'x' })),
    5,
  ],
  ['more than 1 MiB of text', [{ output_type: 'stream', text: 'x'.repeat(2 << 20) }], 1],
])('drops %s', (_, outputs, droppedOutputs) => {
  const text = fileOf({ cells: [{ ...PYTHON_CELL, outputs }] });
  expect(readIpynb(text, 'file')).toMatchObject({ ok: true, droppedOutputs });
});

test('a file of format 4.4 has no ids and gets some', () => {
  const { id: _, ...cell } = PYTHON_CELL;
  const reading = readIpynb(fileOf({ nbformat_minor: 4, cells: [cell, cell] }), 'file');
  expect(reading.ok && new Set(reading.notebook.cells.map(({ id }) => id)).size).toBe(2);
});

test.each([
  ['json', '{'],
  ['schema', '[]'],
  ['format', '{"cells": []}'],
  ['version', fileOf({ nbformat: 3 })],
  ['schema', fileOf({ cells: null })],
  ['schema', fileOf({ metadata: [] })],
  ['schema', fileOf({ cells: [{ ...PYTHON_CELL, cell_type: 'html' }] })],
  ['schema', fileOf({ cells: [{ ...PYTHON_CELL, source: [1] }] })],
  ['schema', fileOf({ cells: [{ ...PYTHON_CELL, metadata: 1 }] })],
  ['schema', fileOf({ cells: [{ ...PYTHON_CELL, outputs: {} }] })],
  ['limits', fileOf({ cells: Array.from({ length: 5001 }, () => PYTHON_CELL) })],
])('the check %s refuses, row %#', (check, text) => {
  expect(readIpynb(text, 'file')).toMatchObject({ ok: false, check });
});
