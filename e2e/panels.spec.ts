/**
 * Goal: the panels show what became of the cells, and follow them. Method: a person types a small model into a new notebook,
 * runs it on WebGPU, looks at each panel, changes a line, runs again, and looks whether each panel changed with it.
 */
import { expect, test, type Locator } from '@playwright/test';
import { cellOf, openSmallModel, openTab, runCell, SMALL_MODEL, typeCell } from './small-model.ts';

/** A node of a drawn graph, by what stands in it. */
const nodeOf = (panel: Locator, label: string): Locator =>
  panel.locator('[data-node]').filter({ has: panel.page().getByText(label, { exact: true }) });

/** The model with a tanh before the softmax, and the cost of a graph that cannot overflow. */
const WIDER = SMALL_MODEL.replace('x.dot(W)', 'T.tanh(x.dot(W))');

test.beforeEach(async ({ page }) => {
  await openSmallModel(page);
});

test('the graph follows the cell, before and after rewriting', async ({ page }) => {
  const panel = await openTab(page, 'Graph');
  await expect(nodeOf(panel, 'logSoftmax')).toBeVisible();
  await expect(panel.locator('.g-type').first()).toHaveText(/^(f|i)32\[/);
  await panel.getByRole('button', { name: 'Traced' }).click();
  await expect(nodeOf(panel, 'p = softmax')).toBeVisible();
  await expect(nodeOf(panel, 'tanh')).toHaveCount(0);

  await typeCell(page, WIDER);
  await runCell(page);
  await expect(nodeOf(panel, 'tanh')).toBeVisible();
});

test('a node tells its line, its rule and its kernel, and leads there', async ({ page }) => {
  const panel = await openTab(page, 'Graph');
  await nodeOf(panel, 'logSoftmax').click();
  const card = panel.getByRole('region', { name: /^Node logSoftmax/ });
  await expect(card.locator('.katex').first()).toBeVisible();
  await expect(card).toContainText('float32 [?, 3]');
  await card
    .getByRole('button', { name: /^cell 1, line/ })
    .first()
    .hover();
  await expect(cellOf(page).locator('.ln.here')).toBeVisible();

  await expect(cellOf(page).locator('.ln.here')).toContainText('T.log(p)');
  await card.getByRole('button', { name: 'log_of_softmax' }).click();
  await expect(page.getByRole('heading', { name: 'log_of_softmax' })).toBeVisible();

  await openTab(page, 'Graph');
  await card
    .locator('dl > div', { hasText: /^kernel/ })
    .getByRole('button')
    .first()
    .click();
  await expect(page.getByRole('tab', { name: 'Kernels' })).toHaveAttribute('aria-selected', 'true');
});

test('the line of the caret lights the nodes that were written there', async ({ page }) => {
  const panel = await openTab(page, 'Graph');
  await expect(panel.locator('.g.lit')).toHaveCount(0);
  await typeCell(page, SMALL_MODEL);
  await page.keyboard.press('ControlOrMeta+Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(panel.locator('.g.lit', { hasText: 'p = softmax' })).toBeVisible();
  await expect(panel.locator('.g.lit', { hasText: 'cost = neg' })).toHaveCount(0);
});

test('nodes are walked by the keyboard', async ({ page }) => {
  const panel = await openTab(page, 'Graph');
  await nodeOf(panel, 'logSoftmax').focus();
  await page.keyboard.press('ArrowUp');
  await expect(nodeOf(panel, 'dot').first()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('region', { name: 'Node dot' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel.getByRole('region', { name: 'Node dot' })).toHaveCount(0);
});

test('the passes follow the cell: ledger, rule with its witness, both graphs', async ({ page }) => {
  const panel = await openTab(page, 'Passes');
  await expect(panel.getByRole('heading', { name: 'log_of_softmax' })).toBeVisible();
  await expect(panel.locator('.pass[aria-current]')).toContainText('stabilize');
  await expect(panel.locator('.witness .wrong')).toContainText('\u2212Infinity');
  const [before, after] = [panel.locator('.diff svg').first(), panel.locator('.diff svg').last()];
  await expect(before).toHaveAttribute('aria-label', /softmax \(removed\)/);
  await expect(after).toHaveAttribute('aria-label', /logSoftmax \(added\)/);
  await panel.getByRole('button', { name: 'Show as text' }).click();
  await expect(panel.locator('.diff pre').last()).toContainText('logSoftmax(');
  await panel.getByRole('searchbox').fill('no such rule');
  await expect(panel).toContainText('No step has a rule or a stage of this name.');
  await panel.getByRole('searchbox').fill('softmax');
  await expect(panel.locator('.pass')).toHaveCount(1);

  await typeCell(page, SMALL_MODEL.replace('T.log(p)', 'T.log(1 + T.exp(p))'));
  await runCell(page);
  await panel.getByRole('searchbox').fill('softplus');
  await expect(panel.getByRole('heading', { name: /softplus/ })).toBeVisible();
});

test('gradients that a cell takes are there unasked, and the chosen one is kept', async ({
  page,
}) => {
  const panel = await openTab(page, 'Gradient');
  const asked = (cost: string): string =>
    SMALL_MODEL.replace('viewGradient(cost, W)', `const [dW, dx] = grad(${cost}, [W, x])`);
  await typeCell(page, asked('cost'));
  await runCell(page);
  const choice = panel.getByRole('combobox', { name: 'Gradient' });
  await expect(choice.getByRole('option')).toHaveText([
    'cost with respect to W',
    'cost with respect to x',
  ]);
  await choice.selectOption('cost with respect to x');
  await expect(panel.locator('.g-node.adjoint').first()).toBeVisible();

  await typeCell(page, asked('cost').replace('-T.log', '-2 * T.log'));
  await runCell(page);
  await expect(panel.locator('annotation').filter({ hasText: '2' }).first()).toBeAttached();
  await expect(choice.locator('option:checked')).toHaveText('cost with respect to x');
});

test('the gradient follows the cell, as formula and as graph', async ({ page }) => {
  const panel = await openTab(page, 'Gradient');
  await expect(panel.getByRole('heading')).toContainText('cost with respect to W');
  await expect(panel.locator('.katex').first()).toBeVisible();
  await expect(panel.locator('.g-node.adjoint').first()).toBeVisible();
  const formulas = panel.locator('annotation');
  await expect(formulas.filter({ hasText: '\\tanh' })).toHaveCount(0);

  await typeCell(page, WIDER);
  await runCell(page);
  await expect(formulas.filter({ hasText: '\\tanh' }).first()).toBeAttached();
  await expect(nodeOf(panel, 'tanh').first()).toBeVisible();
});
