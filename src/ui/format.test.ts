/** Goal: numbers read as LOOK.md writes them. Method: rows of values and texts, no-break spaces shown as plain ones. */
import { expect, test } from 'vitest';
import { showAge, showBytes, showCount, showDuration, showShape } from './format.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

test.each([
  [0.2, 'under 1 ms'],
  [12.4, '12 ms'],
  [4200, '4.2 s'],
  [42_000, '42 s'],
  [125_000, '2 min 5 s'],
  [7_300_000, '2 h 1 min'],
])('%s ms is %s', (ms, text) => {
  expect(plain(showDuration(ms))).toBe(text);
});

test.each([
  [40, '40 B'],
  [2000, '2.0 kB'],
  [20_000, '20 kB'],
  [1_568_000, '1.6 MB'],
  [11_600_000, '11.6 MB'],
])('%s bytes are %s', (bytes, text) => {
  expect(plain(showBytes(bytes))).toBe(text);
});

test.each([
  ['2026-11-20T11:59:30', 'just now'],
  ['2026-11-20T11:58:00', '2 minutes ago'],
  ['2026-11-20T09:00:00', '3 hours ago'],
  ['2026-11-19T23:00:00', 'yesterday'],
  ['2026-11-12T12:00:00', '12 November'],
  ['2025-11-12T12:00:00', '12 November 2025'],
])('%s is %s', (at, text) => {
  const now = new Date('2026-11-20T12:00:00').getTime();
  expect(showAge(new Date(at).getTime(), now)).toBe(text);
});

test('shapes and counts', () => {
  expect(showShape([null, 784])).toBe('[?, 784]');
  expect(showCount(1, 'cell')).toBe('1 cell');
  expect(showCount(60_000, 'cell')).toBe('60,000 cells');
});
