/**
 * Goal: a page opens light: what is large comes when it is needed. Method: every script and style that the built page asks for
 * before Run, as a host would send it, compressed by gzip.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test, type Page } from '@playwright/test';

const PAGE = '/app/index.html';
const ASSETS = 'dist/app/assets';

type Kind = 'script' | 'stylesheet';

/** What a page asked for, kB by file, while `act` opened it and until it was quiet. */
async function loadedBy(page: Page, act: () => Promise<void>) {
  const files = { script: new Map<string, number>(), stylesheet: new Map<string, number>() };
  const reading: Promise<void>[] = [];
  page.on('response', (response) => {
    const kind = response.request().resourceType() as Kind;
    if (kind !== 'script' && kind !== 'stylesheet') return;
    const name = new URL(response.url()).pathname.split('/').at(-1)!;
    reading.push(
      response.body().then((body) => void files[kind].set(name, gzipSync(body).length / 1000)),
    );
  });
  await act();
  await page.waitForLoadState('networkidle');
  await Promise.all(reading);
  return files;
}

/** Sum of the files whose names are not among those that come late. */
const total = (sizes: ReadonlyMap<string, number>, late: RegExp | null = null): number =>
  [...sizes].reduce((sum, [name, kB]) => (late?.test(name) === true ? sum : sum + kB), 0);

/** What sets texts and formulas: asked for when a text is there to be read already. */
const TYPESETTING = /^(?:markdown|katex)-late-/;

/** What only a Run, an edit or a look at a graph needs. */
const LATER =
  /^(?:plotly-|live-editor-|editor-worker-|worker-main-|layout-main-|CellOutputs-|ShownGraph-|analyse-|transpile-|realm-host-|_virtual_realm-script-|device-main-|compiler-main-|gate-main-)/;

/** A file that is larger than this is one that the tests above know, kB. */
const LARGE_KB = 50;

const JS_KB_MAX = 150;
const CSS_KB_MAX = 20;

test('the home page is light, and loads nothing that sets texts', async ({ page }) => {
  const { script, stylesheet } = await loadedBy(page, async () => {
    await page.goto(PAGE);
    await expect(page.getByRole('heading', { name: 'Lessons' })).toBeVisible();
  });
  expect(script.size).toBeGreaterThan(0);
  expect(total(script)).toBeLessThan(JS_KB_MAX);
  expect(total(stylesheet)).toBeLessThan(CSS_KB_MAX);
  const early = [...script.keys()].filter((name) => TYPESETTING.test(name) || LATER.test(name));
  expect(early).toEqual([]);
});

test('a lesson is light until Run: formulas come after the text, editor and plots when needed', async ({
  page,
}) => {
  const { script, stylesheet } = await loadedBy(page, async () => {
    await page.goto(`${PAGE}#/lesson/logistic-regression`);
    await expect(page.locator('.katex').first()).toBeVisible();
    await expect(page.getByRole('tab', { name: 'Graph' })).toBeVisible();
  });
  expect([...script.keys()].filter((name) => LATER.test(name))).toEqual([]);
  expect([...script.keys()].filter((name) => TYPESETTING.test(name))).toHaveLength(2);
  expect(total(script, TYPESETTING)).toBeLessThan(JS_KB_MAX);
  expect(total(stylesheet)).toBeLessThan(CSS_KB_MAX);
});

test('every large file but the first is known to be late', () => {
  const large = readdirSync(ASSETS)
    .filter((name) => name.endsWith('.js'))
    .filter((name) => gzipSync(readFileSync(`${ASSETS}/${name}`)).length / 1000 > LARGE_KB);
  expect(large.length).toBeGreaterThan(4);
  const unknown = large.filter((name) => !TYPESETTING.test(name) && !LATER.test(name));
  expect(unknown).toEqual([expect.stringMatching(/^index-/)]);
});
