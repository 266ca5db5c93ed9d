/** @file JSON that came from elsewhere: parsing and bounded copies. A copy shares nothing with what it was made from. */
import { refuse } from './reading.ts';

/** What JSON can hold. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** Levels of lists and objects in metadata. Each is a level of recursion. */
const DEPTH_MAX = 32;

/** `text` as a value. Refused under `json` when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('json', 'The content is not JSON; it was cut off or changed on its way.');
  }
}

/** Whether `value` is an object with named fields: no list, no null. */
export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether `value` has no fields of its own. */
export function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

/** `value` as a record; `what` names it in the refusal. */
export function recordOf(value: unknown, what: string): { readonly [key: string]: unknown } {
  return isRecord(value) ? value : refuse('schema', `${what} should be an object.`);
}

/** `value` as a list; `what` names it in the refusal. */
export function listOf(value: unknown, what: string): readonly unknown[] {
  return Array.isArray(value) ? value : refuse('schema', `${what} should be a list.`);
}

/** A deep copy of an object; what JSON cannot hold is refused, and so is nesting beyond a bound. */
export function copyObject(value: unknown, what: string): JsonObject {
  // fromEntries defines fields and never assigns, so that `__proto__` is a field like any other.
  return Object.fromEntries(
    Object.entries(recordOf(value, what)).map(([key, held]) => [key, copyOf(held, what, 1)]),
  );
}

function copyOf(value: unknown, what: string, depth: number): Json {
  if (depth > DEPTH_MAX) refuse('limits', `${what} is nested more than ${DEPTH_MAX} levels deep.`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item) => copyOf(item, what, depth + 1));
  if (!isRecord(value)) return refuse('schema', `${what} holds something that JSON cannot.`);
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [key, copyOf(held, what, depth + 1)]),
  );
}
