/**
 * Goal: what a cell shows by mistake is the cell's failure; only what no runtime of ours sends ends a realm. Method: outputs that
 * the page would refuse, shown by a run whose messages are kept.
 */
import { describe, expect, test, vi } from 'vitest';
import type { Output } from '../outputs.ts';
import { readRealmMessage, type RealmToGate, type RunMessage } from '../protocol.ts';
import { OUTPUT_LIMITS } from '../read-output.ts';
import { Run, Stopped } from './run.ts';

// A realm's file takes what workers have when it is read.
vi.hoisted(() => vi.stubGlobal('importScripts', () => undefined));

const MESSAGE: RunMessage = {
  kind: 'run',
  run: 1,
  cell: 'k3xw5',
  script: '',
  parameters: [],
  declared: [],
  columns: [],
  keepOld: false,
  controls: {},
};

function newRun(): { readonly run: Run; readonly sent: RealmToGate[] } {
  const sent: RealmToGate[] = [];
  return { run: new Run(MESSAGE, (message) => void sent.push(message)), sent };
}

/** As a program without types may give it. */
const untyped = (output: object): Output => output as Output;

const ARRAY = {
  kind: 'array',
  view: 'text',
  label: null,
  dtype: 'float32',
  shape: [2],
  data: Float32Array.of(1, 2),
  whole: null,
  columns: null,
  captions: null,
} as const;

const SLIDER = { type: 'slider', min: 0, max: 1, step: 0.1, scale: 'linear', value: 0 } as const;

describe('an output that the page would refuse', () => {
  test.each<[string, object, RegExp]>([
    ['an unknown way to draw', { ...ARRAY, view: 'imag' }, /array.*view: expected one of text/],
    ['half a column', { ...ARRAY, columns: 1.5 }, /columns: expected a whole number/],
    ['a label that is a number', { ...ARRAY, label: 5 }, /label: expected a text.*got 5/],
    [
      'a long label',
      { kind: 'control', name: 'a', label: 'a'.repeat(201), control: SLIDER },
      /label: expected a text of at most 200 characters, but got one of 201/,
    ],
    [
      'a curve of 21 series',
      { kind: 'curve', id: 'c', name: 'c', series: Array(21).fill('s'), points: [] },
      /series: expected a list of at most 20, but got a list of 21/,
    ],
  ])('%s is an error of the cell', (_, output, message) => {
    const { run, sent } = newRun();
    expect(() => run.show(untyped(output))).toThrow(message);
    expect(() => run.showAgain(untyped(output))).toThrow(TypeError);
    expect(sent).toEqual([]);
  });
});

test('what is shown, the gate reads', () => {
  const { run, sent } = newRun();
  run.show(ARRAY);
  expect(sent).toHaveLength(1);
  expect(readRealmMessage(sent[0])).toEqual(sent[0]);
});

test('more outputs than fit end with a word about it', () => {
  const { run, sent } = newRun();
  for (let i = 0; i < OUTPUT_LIMITS.outputs + 50; i++)
    run.show({ kind: 'text', text: String(i), tone: 'plain' });
  expect(sent).toHaveLength(OUTPUT_LIMITS.outputs);
  expect(sent.at(-1)).toMatchObject({
    output: { tone: 'warning', text: expect.stringContaining('Only the first') as string },
  });
});

test('a stopped run shows nothing, and what it waits for rejects', async () => {
  const { run, sent } = newRun();
  run.stop();
  run.show(ARRAY);
  run.showAgain(ARRAY);
  run.addPoints('c', []);
  expect(sent).toEqual([]);
  await expect(run.stopping).rejects.toThrow(Stopped);
});

test('things of one name are told apart by their order, each kind for itself', () => {
  const { run } = newRun();
  const ordinals = (['shared', 'shared', 'graph', 'shared'] as const).map((kind) =>
    run.ordinalOf(kind, 'W'),
  );
  expect(ordinals).toEqual([0, 1, 0, 2]);
});
