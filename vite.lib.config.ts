/** @file How Vite builds the library: one readable ES module for pages and Node alike. */
import { defineConfig } from 'vite';

export default defineConfig({
  // The data sets belong to the page.
  publicDir: false,
  build: {
    outDir: 'dist/lib',
    target: 'es2022',
    minify: false,
    sourcemap: true,
    lib: { entry: 'engine/arignote.ts', formats: ['es'], fileName: 'arignote' },
    rolldownOptions: { external: ['webgpu', /^node:/] },
  },
});
