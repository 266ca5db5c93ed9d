/**
 * @file Code that is being edited. Until the editor is loaded a plain field takes its place: what is typed there stays, and so
 * does the caret.
 */
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type CSSProperties,
  type RefObject,
} from 'react';
import { setSource, type Cell } from '../document/notebook.ts';
import { editNotebook, useNotebook } from '../store/notebook.ts';
import { useSelection } from '../store/selection.ts';
import { loadEditor } from './load-editor.ts';
import { offsetOf } from './places.ts';

/** The source of the cell that has the editor. */
export function LiveCode({ cell }: { readonly cell: Cell }) {
  const { id, source } = cell;
  const [editor, setEditor] = useState(() => loadEditor.ready);
  const host = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number | null>(null);
  useEffect(() => {
    if (editor) return;
    let isHere = true;
    void loadEditor().then(
      (loaded) => {
        if (!isHere) return;
        caret.current = field.current?.selectionStart ?? null;
        setEditor(loaded);
      },
      // The field goes on: code can be written and run without the editor.
      () => null,
    );
    return () => {
      isHere = false;
    };
  }, [editor]);
  // Before the browser takes another key: one typed while nothing has the focus would be lost.
  useLayoutEffect(() => {
    if (!editor || !host.current) return;
    const close = editor.open(host.current, id, caret.current);
    caret.current = null;
    return close;
  }, [editor, id]);
  const lines = source.split('\n').length;
  return (
    <div className="code" style={{ '--lines': lines } as CSSProperties} data-cell-editor="">
      {editor ? <div ref={host} className="host" /> : <PlainField cell={cell} field={field} />}
    </div>
  );
}

function PlainField({ cell, field }: PlainFieldProps) {
  const { id, source } = cell;
  const isReadOnly = useNotebook((state) => state.save.kind === 'readOnly');
  useLayoutEffect(() => {
    const { reveal } = useSelection.getState();
    const element = field.current;
    if (!element) return;
    element.focus({ preventScroll: true });
    const at = reveal?.cell === id ? offsetOf(element.value, reveal) : 0;
    element.setSelectionRange(at, at);
  }, [field, id]);
  return (
    <textarea
      ref={field}
      aria-label="Code"
      spellCheck={false}
      readOnly={isReadOnly}
      value={source}
      onChange={(event) =>
        editNotebook((notebook) => setSource(notebook, id, event.target.value), id)
      }
    />
  );
}

type PlainFieldProps = {
  readonly cell: Cell;
  readonly field: RefObject<HTMLTextAreaElement | null>;
};
