/**
 * @file A cell's TypeScript in colours, line by line: for cells that nobody edits, and for Monaco, so that both look the same.
 * It reads no grammar: words, numbers, texts and comments are enough to read by.
 */
import { REALM_NAMES } from '../cells/names.ts';

/** What a piece of a line is; `plain` is the author's own. */
export type PieceKind = 'keyword' | 'api' | 'number' | 'string' | 'comment' | 'plain';

/** A piece of a line. The pieces of a line together are the line. */
export type Piece = { readonly kind: PieceKind; readonly text: string };

/**
 * What a line leaves open: `c` a block comment, `t` a template, `{` a brace within a template's `${`. Innermost last; empty
 * at the start of a cell.
 */
export type LineState = string;

const KEYWORDS = new Set(
  (
    'as async await break case catch class const continue debugger default delete do else export extends false finally for ' +
    'function if import in instanceof interface let new null of return satisfies static super switch this throw true try ' +
    'type typeof undefined var void while yield'
  ).split(' '),
);

/** Words that are names too: keywords only where another word, or what stands beside them, says so. */
const SOFT: ReadonlyMap<string, RegExp> = new Map([
  ['as', /^\s+[\w{[(]/],
  ['async', /^\s+(?:function\b|\(|\w+\s*=>)/],
  ['from', /^\s+['"]/],
  ['of', /^\s+[\w['"(]/],
  ['satisfies', /^\s+\w/],
  ['static', /^\s+\w/],
  ['type', /^\s+\w+\s*[=<]/],
]);

const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
const NUMBER =
  /(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?)n?/y;
const QUOTED = /'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?/y;
const REGEX = /\/(?![*/])(?:[^[/\\]|\\.|\[(?:[^\]\\]|\\.)*\])+\/[a-z]*/y;
const TEMPLATE = /(?:[^`$\\]|\\.|\\$|\$(?!\{))+/y;
const COMMENT_END = /.*?\*\//y;
const SPACE = /\s+/y;

/** After these a slash begins a regular expression. */
const BEFORE_REGEX = /[=(,[!&|?{};:>]$|\b(?:return|typeof|case|of|in)$/;

/** What has been read of a line. */
class Reader {
  readonly pieces: Piece[] = [];
  at = 0;
  readonly line: string;
  state: LineState;
  constructor(line: string, state: LineState) {
    this.line = line;
    this.state = state;
  }

  /** The text that a sticky expression finds here, or null. */
  match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    return pattern.exec(this.line)?.[0] ?? null;
  }

  take(kind: PieceKind, text: string): void {
    const last = this.pieces.at(-1);
    if (last?.kind === kind) this.pieces[this.pieces.length - 1] = { kind, text: last.text + text };
    else this.pieces.push({ kind, text });
    this.at += text.length;
  }

  push(mark: 'c' | 't' | '{'): void {
    this.state += mark;
  }

  pop(): void {
    this.state = this.state.slice(0, -1);
  }
}

function readComment(reader: Reader): void {
  const closed = reader.match(COMMENT_END);
  if (closed !== null) reader.pop();
  reader.take('comment', closed ?? reader.line.slice(reader.at));
}

function readTemplate(reader: Reader): void {
  const text = reader.match(TEMPLATE);
  if (text !== null) return reader.take('string', text);
  if (reader.line[reader.at] === '`') {
    reader.pop();
    return reader.take('string', '`');
  }
  reader.push('{');
  reader.take('plain', '${');
}

function kindOfWord(reader: Reader, word: string): PieceKind {
  const before = reader.line.slice(0, reader.at).trimEnd();
  const after = reader.line.slice(reader.at + word.length);
  if (before.endsWith('.') && !before.endsWith('...')) return 'plain';
  const isKey = /^\s*:/.test(after) && /[{,]$/.test(before);
  if (isKey) return 'plain';
  const soft = SOFT.get(word);
  if (soft) return soft.test(after) ? 'keyword' : 'plain';
  if (KEYWORDS.has(word)) return 'keyword';
  return REALM_NAMES.has(word) ? 'api' : 'plain';
}

/** A brace within a template's value: it may end the value. */
function readBrace(reader: Reader, brace: '{' | '}'): void {
  if (reader.state !== '') {
    if (brace === '{') reader.push('{');
    else reader.pop();
  }
  reader.take('plain', brace);
}

/** What begins with a slash; false where it divides. */
function readSlash(reader: Reader): boolean {
  const rest = reader.line.slice(reader.at);
  if (rest.startsWith('//')) {
    reader.take('comment', rest);
    return true;
  }
  if (rest.startsWith('/*')) {
    reader.push('c');
    reader.take('comment', '/*');
    return true;
  }
  const before = reader.line.slice(0, reader.at).trimEnd();
  const regex = BEFORE_REGEX.test(before) ? reader.match(REGEX) : null;
  if (regex === null) return false;
  reader.take('string', regex);
  return true;
}

function readCode(reader: Reader): void {
  const first = reader.line[reader.at]!;
  if (first === '/' && readSlash(reader)) return;
  if (first === '`') {
    reader.push('t');
    return reader.take('string', '`');
  }
  if (first === '{' || first === '}') return readBrace(reader, first);
  const word = reader.match(WORD);
  if (word !== null) return reader.take(kindOfWord(reader, word), word);
  const number = /[\d.]/.test(first) ? reader.match(NUMBER) : null;
  if (number !== null) return reader.take('number', number);
  const quoted = reader.match(QUOTED);
  if (quoted !== null) return reader.take('string', quoted);
  reader.take('plain', reader.match(SPACE) ?? first);
}

/** A line in pieces, and what it leaves open. */
export function highlightLine(
  line: string,
  state: LineState,
): { readonly pieces: readonly Piece[]; readonly state: LineState } {
  const reader = new Reader(line, state);
  while (reader.at < line.length) {
    const open = reader.state.at(-1);
    if (open === 'c') readComment(reader);
    else if (open === 't') readTemplate(reader);
    else readCode(reader);
  }
  return { pieces: reader.pieces, state: reader.state };
}

/** A cell's lines in pieces. */
export function highlight(source: string): readonly (readonly Piece[])[] {
  let state: LineState = '';
  return source.split('\n').map((line) => {
    const read = highlightLine(line, state);
    state = read.state;
    return read.pieces;
  });
}
