/** @file The button for the theme: as the system, light, dark. */
import { Icon } from './Icon.tsx';
import { nextTheme, useTheme } from './theme.ts';

const WORDS = {
  system: { icon: 'sun-moon', word: 'as the system' },
  light: { icon: 'sun', word: 'light' },
  dark: { icon: 'moon', word: 'dark' },
} as const;

export function ThemeButton({ className }: { readonly className?: string }) {
  const { icon, word } = WORDS[useTheme((state) => state.choice)];
  return (
    <button
      className={`btn icon ${className ?? ''}`.trim()}
      type="button"
      aria-label={`Theme: ${word}`}
      title={`Theme: ${word}`}
      onClick={nextTheme}
    >
      <Icon name={icon} />
    </button>
  );
}
