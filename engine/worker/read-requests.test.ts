/**
 * Goal: the compiler takes nothing of a realm on trust but the graph, which has a reader of its own. Method: a request as
 * our front end writes it, and the same with one field as only a replaced runtime would.
 */
import { expect, test } from 'vitest';
import { NAME_LENGTH_MAX } from '../base/limits.ts';
import { readCompilerRequest } from './read-requests.ts';

const graph = { nodes: [], inputs: [], outputs: [], updates: [] };
const place = { source: 'a', line: 3, column: 1 };
const REQUEST = {
  name: 'f',
  graph,
  shared: [[0, 7]],
  mode: { base: 'fast', include: [], exclude: ['fusion'] },
  device: null,
  profile: false,
  sync: false,
  keepBuffers: true,
  place,
};
const INSPECT = { id: 'i0', kind: 'gradient', title: 'cost', cell: 'a', place: null, graph };

const compiling = (change: object) => ({
  kind: 'compile',
  fn: 1,
  cell: 'a',
  request: { ...REQUEST, ...change },
});

test('copies what a front end writes', () => {
  expect(readCompilerRequest(compiling({ more: 1 }))).toEqual(compiling({}));
  const inspecting = { kind: 'inspect', request: INSPECT };
  expect(readCompilerRequest(inspecting)).toEqual(inspecting);
});

test('cuts a long name, which a person may have given', () => {
  const read = readCompilerRequest(compiling({ name: 'x'.repeat(5000) }));
  expect(read.kind === 'compile' && read.request.name).toHaveLength(NAME_LENGTH_MAX);
});

test.each([
  ['no object', null],
  ['an unknown kind', { kind: 'run' }],
  ['a program for the device', { kind: 'define', wgsl: '' }],
  ['a function that is no number', { ...compiling({}), fn: '1' }],
  ['a cell that is a path', { ...compiling({}), cell: '../a' }],
  ['a name of ten million objects', compiling({ name: Array.from({ length: 10 }, () => ({})) })],
  ['variables that are no pairs', compiling({ shared: [[0]] })],
  ['variables at fractions', compiling({ shared: [[0.5, 1]] })],
  ['no mode', compiling({ mode: undefined })],
  ['a mode of ours that is none', compiling({ mode: { ...REQUEST.mode, base: 'constructor' } })],
  ['a device that is none', compiling({ device: '__proto__' })],
  ['a line that is an object', compiling({ place: { ...place, line: {} } })],
  ['a source that is a book', compiling({ place: { ...place, source: 'x'.repeat(1e6) } })],
  [
    'an inspection of a title that is a list',
    { kind: 'inspect', request: { ...INSPECT, title: [] } },
  ],
  ['an inspection by no cell', { kind: 'inspect', request: { ...INSPECT, cell: {} } }],
])('refuses %s', (_, message) => {
  expect(() => readCompilerRequest(message)).toThrow(/a request/);
});
