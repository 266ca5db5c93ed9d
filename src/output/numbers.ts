/**
 * @file Numbers as outputs write them: a true minus, few figures, and in a column or an array all in one form so that the
 * digits stand below each other.
 */
import type { Output } from '../cells/outputs.ts';

/** A host array that a cell shows. */
export type ArrayOutput = Extract<Output, { readonly kind: 'array' }>;

/** U+2212, as wide as a plus. */
const MINUS = '\u2212';

/** Significant figures of a number that stands alone. */
const FIGURES = 4;

/** Decimals in columns and arrays, at most. */
const DECIMALS_MAX = 4;

/** From here on a number is written with an exponent. */
const LARGE = 1e7;
const SMALL = 1e-4;

const withMinus = (text: string): string => text.replaceAll('-', MINUS);

/** `1.25e-7`; the exponent without its plus. */
const exponential = (value: number, digits: number): string =>
  value.toExponential(digits).replace('e+', 'e');

/** A number that stands alone: integers in full, others with `figures` significant figures. */
export function showNumber(value: number, figures = FIGURES): string {
  if (!Number.isFinite(value)) return withMinus(String(value));
  if (Number.isSafeInteger(value)) {
    return withMinus(Math.abs(value) < LARGE * 100 ? String(value) : exponential(value, 3));
  }
  const size = Math.abs(value);
  if (size >= LARGE || size < SMALL) return withMinus(exponential(value, figures - 1));
  return withMinus(String(Number(value.toPrecision(figures))));
}

/**
 * How to write every number of a column or an array, such that all have the same form; where they reach over too many powers of
 * ten for that, each as if it stood alone.
 */
export function formatOf(values: Iterable<number>): (value: number) => string {
  let isWhole = true;
  let largest = 0;
  let smallest = Infinity;
  let decimals = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const size = Math.abs(value);
    if (!Number.isInteger(value)) isWhole = false;
    if (size > largest) largest = size;
    if (size !== 0 && size < smallest) smallest = size;
    if (decimals < DECIMALS_MAX && !isWhole) decimals = Math.max(decimals, decimalsOf(value));
  }
  const isWide = largest >= LARGE || (largest !== 0 && (largest < 1e-3 || smallest < SMALL / 100));
  if (isWhole && largest < Number.MAX_SAFE_INTEGER) return (v) => withMinus(String(v));
  if (isWide) return (v) => showNumber(v);
  return (v) => finite(v) ?? withMinus(v.toFixed(decimals));
}

const finite = (value: number): string | null =>
  Number.isFinite(value) ? null : withMinus(String(value));

/** Decimals that a number needs, at most `DECIMALS_MAX`. */
function decimalsOf(value: number): number {
  const text = value.toFixed(DECIMALS_MAX).replace(/0+$/, '');
  return text.length - text.indexOf('.') - 1;
}

/** A count in a sentence: `60,000`. */
export const showGrouped = (count: number): string => count.toLocaleString('en');

/** How many of the numbers are none, and how many are infinite. */
function countNonFinite(data: ArrayOutput['data'] | readonly number[]): {
  readonly nan: number;
  readonly infinite: number;
} {
  let nan = 0;
  let infinite = 0;
  if (!(data instanceof Float32Array || data instanceof Float64Array || Array.isArray(data))) {
    return { nan, infinite };
  }
  for (const value of data) {
    if (Number.isNaN(value)) nan += 1;
    else if (!Number.isFinite(value)) infinite += 1;
  }
  return { nan, infinite };
}

/** The quiet line below values that are not all numbers: "contains NaN (3 of 500)"; `null` where all are. */
export function nonFiniteNote(data: ArrayOutput['data'] | readonly number[]): string | null {
  const { nan, infinite } = countNonFinite(data);
  const kinds = [
    nan > 0 ? `NaN (${showGrouped(nan)} of ${showGrouped(data.length)})` : '',
    infinite > 0 ? `infinities (${showGrouped(infinite)} of ${showGrouped(data.length)})` : '',
  ].filter((kind) => kind !== '');
  return kinds.length === 0 ? null : `contains ${kinds.join(' and ')}`;
}

/** The smallest and the largest finite value; `null` where there is none. */
export function rangeOf(
  data: Iterable<number>,
): { readonly low: number; readonly high: number } | null {
  let low = Infinity;
  let high = -Infinity;
  for (const value of data) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { low, high } : null;
}

/** What a shown array is a part of: "first 32 of 60,000"; empty where it is all. */
export function partText({ shape, whole }: Pick<ArrayOutput, 'shape' | 'whole'>): string {
  if (whole === null) return '';
  const isFirstRows =
    whole.length === shape.length && whole.slice(1).every((extent, i) => extent === shape[i + 1]);
  if (!isFirstRows) return `part of [${whole.join(', ')}]`;
  if (whole[0] === shape[0]) return '';
  return `first ${showGrouped(shape[0] ?? 0)} of ${showGrouped(whole[0] ?? 0)}`;
}
