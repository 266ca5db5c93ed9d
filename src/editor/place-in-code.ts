/** @file Which character of static code a pointer is at. */

/** A place in a cell's text; both numbers start at 1. */
type Place = { readonly line: number; readonly column: number };

/** The place nearest to a point of the page, in an element whose lines are elements of the class `ln`; null beside all of them. */
export function placeInCode(
  code: Element,
  { clientX, clientY }: { readonly clientX: number; readonly clientY: number },
): Place | null {
  const lines = [...code.querySelectorAll('.ln')];
  if (lines.length === 0) return null;
  const below = lines.findIndex((line) => clientY < line.getBoundingClientRect().bottom);
  const index = below < 0 ? lines.length - 1 : below;
  const line = lines[index]!;
  const box = line.getBoundingClientRect();
  const position = document.caretPositionFromPoint(clientX, (box.top + box.bottom) / 2);
  if (!position || !line.contains(position.offsetNode)) return { line: index + 1, column: 1 };
  const before = document.createRange();
  before.setStart(line, 0);
  before.setEnd(position.offsetNode, position.offset);
  return { line: index + 1, column: before.toString().length + 1 };
}
