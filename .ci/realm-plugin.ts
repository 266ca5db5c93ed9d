/**
 * @file What cells run in, built into the page: the realm's script as one classic text, the frame's only script, and the
 * two policies, in which the sha256 of that script stands. The page's policy is set here too.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';

const VIRTUAL = 'virtual:realm-script';
const RESOLVED = `\0${VIRTUAL}`;

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** The frame's only script. Comments are for readers of the source: the frame needs none. */
export const BOOTSTRAP = readFileSync(pathOf('../src/cells/realm/bootstrap.js'), 'utf8')
  .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  .trim();

const HASH = `'sha256-${createHash('sha256').update(BOOTSTRAP).digest('base64')}'`;

const FRAME_POLICY = `default-src 'none'; script-src ${HASH} blob:; worker-src blob:`;

/** The built page's policy. Styles stand in attributes, and a `srcdoc` frame loads under `frame-src 'none'`. */
const PAGE_POLICY = [
  "default-src 'none'",
  `script-src 'self' ${HASH} blob:`,
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data: blob:",
  "manifest-src 'self'",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The realm's script, and the files that are in it. */
export async function bundleRealm({ minify }: { readonly minify: boolean }): Promise<{
  readonly code: string;
  readonly files: readonly string[];
}> {
  const result = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    // The runtime finds positions itself, by the names of cells.
    define: { 'import.meta.url': '""' },
    build: {
      write: false,
      minify,
      target: 'es2023',
      lib: { entry: pathOf('../src/cells/realm/main.ts'), formats: ['iife'], name: 'realm' },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error('the realm was not built');
  const { code, moduleIds } = output.output[0];
  return { code, files: moduleIds };
}

/** Gives the page `virtual:realm-script`, and the built page its policy. */
export function realmPlugin(): Plugin {
  let isBuild = false;
  return {
    name: 'arignote-realm',
    configResolved(config) {
      isBuild = config.command === 'build';
    },
    resolveId: (id) => (id === VIRTUAL ? RESOLVED : null),
    async load(id) {
      if (id !== RESOLVED) return null;
      const exports = {
        realmScript: (await bundleRealm({ minify: isBuild })).code,
        bootstrap: BOOTSTRAP,
        framePolicy: FRAME_POLICY,
      };
      return Object.entries(exports)
        .map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};`)
        .join('\n');
    },
    // The development server writes scripts of its own into the page.
    transformIndexHtml: () =>
      isBuild
        ? [
            {
              tag: 'meta',
              attrs: { 'http-equiv': 'Content-Security-Policy', content: PAGE_POLICY },
              injectTo: 'head-prepend' as const,
            },
          ]
        : [],
  };
}
