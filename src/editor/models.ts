/**
 * @file The texts of cells as Monaco's models, one each, so that every cell keeps its own undo. They follow the notebook and
 * the notebook follows them.
 */
import { setSource, type Cell, type Notebook } from '../document/notebook.ts';
import { editNotebook, presentNotebook, presentOf, useNotebook } from '../store/notebook.ts';
import { CELL_LANGUAGE, monaco } from './monaco.ts';

type Model = monaco.editor.ITextModel;

const languageOf = ({ kind }: Cell): string => (kind === 'code' ? CELL_LANGUAGE : 'markdown');

/** The models of the open notebook, kept in step with it. */
export class CellModels {
  #notebook = '';
  #cells: readonly Cell[] = [];
  readonly #models = new Map<string, Model>();

  constructor() {
    this.#follow(presentNotebook());
    useNotebook.subscribe((state) => this.#follow(presentOf(state)));
  }

  /** The model of a cell; null where the notebook has no such cell. */
  modelOf(cell: string): Model | null {
    return this.#models.get(cell) ?? null;
  }

  /** The cell of a model; null for one that is no cell's. */
  cellOf(model: Model): string | null {
    for (const [cell, own] of this.#models) if (own === model) return cell;
    return null;
  }

  #follow({ id, cells }: Notebook): void {
    if (cells === this.#cells && id === this.#notebook) return;
    if (id !== this.#notebook) this.#keepOnly(new Set());
    this.#notebook = id;
    this.#cells = cells;
    this.#keepOnly(new Set(cells.map((cell) => cell.id)));
    for (const cell of cells) this.#put(cell);
  }

  #keepOnly(ids: ReadonlySet<string>): void {
    for (const [id, model] of this.#models) {
      if (ids.has(id)) continue;
      this.#models.delete(id);
      model.dispose();
    }
  }

  #put(cell: Cell): void {
    const model = this.#models.get(cell.id);
    if (!model) {
      this.#models.set(cell.id, this.#make(cell));
      return;
    }
    const language = languageOf(cell);
    if (model.getLanguageId() !== language) monaco.editor.setModelLanguage(model, language);
    if (model.getValue() !== cell.source) replaceText(model, cell.source);
  }

  #make(cell: Cell): Model {
    const uri = monaco.Uri.from({ scheme: 'cell', path: `/${this.#notebook}/${cell.id}` });
    const model = monaco.editor.createModel(cell.source, languageOf(cell), uri);
    model.setEOL(monaco.editor.EndOfLineSequence.LF);
    model.updateOptions({
      tabSize: 2,
      insertSpaces: true,
      bracketColorizationOptions: PLAIN_BRACKETS,
    });
    model.onDidChangeContent(() => {
      const source = model.getValue();
      const held = presentNotebook().cells.find(({ id }) => id === cell.id);
      // What the model took from the notebook is no edit.
      if (held && held.source !== source)
        editNotebook((notebook) => setSource(notebook, cell.id, source), cell.id);
    });
    return model;
  }
}

const PLAIN_BRACKETS = { enabled: false, independentColorPoolPerBracketType: false };

/** Another text, changed only where it differs, so that carets stay; it can be undone in the editor, too. */
function replaceText(model: Model, text: string): void {
  const before = model.getValue();
  const ends = Math.min(before.length, text.length);
  let head = 0;
  while (head < ends && before[head] === text[head]) head++;
  let tail = 0;
  while (tail < ends - head && before.at(-1 - tail) === text.at(-1 - tail)) tail++;
  const range = monaco.Range.fromPositions(
    model.getPositionAt(head),
    model.getPositionAt(before.length - tail),
  );
  const change = { range, text: text.slice(head, text.length - tail) };
  model.pushStackElement();
  model.pushEditOperations(null, [change], () => null);
  model.pushStackElement();
}
