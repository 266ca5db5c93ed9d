/** @file A table of texts: the first rows, and more on demand. */
import { useState } from 'react';
import { showGrouped } from './numbers.ts';
import type { TableData } from './table-data.ts';

/** Rows that are shown at first, and with each press. */
const ROWS = 100;

/** The table that `make` gives of so many rows. It scrolls in its box. */
export function TableView({ title, make }: TableViewProps) {
  const [rowsShown, setRowsShown] = useState(ROWS);
  const table = make(rowsShown);
  const isMore = table.rows.length < table.rowsAtHand;
  return (
    <div className="table">
      <div className="scroll" tabIndex={0} role="group" aria-label={title}>
        <table className="data">
          <caption className="sr">{title}</caption>
          <thead>
            <tr>
              {table.corner !== null && <th scope="col">{table.corner}</th>}
              {table.columns.map(({ name, isNumeric }, i) => (
                <th key={`${i} ${name}`} scope="col" className={isNumeric ? 'number' : 'words'}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, i) => (
              <tr key={`${i} ${row.name}`}>
                {table.corner !== null && <th scope="row">{row.name}</th>}
                {row.cells.map((text, c) => (
                  <Cell
                    key={table.columns[c]?.name + String(c)}
                    text={text}
                    isNumeric={table.columns[c]?.isNumeric === true}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="caption">
        {noteOf(table)}
        {isMore && (
          <button className="link" type="button" onClick={() => setRowsShown(rowsShown + ROWS)}>
            Show more rows
          </button>
        )}
      </p>
    </div>
  );
}

type TableViewProps = {
  readonly title: string;
  readonly make: (rowsShown: number) => TableData;
};

function Cell({ text, isNumeric }: { readonly text: string; readonly isNumeric: boolean }) {
  return <td className={isNumeric ? 'number' : 'words'}>{text}</td>;
}

function noteOf({ rows, rowCount, note }: TableData): string {
  if (rowCount === 0) return 'no rows';
  const rowNote =
    rows.length < rowCount
      ? `first ${showGrouped(rows.length)} of ${showGrouped(rowCount)} rows`
      : '';
  return [rowNote, note].filter((text) => text !== '').join(', ');
}
