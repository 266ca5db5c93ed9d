/**
 * @file Kernels of a real function: their texts keep every line and know their nodes, colours take nothing away, times find the
 * kernel that they are of.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { makeReports, type Reports } from '../reports.test.kit.ts';
import { bufferBytes, kernelBytes } from './buffers.ts';
import { highlightLine } from './highlight.ts';
import { colourOfKernel } from './kernel-colour.ts';
import { isSameKernel, ownLines, textLines, workgroupSize } from './kernel-text.ts';
import { kernelKeys, kernelTimes, keysOfRuns, totalTime } from './kernel-times.ts';

const WGSL = `@group(0) @binding(0) var<storage, read> b0: array<f32>;
fn max_nan(a: f32, b: f32) -> f32 { return select(max(a, b), a, a != a); }
@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3<u32>) {
  let v0 = b0[1] * 2.5e-3f; // twice
}
`;

let reports: Reports;
beforeAll(async () => {
  reports = await makeReports();
});

describe('the text of a kernel', () => {
  test('is kept line by line, with the nodes that the engine gave', () => {
    for (const kernel of reports.kernels) {
      const lines = textLines(kernel);
      expect(lines.map(({ text }) => text).join('\n')).toBe(kernel.text.trimEnd());
      for (const { line, nodes } of kernel.sourceMap) expect(lines[line - 1]!.nodes).toEqual(nodes);
    }
  });

  test('without declarations still has every line that computes a node', () => {
    for (const kernel of reports.kernels) {
      const lines = textLines(kernel);
      const own = ownLines(lines);
      expect(own.length).toBeLessThan(lines.length);
      expect(own[0]!.text).toContain('(func $run');
      const computing = lines.filter(({ nodes }) => nodes.length > 0);
      expect(own).toEqual(expect.arrayContaining([...computing]));
    }
  });

  test('of WGSL begins at its entry point, which tells the size of a workgroup', () => {
    const lines = textLines({ text: WGSL, sourceMap: [{ line: 5, nodes: [7] }] });
    expect(ownLines(lines).map(({ number }) => number)).toEqual([3, 4, 5, 6]);
    expect(workgroupSize(WGSL)).toBe('8 × 8');
    expect(workgroupSize(reports.kernels[0]!.text)).toBeNull();
  });

  test('in colours is the same text', () => {
    const texts = [
      ...reports.kernels.map(({ text }) => [text, 'wasm'] as const),
      [WGSL, 'webgpu'] as const,
    ];
    for (const [text, device] of texts)
      for (const line of text.split('\n'))
        expect(
          highlightLine(line, device)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(line);
  });

  test('has keywords, functions, numbers and comments of its language', () => {
    const kinds = (line: string, device: 'webgpu' | 'wasm'): readonly string[] =>
      highlightLine(line, device)
        .filter(({ kind }) => kind !== 'plain')
        .map(({ kind, text }) => `${kind} ${text}`);
    expect(kinds('  let v0 = max(b0[1], 2.5e-3f); // twice', 'webgpu')).toEqual([
      'keyword let',
      'api max',
      'number 1',
      'number 2.5e-3f',
      'comment // twice',
    ]);
    expect(kinds('(local.set $t1 (f32x4.splat (f32.const -89)))', 'wasm')).toEqual([
      'api local.set',
      'api f32x4.splat',
      'api f32.const',
      'number -89',
    ]);
  });

  test('that was reported again is known to be the same', () => {
    const [first, second] = reports.kernels;
    expect(isSameKernel(first!, structuredClone(first!))).toBe(true);
    expect(isSameKernel(first!, second!)).toBe(false);
    expect(isSameKernel(first!, { ...first!, text: `${first!.text}\n` })).toBe(false);
  });
});

describe('times', () => {
  test('are found for every kernel of a call that was timed', () => {
    const times = kernelTimes(reports.kernels, reports.profile);
    expect(times.every((time) => time?.runs === 2)).toBe(true);
    expect(new Set(times.map((time) => time!.origin))).toEqual(new Set(['wallClock']));
    const all = reports.profile.reduce((sum, { microseconds }) => sum + microseconds, 0);
    expect(totalTime(times)!.microseconds).toBeCloseTo(all / 2, 6);
  });

  test('of kernels with one name go to each in turn, call by call', () => {
    const kernels = [{ name: 'dot' }, { name: 'sum' }, { name: 'dot' }];
    expect(kernelKeys(kernels)).toEqual(['dot', 'sum', 'dot #2']);
    const runs = ['dot', 'sum', 'dot', 'dot', 'sum', 'dot', 'gone'];
    expect(keysOfRuns(kernels, runs)).toEqual([
      'dot',
      'sum',
      'dot #2',
      'dot',
      'sum',
      'dot #2',
      null,
    ]);
  });

  test('are as sure as the least sure of them, and missing where nothing was timed', () => {
    const event = { kernel: 'a', call: 1, start: 0, microseconds: 4, error: 1 };
    const [a, b] = kernelTimes(
      [{ name: 'a' }, { name: 'b' }],
      [
        { ...event, origin: 'measured' },
        { ...event, call: 2, microseconds: 8, origin: 'estimated', error: 3 },
      ],
    );
    expect(a).toEqual({ microseconds: 6, error: 3, origin: 'estimated', runs: 2 });
    expect(b).toBeNull();
    expect(totalTime([a!, null])).toBeNull();
  });
});

test('buffers have the bytes of their elements', () => {
  expect(bufferBytes({ name: 'x', access: 'read', dtype: 'float64', shape: [3, 5] })).toBe(120);
  expect(bufferBytes({ name: 's', access: 'write', dtype: 'bool', shape: [] })).toBe(4);
  const { kernels } = reports;
  expect(kernels.every((kernel) => kernelBytes(kernel) > 0)).toBe(true);
});

test('the heaviest kind of operation gives the colour', () => {
  expect(colourOfKernel('dot_tanh_add_more')).toBe('--lane-kernel-contraction');
  expect(colourOfKernel('max_sum_exp_more')).toBe('--lane-kernel-reduction');
  expect(colourOfKernel('eq_where_sub')).toBe('--lane-kernel-elementwise');
});
