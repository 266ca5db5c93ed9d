/**
 * @file What the compiler knows of the cells of a notebook: problems, completions, explanations. Each cell is a module of its
 * own (`cell-module.ts`); the places that go in and out are those of the cells.
 */
import {
  typescript as ts,
  type EntryDetails,
  type LanguageService,
  type SignatureItem,
} from 'monaco-editor/languages/features/typescript/lib/typescriptServices';
import { CellFiles, type ApiNames, type CellFile } from './cell-files.ts';
import { OPERATORS } from './cell-module.ts';
import {
  COMPILER_OPTIONS,
  fixedFiles,
  JAVASCRIPT_FILE,
  javascriptFile,
  ROOT_FILES,
} from './environment.ts';
import type {
  CellProblem,
  CellText,
  Completion,
  Explanation,
  Hover,
  Signature,
  Signatures,
} from './protocol.ts';
import { problemsOf } from './problems.ts';

/** The compiler over the cells of a notebook. */
export type CellService = {
  /** The code cells as they are now, in order. */
  readonly update: (cells: readonly CellText[]) => void;
  readonly problems: () => Record<string, readonly CellProblem[]>;
  readonly completions: (cell: string, offset: number) => readonly Completion[];
  readonly explain: (cell: string, offset: number, name: string) => Explanation | null;
  readonly hover: (cell: string, offset: number) => Hover | null;
  readonly signatures: (cell: string, offset: number) => Signatures | null;
};

/** A service without cells. `declarations` are the library's files. */
export function makeCellService(
  declarations: Readonly<Record<string, string>>,
  api: ApiNames,
): CellService {
  const files = new CellFiles(api);
  const fixed = fixedFiles(declarations);
  const service = ts.createLanguageService({
    getCompilationSettings: () => COMPILER_OPTIONS,
    getScriptFileNames: () => [...ROOT_FILES, ...files.paths()],
    getScriptVersion: (path) => files.versionAt(path),
    getScriptSnapshot(path) {
      const text = textAt(path);
      if (text === undefined) return undefined;
      return {
        getText: (start, end) => text.slice(start, end),
        getLength: () => text.length,
        getChangeRange: () => undefined,
      };
    },
    getCurrentDirectory: () => '/',
    getDefaultLibFileName: () => `/${JAVASCRIPT_FILE}`,
    fileExists: (path) => textAt(path) !== undefined,
    readFile: textAt,
  });
  function textAt(path: string): string | undefined {
    return files.textAt(path) ?? fixed.get(path) ?? javascriptFile(path);
  }
  return {
    update: (cells) => files.update(cells),
    problems: () => problemsOf(files.all(), service),
    completions: (cell, offset) =>
      whereThere(files.at(cell), (file) => completionsAt(file, service, offset)) ?? [],
    explain: (cell, offset, name) =>
      whereThere(files.at(cell), ({ path, map }) => {
        const details = service.getCompletionEntryDetails(path, map.outward(offset), name);
        return details ? explanationOf(details) : null;
      }),
    hover: (cell, offset) => whereThere(files.at(cell), (file) => hoverAt(file, service, offset)),
    signatures: (cell, offset) =>
      whereThere(files.at(cell), (file) => signaturesAt(file, service, offset)),
  };
}

/** A question about a cell that was deleted meanwhile has no answer. */
const whereThere = <R>(file: CellFile | null, ask: (file: CellFile) => R): R | null =>
  file && ask(file);

function completionsAt(
  { path, map }: CellFile,
  service: LanguageService,
  offset: number,
): readonly Completion[] {
  const found = service.getCompletionsAtPosition(path, map.outward(offset), {
    includeCompletionsForModuleExports: false,
    includeCompletionsWithInsertText: false,
  });
  return (found?.entries ?? [])
    .filter(({ name }) => name !== OPERATORS)
    .map(({ name, kind, sortText }) => ({ name, kind, sortText }));
}

/** Names that come from elsewhere are imports to the compiler; cells write none. */
function withoutImport(code: string): string {
  return code.replace(/^\(alias\) /, '').replace(/\nimport [\w$]+$/, '');
}

function explanationOf({ displayParts, documentation, tags }: EntryDetails): Explanation {
  const notes = (tags ?? []).map(({ name, text }) =>
    `*@${name}* ${ts.displayPartsToString(text)}`.trimEnd(),
  );
  return {
    code: withoutImport(ts.displayPartsToString(displayParts)),
    text: [ts.displayPartsToString(documentation), ...notes].filter(Boolean).join('\n\n'),
  };
}

function hoverAt({ path, map }: CellFile, service: LanguageService, offset: number): Hover | null {
  const found = service.getQuickInfoAtPosition(path, map.outward(offset));
  if (!found) return null;
  const { start, length } = found.textSpan;
  return {
    ...explanationOf(found),
    start: map.inward(start),
    end: map.inward(start + length),
  };
}

function signaturesAt(
  { path, map }: CellFile,
  service: LanguageService,
  offset: number,
): Signatures | null {
  const found = service.getSignatureHelpItems(path, map.outward(offset), {});
  const signatures = found?.items.map(signatureOf) ?? [];
  // Within `a + f(` the call that is met may be the operator's.
  if (!found || signatures.some(({ label }) => label.startsWith(OPERATORS))) return null;
  return { signatures, active: found.selectedItemIndex, argument: found.argumentIndex };
}

function signatureOf(item: SignatureItem): Signature {
  let label = ts.displayPartsToString(item.prefixDisplayParts);
  const separator = ts.displayPartsToString(item.separatorDisplayParts);
  const parameters = item.parameters.map(({ displayParts, documentation }, i) => {
    if (i > 0) label += separator;
    const start = label.length;
    label += ts.displayPartsToString(displayParts);
    return { start, end: label.length, text: ts.displayPartsToString(documentation) };
  });
  label += ts.displayPartsToString(item.suffixDisplayParts);
  return { label, text: ts.displayPartsToString(item.documentation), parameters };
}
