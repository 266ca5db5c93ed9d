/** @file How Vite builds the page, and with `--mode library` the library; how vitest runs the unit tests. */
import type { UserConfig } from 'vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { softwareVulkanEnv } from './.ci/chromium.mjs';
import { realmPlugin } from './.ci/realm-plugin.ts';
import { ISOLATION_HEADERS } from './.ci/serve.mjs';
import { serviceWorkerPlugin } from './.ci/service-worker-plugin.ts';

/** One readable ES module for pages and Node alike. */
const LIBRARY: UserConfig = {
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
};

const PAGE: UserConfig = {
  plugins: [react(), realmPlugin(), serviceWorkerPlugin()],
  // Relative addresses: the built page works in any folder of any server.
  base: './',
  // Monaco's TypeScript and plotly are large, and loaded late.
  build: {
    outDir: 'dist/app',
    target: 'es2023',
    chunkSizeWarningLimit: 8000,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  worker: { format: 'es' },
  server: { headers: ISOLATION_HEADERS },
  preview: { port: 4173, strictPort: true, headers: ISOLATION_HEADERS },
};

export default defineConfig(({ mode }) => ({
  ...(mode === 'library' ? LIBRARY : PAGE),
  test: {
    include: ['engine/**/*.test.ts', 'src/**/*.test.{ts,tsx}'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    // Every machine then tests WebGPU on the same driver, with a GPU or without.
    env: softwareVulkanEnv(),
  },
}));
