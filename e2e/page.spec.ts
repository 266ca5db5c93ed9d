/**
 * Goal: what `npm run build` leaves in dist/ works in a browser. Method: open the built page, and import
 * the built library into it by its address.
 */
import { expect, test } from '@playwright/test';

const PAGE = '/app/index.html';
const LIBRARY = '/lib/arignote.js';

test('opens the page without an error', async ({ page }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(PAGE);
  await expect(page.getByRole('heading', { name: 'Arignote' })).toBeVisible();
  expect(errors).toEqual([]);
});

test('imports the library where there is a WebGPU adapter', async ({ page }) => {
  await page.goto(PAGE);
  const seen = await page.evaluate(async (address) => {
    const library = (await import(address)) as object;
    const adapter = await navigator.gpu.requestAdapter();
    return { names: Object.keys(library), hasAdapter: adapter !== null };
  }, LIBRARY);
  expect(seen.hasAdapter).toBe(true);
  expect(seen.names).not.toEqual([]);
});
