/** @file The caption of an array that is drawn: its name, type and part, and the table of its numbers. */
import { factsOf, signatureOf } from './array-words.ts';
import { Caption } from './Caption.tsx';
import type { ArrayOutput } from './numbers.ts';
import { tableOfArray, type TableData } from './table-data.ts';

/** `more`: what the view says of it; `table`: another table than that of its numbers, or `null` for none. */
export function ArrayCaption({ array, more = '', table }: ArrayCaptionProps) {
  const signature = signatureOf(array);
  const ofNumbers = (rows: number): TableData => tableOfArray(array, rows);
  return (
    <Caption title={array.label ?? signature} table={table === undefined ? ofNumbers : table}>
      <code>{array.label === null ? signature : `${array.label} : ${signature}`}</code>
      <span>{factsOf(array, more)}</span>
    </Caption>
  );
}

type ArrayCaptionProps = {
  readonly array: ArrayOutput;
  readonly more?: string;
  readonly table?: ((rowsShown: number) => TableData) | null;
};
