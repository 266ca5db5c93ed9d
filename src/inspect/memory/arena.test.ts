/** @file The memory of a real call: the plan's own numbers are found again, and what outlives the call is complete. */
import { beforeAll, expect, test } from 'vitest';
import { makeReports, type Reports } from '../reports.test.kit.ts';
import { bytesOfAll, heldValues, kernelCountOf, liveBytes } from './arena.ts';

let reports: Reports;
beforeAll(async () => {
  reports = await makeReports();
});

test('no kernel has more living bytes than the arena', () => {
  const { memory, kernels } = reports;
  expect(kernelCountOf(memory)).toBeLessThanOrEqual(kernels.length);
  const live = liveBytes(memory, kernels.length);
  expect(Math.max(...live)).toBeGreaterThan(0);
  expect(Math.max(...live)).toBeLessThanOrEqual(memory.peakBytes);
});

test('inputs have the extents of the call, shared variables their own, scalars no buffer', () => {
  const { graph, kernels } = reports;
  const values = heldValues({ nodes: graph.optimized.nodes, kernels, variables: [] });
  expect(values.map(({ name, kind, shape, bytes }) => [name, kind, shape, bytes])).toEqual([
    ['x', 'input', [30, 20], 2400],
    ['y', 'input', [30], 120],
    ['W1', 'shared', [20, 12], 960],
    ['b1', 'shared', [12], 48],
    ['W2', 'shared', [12, 3], 144],
  ]);
  expect(bytesOfAll(values)).toBe(3672);
});

test('before the first call an input has bytes that nobody knows', () => {
  const values = heldValues({ nodes: reports.graph.optimized.nodes, kernels: [], variables: [] });
  expect(values[0]).toMatchObject({ name: 'x', shape: [null, null], bytes: null });
  expect(bytesOfAll(values)).toBeNull();
});

test('a variable that was given another value has its extents', () => {
  const { graph } = reports;
  const W1 = {
    name: 'W1',
    cell: 'model',
    dtype: 'float32',
    shape: [40, 12],
    bytes: 1920,
    value: null,
  };
  const values = heldValues({ nodes: graph.optimized.nodes, kernels: [], variables: [W1] });
  expect(values.find(({ name }) => name === 'W1')!.bytes).toBe(1920);
});
