/** @file The files that cells' modules stand among: the library's declarations, JavaScript's, and what a worker has besides. */
import { libFileMap } from 'monaco-editor/languages/features/typescript/lib/lib';
import { OPERATORS_SOURCE } from './cell-module.ts';
import { OPERATORS_MODULE } from './operators.ts';

/** The library as cells import it. */
export const LIBRARY = 'arignote';

const LIBRARY_ROOT = '/arignote/';
const LIBRARY_FILE = `${LIBRARY_ROOT}arignote.d.ts`;
const OPERATORS_FILE = `${LIBRARY_ROOT}operators.d.ts`;
const GLOBALS_FILE = `${LIBRARY_ROOT}globals.d.ts`;

/** TypeScript's own file that names all others of JavaScript, without those of pages. */
export const JAVASCRIPT_FILE = 'lib.esnext.d.ts';

/** Of a worker's globals what programs of mathematics use; the rest is known by name only. */
const GLOBALS = `
declare function setTimeout(work: () => void, milliseconds?: number): number;
declare function setInterval(work: () => void, milliseconds?: number): number;
declare function clearTimeout(timer?: number): void;
declare function clearInterval(timer?: number): void;
declare function queueMicrotask(work: () => void): void;
declare function structuredClone<Value>(value: Value): Value;
declare const performance: {
  /** Milliseconds since the realm began. */
  now(): number;
};
declare const crypto: {
  getRandomValues<Numbers extends ArrayBufferView>(numbers: Numbers): Numbers;
  randomUUID(): string;
};
`;

/** How the compiler reads cells. Types may be left out; what is null is told. */
export const COMPILER_OPTIONS: Readonly<Record<string, unknown>> = {
  target: 99,
  module: 99,
  // Bundler: paths of files with their endings, as the declarations have them.
  moduleResolution: 100,
  allowImportingTsExtensions: true,
  moduleDetection: 3,
  lib: [JAVASCRIPT_FILE],
  types: [],
  noEmit: true,
  skipLibCheck: true,
  strict: true,
  noImplicitAny: false,
  noImplicitThis: false,
  paths: { [LIBRARY]: [LIBRARY_FILE], [OPERATORS_SOURCE]: [OPERATORS_FILE] },
};

/** Files that never change, by path. `declarations` are those that `npm run docs` makes. */
export function fixedFiles(declarations: Readonly<Record<string, string>>): Map<string, string> {
  return new Map([
    ...Object.entries(declarations).map(([path, text]) => [LIBRARY_ROOT + path, text] as const),
    [OPERATORS_FILE, OPERATORS_MODULE],
    [GLOBALS_FILE, GLOBALS],
  ]);
}

/** The file that must be among a program's roots, since nothing imports it. */
export const ROOT_FILES: readonly string[] = [GLOBALS_FILE];

/** The text of one of TypeScript's own files; undefined for others. */
export function javascriptFile(path: string): string | undefined {
  const name = path.split('/').at(-1)!;
  return Object.hasOwn(libFileMap, name) ? libFileMap[name] : undefined;
}
