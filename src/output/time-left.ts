/** @file How long what runs will take, by how fast it went since it was first seen. */

/** Where a progress stood, and when (ms). */
export type ProgressMark = { readonly at: number; readonly done: number };

/** No guess before this has passed: the first steps compile. */
const WARM_UP_MS = 1000;

/** What is left, in ms; `null` where nobody can tell. */
export function timeLeft(
  from: ProgressMark,
  now: ProgressMark,
  total: number | null,
): number | null {
  const done = now.done - from.done;
  const passed = now.at - from.at;
  if (total === null || now.done >= total || done <= 0 || passed < WARM_UP_MS) return null;
  return ((total - now.done) * passed) / done;
}
