/**
 * @file What is drawn of a real graph, of a very large one, and where: nothing is lost but what the picture says it leaves
 * out, and what is computed first stands above.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { GraphNode, GraphView } from '../../../engine/worker/protocol.ts';
import { makeReports, type Reports } from '../reports.test.kit.ts';
import { kernelsOf, optimizedOf, stepOf } from './history.ts';
import { placeGraph } from './layout.ts';
import { bytesOf, edgeType, labelOf } from './node-text.ts';
import { makePicture, NODES_MAX } from './picture.ts';
import { isDirection, walk } from './walk.ts';

const PLAIN = { isWhole: false, around: null } as const;

let reports: Reports;
beforeAll(async () => {
  reports = await makeReports();
});

/** A chain of additions, each of the one before. */
function chain(length: number): GraphView {
  const like = reports.graph.optimized.nodes.find(({ op }) => op === 'tanh')!;
  const nodes = Array.from({ length }, (_, id): GraphNode => ({
    ...like,
    id,
    inputs: id === 0 ? [] : [id - 1],
  }));
  return { nodes, inputs: [0], outputs: [length - 1], updates: [] };
}

describe('a picture', () => {
  test('of the whole has every node and every operand', () => {
    const { optimized } = reports.graph;
    const picture = makePicture(optimized, { isWhole: true, around: null });
    expect(picture.nodes).toHaveLength(optimized.nodes.length);
    expect(picture.edges).toHaveLength(optimized.nodes.flatMap(({ inputs }) => inputs).length);
    expect(picture.leftOut).toBe(0);
  });

  test('says numbers and sizes in the labels of what uses them', () => {
    const { optimized } = reports.graph;
    const picture = makePicture(optimized, PLAIN);
    const kinds = new Set(picture.nodes.map(({ kind }) => kind));
    expect(kinds.has('constant')).toBe(false);
    expect(kinds.has('extent')).toBe(false);
    const labels = picture.nodes.map(({ label }) => label);
    expect(labels).toContain('mul(·, 0.1)');
    expect(labels).toContain('sub(1, ·)');
    expect(labels).toContain('cast(y.dim(0))');
    expect(labels).toContain('sub → W1');
    expect(labels.filter((label) => label === 'x')).toHaveLength(1);
  });

  test('marks what a function gives, in shape and in words', () => {
    const { optimized } = reports.graph;
    const given = makePicture(optimized, PLAIN).nodes.filter(({ isOutput }) => isOutput);
    expect(given).toHaveLength(4);
    expect(given.filter(({ words }) => words.endsWith(', an output'))).toHaveLength(1);
    expect(given.filter(({ words }) => /, the new value of \w+$/.test(words))).toHaveLength(3);
  });

  test('of a large graph shows what is nearest, and says how much it leaves out', () => {
    const view = chain(NODES_MAX * 4);
    const last = makePicture(view, PLAIN);
    expect(last.nodes).toHaveLength(NODES_MAX);
    expect(last.leftOut).toBe(NODES_MAX * 3);
    expect(last.nodes.at(-1)!.isOutput).toBe(true);
    const around = makePicture(view, { isWhole: false, around: NODES_MAX * 2 });
    const ids = around.nodes.map(({ id }) => id);
    expect(Math.min(...ids)).toBeGreaterThan(NODES_MAX);
    expect(Math.max(...ids)).toBeLessThan(NODES_MAX * 3);
  });
});

describe('a layout', () => {
  test('stands operands above what uses them, within its frame', () => {
    const picture = makePicture(reports.graph.optimized, PLAIN);
    const placed = placeGraph(picture.request);
    const at = new Map(picture.nodes.map(({ id }, i) => [id, placed.centres[i]!]));
    for (const { from, to } of picture.edges) expect(at.get(from)!.y).toBeLessThan(at.get(to)!.y);
    for (const [i, { x, y }] of placed.centres.entries()) {
      const { width, height } = picture.nodes[i]!;
      expect(x - width / 2).toBeGreaterThanOrEqual(0);
      expect(x + width / 2).toBeLessThanOrEqual(placed.width);
      expect(y + height / 2).toBeLessThanOrEqual(placed.height);
    }
    for (const [i, way] of placed.ways.entries())
      expect(way.label === null).toBe(picture.edges[i]!.label === '');
  });

  test('is walked along its edges, and sideways in a layer', () => {
    const picture = makePicture(reports.graph.optimized, PLAIN);
    const walked = { ...picture, placed: placeGraph(picture.request) };
    const tanh = picture.nodes.find(({ label }) => label === 'tanh')!.id;
    const up = walk(walked, tanh, 'ArrowUp')!;
    expect(picture.nodes.find(({ id }) => id === up)!.label).toBe('add');
    expect(walk(walked, up, 'ArrowDown')).toBe(tanh);
    const x = picture.nodes.find(({ label }) => label === 'x')!.id;
    expect(walk(walked, x, 'ArrowUp')).toBe(null);
    const aside = walk(walked, x, 'ArrowRight') ?? walk(walked, x, 'ArrowLeft');
    expect(aside).not.toBe(null);
    expect(isDirection('ArrowLeft')).toBe(true);
    expect(isDirection('a')).toBe(false);
  });
});

describe('a node', () => {
  const find = (op: string): GraphNode =>
    reports.graph.optimized.nodes.find((node) => node.op === op)!;

  test('says its type, bytes and label', () => {
    const W1 = reports.graph.optimized.nodes.find(({ name }) => name === 'W1')!;
    expect(edgeType(W1)).toBe('f32[20, 12]');
    expect(bytesOf(W1)).toBe(960);
    expect(labelOf(W1)).toBe('W1');
    expect(edgeType(find('tanh'))).toBe('f32[?, 12]');
    expect(bytesOf(find('tanh'))).toBe(null);
    expect(labelOf({ ...find('tanh'), name: 'h' })).toBe('h = tanh');
  });

  test('knows the rule that made it and the kernel that computes it', () => {
    const { graph, kernels } = reports;
    const made = find('logSoftmax');
    const step = stepOf(graph, 'optimized', made.id)!;
    expect(graph.steps[step]!.rule).toBe('log_of_softmax');
    const log = graph.traced.nodes.find(({ op }) => op === 'log')!;
    expect(stepOf(graph, 'traced', log.id)).toBe(step);
    expect(optimizedOf(graph, log.id)).toBe(null);
    const W1 = graph.traced.nodes.find(({ name }) => name === 'W1')!;
    expect(graph.optimized.nodes[optimizedOf(graph, W1.id)!]!.name).toBe('W1');
    expect(kernelsOf(kernels, find('tanh').id).length).toBeGreaterThan(0);
  });
});
