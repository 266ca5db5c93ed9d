/** @file How the page shows the open notebook, as far as no file or link keeps it. */
import { create } from 'zustand';
import type { Cell } from '../document/notebook.ts';
import { select, useSelection } from '../store/selection.ts';

/** A dialog that a command opens. */
export type DialogName = 'palette' | 'help' | 'share' | 'history';

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
export type PanelFlag = 'isOutlineOpen' | 'isInspectorOpen' | 'isTimelineOpen';

/** Below this width panels are drawers, one at a time (LOOK.md; the same number stands in narrow.css). */
const NARROW = '(max-width: 899px)';

/** Below this width one side panel stands beside the notebook, the inspector before the outline (notebook.css). */
const MIDDLE = '(max-width: 1149px)';

/** Whether panels are drawers. */
export const isNarrow = (): boolean => matchMedia(NARROW).matches;

const ALL_CLOSED = { isOutlineOpen: false, isInspectorOpen: false, isTimelineOpen: false };
const ALL_OPEN = { isOutlineOpen: true, isInspectorOpen: true, isTimelineOpen: true };

/** The panels that are open on a page of this width before a person chooses. */
function openAtFirst() {
  if (isNarrow()) return ALL_CLOSED;
  return { ...ALL_OPEN, isInspectorOpen: !matchMedia(MIDDLE).matches };
}

/** Whether a panel is to be seen: on a middle width the inspector may stand in the place of the outline. */
export function isShown(flag: PanelFlag): boolean {
  const { [flag]: isOpen, isInspectorOpen } = useSelection.getState();
  const isCovered = flag === 'isOutlineOpen' && isInspectorOpen && matchMedia(MIDDLE).matches;
  return isOpen && !isCovered;
}

/** Open or close a panel; a drawer closes the others, and the outline the inspector where there is room for one. */
export function togglePanel(flag: PanelFlag): void {
  const isOpen = !isShown(flag);
  const isFirst = flag === 'isOutlineOpen' && isOpen && matchMedia(MIDDLE).matches;
  const others = isNarrow() ? ALL_CLOSED : isFirst ? { isInspectorOpen: false } : {};
  select({ ...others, [flag]: isOpen });
}

/** Whether a drawer lies over a narrow page. */
export function hasDrawer(): boolean {
  const { isOutlineOpen, isInspectorOpen, isTimelineOpen } = useSelection.getState();
  return (isOutlineOpen || isInspectorOpen || isTimelineOpen) && isNarrow();
}

export const closePanels = (): void => select(ALL_CLOSED);

const openForWidth = (): void => select(openAtFirst());

/** Opens and closes the panels as the width of the page changes; gives the way to end it. */
export function followWidth(): () => void {
  openForWidth();
  const queries = [NARROW, MIDDLE].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', openForWidth);
  return () => {
    for (const query of queries) query.removeEventListener('change', openForWidth);
  };
}
