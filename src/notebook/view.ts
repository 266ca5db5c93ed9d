/** @file How the page shows the open notebook, as far as no file or link keeps it. */
import { create } from 'zustand';
import type { Cell } from '../document/notebook.ts';
import { select, useSelection } from '../store/selection.ts';

/** A dialog that a command opens. */
export type DialogName = 'palette' | 'help' | 'share';

type ViewState = {
  /** `app`: text, controls and outputs, as a reader wants them. */
  readonly view: 'edit' | 'app';
  /** Cells whose outputs a person closed. */
  readonly closedOutputs: readonly string[];
  /** Cells whose code a person opened on a narrow page. */
  readonly openedCode: readonly string[];
  /** What X and C took, for V. */
  readonly clipboard: readonly Cell[];
  readonly dialog: DialogName | null;
};

export const useView = create<ViewState>(() => ({
  view: 'edit',
  closedOutputs: [],
  openedCode: [],
  clipboard: [],
  dialog: null,
}));

export const showView = (view: ViewState['view']): void => useView.setState({ view });
export const showDialog = (dialog: DialogName | null): void => useView.setState({ dialog });
export const keepClipboard = (clipboard: readonly Cell[]): void => useView.setState({ clipboard });

const toggled = (ids: readonly string[], id: string): readonly string[] =>
  ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id];

export const toggleOutputs = (id: string): void =>
  useView.setState(({ closedOutputs }) => ({ closedOutputs: toggled(closedOutputs, id) }));
export const toggleCode = (id: string): void =>
  useView.setState(({ openedCode }) => ({ openedCode: toggled(openedCode, id) }));

/** The parts that stand beside the notebook. */
export const PANELS = ['isOutlineOpen', 'isInspectorOpen', 'isTimelineOpen'] as const;
export type PanelFlag = (typeof PANELS)[number];

/** Below this width panels are drawers, one at a time (LOOK.md; the same number stands in notebook.css). */
const NARROW = '(max-width: 899px)';

/** Whether panels are drawers. */
export const isNarrow = (): boolean => matchMedia(NARROW).matches;

const ALL_CLOSED = { isOutlineOpen: false, isInspectorOpen: false, isTimelineOpen: false };
const ALL_OPEN = { isOutlineOpen: true, isInspectorOpen: true, isTimelineOpen: true };

/** Open or close a panel; a drawer closes the others. */
export function togglePanel(flag: PanelFlag): void {
  const isOpen = !useSelection.getState()[flag];
  select(isNarrow() ? { ...ALL_CLOSED, [flag]: isOpen } : { [flag]: isOpen });
}

export const closePanels = (): void => select(ALL_CLOSED);

/** Panels stand open on a wide page and are closed drawers on a narrow one; gives the way to end it. */
export function followWidth(): () => void {
  const query = matchMedia(NARROW);
  const follow = (): void => select(query.matches ? ALL_CLOSED : ALL_OPEN);
  follow();
  query.addEventListener('change', follow);
  return () => query.removeEventListener('change', follow);
}
