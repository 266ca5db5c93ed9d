/**
 * @file Sites with one wall taken down, by which the tests show that they can fail. The sources have no switch for it: a copy
 * of the built site is edited.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ISOLATION_HEADERS, serveFolder, type Site } from '../.ci/serve.mjs';

const APP = 'dist/app';

/** In which file, found by the beginning of its name, which text becomes which. */
export type Edit = { readonly file: string; readonly from: RegExp | string; readonly to: string };

const PAGE_POLICY: Edit = {
  file: 'index.html',
  from: 'http-equiv="Content-Security-Policy"',
  to: 'name="removed"',
};
const FRAME_POLICY: Edit = { ...PAGE_POLICY, file: 'assets/realm-host-' };

export const WEAKENED = {
  noPolicies: [PAGE_POLICY, FRAME_POLICY],
  noFramePolicy: [FRAME_POLICY],
  sameOrigin: [
    {
      file: 'assets/realm-host-',
      from: /(["'`])allow-scripts\1/,
      to: '"allow-scripts allow-same-origin"',
    },
  ],
} as const satisfies Readonly<Record<string, readonly Edit[]>>;

function edit(folder: string, { file, from, to }: Edit): void {
  const name = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.startsWith(file),
  );
  if (name === undefined) throw new Error(`The site has no ${file}.`);
  const path = join(folder, name);
  const text = readFileSync(path, 'utf8');
  const edited = text.replace(from, () => to);
  if (edited === text) throw new Error(`${name} has no ${String(from)}.`);
  writeFileSync(path, edited);
}

/** Serves the built site with edits, without its data sets. `close` also removes the copy. */
export async function serveWeakened(edits: readonly Edit[]): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'arignote-weakened-'));
  cpSync(APP, folder, { recursive: true, filter: (path) => path !== `${APP}/data` });
  for (const one of edits) edit(folder, one);
  const site = await serveFolder(folder, { port: 0, headers: ISOLATION_HEADERS });
  return {
    ...site,
    async close() {
      await site.close();
      rmSync(folder, { recursive: true });
    },
  };
}
