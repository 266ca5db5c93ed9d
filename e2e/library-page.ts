/**
 * @file A bare page for the library. The app's own page never compiles WebAssembly, and its policy forbids it; a page of
 * somebody who uses the library has a policy of theirs, or none.
 */
import type { Page } from '@playwright/test';

/** Beside the app's files, so that the library finds the data sets where it looks for them: beside the page. */
const BARE_PAGE = '/app/library.html';

/** Where the built library lies. */
export const LIBRARY = '/lib/arignote.js';

/** Opens an empty page without a policy on the site. */
export async function openBarePage(page: Page): Promise<void> {
  await page.route(`**${BARE_PAGE}`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Library</title>' }),
  );
  await page.goto(BARE_PAGE);
}
