/**
 * Goal: curves, plots and pictures show the data and nothing else, whatever the data. Method: small data, and the places, colours
 * and words that are computed before anything is drawn.
 */
import { describe, expect, test } from 'vitest';
import { brokenText, curveFigure, curveText, type CurveOutput } from './curve.ts';
import { freeHeights } from './free-labels.ts';
import {
  bitmapOf,
  colourOf,
  heatBitmap,
  heatLevels,
  heatSizeOf,
  levelsOf,
  levelsText,
  pictureOf,
  picturesOf,
  sheetOf,
} from './pixels.ts';
import { plotText } from './plot-text.ts';
import { themedPlot } from './plot-theme.ts';

const curveOf = (
  series: readonly string[],
  points: readonly (readonly (number | null)[])[],
): CurveOutput => ({
  kind: 'curve',
  id: 'c',
  name: 'cost',
  series,
  points: points.map((values, step) => ({ step, values })),
});

/** The y of every place in an SVG path. */
const heightsIn = (path: string): readonly number[] =>
  path
    .slice(1)
    .split('L')
    .map((place) => Number(place.split(' ')[1]));

describe('a curve', () => {
  test('without a point has no figure, and says so', () => {
    expect(curveFigure(curveOf(['a'], []), 500)).toBeNull();
    expect(curveText(curveOf(['a'], []))).toBe('cost: no points yet.');
    expect(curveFigure(curveOf(['a'], [[NaN], [null]]), 500)).toBeNull();
  });

  test('lies within its field, from the first point to the last', () => {
    const figure = curveFigure(curveOf(['a'], [[3], [1], [2]]), 500)!;
    const [line] = figure.lines;
    expect(line?.path.startsWith(`M${figure.left}.0 `)).toBe(true);
    expect(line?.end.x).toBe(figure.right);
    for (const y of heightsIn(line?.path ?? '')) {
      expect(y).toBeGreaterThanOrEqual(figure.top);
      expect(y).toBeLessThanOrEqual(figure.bottom);
    }
    const [first, second] = heightsIn(line?.path ?? '');
    expect(first).toBeLessThan(second!);
    expect(line?.label).toBe('a 2');
  });

  test('has a logarithmic axis where its range asks for one, and not where there is a 0', () => {
    expect(curveFigure(curveOf(['a'], [[2], [0.01]]), 500)?.isLog).toBe(true);
    expect(curveFigure(curveOf(['a'], [[2], [0]]), 500)?.isLog).toBe(false);
    expect(curveFigure(curveOf(['a'], [[2], [1]]), 500)?.isLog).toBe(false);
  });

  test('of one constant or one point is finite', () => {
    for (const points of [[[5]], [[5], [5]], [[0]], [[-1e30], [1e30]]]) {
      const figure = curveFigure(curveOf(['a'], points), 300)!;
      expect(figure.lines[0]?.path).not.toMatch(/NaN|Infinity/);
      expect(figure.yMarks.every(({ at }) => Number.isFinite(at))).toBe(true);
    }
  });

  test('says from where on it is broken, and labels what is', () => {
    const curve = curveOf(
      ['a', 'b'],
      [
        [1, 2],
        [null, 1],
        [NaN, 1],
        [NaN, Infinity],
      ],
    );
    expect(brokenText(curve)).toBe('a is NaN at step 2');
    expect(curveFigure(curve, 500)?.lines.map(({ label }) => label)).toEqual([
      'a NaN',
      'b Infinity',
    ]);
    expect(brokenText(curveOf(['a'], [[1], [null]]))).toBeNull();
  });

  test('joins points that share a place into a mean, over their range', () => {
    const points = Array.from({ length: 20_000 }, (_, i) => [1 + (i % 2)]);
    const figure = curveFigure(curveOf(['a'], points), 400)!;
    const [line] = figure.lines;
    expect(line!.path.length).toBeLessThan(8000);
    const middle = (figure.top + figure.bottom) / 2;
    // The last place is that of the last point.
    for (const y of heightsIn(line!.path).slice(0, -1))
      expect(Math.abs(y - middle)).toBeLessThan(3);
    expect(Math.min(...heightsIn(line!.raw))).toBeLessThan(figure.top + 3);
    expect(Math.max(...heightsIn(line!.raw))).toBeGreaterThan(figure.bottom - 3);
  });

  test('keeps labels apart and within the page, however long the names', () => {
    const series = Array.from({ length: 6 }, (_, i) => `${'long '.repeat(20)}${i}`);
    const figure = curveFigure(curveOf(series, [series.map(() => 1)]), 320)!;
    const heights = figure.lines.map(({ labelY }) => labelY).toSorted((a, b) => a - b);
    for (let i = 1; i < heights.length; i += 1) {
      expect(heights[i]! - heights[i - 1]!).toBeGreaterThanOrEqual(14);
    }
    expect(figure.right).toBeGreaterThan(320 / 2);
  });
});

describe('labels', () => {
  test('stay where they are free', () => {
    expect(freeHeights([50, 10], { top: 0, bottom: 100, gap: 15 })).toEqual([50, 10]);
  });

  test('move down, and up again from the lower edge', () => {
    expect(freeHeights([50, 52], { top: 0, bottom: 100, gap: 15 })).toEqual([50, 65]);
    expect(freeHeights([99, 98, 97], { top: 0, bottom: 100, gap: 15 })).toEqual([100, 85, 70]);
  });

  test('of none are none', () => {
    expect(freeHeights([], { top: 0, bottom: 1, gap: 1 })).toEqual([]);
  });
});

describe('pictures', () => {
  test.each([
    [[28, 28], { count: 1, height: 28, width: 28, channels: 1 }],
    [[24, 36, 3], { count: 1, height: 24, width: 36, channels: 3 }],
  ])('of the shape %j are one', (shape, expected) => {
    expect(pictureOf(shape)).toEqual(expected);
  });

  test.each([
    [[32, 784], { count: 32, height: 28, width: 28, channels: 1 }],
    [[5, 8, 9], { count: 5, height: 8, width: 9, channels: 1 }],
    [[5, 8, 9, 4], { count: 5, height: 8, width: 9, channels: 4 }],
  ])('of the shape %j are several', (shape, expected) => {
    expect(picturesOf(shape)).toEqual(expected);
  });

  test.each([
    [pictureOf([3]), /has the shape \[height, width\]/],
    [pictureOf([4, 4, 2]), /but this array has \[4, 4, 2\]/],
    [picturesOf([32, 785]), /square pictures/],
    [picturesOf([2, 3, 4, 5]), /Use reshape/],
    [pictureOf([0, 9]), /no pixel/],
    [pictureOf([5000, 2]), /at most 4096 a side/],
    [heatSizeOf([2, 2, 2]), /Show one slice/],
  ])('are refused with advice: %j', (pictures, why) => {
    expect(pictures).toEqual({ refusal: expect.stringMatching(why) as string });
  });

  test('are drawn up to a bound', () => {
    const all = picturesOf([60_000, 784]);
    if ('refusal' in all) throw new Error(all.refusal);
    expect(sheetOf(all, null)).toMatchObject({ columns: 16, drawn: 400 });
    expect(sheetOf(all, 10_000).columns).toBeLessThanOrEqual(136);
    expect(sheetOf({ ...all, count: 3 }, 16).columns).toBe(3);
  });

  test('go from black to white by what the values are', () => {
    expect(levelsOf(Uint8Array.of(7), 'uint8')).toEqual({ low: 0, high: 255 });
    expect(levelsOf(Float32Array.of(0.2, 0.7), 'float32')).toEqual({ low: 0, high: 1 });
    expect(levelsOf(Float32Array.of(-2, 6, NaN), 'float32')).toEqual({ low: -2, high: 6 });
    expect(levelsOf(Float32Array.of(5, 5), 'float32')).toEqual({ low: 5, high: 6 });
    expect(levelsOf(Float32Array.of(NaN), 'float32')).toEqual({ low: 0, high: 1 });
    expect(levelsText({ low: -2, high: 6 })).toBe('black −2, white 6');
    expect(levelsText({ low: 0, high: 1 })).toBe('');
  });

  test('leave what is no number clear, and gaps between them', () => {
    const sheet = sheetOf({ count: 2, height: 1, width: 1, channels: 1 }, 2);
    const bitmap = bitmapOf(
      Float32Array.of(1, NaN),
      sheet,
      { low: 0, high: 1 },
      { from: 0, to: 2 },
    );
    expect([bitmap.width, bitmap.height]).toEqual([4, 1]);
    expect([...bitmap.rgba]).toEqual([255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('a heat map', () => {
  const colours = {
    paper: [255, 255, 255],
    first: [0, 0, 200],
    second: [200, 0, 0],
  } as const;
  const pixels = (...values: number[]) =>
    heatBitmap(
      Float32Array.from(values),
      { count: 1, height: 1, width: values.length, channels: 1 },
      colours,
    ).rgba;

  test('goes from paper to the first colour', () => {
    expect([...pixels(0, 10)]).toEqual([255, 255, 255, 255, 0, 0, 200, 255]);
  });

  test('with both signs goes from the first colour through paper to the second, as far below as above', () => {
    expect([...pixels(-4, 0, 2)]).toEqual([0, 0, 200, 255, 255, 255, 255, 255, 228, 128, 128, 255]);
    expect(heatLevels(Float32Array.of(-4, 2))).toEqual({ low: -4, high: 4, isSigned: true });
  });

  test('of a constant, of nothing and of what is no number has bounds that differ', () => {
    for (const data of [Float32Array.of(3, 3), new Float32Array(0), Float32Array.of(NaN)]) {
      const { low, high } = heatLevels(data);
      expect(high).toBeGreaterThan(low);
    }
  });

  test('reads both forms of resolved colours', () => {
    expect(colourOf('rgb(11, 93, 140)')).toEqual([11, 93, 140]);
    expect(colourOf('color(srgb 1 0.5 0)')).toEqual([255, 127.5, 0]);
    expect(colourOf('')).toEqual([0, 0, 0]);
  });
});

describe('a plot', () => {
  const colours = { '--plot-1': 'blue', '--plot-2': 'red', '--plot-3': 'teal', '--paper': 'white' };
  const line = (name: string, y: readonly number[]) => ({ name, x: y.map((_, i) => i), y });

  test('has names at the ends of a few lines, apart from each other, and no legend', () => {
    const { layout, traces } = themedPlot(
      { traces: [line('a', [0, 1]), line('b', [5, 1])], layout: {} },
      colours,
      500,
    );
    const labels = layout['annotations'] as { text: string; yshift: number; font: object }[];
    expect(labels.map(({ text }) => text)).toEqual(['a', 'b']);
    expect(labels[0]!.yshift - labels[1]!.yshift).toBe(14);
    expect(labels[1]!.font).toEqual({ color: 'red' });
    expect(layout['showlegend']).toBe(false);
    expect(traces[1]).toMatchObject({ line: { dash: 'dash' } });
  });

  test('has a legend where names have no place at ends', () => {
    const isLegend = (...traces: object[]): unknown =>
      themedPlot({ traces: traces as Record<string, unknown>[], layout: {} }, colours, 500).layout[
        'showlegend'
      ];
    expect(isLegend(...['a', 'b', 'c', 'd', 'e'].map((name) => line(name, [1])))).toBe(true);
    expect(isLegend({ ...line('a', [1]), mode: 'markers' }, line('b', [1]))).toBe(true);
    expect(isLegend(line('a', [1]), line('b', [NaN]))).toBe(true);
    expect(isLegend(line('a', [1]))).toBe(false);
  });

  test('stands at the logarithm on a logarithmic axis', () => {
    const { layout } = themedPlot(
      {
        traces: [line('a', [10, 100]), line('b', [10, 1])],
        layout: { yaxis: { type: 'log' } },
      },
      colours,
      500,
    );
    expect((layout['annotations'] as { y: number }[]).map(({ y }) => y)).toEqual([2, 0]);
  });

  test('keeps what the cell sets', () => {
    const { layout, traces } = themedPlot(
      {
        traces: [{ ...line('a', [1]), line: { color: 'green' } }, line('b', [2])],
        layout: { showlegend: true, xaxis: { gridcolor: 'pink' }, height: 1e9, width: 9000 },
      },
      colours,
      500,
    );
    expect(layout).toMatchObject({ showlegend: true, xaxis: { gridcolor: 'pink' } });
    expect([layout['height'], layout['width']]).toEqual([1000, 500]);
    expect(traces[0]).toMatchObject({ line: { color: 'green' } });
  });

  test('over a heat map has the colours that it has on paper', () => {
    const { traces } = themedPlot(
      {
        traces: [
          { type: 'heatmap', z: [[0, 1]], zmid: 0.5 },
          { ...line('a', [1]), mode: 'markers' },
          { ...line('b', [1]), mode: 'markers' },
        ],
        layout: {},
      },
      colours,
      500,
    );
    expect(traces[0]).toMatchObject({
      colorscale: [
        [0, 'blue'],
        [0.5, 'white'],
        [1, 'red'],
      ],
      zmid: 0.5,
    });
    expect(traces[1]).toMatchObject({ marker: { color: 'blue', line: { color: 'white' } } });
    expect(traces[2]).toMatchObject({ marker: { color: 'red' } });
  });

  test('of signed numbers is as far below 0 as above', () => {
    const heat = (z: readonly (readonly number[])[], more = {}) =>
      themedPlot({ traces: [{ type: 'heatmap', z, ...more }], layout: {} }, colours, 500).traces[0];
    expect(heat([[-1, 3, NaN]])).toMatchObject({ zmin: -3, zmax: 3 });
    expect(heat([[-1, 3]], { zmin: -1 })).not.toHaveProperty('zmax');
    expect(heat([[1, 3]])).not.toHaveProperty('zmin');
  });

  test('is said in words', () => {
    expect(
      plotText({
        traces: [{ type: 'heatmap' }, { name: 'left' }],
        layout: { title: { text: 'Surface' } },
      }),
    ).toBe('Surface. Plot of heat map, points or lines (left).');
    expect(plotText({ traces: Array.from({ length: 10 }, () => ({})), layout: {} })).toMatch(
      /, and 2 more\.$/,
    );
  });
});
