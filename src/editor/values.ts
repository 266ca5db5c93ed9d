/** @file What names held after the last run: `cost: float32 [] = 2.31` in hovers, `: f32[600, 10]` beside definitions. */
import type { NameSummary } from '../cells/outputs.ts';
import { shortDtype, showShape } from '../ui/format.ts';

/** A hint that stands after a name. Lines and columns start at 1. */
export type Hint = { readonly line: number; readonly column: number; readonly text: string };

/** What a name held, in a line; null where nothing is known but that it is there. */
export function valueLine({ name, dtype, shape, text }: NameSummary): string | null {
  const type = dtype === null || shape === null ? null : `${dtype} ${showShape(shape)}`;
  const value = text === '' || text === type || text === showShape(shape ?? []) ? null : text;
  if (type === null && value === null) return null;
  return [type === null ? name : `${name}: ${type}`, ...(value === null ? [] : [value])].join(
    ' = ',
  );
}

/** Inputs and shared variables say their types where they are made. */
const HINTED: ReadonlySet<NameSummary['kind']> = new Set(['tensor', 'result', 'array']);

/** Types of values beside the names that a source defines, one a line at most for each name. */
export function hintsIn(source: string, names: readonly NameSummary[]): readonly Hint[] {
  const lines = source.split('\n');
  return names.flatMap(({ name, kind, dtype, shape }) => {
    if (!HINTED.has(kind) || dtype === null || shape === null) return [];
    const definition = new RegExp(
      `^(\\s*(?:const|let|var)\\s+)${name.replaceAll('$', '\\$')}\\s*=[^=>]`,
    );
    const index = lines.findIndex((line) => definition.test(line));
    const before = definition.exec(lines[index] ?? '')?.[1];
    if (before === undefined) return [];
    const column = before.length + name.length + 1;
    return [{ line: index + 1, column, text: `: ${shortDtype(dtype)}${showShape(shape)}` }];
  });
}
