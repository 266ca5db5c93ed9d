/**
 * Goal: no program in a cell, however hostile, reaches the network, storage, the page or another notebook; the page answers;
 * Stop ends it in 2 s; text and shared values stay (ARCHITECTURE.md, section 1 and promise 1). Method: the built page opens
 * a stranger's link and runs it, beside a server that hears whatever gets out. Each promise is tried on a site with one wall
 * taken down, too, where the same program does get out.
 */
import { expect, test, type Page } from '@playwright/test';
import { cellOf, fragmentOf, runPreview, shownBy, type Cells } from './shared-notebook.ts';
import type { Site } from '../.ci/serve.mjs';
import { openSink, type Sink } from './sink.ts';
import { cellsOf, waysOut, type WayOut } from './ways-out.ts';
import { serveWeakened, WEAKENED, type Edit } from './weakened.ts';

let sink: Sink;
test.beforeAll(async () => {
  sink = await openSink();
});
test.afterAll(() => sink.close());

/** Serves the site with edits, without any as it is, for as long as `use` takes. */
async function onSite<R>(edits: readonly Edit[], use: (site: Site) => Promise<R>): Promise<R> {
  const site = await serveWeakened(edits);
  try {
    return await use(site);
  } finally {
    await site.close();
  }
}

/** Opens a stranger's notebook. */
async function openLink(page: Page, site: Site, cells: Cells): Promise<void> {
  await page.goto(`${site.url}${await fragmentOf('A letter from a stranger', cells)}`);
  await expect(cellOf(page, Object.keys(cells)[0]!)).toBeVisible();
}

test.describe('ways out of a cell', () => {
  const waysOn = (site: Site) => waysOut({ sink: sink.url, sinkPort: sink.port, host: site.url });

  /** Which ways got out when a notebook tried them: by their answers, and by what the servers heard. */
  async function tryAll(
    page: Page,
    site: Site,
    ways: readonly WayOut[],
  ): Promise<readonly string[]> {
    await openLink(page, site, cellsOf(ways));
    await runPreview(page);
    const out: string[] = [];
    for (const [i, { name }] of ways.entries()) {
      const shown = shownBy(page, `way-${i}`).locator('.out');
      await expect(shown).toContainText('answer: ', { timeout: 20_000 });
      if ((await shown.innerText()).includes('answer: out')) out.push(name);
    }
    const heard = [...site.requests.filter((path) => path.includes('own-host')), ...sink.hits];
    sink.hits.length = 0;
    return [...out, ...heard];
  }

  test('none is open', async ({ page }) => {
    const out = await onSite([], (site) => tryAll(page, site, waysOn(site)));
    expect(out).toEqual([]);
  });

  for (const name of ['noPolicies', 'noFramePolicy', 'sameOrigin'] as const)
    test(`weakened: with ${name} those that it held get out`, async ({ page }) => {
      await onSite(WEAKENED[name], async (site) => {
        const ways = waysOn(site).filter(({ weakened }) => weakened === name);
        expect(ways).not.toEqual([]);
        const out = await tryAll(page, site, ways);
        expect(out).toEqual(expect.arrayContaining(ways.map(({ sign }) => sign)));
      });
    });
});
