/**
 * Goal: cells are written in an editor that knows the library and the other cells, and that stands where the static code stands.
 * Method: the built page, keys and pointer, what the editor shows.
 */
import { expect, test, type Locator, type Page } from '@playwright/test';

const PAGE = '/app/index.html';

/** The compiler is 2 MB of JavaScript and reads its own library first. */
const KNOWS = { timeout: 30_000 };

const code = (page: Page, cell: number): Locator =>
  page.locator('.sheet .cell', { has: page.locator('.code') }).nth(cell);
const editor = (page: Page): Locator => page.locator('.monaco-editor[role=code]');
const squiggles = (page: Page): Locator => page.locator('.monaco-editor .squiggly-error');

/** A notebook of these code cells, and the editor in the last one. */
async function openCells(page: Page, ...sources: readonly string[]): Promise<void> {
  await page.goto(PAGE);
  const picking = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open a file' }).click();
  const text = sources.map((source) => `// %%\n${source}\n`).join('\n');
  const chooser = await picking;
  await chooser.setFiles({ name: 'cells.ts', mimeType: 'text/plain', buffer: Buffer.from(text) });
  await expect(page).toHaveURL(/#\/n\//);
  await edit(page, sources.length - 1);
}

/** The editor in a cell, with the caret at its end. */
async function edit(page: Page, cell: number): Promise<void> {
  await code(page, cell).locator('.ln').last().click();
  await expect(editor(page)).toBeVisible(KNOWS);
  await page.keyboard.press('Control+End');
}

const MODEL = "const x = T.matrix('x'), W = T.matrix('W'), b = T.vector('b');";

test('what is typed is in the notebook, before the editor has come and after', async ({ page }) => {
  await page.goto(PAGE);
  await page.getByRole('button', { name: 'New notebook' }).first().click();
  const field = page.locator('.cell .source').first();
  await field.click();
  await page.keyboard.insertText('const early = 1;');
  await expect(editor(page)).toBeVisible(KNOWS);
  await page.keyboard.insertText(' // and late');
  await page.keyboard.press('Escape');
  await expect(code(page, 0)).toContainText('const early = 1; // and late');
});

test('completion knows the operations, their sentences, and names of other cells', async ({
  page,
}) => {
  await openCells(page, MODEL, 'const hidden = 3;', '');
  const list = page.locator('.suggest-widget');
  await page.keyboard.type('T.nnet.so');
  await expect(list.getByRole('option', { name: /^softmax/ })).toBeVisible(KNOWS);
  await expect(page.locator('.suggest-details')).toContainText('exp', KNOWS);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('hidd');
  await expect(list.getByRole('option', { name: /^hidden/ })).toBeVisible(KNOWS);
  await page.keyboard.press('Enter');
  await expect(editor(page)).toContainText('hidden');
});

test('hovering tells the type and the documentation', async ({ page }) => {
  await openCells(page, MODEL, 'x.dot(b)');
  const hover = page.locator('.monaco-hover:not(.hidden)');
  // A pointer that rests while the editor is laid out anew asks nothing: move it until there is an answer.
  await expect(async () => {
    await code(page, 1).hover({ position: { x: 5, y: 5 } });
    await editor(page).getByText('dot').first().hover();
    await expect(hover).toContainText('TensorLike', { timeout: 5_000 });
  }).toPass(KNOWS);
  await expect(hover).toContainText('Product of vectors and matrices');
});

test('operators on tensors are right; what is wrong has a squiggle in its cell', async ({
  page,
}) => {
  await openCells(page, MODEL, 'const p = x.dot(W) + b;', 'p.sum().foo();');
  await expect(squiggles(page)).toHaveCount(1, KNOWS);
  await page.keyboard.press('Escape');
  await expect(code(page, 2).locator('.bad')).toHaveText('foo');
  await expect(code(page, 1).locator('.bad')).toHaveCount(0);
  await expect(code(page, 0).locator('.bad')).toHaveCount(0);
  await edit(page, 1);
  await expect(editor(page)).toContainText('x.dot(W) + b');
  await expect(squiggles(page)).toHaveCount(0);
});

test('static and live code stand at the same places', async ({ page }) => {
  const long = `const wide = [${'1, '.repeat(60)}];`;
  await openCells(
    page,
    ['// one', 'for (;;) {', '  break;', '}', '', long].join('\n'),
    'const k = 1;',
  );
  const first = code(page, 0);
  const box = (): Promise<unknown> => first.locator('.code').boundingBox();
  /** Left and top of a text of the cell. */
  const placeOf = (text: string, lines: string): Promise<readonly number[]> =>
    first.locator(lines).evaluateAll((all, wanted) => {
      const line = all.find(({ textContent }) =>
        textContent.replaceAll('\u00a0', ' ').includes(wanted),
      );
      const walker = document.createTreeWalker(line!, NodeFilter.SHOW_TEXT);
      const range = document.createRange();
      range.selectNodeContents(walker.nextNode()!);
      const { left, top, bottom } = range.getBoundingClientRect();
      return [left, (top + bottom) / 2];
    }, text);
  await edit(page, 0);
  await page.keyboard.press('Control+Home');
  const live = { box: await box(), one: await placeOf('// one', '.view-line') };
  const liveFor = await placeOf('for (', '.view-line');
  await page.keyboard.press('Escape');
  await expect(first.locator('.ln').first()).toBeVisible();
  expect(await box()).toEqual(live.box);
  for (const [text, place] of [
    ['// one', live.one],
    ['for (', liveFor],
  ] as const) {
    const [left, middle] = await placeOf(text, '.ln');
    expect(Math.abs(left! - place[0]!)).toBeLessThan(0.6);
    expect(Math.abs(middle! - place[1]!)).toBeLessThan(0.6);
  }
  await page.keyboard.press('j');
  expect(await box()).toEqual(live.box);
});

test('keys leave the cell, run it, split it', async ({ page }) => {
  await openCells(page, 'const one = 1;', 'one + 1;\none + 2;');
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowUp');
  await expect(editor(page)).toContainText('const one = 1;');
  await page.keyboard.press('ArrowDown');
  await expect(editor(page)).toContainText('one + 2;');
  await page.keyboard.press('Control+End');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Control+Shift+Minus');
  await expect(page.locator('.sheet .cell')).toHaveCount(3);
  await expect(editor(page)).toContainText('one + 2;');
  await page.keyboard.press('Control+Enter');
  await expect(code(page, 2)).toContainText('3', KNOWS);
  await expect(editor(page)).toHaveCount(0);
});

test('a run that fails marks the place, in static code and in the editor', async ({ page }) => {
  await openCells(page, "const k = 1;\nconst o = JSON.parse('{');");
  await page.keyboard.press('Control+Enter');
  await expect(code(page, 0).locator('.ln').nth(1).locator('.bad').first()).toBeVisible(KNOWS);
  await expect(code(page, 0).locator('.ln').nth(0).locator('.bad')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(page.locator('.view-line .bad').first()).toBeVisible();
});

test('a link to a line opens its cell there', async ({ page }) => {
  await openCells(page, "const one = 1;\nconst V = shared(T.host.zeros([3, 4]), 'V');", 'V.dot(V)');
  await page.keyboard.press('Control+Enter');
  await code(page, 1)
    .getByRole('button', { name: /cell 1, line 2/ })
    .or(code(page, 1).getByRole('link', { name: /cell 1, line 2/ }))
    .first()
    .click(KNOWS);
  await expect(editor(page)).toContainText('const V');
  await expect(editor(page).locator('.active-line-number')).toHaveText('2');
});

test('after a run the types of what was defined stand beside the names', async ({ page }) => {
  await openCells(page, "const x = T.matrix('x');\nconst cost = (x * 2).sum();");
  await page.keyboard.press('Control+Enter');
  await expect(code(page, 0).locator('[data-hint]')).toHaveAttribute('data-hint', ': f32[]', KNOWS);
  await page.keyboard.press('Enter');
  await expect(editor(page).getByText(': f32[]')).toBeVisible();
  await editor(page).getByText('cost').first().hover();
  await expect(page.locator('.monaco-hover:not(.hidden)')).toContainText('cost: float32 []', KNOWS);
});

test('a text cell is written as markdown', async ({ page }) => {
  await openCells(page, 'const k = 1;');
  await page.keyboard.press('Escape');
  await page.keyboard.press('b');
  await page.keyboard.press('m');
  await page.keyboard.press('Enter');
  await expect(editor(page)).toBeVisible();
  await page.keyboard.insertText('# A title');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'A title' })).toBeVisible();
});

test('the editor follows the undo of the notebook, and the notebook that of the editor', async ({
  page,
}) => {
  await openCells(page, 'const k = 1;');
  const line = code(page, 0).locator('.ln');
  await page.keyboard.insertText('note');
  await expect(editor(page)).toContainText('note');
  await page.keyboard.press('Escape');
  await page.keyboard.press('z');
  await expect(line).toHaveText('const k = 1;');
  await page.keyboard.press('Enter');
  await expect(editor(page)).not.toContainText('note');
  await page.keyboard.press('Control+Z');
  await expect(editor(page)).toContainText('note');
  await page.keyboard.press('Escape');
  await expect(line).toHaveText('const k = 1;note');
});
