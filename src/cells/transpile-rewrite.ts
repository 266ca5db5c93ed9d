/**
 * @file The rewriting of a cell's operators, conditions and loops into calls of `$` (operators.ts). Each edit keeps
 * the order of evaluation: operands stay where they stand and become arguments. Left as they are, since no call can
 * stand for them: computed members inside `?.` chains, and compound assignment to `super[k]` and to `#p` of anything
 * longer than a name.
 */
import type {
  AnyNode,
  AssignmentExpression,
  AssignmentOperator,
  BinaryExpression,
  BinaryOperator,
  Expression,
  MemberExpression,
  Node,
  Pattern,
  UnaryExpression,
  UpdateExpression,
} from 'acorn';
import { ancestor } from 'acorn-walk';
import { isFunction } from './analyse.ts';
import type { Edits } from './transpile-edits.ts';
import { lastAtMost, type ParsedCell } from './transpile-parse.ts';

/** `$`'s member for each operator of two operands. */
const BINARY: Partial<Record<BinaryOperator, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '%': 'mod',
  '**': 'pow',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  '==': 'looseEq',
  '!=': 'looseNeq',
  '&': 'bitAnd',
  '|': 'bitOr',
  '^': 'bitXor',
  '<<': 'shl',
  '>>': 'shr',
  '>>>': 'ushr',
};

const UNARY: Readonly<Record<string, string>> = {
  '-': 'neg',
  '+': 'pos',
  '!': 'not',
  '~': 'bitNot',
};
const RELATIONAL = new Set(['<', '<=', '>', '>=']);

type Span = { readonly start: number; readonly end: number };
type Rewriting = { readonly cell: ParsedCell; readonly edits: Edits; readonly helper: string };

/** The first token from `offset` on that closes no parenthesis. */
function tokenAfter({ cell: { tokens } }: Rewriting, offset: number): Span {
  let at = lastAtMost(tokens.length, offset - 1, (i) => tokens[i]!.start) + 1;
  while (tokens[at]?.type.label === ')') at += 1;
  return tokens[at] ?? { start: offset, end: offset };
}

/** Where the next token from `offset` on starts. */
function tokenAt({ cell: { tokens } }: Rewriting, offset: number): number | undefined {
  return tokens[lastAtMost(tokens.length, offset - 1, (i) => tokens[i]!.start) + 1]?.start;
}

/** Puts a call around a node. A sequence gets parentheses of its own, to stay one argument. */
function wrap({ edits, helper }: Rewriting, node: Node, name: string): void {
  const sequence = node.type === 'SequenceExpression';
  edits.before(node.start, `${helper}.${name}(${sequence ? '(' : ''}`, node.start);
  edits.after(node.end, sequence ? '))' : ')');
}

function rewriteBinary(rewriting: Rewriting, node: BinaryExpression): void {
  const { edits, helper } = rewriting;
  const name = BINARY[node.operator];
  if (name === undefined) return;
  const { left } = node;
  const bare = left.start === node.start && left.type === 'BinaryExpression';
  if (bare && RELATIONAL.has(left.operator) && RELATIONAL.has(node.operator))
    wrap(rewriting, left, 'chained');
  const operator = tokenAfter(rewriting, left.end);
  edits.replace(operator.start, operator.end, ',');
  edits.before(node.start, `${helper}.${name}(`, operator.start);
  edits.after(node.end, ')');
}

/** Text that names a target twice without evaluating anything twice; null when there is none. */
function simpleTarget(target: Pattern | Expression): string | null {
  if (target.type === 'Identifier') return target.name;
  if (target.type !== 'MemberExpression' || target.computed) return null;
  const { object, property } = target;
  const named = property.type === 'PrivateIdentifier' ? `#${property.name}` : null;
  const key = property.type === 'Identifier' ? property.name : named;
  if (key === null) return null;
  if (object.type === 'ThisExpression') return `this.${key}`;
  if (object.type === 'Super') return `super.${key}`;
  return object.type === 'Identifier' ? `${object.name}.${key}` : null;
}

/** Turns `o.p` or `o[k]` into `$.member(o, key)`; false where no call can stand for it. */
function rewriteMember(rewriting: Rewriting, target: MemberExpression): boolean {
  const { edits, helper } = rewriting;
  const { object, property } = target;
  if (object.type === 'Super' || property.type === 'PrivateIdentifier') return false;
  const opening = tokenAfter(rewriting, object.end);
  edits.replace(opening.start, opening.end, ', ');
  if (!target.computed && property.type === 'Identifier')
    edits.replace(property.start, property.end, `${JSON.stringify(property.name)})`);
  else {
    if (property.type === 'SequenceExpression') {
      edits.before(property.start, '(', property.start);
      edits.after(property.end, ')');
    }
    edits.replace(target.end - 1, target.end, ')');
  }
  edits.before(target.start, `${helper}.member(`, target.start);
  return true;
}

const LOGICAL = new Set<AssignmentOperator>(['&&=', '||=']);

function rewriteAssignment(rewriting: Rewriting, node: AssignmentExpression): void {
  const { edits, helper } = rewriting;
  const { left, operator } = node;
  const logical = LOGICAL.has(operator);
  const name = BINARY[operator.slice(0, -1) as BinaryOperator];
  if (operator === '=' || (!logical && name === undefined)) return;
  const token = tokenAfter(rewriting, left.end);
  const target = simpleTarget(left);
  if (target !== null && logical) {
    edits.before(node.start, `${helper}.val(${helper}.truth(`, token.start);
    edits.replace(token.start, token.end, `) ${operator.slice(0, -1)} (${target} =`);
    edits.after(node.end, '))');
  } else if (target !== null) {
    edits.replace(token.start, token.end, `= ${helper}.${name}(${target},`);
    edits.after(node.end, ')');
  } else if (left.type === 'MemberExpression' && rewriteMember(rewriting, left)) {
    if (logical) edits.replace(token.start, token.end, `.value ${operator}`);
    else {
      edits.replace(token.start, token.end, `.update(${helper}.${name},`);
      edits.after(node.end, ')');
    }
  }
}

/** Whether nobody uses the value of the last of `ancestors`. */
function isDropped(ancestors: readonly AnyNode[]): boolean {
  let at = ancestors.length - 2;
  while (ancestors[at]?.type === 'SequenceExpression') at -= 1;
  const user = ancestors[at];
  return (
    user?.type === 'ExpressionStatement' ||
    (user?.type === 'ForStatement' && user.update === ancestors[at + 1])
  );
}

function rewriteUpdate(rewriting: Rewriting, node: UpdateExpression, dropped: boolean): void {
  const { edits, helper } = rewriting;
  const { argument, prefix } = node;
  const step = `${helper}.${node.operator === '++' ? 'inc' : 'dec'}`;
  const token = prefix
    ? { start: node.start, end: node.start + 2 }
    : { start: node.end - 2, end: node.end };
  const target = simpleTarget(argument);
  if (target !== null) {
    const written = `${helper}v`;
    const store = `= ${step}(${target})`;
    if (prefix) {
      // A line that begins with a parenthesis would call what stands before it.
      const bare = dropped && tokenAt(rewriting, token.end) === argument.start;
      edits.replace(token.start, token.end, bare ? ' ' : ` ${helper}.val(`);
      edits.after(node.end, bare ? store : `${store})`);
    } else if (dropped) edits.replace(token.start, token.end, store);
    else {
      edits.before(node.start, `${helper}.post(`, token.start);
      const write = `(${written}) => { ${target} = ${written}; }`;
      edits.replace(token.start, token.end, `, ${step}, ${write})`);
    }
  } else if (argument.type === 'MemberExpression' && rewriteMember(rewriting, argument)) {
    edits.replace(token.start, token.end, prefix ? ` ${helper}.val(` : `.postStep(${step})`);
    if (prefix) edits.after(node.end, `.step(${step}))`);
  }
}

type Use = 'read' | 'written' | 'kept';
type UseTable = {
  readonly [K in AnyNode['type']]?: (parent: Extract<AnyNode, { type: K }>, node: Node) => Use;
};

const calledUse = (parent: { readonly callee: Node }, node: Node): Use =>
  parent.callee === node ? 'kept' : 'read';
const leftUse = (parent: { readonly left: Node }, node: Node): Use =>
  parent.left === node ? 'written' : 'read';

/** How the expression around a member uses it, where it does not read it. */
const USES: UseTable = {
  AssignmentExpression(parent, node) {
    if (parent.left !== node) return 'read';
    return parent.operator === '=' ? 'written' : 'kept';
  },
  ForInStatement: leftUse,
  ForOfStatement: leftUse,
  AssignmentPattern: leftUse,
  ArrayPattern: () => 'written',
  RestElement: () => 'written',
  ObjectPattern: ({ properties }, node) =>
    properties.some((p) => p.type === 'Property' && p.key === node) ? 'read' : 'written',
  UpdateExpression: () => 'kept',
  ChainExpression: () => 'kept',
  UnaryExpression: ({ operator }) => (operator === 'delete' ? 'kept' : 'read'),
  CallExpression: calledUse,
  NewExpression: calledUse,
  TaggedTemplateExpression: ({ tag }, node) => (tag === node ? 'kept' : 'read'),
};

function useOf(ancestors: readonly AnyNode[]): Use {
  const node = ancestors.at(-1);
  const parent = ancestors.at(-2);
  if (node === undefined || parent === undefined) return 'read';
  const use = USES[parent.type] as ((parent: Node, node: Node) => Use) | undefined;
  return use?.(parent, node) ?? 'read';
}

/** Whether a member is a link of a chain with `?.`, which a call around it would break. */
function isInChain(ancestors: readonly AnyNode[]): boolean {
  for (let at = ancestors.length - 1; at > 0; at -= 1) {
    const [node, parent] = [ancestors[at], ancestors[at - 1]];
    if (parent?.type === 'ChainExpression') return true;
    const link =
      (parent?.type === 'MemberExpression' && parent.object === node) ||
      (parent?.type === 'CallExpression' && parent.callee === node);
    if (!link) return false;
  }
  return false;
}

function rewriteElement(
  rewriting: Rewriting,
  node: MemberExpression,
  ancestors: readonly AnyNode[],
): void {
  const { edits, helper } = rewriting;
  const { object, property } = node;
  if (!node.computed || object.type === 'Super') return;
  if (property.type === 'Literal' && typeof property.value === 'string') return;
  const use = useOf(ancestors);
  if (use === 'kept' || isInChain(ancestors)) return;
  if (use === 'written') {
    // The outer parentheses of the object are part of it: `(a)[0]`.
    const opening = tokenAfter(rewriting, object.end);
    edits.before(node.start, `${helper}.target(`, node.start);
    edits.replace(opening.start, opening.end, ')[');
    return;
  }
  const opening = tokenAfter(rewriting, object.end);
  const sequence = property.type === 'SequenceExpression';
  edits.before(node.start, `${helper}.get(`, node.start);
  edits.replace(opening.start, opening.end, sequence ? ', (' : ', ');
  edits.replace(node.end - 1, node.end, sequence ? '))' : ')');
}

/** Whether `await` may stand in the last of `ancestors`. */
function mayAwait(ancestors: readonly AnyNode[]): boolean {
  for (const node of ancestors.slice(0, -1).toReversed()) {
    if (node.type === 'StaticBlock' || node.type === 'PropertyDefinition') return false;
    if (isFunction(node)) return 'async' in node && node.async;
  }
  return true;
}

function pauseLoop({ edits, helper }: Rewriting, body: Node, waits: boolean): void {
  const pause = waits
    ? `if (${helper}.turn.due()) await ${helper}.turn.pass();`
    : `${helper}.turn.spin();`;
  if (body.type === 'BlockStatement') edits.after(body.start + 1, pause);
  else {
    edits.before(body.start, `{${pause} `, body.start);
    edits.after(body.end, '}');
  }
}

function rewriteUnary(rewriting: Rewriting, node: UnaryExpression): void {
  const { cell, edits, helper } = rewriting;
  const name = UNARY[node.operator];
  if (name === undefined) return;
  const space = /[\w$]/.test(cell.js[node.start - 1] ?? '') ? ' ' : '';
  edits.replace(node.start, node.start + 1, `${space}${helper}.${name}(`);
  edits.after(node.end, ')');
}

type Tested = { readonly test?: Expression | null };
type Loop = Tested & { readonly body: Node };

/** Edits a cell so that its operators, conditions and loops go through `helper`. */
export function rewriteCell(cell: ParsedCell, edits: Edits, helper: string): void {
  const rewriting = { cell, edits, helper };
  const condition = ({ test }: Tested) => {
    if (test) wrap(rewriting, test, 'truth');
  };
  const loop = (node: Loop, _: unknown, ancestors: readonly AnyNode[]) => {
    condition(node);
    pauseLoop(rewriting, node.body, mayAwait(ancestors));
  };
  ancestor(cell.program, {
    IfStatement: condition,
    ConditionalExpression: condition,
    ForStatement: loop,
    ForInStatement: loop,
    ForOfStatement: loop,
    WhileStatement: loop,
    DoWhileStatement: loop,
    BinaryExpression: (node) => rewriteBinary(rewriting, node),
    UnaryExpression: (node) => rewriteUnary(rewriting, node),
    LogicalExpression(node) {
      if (node.operator !== '??') wrap(rewriting, node.left, 'truth');
    },
    AssignmentExpression: (node) => rewriteAssignment(rewriting, node),
    UpdateExpression: (node, _, ancestors) => rewriteUpdate(rewriting, node, isDropped(ancestors)),
    MemberExpression: (node, _, ancestors) => rewriteElement(rewriting, node, ancestors),
    TemplateLiteral(node, _, ancestors) {
      if (ancestors.at(-2)?.type !== 'TaggedTemplateExpression')
        for (const expression of node.expressions) wrap(rewriting, expression, 'text');
    },
    NewExpression({ callee }) {
      // A call in the callee would end it: `new ($.get(a, 0).B)()`.
      if (callee.type === 'Identifier') return;
      edits.before(callee.start, '(', callee.start);
      edits.after(callee.end, ')');
    },
  });
}
