/**
 * @file How values of a message are read that a stranger's program may have made: each is checked and copied, nothing else
 * of the message is looked at. Messages were cloned, so no getter can run; own keys such as `__proto__` stay behind.
 */

/**
 * A value is not of its form. The realm's runtime reads what it is about to send, and tells the user; so where the gate finds
 * one, the runtime was replaced, and there is nothing to recover.
 */
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

/** What came, in few words. */
function brief(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 40 ? `one of ${value.length} characters` : `'${value}'`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'number' ? String(value) : typeof value;
}

const refuse = (what: string, expected: string, value: unknown): never => {
  throw new ProtocolError(`${what}: expected ${expected}, but got ${brief(value)}`);
};

export const integer = (value: unknown, max: number, what: string): number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max
    ? (value as number)
    : refuse(what, `a whole number up to ${max}`, value);

export const number = (value: unknown, what: string): number =>
  typeof value === 'number' ? value : refuse(what, 'a number', value);

export const text = (value: unknown, lengthMax: number, what: string): string =>
  typeof value === 'string' && value.length <= lengthMax
    ? value
    : refuse(what, `a text of at most ${lengthMax} characters`, value);

export const list = (value: unknown, lengthMax: number, what: string): readonly unknown[] =>
  Array.isArray(value) && value.length <= lengthMax
    ? (value as unknown[])
    : refuse(what, `a list of at most ${lengthMax}`, value);

/** One of the names of `among`. */
export const oneOf = <K extends string>(value: unknown, among: readonly K[], what: string): K =>
  typeof value === 'string' && (among as readonly string[]).includes(value)
    ? (value as K)
    : refuse(what, `one of ${among.join(', ')}`, value);

/** `null`, or what `read` reads. */
export const orNull = <V>(value: unknown, read: (value: unknown) => V): V | null =>
  value === null ? null : read(value);

/** The id of a cell, as `document/read-notebook.ts` allows them. */
export function cellId(value: unknown): string {
  check(typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value), 'cell');
  return value;
}
