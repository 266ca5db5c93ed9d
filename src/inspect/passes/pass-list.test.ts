/**
 * @file The ledger of passes, from the steps of a real function: what it counts agrees with what the engine counted, and
 * filters and choices give the steps that a person means.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { makeDeepGraph, makeReports, type Reports } from '../reports.test.kit.ts';
import { passesOf, stepShown, stepsWith } from './pass-list.ts';
import { ruleText, sentenceOf } from './rules.ts';

let reports: Reports;
beforeAll(async () => {
  reports = await makeReports();
});

describe('passes', () => {
  test('hold every step once, in order', () => {
    const passes = passesOf(reports.graph);
    expect(passes[0]!.from).toBe(0);
    expect(passes.at(-1)!.to).toBe(reports.graph.steps.length);
    for (const [i, pass] of passes.entries()) {
      expect(pass.from).toBe(i === 0 ? 0 : passes[i - 1]!.to);
      const stages = reports.graph.steps.slice(pass.from, pass.to).map(({ stage }) => stage);
      expect(new Set(stages)).toEqual(new Set([pass.stage]));
    }
  });

  test('end with as many nodes as the engine counted', () => {
    const { graph, summary } = reports;
    const early = passesOf(graph).filter(({ isBound }) => !isBound);
    expect(early.at(-1)!.nodeCount).toBe(summary.optimizedCount);
    const change = early.reduce((sum, pass) => sum + pass.change!, 0);
    expect(change).toBe(summary.optimizedCount - summary.tracedCount);
  });

  test('are counted where rules rewrite what other rules made', async () => {
    const graph = await makeDeepGraph(3);
    expect(passesOf(graph).at(-1)!.nodeCount).toBe(graph.optimized.nodes.length);
  });

  test('have no counts where the last one is not what the engine counted', () => {
    const { graph } = reports;
    const { optimized } = graph;
    const shorter = { ...optimized, nodes: optimized.nodes.slice(1) };
    const passes = passesOf({ ...graph, optimized: shorter });
    expect(passes.every(({ nodeCount, change }) => nodeCount === null && change === null)).toBe(
      true,
    );
  });

  test('count no nodes of a bound graph', () => {
    const late = passesOf(reports.graph).filter(({ isBound }) => isBound);
    expect(late.length).toBeGreaterThan(0);
    expect(late.every(({ nodeCount }) => nodeCount === null)).toBe(true);
  });
});

describe('steps', () => {
  test('are found by rule and by stage', () => {
    const { steps } = reports.graph;
    const found = stepsWith(steps, ' Softmax ').map((at) => steps[at]!.rule);
    expect(found).toEqual(['log_of_softmax']);
    expect(stepsWith(steps, 'stabilize')).toHaveLength(1);
    expect(stepsWith(steps, '')).toHaveLength(steps.length);
    expect(stepsWith(steps, 'no such rule')).toEqual([]);
  });

  test('show the chosen one while the filter keeps it, else one that mends a range', () => {
    const { graph } = reports;
    const all = stepsWith(graph.steps, '');
    expect(stepShown(graph, all, 3)).toBe(3);
    const first = stepShown(graph, all, null)!;
    expect(graph.steps[first]!.stage).toBe('stabilize');
    expect(stepShown(graph, [0, 1], 3)).toBe(0);
    expect(stepShown(graph, [], 3)).toBe(null);
  });

  test('each have a sentence', () => {
    for (const { rule, stage } of reports.graph.steps)
      expect(sentenceOf(rule, stage), rule).toMatch(/\.$/);
    expect(ruleText('log_of_softmax')?.witness?.left).toContain('-Infinity');
  });
});
