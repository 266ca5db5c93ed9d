/** @file What the last run left in the live editor: where it failed, and the types of what was defined. */
import { runOf, useRun } from '../store/run.ts';
import { failureIn } from './marks.ts';
import type { CellModels } from './models.ts';
import { CELL_LANGUAGE, monaco } from './monaco.ts';
import { hintsIn } from './values.ts';

type Editor = monaco.editor.IStandaloneCodeEditor;

/** Keeps the marks of the shown cell as its last run has them. */
export function followRun(editor: Editor, models: CellModels): void {
  const failure = editor.createDecorationsCollection();
  const hintsChanged = new monaco.Emitter<void>();
  const mark = (): void => {
    const model = editor.getModel();
    const cell = model && models.cellOf(model);
    if (!model || cell === null) return;
    const found = failureIn(cell, model.getValue(), runOf(useRun.getState(), cell));
    const decorations = found
      ? [
          {
            range: monaco.Range.fromPositions(
              model.getPositionAt(found.start),
              model.getPositionAt(found.end),
            ),
            options: { inlineClassName: 'bad' },
          },
        ]
      : [];
    failure.set(decorations);
  };
  editor.onDidChangeModel(mark);
  useRun.subscribe((state, before) => {
    if (state.cells === before.cells) return;
    mark();
    hintsChanged.fire();
  });
  monaco.languages.registerInlayHintsProvider(CELL_LANGUAGE, {
    onDidChangeInlayHints: hintsChanged.event,
    provideInlayHints(model) {
      const cell = models.cellOf(model);
      const { state, names } = runOf(useRun.getState(), cell ?? '');
      // What was edited since may have other types.
      const found = state === 'done' ? hintsIn(model.getValue(), names) : [];
      const hints = found.map(({ line, column, text }) => ({
        label: text,
        position: { lineNumber: line, column },
        kind: monaco.languages.InlayHintKind.Type,
      }));
      return { hints, dispose: () => undefined };
    },
  });
}
