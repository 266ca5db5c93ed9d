/**
 * Goal: the second and third lessons in the page: a slider moves what hangs on it, and the optimizer's work is seen. What they
 * compute is tested in Node (`src/lessons/lessons.test.ts`).
 */
import { expect, test, type Page } from '@playwright/test';
import { cellOf, expectState } from './shared-notebook.ts';

test.setTimeout(120_000);

async function runLesson(page: Page, id: string, lastCell: string): Promise<void> {
  await page.goto(`/app/index.html?device=wasm#/lesson/${id}`);
  await page
    .getByRole('button', { name: /Run all/ })
    .first()
    .click();
  await expectState(page, lastCell, /is-done/, 90_000);
  await expect(page.locator('.cell.is-error')).toHaveCount(0);
}

test('spirals: a slider makes the network anew, and the surface follows', async ({ page }) => {
  await runLesson(page, 'spirals', 'units');
  const variables = page.getByRole('table', { name: 'Variables' });
  const firstWeights = variables.getByRole('row', { name: /^W1 , shared/ });
  await expect(firstWeights).toContainText('[2, 16]');
  const surface = cellOf(page, 'train').locator('.js-plotly-plot');
  await expect(surface).toBeVisible();

  const slider = cellOf(page, 'sliders').getByRole('slider', { name: /Hidden units/ });
  await slider.focus();
  await slider.press('Home');
  await expect(firstWeights).toContainText('[2, 2]');
  // A training of less than a second runs again by itself; on a slow machine it says that it is stale, and waits.
  await expect(cellOf(page, 'train')).toHaveClass(/is-(running|done|stale)/);
  await expect(cellOf(page, 'train')).not.toHaveClass(/is-(running|queued)/, { timeout: 60_000 });
  const runs = cellOf(page, 'train').getByRole('button', { name: /^Run/ });
  if (await cellOf(page, 'train').evaluate((cell) => cell.classList.contains('is-stale'))) {
    await cellOf(page, 'train').locator('.num').click();
    await runs.first().click();
  }
  await expectState(page, 'train', /is-done/, 60_000);
  await expect(surface).toBeVisible();
  // Two hidden units cannot part the spirals.
  await cellOf(page, 'score').locator('.num').click();
  await cellOf(page, 'score').getByRole('button', { name: /^Run/ }).first().click();
  await expect(cellOf(page, 'score').locator('.out')).toContainText(/[5-7]\d\.\d %/);
});

test('the optimizer: what overflowed as written is finite as optimized', async ({ page }) => {
  await runLesson(page, 'optimizer', 'softplus-table');
  const table = cellOf(page, 'softplus-table').locator('.out');
  await expect(table).toContainText(/∞|Infinity|inf/i);
  await expect(table).toContainText('100');
});
