/** @file What the compiler knows, in Monaco's words: completions, explanations, parameters, squiggles. */
import type { NameSummary } from '../cells/outputs.ts';
import { presentOf, useNotebook } from '../store/notebook.ts';
import { useRun } from '../store/run.ts';
import { makeAsk, type Ask } from './language/client.ts';
import type { Completion, Explanation } from './language/protocol.ts';
import type { CellModels } from './models.ts';
import { CELL_LANGUAGE, monaco } from './monaco.ts';
import { useProblems } from './problems-store.ts';
import { valueLine } from './values.ts';

type Model = monaco.editor.ITextModel;
type Position = monaco.Position;

/** The compiler is asked for problems this long after the last key. */
const PAUSE_MS = 350;
const OWNER = 'types';

/** Gives Monaco what the compiler knows of the cells. */
export function offerKnowledge(models: CellModels): void {
  const ask = makeAsk();
  const at = (model: Model, position: Position) => {
    const cell = models.cellOf(model);
    return cell === null ? null : { cell, offset: model.getOffsetAt(position) };
  };
  monaco.languages.registerCompletionItemProvider(CELL_LANGUAGE, completing(ask, at));
  monaco.languages.registerHoverProvider(CELL_LANGUAGE, {
    async provideHover(model, position) {
      const place = at(model, position);
      const found = place && (await ask('hover', place));
      if (!found || model.isDisposed()) return null;
      const range = rangeOf(model, found);
      const name = model.getValueInRange(range);
      return { range, contents: [...explained(found), ...lastValue(name)] };
    },
  });
  monaco.languages.registerSignatureHelpProvider(CELL_LANGUAGE, {
    signatureHelpTriggerCharacters: ['(', ','],
    signatureHelpRetriggerCharacters: [')'],
    async provideSignatureHelp(model, position) {
      const place = at(model, position);
      const found = place && (await ask('signatures', place));
      if (!found) return null;
      const signatures = found.signatures.map(({ label, text, parameters }) => ({
        label,
        documentation: { value: text },
        parameters: parameters.map(({ start, end, text: note }) => ({
          label: [start, end] as [number, number],
          documentation: { value: note },
        })),
      }));
      const value = {
        signatures,
        activeSignature: found.active,
        activeParameter: found.argument,
      };
      return { value, dispose: () => undefined };
    },
  });
  watchProblems(ask, models);
}

type Places = (model: Model, position: Position) => { cell: string; offset: number } | null;
type CellCompletion = monaco.languages.CompletionItem & {
  readonly place: { readonly cell: string; readonly offset: number };
};

function completing(ask: Ask, at: Places): monaco.languages.CompletionItemProvider {
  return {
    triggerCharacters: ['.'],
    async provideCompletionItems(model, position) {
      const place = at(model, position);
      const found = place && (await ask('completions', place));
      if (!found || model.isDisposed()) return null;
      const word = model.getWordUntilPosition(position);
      const range = new monaco.Range(
        position.lineNumber,
        word.startColumn,
        position.lineNumber,
        position.column,
      );
      const suggestions = found.map(({ name, kind, sortText }): CellCompletion => ({
        label: name,
        kind: kindOf(kind),
        insertText: name,
        sortText: sortText + name,
        range,
        place,
      }));
      return { suggestions };
    },
    async resolveCompletionItem(item) {
      const { place, label } = item as CellCompletion;
      const name = typeof label === 'string' ? label : label.label;
      const found = await ask('explain', { ...place, name });
      if (!found) return item;
      return { ...item, detail: typeIn(found.code), documentation: { value: found.text } };
    },
  };
}

/** What stands after the name. */
const typeIn = (code: string): string =>
  code.replace(/^\((?:property|method|local \w+)\) [\w$.]+: /, '');

function explained({ code, text }: Explanation): monaco.IMarkdownString[] {
  const typed = { value: `\`\`\`${CELL_LANGUAGE}\n${code}\n\`\`\`` };
  return text === '' ? [typed] : [typed, { value: text }];
}

/** What the name held after the last run. */
function lastValue(name: string): monaco.IMarkdownString[] {
  const { cells, variables } = useRun.getState();
  const held = variables.find((variable) => variable.name === name);
  const named = Object.values(cells)
    .flatMap(({ names }) => names)
    .find((summary) => summary.name === name);
  const summary: NameSummary | undefined = held
    ? { ...held, kind: 'shared', text: held.value === null ? '' : String(held.value) }
    : named;
  const line = summary ? valueLine(summary) : null;
  return line === null ? [] : [{ value: `Last run: \`${line.replaceAll('`', "'")}\`` }];
}

function rangeOf(
  model: Model,
  { start, end }: { readonly start: number; readonly end: number },
): monaco.Range {
  return monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end));
}

const { CompletionItemKind: Kind } = monaco.languages;
const { MarkerSeverity: Severity } = monaco;

/** TypeScript's kinds of names, where they are not plain values. */
const KINDS: Readonly<Record<string, monaco.languages.CompletionItemKind>> = {
  keyword: Kind.Keyword,
  function: Kind.Function,
  'local function': Kind.Function,
  method: Kind.Method,
  property: Kind.Field,
  getter: Kind.Field,
  class: Kind.Class,
  interface: Kind.Interface,
  type: Kind.Interface,
  'primitive type': Kind.Keyword,
  enum: Kind.Enum,
  module: Kind.Module,
  const: Kind.Constant,
  alias: Kind.Variable,
};

function kindOf(kind: Completion['kind']): monaco.languages.CompletionItemKind {
  return KINDS[kind] ?? Kind.Variable;
}

/** Asks for problems whenever cells have come to rest, and shows them. */
function watchProblems(ask: Ask, models: CellModels): void {
  let timer = 0;
  const check = async (): Promise<void> => {
    const { cells } = presentOf(useNotebook.getState());
    const byCell = await ask('problems', {});
    // An answer to what was written before would stand at wrong places.
    if (byCell && presentOf(useNotebook.getState()).cells === cells)
      useProblems.setState({ byCell });
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void check(), PAUSE_MS);
  };
  useNotebook.subscribe((state, before) => {
    if (presentOf(state).cells !== presentOf(before).cells) soon();
  });
  useProblems.subscribe(({ byCell }) => {
    for (const { id } of presentOf(useNotebook.getState()).cells) {
      const model = models.modelOf(id);
      if (!model) continue;
      const markers = (byCell[id] ?? []).map(({ start, end, message, severity }) => {
        const { startLineNumber, startColumn, endLineNumber, endColumn } = rangeOf(model, {
          start,
          end,
        });
        return {
          startLineNumber,
          startColumn,
          endLineNumber,
          endColumn,
          message,
          severity: severity === 'error' ? Severity.Error : Severity.Warning,
        };
      });
      monaco.editor.setModelMarkers(model, OWNER, markers);
    }
  });
  soon();
}
