/** @file How Vite builds the page, and how vitest runs the unit tests. */
import { defineConfig } from 'vitest/config';
import { softwareVulkanEnv } from './.ci/chromium.mjs';

export default defineConfig({
  // Relative addresses: the built page works in any folder of any server.
  base: './',
  build: { outDir: 'dist/app', target: 'es2023' },
  preview: { port: 4173, strictPort: true },
  test: {
    include: ['engine/**/*.test.ts', 'src/**/*.test.{ts,tsx}'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    // Every machine then tests WebGPU on the same driver, with a GPU or without.
    env: softwareVulkanEnv(),
  },
});
