/** @file Numbers as the page writes them: a no-break space before units, a true minus, three figures where they tell. */
import type { CellRun } from '../store/run.ts';

const SPACE = '\u00a0';

const figures = (value: number, digits: number): string =>
  value.toFixed(digits).replace('-', '\u2212');

/** A length of time: `3 ms`, `4.2 s`, `2 min 5 s`. */
export function showDuration(ms: number): string {
  if (ms < 1) return `under 1${SPACE}ms`;
  if (ms < 1000) return `${Math.round(ms)}${SPACE}ms`;
  if (ms < 9950) return `${figures(ms / 1000, 1)}${SPACE}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}${SPACE}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${SPACE}min ${seconds % 60}${SPACE}s`;
  return `${Math.floor(seconds / 3600)}${SPACE}h ${Math.floor((seconds % 3600) / 60)}${SPACE}min`;
}

/** The same, read aloud. */
export function sayDuration(ms: number): string {
  if (ms < 1) return 'under 1 millisecond';
  if (ms < 1000) return `${Math.round(ms)} milliseconds`;
  return `${figures(ms / 1000, 1)} seconds`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB'] as const;

/** A number of bytes: `40 B`, `2.0 kB`, `11.6 MB`, by thousands. */
export function showBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  const digits = power === 0 || value >= 19.95 ? 0 : 1;
  return `${figures(value, digits)}${SPACE}${BYTE_UNITS[power] ?? 'GB'}`;
}

/** A shape: `[784, 500]`; `?` where an extent is unknown. */
export function showShape(shape: readonly (number | null)[]): string {
  return `[${shape.map((extent) => extent ?? '?').join(', ')}]`;
}

const SHORT_DTYPES: Readonly<Record<string, string>> = {
  float32: 'f32',
  float64: 'f64',
  float16: 'f16',
  int32: 'i32',
  uint32: 'u32',
  uint8: 'u8',
};

/** A dtype as edges and hints write it: `f32`. */
export const shortDtype = (dtype: string): string => SHORT_DTYPES[dtype] ?? dtype;

/** A count with its word: `1 cell`, `9 cells`, `60,000 cells`. */
export function showCount(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;
}

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' });
const DAY_OF_YEAR = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});

/** The time of day: `14:02`. */
export const showTime = (at: number): string => TIME.format(at);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How long ago, as a list of notebooks says it: `2 minutes ago`, `yesterday`, `3 November`. */
export function showAge(at: number, now: number): string {
  const age = now - at;
  if (age < MINUTE) return 'just now';
  if (age < HOUR) return `${showCount(Math.floor(age / MINUTE), 'minute')} ago`;
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (at >= midnight) return `${showCount(Math.floor(age / HOUR), 'hour')} ago`;
  if (at >= new Date(midnight - 1).setHours(0, 0, 0, 0)) return 'yesterday';
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? DAY : DAY_OF_YEAR).format(at);
}

/** How long a run took, or has taken by `now`; `null` before the first. */
export function runLength(run: CellRun, now: number): number | null {
  if (run.startedAt === null) return null;
  return Math.max(0, (run.endedAt ?? now) - run.startedAt);
}
