/** @file A link to a line of a cell. Under the pointer the line lights up; a press shows it in the editor. */
import { useNotebook, presentOf } from '../store/notebook.ts';
import { revealLine } from '../store/selection.ts';
import { lightLine, lightNothing } from './lighting.ts';
import { placeWords } from './places.ts';

export function PlaceLink({ cell, line, column = null }: PlaceLinkProps) {
  const cells = useNotebook((state) => presentOf(state).cells);
  const words = placeWords(cells, cell, line);
  if (line === null || !cells.some(({ id }) => id === cell)) return <span>{words}</span>;
  return (
    <button
      className="link"
      type="button"
      onClick={() => revealLine(cell, line, column)}
      onPointerEnter={() => lightLine({ cell, line })}
      onPointerLeave={lightNothing}
    >
      {words}
    </button>
  );
}

type PlaceLinkProps = {
  readonly cell: string;
  readonly line: number | null;
  readonly column?: number | null;
};
