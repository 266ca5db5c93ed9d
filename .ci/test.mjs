/**
 * @file `npm test`: finds or installs Chromium, packs the data, then runs the checks, the unit tests and
 * the browser tests, each even when one before it failed. The last line is `N passed, N failed`. A step
 * that fails without a failed test of its own, such as lint or a build, counts as one failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';

/** @typedef {{ readonly passed: number, readonly failed: number }} Counts */

const NOTHING_COUNTED = { passed: 0, failed: 0 };
const REPORTS = 'test-results';
const UNIT_REPORT = `${REPORTS}/unit.json`;
const E2E_REPORT = `${REPORTS}/e2e.json`;

/**
 * Runs a command and shows what it prints.
 * @param {string} command
 * @param {() => Counts} count reads the tests' report once the command has ended
 * @returns {Counts}
 */
function runStep(command, count = () => NOTHING_COUNTED) {
  console.log(`\n== ${command}`);
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit' });
  const { passed, failed } = count();
  if (status === 0) return { passed, failed };
  console.log(`\nFailed: ${command}`);
  return { passed, failed: Math.max(failed, 1) };
}

/** @param {string} path */
function readReport(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

function countUnitTests() {
  const { numPassedTests = 0, numFailedTests = 0 } = readReport(UNIT_REPORT);
  return { passed: numPassedTests, failed: numFailedTests };
}

function countBrowserTests() {
  const { expected = 0, flaky = 0, unexpected = 0 } = readReport(E2E_REPORT).stats ?? {};
  return { passed: expected + flaky, failed: unexpected };
}

// A report of an earlier run must not be counted when this one dies before it writes its own.
rmSync(REPORTS, { recursive: true, force: true });
const counts = [
  runStep('node .ci/chromium.mjs'),
  runStep('npm run --silent data'),
  runStep('npm run --silent check'),
  runStep(
    `vitest run --reporter=default --reporter=json --outputFile.json=${UNIT_REPORT}`,
    countUnitTests,
  ),
  runStep('npm run --silent e2e', countBrowserTests),
];
const passed = counts.reduce((sum, step) => sum + step.passed, 0);
const failed = counts.reduce((sum, step) => sum + step.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
