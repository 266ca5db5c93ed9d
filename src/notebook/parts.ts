/** @file Parts of the page that are loaded when they are first drawn. (While they are built: an empty place for one that is missing.) */
import { lazy, type ComponentType } from 'react';
import type { Cell } from '../document/notebook.ts';

const FOUND = import.meta.glob([
  '../editor/CellEditor.tsx',
  '../output/CellOutputs.tsx',
  '../inspect/Inspector.tsx',
  '../inspect/timeline/Timeline.tsx',
  '../share/Notices.tsx',
  '../share/ShareDialog.tsx',
  '../share/HistoryDialog.tsx',
]);

function part<P>(path: string, name: string) {
  return lazy(async () => {
    const found = (await FOUND[path]?.()) as Record<string, ComponentType<P>> | undefined;
    return { default: found?.[name] ?? ((() => null) as ComponentType<P>) };
  });
}

type EditorProps = { readonly cell: Cell; readonly isActive: boolean };
export const CellEditor = part<EditorProps>('../editor/CellEditor.tsx', 'CellEditor');
export const CellOutputs = part<{ readonly cellId: string }>(
  '../output/CellOutputs.tsx',
  'CellOutputs',
);
export const Inspector = part<object>('../inspect/Inspector.tsx', 'Inspector');
export const Timeline = part<object>('../inspect/timeline/Timeline.tsx', 'Timeline');
export const Notices = part<object>('../share/Notices.tsx', 'Notices');
export const ShareDialog = part<{ readonly onClose: () => void }>(
  '../share/ShareDialog.tsx',
  'ShareDialog',
);
export const HistoryDialog = part<{ readonly onClose: () => void }>(
  '../share/HistoryDialog.tsx',
  'HistoryDialog',
);
