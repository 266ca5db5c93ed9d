/**
 * @file Builds the service worker once the site is built, because only then is it known which files the site has and what is
 * in them: `src/hosting/site.d.ts`.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, type Rolldown } from 'vite';

const SOURCE = fileURLToPath(new URL('../src/hosting/service-worker.ts', import.meta.url));
const PAGE = 'index.html';
const DATA = 'data/';

/** Fonts of KaTeX for browsers that this page does not run in. */
const UNUSED = /KaTeX_[^/]*\.(?:woff|ttf)$/;

/** What the page loads before anything is asked of it: its script, what that imports at once, and their styles. */
function firstFiles(bundle: Rolldown.OutputBundle): readonly string[] {
  const files = new Set<string>();
  const visit = Object.values(bundle).flatMap((file) =>
    file.type === 'chunk' && file.isEntry ? [file.fileName] : [],
  );
  for (let name = visit.pop(); name !== undefined; name = visit.pop()) {
    const file = bundle[name];
    if (files.has(name) || file?.type !== 'chunk') continue;
    files.add(name);
    visit.push(...file.imports);
    for (const style of file.viteMetadata?.importedCss ?? []) files.add(style);
  }
  return [...files];
}

function versionOf(folder: string, files: readonly string[]): string {
  const hash = createHash('sha256').update(readFileSync(SOURCE));
  for (const file of files) hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest('base64url').slice(0, 12);
}

/** Writes `service-worker.js` beside the page. */
export function serviceWorkerPlugin(): Plugin {
  return {
    name: 'arignote-service-worker',
    apply: 'build',
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler({ dir }, bundle) {
        const folder = dir!;
        const all = readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
          .toSorted();
        const site = all.filter((file) => !file.startsWith(DATA) && !UNUSED.test(file));
        // A manifest names the sha256 of each array of its set.
        const sets = all.filter((file) => file.startsWith(DATA) && file.endsWith('.json'));
        const first = firstFiles(bundle);
        const late = site.filter((file) => file !== PAGE && !first.includes(file));
        await build({
          configFile: false,
          publicDir: false,
          logLevel: 'error',
          define: {
            SITE_VERSION: JSON.stringify(versionOf(folder, site)),
            DATA_VERSION: JSON.stringify(versionOf(folder, sets)),
            FIRST_FILES: JSON.stringify(['./', ...first]),
            LATE_FILES: JSON.stringify(late),
          },
          build: {
            outDir: folder,
            emptyOutDir: false,
            target: 'es2023',
            lib: {
              entry: SOURCE,
              formats: ['iife'],
              name: 'serviceWorker',
              fileName: () => 'service-worker.js',
            },
          },
        });
      },
    },
  };
}
