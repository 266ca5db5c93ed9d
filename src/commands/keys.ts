/**
 * @file From a key to a command: the one place where keys are read. The window sends what no control took; Monaco sends keys
 * before it reads them itself (`runCommandForKey`).
 */
import { useSelection } from '../store/selection.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { chordsOf, pressOf } from './key-names.ts';
import { situationNow } from './situation.ts';

/** The second key of `D D` counts this long after the first. */
const SEQUENCE_MS = 800;

/** Where a key was pressed. */
export type KeyPlace = 'notebook' | 'editor' | 'field' | 'panel' | 'dialog';

const TEXT_FIELD =
  'textarea, select, [contenteditable], input:not([type=range], [type=checkbox], [type=button], [type=radio])';

/** Where the element with the focus stands. */
function placeOf(target: EventTarget | null): KeyPlace {
  if (!(target instanceof Element)) return 'notebook';
  if (target.closest('dialog, [popover]')) return 'dialog';
  if (target.closest('.monaco-editor, [data-cell-editor]')) return 'editor';
  if (target.matches(TEXT_FIELD)) return 'field';
  return target === document.body || target.closest('.note') ? 'notebook' : 'panel';
}

/** Keys that a button, a link or a slider needs for itself. */
const CONTROL = 'button, a[href], input, summary, [role=slider]';
const CONTROL_KEYS = /^(Enter| |Shift\+Enter|(Shift\+)?Arrow\w+|Home|End)$/;

/** Whether a key may be a command there: in a field only what holds a modifier, in a panel no bare letters. */
export function isCommandKey(press: string, place: KeyPlace, isOnControl: boolean): boolean {
  if (place === 'dialog') return false;
  if (isOnControl && CONTROL_KEYS.test(press)) return false;
  const isModified = /^(Mod|Ctrl|Alt)\+|^(Shift\+)?F\d/.test(press);
  if (place === 'field') return isModified;
  if (place === 'editor') return isModified || /^(Escape|Shift\+Enter)$/.test(press);
  return place === 'notebook' || isModified || press === '?' || press === 'Escape';
}

/** The command of the keys so far; `'begins'` when more are to come. */
export function commandOf(
  presses: readonly string[],
  commands: readonly Command[],
): Command | 'begins' | null {
  const matching = commands.flatMap((command) =>
    command.keys
      .map((keys) => chordsOf(keys))
      .filter((chords) => presses.every((press, i) => chords[i] === press))
      .map((chords) => ({ command, isWhole: chords.length === presses.length })),
  );
  return matching.find(({ isWhole }) => isWhole)?.command ?? (matching[0] ? 'begins' : null);
}

/** Commands that keys may mean now. */
function commandsFor(place: KeyPlace): readonly Command[] {
  const mode = place === 'editor' ? 'edit' : useSelection.getState().mode;
  const situation = situationNow(mode);
  const isCommandMode = place === 'notebook' && mode === 'command';
  return COMMANDS.filter(
    (command) => (command.mode === 'any' || isCommandMode) && command.when(situation),
  );
}

/** Reads keys, and remembers the first of a sequence. */
function makeKeyReader() {
  let pending: readonly string[] = [];
  let pendingAt = 0;
  return (event: KeyboardEvent): boolean => {
    if (event.defaultPrevented || event.isComposing) return false;
    const { target } = event;
    const place = placeOf(target);
    const press = pressOf(event);
    const isOnControl = target instanceof Element && target.closest(CONTROL) !== null;
    if (!isCommandKey(press, place, isOnControl)) return false;
    const commands = commandsFor(place);
    const isLate = event.timeStamp - pendingAt > SEQUENCE_MS;
    const presses = [...(isLate ? [] : pending), press];
    const found = commandOf(presses, commands) ?? commandOf([press], commands);
    pending = found === 'begins' ? [press] : [];
    pendingAt = event.timeStamp;
    if (found === null) return false;
    event.preventDefault();
    event.stopPropagation();
    if (found !== 'begins') found.run();
    return true;
  };
}

/** Runs the command that the key stands for, if there is one: then the event is used up and nobody else should read it. */
export const runCommandForKey = makeKeyReader();

/** Reads the keys of the page; gives the way to end it. */
export function listenToKeys(): () => void {
  addEventListener('keydown', runCommandForKey);
  return () => removeEventListener('keydown', runCommandForKey);
}
