/**
 * @file The names that cells find without declaring them: the library's, the notebook's and JavaScript's own. The realm
 * makes a value for each of the first two (a test holds them together); here they are names only, for the page.
 */
import type { TranspileOptions } from './transpile.ts';

/** What `import { ... } from 'arignote'` may name: the library's entry. */
const LIBRARY_NAMES = [
  'ArignoteError',
  'NDArray',
  'SharedVariable',
  'T',
  'Tensor',
  'compile',
  'dataset',
  'debugPrint',
  'devices',
  'disconnectedGrad',
  'grad',
  'gradClip',
  'gradScale',
  'latex',
  'lop',
  'pp',
  'rop',
  'setDevice',
  'shared',
  'zeroGrad',
] as const;

/** What only notebooks have. */
const NOTEBOOK_NAMES = [
  'button',
  'checkbox',
  'liveLoss',
  'md',
  'plot',
  'progress',
  'select',
  'show',
  'sleep',
  'slider',
  'viewGradient',
  'viewGraph',
  'viewKernels',
  'viewTimeline',
] as const;

/** A name that the realm hands to every cell that takes it. */
export type RealmName = (typeof LIBRARY_NAMES)[number] | (typeof NOTEBOOK_NAMES)[number];

/** Every name that the realm hands to cells. */
export const REALM_NAMES: ReadonlySet<string> = new Set<RealmName>([
  ...LIBRARY_NAMES,
  ...NOTEBOOK_NAMES,
]);

const JAVASCRIPT_NAMES =
  'AbortController AbortSignal AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Blob Boolean ' +
  'DataView Date DOMException Error EvalError Event EventTarget FinalizationRegistry Float32Array Float64Array ' +
  'Function Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math MessageChannel NaN Number Object ' +
  'Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TextDecoder TextEncoder ' +
  'TypeError URIError URL URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef ' +
  'WeakSet WebAssembly Worker atob btoa clearInterval clearTimeout console crypto decodeURI decodeURIComponent ' +
  'encodeURI encodeURIComponent escape eval fetch globalThis importScripts isFinite isNaN navigator parseFloat ' +
  'parseInt performance postMessage queueMicrotask self setInterval setTimeout structuredClone undefined unescape';

/** Names that no cell has to define: for `analyse`. */
export const CELL_GLOBALS: ReadonlySet<string> = new Set([
  ...REALM_NAMES,
  ...JAVASCRIPT_NAMES.split(' '),
]);

/** The global function that hands a cell to the realm's runtime. */
export const CELL_ENTRY = '__arignoteCell';

const SOURCE_PREFIX = 'cell-';

/** A cell's name in stack traces. */
export const sourceNameOf = (cell: string): string => `${SOURCE_PREFIX}${cell}`;

/** The cell of a name in a stack trace; null where it is no cell's. */
export const cellOfSource = (source: string): string | null =>
  source.startsWith(SOURCE_PREFIX) ? source.slice(SOURCE_PREFIX.length) : null;

/** How a cell becomes a script that the realm can run. `others`: the names that other cells declare. */
export const transpileOptionsFor = (cell: string, others: Iterable<string>): TranspileOptions => ({
  sourceName: sourceNameOf(cell),
  entry: CELL_ENTRY,
  library: REALM_NAMES,
  offered: new Set([...REALM_NAMES, ...others]),
});
