/**
 * @file What a step changed, on the steps of a real function: the marks agree with the step, both halves share one layout, and
 * the text says the same as the drawing.
 */
import { beforeAll, expect, test } from 'vitest';
import { placeGraph } from '../graph/layout.ts';
import { makeReports, type Reports } from '../reports.test.kit.ts';
import { diffStep, placesOf, textOf } from './step-diff.ts';

let reports: Reports;
beforeAll(async () => {
  reports = await makeReports();
});

const marked = (half: ReturnType<typeof diffStep>['before'], mark: string): readonly number[] =>
  [...half.marks].filter(([, each]) => each === mark).map(([id]) => id);

test('every step removes what it replaced, unless that is an operand of what came', () => {
  const { graph } = reports;
  for (const [at, step] of graph.steps.entries()) {
    const diff = diffStep(graph, at);
    const ids = (half: typeof diff.before) => half.nodes.map(({ id }) => id);
    const changes = marked(diff.before, 'gone').length + marked(diff.after, 'new').length;
    expect(changes, step.rule).toBeGreaterThan(0);
    expect(ids(diff.before), step.rule).not.toEqual(ids(diff.after));
    expect(marked(diff.after, 'new'), step.rule).not.toContain(step.before);
  }
});

test('log of softmax becomes logSoftmax, and what used it is rewired', () => {
  const { graph } = reports;
  const at = graph.steps.findIndex(({ rule }) => rule === 'log_of_softmax');
  const { before, after, leftOut } = diffStep(graph, at);
  const ops = (ids: readonly number[]) => ids.map((id) => graph.stepNodes[id]!.op);
  expect(ops(marked(before, 'gone'))).toEqual(['log', 'softmax']);
  expect(ops(marked(after, 'new'))).toEqual(['logSoftmax']);
  expect(ops(marked(after, 'moved'))).toEqual(['at']);
  expect(leftOut).toBe(0);
});

test('nodes of both halves stand at the same places', () => {
  const { graph } = reports;
  for (const at of graph.steps.keys()) {
    const { before, after, request } = diffStep(graph, at);
    const placed = placeGraph(request);
    const spots = [before, after].map(
      (half) => new Map(half.nodes.map(({ id }, i) => [id, placesOf(half, placed).centres[i]])),
    );
    for (const [id, spot] of spots[0]!) {
      expect(spot).toBeDefined();
      expect(spots[1]!.get(id) ?? spot).toEqual(spot);
    }
  }
});

test('the text has a line for each node, with its sign', () => {
  const { graph } = reports;
  const at = graph.steps.findIndex(({ rule }) => rule === 'log_of_softmax');
  const { after } = diffStep(graph, at);
  const lines = textOf(after, graph.stepNodes).split('\n');
  expect(lines).toHaveLength(after.nodes.length);
  expect(
    lines.filter((line) => /^\+ %\d+ = logSoftmax\(%\d+\) : float32 \[\?, 3\]$/.test(line)),
  ).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith('~'))).toHaveLength(1);
});
