/**
 * Goal: nothing but well-formed messages of known size leaves the gate. Valid messages come through unchanged, whatever is
 * put in place of any part of one is refused or read to a message that is valid again, and the example of each kind of
 * output is a test of its reader.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Output } from './outputs.ts';
import { MESSAGE_LIMITS, readRealmMessage, type RealmToGate } from './protocol.ts';
import { OUTPUT_LIMITS, sizeOfOutput } from './read-output.ts';
import { ProtocolError } from './read-values.ts';

/** One of each kind of output and each of its forms. */
const OUTPUTS: { readonly [K in Output['kind']]: readonly (Output & { readonly kind: K })[] } = {
  text: [{ kind: 'text', text: 'hello\n', tone: 'warning' }],
  tensor: [
    { kind: 'tensor', name: 'x', dtype: 'float32', shape: [null, 784], graph: 'g1' },
    { kind: 'tensor', name: null, dtype: 'bool', shape: [], graph: null },
  ],
  array: [
    {
      kind: 'array',
      view: 'images',
      label: 'digits',
      dtype: 'float32',
      shape: [2, 2, 1],
      data: Float32Array.of(0, Number.NaN, 1, -0),
      whole: [100, 2, 1],
      columns: 2,
      captions: ['a', 'b'],
    },
    {
      kind: 'array',
      view: 'text',
      label: null,
      dtype: 'int32',
      shape: [],
      data: Int32Array.of(7),
      whole: null,
      columns: null,
      captions: null,
    },
  ],
  table: [
    {
      kind: 'table',
      columns: ['a', 'b'],
      rows: [
        [1, 'x'],
        [null, true],
      ],
      rowCount: 5,
    },
  ],
  plot: [
    {
      kind: 'plot',
      id: 'plot-0',
      spec: {
        traces: [{ type: 'scatter', x: [1, 2], y: Float64Array.of(1, 2), name: 'f' }],
        layout: { title: { text: 'T' }, xaxis: { range: [0, 1] } },
      },
    },
  ],
  curve: [
    {
      kind: 'curve',
      id: 'curve-0',
      name: 'loss',
      series: ['train', 'test'],
      points: [{ step: 0, values: [1, null] }],
    },
  ],
  progress: [{ kind: 'progress', id: 'p', label: 'epochs', done: 1, total: null }],
  notice: [
    {
      kind: 'notice',
      error: { cell: 'k3xw5', line: null, column: null, code: 'not_a_number', message: 'NaN' },
    },
  ],
  latex: [{ kind: 'latex', tex: String.raw`\frac{1}{2}` }],
  markdown: [{ kind: 'markdown', text: '# Title' }],
  control: [
    {
      kind: 'control',
      name: 'rate',
      label: 'Rate',
      control: { type: 'slider', min: 0, max: 1, step: 0.1, scale: 'log', value: 0.5 },
    },
    {
      kind: 'control',
      name: 'kind',
      label: 'Kind',
      control: { type: 'select', options: ['a', 'b'], value: 'a' },
    },
    { kind: 'control', name: 'on', label: 'On', control: { type: 'checkbox', value: true } },
    { kind: 'control', name: 'go', label: 'Go', control: { type: 'button', value: 3 } },
  ],
  panel: [{ kind: 'panel', panel: 'kernels', target: '4', title: 'train' }],
};

const MESSAGES: readonly RealmToGate[] = [
  { kind: 'ready' },
  { kind: 'pong' },
  { kind: 'stopped', run: 1 },
  { kind: 'points', run: 1, id: 'curve-0', points: [{ step: 3, values: [0.5, null] }] },
  {
    kind: 'done',
    run: 2,
    names: [
      { name: 'W', kind: 'shared', dtype: 'float32', shape: [784, null], text: '' },
      { name: 'n', kind: 'other', dtype: null, shape: null, text: '12' },
    ],
  },
  {
    kind: 'failed',
    run: 3,
    error: { cell: 'k3xw5', line: 4, column: null, code: 'shapes_differ', message: 'add: ...' },
  },
  ...Object.values(OUTPUTS)
    .flat()
    .map((output): RealmToGate => ({ kind: 'display', run: 1, output })),
];

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

/** Every place in a message, as a list of keys. */
function placesIn(value: unknown): readonly (readonly string[])[] {
  if (!isPlain(value)) return [[]];
  return [
    [],
    ...Object.entries(value).flatMap(([key, v]) => placesIn(v).map((rest) => [key, ...rest])),
  ];
}

function withAt(value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put;
  const fields = value as Readonly<Record<string, unknown>>;
  const changed = withAt(fields[key], rest, put);
  if (Array.isArray(value)) return (value as unknown[]).with(Number(key), changed);
  return { ...fields, [key]: changed };
}

describe('a message of the realm', () => {
  test.each(MESSAGES)('comes through as it is: $kind $output.kind', (message) => {
    expect(readRealmMessage(structuredClone(message))).toEqual(message);
  });

  test('loses what nobody knows, down to a key __proto__', () => {
    for (const message of MESSAGES) {
      const more = JSON.parse('{"__proto__": {"kind": "done"}, "then": 1, "extra": [1]}') as object;
      // Attributes of plots are named by tables: an unknown one is refused instead.
      const places = placesIn(message).filter((place) => !place.includes('spec'));
      for (const place of places) {
        const at = place.reduce<unknown>((v, key) => (v as Record<string, unknown>)[key], message);
        if (!isPlain(at) || Array.isArray(at)) continue;
        const grown = withAt(message, place, Object.assign(Object.create(null), more, at));
        expect(readRealmMessage(grown)).toEqual(message);
      }
    }
  });

  test('with anything in any place is refused, or is read to a message that is read to itself', () => {
    const places = MESSAGES.flatMap((message) =>
      placesIn(message).map((place) => ({ message, place })),
    );
    const seen = { refused: 0, read: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...places), hostile, ({ message, place }, put) => {
        let read: RealmToGate;
        try {
          read = readRealmMessage(withAt(message, place, put));
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
          seen.refused++;
          return;
        }
        seen.read++;
        expect(readRealmMessage(read)).toEqual(read);
      }),
      { numRuns: 4000 },
    );
    expect(seen.refused).toBeGreaterThan(1000);
    expect(seen.read).toBeGreaterThan(200);
  });

  test('shares no memory with what the realm holds', () => {
    const data = new Float32Array(4);
    const [array] = OUTPUTS.array;
    const read = readRealmMessage({ kind: 'display', run: 1, output: { ...array, data } });
    data.fill(9);
    expect(read).toMatchObject({ output: { data: new Float32Array(4) } });
  });
});

/** What a realm without a runtime might put somewhere. */
const hostile = fc.oneof(
  fc.anything({
    withTypedArray: true,
    withMap: true,
    withDate: true,
    withBigInt: true,
    withSparseArray: true,
  }),
  fc.constantFrom<unknown>(
    undefined,
    null,
    -1,
    0.5,
    2 ** 53,
    Number.NaN,
    Infinity,
    '',
    'x'.repeat(201),
    'x'.repeat(OUTPUT_LIMITS.chars + 1),
    Array.from({ length: 100_000 }),
    new Float32Array(OUTPUT_LIMITS.bytes / 4 + 1),
    new BigInt64Array(4),
    { length: 3 },
    '__proto__',
    'constructor',
    'toString',
  ),
);

describe('bounds', () => {
  const output = (change: object, of: Output): unknown => ({
    kind: 'display',
    run: 1,
    output: { ...of, ...change },
  });
  const [array] = OUTPUTS.array;
  const [table] = OUTPUTS.table;
  const TOO_MUCH: Readonly<Record<string, unknown>> = {
    'a text': output({ text: 'x'.repeat(OUTPUT_LIMITS.chars + 1) }, OUTPUTS.text[0]!),
    'an array': output(
      { data: new Float32Array(OUTPUT_LIMITS.bytes / 4 + 1), shape: [OUTPUT_LIMITS.bytes / 4 + 1] },
      array!,
    ),
    'an array with too few numbers': output({ shape: [2, 3, 1] }, array!),
    'a shape that multiplies to its size by overflow': output(
      { shape: [2 ** 31, 2 ** 31, 0.5] },
      array!,
    ),
    'rows of a table': output(
      { rows: Array.from({ length: OUTPUT_LIMITS.tableRows + 1 }, () => [1, 2]) },
      table!,
    ),
    'a table row with another number of cells': output({ rows: [[1]] }, table!),
    'points of a curve': {
      kind: 'points',
      run: 1,
      id: 'c',
      points: Array.from({ length: OUTPUT_LIMITS.points + 1 }, () => ({ step: 0, values: [] })),
    },
    names: {
      kind: 'done',
      run: 1,
      names: Array.from({ length: MESSAGE_LIMITS.names + 1 }, () => ({})),
    },
    'an error': {
      kind: 'failed',
      run: 1,
      error: { cell: 'a', line: 1, column: 1, code: '', message: 'x'.repeat(8001) },
    },
    'a cell id with a path in it': {
      kind: 'failed',
      run: 1,
      error: { cell: '../a', line: 1, column: 1, code: '', message: '' },
    },
  };

  test.each(Object.entries(TOO_MUCH))('%s', (_, message) => {
    expect(() => readRealmMessage(message)).toThrow(ProtocolError);
  });

  test('count texts and numbers of every kind', () => {
    expect(sizeOfOutput(array!)).toEqual({ chars: 2, bytes: 16 });
    expect(sizeOfOutput(OUTPUTS.text[0]!)).toEqual({ chars: 6, bytes: 0 });
    expect(sizeOfOutput(table!)).toEqual({ chars: 8 + 1 + 8 + 8, bytes: 0 });
    expect(sizeOfOutput(OUTPUTS.curve[0]!)).toEqual({ chars: 0, bytes: 16 });
    expect(sizeOfOutput(OUTPUTS.plot[0]!).bytes).toBe(7 + 16 + 16 + 1 + 1 + 16);
  });
});
