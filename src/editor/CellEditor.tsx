/**
 * @file The code of a cell: plain until colours are loaded, in colours, or in the one live editor of the page. All stand at the
 * same places. What may be written in is here from the start: no key goes astray while something loads.
 */
import { lazy, Suspense, type CSSProperties } from 'react';
import './code.css';
import type { Cell } from '../document/notebook.ts';
import { LiveCode } from './LiveCode.tsx';

const StaticCode = lazy(async () => {
  const { StaticCode: component } = await import('./StaticCode.tsx');
  return { default: component };
});

/** The source of a cell; while `isActive`, to write in. */
export function CellEditor({ cell, isActive }: CellEditorProps) {
  if (isActive) return <LiveCode cell={cell} />;
  return (
    <Suspense fallback={<PlainCode text={cell.source} />}>
      <StaticCode cell={cell} />
    </Suspense>
  );
}

type CellEditorProps = { readonly cell: Cell; readonly isActive: boolean };

function PlainCode({ text }: { readonly text: string }) {
  return (
    <div className="code" style={{ '--lines': text.split('\n').length } as CSSProperties}>
      <pre tabIndex={0}>
        <code className="ln">{text}</code>
      </pre>
    </div>
  );
}
