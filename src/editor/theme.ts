/** @file The page's colours and type, as Monaco takes them. LOOK.md, section 8. */
import { isDark, onThemeChange, resolvedColours } from '../ui/theme.ts';
import { monaco } from './monaco.ts';

const THEME = 'arignote';

/** Kinds of tokens and the colours of their text. The last ones are of markdown. */
const SYNTAX: Readonly<Record<string, string>> = {
  keyword: '--syn-keyword',
  api: '--syn-api',
  number: '--syn-number',
  string: '--syn-string',
  comment: '--syn-comment',
  variable: '--syn-api',
};

/** Monaco's names of colours and ours. */
const PARTS: Readonly<Record<string, string>> = {
  foreground: '--ink',
  'editor.foreground': '--ink',
  'editor.background': '--raised',
  'editor.lineHighlightBackground': '--line-active',
  'editorLineNumber.foreground': '--ink-3',
  'editorLineNumber.activeForeground': '--ink',
  'editorCursor.foreground': '--accent',
  'editorError.foreground': '--squiggle',
  'editorWarning.foreground': '--state-stale',
  'editorInlayHint.foreground': '--syn-hint',
  'editorInlayHint.background': '--syn-hint-bg',
  'editorBracketMatch.border': '--edge',
  'editorWidget.foreground': '--ink',
  'editorWidget.background': '--raised',
  'editorWidget.border': '--hair-strong',
  'editorHoverWidget.foreground': '--ink',
  'editorHoverWidget.background': '--raised',
  'editorHoverWidget.border': '--hair-strong',
  'editorHoverWidget.statusBarBackground': '--desk',
  'editorSuggestWidget.foreground': '--ink',
  'editorSuggestWidget.background': '--raised',
  'editorSuggestWidget.border': '--hair-strong',
  'editorSuggestWidget.highlightForeground': '--accent',
  'editorSuggestWidget.focusHighlightForeground': '--accent',
  'editorSuggestWidget.selectedForeground': '--ink',
  'editorSuggestWidget.selectedBackground': '--accent-soft',
  'editorSuggestWidget.selectedIconForeground': '--ink',
  'list.focusForeground': '--ink',
  'list.hoverBackground': '--line-active',
  'list.highlightForeground': '--accent',
  'textLink.foreground': '--accent',
  'textLink.activeForeground': '--accent-hover',
  'textCodeBlock.background': '--field',
  focusBorder: '--accent',
  'scrollbarSlider.background': '--hair-strong',
  'scrollbarSlider.hoverBackground': '--edge',
  'scrollbarSlider.activeBackground': '--edge',
};

/** The accent, thinly laid over code: for what is selected, and for other places of a name. */
const LAID_OVER: Readonly<Record<string, number>> = {
  'editor.selectionBackground': 0.24,
  'editor.inactiveSelectionBackground': 0.14,
  'editor.selectionHighlightBackground': 0.12,
  'editor.wordHighlightBackground': 0.12,
  'editor.wordHighlightTextBackground': 0.12,
  'editor.wordHighlightStrongBackground': 0.18,
};

/** `#rrggbb`, or with an opacity `#rrggbbaa`, of a colour as browsers resolve it. */
function hexOf(colour: string, opacity = 1): string {
  const parts = colour.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0];
  const alpha = (parts[3] ?? 1) * opacity;
  const bytes = [...parts.slice(0, 3), ...(alpha < 1 ? [alpha * 255] : [])];
  return `#${bytes.map((byte) => Math.round(byte).toString(16).padStart(2, '0')).join('')}`;
}

function applyTheme(): void {
  const colours = resolvedColours([
    ...new Set([...Object.values(SYNTAX), ...Object.values(PARTS), '--accent']),
  ]);
  const hex = (name: string, opacity = 1): string => hexOf(colours[name]!, opacity);
  const none = '#00000000';
  monaco.editor.defineTheme(THEME, {
    base: isDark() ? 'vs-dark' : 'vs',
    inherit: false,
    rules: [
      { token: '', foreground: hex('--ink').slice(1) },
      ...Object.entries(SYNTAX).map(([token, name]) => ({
        token,
        foreground: hex(name).slice(1),
        ...(token === 'comment' && { fontStyle: 'italic' }),
      })),
      { token: 'strong', fontStyle: 'bold' },
      { token: 'emphasis', fontStyle: 'italic' },
    ],
    colors: {
      ...Object.fromEntries(Object.entries(PARTS).map(([part, name]) => [part, hex(name)])),
      ...Object.fromEntries(
        Object.entries(LAID_OVER).map(([part, opacity]) => [part, hex('--accent', opacity)]),
      ),
      'editor.lineHighlightBorder': none,
      'editorBracketMatch.background': none,
      'scrollbar.shadow': none,
      'widget.shadow': isDark() ? '#00000059' : '#141e2812',
    },
  });
  monaco.editor.setTheme(THEME);
}

/** Gives Monaco the page's colours, now and whenever they change. */
export function followTheme(): void {
  applyTheme();
  onThemeChange(applyTheme);
}
