/**
 * Goal: a link opens to exactly what was shared, or says which check failed. Method: round trips of arbitrary
 * notebooks, damage of every kind to real links, and one row per check.
 */
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyNotebook, anyText } from './arbitrary.test.kit.ts';
import { makeNotebook, type Notebook } from './notebook.ts';
import { pack } from './pack.ts';
import {
  decodeLink,
  encodeLink,
  PLAIN_SETTINGS,
  sizeOfLink,
  type LinkReading,
  type LinkSettings,
} from './share-link.ts';
import { PLAIN_VIEW, readView, writeView, type ViewSettings } from './view-settings.ts';

/** Links of released formats. They open for ever: never change one, only add. */
const GOLDEN: readonly {
  readonly link: string;
  readonly notebook: Omit<Notebook, 'id'>;
  readonly settings: LinkSettings;
}[] = [
  {
    link: '#1g.H4sIAAAAAAAAA6tWKlOyMtRRKlGyUvLLL8nIzEtX0lFKLMhUslIy0DNU0lFKVrKKjtVRKlCyqq7VUSpOTU1RssorzcmpBQDUeTZ-OwAAAA',
    notebook: { title: 'Nothing', runMode: 'auto', cells: [] },
    settings: PLAIN_SETTINGS,
  },
  {
    link: '#1g.H4sIAAAAAAAAA0WOT07CQBxGr_LL54I2Gcu0CJohLLyCYSfGNMwURtqZMjPQCiHxBK7cewzj1sSLeAKPYPijrl--970t1hApQ4DAjZo55b22hr6eXujzjUbUfrw19P36_A6GvNYQ4EkKhgoCZb55BMMU4naLPVr0HuRlZpZ1DgYPgTP6d07MxFxTqY2iMHd2NZtTbbUJPgHDAgIVGAoIFNixo6_K2uZiUWwGy5Nvao0P1NKIxslaTYN1UaftxMOJOZLmQPw8d0pGPOnHwz_X2OXa3Kfnv2mFdRQdV5psQbWzh9JowOOY8ibXgcJ-E-l4SN0uTVbyivNTo5XY3THUEFvMtZTKQPQyBpcHBcET3mdYaCP35tL6_WHlFRhKvVYQwa3UjsErJSEyng14ytPdDxvbRjSMAQAA&view=slides&embed=1&cell=Train_1-a&panel=passes&pass=4&node=17',
    notebook: {
      title: 'Regression — ŷ = x·w 🎹',
      runMode: 'lazy',
      cells: [
        {
          id: 'k3jd72nqpa',
          kind: 'markdown',
          source: '# Regression\n\nA line through points.',
          isFolded: true,
        },
        {
          id: 'm2xw4kfz6q',
          kind: 'code',
          source: "const x = T.vector('x');\nconst w = T.shared(0.5);",
        },
        {
          id: 'Train_1-a',
          kind: 'code',
          source: 'for (const i of progress(60)) await train(i); // \ud800',
          isOneShot: true,
          isDisabled: true,
        },
      ],
    },
    settings: {
      api: '0.1',
      sliders: { hidden: 32, rate: 0.05, 'kind of loss': 'mse', live: true },
      seed: 20260101,
      view: {
        view: 'slides',
        isEmbedded: true,
        cell: 'Train_1-a',
        panel: { name: 'passes', pass: '4', node: '17' },
      },
    },
  },
];

const anySettings: fc.Arbitrary<LinkSettings> = fc.record({
  api: fc.constantFrom('0.1', '1', '2.10.3'),
  sliders: fc.dictionary(
    anyText,
    // JSON has no -0.
    fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
      anyText,
      fc.boolean(),
    ),
  ),
  seed: fc.option(fc.maxSafeNat()),
  view: fc.record<ViewSettings>({
    view: fc.constantFrom('edit', 'app', 'slides'),
    isEmbedded: fc.boolean(),
    cell: fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/)),
    panel: fc.option(
      fc.record({
        name: fc.constantFrom('graph', 'passes', 'gradient', 'kernels', 'memory', 'timeline'),
        pass: fc.option(fc.constantFrom('4', 'stabilize', 'a:b')),
        node: fc.option(fc.constantFrom('17', '0')),
      }),
    ),
  }),
});

const LESSON: Notebook = {
  ...makeNotebook('Learning — ∂L/∂w 🎹'),
  cells: [
    {
      id: 'k3jd72nqpa',
      kind: 'markdown',
      source: '# A line\n\nfitted to **points**.',
      isFolded: true,
    },
    { id: 'm2xw4kfz6q', kind: 'code', source: "const x = T.vector('x');\nconst y = x * w + b;" },
    {
      id: 'train',
      kind: 'code',
      source: 'for (const i of progress(60)) await train();',
      isOneShot: true,
    },
  ],
};
const SETTINGS: LinkSettings = { ...PLAIN_SETTINGS, sliders: { hidden: 32 }, seed: 7 };

async function fragmentOf(notebook: Notebook, settings: LinkSettings = SETTINGS): Promise<string> {
  const writing = await encodeLink(notebook, settings);
  if (!writing.ok) throw new Error(writing.message);
  return writing.fragment;
}

/** What a link holds, but for the id of the notebook, which is new each time. */
function contentOf(reading: LinkReading): unknown {
  if (!reading.ok) return reading;
  const { id: _, ...notebook } = reading.notebook;
  return { notebook, settings: reading.settings };
}

function withoutId(notebook: Notebook): Omit<Notebook, 'id'> {
  const { id: _, ...rest } = notebook;
  return rest;
}

/** The checks that refused, and `different` if a link opened to anything else than `original`. */
async function outcomesOf(damaged: readonly string[], original: unknown): Promise<Set<string>> {
  const outcomes = new Set<string>();
  for (const link of damaged) {
    const reading = await decodeLink(link);
    const same = isDeepStrictEqual(contentOf(reading), original) ? 'same' : 'different';
    outcomes.add(reading.ok ? same : reading.check);
  }
  return outcomes;
}

function linkOfBytes(bytes: Uint8Array): string {
  return `#1g.${Buffer.from(bytes).toString('base64url')}`;
}

async function linkOfJson(value: unknown): Promise<string> {
  return `#1g.${await pack(JSON.stringify(value))}`;
}

const CONTENT = { v: 1, t: 'T', api: '0.1', c: [{ i: 'a', s: 'x' }], p: {}, seed: null };

test.each(GOLDEN)('a golden link opens: $notebook.title', async ({ link, notebook, settings }) => {
  expect(contentOf(await decodeLink(link))).toEqual({ notebook, settings });
});

test('opens to what was shared, under a new id', async () => {
  await fc.assert(
    fc.asyncProperty(anyNotebook, anySettings, async (notebook, settings) => {
      const reading = await decodeLink(await fragmentOf(notebook, settings));
      expect(contentOf(reading)).toEqual({ notebook: withoutId(notebook), settings });
      expect(reading.ok && reading.notebook.id).not.toBe(notebook.id);
    }),
    { numRuns: 200 },
  );
});

test('the fragment has the form of version 1 and needs no escapes', async () => {
  expect(await fragmentOf(LESSON)).toMatch(/^#1g\.[A-Za-z0-9_-]+$/);
  const view: ViewSettings = {
    view: 'app',
    isEmbedded: true,
    cell: 'train',
    panel: { name: 'passes', pass: '4', node: '17' },
  };
  expect(await fragmentOf(LESSON, { ...SETTINGS, view })).toMatch(
    /^#1g\.[A-Za-z0-9_-]+&view=app&embed=1&cell=train&panel=passes&pass=4&node=17$/,
  );
});

test('no changed character opens to anything else', async () => {
  const link = await fragmentOf(LESSON);
  const characters = 'ABCXYZabcxyz0189-_.=#&% ';
  // 400 changes spread over the link, the same places each time.
  const damaged = Array.from({ length: 400 }, (_, nth) => {
    const at = (nth * 37) % link.length;
    const kept = link.charAt(at);
    const put = characters.replaceAll(kept, '').charAt(nth % 22);
    return link.slice(0, at) + put + link.slice(at + 1);
  });
  expect(new Set(damaged).size).toBe(400);
  const outcomes = await outcomesOf(damaged, contentOf(await decodeLink(link)));
  // Same: some bytes of gzip's head only say when and where it was packed.
  expect([...outcomes].filter((outcome) => outcome === 'different')).toEqual([]);
  expect([...outcomes]).toEqual(expect.arrayContaining(['base64', 'format', 'gzip']));
});

test('no cut, lost or doubled character opens to anything else', async () => {
  const link = await fragmentOf(LESSON);
  const original = contentOf(await decodeLink(link));
  const places = Array.from({ length: link.length }, (_, at) => at);
  const cut = places.map((at) => link.slice(0, at));
  expect([...(await outcomesOf(cut, original))].toSorted()).toEqual(['base64', 'format', 'gzip']);
  const headless = places.slice(2).map((at) => link.slice(at));
  expect([...(await outcomesOf(headless, original))]).toEqual(['format']);
  const lost = places.map((at) => link.slice(0, at) + link.slice(at + 1));
  const doubled = places.map((at) => link.slice(0, at + 1) + link.slice(at));
  expect(await outcomesOf([...lost, ...doubled], original)).not.toContain('different');
});

test.each([
  ['format', ''],
  ['format', '#'],
  ['format', '#section-2'],
  ['version', '#2g.AAAA'],
  ['version', linkOfJson({ ...CONTENT, v: 2 })],
  ['codec', '#1z.AAAA'],
  ['base64', '#1g.AA+A'],
  ['base64', '#1g.AAAAA'],
  ['base64', '#1g.AB'],
  ['gzip', '#1g.'],
  ['gzip', '#1g.AAAA'],
  ['gzip', linkOfBytes(gzipSync('{}').subarray(0, -1))],
  ['gzip', linkOfBytes(Buffer.concat([gzipSync('{'), gzipSync('}')]))],
  ['gzip', linkOfBytes(Buffer.concat([gzipSync('{}'), new Uint8Array(9)]))],
  ['size', linkOfBytes(gzipSync(new Uint8Array((1 << 20) + 1)))],
  ['size', `#1g.${'A'.repeat(2 << 20)}`],
  ['utf8', linkOfBytes(gzipSync(Uint8Array.of(0x22, 0xff, 0x22)))],
  ['json', linkOfBytes(gzipSync('{"v":1'))],
  ['json', linkOfBytes(gzipSync('\uFEFF{}'))],
  ['schema', linkOfJson([])],
  ['schema', linkOfJson({ ...CONTENT, t: 1 })],
  ['schema', linkOfJson({ ...CONTENT, api: 'x' })],
  ['schema', linkOfJson({ ...CONTENT, m: 'fast' })],
  ['schema', linkOfJson({ ...CONTENT, c: null })],
  ['schema', linkOfJson({ ...CONTENT, c: [{ i: 'a', s: 'x', k: 'h' }] })],
  ['schema', linkOfJson({ ...CONTENT, c: [{ i: 'a', s: 'x', f: 'oz' }] })],
  ['schema', linkOfJson({ ...CONTENT, c: [{ i: 'a', s: 'x', f: 1 }] })],
  ['schema', linkOfJson({ ...CONTENT, c: [{ i: '<b>', s: 'x' }] })],
  ['schema', linkOfJson({ ...CONTENT, p: { a: [] } })],
  ['schema', linkOfJson({ ...CONTENT, p: [] })],
  ['schema', linkOfJson({ ...CONTENT, seed: -1 })],
  ['schema', linkOfJson({ ...CONTENT, seed: undefined })],
  ['limits', linkOfJson({ ...CONTENT, t: 'x'.repeat(501) })],
  [
    'limits',
    linkOfJson({ ...CONTENT, c: Array.from({ length: 501 }, (_, i) => ({ i: `c${i}`, s: '' })) }),
  ],
  ['limits', linkOfJson({ ...CONTENT, c: [{ i: 'a', s: 'x'.repeat((128 << 10) + 1) }] })],
  ['limits', linkOfJson({ ...CONTENT, p: { a: 'x'.repeat(1001) } })],
  [
    'limits',
    linkOfJson({
      ...CONTENT,
      p: Object.fromEntries(Array.from({ length: 501 }, (_, i) => [i, i])),
    }),
  ],
])('the check %s refuses, row %#', async (check, link) => {
  expect(await decodeLink(await link)).toEqual({
    ok: false,
    check,
    message: expect.stringMatching(/\.$/) as string,
  });
});

test('the content of those rows opens when nothing is wrong with it', async () => {
  expect((await decodeLink(await linkOfJson(CONTENT))).ok).toBe(true);
});

test('a bomb of 50 MB is refused at once', async () => {
  const bomb = linkOfBytes(gzipSync(new Uint8Array(50_000_000)));
  const startMs = performance.now();
  expect(await decodeLink(bomb)).toMatchObject({ ok: false, check: 'size' });
  expect(performance.now() - startMs).toBeLessThan(100);
});

test('a notebook that just fills the caps travels', async () => {
  const source = 'x'.repeat(128 << 10);
  const cells = Array.from({ length: 500 }, (_, i) => ({
    id: `c${i}`,
    kind: 'code' as const,
    source: i < 7 ? source : '',
  }));
  const full = makeNotebook('Full', cells);
  expect(contentOf(await decodeLink(await fragmentOf(full)))).toMatchObject({
    notebook: { cells },
  });
});

test.each([
  ['limits', makeNotebook('x'.repeat(501)), SETTINGS],
  ['limits', makeNotebook('', [{ id: 'a', kind: 'code', source: 'x'.repeat(131_073) }]), SETTINGS],
  [
    'size',
    makeNotebook(
      '',
      Array.from({ length: 9 }, (_, i) => ({
        id: `${i}`,
        kind: 'code' as const,
        source: 'x'.repeat(120_000),
      })),
    ),
    SETTINGS,
  ],
  ['schema', LESSON, { ...SETTINGS, sliders: { a: NaN } }],
])('writes no link that would not open: %s', async (check, notebook, settings) => {
  expect(await encodeLink(notebook, settings)).toMatchObject({ ok: false, check });
});

test('metadata of other programs does not travel', async () => {
  const reading = await decodeLink(await fragmentOf({ ...LESSON, metadata: { who: 'me' } }));
  expect(contentOf(reading)).toMatchObject({ notebook: withoutId(LESSON) });
  expect(JSON.stringify(reading)).not.toContain('who');
});

test.each([
  [1999, 'fine'],
  [2000, 'long'],
  [8000, 'long'],
  [8001, 'warn'],
  [32_000, 'warn'],
  [32_001, 'refuse'],
])('a link of %i characters is %s', (characters, verdict) => {
  expect(sizeOfLink('x'.repeat(characters))).toEqual({ characters, verdict });
});

test('a small lesson is fine anywhere', async () => {
  expect(sizeOfLink(`https://example.org/${await fragmentOf(LESSON)}`).verdict).toBe('fine');
});

test('wishes that are not known are passed over', () => {
  const query = '?view=edit2&embed=yes&cell=<b>&panel=secrets&pass=1&utm=x';
  expect(readView(query)).toEqual(PLAIN_VIEW);
  expect(readView('panel=graph&pass=a b&node=<')).toMatchObject({
    panel: { name: 'graph', pass: null, node: null },
  });
  expect(writeView(PLAIN_VIEW)).toBe('');
});
