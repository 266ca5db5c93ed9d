/** @file A row of the column of facts. */
import type { ReactNode } from 'react';

/** What a fact is of, and the fact. */
export function Row({ word, children }: { readonly word: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{word}</dt>
      <dd>{children}</dd>
    </div>
  );
}
