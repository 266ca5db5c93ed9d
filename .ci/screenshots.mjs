/**
 * @file `npm run screenshots`: builds the site, brings it to the states that docs/screenshots/ shows, and writes their pictures.
 * `-- --url ADDRESS` takes a site that is served already; `-- --only NAME` makes the pictures of one scene.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { ensureChromium } from './chromium.mjs';
import { ISOLATION_HEADERS, serveFolder } from './serve.mjs';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {(name: string, part?: string) => Promise<void>} Take takes a picture of this name, of a part or of the page */

const FOLDER = 'docs/screenshots';
const WIDE = { width: 1440, height: 1040 };
const WIDER = { width: 1920, height: 1200 };
const NARROW = { width: 390, height: 844 };

/** ms: training on an adapter in software takes its time. */
const PATIENCE = 400_000;

/** ms after which layouts, fonts and formulas stand. */
const SETTLE = 1500;

/** @param {Page} page */
const settle = (page) => page.waitForTimeout(SETTLE);

/**
 * Opens a lesson on a device, runs it, and waits until its last cell is done.
 * @param {Page} page
 * @param {{ readonly lesson: string, readonly device: string, readonly last: string }} what
 */
async function runLesson(page, { lesson, device, last }) {
  await page.goto(`?device=${device}#/lesson/${lesson}`);
  await page
    .getByRole('button', { name: /^Run all/ })
    .first()
    .click();
  await page.locator(`#cell-${last}.is-done`).waitFor({ timeout: PATIENCE });
  await settle(page);
}

/**
 * Scrolls the notebook so that a cell begins below its upper edge.
 * @param {Page} page
 * @param {string} id
 */
async function scrollTo(page, id) {
  await page.locator(`#cell-${id}`).evaluate((cell) => {
    const note = document.getElementById('note');
    const top = cell.getBoundingClientRect().top - (note?.getBoundingClientRect().top ?? 0);
    note?.scrollBy({ top: top - 24 });
  });
  await settle(page);
}

/**
 * Shows a panel for a function.
 * @param {Page} page
 * @param {string} panel
 * @param {string} fn
 */
async function openPanel(page, panel, fn = 'train') {
  await page.getByRole('tab', { name: panel }).click();
  const choice = page.getByRole('tabpanel').getByRole('combobox', { name: 'Function' });
  await choice.waitFor();
  await choice.selectOption({ label: fn });
  await settle(page);
}

/** Steps of a function that are looked through for a rule, at most. */
const STEPS_MAX = 60;

/**
 * Goes on in Passes from the first step of the stage `stabilize` to the first of a rule.
 * @param {Page} page
 * @param {string} rule
 */
async function showRule(page, rule) {
  await page
    .getByRole('tabpanel')
    .getByRole('button', { name: /stabilize/ })
    .first()
    .click();
  const heading = page.getByRole('heading', { name: rule, exact: true });
  for (let i = 0; i < STEPS_MAX && !(await heading.isVisible()); i += 1) {
    await page.getByRole('button', { name: 'Next step' }).click();
  }
  await heading.waitFor();
  await settle(page);
}

/**
 * Shows a graph in the whole width of its panel.
 * @param {Page} page
 */
async function fitGraph(page) {
  await page.getByRole('button', { name: 'Fit the width' }).click();
  await settle(page);
}

/** @type {Readonly<Record<string, (page: Page, take: Take) => Promise<void>>>} */
const SCENES = {
  home: async (page, take) => {
    await page.goto('');
    await page.getByRole('heading', { name: 'Lessons' }).waitFor();
    await settle(page);
    await take('home');
  },
  lesson: async (page, take) => {
    await runLesson(page, { lesson: 'logistic-regression', device: 'webgpu', last: 'weights' });
    await openPanel(page, 'Passes');
    await showRule(page, 'log_of_softmax');
    await scrollTo(page, 'train');
    await take('lesson');
    await page.emulateMedia({ colorScheme: 'dark' });
    await settle(page);
    await take('lesson-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await scrollTo(page, 'mistakes');
    await openPanel(page, 'Kernels');
    await take('pictures');
    await page.setViewportSize(WIDER);
    await openPanel(page, 'Passes');
    await take('passes', '.look');
    await openPanel(page, 'Kernels');
    await take('kernels', '.look');
    await openPanel(page, 'Memory');
    await take('memory', '.look');
    await take('timeline', '.dock');
    await page.locator('#cell-gradient').getByRole('button', { name: 'Gradient' }).click();
    await fitGraph(page);
    await take('gradient', '.look');
    await page.setViewportSize({ ...WIDER, height: 940 });
    await page.locator('#cell-cost').getByRole('button', { name: 'Graph' }).click();
    await fitGraph(page);
    await take('graph', '.look');
    await page.setViewportSize(NARROW);
    await scrollTo(page, 'train');
    await take('narrow');
  },
  optimizer: async (page, take) => {
    await runLesson(page, { lesson: 'optimizer', device: 'wasm', last: 'crossentropy' });
    await openPanel(page, 'Passes', 'optimized');
    await showRule(page, 'log_of_one_plus_exp_to_softplus');
    await scrollTo(page, 'softplus-table');
    await take('optimizer');
  },
  spirals: async (page, take) => {
    await runLesson(page, { lesson: 'spirals', device: 'wasm', last: 'units' });
    await openPanel(page, 'Graph', 'plane');
    await fitGraph(page);
    await page.locator('#cell-train .plotly-plot').scrollIntoViewIfNeeded();
    await settle(page);
    await take('spirals');
  },
};

/** What the arguments ask for. */
function readOptions() {
  const { values } = parseArgs({
    options: { url: { type: 'string' }, only: { type: 'string' } },
  });
  const { url = null, only } = values;
  const names = only === undefined ? Object.keys(SCENES) : [only];
  const unknown = names.find((name) => !(name in SCENES));
  if (unknown !== undefined) {
    throw new Error(`There is no scene ${unknown}. There are ${Object.keys(SCENES).join(', ')}.`);
  }
  return { url, names };
}

/** Builds the site and serves it. */
async function buildAndServe() {
  const command = 'npm run --silent build:app -- --logLevel warn';
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit' });
  if (status !== 0) throw new Error('The site was not built; the reason stands above.');
  return serveFolder('dist/app', { port: 0, headers: ISOLATION_HEADERS });
}

const { url, names } = readOptions();
const site = url === null ? await buildAndServe() : null;
const browser = await chromium.launch({
  executablePath: ensureChromium(),
  args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
});
try {
  mkdirSync(FOLDER, { recursive: true });
  for (const name of names) {
    const page = await browser.newPage({
      baseURL: site?.url ?? url ?? '',
      viewport: WIDE,
      colorScheme: 'light',
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    await SCENES[name]?.(page, async (picture, part) => {
      const path = join(FOLDER, `${picture}.png`);
      await (part === undefined ? page : page.locator(part)).screenshot({ path });
      console.log(`${path}  ${Math.round(statSync(path).size / 1000)} kB`);
    });
    await page.close();
  }
} finally {
  await browser.close();
  await site?.close();
}
