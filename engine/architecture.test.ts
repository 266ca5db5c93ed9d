/**
 * Goal: the folder order is the data's order. Method: read every import in engine/ and src/ and hold it
 * against the tables below, which are the only statement of who may import whom.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, posix } from 'node:path';
import { expect, test } from 'vitest';

/** Low to high. A file imports its own layer and lower ones, never a higher one. */
const LAYERS = [
  'base',
  'ir',
  'ops',
  'autodiff',
  'control',
  'rewrite',
  'catalogue',
  'schedule',
  'codegen',
  'compile',
  'runtime',
  'frontend',
  'worker',
  'arignote.ts',
  'bench',
];

/** All that the page may import from the engine. */
const PAGE_MAY_IMPORT = ['engine/worker/protocol.ts', 'engine/base/allowance.ts'];

/** Cells trace graphs where they run: their realm holds the engine's front end, and speaks to the rest over ports. */
const REALM = 'src/cells/realm/';
const REALM_MAY_IMPORT = /^engine\/(base|ir|frontend|worker\/ports\.ts)/;

/** What a cell could reach must be little: no rule, no compiler and no device is in its realm. */
const NOT_IN_REALM = /^engine\/(rewrite|schedule|codegen|compile|runtime)\//;

/** All that the engine may import from outside, besides Node's own modules. */
const ENGINE_PACKAGES = ['webgpu'];

const IMPORT = /(?:^(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?|\bimport\()'([^']+)'/gm;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*/g;

type Import = { readonly from: string; readonly to: string; readonly typeOnly: boolean };

const files = ['engine', 'src']
  .filter((folder) => existsSync(folder))
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((f) => `${folder}/${f}`),
  )
  .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

const imports: readonly Import[] = files.flatMap(({ path, text }) =>
  [...text.matchAll(IMPORT)].map(([, type, to = '']) => ({
    from: path,
    to: to.startsWith('.') ? posix.join(dirname(path), to) : to,
    typeOnly: type !== undefined,
  })),
);

const isEngine = (path: string) => path.startsWith('engine/');
const layerOf = (path: string) => LAYERS.indexOf(path.split('/')[1] ?? '');
const pathsWhere = (holds: (file: { path: string; text: string }) => boolean) =>
  files.filter(holds).map(({ path }) => path);

/** The imports that lie on a cycle or between two cycles; none when there is no cycle. */
function cyclic(edges: readonly Import[]): readonly Import[] {
  const sources = new Set(edges.map(({ from }) => from));
  const targets = new Set(edges.map(({ to }) => to));
  const inner = edges.filter(({ from, to }) => targets.has(from) && sources.has(to));
  return inner.length === edges.length ? inner : cyclic(inner);
}

const mayImport = (from: string, to: string) =>
  PAGE_MAY_IMPORT.includes(to) || (from.startsWith(REALM) && REALM_MAY_IMPORT.test(to));

/** A file and all that runs with it. */
function reachedFrom(entry: string): ReadonlySet<string> {
  const reached = new Set([entry]);
  for (const path of reached)
    for (const { from, to, typeOnly } of imports) if (from === path && !typeOnly) reached.add(to);
  return reached;
}

test('the scan saw the code', () => {
  expect(files.length).toBeGreaterThan(10);
  expect(imports.length).toBeGreaterThan(files.length);
});

test('every engine folder is a layer', () => {
  expect(pathsWhere(({ path }) => isEngine(path) && layerOf(path) < 0)).toEqual([]);
});

test('engine imports point down', () => {
  const inEngine = imports.filter(({ from, to }) => isEngine(from) && isEngine(to));
  expect(inEngine.filter(({ from, to }) => layerOf(to) > layerOf(from))).toEqual([]);
});

test('the page sees only the protocol, and the engine nothing of the page', () => {
  const crossing = imports.filter(
    ({ from, to }) =>
      (!isEngine(from) && isEngine(to) && !mayImport(from, to)) ||
      (isEngine(from) && to.startsWith('src/')),
  );
  expect(crossing).toEqual([]);
});

test('the realm of the cells holds neither rules nor compiler nor devices', () => {
  const reached = reachedFrom(`${REALM}main.ts`);
  expect(reached.size).toBeGreaterThan(20);
  expect([...reached].filter((path) => NOT_IN_REALM.test(path))).toEqual([]);
});

test('the engine imports no package but those listed', () => {
  // Benchmarks import the peers they measure.
  const engine = imports.filter(({ from }) => isEngine(from) && !from.startsWith('engine/bench/'));
  const packages = engine.filter(({ to }) => !isEngine(to) && !to.startsWith('node:'));
  expect(packages.filter(({ to }) => !ENGINE_PACKAGES.includes(to))).toEqual([]);
});

test('no import leads back to its file at run time', () => {
  expect(cyclic(imports.filter(({ typeOnly }) => !typeOnly))).toEqual([]);
});

test('one file asks the browser for its GPU', () => {
  const asking = pathsWhere(({ text }) => /\bnavigator\??\.gpu\b/.test(text.replace(COMMENT, '')));
  expect(asking).toEqual(['engine/runtime/gpu.ts']);
});

test('every file says what it holds, is no index and has no default export', () => {
  expect(pathsWhere(({ text }) => !/^\/\*\*\s+(\*\s+)?@file\s/.test(text))).toEqual([]);
  expect(pathsWhere(({ path }) => /^index\.tsx?$/.test(basename(path)))).toEqual([]);
  expect(pathsWhere(({ text }) => /^export default\b|\bas default\b/m.test(text))).toEqual([]);
});
