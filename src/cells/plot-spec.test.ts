/** Goal: a plot holds only attributes of the tables, and none that loads, links or runs anything. */
import { describe, expect, test } from 'vitest';
import { readPlotSpec } from './plot-spec.ts';

const trace = (fields: object): unknown => ({ traces: [{ y: [1], ...fields }], layout: {} });
const layout = (fields: object): unknown => ({ traces: [], layout: fields });

const REFUSED: Readonly<Record<string, readonly [unknown, string]>> = {
  'no traces': [{ layout: {} }, 'traces: a list'],
  'no layout': [{ traces: [] }, 'layout: an object'],
  'a map of tiles': [trace({ type: 'scattermapbox' }), 'traces[0].type: one of scatter'],
  'a picture from elsewhere': [
    layout({ images: [{ source: 'https://a.example' }] }),
    "has no 'images'",
  ],
  'a template': [layout({ template: {} }), "has no 'template'"],
  'menus that call plotly': [layout({ updatemenus: [] }), "has no 'updatemenus'"],
  'an attribute of the prototype': [trace({ constructor: 1 }), "has no 'constructor'"],
  'an event of a mark': [trace({ marker: { onclick: 'x' } }), "traces[0].marker has no 'onclick'"],
  'a function': [trace({ name: () => 1 }), 'traces[0].name: a number, a boolean or a text'],
  'lists in lists in lists in lists': [trace({ x: [[[[1]]]] }), 'at most 3 levels'],
  'too many values': [trace({ x: new Float64Array(500_001) }), 'at most 500000 values'],
  'too many values in small lists': [
    {
      traces: Array.from({ length: 6 }, () => ({ x: Array.from({ length: 100_000 }, () => 0) })),
      layout: {},
    },
    'at most 500000 values',
  ],
  'too much text': [
    trace({ text: Array.from({ length: 600 }, () => 'x'.repeat(2000)) }),
    'at most 1048576 characters',
  ],
};

describe('a plot', () => {
  test.each(Object.entries(REFUSED))('is refused with %s', (_, [spec, why]) => {
    expect(() => readPlotSpec(spec)).toThrow(why);
  });

  test('keeps what the tables name, at any depth', () => {
    const spec = {
      traces: [
        {
          type: 'heatmap',
          z: [[1, 2], Float32Array.of(3, 4)],
          colorscale: [
            [0, 'white'],
            [1, 'black'],
          ],
          colorbar: { title: { text: 'p', font: { size: 3 } } },
        },
      ],
      layout: { xaxis: { title: { text: 'x' } }, shapes: [{ type: 'line', x0: 0, x1: 1 }] },
    };
    expect(readPlotSpec(spec)).toEqual(spec);
  });

  test('is a line where no type is named, and a title may be a text', () => {
    expect(readPlotSpec({ traces: [{ y: [1] }], layout: { title: 'cost' } })).toEqual({
      traces: [{ type: 'scatter', y: [1] }],
      layout: { title: { text: 'cost' } },
    });
  });

  test('shows links and pictures in its texts as text, and lets emphasis stand', () => {
    const { traces } = readPlotSpec(
      trace({
        text: ['<a href="https://a.example">x</a>', '<b>x</b><br>y<sub>2</sub>', '<IMG src=x>'],
      }),
    );
    expect(traces[0]!['text']).toEqual([
      '&lt;a href="https://a.example">x&lt;/a>',
      '<b>x</b><br>y<sub>2</sub>',
      '&lt;IMG src=x>',
    ]);
  });

  test('has gaps where lists have holes', () => {
    // oxlint-disable-next-line no-sparse-arrays
    const { traces } = readPlotSpec(trace({ x: [1, , undefined, 4] }));
    expect(traces[0]!['x']).toEqual([1, null, null, 4]);
  });

  test('copies its numbers', () => {
    const x = Float64Array.of(1, 2);
    const { traces } = readPlotSpec(trace({ x }));
    x.fill(0);
    expect(traces[0]!['x']).toEqual(Float64Array.of(1, 2));
  });
});
