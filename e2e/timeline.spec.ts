/**
 * Goal: kernels, memory and timeline show what ran and nothing else, say how they know it, and lead to each other and to the
 * lines of cells. Method: a small model is typed and trained on WebGPU in software, and on WebAssembly; each panel is read, by
 * pointer and by keyboard; then a line changes, and each panel with it.
 */
import { readFile } from 'node:fs/promises';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { cellOf, openSmallModel, openTab, runCell, SMALL_MODEL, typeCell } from './small-model.ts';

/** The model with a kernel that it had not. */
const WIDER = SMALL_MODEL.replace('x.dot(W)', 'T.tanh(x.dot(W))');

const LENGTH = /\d\s(µs|ms|s)$/;

const timeline = (page: Page): Locator => page.getByRole('region', { name: 'Timeline' });
const track = (page: Page): Locator => timeline(page).getByRole('application');
const facts = (page: Page): Locator => timeline(page).getByRole('group', { name: 'Facts' });
const trust = (page: Page): Locator => timeline(page).locator('.honest > span:not(.sr)');

/** The timeline as a table: the words of each row. */
async function tableRows(page: Page): Promise<readonly string[]> {
  const button = timeline(page).getByRole('button', { name: 'Show as a table' });
  if ((await button.getAttribute('aria-pressed')) === 'false') await button.click();
  return timeline(page).locator('tbody tr').allInnerTexts();
}

test('kernels: what ran with its time, its text, its nodes and lines of the cell', async ({
  page,
}) => {
  await openSmallModel(page);
  const panel = await openTab(page, 'Kernels');
  const kernels = panel.locator('.kernel');
  await expect(kernels.first()).toBeVisible();
  await expect(kernels.first().locator('.us')).toHaveText(LENGTH);
  const first = panel.getByRole('region', { name: /^Kernel dot/ });
  await expect(first).toContainText('measured');
  await expect(first.getByRole('rowheader', { name: 'b0' })).toBeVisible();
  await expect(first.getByRole('table')).toContainText('float32 [8, 6]');

  const text = first.getByRole('listbox', { name: /^WGSL/ });
  await expect(text.getByRole('option').first()).toContainText('@compute');
  const own = await text.getByRole('option').count();
  await first.getByRole('checkbox').check();
  await expect(text.getByRole('option').first()).toContainText('@group(0)');
  expect(await text.getByRole('option').count()).toBeGreaterThan(own);

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await first.getByRole('button', { name: 'Copy' }).click();
  await expect(first.getByRole('button', { name: 'Copied' })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('@compute @workgroup_size');
});

test('kernels: a line of the text lights its nodes and the line of the cell, and leads there', async ({
  page,
}) => {
  await openSmallModel(page);
  const panel = await openTab(page, 'Kernels');
  const text = panel.getByRole('listbox');
  await expect(panel.locator('.tx.lit')).toHaveCount(0);
  await panel.locator('.node', { hasText: 'dot' }).first().hover();
  await expect(panel.locator('.tx.lit').first()).toBeAttached();
  await expect(panel.locator('.source.lit').first()).toContainText('x.dot(W)');

  const lit = Number(await panel.locator('.tx.lit').first().getAttribute('data-at'));
  // A pointer that rests over what scrolls would light up other lines.
  await page.mouse.move(0, 0);
  await text.focus();
  for (let line = 0; line <= lit; line++) await page.keyboard.press('ArrowDown');
  await expect(panel.locator('.tx.here')).toHaveClass(/lit/);
  await expect(cellOf(page).locator('.ln.here')).toContainText('dot(W)');
  await page.keyboard.press('Enter');
  await expect(cellOf(page)).toHaveClass(/is-focused/);
});

test('memory: the arena of the call, its peak, and what outlives it', async ({ page }) => {
  await openSmallModel(page);
  const panel = await openTab(page, 'Memory');
  await expect(panel.getByRole('img', { name: /in an arena of/ })).toBeVisible();
  await expect(panel.locator('.arena')).toContainText(/peak \d/);
  const within = panel.getByRole('table', { name: 'Values within a call' });
  await expect(within.getByRole('row')).not.toHaveCount(1);
  const outliving = panel.getByRole('table', { name: /^Values that outlive a call/ });
  await expect(outliving.getByRole('row', { name: /^W shared variable/ })).toContainText('72 B');
  await expect(outliving.getByRole('row', { name: /^x input/ })).toContainText('[8, 6]');

  await within.getByRole('button').first().click();
  await expect(page.getByRole('tab', { name: 'Kernels' })).toHaveAttribute('aria-selected', 'true');
});

test('timeline: a call by timestamps of the GPU, which is said to be software', async ({
  page,
}) => {
  await openSmallModel(page);
  await expect(trust(page)).toContainText(/^GPU ±\d/);
  await expect(trust(page)).toContainText('a software adapter');
  await expect(trust(page)).toContainText('one call in 0.25 s is timed');
  await expect(timeline(page)).toContainText(/train, call \d+; \d+ timed/);
  await expect(facts(page).getByRole('heading')).toHaveText(/^\d+ kernel runs? in \d/);
  await timeline(page).getByRole('button', { name: 'Show everything' }).click();
  const rows = await tableRows(page);
  expect(rows.some((row) => /^dot\S*\s+GPU\s.*measured$/.test(row))).toBe(true);
  expect(rows.some((row) => /^cell 1\s+cells\s.*wall clock$/.test(row))).toBe(true);
  expect(rows.some((row) => /^encode and submit\s+engine/.test(row))).toBe(true);
});

test('timeline: read and moved by the keyboard, from a kernel to its text and its line', async ({
  page,
}) => {
  await openSmallModel(page);
  await expect(trust(page)).toContainText(/^GPU ±/);
  await track(page).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Home');
  await expect(facts(page).getByRole('heading')).toContainText('kernel');
  await expect(facts(page)).toContainText('known by');
  await expect(facts(page).getByRole('button', { name: 'WGSL' })).toBeVisible();
  const before = await track(page).getAttribute('aria-label');
  await page.keyboard.press('w');
  await expect(track(page)).not.toHaveAttribute('aria-label', before!);

  await page.keyboard.press('m');
  await expect(facts(page).getByRole('heading')).toContainText('marked');
  await page.keyboard.press('Escape');
  await page.keyboard.press('f');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(facts(page).getByRole('button', { name: 'WGSL' })).toBeFocused();
  const name = await facts(page).getByRole('heading').innerText();
  await page.keyboard.press('Enter');
  const chosen = page.locator('.kernel[aria-current] .name');
  await expect(chosen).toHaveText(name.replace(/ kernel$/, ''));
  await facts(page)
    .getByRole('button', { name: /^cell 1, line/ })
    .first()
    .click();
  await expect(cellOf(page)).toHaveClass(/is-focused/);
});

test('timeline: the pointer reads a bar, the wheel zooms, a trace is saved', async ({ page }) => {
  await openSmallModel(page);
  await expect(trust(page)).toContainText(/^GPU ±/);
  const box = (await track(page).boundingBox())!;
  // From place to place: between two kernels there is nothing to read.
  const card = timeline(page).locator('.t-card');
  for (let part = 0.2; part < 1 && !(await card.isVisible()); part += 0.02)
    await page.mouse.move(box.x + box.width * part, box.y + box.height * 0.9);
  await expect(card).toContainText('measured');
  const before = await track(page).getAttribute('aria-label');
  await page.mouse.wheel(0, -400);
  await expect(track(page)).not.toHaveAttribute('aria-label', before!);

  const saving = page.waitForEvent('download');
  await timeline(page)
    .getByRole('button', { name: /Export/ })
    .click();
  const path = await (await saving).path();
  const trace = JSON.parse(await readFile(path, 'utf8')) as {
    readonly traceEvents: readonly { readonly cat?: string; readonly args: { origin?: string } }[];
  };
  const kernels = trace.traceEvents.filter(({ cat }) => cat === 'kernel');
  expect(kernels.length).toBeGreaterThan(0);
  expect(kernels.every(({ args }) => args.origin === 'measured')).toBe(true);
});

test('a changed cell changes kernels, memory and timeline', async ({ page }) => {
  await openSmallModel(page);
  const panel = await openTab(page, 'Kernels');
  await expect(panel.locator('.kernel').first()).toBeVisible();
  const names = await panel.locator('.kernel .name').allInnerTexts();
  expect(names.join()).not.toContain('tanh');
  const rows = await tableRows(page);
  expect(rows.join()).not.toContain('tanh');

  await typeCell(page, WIDER);
  await runCell(page);
  await expect(panel.locator('.kernel .name', { hasText: 'tanh' }).first()).toBeVisible();
  await expect(panel.locator('.source', { hasText: 'T.tanh(x.dot(W))' }).first()).toBeVisible();
  await expect(timeline(page).locator('tbody tr', { hasText: 'tanh' }).first()).toBeVisible();
  const memory = await openTab(page, 'Memory');
  await expect(memory.getByRole('table').first()).toContainText('tanh');
});

test('without a GPU kernels are said to be timed by the wall clock of the processor', async ({
  page,
}) => {
  await openSmallModel(page, 'wasm');
  await expect(trust(page)).toContainText(/^No GPU, kernels run on the processor, wall clock ±/);
  await expect(timeline(page).locator('.lanes-names')).not.toContainText('GPU');
  const panel = await openTab(page, 'Kernels');
  await expect(panel.getByRole('listbox', { name: /^WebAssembly/ })).toContainText('(func $run');
  await expect(panel.locator('.kernel .us').first()).toHaveText(LENGTH);
});

test('before anything ran, each panel says what would fill it', async ({ page }) => {
  await page.goto('/app/index.html?device=webgpu');
  await page.getByRole('button', { name: 'New notebook' }).first().click();
  await expect(timeline(page)).toContainText('Run a cell');
  await expect(trust(page)).toContainText('Nothing timed yet');
  for (const name of ['Kernels', 'Memory'])
    await expect(await openTab(page, name)).toContainText(
      'Run a cell that calls a compiled function',
    );
});
