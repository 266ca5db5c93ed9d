/**
 * @file Which names a cell declares, and which it takes from elsewhere, by static scopes. Types are gone before
 * this looks, so a name that stands only in a type is no reference.
 */
import type { AnyNode, Node, Pattern, Program } from 'acorn';
import { ancestor, fullAncestor } from 'acorn-walk';
import {
  type CellPosition,
  type FailedCell,
  type ParsedCell,
  parseCell,
} from './transpile-parse.ts';

/** A name in a cell and where it stands first. */
type NameAt = CellPosition & { readonly name: string };

/** The names of a cell. */
export type CellNames = {
  /** Declared at the top level, in the order of the text: what other cells may use. */
  readonly declared: readonly string[];
  /** Every name that the cell takes from outside, sorted. */
  readonly free: readonly string[];
  /** `free` without the global names: names that other cells must define. */
  readonly references: readonly string[];
  /** Assignments to names that the cell does not declare, the first of each name. */
  readonly assigned: readonly NameAt[];
  /** Whether the top level awaits. */
  readonly awaits: boolean;
};

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const LOOP_HEADS = new Set(['ForStatement', 'ForInStatement', 'ForOfStatement']);
const BLOCKS = new Set([
  'Program',
  'BlockStatement',
  'StaticBlock',
  'SwitchStatement',
  ...LOOP_HEADS,
]);

type Scopes = Map<Node, Set<string>>;

/** Whether a node is a function of any form. */
export function isFunction(node: Node): boolean {
  return FUNCTIONS.has(node.type);
}

/** Names that a pattern binds, in the order of the text. */
export function boundBy(pattern: Pattern): readonly string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((p) =>
        boundBy(p.type === 'Property' ? p.value : p.argument),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : boundBy(element)));
    case 'AssignmentPattern':
      return boundBy(pattern.left);
    case 'RestElement':
      return boundBy(pattern.argument);
    case 'MemberExpression':
      return [];
  }
}

function declare(scopes: Scopes, scope: Node, names: readonly string[]): void {
  const known = scopes.get(scope);
  if (known === undefined) scopes.set(scope, new Set(names));
  else for (const name of names) known.add(name);
}

/** The scope that a `var` of the innermost ancestor belongs to. */
function varScopeOf(ancestors: readonly Node[]): Node {
  const at = ancestors.findLastIndex((n) => isFunction(n) || n.type === 'StaticBlock');
  if (at < 0) return ancestors[0]!;
  const owner = ancestors[at]!;
  // Parameters' defaults do not see what the body declares.
  const body = ancestors[at + 1];
  return body?.type === 'BlockStatement' ? body : owner;
}

function blockScopeOf(ancestors: readonly Node[]): Node {
  return ancestors.findLast((node) => BLOCKS.has(node.type)) ?? ancestors[0]!;
}

/** Every name of a program under the scope that declares it. */
function scopesOf(program: Program): Scopes {
  const scopes: Scopes = new Map();
  const declareOutside = (ancestors: readonly Node[], name: string) =>
    declare(scopes, blockScopeOf(ancestors.slice(0, -1)), [name]);
  ancestor(program, {
    VariableDeclaration({ kind, declarations }, _, ancestors) {
      const outside = ancestors.slice(0, -1);
      const scope = kind === 'var' ? varScopeOf(outside) : blockScopeOf(outside);
      declare(
        scopes,
        scope,
        declarations.flatMap(({ id }) => boundBy(id)),
      );
    },
    Function(node, _, ancestors) {
      const { type, id, params } = node;
      if (type === 'FunctionDeclaration' && id) declareOutside(ancestors, id.name);
      declare(scopes, node, params.flatMap(boundBy));
      if (id) declare(scopes, node, [id.name]);
      if (type !== 'ArrowFunctionExpression') declare(scopes, node, ['arguments']);
    },
    ClassDeclaration(node, _, ancestors) {
      if (node.id) declareOutside(ancestors, node.id.name);
    },
    ClassExpression(node) {
      if (node.id) declare(scopes, node, [node.id.name]);
    },
    CatchClause(node) {
      if (node.param) declare(scopes, node, boundBy(node.param));
    },
  });
  return scopes;
}

/** Names that import lines give another name: they belong to this cell alone. */
export function aliasesOf(
  cell: ParsedCell,
): readonly { readonly local: string; readonly imported: string; readonly start: number }[] {
  return cell.program.body.flatMap((node) =>
    node.type !== 'ImportDeclaration'
      ? []
      : node.specifiers.flatMap((specifier) => {
          if (specifier.type !== 'ImportSpecifier') return [];
          const { imported, local, start } = specifier;
          const name = imported.type === 'Identifier' ? imported.name : String(imported.value);
          return [{ local: local.name, imported: name, start }];
        }),
  );
}

/** Whether a name at the end of `ancestors` is written by the expression around it. */
function isWritten(type: string, ancestors: readonly AnyNode[]): boolean {
  if (type === 'VariablePattern') return true;
  const parent = ancestors.at(-2);
  const node = ancestors.at(-1);
  if (parent?.type === 'UpdateExpression') return true;
  return (
    (parent?.type === 'ForInStatement' || parent?.type === 'ForOfStatement') && parent.left === node
  );
}

/** Whether nothing but the cell's top level is around a node. */
function isTopLevel(ancestors: readonly Node[]): boolean {
  return !ancestors
    .slice(0, -1)
    .some((n) => isFunction(n) || n.type === 'StaticBlock' || n.type === 'PropertyDefinition');
}

/** The names of a parsed cell. */
export function namesOf(cell: ParsedCell, globals: ReadonlySet<string>): CellNames {
  const { program, cellPosition } = cell;
  // Names are hoisted, so all are declared before any is looked up.
  const scopes = scopesOf(program);
  const declared = [...(scopes.get(program) ?? [])];
  const aliases = aliasesOf(cell);
  declare(
    scopes,
    program,
    aliases.filter((a) => a.local !== a.imported).map((a) => a.local),
  );

  const free = new Set(aliases.map(({ imported }) => imported));
  const assigned = new Map<string, NameAt>();
  let awaits = false;
  fullAncestor(program, (node, _, ancestors, type) => {
    if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await))
      awaits ||= isTopLevel(ancestors);
    if (node.type !== 'Identifier') return;
    const { name, start } = node;
    if (ancestors.some((scope) => scopes.get(scope)?.has(name))) return;
    free.add(name);
    if (isWritten(type, ancestors) && !assigned.has(name))
      assigned.set(name, { name, ...cellPosition(start) });
  });
  return {
    declared,
    free: [...free].toSorted(),
    references: [...free].filter((name) => !globals.has(name)).toSorted(),
    assigned: [...assigned.values()],
    awaits,
  };
}

/** The names of a cell's text, or its syntax error. `globals` are the names that no cell has to define. */
export function analyse(
  text: string,
  globals: ReadonlySet<string>,
): ({ readonly kind: 'names' } & CellNames) | FailedCell {
  const cell = parseCell(text);
  return cell.kind === 'failed' ? cell : { kind: 'names', ...namesOf(cell, globals) };
}
