/**
 * @file The theme: the system's choice, or a person's. `tokens.css` writes colours as `light-dark(...)`, which scripts cannot
 * read; this module resolves them by a probe element, for Monaco, plotly and canvas, and tells when they change.
 */
import { create } from 'zustand';

/** What a person chose. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'arignote.theme';

const isChoice = (value: string | null): value is 'light' | 'dark' =>
  value === 'light' || value === 'dark';

/** Storage may be switched off in a browser's settings: the theme then lasts as long as the page. */
function storedChoice(): ThemeChoice {
  try {
    const value = localStorage.getItem(KEY);
    return isChoice(value) ? value : 'system';
  } catch {
    return 'system';
  }
}

function storeChoice(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // Not kept; it holds for this page.
  }
}

/** The choice, for the button that shows it. */
export const useTheme = create<{ readonly choice: ThemeChoice }>(() => ({ choice: 'system' }));

/** Follow the system, or not. Kept in this browser. */
function setTheme(choice: ThemeChoice): void {
  storeChoice(choice);
  showChoice(choice);
}

function showChoice(choice: ThemeChoice): void {
  const { dataset } = document.documentElement;
  if (choice === 'system') delete dataset['theme'];
  else dataset['theme'] = choice;
  useTheme.setState({ choice });
}

/** Before the first paint: what was chosen earlier. */
export const startTheme = (): void => showChoice(storedChoice());

/** System, light, dark, and again. */
export function nextTheme(): void {
  const next = { system: 'light', light: 'dark', dark: 'system' } as const;
  setTheme(next[useTheme.getState().choice]);
}

/** Whether colours are the dark ones now. */
export function isDark(): boolean {
  const { choice } = useTheme.getState();
  return choice === 'system'
    ? matchMedia('(prefers-color-scheme: dark)').matches
    : choice === 'dark';
}

/**
 * The colours that custom properties such as `--accent` stand for now, as `rgb(...)` or `color(...)` text, by the
 * names given.
 */
export function resolvedColours(names: readonly string[]): Record<string, string> {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const colours = names.map((name) => {
    probe.style.color = `var(${name})`;
    return [name, style.color] as const;
  });
  probe.remove();
  return Object.fromEntries(colours);
}

const MEDIA = [
  '(prefers-color-scheme: dark)',
  '(forced-colors: active)',
  '(prefers-contrast: more)',
];

/** Calls `listener` whenever colours may have changed; gives the function that ends it. */
export function onThemeChange(listener: () => void): () => void {
  const queries = MEDIA.map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', listener);
  const leave = useTheme.subscribe(listener);
  return () => {
    for (const query of queries) query.removeEventListener('change', listener);
    leave();
  };
}
