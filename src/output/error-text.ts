/**
 * @file Reads the engine's messages: a title, sentences, and the expressions that they name with shapes and places, such as
 * `h [60, 500] (k3xw5abcde, line 4)`. A message of another form is shown as its text.
 */
import type { CellError } from '../cells/outputs.ts';

/** An extent of a named expression. */
type Extent = { readonly text: string; readonly isClashing: boolean };

/** An expression that a message names. */
export type Named = {
  readonly name: string;
  /** Empty where the message tells none. */
  readonly dtype: string;
  readonly extents: readonly Extent[];
  readonly place: { readonly cell: string; readonly line: number } | null;
};

/** A message, taken apart. */
export type ErrorText = {
  readonly title: string;
  /** What was expected and what to do. */
  readonly sentence: string;
  readonly named: readonly Named[];
  /** Whether the engine refused the program; else JavaScript did. */
  readonly isOfEngine: boolean;
};

/** `h float32 [60, 500] (cell, line 4)`, with the words that may stand for a name. */
const NAMED =
  /(the result of [\w.]+|of shape|[^\s,:;()[\]]+) (?:((?:float|int|uint|bool)\d*) )?\[((?:\d+|\?)(?:, (?:\d+|\?))*)?\](?: \(([^\s(),]+), line (\d+)\))?/g;

/** Codes of the engine are words with `_`; names of JavaScript's errors are not. */
const ENGINE_CODE = /^[a-z]+(?:_[a-z0-9]+)+$|^disconnected$/;

/** Longer first sentences are no titles. */
const TITLE_LENGTH = 130;

/** Names that are words of the sentence, with what they stand for. */
const WORDS: Readonly<Record<string, string>> = { 'of shape': 'the value', shape: 'the new shape' };

/** An error's message, taken apart. `nameOf` gives what the page calls a cell, or `null` where there is no such cell. */
export function readError(
  { code, message }: Pick<CellError, 'code' | 'message'>,
  nameOf: (cell: string) => string | null,
): ErrorText {
  const isOfEngine = ENGINE_CODE.test(code);
  const [first, rest] = splitSentence(message);
  const found = isOfEngine ? [...first.matchAll(NAMED)] : [];
  // Only in a sentence about expressions is a bare shape a row of the table.
  const named = found.some((match) => match[4] !== undefined) ? found.map(namedOf) : [];
  const title = named.length === 0 ? first : titleOf(first, found);
  const isTitle = title.length <= TITLE_LENGTH;
  return {
    title: withCellNames(isTitle ? title : shortTitle(code, message), nameOf),
    sentence: withCellNames(isTitle ? rest : message, nameOf),
    named: markClashes(named, code, message),
    isOfEngine,
  };
}

/** The first sentence without its full stop, and the others. */
function splitSentence(message: string): readonly [string, string] {
  const end = /\.\s+(?=[A-Z`'])|\n/.exec(message);
  if (end === null) return [message.replace(/\.$/, ''), ''];
  return [message.slice(0, end.index), message.slice(end.index + end[0].length)];
}

function namedOf(match: RegExpExecArray): Named {
  const [, name = '', dtype = '', extents = '', cell, line] = match;
  return {
    name: WORDS[name] ?? name,
    dtype,
    extents: extents === '' ? [] : extents.split(', ').map((text) => ({ text, isClashing: false })),
    place: cell === undefined ? null : { cell, line: Number(line) },
  };
}

/** "dot: the inner extents differ" of a sentence that lists its expressions after a colon; else the sentence without shapes. */
function titleOf(sentence: string, found: readonly RegExpExecArray[]): string {
  const head = sentence.slice(0, found[0]?.index ?? 0).trimEnd();
  const last = found.at(-1);
  const isAtEnd = last !== undefined && last.index + last[0].length === sentence.length;
  if (head.endsWith(':') && head.indexOf(':') < head.length - 1 && isAtEnd)
    return head.slice(0, -1);
  return sentence.replace(NAMED, (text, name: string) => (name in WORDS ? text : name));
}

/** What was done, and the code as words. */
function shortTitle(code: string, message: string): string {
  const doing = /^[\w.' ]{1,40}(?=: )/.exec(message)?.[0];
  const words = code.replaceAll('_', ' ');
  return doing === undefined ? words : `${doing}: ${words}`;
}

/** Where a cell's id may stand: "(k3xw5abcde, line 4)", "cell k3xw5abcde"; and an id of ten letters anywhere. */
const CELL_IDS = /(?<=\()[\w-]+(?=, line \d)|\bcells? [\w-]+|\b[a-z2-7]{10}\b/g;

/** The text with ids replaced by what the page calls the cells. */
function withCellNames(text: string, nameOf: (cell: string) => string | null): string {
  return text.replace(CELL_IDS, (found) => nameOf(found.replace(/^cells? /, '')) ?? found);
}

type Axes = readonly (readonly number[])[];

/** The extents that do not fit each other, by what the code says. */
function markClashes(named: readonly Named[], code: string, message: string): readonly Named[] {
  const axes = clashesOf(named, code, message);
  return named.map((one, i) => ({
    ...one,
    extents: one.extents.map((extent, axis) => ({
      ...extent,
      isClashing: axes[i]?.includes(axis) ?? false,
    })),
  }));
}

function clashesOf(named: readonly Named[], code: string, message: string): Axes {
  const [a, b] = named;
  const axis = /\baxis (-?\d+)\b/.exec(message)?.[1];
  if (a !== undefined && axis !== undefined) {
    return [[Number(axis) < 0 ? Number(axis) + a.extents.length : Number(axis)]];
  }
  if (a === undefined || b === undefined) return [];
  if (code === 'inner_extents_differ') {
    return [[a.extents.length - 1], [Math.max(0, b.extents.length - 2)]];
  }
  if (code === 'shapes_differ' || code === 'call_extent') return differing(a, b);
  return [];
}

/** Axes, counted from the last, whose extents are known and differ. */
function differing(a: Named, b: Named): Axes {
  const pairs = Array.from({ length: Math.min(a.extents.length, b.extents.length) }, (_, i) => ({
    left: a.extents.length - 1 - i,
    right: b.extents.length - 1 - i,
  })).filter(({ left, right }) => {
    const [x, y] = [a.extents[left]?.text, b.extents[right]?.text];
    return x !== y && x !== '?' && y !== '?';
  });
  return [pairs.map(({ left }) => left), pairs.map(({ right }) => right)];
}
