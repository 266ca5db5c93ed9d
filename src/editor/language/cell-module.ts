/**
 * @file A cell as a TypeScript module that the compiler can check: what it takes is imported, what it declares is exported, and
 * operators that work on tensors are calls, because TypeScript's operators take numbers only. Places map back to the cell.
 */
import {
  typescript as ts,
  type Diagnostic,
  type Node,
  type SourceFile,
} from 'monaco-editor/languages/features/typescript/lib/typescriptServices';
import { insertInto, type Insertion, type TextMap } from './text-map.ts';

/** The namespace of the operators in a module, and where they come from: names that no cell has. */
export const OPERATORS = '__operators';
export const OPERATORS_SOURCE = 'arignote/operators';

/** Operators that work on tensors, by the function that stands for them. */
const BINARY: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'arithmetic',
  '*': 'arithmetic',
  '/': 'arithmetic',
  '%': 'arithmetic',
  '**': 'arithmetic',
  '<': 'compare',
  '<=': 'compare',
  '>': 'compare',
  '>=': 'compare',
};

/** An operator of a cell. Offsets are those of the cell. */
type Operator = {
  readonly sign: string;
  readonly start: number;
  readonly end: number;
  readonly left: number;
  readonly right: number;
};

/** A cell as its parser sees it. */
export type ParsedCell = {
  readonly source: string;
  /** What it declares at its top level, and may export. */
  readonly declared: readonly string[];
  readonly syntaxErrors: readonly Diagnostic[];
  readonly operators: readonly Operator[];
  /** The source with signs of operators replaced, as long as it was. */
  readonly replaced: string;
  readonly insertions: readonly Insertion[];
  readonly exported: ReadonlySet<string>;
};

const { SyntaxKind } = ts;
const ESNEXT = 99;

/** A module, as `await` at the top level is one of a module. */
const MODULE_MARK = '\nexport {};';

/** Reads a cell. It may be broken: somebody types in it. */
export function readCell(source: string): ParsedCell {
  const options = { languageVersion: ESNEXT };
  const file = ts.createSourceFile('cell.ts', source + MODULE_MARK, options, true);
  const operators: Operator[] = [];
  const insertions: Insertion[] = [];
  const signs: { at: number; text: string }[] = [];
  const open: Node[] = [file];
  for (let node = open.pop(); node; node = open.pop()) {
    // What the visitor gives would end the walk.
    ts.forEachChild(node, (child) => void open.push(child));
    const operator = operatorOf(node, file);
    if (!operator) continue;
    operators.push(operator);
    signs.push(operator.place);
    insertions.push(...operator.insertions);
  }
  return {
    source,
    declared: declaredIn(file),
    exported: exportedIn(file),
    syntaxErrors: syntaxErrorsIn(file, source.length),
    operators,
    replaced: replaceSigns(source, signs),
    // Parents were met before children: of calls that begin at one place the outer one is put in first.
    insertions,
  };
}

/** What the parser met within the cell; at its end, where it ends too early. */
function syntaxErrorsIn(file: SourceFile, end: number): readonly Diagnostic[] {
  const inside = file.parseDiagnostics.filter(({ start = 0 }) => start < end);
  return inside.length > 0
    ? inside
    : file.parseDiagnostics.slice(0, 1).map((error) => ({ ...error, start: end, length: 0 }));
}

type FoundOperator = Operator & {
  readonly place: { readonly at: number; readonly text: string };
  readonly insertions: readonly Insertion[];
};

function operatorOf(node: Node, file: SourceFile): FoundOperator | null {
  if (node.kind === SyntaxKind['BinaryExpression']) return binaryOf(node, file);
  const isMinus =
    node.kind === SyntaxKind['PrefixUnaryExpression'] &&
    node.operator === SyntaxKind['MinusToken'] &&
    // A negative number stays what it is.
    node.operand?.kind !== SyntaxKind['NumericLiteral'];
  const { operand } = node;
  if (!isMinus || !operand || isMissing(operand, file)) return null;
  const start = node.getStart(file);
  const right = operand.getStart(file);
  return {
    sign: '-',
    start,
    end: node.end,
    left: right,
    right,
    place: { at: start, text: ' ' },
    insertions: callAround('negate', right, operand.end),
  };
}

function binaryOf(node: Node, file: SourceFile): FoundOperator | null {
  const { left, right, operatorToken } = node;
  if (!left || !right || !operatorToken) return null;
  if (isMissing(left, file) || isMissing(right, file)) return null;
  const written = operatorToken.getText(file);
  const isAssigned = written.endsWith('=') && !/^[<>]=$/.test(written);
  const sign = isAssigned ? written.slice(0, -1) : written;
  const name = Object.hasOwn(BINARY, sign) ? BINARY[sign]! : null;
  if (name === null) return null;
  const at = operatorToken.getStart(file);
  const [leftStart, rightStart] = [left.getStart(file), right.getStart(file)];
  const operator = { sign, start: leftStart, end: node.end, left: leftStart, right: rightStart };
  if (!isAssigned) {
    const place = { at, text: ','.padEnd(written.length) };
    return { ...operator, place, insertions: callAround(name, leftStart, right.end) };
  }
  const place = { at, text: '='.padStart(written.length) };
  const [before, after] = callAround(name, rightStart, right.end);
  const read = { ...before, text: `${before.text}${left.getText(file)}, ` };
  return { ...operator, place, insertions: [read, after] };
}

const callAround = (name: string, start: number, end: number): readonly [Insertion, Insertion] => [
  { at: start, text: `${OPERATORS}.${name}(`, side: 'before' },
  { at: end, text: ')', side: 'after' },
];

/** Whether the parser made a node up for what is not written yet. */
const isMissing = (node: Node, file: SourceFile): boolean => node.getStart(file) === node.end;

function replaceSigns(
  source: string,
  signs: readonly { readonly at: number; readonly text: string }[],
): string {
  let replaced = source;
  for (const { at, text } of signs)
    replaced = replaced.slice(0, at) + text + replaced.slice(at + text.length);
  return replaced;
}

/** Names that a declaration binds. */
function* boundBy(name: Node | undefined): Generator<string> {
  if (name?.elements) for (const element of name.elements) yield* boundBy(element.name);
  else if (name?.text) yield name.text;
}

function* namesOf(statement: Node): Generator<string> {
  if (statement.declarationList)
    for (const { name } of statement.declarationList.declarations) yield* boundBy(name);
  else if (NAMED.has(statement.kind)) yield* boundBy(statement.name);
}

const NAMED = new Set(
  [
    'FunctionDeclaration',
    'ClassDeclaration',
    'InterfaceDeclaration',
    'TypeAliasDeclaration',
    'EnumDeclaration',
  ].map((kind) => SyntaxKind[kind]!),
);

const declaredIn = (file: SourceFile): readonly string[] => [
  ...new Set(file.statements.flatMap((statement) => [...namesOf(statement)])),
];

const exportedIn = (file: SourceFile): ReadonlySet<string> =>
  new Set(
    file.statements
      .filter(({ modifiers }) =>
        modifiers?.some(({ kind }) => kind === SyntaxKind['ExportKeyword']),
      )
      .flatMap((statement) => [...namesOf(statement)]),
  );

/** Where the names come from that a cell does not declare: a module, and the names to take of it. */
export type Source = { readonly module: string; readonly names: readonly string[] };

/** A module, and where in it the cell begins. */
export type CellModule = TextMap & { readonly bodyStart: number };

const OPERATORS_IMPORT = `import * as ${OPERATORS} from '${OPERATORS_SOURCE}';\n`;

/** The module of a cell. */
export function moduleOf(cell: ParsedCell, sources: readonly Source[]): CellModule {
  const own = new Set(cell.declared);
  const imports = sources
    .map(({ module, names }) => ({ module, names: names.filter((name) => !own.has(name)) }))
    .filter(({ names }) => names.length > 0)
    .map(({ module, names }) => `import { ${names.join(', ')} } from '${module}';\n`);
  const exports = cell.declared.filter((name) => !cell.exported.has(name));
  const head = [OPERATORS_IMPORT, ...imports].join('');
  const map = insertInto(cell.replaced, [
    { at: 0, text: head, side: 'before' },
    ...cell.insertions,
    { at: cell.source.length, text: `\nexport { ${exports.join(', ')} };`, side: 'after' },
  ]);
  return { ...map, bodyStart: head.length };
}
