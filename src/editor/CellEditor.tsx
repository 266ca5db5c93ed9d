/** @file The code of a cell: static in colours, or in the one live editor of the page. Both stand at the same places. */
import type { Cell } from '../document/notebook.ts';
import { LiveCode } from './LiveCode.tsx';
import { StaticCode } from './StaticCode.tsx';

/** The source of a cell; while `isActive`, to write in. */
export function CellEditor({ cell, isActive }: CellEditorProps) {
  return isActive ? <LiveCode cell={cell} /> : <StaticCode cell={cell} />;
}

type CellEditorProps = { readonly cell: Cell; readonly isActive: boolean };
