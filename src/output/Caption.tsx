/** @file The line below a picture or a plot: what it shows, what is not well with it, and its table on demand. */
import { useId, useState, type ReactNode } from 'react';
import type { TableData } from './table-data.ts';
import { TableView } from './TableView.tsx';

/** A caption; with `table`, a button that shows the same as a table. */
export function Caption({ children, title, table }: CaptionProps) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  return (
    <>
      <p className="caption">
        {children}
        {table !== null && (
          <button
            className="link"
            type="button"
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={() => setIsOpen(!isOpen)}
          >
            {isOpen ? 'Hide the table' : 'Table'}
          </button>
        )}
      </p>
      <div id={id}>{isOpen && table !== null && <TableView title={title} make={table} />}</div>
    </>
  );
}

type CaptionProps = {
  readonly children: ReactNode;
  /** The table's name. */
  readonly title: string;
  readonly table: ((rowsShown: number) => TableData) | null;
};

/** A sentence in the place of what cannot be drawn. */
export function Note({ children }: { readonly children: ReactNode }) {
  return <p className="caption">{children}</p>;
}
