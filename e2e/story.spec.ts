/**
 * Goal: the first lesson from the home page to a shared link, on WebGPU, as a person goes through it. Method: the built page;
 * every number is read where the person reads it. The tests of a file run in one browser, each in storage of its own.
 */
import { expect, test, type Browser, type Locator, type Page } from '@playwright/test';

const HOME = '/app/index.html?device=webgpu';
const LESSON = `${HOME}#/lesson/logistic-regression`;

/** A number for who reads the run of the tests. */
const print = (line: string): void => void process.stdout.write(`${line}\n`);

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

type TraceEvent = {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of the processor; a wait for another program is none of the page's. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
};

/** How many tasks of the page there were in a time, and the processor's milliseconds of those that took over 50. */
async function tasksWhile(browser: Browser, page: Page, act: () => Promise<void>) {
  await browser.startTracing(page, { categories: ['toplevel'] });
  await act();
  const text = (await browser.stopTracing()).toString();
  const { traceEvents } = JSON.parse(text) as { readonly traceEvents: readonly TraceEvent[] };
  const thread = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const pages = new Set(
    traceEvents
      .filter((e) => e.name === 'thread_name' && e.args.name === 'CrRendererMain')
      .map(thread),
  );
  const tasks = traceEvents.filter((e) => e.name.endsWith('RunTask') && pages.has(thread(e)));
  const long = tasks.map(({ tdur = 0 }) => tdur / 1000).filter((ms) => ms > 50);
  return { count: tasks.length, long };
}

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
  print(`From Run to the first point of the loss curve: ${Date.now() - started} ms`);
  await expectState(page, 'mistakes', /is-done/);
  print(`From Run to the last picture: ${Date.now() - started} ms`);

  const text = await cell(page, 'test').locator('.out').innerText();
  const percent = Number(/(\d+\.\d+) %/.exec(text)?.[1]);
  expect(percent).toBeGreaterThan(91);
  await expect(cell(page, 'mistakes').locator('canvas').first()).toBeVisible();
  await expect(page.locator('.device')).toContainText(/WebGPU/i);
  expect(errors).toEqual([]);
});

test('Stop in the middle of training keeps what was learnt, and the page has no long task', async ({
  browser,
  page,
}) => {
  test.setTimeout(120_000);
  await openLesson(page);
  await pressRunAll(page);
  await expect(curve(page).locator('circle').first()).toBeVisible({ timeout: 60_000 });
  const { count, long } = await tasksWhile(browser, page, () =>
    expect(cell(page, 'train').locator('.progress')).toContainText(/([89]|1\d) of 50/, {
      timeout: 60_000,
    }),
  );
  print(`${count} tasks of the page while training, over 50 ms: ${long.join(', ') || 'none'}`);
  expect(count).toBeGreaterThan(100);
  expect(long).toEqual([]);

  const pressed = Date.now();
  await page.getByRole('button', { name: 'Stop', exact: true }).first().click();
  await expectState(page, 'train', /is-stopped/, 2000);
  print(`From Stop to stopped: ${Date.now() - pressed} ms`);
  await expect(page.getByRole('table', { name: 'Variables' })).toContainText('W');

  // What was learnt is there: far more than a tenth of the digits, and the trained W was not made anew.
  await run(page, 'test');
  await expectState(page, 'test', /is-done/);
  const text = await cell(page, 'test').locator('.out').innerText();
  expect(Number(/(\d+\.\d+) %/.exec(text)?.[1])).toBeGreaterThan(60);
});

test.describe('in a notebook of one’s own', () => {
  test.beforeEach(async ({ page }) => {
    await page.goto(HOME);
    await page.getByRole('button', { name: 'New notebook' }).first().click();
    await expect(page.locator('.monaco-editor').first()).toBeVisible({ timeout: 30_000 });
  });

  const only = (page: Page): Locator => page.locator('.sheet .cell').first();

  /** Puts a text in the place of what the edited cell holds. */
  async function write(page: Page, text: string): Promise<void> {
    await only(page).locator('.source').click();
    await expect(page.locator('.monaco-editor').first()).toBeVisible();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText(text);
  }

  const runHere = (page: Page): Promise<void> => page.keyboard.press('ControlOrMeta+Enter');

  test('a line is changed and run again', async ({ page }) => {
    await write(page, 'const x = 2;\nx * 21');
    await runHere(page);
    await expect(only(page).locator('.out')).toHaveText('42');
    await write(page, 'const x = 3;\nx * 21');
    await expect(only(page)).toHaveClass(/is-stale/);
    await runHere(page);
    await expect(only(page).locator('.out')).toHaveText('63');
  });

  const MISTAKES: readonly (readonly [what: string, text: string, expected: readonly RegExp[]])[] =
    [
      ['a typing error', 'const a = 1;\nconst b = (a + ;', [/SyntaxError|syntax/i, /line 2/]],
      ['a name that is not there', 'const a = 1;\n\na + nowhere;', [/nowhere/, /cell 1, line 3/]],
      [
        'shapes that do not fit, far below in one expression',
        'T.exp(shared(T.host.zeros([2, 3])).dot(shared(T.host.zeros([2, 3]))));',
        [/inner extents differ/, /cell 1, line 1/],
      ],
      [
        'shapes that do not fit',
        "const h = T.tensor('float32', [60, 500], 'h');\nconst V = shared(T.host.zeros([400, 10]), 'V');\nh.dot(V);",
        [/inner extents differ/, /h/, /60, 500/, /400, 10/, /cell 1, line 1/, /cell 1, line 2/],
      ],
      [
        'a value that is NaN',
        "const x = T.vector('x');\nconst root = T.sqrt(x);\nconst f = compile([x], root, { name: 'f' });\nawait f([4, -1]);",
        [/a value is NaN/, /root/, /cell 1, line 2/, /1 of its 2 numbers/],
      ],
    ];

  for (const [what, text, expected] of MISTAKES) {
    test(`${what} gets a message at its cell and line`, async ({ page }) => {
      await write(page, text);
      await runHere(page);
      const card = only(page).locator('.error');
      await expect(card).toBeVisible({ timeout: 30_000 });
      for (const part of expected) await expect(card).toContainText(part);
      // Nothing is lost: the next run works.
      await write(page, 'T.host.arange(3)');
      await runHere(page);
      await expect(only(page).locator('.out')).toContainText('2');
      await expect(only(page).locator('.error')).toHaveCount(0);
    });
  }

  test('a link opens as a preview that runs nothing until Run, and then works', async ({
    page,
    context,
  }) => {
    await write(page, "const x = T.vector('x');\nawait (x * 2).sum().eval([[x, [1, 2, 3]]])");
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    const field = page.getByRole('textbox', { name: 'The link' });
    await expect(field).toHaveValue(/#1g\./);
    const link = await field.inputValue();

    const other = await context.newPage();
    const workers: string[] = [];
    other.on('worker', (worker) => workers.push(worker.url()));
    await other.goto(link);
    await expect(only(other)).toContainText('T.vector');
    await expect(other.locator('.cell.is-done')).toHaveCount(0);
    expect(workers.filter((url) => /device|compiler|gate/.test(url))).toEqual([]);
    await other.getByRole('button', { name: /^Run/ }).first().click();
    await expect(only(other).locator('.out')).toContainText('12', { timeout: 30_000 });
  });
});
