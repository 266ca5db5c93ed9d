/** @file Arbitrary notebooks for the tests of their forms: any text, lone surrogates and lines like marks included. */
import fc from 'fast-check';
import type { JsonObject } from './json.ts';
import { newNotebookId, type Cell, type Notebook } from './notebook.ts';

/** UTF-16 units at random, so that surrogates stand alone. */
const units = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((n) => String.fromCharCode(n)),
});

/** Lines that the text form must not take for its own. */
const lines = fc
  .array(
    fc.constantFrom(
      '',
      ' ',
      '//',
      '// ',
      '// %%',
      '//%% [markdown]',
      '// \\%% id=a',
      '\\',
      'x',
      '\r',
      '/** %% */',
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join('\n'));

/** Text of any kind. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  units,
  lines,
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('\ud800', '\udfff x', '\uFEFF', '\u2028', '__proto__', '\u0000'),
);

const anyId = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);

const anyMetadata: fc.Arbitrary<JsonObject> = fc
  .dictionary(fc.constantFrom('tags', 'name', '__proto__', 'x'), fc.jsonValue({ maxDepth: 2 }), {
    minKeys: 1,
  })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

function anyCell(metadata: fc.Arbitrary<JsonObject> | null): fc.Arbitrary<Cell> {
  const flag = fc.constant<true>(true);
  return fc.record(
    {
      id: anyId,
      kind: fc.constantFrom('code', 'markdown'),
      source: anyText,
      isOneShot: flag,
      isDisabled: flag,
      isFolded: flag,
      ...(metadata && { metadata }),
    },
    { requiredKeys: ['id', 'kind', 'source'] },
  );
}

function anyOf(metadata: fc.Arbitrary<JsonObject> | null): fc.Arbitrary<Notebook> {
  return fc.record(
    {
      id: fc.constant(newNotebookId()),
      title: anyText,
      runMode: fc.constantFrom('auto', 'lazy'),
      cells: fc.uniqueArray(anyCell(metadata), { selector: ({ id }) => id, maxLength: 6 }),
      ...(metadata && { metadata }),
    },
    { requiredKeys: ['id', 'title', 'runMode', 'cells'] },
  );
}

/** Notebooks as links and texts hold them. */
export const anyNotebook: fc.Arbitrary<Notebook> = anyOf(null);

/** Notebooks with what other programs noted. */
export const anyNotebookWithMetadata: fc.Arbitrary<Notebook> = anyOf(anyMetadata);
