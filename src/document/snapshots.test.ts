/** Goal: twenty snapshots reach far back and are dense near now. Method: arbitrary times, and a week of editing all day. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSnapshotDue, SNAPSHOT_EVERY_MS, SNAPSHOTS_MAX, snapshotsToDrop } from './snapshots.ts';

const HOUR = 3600_000;

test('at most twenty stay, the first and the latest among them', () => {
  const times = fc.uniqueArray(fc.nat(1e9), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(times, fc.nat(1e9), (unsorted, now) => {
      const sorted = unsorted.toSorted((a, b) => a - b);
      const dropped = new Set(snapshotsToDrop(sorted, now));
      const kept = sorted.filter((time) => !dropped.has(time));
      expect(kept.length).toBe(Math.min(sorted.length, SNAPSHOTS_MAX));
      expect(kept[0]).toBe(sorted[0]);
      expect(kept.at(-1)).toBe(sorted.at(-1));
    }),
  );
});

test('after a week of editing they reach back to its beginning and stand close in the last hour', () => {
  let kept: readonly number[] = [];
  const end = 7 * 24 * HOUR;
  for (let now = 0; now <= end; now += SNAPSHOT_EVERY_MS) {
    const times = [...kept, now];
    const dropped = snapshotsToDrop(times, now);
    kept = times.filter((time) => !dropped.includes(time));
  }
  expect(kept[0]).toBe(0);
  expect(kept.filter((time) => end - time <= HOUR).length).toBeGreaterThanOrEqual(4);
  expect(kept.filter((time) => end - time >= 24 * HOUR).length).toBeGreaterThanOrEqual(3);
});

test.each([
  [null, 0, true],
  [0, SNAPSHOT_EVERY_MS - 1, false],
  [0, SNAPSHOT_EVERY_MS, true],
])('after one at %j, an edit at %j leaves another: %j', (latest, now, isDue) => {
  expect(isSnapshotDue(latest, now)).toBe(isDue);
});
