/**
 * @file The notebook that is open, its history, and where it is kept. Every edit is a pure function of
 * `src/document/notebook.ts`; storage and the runner subscribe.
 */
import { create } from 'zustand';
import { beginHistory, record, redo, undo, type History } from '../document/history.ts';
import { makeNotebook, type Notebook } from '../document/notebook.ts';
import type { ControlValue } from '../cells/outputs.ts';

/** Where an open notebook came from. A link and a lesson run nothing until a person presses Run. */
export type Origin =
  | { readonly kind: 'local' }
  | { readonly kind: 'link'; readonly fragment: string }
  | { readonly kind: 'lesson'; readonly lesson: string };

/** Always visible. */
export type SaveState =
  | { readonly kind: 'saved'; readonly at: number }
  | { readonly kind: 'saving' }
  /** A copy of a link or a lesson that nobody has edited. */
  | { readonly kind: 'unsaved' }
  | { readonly kind: 'failed'; readonly why: string }
  /** Another tab edits it. */
  | { readonly kind: 'readOnly' };

export type NotebookState = {
  readonly history: History;
  readonly origin: Origin;
  /** Nothing of a link or a lesson has run yet: the banner, hollow outputs. */
  readonly isPreview: boolean;
  readonly save: SaveState;
  /** Values of sliders and their kind, by name. */
  readonly controls: { readonly [name: string]: ControlValue };
};

export const useNotebook = create<NotebookState>(() => ({
  history: beginHistory(makeNotebook('Untitled')),
  origin: { kind: 'local' },
  isPreview: false,
  save: { kind: 'unsaved' },
  controls: {},
}));

/** The notebook as it stands. */
export const presentOf = (state: NotebookState): Notebook => state.history.present;
export const presentNotebook = (): Notebook => presentOf(useNotebook.getState());

export function openNotebook(
  notebook: Notebook,
  origin: Origin,
  controls: NotebookState['controls'] = {},
): void {
  useNotebook.setState({
    history: beginHistory(notebook),
    origin,
    isPreview: origin.kind !== 'local',
    save: origin.kind === 'local' ? { kind: 'saved', at: Date.now() } : { kind: 'unsaved' },
    controls,
  });
}

/** Make an edit. `typedIn`: the cell in which a person types, so that a burst is one step of undo. */
export function editNotebook(
  change: (notebook: Notebook) => Notebook,
  typedIn: string | null = null,
): void {
  useNotebook.setState(({ history }) => ({
    history: record(history, change(history.present), { atMs: performance.now(), typedIn }),
  }));
}

export const undoEdit = (): void =>
  useNotebook.setState(({ history }) => ({ history: undo(history) }));
export const redoEdit = (): void =>
  useNotebook.setState(({ history }) => ({ history: redo(history) }));

export function setControl(name: string, value: ControlValue): void {
  useNotebook.setState(({ controls }) => ({ controls: { ...controls, [name]: value } }));
}

export const leavePreview = (): void => useNotebook.setState({ isPreview: false });
export const setSaveState = (save: SaveState): void => useNotebook.setState({ save });
