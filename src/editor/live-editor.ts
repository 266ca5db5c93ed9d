/** @file The one live editor: where it stands, which cell it shows, and what of the page it follows. */
import { lightLine, lightNothing } from '../inspect/lighting.ts';
import { useNotebook } from '../store/notebook.ts';
import { useSelection } from '../store/selection.ts';
import { listenToCellKeys } from './keyboard.ts';
import { offerKnowledge } from './knowledge.ts';
import { followRun } from './run-marks.ts';
import { CellModels } from './models.ts';
import { monaco, prepareMonaco } from './monaco.ts';
import './live-editor.css';
import { followTheme } from './theme.ts';

/** The editor of the page. */
export type LiveEditor = {
  /**
   * Shows a cell in an element, until the function that it gives is called. `caret`: an offset, where somebody has written
   * before the editor came.
   */
  readonly open: (host: HTMLElement, cell: string, caret: number | null) => () => void;
};

type Editor = monaco.editor.IStandaloneCodeEditor;

/** Where the text begins, left of it the line numbers: as in static code that has the focus. */
const TEXT_LEFT_REM = 2.125;

/** The editor, made once its font is there: Monaco measures characters when it begins. */
export async function makeLiveEditor(): Promise<LiveEditor> {
  // Without its font code is still code.
  await document.fonts.load('13px "IBM Plex Mono"').catch(() => null);
  const frame = document.createElement('div');
  frame.className = 'frame';
  const options = { ...OPTIONS, ...sizes(), model: null };
  // Before all else of Monaco, which begins with a memory of its own when it is first asked for anything.
  const editor = monaco.editor.create(frame, options, { storageService: MEMORY });
  prepareMonaco();
  followTheme();
  const models = new CellModels();
  const views = new Map<string, monaco.editor.ICodeEditorViewState>();
  let revealed = 0;
  listenToCellKeys(editor, frame);
  followReadOnly(editor);
  followContent(editor);
  followLines(editor, models);
  followRun(editor, models);
  offerKnowledge(models);

  const show = (cell: string): void => {
    const { reveal } = useSelection.getState();
    if (reveal?.cell !== cell || reveal.count === revealed) return;
    revealed = reveal.count;
    const position = { lineNumber: reveal.line, column: reveal.column ?? 1 };
    editor.setPosition(position);
    editor.focus();
    lineOf(editor, reveal.line)?.scrollIntoView({ block: 'nearest' });
  };

  return {
    open(host, cell, caret) {
      const model = models.modelOf(cell);
      host.append(frame);
      editor.setModel(model);
      editor.updateOptions(sizes());
      editor.layout();
      const view = views.get(cell);
      if (view) editor.restoreViewState(view);
      if (model && caret !== null) {
        revealed = useSelection.getState().reveal?.count ?? 0;
        editor.setPosition(model.getPositionAt(caret));
      }
      show(cell);
      editor.focus();
      const leave = useSelection.subscribe(() => show(cell));
      return () => {
        leave();
        const left = editor.saveViewState();
        if (left) views.set(cell, left);
        editor.setModel(null);
        frame.remove();
        lightNothing();
      };
    },
  };
}

const OPTIONS: monaco.editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  ariaLabel: 'Code',
  contextmenu: false,
  fixedOverflowWidgets: true,
  folding: false,
  fontLigatures: false,
  glyphMargin: false,
  guides: { indentation: false },
  hideCursorInOverviewRuler: true,
  lineNumbersMinChars: 2,
  links: false,
  minimap: { enabled: false },
  overviewRulerBorder: false,
  overviewRulerLanes: 0,
  padding: { top: 8, bottom: 8 },
  quickSuggestions: { other: true, comments: false, strings: false },
  renderLineHighlight: 'all',
  renderLineHighlightOnlyWhenFocus: true,
  renderWhitespace: 'none',
  roundedSelection: false,
  scrollBeyondLastLine: false,
  scrollBeyondLastColumn: 2,
  scrollbar: {
    vertical: 'hidden',
    horizontalScrollbarSize: 6,
    ignoreHorizontalScrollbarInContentHeight: true,
    alwaysConsumeMouseWheel: false,
    useShadows: false,
  },
  stickyScroll: { enabled: false },
  suggest: { showWords: false, showStatusBar: false, preview: false },
  unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: true },
  wordBasedSuggestions: 'off',
};

/** What Monaco remembers of its widgets: that explanations stand beside completions. Nothing is kept in the browser. */
const MEMORY = {
  get: () => undefined,
  getBoolean: (key: string): boolean => key === 'expandSuggestionDocs',
  getNumber: (_key: string, _scope: number, fallback?: number) => fallback,
  getObject: () => undefined,
  store: () => undefined,
  remove: () => undefined,
  onDidChangeValue: () => () => ({ dispose: () => undefined }),
  onWillSaveState: () => ({ dispose: () => undefined }),
};

/** Sizes of type in this browser: rem follow its settings, Monaco counts pixels. */
function sizes(): monaco.editor.IEditorOptions {
  const root = getComputedStyle(document.documentElement);
  const rem = Number.parseFloat(root.fontSize);
  const pixels = (name: string): number => Number.parseFloat(root.getPropertyValue(name)) * rem;
  return {
    fontFamily: root.getPropertyValue('--font-code'),
    fontSize: pixels('--text-ui'),
    lineHeight: pixels('--lead-ui'),
    padding: { top: rem / 2, bottom: rem / 2 },
    inlayHints: { enabled: 'on', fontSize: pixels('--text-micro'), padding: true },
  };
}

/** Keeps the text where static code has it, however many digits the line numbers have. */
function followContent(editor: Editor): void {
  const place = (): void => {
    const { lineNumbersWidth } = editor.getLayoutInfo();
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const lineDecorationsWidth = Math.max(0, TEXT_LEFT_REM * rem - lineNumbersWidth);
    editor.updateOptions({ lineDecorationsWidth });
  };
  editor.onDidLayoutChange(place);
  place();
}

function followReadOnly(editor: Editor): void {
  const follow = (): void => {
    const readOnly = useNotebook.getState().save.kind === 'readOnly';
    editor.updateOptions({ readOnly, domReadOnly: readOnly });
  };
  follow();
  useNotebook.subscribe((state, before) => {
    if (state.save.kind !== before.save.kind) follow();
  });
}

/** The line of the caret lights what was written there, and lines that panels point at light up. */
function followLines(editor: Editor, models: CellModels): void {
  const light = (): void => {
    const model = editor.getModel();
    const cell = model && models.cellOf(model);
    const line = editor.getPosition()?.lineNumber;
    if (cell && line !== undefined && editor.hasTextFocus()) lightLine({ cell, line });
  };
  editor.onDidChangeCursorPosition(light);
  editor.onDidFocusEditorText(light);
  const lit = editor.createDecorationsCollection();
  useSelection.subscribe((state, before) => {
    if (state.lit === before.lit) return;
    const model = editor.getModel();
    const cell = model && models.cellOf(model);
    lit.set(
      state.lit
        .filter((line) => line.cell === cell)
        .map(({ line }) => ({
          range: new monaco.Range(line, 1, line, 1),
          options: { isWholeLine: true, className: 'lit-line' },
        })),
    );
  });
}

/** The drawn line of that number. */
function lineOf(editor: Editor, line: number): Element | null {
  const top = editor.getTopForLineNumber(line);
  const lines = editor.getDomNode()?.querySelectorAll<HTMLElement>('.view-line') ?? [];
  return [...lines].find((element) => Number.parseFloat(element.style.top) === top) ?? null;
}
