/**
 * Goal: a cell finds little beside it: no rule, no scheduler, no printer of kernels, no device is in the script that shares its
 * realm, and the frame around it runs next to nothing. Method: the script as the build makes it, and the list of its files.
 */
import { relative } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { BOOTSTRAP, bundleRealm } from '../../../.ci/realm-plugin.ts';

/** Bytes of the script: a notebook loads it at its first Run. */
const SCRIPT_BYTES_MAX = 180_000;
const BOOTSTRAP_LINES_MAX = 100;

describe("the realm's script", () => {
  let made: Awaited<ReturnType<typeof bundleRealm>>;
  let files: readonly string[];
  beforeAll(async () => {
    made = await bundleRealm({ minify: true });
    files = made.files.map((file) => relative('.', file));
  });

  test('is the runtime and the front end', () => {
    expect(files).toContain('src/cells/realm/main.ts');
    expect(files).toContain('engine/frontend/tensor.ts');
    expect(files).toContain('engine/worker/ports.ts');
  });

  test.each(['rewrite', 'schedule', 'codegen', 'compile', 'runtime'])(
    'holds nothing of engine/%s',
    (layer) => {
      expect(files.filter((file) => file.startsWith(`engine/${layer}/`))).toEqual([]);
    },
  );

  test('has of the page only what reads and shows', () => {
    const ours = files.filter((file) => file.startsWith('src/') && !file.startsWith('src/cells/'));
    expect(ours).toEqual([]);
    expect(files.filter((file) => file.includes('node_modules'))).toEqual([]);
  });

  test('asks for no GPU and compiles no WebAssembly', () => {
    expect(made.code).not.toMatch(/navigator\.gpu|WebAssembly\.(?:Module|compile|instantiate)/);
  });

  test('is small', () => {
    expect(made.code.length).toBeLessThan(SCRIPT_BYTES_MAX);
  });
});

test("the frame's only script is short and holds no user code", () => {
  expect(BOOTSTRAP.split('\n').length).toBeLessThan(BOOTSTRAP_LINES_MAX);
  expect(BOOTSTRAP).not.toMatch(/eval|Function|importScripts|innerHTML/);
});
