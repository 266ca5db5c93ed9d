/**
 * @file What a cell gives besides names: the value of its last expression, and the names of its inputs. `x.sum()` at the
 * end becomes `$.result(x.sum())`; `const rate = slider({...})` becomes `$.named("rate", slider)({...})`, so that the
 * slider's value is kept under the name that people see, and likewise a function of `compile`; and `$.name({ cost });` stands after `const cost = ...`, so that
 * graphs and messages call an expression what its user calls it.
 */
import type { ExpressionStatement, Node, VariableDeclaration } from 'acorn';
import { boundBy, type CellNames } from './analyse.ts';
import type { Edits } from './transpile-edits.ts';
import type { ParsedCell } from './transpile-parse.ts';

/** Functions of the notebook that make an input and give its value. */
const CONTROLS: ReadonlySet<string> = new Set(['slider', 'select', 'checkbox', 'button']);

/** What they make is called as the variable that holds it. */
const NAMING: ReadonlySet<string> = new Set([...CONTROLS, 'compile']);

/** Whether a node calls one of the library's functions of these names. */
const isCallOf = (node: Node, names: ReadonlySet<string>, free: readonly string[]): boolean => {
  const callee = calleeOf(node);
  return callee !== null && names.has(callee.name) && free.includes(callee.name);
};

function calleeOf(node: Node): (Node & { readonly name: string }) | null {
  if (node.type !== 'CallExpression' || !('callee' in node)) return null;
  const callee = node.callee as Node & { readonly name?: string };
  return callee.type === 'Identifier' ? (callee as Node & { readonly name: string }) : null;
}

/** Forms of an expression that may give a tensor without a name. */
const GIVES_TENSOR: ReadonlySet<string> = new Set([
  'BinaryExpression',
  'CallExpression',
  'ConditionalExpression',
  'MemberExpression',
  'UnaryExpression',
]);

/** The names that a declaration gives to what may be tensors. */
const tensorNames = ({ declarations }: VariableDeclaration, free: readonly string[]) =>
  declarations.flatMap(({ id, init }) =>
    init && GIVES_TENSOR.has(init.type) && !isCallOf(init, NAMING, free) ? boundBy(id) : [],
  );

/** The expression at the end of the cell, or null. An assignment is there for what it does, not for its value. */
function lastExpression({ program }: ParsedCell): ExpressionStatement | null {
  const last = program.body.findLast(({ type }) => type !== 'EmptyStatement');
  if (last?.type !== 'ExpressionStatement') return null;
  const { type } = last.expression;
  return type === 'AssignmentExpression' || type === 'UpdateExpression' ? null : last;
}

/** Where the expression of a statement ends, its own parentheses included and the semicolon not. */
function expressionEnd({ tokens }: ParsedCell, { start, end }: ExpressionStatement): number {
  const last = tokens.findLast((t) => t.start >= start && t.start < end && t.type.label !== ';');
  return last?.end ?? end;
}

/** Edits a cell so that its value and the names of its inputs reach `helper`. After every other edit of expressions. */
export function rewriteValue(
  cell: ParsedCell,
  edits: Edits,
  helper: string,
  { free }: CellNames,
): void {
  for (const node of cell.program.body) {
    if (node.type !== 'VariableDeclaration') continue;
    for (const { id, init } of node.declarations) {
      if (id.type !== 'Identifier' || !init || !isCallOf(init, NAMING, free)) continue;
      const callee = calleeOf(init)!;
      edits.before(callee.start, `${helper}.named(${JSON.stringify(id.name)}, `, callee.start);
      edits.after(callee.end, ')');
    }
    const names = tensorNames(node, free);
    const isClosed = cell.js[node.end - 1] === ';';
    if (names.length > 0)
      edits.after(node.end, `${isClosed ? '' : ';'} ${helper}.name({ ${names.join(', ')} });`);
  }
  const last = lastExpression(cell);
  if (last === null || isCallOf(last.expression, CONTROLS, free)) return;
  const sequence = last.expression.type === 'SequenceExpression';
  edits.before(last.start, `${helper}.result(${sequence ? '(' : ''}`, last.start);
  edits.after(expressionEnd(cell, last), sequence ? '))' : ')');
}
