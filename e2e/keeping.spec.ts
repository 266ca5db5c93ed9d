/**
 * Goal: no work is lost, links say what they hold and run nothing (ARCHITECTURE.md, promises 2, 5 and 6). Method: the built
 * page as a person uses it, in one tab and in two; storage is the browser's own.
 */
import { expect, test, type BrowserContext, type Locator, type Page } from '@playwright/test';

const PAGE = '/app/index.html';

/** The text of the notebook as its cells show it, once the page has drawn them. */
const cells = (page: Page): Locator => page.locator('.sheet .cell');
const title = (page: Page): Locator => page.getByRole('textbox', { name: 'Title of the notebook' });
const saved = (page: Page): Locator => page.locator('.saved');

/** A new notebook with that title, saved. */
async function newNotebook(page: Page, name: string): Promise<void> {
  await page.goto(PAGE);
  await page.getByRole('button', { name: 'New notebook' }).first().click();
  await title(page).fill(name);
  await expect(saved(page)).toContainText('Saved');
}

/** Types into the cell that has the editor. */
async function typeInCell(page: Page, text: string): Promise<void> {
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.insertText(text);
}

/** Opens a file of this name and text from the home page. */
async function openFile(page: Page, name: string, text: string): Promise<void> {
  await page.goto(PAGE);
  const picking = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open a file' }).click();
  const chooser = await picking;
  await chooser.setFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  await expect(page).toHaveURL(/#\/n\//);
}

/** The link that the share dialog makes. */
async function linkOf(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const field = page.getByRole('textbox', { name: 'The link' });
  await expect(field).toHaveValue(/#1g\./);
  const link = await field.inputValue();
  await page.keyboard.press('Escape');
  return link;
}

/** Opens an address in a tab of its own. */
async function openTab(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

test('a reload loses no keystroke older than half a second', async ({ page }) => {
  await newNotebook(page, 'Reloaded');
  await typeInCell(page, 'const kept = 1;');
  await page.waitForTimeout(500);
  await page.reload();
  await expect(title(page)).toHaveValue('Reloaded');
  await expect(cells(page).first()).toContainText('const kept = 1;');
});

test('what was typed just before the page went away is written, too', async ({ page }) => {
  await newNotebook(page, 'Left');
  await title(page).fill('Left at once');
  await page.reload();
  await expect(title(page)).toHaveValue('Left at once');
});

test('a second tab reads only, follows, and may take over', async ({ page, context }) => {
  await newNotebook(page, 'Shared desk');
  const second = await openTab(context, page.url());
  await expect(second.getByText('Another tab edits this notebook.')).toBeVisible();
  await expect(title(second)).toHaveAttribute('readonly', '');
  await title(page).fill('Edited in the first');
  await expect(title(second)).toHaveValue('Edited in the first');
  await second.getByRole('button', { name: 'Take over' }).click();
  await expect(saved(second)).toContainText('Saved');
  await expect(page.getByText('Another tab edits this notebook.')).toBeVisible();
  await title(second).fill('Edited in the second');
  await expect(title(page)).toHaveValue('Edited in the second');
});

test('when the tab that edits closes, the other goes on', async ({ page, context }) => {
  await newNotebook(page, 'Handed on');
  const second = await openTab(context, page.url());
  await expect(second.getByText('Another tab edits this notebook.')).toBeVisible();
  await page.close();
  await expect(saved(second)).toContainText('Saved');
});

test('a deleted notebook comes back by undo, and from the trash', async ({ page }) => {
  await newNotebook(page, 'Precious');
  await page.goto(`${PAGE}#/`);
  const line = page.getByRole('listitem').filter({ hasText: 'Precious' });
  const remove = async (): Promise<void> => {
    await line.getByRole('button', { name: 'Move “Precious” to the trash' }).click();
    await expect(line.getByRole('link')).toHaveCount(0);
  };
  await remove();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(line.getByRole('link')).toBeVisible();
  await remove();
  await page.reload();
  await page.getByRole('button', { name: /^Trash/ }).click();
  await page.getByRole('button', { name: /Restore/ }).click();
  await expect(line.getByRole('link')).toBeVisible();
});

test('a link opens as a preview with the same text, and runs nothing', async ({
  page,
  context,
}) => {
  await openFile(page, 'A letter.ts', "console.log('it ran');");
  const link = await linkOf(page);
  const other = await openTab(context, link);
  await expect(other.getByText('Preview. Nothing has run.')).toBeVisible();
  await expect(title(other)).toHaveValue('A letter');
  await expect(cells(other).first()).toContainText("console.log('it ran');");
  await expect(cells(other).first()).toContainText('Not run');
  await other.waitForTimeout(1000);
  await expect(other.getByText('it ran', { exact: true })).toHaveCount(0);
  expect(other.workers()).toEqual([]);
});

test('a cut link says why it does not open', async ({ page }) => {
  await newNotebook(page, 'Cut');
  const link = await linkOf(page);
  await page.goto('about:blank');
  await page.goto(link.slice(0, -8));
  await expect(page.getByRole('heading', { name: /cut off or was changed/ })).toBeVisible();
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Cut' })).toBeVisible();
});

test('editing a link keeps a copy, and the same link offers it again', async ({
  page,
  context,
}) => {
  await newNotebook(page, 'A letter');
  const link = await linkOf(page);
  const other = await openTab(context, link);
  await title(other).fill('My answer');
  await expect(other).toHaveURL(/#\/n\//);
  await expect(saved(other)).toContainText('Saved');
  const copy = other.url();
  await other.goto('about:blank');
  await other.goto(link);
  await expect(other.getByText('You edited a copy of this link.')).toBeVisible();
  await expect(title(other)).toHaveValue('A letter');
  await other.getByRole('button', { name: 'Open your copy' }).click();
  await expect(other).toHaveURL(copy);
  await expect(title(other)).toHaveValue('My answer');
});

test('a lesson that is shared as it is opens without a warning', async ({ page, context }) => {
  await page.goto(`${PAGE}#/lesson/spirals`);
  const other = await openTab(context, await linkOf(page));
  await expect(cells(other).first()).toBeVisible();
  await expect(other.getByText('Preview. Nothing has run.')).toHaveCount(0);
});

test('the back button leads back', async ({ page }) => {
  await page.goto(PAGE);
  await page.getByRole('link', { name: 'An MLP on spirals' }).click();
  await expect(title(page)).toHaveValue('An MLP on spirals');
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Lessons' })).toBeVisible();
  await page.goForward();
  await expect(title(page)).toHaveValue('An MLP on spirals');
});

test('an earlier state can be brought back', async ({ page }) => {
  await newNotebook(page, 'First words');
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('menuitem', { name: 'Earlier states' }).click();
  await page
    .getByRole('button', { name: /^Restore the state/ })
    .last()
    .click();
  await expect(title(page)).toHaveValue('Untitled');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(title(page)).toHaveValue('First words');
});

test('a file that is picked becomes a notebook and says what it lost', async ({ page }) => {
  const file = {
    cells: [{ cell_type: 'code', metadata: {}, source: 'import numpy', outputs: [] }],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
  await openFile(page, 'python.ipynb', JSON.stringify(file));
  await expect(title(page)).toHaveValue('python');
  await expect(page.getByText('1 code cell of another language')).toBeVisible();
});

test('a full disk is said, nothing is lost in the tab, and room again is used', async ({
  page,
  context,
  baseURL,
}) => {
  const browser = await context.newCDPSession(page);
  const origin = new URL(baseURL!).origin;
  await browser.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
  await page.goto(`${PAGE}#/lesson/spirals`);
  await title(page).fill('Full to the brim');
  await expect(page.getByText('Not saved.', { exact: true })).toBeVisible();
  await expect(title(page)).toHaveValue('Full to the brim');
  await browser.send('Storage.overrideQuotaForOrigin', { origin });
  await title(page).fill('Room again');
  await expect(saved(page)).toContainText('Saved');
  await page.reload();
  await expect(title(page)).toHaveValue('Room again');
});
