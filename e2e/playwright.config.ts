/** @file How the browser tests run: the system's Chromium, on its software WebGPU adapter. */
import { defineConfig } from '@playwright/test';
import { ensureChromium } from '../.ci/chromium.mjs';

const PORT = 4173;

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results/e2e',
  workers: 1,
  timeout: 60_000,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list'], ['json', { outputFile: '../test-results/e2e.json' }]],
  // Serves all of dist/, so that the page lies at /app/ and the library at /lib/.
  webServer: {
    command: `vite preview --outDir dist --port ${PORT} --strictPort`,
    cwd: '..',
    url: `http://localhost:${PORT}/app/`,
  },
  use: {
    baseURL: `http://localhost:${PORT}`,
    // `hosting.spec.ts` tests it; elsewhere each test has the files that lie there, and downloads no others.
    serviceWorkers: 'block',
    launchOptions: {
      executablePath: ensureChromium(),
      args: [
        '--no-sandbox',
        '--enable-unsafe-webgpu',
        '--use-webgpu-adapter=swiftshader',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
