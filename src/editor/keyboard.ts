/** @file Keys in the editor: the page's commands come first, and arrows leave the cell at its ends. NOTEBOOK.md, section 4. */
import { splitFocused } from '../commands/cell-actions.ts';
import { runCommandForKey } from '../commands/keys.ts';
import { presentNotebook } from '../store/notebook.ts';
import { focusCell, revealLine, select, useSelection } from '../store/selection.ts';
import { monaco } from './monaco.ts';

type Editor = monaco.editor.IStandaloneCodeEditor;

/** What Escape closes before it leaves the editor. */
const NOTHING_OPEN = [
  'suggestWidgetVisible',
  'parameterHintsVisible',
  'editorHoverVisible',
  'inSnippetMode',
  'editorHasMultipleSelections',
]
  .map((key) => `!${key}`)
  .join(' && ');

/** Reads keys of the editor, which stands in `frame`. */
export function listenToCellKeys(editor: Editor, frame: HTMLElement): void {
  // Before Monaco reads them.
  frame.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape') runCommandForKey(event);
    },
    { capture: true },
  );
  editor.addCommand(monaco.KeyCode.Escape, () => select({ mode: 'command' }), NOTHING_OPEN);
  editor.addCommand(
    monaco.KeyMod.CtrlCmd | monaco.KeyMod.Shift | monaco.KeyCode.Minus,
    () => splitAtCaret(editor),
    '!editorReadonly',
  );
  leaveByArrows(editor);
}

function splitAtCaret(editor: Editor): void {
  const position = editor.getPosition();
  const model = editor.getModel();
  if (position && model) splitFocused(model.getOffsetAt(position));
}

/** Up on the first line goes to the cell above, down on the last one to the cell below. */
function leaveByArrows(editor: Editor): void {
  const isFirst = editor.createContextKey<boolean>('cellFirstLine', false);
  const isLast = editor.createContextKey<boolean>('cellLastLine', false);
  const follow = (): void => {
    const line = editor.getPosition()?.lineNumber;
    isFirst.set(line === 1);
    isLast.set(line === editor.getModel()?.getLineCount());
  };
  editor.onDidChangeCursorPosition(follow);
  editor.onDidChangeModelContent(follow);
  editor.onDidChangeModel(follow);
  const free = 'textInputFocus && !suggestWidgetVisible && !editorHasMultipleSelections';
  editor.addCommand(monaco.KeyCode.UpArrow, () => leave(-1), `${free} && cellFirstLine`);
  editor.addCommand(monaco.KeyCode.DownArrow, () => leave(1), `${free} && cellLastLine`);
}

/** Into the next cell's code; a text stays as it reads. */
function leave(by: -1 | 1): void {
  const { cells } = presentNotebook();
  const held = useSelection.getState().cell;
  const next = cells[cells.findIndex(({ id }) => id === held) + by];
  if (!next) return;
  if (next.kind === 'markdown' || next.isFolded) focusCell(next.id, 'command');
  else revealLine(next.id, by < 0 ? next.source.split('\n').length : 1);
}
