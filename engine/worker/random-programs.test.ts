/**
 * Goal: the whole pipeline computes what the traced graph says, for programs that nobody thought of. Method: random typed
 * programs, ten to a compile, on each device, against the float64 interpreter of the graph before rewriting; twice each, so
 * that updates are seen from the next call too.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { ArignoteError } from '../base/errors.ts';
import { connect } from '../frontend/engine.ts';
import { compile } from '../frontend/function.ts';
import type { NDArray } from '../frontend/nd-array.ts';
import { topoSort } from '../ir/graph.ts';
import { expandGraphs, interpret } from '../ir/interpret.ts';
import { compareWith, expectedOf } from './oracle.test.kit.ts';
import { connectInProcess } from './in-process.ts';
import {
  programSpec,
  showProgram,
  traceProgram,
  type Program,
  type ProgramSpec,
} from './random-programs.test.kit.ts';

connect(connectInProcess);

const FULL = process.env['ARIGNOTE_FULL'] === '1';
const PROGRAMS = FULL ? 3000 : 300;
const PROGRAMS_PER_COMPILE = 10;
const SEED = Number(process.env['ARIGNOTE_SEED'] ?? 20_240_607);
const CALLS = 2;

/** Time to make a failing program small. */
const SHRINK_MS_MAX = 120_000;

type Mode = 'fast' | 'fastCompile';
type Target = { readonly device: 'webgpu' | 'wasm'; readonly mode: Mode };

/** `wild`: outputs in fast mode that are made from an overflow or a NaN. `reducing`: programs with a reduction. */
type Totals = {
  programs: number;
  reducing: number;
  compared: number;
  skipped: number;
  wild: number;
  kernels: number;
};
const totals: Totals = { programs: 0, reducing: 0, compared: 0, skipped: 0, wild: 0, kernels: 0 };
const ops = new Map<string, number>();
const rules = new Map<string, number>();
const count = (map: Map<string, number>, key: string): void =>
  void map.set(key, (map.get(key) ?? 0) + 1);

/** All that is wrong with one call of a group. */
async function checkCall(
  programs: readonly Program[],
  call: () => PromiseLike<readonly NDArray[]>,
  mode: Mode,
): Promise<string | null> {
  const expected = programs.map(({ outputs, updates, given }) =>
    expectedOf([...outputs.map((t) => t.expr), ...updates.map(([, v]) => v.expr)], given),
  );
  const got = [...(await call())];
  for (const [k, { outputs, updates, given }] of programs.entries()) {
    const next = await Promise.all(updates.map(([variable]) => variable.get()));
    const values = [...got.splice(0, outputs.length), ...next];
    for (const [i, value] of values.entries()) {
      const wanted = expected[k]![i]!;
      if (!wanted.isTame && mode === 'fast') {
        totals.wild++;
        continue;
      }
      const { compared, skipped, wrong } = compareWith(wanted, value);
      totals.compared += compared;
      totals.skipped += skipped;
      const what =
        i < outputs.length
          ? `output ${i}`
          : `the update of ${updates[i - outputs.length]![0].name}`;
      if (wrong !== null) return `${what}: ${wrong}\n${showProgram(programs[k]!)}`;
    }
    // The next call starts from what the device has, so that errors do not add up.
    updates.forEach(([variable], i) => given.set(variable.expr, next[i]!));
  }
  return null;
}

function isComputable({ outputs, updates, given }: Program): boolean {
  try {
    interpret(
      [...outputs, ...updates.map(([, v]) => v)].map((t) => t.expr),
      given,
      'rounded',
    );
    return true;
  } catch (error) {
    if (error instanceof ArignoteError) return false;
    throw error;
  }
}

const hasReduction = ({ outputs, updates }: Program): boolean =>
  topoSort(expandGraphs([...outputs, ...updates.map(([, v]) => v)].map((t) => t.expr))).some(
    (x) => x.op.lowering.kind === 'reduction',
  );

async function checkGroup(specs: readonly ProgramSpec[], { device, mode }: Target): Promise<void> {
  const programs = specs.map(traceProgram).filter(({ outputs }) => outputs.length > 0);
  if (programs.length === 0) return;
  const inputs = programs.flatMap((p) => p.inputs);
  const f = compile(
    inputs.map((x) => x.variable),
    programs.flatMap((p) => p.outputs),
    { updates: programs.flatMap((p) => p.updates), device, mode },
  );
  await f.ready;
  for (let k = 0; k < CALLS; k++) {
    // Later values may have other extents, and with them be a user's mistake.
    if (k > 0 && !programs.every(isComputable)) break;
    const wrong = await checkCall(programs, () => f(...inputs.map((x) => x.value)), mode);
    if (wrong !== null) expect.fail(`call ${k}: ${wrong}`);
  }
  const [graph, kernels] = [await f.graph, await f.kernels];
  expect(kernels.every((kernel) => kernel.device === device)).toBe(true);
  for (const node of graph.traced.nodes) count(ops, node.op);
  for (const s of graph.steps) count(rules, s.rule);
  totals.programs += programs.length;
  totals.reducing += programs.filter(hasReduction).length;
  totals.kernels += kernels.length;
  f.free();
}

/** The programs together; if that fails, the one that fails alone, as small as it can be made. */
async function checkAll(specs: readonly ProgramSpec[], target: Target): Promise<void> {
  try {
    await checkGroup(specs, target);
  } catch (error) {
    const alone = fc.asyncProperty(programSpec, (spec) => checkGroup([spec], target));
    const examples = specs.map((spec): [ProgramSpec] => [spec]);
    await fc.assert(alone, {
      examples,
      numRuns: examples.length,
      seed: SEED,
      interruptAfterTimeLimit: SHRINK_MS_MAX,
    });
    throw error;
  }
}

describe.each(['wasm', 'webgpu'] as const)('random programs on %s', (device) => {
  test('give what the float64 interpreter gives', { timeout: 3_600_000 }, async () => {
    const specs = fc.sample(programSpec, { numRuns: PROGRAMS, seed: SEED });
    for (let first = 0; first < PROGRAMS; first += PROGRAMS_PER_COMPILE) {
      // Without rules a NaN is where the graph says; every third group is compiled so.
      const mode = (first / PROGRAMS_PER_COMPILE) % 3 === 2 ? 'fastCompile' : 'fast';
      await checkAll(specs.slice(first, first + PROGRAMS_PER_COMPILE), { device, mode });
    }
  });
});

test('few elements were too uncertain to compare, and half of the programs reduce', () => {
  expect(totals.skipped).toBeLessThan(0.05 * (totals.compared + totals.skipped));
  expect(totals.reducing).toBeGreaterThan(0.5 * totals.programs);
});

afterAll(() => {
  const list = (map: ReadonlyMap<string, number>): string =>
    [...map]
      .toSorted((a, b) => b[1] - a[1])
      .map(([name, n]) => `${name} ${n}`)
      .join(', ');
  process.stdout.write(
    `random programs: seed ${SEED}, ${totals.programs} programs (${totals.reducing} with reductions), ${totals.kernels} kernels, ${totals.compared} elements compared, ${totals.skipped} uncertain, ${totals.wild} outputs with overflows\n` +
      `ops: ${list(ops)}\nrules: ${list(rules)}\n`,
  );
});
