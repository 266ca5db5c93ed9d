/**
 * Goal: the table of commands is sound, and a key finds the command that Jupyter's users expect. Method: laws over the table, and
 * keyboard events as plain objects.
 */
import { describe, expect, test } from 'vitest';
import { COMMANDS, commandNamed } from './commands.ts';
import { GROUPS } from './command.ts';
import { ariaKeys, chordsOf, pressOf, showKeys, type KeyPress } from './key-names.ts';
import { commandOf, isCommandKey } from './keys.ts';
import { matching } from './Palette.tsx';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe('the table', () => {
  test('has each name once, a title for each, and only known groups', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(COMMANDS.filter(({ title }) => title.trim() === '')).toEqual([]);
    expect(COMMANDS.filter(({ group }) => !GROUPS.includes(group))).toEqual([]);
  });

  test.each([true, false])('has each sequence of keys once (Apple: %s)', (apple) => {
    const sequences = COMMANDS.flatMap(({ keys }) => keys.map((k) => chordsOf(k, apple).join(' ')));
    expect(new Set(sequences).size).toBe(sequences.length);
  });

  test('has no sequence that begins with the keys of another', () => {
    const sequences = COMMANDS.flatMap(({ keys }) => keys.map((k) => chordsOf(k, false)));
    const first = new Set(sequences.filter((s) => s.length > 1).map((s) => s[0]));
    const single = sequences.filter((s) => s.length === 1).map((s) => s[0]);
    expect(single.filter((chord) => first.has(chord))).toEqual([]);
  });

  test('gives bare letters to command mode only, where they can be typed', () => {
    const isBare = (keys: string): boolean => /^[A-Z0-9]( [A-Z0-9])?$/.test(keys);
    const bare = COMMANDS.filter(({ keys, mode }) => mode === 'any' && keys.some(isBare));
    // A field or an editor never sees them: see `isCommandKey`.
    expect(bare.map(({ name }) => name)).toEqual(['stop']);
  });

  test('refuses a name that it does not hold', () => {
    expect(() => commandNamed('fly')).toThrow('There is no command fly.');
  });
});

describe('keys', () => {
  test.each<[string, KeyPress, boolean, string]>([
    ['Mod+K', press('k', { metaKey: true }), true, 'Mod+K'],
    ['Mod+K', press('k', { ctrlKey: true }), false, 'Mod+K'],
    ['Shift+Enter', press('Enter', { shiftKey: true }), false, 'Shift+Enter'],
    ['Mod+Shift+R', press('R', { ctrlKey: true, shiftKey: true }), false, 'Mod+Shift+R'],
    ['?', press('?', { shiftKey: true }), false, '?'],
    [
      'Ctrl+Shift+-',
      press('_', { ctrlKey: true, shiftKey: true, code: 'Minus' }),
      true,
      'Ctrl+Shift+-',
    ],
    [
      'Ctrl+Shift+-',
      press('_', { ctrlKey: true, shiftKey: true, code: 'Minus' }),
      false,
      'Mod+Shift+-',
    ],
    ['Shift+Z', press('Z', { shiftKey: true }), false, 'Shift+Z'],
    ['J', press('j'), false, 'J'],
  ])('reads %s as the table writes it (%o)', (keys, event, apple, expected) => {
    expect(pressOf(event, apple)).toBe(expected);
    expect(chordsOf(keys, apple)).toEqual([expected]);
  });

  test.each([
    [['D'], 'begins'],
    [['D', 'D'], 'deleteCell'],
    [['J'], 'nextCell'],
    [['Shift+Enter'], 'runAndGoOn'],
    [['Q'], null],
  ])('finds the command of %j', (presses, expected) => {
    const found = commandOf(presses, COMMANDS);
    expect(found === 'begins' || found === null ? found : found.name).toBe(expected);
  });

  test.each([
    ['J', 'notebook', false, true],
    ['J', 'panel', false, false],
    ['J', 'editor', false, false],
    ['J', 'field', false, false],
    ['?', 'panel', false, true],
    ['?', 'editor', false, false],
    ['Escape', 'editor', false, true],
    ['Shift+Enter', 'editor', false, true],
    ['Mod+K', 'field', false, true],
    ['Mod+K', 'dialog', false, false],
    ['Enter', 'notebook', true, false],
    ['ArrowDown', 'notebook', true, false],
    ['ArrowDown', 'notebook', false, true],
    ['F6', 'panel', false, true],
  ] as const)('%s in a %s (on a control: %s) may be a command: %s', (key, place, on, expected) => {
    expect(isCommandKey(key, place, on)).toBe(expected);
  });

  test('writes keys for people and for screen readers', () => {
    expect(showKeys('Mod+Shift+R', false)).toBe('Ctrl+Shift+R');
    expect(showKeys('Mod+Shift+R', true)).toBe('⌘\u2009⇧\u2009R');
    expect(showKeys('D D', false)).toBe('D D');
    expect(showKeys('Ctrl+Shift+-', false)).toBe('Ctrl+Shift+-');
    expect(ariaKeys(['Mod+.', 'I I'], true)).toBe('Meta+.');
  });
});

test('the palette lists titles that begin with the text first', () => {
  const titles = matching(COMMANDS, 'run').map(({ title }) => title);
  expect(titles[0]).toBe('Run cell and go on');
  expect(matching(COMMANDS, 'cell run insert').map(({ name }) => name)).toEqual(['runAndInsert']);
  expect(matching(COMMANDS, 'zzz')).toEqual([]);
});
