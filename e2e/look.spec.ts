/**
 * Goal: everybody can use every state of the page: no axe violation in light and dark, a notebook by keyboard alone, no sideways
 * scrolling on a narrow page. Method: the built page in each state that a person brings it to.
 */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { EVERY_OUTPUT } from './every-output.ts';
import { cellOf, expectState, fragmentOf, runPreview } from './shared-notebook.ts';

const HOME = '/app/index.html?device=wasm';
const LESSON = `${HOME}#/lesson/optimizer`;
const NARROWEST = { width: 360, height: 740 };

const cells = (page: Page): Locator => page.locator('.sheet .cell');
const focused = (page: Page): Locator => page.locator('.cell.is-focused');

/** A part of the page, as axe takes it: all of it, except the sandbox of the cells, which shows nothing. */
const pageOf = (page: Page): AxeBuilder => new AxeBuilder({ page }).exclude('iframe');
const inspectorOf = (page: Page): AxeBuilder => new AxeBuilder({ page }).include('.look');
const dialogOf = (page: Page): AxeBuilder => new AxeBuilder({ page }).include('dialog, [popover]');

/** What axe finds, a line for each: the rule, where, and why. */
async function violationsOf(axe: AxeBuilder): Promise<readonly string[]> {
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
}

/** Holds the page as it stands to axe in both themes. The dark one has other colours and nothing else. */
async function expectAccessible(page: Page, part = pageOf): Promise<void> {
  // What scrolls is found once the type has come and the page was laid out with it.
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  });
  expect(await violationsOf(part(page)), 'light').toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violationsOf(part(page).withRules('color-contrast')), 'dark').toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
}

const expectNoSidewaysScroll = async (page: Page): Promise<void> => {
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const note = document.querySelector('.note');
    return {
      scrollWidth: Math.max(document.documentElement.scrollWidth, note?.scrollWidth ?? 0),
      clientWidth: document.documentElement.clientWidth,
    };
  });
  expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
};

async function openLesson(page: Page): Promise<void> {
  await page.goto(LESSON);
  await expect(page.locator('.katex').first()).toBeVisible();
}

async function runLesson(page: Page): Promise<void> {
  await openLesson(page);
  await page
    .getByRole('button', { name: /^Run all/ })
    .first()
    .click();
  await expect(page.locator('.cell:is(.is-idle, .is-queued, .is-running)')).toHaveCount(0, {
    timeout: 45_000,
  });
}

/** The notebook with every output, run up to its endless cell. */
async function runEveryOutput(page: Page): Promise<void> {
  await page.goto(`${HOME}${await fragmentOf('Every output', EVERY_OUTPUT)}`);
  await runPreview(page);
  await expectState(page, 'fails', /is-error/);
}

// Axe looks at every element: several seconds for a notebook that ran, on a machine with two cores.
test.describe.configure({ timeout: 150_000 });

test.beforeEach(({ page }) => page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' }));

test('axe finds nothing on the home page', async ({ page }) => {
  await page.goto(HOME);
  await expect(page.getByRole('heading', { name: 'Lessons' })).toBeVisible();
  await expectAccessible(page);
});

test('axe finds nothing in a lesson, before it ran and after', async ({ page }) => {
  await openLesson(page);
  await expectAccessible(page);
  await runLesson(page);
  await expect(page.locator('.cell.is-error')).toHaveCount(0);
  await expectAccessible(page);
  for (const name of ['Passes', 'Gradient', 'Kernels', 'Memory']) {
    await page.getByRole('tab', { name }).click();
    await expect(page.getByRole('tabpanel', { name }).locator('*').first()).toBeVisible();
    await expectAccessible(page, inspectorOf);
  }
});

test('axe finds nothing in a preview, and where a notebook ran, failed and was stopped', async ({
  page,
}) => {
  await page.goto(`${HOME}${await fragmentOf('Every output', EVERY_OUTPUT)}`);
  await expect(page.locator('.hollow').first()).toBeVisible();
  await expectAccessible(page);
  await runPreview(page);
  await expectState(page, 'fails', /is-error/);
  await expectState(page, 'endless', /is-running/);
  await expect(page.locator('.plotly-plot .main-svg').first()).toBeVisible({ timeout: 20_000 });
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Stop/ }).first().click();
  await expectState(page, 'endless', /is-stopped/);
  await expectAccessible(page);
});

test('axe finds nothing in the dialogs and menus', async ({ page }) => {
  await openLesson(page);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
  await expectAccessible(page, dialogOf);
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys and help' })).toBeVisible();
  await expectAccessible(page, dialogOf);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(page.getByRole('textbox', { name: 'The link' })).toHaveValue(/#1g\./);
  await expectAccessible(page, dialogOf);
  await page.keyboard.press('Escape');
  await page.getByRole('textbox', { name: 'Title of the notebook' }).fill('A copy of the lesson');
  await expect(page.locator('.saved')).toContainText('Saved');
  await page.getByRole('button', { name: 'Menu' }).click();
  await expect(page.getByRole('menuitem').first()).toBeVisible();
  await expectAccessible(page, dialogOf);
  await page.getByRole('menuitem', { name: /^Earlier states/ }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page, dialogOf);
});

test('axe finds nothing on a page that lacks a notebook, nor in one without cells', async ({
  page,
}) => {
  await page.goto(`${HOME}#/n/nowhere`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAccessible(page);
  await page.goto(`${HOME}${await fragmentOf('Nothing', {})}`);
  await expect(page.getByText('This notebook has no cells yet.')).toBeVisible();
  await expectAccessible(page);
});

test('nothing scrolls sideways at 360 px, and axe finds nothing there', async ({ page }) => {
  await page.setViewportSize(NARROWEST);
  await page.goto(HOME);
  await expect(page.getByRole('heading', { name: 'Lessons' })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
  await runEveryOutput(page);
  await expect(page.locator('.plotly-plot .main-svg').first()).toBeVisible({ timeout: 20_000 });
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
  for (const name of ['Outline', 'Inspect', 'Timeline']) {
    await page.getByRole('navigation', { name: 'Panels' }).getByRole('button', { name }).click();
    await expectNoSidewaysScroll(page);
    expect(await violationsOf(pageOf(page)), name).toEqual([]);
    await page.keyboard.press('Escape');
  }
});

test('cells are walked, added, moved, changed and deleted by keyboard, and come back', async ({
  page,
}) => {
  await page.goto(`${HOME}${await fragmentOf('Keys', { one: '1', two: '2', three: '3' })}`);
  const ids = (): Promise<string[]> =>
    cells(page).evaluateAll((all) => all.map(({ id }) => id.replace('cell-', '')));
  const expectFocus = (id: string) => expect(focused(page)).toHaveAttribute('id', `cell-${id}`);
  await cellOf(page, 'one').locator('.num').click();
  await page.keyboard.press('j');
  await expectFocus('two');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('k');
  await expectFocus('two');
  await expect(cellOf(page, 'two')).toBeFocused();

  await page.keyboard.press('Control+Shift+ArrowUp');
  expect(await ids()).toEqual(['two', 'one', 'three']);
  await page.keyboard.press('z');
  expect(await ids()).toEqual(['one', 'two', 'three']);
  await page.keyboard.press('b');
  await expect(cells(page)).toHaveCount(4);
  expect((await ids()).indexOf('two')).toBe(1);
  await page.keyboard.press('d');
  await page.keyboard.press('d');
  await expect(cells(page)).toHaveCount(3);
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  await expect(cells(page)).toHaveCount(4);
  await cellOf(page, 'two').locator('.num').click();
  await page.keyboard.press('m');
  await expect(cellOf(page, 'two')).toHaveClass(/prose/);
  await page.keyboard.press('y');
  await expect(cellOf(page, 'two')).not.toHaveClass(/prose/);
  await page.keyboard.press('c');
  await page.keyboard.press('v');
  await expect(cells(page)).toHaveCount(5);
  await page.keyboard.press('Shift+ArrowUp');
  await expect(page.locator('.cell.is-selected')).toHaveCount(2);
  await page.keyboard.press('x');
  await expect(cells(page)).toHaveCount(3);
});

test('a notebook is renamed and copied where it is listed', async ({ page }) => {
  await page.goto(HOME);
  await page.getByRole('button', { name: 'New notebook' }).first().click();
  await expect(page.locator('.saved')).toContainText('Saved');
  await page.goto(HOME);
  await page.getByRole('button', { name: 'Rename “Untitled”' }).click();
  await page.keyboard.type('A model');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Duplicate “A model”' }).click();
  const listed = page.getByRole('region', { name: 'Your notebooks' }).getByRole('link');
  await expect(listed).toHaveText(['A model (copy)', 'A model']);
  await listed.first().click();
  await expect(page.getByRole('textbox', { name: 'Title of the notebook' })).toHaveValue(
    'A model (copy)',
  );
});

test('a cell is written, run and left by keyboard alone', async ({ page }) => {
  await page.goto(HOME);
  await page.getByRole('button', { name: 'New notebook' }).first().focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.source :focus')).toBeAttached();
  await page.keyboard.type('console.log(6 * 7);');
  await page.keyboard.press('Shift+Enter');
  await expect(cells(page)).toHaveCount(2);
  await expect(cells(page).first().locator('.out')).toContainText('42');
  await page.keyboard.press('Escape');
  await page.keyboard.press('k');
  await expect(cells(page).first()).toBeFocused();
  await page.keyboard.press('o');
  await expect(cells(page).first().locator('.out')).toContainText('Outputs hidden');
  // From region to region: the bar, the panels, the notebook.
  const labels: string[] = [];
  for (let i = 0; i < 4; i += 1) {
    await page.keyboard.press('F6');
    labels.push(
      await page.evaluate(() => {
        const region = document.activeElement?.closest('[data-region]');
        return region?.getAttribute('aria-label') ?? region?.tagName ?? '';
      }),
    );
  }
  expect(new Set(labels).size).toBeGreaterThanOrEqual(3);
});
