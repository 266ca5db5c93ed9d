/** @file Readers of params that came in a message: each copies the fields it knows, or gives `null`. */
import { RANK_MAX } from '../base/limits.ts';
import type { Params } from '../ir/graph.ts';
import { DTYPES, type DType, type Shape } from '../ir/types.ts';

export const noParams = (): Params => ({});

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function readDType(value: unknown): DType | null {
  return DTYPES.find((d) => d === value) ?? null;
}

const isExtent = (n: unknown): n is number =>
  Number.isInteger(n) && Number(n) >= 0 && Number(n) <= 2 ** 31 - 1;

export function readShape(value: unknown): Shape | null {
  const right =
    Array.isArray(value) &&
    value.length <= RANK_MAX &&
    value.every((n) => n === null || isExtent(n));
  return right ? value.map((n) => (n === null ? null : Number(n))) : null;
}

export function integerList(value: unknown): readonly number[] | null {
  const right =
    Array.isArray(value) && value.length <= RANK_MAX && value.every((n) => Number.isInteger(n));
  return right ? value.map(Number) : null;
}
