/** @file Labels beside each other's lines, moved apart so that none covers another. */

/** Where labels may stand, and how far apart, px. */
export type LabelRoom = { readonly top: number; readonly bottom: number; readonly gap: number };

/** The heights at which labels stand free of each other, in their order from top to bottom and near to where they should be. */
export function freeHeights(
  wanted: readonly number[],
  { top, bottom, gap }: LabelRoom,
): readonly number[] {
  const order = wanted.map((_, i) => i).toSorted((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const free: number[] = [...wanted];
  let least = -Infinity;
  for (const i of order) {
    free[i] = Math.max(free[i] ?? 0, least);
    least = (free[i] ?? 0) + gap;
  }
  let most = bottom;
  for (const i of order.toReversed()) {
    free[i] = Math.max(top, Math.min(free[i] ?? 0, most));
    most = (free[i] ?? 0) - gap;
  }
  return free;
}
