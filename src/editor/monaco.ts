/**
 * @file Monaco with what a cell needs of it, and nothing of its languages: colours come from `highlight.ts`, knowledge of types
 * from a worker of our own. Left out with intent: finding (the browser finds in all cells), folding, a minimap, links, renaming.
 */
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/clipboard/register';
import 'monaco-editor/features/codeEditor/register';
import 'monaco-editor/features/codicon/register';
import 'monaco-editor/features/comment/register';
import 'monaco-editor/features/cursorUndo/register';
import 'monaco-editor/features/hover/register';
import 'monaco-editor/features/indentation/register';
import 'monaco-editor/features/inlayHints/register';
import 'monaco-editor/features/lineSelection/register';
import 'monaco-editor/features/linesOperations/register';
import 'monaco-editor/features/parameterHints/register';
import 'monaco-editor/features/smartSelect/register';
import 'monaco-editor/features/snippet/register';
import 'monaco-editor/editor/contrib/suggest/browser/suggestController';
import 'monaco-editor/features/toggleTabFocusMode/register';
import 'monaco-editor/features/wordHighlighter/register';
import 'monaco-editor/features/wordOperations/register';
import 'monaco-editor/languages/definitions/markdown/register';
import * as monaco from 'monaco-editor/editor/editor.api';
import { highlightLine, type LineState } from './highlight.ts';

export { monaco };

/** The language of code cells. */
export const CELL_LANGUAGE = 'cell';

/** Tells Monaco of cells' code and of its worker. Once. */
export function prepareMonaco(): void {
  globalThis.MonacoEnvironment = {
    getWorker: () => new Worker(new URL('./editor-worker.ts', import.meta.url), { type: 'module' }),
  };
  monaco.languages.register({ id: CELL_LANGUAGE });
  monaco.languages.setLanguageConfiguration(CELL_LANGUAGE, CONFIGURATION);
  monaco.languages.setTokensProvider(CELL_LANGUAGE, {
    getInitialState: () => new TokenState(''),
    tokenize(line, before) {
      const { pieces, state } = highlightLine(line, (before as TokenState).state);
      let startIndex = 0;
      const tokens = pieces.map(({ kind, text }) => {
        const token = { startIndex, scopes: kind };
        startIndex += text.length;
        return token;
      });
      return { tokens, endState: new TokenState(state) };
    },
  });
}

class TokenState implements monaco.languages.IState {
  readonly state: LineState;
  constructor(state: LineState) {
    this.state = state;
  }
  clone(): TokenState {
    return this;
  }
  equals(other: monaco.languages.IState): boolean {
    return other instanceof TokenState && other.state === this.state;
  }
}

const PAIRS: readonly (readonly [string, string])[] = [
  ['{', '}'],
  ['[', ']'],
  ['(', ')'],
];
const QUOTES = ["'", '"', '`'];

const CONFIGURATION: monaco.languages.LanguageConfiguration = {
  comments: { lineComment: '//', blockComment: ['/*', '*/'] },
  brackets: PAIRS.map(([open, close]) => [open, close]),
  autoClosingPairs: [
    ...PAIRS.map(([open, close]) => ({ open, close })),
    ...QUOTES.map((open) => ({ open, close: open, notIn: ['string', 'comment'] })),
  ],
  surroundingPairs: [...PAIRS, ...QUOTES.map((mark) => [mark, mark] as const)].map(
    ([open, close]) => ({ open, close }),
  ),
  indentationRules: {
    increaseIndentPattern: /^.*[{[(][^}\])'"`]*$/,
    decreaseIndentPattern: /^\s*[}\])]/,
  },
};
