/** @file Where the marks of an axis stand: round numbers, linear or logarithmic. */

/** Steps between marks are these times a power of ten. */
const ROUND = [1, 2, 5, 10] as const;

/** Marks on a logarithmic axis, from many to few. */
const LOG_STEPS: readonly (readonly number[])[] = [[1, 2, 5], [1, 3], [1]];

/** The round number that is at least `size`. */
export function roundUp(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const factor = ROUND.find((round) => round * power >= size * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Round numbers from `low` to `high`, at most about `count`. */
export function linearMarks(low: number, high: number, count: number): readonly number[] {
  if (!(high > low)) return [low];
  const step = roundUp((high - low) / Math.max(1, count));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => clean((first + i) * step, step));
}

/** Marks of an axis that has whole numbers only. */
export const wholeMarks = (low: number, high: number, count: number): readonly number[] =>
  linearMarks(low, high, Math.min(count, Math.max(1, high - low)));

/** Powers of ten, and where there is room their doubles and halves. `low` is above 0. */
export function logMarks(low: number, high: number, count: number): readonly number[] {
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  for (const steps of LOG_STEPS) {
    const marks: number[] = [];
    for (let power = from; power <= to; power += 1) {
      for (const step of steps) {
        const mark = Number(`${step}e${power}`);
        if (mark >= low * 0.999 && mark <= high * 1.001) marks.push(mark);
      }
    }
    if (marks.length <= count) return marks;
  }
  const every = Math.ceil((to - from + 1) / count);
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) =>
    Number(`1e${from + i * every}`),
  ).filter((mark) => mark >= low * 0.999 && mark <= high * 1.001);
}

/** 0.30000000000000004 is 0.3 on an axis. */
const clean = (value: number, step: number): number =>
  Number(value.toFixed(Math.max(0, Math.min(20, 1 - Math.floor(Math.log10(step))))));
