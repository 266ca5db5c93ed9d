/**
 * @file How values of a message are read that a stranger's program may have made: each is checked and copied, nothing else
 * of the message is looked at. Messages were cloned, so no getter can run; own keys such as `__proto__` stay behind.
 */

/** A realm sent what its runtime would never send: it was replaced, and there is nothing to recover. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** @throws ProtocolError when `right` is false; `what` names the field */
export function check(right: boolean, what: string): asserts right {
  if (!right) throw new ProtocolError(what);
}

/** The fields of an object, none for what is no object. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

export function integer(value: unknown, max: number, what: string): number {
  check(Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max, what);
  return value as number;
}

export function number(value: unknown, what: string): number {
  check(typeof value === 'number', what);
  return value;
}

export function text(value: unknown, lengthMax: number, what: string): string {
  check(typeof value === 'string' && value.length <= lengthMax, what);
  return value;
}

export function list(value: unknown, lengthMax: number, what: string): readonly unknown[] {
  check(Array.isArray(value) && value.length <= lengthMax, what);
  return value as unknown[];
}

/** One of the names of `among`. */
export function oneOf<K extends string>(value: unknown, among: readonly K[], what: string): K {
  check(typeof value === 'string' && (among as readonly string[]).includes(value), what);
  return value as K;
}

/** `null`, or what `read` reads. */
export const orNull = <V>(value: unknown, read: (value: unknown) => V): V | null =>
  value === null ? null : read(value);

/** The id of a cell, as `document/read-notebook.ts` allows them. */
export function cellId(value: unknown): string {
  check(typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value), 'cell');
  return value;
}
