/**
 * @file A cell's text to a classic script: types off, operators rewritten, names taken and given, every line where
 * it was. The script calls one global function with the cell as an async function, since `importScripts` is the
 * only way to run text in the sandbox and it gives nothing back.
 */
import type { Node } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import { aliasesOf, type CellNames, namesOf } from './analyse.ts';
import { makeEdits } from './transpile-edits.ts';
import {
  type CellPosition,
  type FailedCell,
  type ParsedCell,
  parseCell,
} from './transpile-parse.ts';
import { rewriteCell } from './transpile-rewrite.ts';
import { rewriteValue } from './transpile-value.ts';

/** What a cell is turned into a script with. */
export type TranspileOptions = {
  /** Name of the cell in stack traces. */
  readonly sourceName: string;
  /** The global function that the script calls with the cell. */
  readonly entry: string;
  /** Names of the library: what an import may name. */
  readonly library: ReadonlySet<string>;
  /** All names that the realm can hand over: the library's and those of other cells. */
  readonly offered: ReadonlySet<string>;
};

/** A cell that can run. */
export type TranspiledCell = {
  readonly kind: 'script';
  /** `entry(async function ($, ...parameters) { ... })`. The function gives an object with a getter for each
   *  declared name, so that a later assignment is seen. It hands the value of the cell's last expression to
   *  `$.result`. */
  readonly script: string;
  /** Names to hand over after `$`, in order. */
  readonly parameters: readonly string[];
  readonly names: CellNames;
  /** The place in the cell of a place in the script; null beyond the cell. Lines and columns from 1. */
  readonly originalPosition: (line: number, column: number) => CellPosition | null;
};

/** The one module that a cell may import. */
const LIBRARY = 'arignote';

/** A name for the operators that no name of the cell starts with. */
function helperFor({ js, tokens }: ParsedCell): string {
  let helper = '$';
  const taken = (prefix: string) =>
    tokens.some(({ type, start }) => type.label === 'name' && js.startsWith(prefix, start));
  while (taken(helper)) helper += '$';
  return helper;
}

/** Why a cell cannot be a script although its syntax is right; null when it can. */
function refusalOf(
  cell: ParsedCell,
  library: ReadonlySet<string>,
): { readonly at: number; readonly message: string } | null {
  for (const node of cell.program.body) {
    if (node.type.startsWith('Export'))
      return {
        at: node.start,
        message: 'A cell needs no export: what it declares is there for all cells.',
      };
    if (node.type !== 'ImportDeclaration') continue;
    const from = String(node.source.value);
    if (from !== LIBRARY)
      return {
        at: node.start,
        message: `A cell cannot import '${from}': it runs in a sandbox without network or files. All names of '${LIBRARY}' are there without an import.`,
      };
    const whole = node.specifiers.find(({ type }) => type !== 'ImportSpecifier');
    if (whole)
      return {
        at: whole.start,
        message: `Name what is imported: import { T, compile } from '${LIBRARY}'.`,
      };
  }
  const unknown = aliasesOf(cell).find(({ imported }) => !library.has(imported));
  if (unknown)
    return { at: unknown.start, message: `'${LIBRARY}' has no name ${unknown.imported}.` };
  const found: Node[] = [];
  fullAncestor(cell.program, (node) => {
    if (node.type === 'ImportExpression') found.push(node);
    if (node.type === 'MetaProperty' && node.meta.name === 'import') found.push(node);
  });
  return found[0] === undefined
    ? null
    : {
        at: found[0].start,
        message: 'A cell cannot import while it runs: its sandbox has no network or files.',
      };
}

/** The script of a cell, or why there is none. */
export function transpile(text: string, options: TranspileOptions): TranspiledCell | FailedCell {
  const cell = parseCell(text);
  if (cell.kind === 'failed') return cell;
  try {
    return scriptOf(cell, options);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    return {
      kind: 'failed',
      error: { message: 'The cell is nested too deeply.', line: 1, column: 1 },
    };
  }
}

function scriptOf(cell: ParsedCell, options: TranspileOptions): TranspiledCell | FailedCell {
  const refusal = refusalOf(cell, options.library);
  if (refusal !== null)
    return {
      kind: 'failed',
      error: { message: refusal.message, ...cell.cellPosition(refusal.at) },
    };
  const names = namesOf(cell, options.library);
  const parameters = names.free.filter((name) => options.offered.has(name));
  const helper = helperFor(cell);
  const edits = makeEdits(cell);
  rewriteCell(cell, edits, helper);
  rewriteValue(cell, edits, helper, names);
  for (const node of cell.program.body) {
    if (node.type !== 'ImportDeclaration') continue;
    const lines = cell.js.slice(node.start, node.end).replace(/[^\n]/g, '');
    edits.replace(node.start, node.end, `;${lines}`);
  }
  const aliases = aliasesOf(cell)
    .filter(({ local, imported }) => local !== imported)
    .map(({ local, imported }) => `const ${local} = ${imported}; `);
  const getters = names.declared.map((name) => `get ${name}() { return ${name}; },`);
  const sourceName = options.sourceName.replace(/\s+/g, '-');
  const { text, originalPosition } = edits.finish(
    `"use strict"; ${options.entry}(async function (${[helper, ...parameters].join(', ')}) { ${aliases.join('')}`,
    `\nreturn { ${getters.join(' ')} };\n});\n//# sourceURL=${sourceName}\n`,
  );
  return { kind: 'script', script: text, parameters, names, originalPosition };
}
