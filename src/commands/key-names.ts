/**
 * @file Keys as the commands' table writes them, `Mod+Shift+R` or `D D`, and as a keyboard sends them. `Mod` is Command on Apple's
 * machines and Control elsewhere. One form for both, so that they can be compared as text.
 */

/** What of a keyboard event says which keys are pressed. */
export type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'
>;

/** Whether Command takes Control's place. */
const isApple = (): boolean =>
  typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.userAgent);

const MODIFIERS = ['Mod', 'Ctrl', 'Alt', 'Shift'] as const;

const joined = (modifiers: ReadonlySet<string>, key: string): string =>
  [...MODIFIERS.filter((modifier) => modifiers.has(modifier)), key].join('+');

/** One chord of the table in the form that `pressOf` gives. */
function canonical(chord: string, apple: boolean): string {
  const key = chord.endsWith('+-') ? '-' : (chord.split('+').at(-1) ?? '');
  const names = chord
    .slice(0, chord.length - key.length)
    .split('+')
    .filter(Boolean);
  const modifiers = new Set(names.map((name) => (name === 'Ctrl' && !apple ? 'Mod' : name)));
  return joined(modifiers, key);
}

/** The chords that a sequence of the table stands for, in order. */
export function chordsOf(keys: string, apple = isApple()): readonly string[] {
  return keys.split(' ').map((chord) => canonical(chord, apple));
}

/** Where Shift or Control changes the character that a key gives, its place on the keyboard names it. */
const BY_CODE: Readonly<Record<string, string>> = { Minus: '-', Period: '.' };

/** The chord that a keyboard sent. Shift says nothing beside a character that needs it, such as `?`. */
export function pressOf(event: KeyPress, apple = isApple()): string {
  const isMod = apple ? event.metaKey : event.ctrlKey;
  const isCtrl = apple && event.ctrlKey;
  const isChorded = isMod || isCtrl;
  const named = isChorded ? (BY_CODE[event.code] ?? event.key) : event.key;
  const key = named.length === 1 ? named.toUpperCase() : named;
  const isSign = key.length === 1 && !/[A-Z0-9]/.test(key) && !isChorded;
  const held = { Mod: isMod, Ctrl: isCtrl, Alt: event.altKey, Shift: event.shiftKey && !isSign };
  return joined(new Set(MODIFIERS.filter((modifier) => held[modifier])), key);
}

const SIGNS: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
};

/** Keys for people: `Ctrl+Shift+R`, `⌘ ⇧ R` on Apple's machines. */
export function showKeys(keys: string, apple = isApple()): string {
  const modifiers: Readonly<Record<string, string>> = apple
    ? { Mod: '⌘', Ctrl: '⌃', Alt: '⌥', Shift: '⇧' }
    : { Mod: 'Ctrl' };
  const show = (chord: string): string => {
    const parts = chord.split('+');
    const key = chord.endsWith('+-') ? '-' : (parts.at(-1) ?? '');
    const held = parts.slice(0, -1).filter(Boolean);
    const words = [...held.map((name) => modifiers[name] ?? name), SIGNS[key] ?? key];
    return words.join(apple ? '\u2009' : '+');
  };
  return keys.split(' ').map(show).join(' ');
}

/** The same for `aria-keyshortcuts`. */
export function ariaKeys(keys: readonly string[], apple = isApple()): string {
  const words: Readonly<Record<string, string>> = {
    Mod: apple ? 'Meta' : 'Control',
    Ctrl: 'Control',
  };
  return keys
    .filter((sequence) => !sequence.includes(' '))
    .map((chord) => chord.replace(/^(Mod|Ctrl)/, (name) => words[name] ?? name))
    .join(' ');
}
