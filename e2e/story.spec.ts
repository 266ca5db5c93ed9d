/**
 * Goal: the first lesson from the home page to a shared link, on WebGPU, as a person goes through it. Method: the built page;
 * every number is read where the person reads it. The tests of a file run in one browser, each in storage of its own.
 */
import { expect, test, type Locator, type Page } from '@playwright/test';

const HOME = '/app/index.html?device=webgpu';
const LESSON = `${HOME}#/lesson/logistic-regression`;

/** The cell whose id the lesson's text gives. */
const cell = (page: Page, id: string): Locator => page.locator(`#cell-${id}`);

const curve = (page: Page): Locator => cell(page, 'train').locator('figure svg');

async function openLesson(page: Page): Promise<void> {
  await page.goto(LESSON);
  await expect(cell(page, 'train')).toBeVisible();
}

/** Runs one cell by its button, as a person does who points at it. */
async function run(page: Page, id: string): Promise<void> {
  await cell(page, id).locator('.num').click();
  await cell(page, id).getByRole('button', { name: /^Run/ }).first().click();
}

const pressRunAll = (page: Page): Promise<void> =>
  page
    .getByRole('button', { name: /Run all/ })
    .first()
    .click();

/** Waits until a cell is in a state. Rendering with software takes its time on a loaded machine. */
const expectState = (page: Page, id: string, state: RegExp, timeout = 90_000): Promise<void> =>
  expect(cell(page, id)).toHaveClass(state, { timeout });

/** Notes every task of the page that was longer than 50 ms, from now on. */
const watchTasks = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { longTasks: seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.push(duration);
    }).observe({ entryTypes: ['longtask'] });
  });

test('a lesson is opened, run, read and trained on WebGPU', async ({ page }) => {
  test.setTimeout(180_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(HOME);
  await page.getByRole('link', { name: /Logistic regression on MNIST/ }).click();
  await expect(cell(page, 'data')).toBeVisible();
  // Nothing runs before a person says so.
  await expect(page.locator('.cell.is-done, .cell.is-running')).toHaveCount(0);

  const started = Date.now();
  await pressRunAll(page);
  await expect(page.getByRole('progressbar').first()).toBeVisible();
  await expect(cell(page, 'data').locator('canvas').first()).toBeVisible({ timeout: 60_000 });
  await expect(curve(page).locator('circle').first()).toBeVisible({ timeout: 60_000 });
  console.log(`From Run to the first point of the loss curve: ${Date.now() - started} ms`);
  await expectState(page, 'mistakes', /is-done/);
  console.log(`From Run to the last picture: ${Date.now() - started} ms`);

  const text = await cell(page, 'test').locator('.out').innerText();
  const percent = Number(/(\d+\.\d+) %/.exec(text)?.[1]);
  expect(percent).toBeGreaterThan(91);
  await expect(cell(page, 'mistakes').locator('canvas').first()).toBeVisible();
  await expect(page.locator('.device')).toContainText(/WebGPU/i);
  expect(errors).toEqual([]);
});
