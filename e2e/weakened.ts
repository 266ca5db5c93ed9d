/**
 * @file Sites with one wall taken down, by which the tests show that they can fail. The sources have no switch for it: a copy
 * of the built site is edited, or where a minified text gives no hold, a site is built from edited sources.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import { ISOLATION_HEADERS, serveFolder, type Site } from '../.ci/serve.mjs';

/** The site as it is built. */
export const APP = 'dist/app';

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
  noPagePolicy: [PAGE_POLICY],
  noFramePolicy: [FRAME_POLICY],
  sameOrigin: [
    {
      file: 'assets/realm-host-',
      from: /(["'`])allow-scripts\1/,
      to: '"allow-scripts allow-same-origin"',
    },
  ],
  /** The page's policy alone stays. */
  anyPicture: [{ file: 'assets/markdown-late-', from: /\/\^data:image.{0,80}?\$\/i/, to: '/^/' }],
  /** Variables do not find the values that are there. */
  noAttach: [{ file: 'assets/device-main-', from: /\w+\?\.attach===!0&&/, to: 'false&&' }],
  /** What the gate does, done in the page. */
  gateInPage: [
    {
      file: 'assets/realm-host-',
      from: /new Worker\((new URL\(new URL\([^)]*gate-main[^)]*\)[^)]*\)),\{[^}]*\}\)/,
      to: '({ postMessage: (_, ports) => import($1).then(() => dispatchEvent(new MessageEvent("message", { ports }))), terminate() {} })',
    },
  ],
} as const satisfies Readonly<Record<string, readonly Edit[]>>;

/** Walls that stand in code: each is tried by a probe that meets no other of them. */
const WITHOUT_WALLS: readonly Edit[] = [
  // The readers of what a realm says to the gate, and to the compiler and the device.
  { file: 'src/cells/read-values.ts', from: 'if (!right) throw new ProtocolError(what);', to: '' },
  {
    file: 'src/cells/read-values.ts',
    from: 'throw new ProtocolError(`${what}: expected ${expected}, but got ${brief(value)}`);',
    to: 'return value as never;',
  },
  {
    file: 'engine/worker/read-requests.ts',
    from: "fail('message_malformed', 'a request', what)",
    to: 'undefined as never',
  },
  // A Stop that ends what does not answer; the watch over the gate.
  { file: 'src/cells/realm-host.ts', from: 'STOP_POLITELY_MS = 300', to: 'STOP_POLITELY_MS = 1e9' },
  { file: 'src/cells/realm-host.ts', from: 'PULSE_MAX = 4', to: 'PULSE_MAX = 1e9' },
  // How much may wait for the device.
  { file: 'engine/worker/realm-session.ts', from: 'WAITING_MAX = 4096', to: 'WAITING_MAX = 1e9' },
];

/** Takes the walls out of the sources while they are built. Each edit must find its line. */
function withoutWalls(found: Set<Edit>): Plugin {
  return {
    name: 'without-walls',
    enforce: 'pre',
    transform(code, id) {
      let edited = code;
      for (const one of WITHOUT_WALLS) {
        if (!id.endsWith(`/${one.file}`) || !edited.includes(String(one.from))) continue;
        edited = edited.replace(one.from, () => one.to);
        found.add(one);
      }
      return edited === code ? null : edited;
    },
  };
}

/** Builds a site without the walls that stand in code, in a folder of its own. */
export async function buildWithoutWalls(): Promise<string> {
  const found = new Set<Edit>();
  const folder = mkdtempSync(join(tmpdir(), 'arignote-without-walls-'));
  await build({
    configFile: 'vite.config.ts',
    logLevel: 'error',
    publicDir: false,
    plugins: [withoutWalls(found)],
    worker: { plugins: () => [withoutWalls(found)] },
    build: { outDir: folder, emptyOutDir: true },
  });
  for (const one of WITHOUT_WALLS)
    if (!found.has(one)) throw new Error(`${one.file} has no ${String(one.from)}.`);
  return folder;
}

/** The site with another runtime in its realms: no wall is down, but the program behind it is the attacker's. */
export const withRuntime = (text: string): readonly Edit[] => [
  {
    file: 'assets/_virtual_realm-script-',
    from: /\w+ as realmScript/,
    to: 'theirs as realmScript',
  },
  {
    file: 'assets/_virtual_realm-script-',
    from: /^/,
    // A dollar would name a part of what is replaced.
    to: `const theirs = ${JSON.stringify(text).replaceAll('$', '\\u0024')};`,
  },
];

function edit(folder: string, { file, from, to }: Edit): void {
  const name = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.startsWith(file),
  );
  if (name === undefined) throw new Error(`The site has no ${file}.`);
  const path = join(folder, name);
  const text = readFileSync(path, 'utf8');
  const edited = text.replace(from, to);
  if (edited === text) throw new Error(`${name} has no ${String(from)}.`);
  writeFileSync(path, edited);
}

/** Serves a built site with edits, without its data sets. `close` also removes what is served, which is a copy. */
export async function serveWeakened(edits: readonly Edit[], from: string = APP): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'arignote-weakened-'));
  cpSync(from, folder, { recursive: true, filter: (path) => path !== join(from, 'data') });
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
