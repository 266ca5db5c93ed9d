/**
 * Goal: what `npm run build` leaves in dist/ works in a browser. Method: open the built page; import the built library into
 * a bare page by its address.
 */
import { expect, test } from '@playwright/test';
import { LIBRARY, openBarePage } from './library-page.ts';

const PAGE = '/app/index.html';

test('opens the page without an error', async ({ page }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(PAGE);
  await expect(page.getByRole('heading', { name: 'Lessons' })).toBeVisible();
  expect(errors).toEqual([]);
});

test('imports the library where there is a WebGPU adapter', async ({ page }) => {
  await openBarePage(page);
  const seen = await page.evaluate(async (address) => {
    const library = (await import(address)) as object;
    const adapter = await navigator.gpu.requestAdapter();
    return { names: Object.keys(library), hasAdapter: adapter !== null };
  }, LIBRARY);
  expect(seen.hasAdapter).toBe(true);
  expect(seen.names).not.toEqual([]);
});
