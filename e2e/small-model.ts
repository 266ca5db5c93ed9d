/** @file A new notebook with a small model, typed and run as a person does, for the tests of what looks inside. */
import { expect, type Locator, type Page } from '@playwright/test';

/** A classifier of two layers that is trained on noise for some steps. Lines that tests change have a word of their own. */
export const SMALL_MODEL = [
  "const x = T.matrix('x'), y = T.ivector('y');",
  "const W = shared(T.host.randn([6, 3], { seed: 1, scale: 0.5 }), 'W');",
  'const p = T.nnet.softmax(x.dot(W));',
  'const cost = -T.log(p).at(T.arange(y.dim(0)), y).mean();',
  'viewGradient(cost, W);',
  'const train = compile([x, y], { cost }, { updates: [[W, W - 0.1 * grad(cost, W)]] });',
  'for (let i = 0; i < 4; i++) await train(T.host.ones([8, 6]), new Int32Array(8)).cost;',
].join('\n');

/** The only cell of the notebook. */
export const cellOf = (page: Page): Locator => page.locator('section.cell').first();

/** Puts a text in the place of all that the cell holds, by the keyboard. */
export async function typeCell(page: Page, source: string): Promise<void> {
  await page.keyboard.press('Escape');
  await cellOf(page).locator('.num').click();
  await page.keyboard.press('Enter');
  await expect(
    cellOf(page).locator('.monaco-editor textarea, .monaco-editor .native-edit-context').first(),
  ).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(source);
}

/** Runs the cell by the keyboard, and waits until it is done. */
export async function runCell(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(cellOf(page)).toHaveClass(/is-done/, { timeout: 30_000 });
}

/** Opens a new notebook on a device, types the model and runs it. */
export async function openSmallModel(
  page: Page,
  device: 'webgpu' | 'wasm' = 'webgpu',
): Promise<void> {
  await page.goto(`/app/index.html?device=${device}`);
  await page.getByRole('button', { name: 'New notebook' }).first().click();
  await expect(cellOf(page)).toBeVisible();
  await typeCell(page, SMALL_MODEL);
  await runCell(page);
}

/** Goes to a tab of the inspector, and gives what it shows. */
export async function openTab(page: Page, name: string): Promise<Locator> {
  await page.getByRole('tab', { name }).click();
  return page.getByRole('tabpanel', { name });
}
