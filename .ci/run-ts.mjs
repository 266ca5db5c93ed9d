/**
 * @file Runs one TypeScript file in Node through Vite's module runner, since Node 20 reads no TypeScript:
 * `node .ci/run-ts.mjs engine/bench/bench.ts --only scan`. The file sees its own name and the
 * arguments after it in `process.argv`, as if Node ran it. With ARIGNOTE_SOFTWARE_GPU=1 its WebGPU
 * runs on Chromium's software driver, for machines without a GPU.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { runnerImport } from 'vite';
import { softwareVulkanEnv } from './chromium.mjs';

/**
 * Ends the process once everything printed is out. Node would otherwise wait for ever: Dawn keeps a
 * thread alive for as long as its object lives, and letting go of that object early aborts.
 * @param {number} code
 */
function exit(code) {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

/** @param {unknown} error */
function fail(error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  exit(1);
}

/** @param {string} file */
async function run(file) {
  process.argv.splice(1, 2, file);
  // Before Vite turns it on, because Vite turns off at the end what it turned on, and an error's stack
  // is laid out only when it is printed.
  process.setSourceMapsEnabled(true);
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  try {
    await runnerImport(file, { configFile: false, logLevel: 'error' });
    exit(Number(process.exitCode ?? 0));
  } catch (error) {
    fail(error);
  }
}

const script = process.argv[2];
if (!script || !existsSync(script)) {
  fail(script ? `There is no file ${script}.` : 'Say which file to run: run-ts.mjs FILE.ts');
} else if (process.env['ARIGNOTE_SOFTWARE_GPU']) {
  // A process of its own, because the linker reads the driver's folder only at the start.
  const { ARIGNOTE_SOFTWARE_GPU: _, ...inherited } = process.env;
  const env = { ...inherited, ...softwareVulkanEnv() };
  const child = spawnSync(process.execPath, process.argv.slice(1), { env, stdio: 'inherit' });
  exit(child.status ?? 1);
} else {
  await run(resolve(script));
}
