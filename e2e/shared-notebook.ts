/** @file Notebooks for tests: made as a link, opened in a tab, run and read there as a person does. */
import { expect, type Locator, type Page } from '@playwright/test';
import { makeNotebook, type Cell } from '../src/document/notebook.ts';
import { encodeLink, PLAIN_SETTINGS } from '../src/document/share-link.ts';

/** Cells by their ids, in order: code, or markdown where the id begins with `text`. */
export type Cells = Readonly<Record<string, string>>;

/** The fragment that holds a notebook. Its cells run when they are asked to, and not because another ran. */
export async function fragmentOf(title: string, cells: Cells): Promise<string> {
  const made = Object.entries(cells).map(([id, source]): Cell => {
    return { id, kind: id.startsWith('text') ? 'markdown' : 'code', source };
  });
  const notebook = { ...makeNotebook(title, made), runMode: 'lazy' as const };
  const written = await encodeLink(notebook, PLAIN_SETTINGS);
  if (!written.ok) throw new Error(written.message);
  return written.fragment;
}

export const cellOf = (page: Page, id: string): Locator => page.locator(`#cell-${id}`);

/** What a cell shows, its error included. */
export const shownBy = (page: Page, id: string): Locator => cellOf(page, id).locator('.body');

/** Runs all cells of a shared notebook that is still a preview. */
export const runPreview = (page: Page): Promise<void> =>
  page
    .getByRole('region', { name: 'Preview of a shared notebook' })
    .getByRole('button', { name: 'Run' })
    .click();

/** Waits until a cell is in one of the states: `is-done`, `is-error`, `is-stopped`. */
export const expectState = (page: Page, id: string, state: RegExp, timeout = 30_000) =>
  expect(cellOf(page, id)).toHaveClass(state, { timeout });
