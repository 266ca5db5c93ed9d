/**
 * Goal: numbers, arrays and tables are written as they are, whatever they are: NaN, none, huge ones. Method: small data and the
 * whole text that comes out.
 */
import { describe, expect, test } from 'vitest';
import { arrayText } from './array-text.ts';
import { histogramOf } from './histogram.ts';
import { formatOf, nonFiniteNote, partText, rangeOf, showNumber } from './numbers.ts';
import { linearMarks, logMarks, roundUp, wholeMarks } from './scales.ts';
import {
  tableOfArray,
  tableOfCurve,
  tableOfHistogram,
  tableOfOutput,
  tableOfPlot,
} from './table-data.ts';
import type { ArrayOutput } from './numbers.ts';

const arrayOf = (
  shape: readonly number[],
  data: ArrayOutput['data'],
  whole: readonly number[] | null = null,
): ArrayOutput => ({
  kind: 'array',
  view: 'table',
  label: null,
  dtype: 'float32',
  shape,
  data,
  whole,
  columns: null,
  captions: null,
});

describe('a number that stands alone', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [3, '3'],
    [-12, '\u221212'],
    [0.091_234, '0.09123'],
    [123_456.789, '123500'],
    [1e-5, '1.000e\u22125'],
    [-250_000_000, '\u2212250000000'],
    [-2.5e9, '\u22122.500e9'],
    [1.5e7 + 0.5, '1.500e7'],
    [2 ** 53, '9.007e15'],
    [1e300, '1.000e300'],
    [NaN, 'NaN'],
    [-Infinity, '\u2212Infinity'],
  ])('%d is %s', (value, text) => {
    expect(showNumber(value)).toBe(text);
  });

  test('takes as many figures as are asked for', () => {
    expect(showNumber(Math.PI, 2)).toBe('3.1');
  });
});

describe('numbers of one column', () => {
  const column = (...values: number[]) => values.map(formatOf(values));

  test('have the decimals that the longest needs, at most four', () => {
    expect(column(1, 2.5, -3.25)).toEqual(['1.00', '2.50', '\u22123.25']);
    expect(column(1 / 3, 1)).toEqual(['0.3333', '1.0000']);
  });

  test('have none where all are whole', () => {
    expect(column(1, -20, 3)).toEqual(['1', '\u221220', '3']);
  });

  test('leave infinities and what is no number as they are', () => {
    expect(column(NaN, 1.5, -Infinity)).toEqual(['NaN', '1.5', '\u2212Infinity']);
    expect(column(NaN, NaN)).toEqual(['NaN', 'NaN']);
  });

  test('stand each for itself where they reach over many powers of ten', () => {
    expect(column(1e-20, 0.5, 100)).toEqual(['1.000e\u221220', '0.5', '100']);
    expect(column(5e-5, 2e-4)).toEqual(['5.000e\u22125', '0.0002']);
  });
});

describe('what is said of an array', () => {
  test('counts what is no finite number', () => {
    expect(nonFiniteNote(Float32Array.of(1, NaN, Infinity, -Infinity))).toBe(
      'contains NaN (1 of 4) and infinities (2 of 4)',
    );
    expect(nonFiniteNote(Float32Array.of(1, 2))).toBeNull();
    expect(nonFiniteNote(new Uint8Array(3))).toBeNull();
    expect(nonFiniteNote(new Float32Array(0))).toBeNull();
  });

  test('tells its range without infinities', () => {
    expect(rangeOf([3, NaN, -1, Infinity])).toEqual({ low: -1, high: 3 });
    expect(rangeOf([NaN])).toBeNull();
    expect(rangeOf([])).toBeNull();
  });

  test.each([
    [[32, 28], null, ''],
    [[32, 28], [60_000, 28], 'first 32 of 60,000'],
    [[32, 28], [32, 28], ''],
    [[32, 10], [60_000, 28], 'part of [60000, 28]'],
    [[32], [60_000, 28], 'part of [60000, 28]'],
  ])('%j of %j is "%s"', (shape, whole, text) => {
    expect(partText({ shape, whole })).toBe(text);
  });
});

describe('an array as text', () => {
  test('is in brackets, its columns equal', () => {
    expect(arrayText({ shape: [2, 2], data: Float32Array.of(1, -20, 3.5, NaN) })).toBe(
      '[[  1.0 \u221220.0]\n [  3.5   NaN]]',
    );
  });

  test('is a bare number without axes', () => {
    expect(arrayText({ shape: [], data: Float32Array.of(2.5) })).toBe('2.5');
  });

  test('shows that there is nothing', () => {
    expect(arrayText({ shape: [0], data: new Float32Array(0) })).toBe('[]');
    expect(arrayText({ shape: [2, 0], data: new Float32Array(0) })).toBe('[[]\n []]');
  });

  test('parts matrices of a stack by an empty line', () => {
    expect(arrayText({ shape: [2, 1, 2], data: Int32Array.of(1, 2, 3, 4) })).toBe(
      '[[[1 2]]\n\n [[3 4]]]',
    );
  });

  test('shows the corners of a large one', () => {
    const data = Int32Array.from({ length: 40_000 }, (_, i) => i);
    const lines = arrayText({ shape: [200, 200], data }).split('\n');
    expect(lines).toHaveLength(7);
    expect(lines[0]).toBe('[[    0     1     2 ...   197   198   199]');
    expect(lines[3]).toBe(' ...');
    expect(lines[6]).toBe(' [39800 39801 39802 ... 39997 39998 39999]]');
  });

  test('breaks long rows', () => {
    const lines = arrayText({ shape: [100], data: new Int32Array(100) }).split('\n');
    expect(lines.length).toBeGreaterThan(1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(78);
  });
});

describe('a table', () => {
  test('of a cell takes a first column of texts as names of rows', () => {
    const table = tableOfOutput(
      {
        kind: 'table',
        columns: ['digit', 'wrong', 'note'],
        rows: [
          ['one', 1.5, null],
          ['two', NaN, 'check'],
        ],
        rowCount: 9,
      },
      5,
    );
    expect(table.corner).toBe('digit');
    expect(table.columns).toEqual([
      { name: 'wrong', isNumeric: true },
      { name: 'note', isNumeric: false },
    ]);
    expect(table.rows).toEqual([
      { name: 'one', cells: ['1.5', ''] },
      { name: 'two', cells: ['NaN', 'check'] },
    ]);
    expect([table.rowCount, table.rowsAtHand]).toEqual([9, 2]);
  });

  test('of a cell without rows has its columns', () => {
    const table = tableOfOutput({ kind: 'table', columns: ['a'], rows: [], rowCount: 0 }, 5);
    expect(table.columns).toEqual([{ name: 'a', isNumeric: false }]);
    expect(table.rows).toEqual([]);
  });

  test('of an array has the last axis across and indices of the others as names', () => {
    const table = tableOfArray(
      arrayOf(
        [2, 2, 3],
        Float32Array.from({ length: 12 }, (_, i) => i),
      ),
      3,
    );
    expect(table.rows.map(({ name }) => name)).toEqual(['0, 0', '0, 1', '1, 0']);
    expect(table.rows[2]?.cells).toEqual(['6', '7', '8']);
    expect(table.rowCount).toBe(4);
  });

  test('of a wide part says what is left out of both axes', () => {
    const table = tableOfArray(arrayOf([2, 784], new Float32Array(1568), [60_000, 784]), 10);
    expect(table.columns).toHaveLength(50);
    expect(table.note).toBe('first 50 of 784 columns');
    expect([table.rowCount, table.rowsAtHand]).toEqual([60_000, 2]);
  });

  test('of an array without elements has no rows', () => {
    expect(tableOfArray(arrayOf([4, 0], new Float32Array(0)), 10).rows).toEqual([]);
  });

  test('of a curve has the latest points first, and gaps where a series has none', () => {
    const table = tableOfCurve(
      {
        kind: 'curve',
        id: 'c',
        name: 'cost',
        series: ['a', 'b'],
        points: [
          { step: 0, values: [1, null] },
          { step: 1, values: [0.5, NaN] },
          { step: 2, values: [0.25] },
        ],
      },
      2,
    );
    expect(table.rows).toEqual([
      { name: '2', cells: ['0.25', ''] },
      { name: '1', cells: ['0.50', 'NaN'] },
    ]);
    expect(table.rowCount).toBe(3);
  });

  test('of a plot has the data of every trace, rows of numbers abridged', () => {
    const table = tableOfPlot(
      {
        traces: [
          { name: 'left', x: [1, 2, 3], y: Float32Array.of(4, 5, 6), text: 'none' },
          { type: 'heatmap', z: [[1, 2], Array.from({ length: 20 }, () => 7)] },
        ],
        layout: {},
      },
      2,
    );
    expect(table.columns.map(({ name }) => name)).toEqual(['left x', 'left y', '2 z']);
    expect(table.rows.map(({ cells }) => cells)).toEqual([
      ['1', '4', '1 2'],
      ['2', '5', `${'7 '.repeat(12)}…`],
    ]);
    expect(table.rowCount).toBe(3);
  });

  test('of a histogram has the bounds of the bins', () => {
    const table = tableOfHistogram({ low: 0.1, step: 0.1, counts: [3, 4], total: 7 }, 9);
    expect(table.rows.map(({ cells }) => cells)).toEqual([
      ['0.1', '0.2', '3'],
      ['0.2', '0.3', '4'],
    ]);
  });
});

describe('a histogram', () => {
  test('counts every finite value once', () => {
    const data = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i));
    data[3] = NaN;
    data[4] = Infinity;
    const histogram = histogramOf(data)!;
    expect(histogram.total).toBe(998);
    expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(998);
    expect(histogram.low).toBeLessThanOrEqual(-1 + 1e-6);
    expect(histogram.low + histogram.step * histogram.counts.length).toBeGreaterThanOrEqual(
      1 - 1e-3,
    );
  });

  test('has whole numbers in the middle of bins', () => {
    expect(histogramOf([0, 1, 1, 2])).toEqual({ low: -0.5, step: 1, counts: [1, 2, 1], total: 4 });
  });

  test('has one bin for one value, and none for none', () => {
    expect(histogramOf([0.5, 0.5])?.counts.reduce((a, b) => a + b)).toBe(2);
    expect(histogramOf([])).toBeNull();
    expect(histogramOf([NaN, Infinity])).toBeNull();
  });
});

describe('marks of an axis', () => {
  test('are round', () => {
    expect(linearMarks(0.03, 0.97, 5)).toEqual([0.2, 0.4, 0.6, 0.8]);
    expect(linearMarks(-1, 1, 4)).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(linearMarks(7, 7, 4)).toEqual([7]);
    expect(wholeMarks(0, 3, 10)).toEqual([0, 1, 2, 3]);
    expect(roundUp(0.3)).toBe(0.5);
  });

  test('of a logarithmic axis are few', () => {
    expect(logMarks(0.05, 2, 6)).toEqual([0.05, 0.1, 0.2, 0.5, 1, 2]);
    expect(logMarks(1e-30, 1e30, 6).length).toBeLessThanOrEqual(7);
  });
});
