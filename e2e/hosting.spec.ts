/**
 * Goal: any static host is enough. Method: the built site under a path of a server that sends no headers, in a browser that
 * never saw it; then with that server gone; then with a newer version there.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { serveFolder, type Site } from '../.ci/serve.mjs';
import { cellOf, expectState, fragmentOf, runPreview, shownBy } from './shared-notebook.ts';

const APP = 'dist/app';
const BASE = '/some/where/';

const CELLS = {
  model: `const x = T.vector('x');\nconst twice = compile([x], x.mul(2));`,
  call: `const { data } = await twice([1, 2, 4]);\nconsole.log('twice', data.join(' '));`,
};

test.use({ serviceWorkers: 'allow' });

const isIsolated = (page: Page): Promise<boolean> => page.evaluate(() => crossOriginIsolated);

/** Opens the site for the first time. Settles when the page has come back isolated, and everything of it is kept. */
async function firstVisit(page: Page, site: Site): Promise<void> {
  await page.goto(site.url);
  // Asking the page counts as a touch, and a page that was touched is not reloaded: so the server is asked.
  await expect.poll(() => site.requests.filter((path) => path === BASE).length).toBe(2);
  // A page that is being reloaded cannot be asked: once it is there, it answers.
  await expect(async () => {
    const files = await keptFiles(page);
    expect(files.some((file) => file.includes('plotly'))).toBe(true);
  }).toPass({ timeout: 20_000 });
}

const keptFiles = (page: Page): Promise<readonly string[]> =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return kept.flat().map(({ url }) => new URL(url).pathname);
  });

async function expectThatItRuns(page: Page, url: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${url}${await fragmentOf('Anywhere', CELLS)}`);
  await runPreview(page);
  await expectState(page, 'call', /is-done/);
  await expect(shownBy(page, 'call')).toContainText('twice 2 4 8');
  expect(await isIsolated(page)).toBe(true);
}

test('a host without headers is isolated after one reload, and is there without a network', async ({
  page,
}) => {
  const site = await serveFolder(APP, { port: 0, base: BASE });
  await firstVisit(page, site);
  await expectThatItRuns(page, site.url);

  await site.close();
  await page.reload();
  await expect(cellOf(page, 'call')).toBeVisible();
  await expectThatItRuns(page, `${site.url}?device=wasm`);
});

test('data sets are kept when they were used, and no sooner', async ({ page }) => {
  const site = await serveFolder(APP, { port: 0, base: BASE });
  const iris = {
    load: `const { training } = await dataset('iris');\nconsole.log('iris', training.x.shape.join(' x '));`,
  };
  await firstVisit(page, site);
  expect((await keptFiles(page)).filter((file) => file.includes('/data/'))).toEqual([]);
  const link = `${site.url}${await fragmentOf('Iris', iris)}`;
  for (const isThere of [true, false]) {
    if (!isThere) await site.close();
    await page.goto('about:blank');
    await page.goto(link);
    await runPreview(page);
    await expect(shownBy(page, 'load')).toContainText('iris 120 x 4');
  }
});

test('a newer version is offered, and taken when a person says so', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'arignote-'));
  cpSync(APP, folder, { recursive: true, filter: (path) => !path.includes('/data') });
  const site = await serveFolder(folder, { port: 0, base: BASE });
  try {
    await firstVisit(page, site);
    renew(folder);
    await page.reload();
    const offer = page.getByRole('button', { name: 'Reload' });
    await expect(offer).toBeVisible({ timeout: 15_000 });
    await expect(page).toHaveTitle('Arignote');
    expect(await page.locator('meta[name=description]').getAttribute('content')).not.toBe('newer');
    await offer.click();
    await expect(page.locator('meta[name=description]')).toHaveAttribute('content', 'newer');
    expect(await isIsolated(page)).toBe(true);
  } finally {
    await site.close();
    rmSync(folder, { recursive: true });
  }
});

/** What a build of changed sources does: another page, and another version in the service worker. */
function renew(folder: string): void {
  const change = (file: string, from: RegExp, to: string): void => {
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  };
  change('index.html', /content="A notebook for [^"]*"/, 'content="newer"');
  change('service-worker.js', / site [\w-]+`/, ' site newer`');
}

test('weakened: without its service worker, the page is neither isolated nor there offline', async ({
  browser,
}) => {
  const site = await serveFolder(APP, { port: 0, base: BASE });
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.goto(site.url);
  await expect(page.getByRole('heading', { name: 'Lessons' })).toBeVisible();
  expect(await isIsolated(page)).toBe(false);
  await site.close();
  await expect(page.reload()).rejects.toThrow();
  await context.close();
});
