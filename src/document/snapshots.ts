/**
 * @file Which states of a notebook are worth keeping beside the present one. Kept snapshots stand close together in the last
 * hour and wider apart the older they are, so that twenty of them reach back for weeks.
 */

/** Snapshots of one notebook. */
export const SNAPSHOTS_MAX = 20;

/** Time between two snapshots while a person edits, ms. */
export const SNAPSHOT_EVERY_MS = 5 * 60_000;

/** Whether an edit at `now` should leave the state before it as a snapshot. Times in ms since 1970; null for none yet. */
export function isSnapshotDue(latestAt: number | null, now: number): boolean {
  return latestAt === null || now - latestAt >= SNAPSHOT_EVERY_MS;
}

/**
 * The times of the snapshots that go so that `SNAPSHOTS_MAX` stay. `times` in ascending order. The first and the latest
 * always stay; of the others goes the one whose neighbours, seen from `now`, are closest.
 */
export function snapshotsToDrop(times: readonly number[], now: number): readonly number[] {
  const kept = [...times];
  const dropped: number[] = [];
  while (kept.length > SNAPSHOTS_MAX) dropped.push(...kept.splice(mostCrowded(kept, now), 1));
  return dropped;
}

/** The place between the ends whose removal leaves the smallest gap, in proportion to its age. */
function mostCrowded(times: readonly number[], now: number): number {
  let best = 1;
  let least = Infinity;
  for (let at = 1; at < times.length - 1; at += 1) {
    // Ages below a minute count as one, so that a clock that was set back divides by nothing odd.
    const age = Math.max(now - times[at]!, 60_000);
    const crowding = (times[at + 1]! - times[at - 1]!) / age;
    if (crowding < least) [best, least] = [at, crowding];
  }
  return best;
}
