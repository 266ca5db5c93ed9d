/** @file Lengths of time as panels write them: three figures, a unit that fits, and never surer than their clock. */
import { expect, test } from 'vitest';
import { showError, showKnown, showLength, showMicroseconds } from './times.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

test('three figures in the unit that fits', () => {
  const written = [0, 0.39, 4.2, 31.25, 99.9, 420, 1650, 156_400, 4_200_000].map(showMicroseconds);
  expect(written.map(plain)).toEqual([
    '0 µs',
    '0.39 µs',
    '4.20 µs',
    '31.3 µs',
    '99.9 µs',
    '0.42 ms',
    '1.65 ms',
    '156 ms',
    '4.20 s',
  ]);
});

test('how coarse a clock is', () => {
  expect([0.38999, 1, 5, 100, 4000].map(showError).map(plain)).toEqual([
    '0.39 µs',
    '1 µs',
    '5 µs',
    '100 µs',
    '4 ms',
  ]);
});

test('less than a tick of the clock was not measured', () => {
  expect(plain(showLength(40, 100))).toBe('under 100 µs');
  expect(plain(showKnown(0, 1))).toBe('under 1 µs');
  expect(plain(showKnown(420, 1))).toBe('0.42 ms ± 1 µs');
});
