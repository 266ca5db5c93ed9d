/** @file Reading the tables that a plot is specified by. */

/** Attributes of a trace, of a layout or of a part of them. */
export type Table = Readonly<Record<string, unknown>>;

/** Whether a value is a table of attributes. */
const isTable = (value: unknown): value is Table =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value);

/** Both tables; where both set something, the second. Tables of attributes are two or three deep. */
export function merged(first: Table, second: Table): Table {
  const result: Record<string, unknown> = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const below = result[key];
    result[key] = isTable(below) && isTable(value) ? merged(below, value) : value;
  }
  return result;
}

/** The table, or an empty one in the place of another value. */
export const asTable = (value: unknown): Table => (isTable(value) ? value : {});

/** The text, or `fallback` in the place of another value. */
export const wordOf = (value: unknown, fallback: string): string =>
  typeof value === 'string' ? value : fallback;
