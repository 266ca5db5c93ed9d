/** @file What the page needs of a browser, and asks before it begins. */

type Need = { readonly what: string; readonly isThere: () => boolean };

/** WebGPU is not among them: without it cells run on the processor. */
const NEEDS: readonly Need[] = [
  { what: 'WebAssembly', isThere: () => typeof WebAssembly === 'object' },
  { what: 'module workers', isThere: () => typeof Worker === 'function' },
  { what: 'storage in this browser (IndexedDB)', isThere: () => typeof indexedDB === 'object' },
  {
    what: 'compressed streams (CompressionStream)',
    isThere: () => typeof CompressionStream === 'function',
  },
  { what: 'locks between tabs (Web Locks)', isThere: () => 'locks' in navigator },
  {
    what: 'popovers',
    isThere: () => 'popover' in HTMLElement.prototype,
  },
  {
    what: 'colours for light and dark (light-dark)',
    isThere: () => CSS.supports('color', 'light-dark(black, white)'),
  },
];

/** What this browser lacks, in words; empty where the page can begin. */
export function missingNeeds(): readonly string[] {
  return NEEDS.filter(({ isThere }) => !isThere()).map(({ what }) => what);
}
