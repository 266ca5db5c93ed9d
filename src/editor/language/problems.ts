/** @file Mistakes that the compiler finds in cells, at their places in the cells and in the words of a cell. */
import {
  typescript as ts,
  type Diagnostic,
  type LanguageService,
  type Node,
  type SourceFile,
} from 'monaco-editor/languages/features/typescript/lib/typescriptServices';
import { CELL_GLOBALS } from '../../cells/names.ts';
import type { CellFile } from './cell-files.ts';
import { OPERATORS } from './cell-module.ts';
import type { CellProblem } from './protocol.ts';

/** A name of an import beside a `var` of a block: no mistake where nobody wrote the import. */
const IMPORT_CONFLICT = 2440;
const CANNOT_FIND_NAME = new Set([2304, 2552, 2580, 2581, 2584]);
const EXPECTED_ARGUMENTS = 2554;
const ARGUMENT = 2345;
/** Within a generic function nobody knows yet whether operands fit. */
const OPEN_OPERATOR = /^Argument of type '\[\]' .* 'Rest</;
const ASSIGNS_IMPORT = 2632;
const WARNING = 0;

/** The problems of cells that have some. */
export function problemsOf(
  files: Iterable<CellFile>,
  service: LanguageService,
): Record<string, readonly CellProblem[]> {
  const found: Record<string, readonly CellProblem[]> = {};
  for (const file of files) {
    const problems = file.parsed.syntaxErrors.length
      ? file.parsed.syntaxErrors.map((error) => problemAt(error, textOf(error), (at) => at))
      : typeProblemsOf(file, service);
    if (problems.length > 0) found[file.cell] = problems;
  }
  return found;
}

const textOf = ({ messageText }: Diagnostic): string =>
  ts.flattenDiagnosticMessageText(messageText, '\n');

function problemAt(
  { start = 0, length = 0, category }: Diagnostic,
  message: string,
  inward: (offset: number) => number,
): CellProblem {
  const from = inward(start);
  const severity = category === WARNING ? 'warning' : 'error';
  return { start: from, end: Math.max(from, inward(start + length)), message, severity };
}

function typeProblemsOf(file: CellFile, service: LanguageService): readonly CellProblem[] {
  const { path, map, parsed } = file;
  const end = map.outward(parsed.source.length);
  return service.getSemanticDiagnostics(path).flatMap((diagnostic) => {
    const { start = 0, code } = diagnostic;
    // Imports and exports around the cell are nobody's writing.
    if (start < map.bodyStart || start > end || isSilent(diagnostic)) return [];
    const call = code === EXPECTED_ARGUMENTS ? operatorCallAt(file, service, start) : null;
    if (call) return misfitOf(call, file, service);
    return [problemAt(diagnostic, messageOf(diagnostic), map.inward)];
  });
}

function isSilent(diagnostic: Diagnostic): boolean {
  if (diagnostic.code === IMPORT_CONFLICT) return true;
  if (diagnostic.code === ARGUMENT && OPEN_OPERATOR.test(textOf(diagnostic))) return true;
  if (!CANNOT_FIND_NAME.has(diagnostic.code)) return false;
  // Of the realm's own globals some have no types here.
  const [, name = ''] = /'([^']+)'/.exec(textOf(diagnostic)) ?? [];
  return CELL_GLOBALS.has(name);
}

function messageOf(diagnostic: Diagnostic): string {
  const text = textOf(diagnostic);
  const [, name = ''] = /'([^']+)'/.exec(text) ?? [];
  if (diagnostic.code === ASSIGNS_IMPORT)
    return `Another cell defines ${name}: only that cell can assign to it.`;
  if (CANNOT_FIND_NAME.has(diagnostic.code)) return `No cell defines ${name}.${hintOf(text)}`;
  return text;
}

const hintOf = (text: string): string => / Did you mean .*/.exec(text)?.[0] ?? '';

/** The call that stands for an operator, around an offset of a module. */
function operatorCallAt({ path }: CellFile, service: LanguageService, at: number): Node | null {
  const module = service.getProgram().getSourceFile(path);
  if (!module) return null;
  let found: Node | null = null;
  for (let node: Node | null = module; node; node = childAt(node, at, module))
    if (isOperatorCall(node, at, module)) found = node;
  return found;
}

function childAt(parent: Node, at: number, module: SourceFile): Node | null {
  let found: Node | null = null;
  ts.forEachChild(parent, (child) => {
    if (child.getStart(module) <= at && at < child.end) found = child;
  });
  return found;
}

function isOperatorCall({ expression, arguments: values }: Node, at: number, module: SourceFile) {
  return (
    values !== undefined &&
    expression !== undefined &&
    at < expression.end &&
    expression.getText(module).startsWith(`${OPERATORS}.`)
  );
}

/** An operator whose operands do not go together. */
function misfitOf(call: Node, file: CellFile, service: LanguageService): readonly CellProblem[] {
  const program = service.getProgram();
  const module = program.getSourceFile(file.path);
  const checker = program.getTypeChecker();
  const operands = call.arguments ?? [];
  const last = operands.at(-1);
  if (!module || !last) return [];
  const right = file.map.inward(last.getStart(module));
  const end = file.map.inward(last.end);
  const operator = file.parsed.operators.find((op) => op.right === right && op.end === end);
  if (!operator) return [];
  const types = operands.map((operand) => checker.getTypeAtLocation(operand));
  const names = types.map((type) => checker.typeToString(checker.getBaseTypeOfLiteralType(type)));
  const message = `The operator ${operator.sign} takes tensors and numbers; here ${names.length > 1 ? 'are' : 'is'} ${names.join(' and ')}.`;
  return [{ start: operator.start, end: operator.end, message, severity: 'error' }];
}
