/**
 * @file What a person looks at: the cell that has the focus, and what the panels show. The panels and the editor are linked
 * both ways by `lit`: a line of a cell, or nodes of a function.
 */
import { create } from 'zustand';

export type PanelName = 'graph' | 'passes' | 'gradient' | 'kernels' | 'memory';

/** A line of a cell that something on the page points at. */
export type LitLine = { readonly cell: string; readonly line: number };

export type SelectionState = {
  readonly cell: string | null;
  /** Cells that commands work on, the one with the focus among them. */
  readonly cells: readonly string[];
  /** Jupyter's two modes: keys are commands, or go to the editor. */
  readonly mode: 'command' | 'edit';
  readonly panel: PanelName;
  /** Which drawers are open on a narrow page; the side panels and the timeline stand open on a wide one unless closed. */
  readonly isOutlineOpen: boolean;
  readonly isInspectorOpen: boolean;
  readonly isTimelineOpen: boolean;
  /** The function that the panels show (`FunctionSummary.fn`); `null`: the latest. */
  readonly fn: string | null;
  /** The graph that the Gradient panel shows (`InspectedGraph.id`); `null`: the latest. */
  readonly inspected: string | null;
  /** A step of the Passes panel, by its number. */
  readonly step: number | null;
  /** A node of the optimized graph of `fn`. */
  readonly node: number | null;
  /** A kernel of `fn`, by its name. */
  readonly kernel: string | null;
  /** Lines that light up. */
  readonly lit: readonly LitLine[];
  /** The place that the editor should show: a person followed a link. Counted, so that the same link works twice. */
  readonly reveal: (LitLine & { readonly column: number | null; readonly count: number }) | null;
};

export const useSelection = create<SelectionState>(() => ({
  cell: null,
  cells: [],
  mode: 'command',
  panel: 'graph',
  isOutlineOpen: true,
  isInspectorOpen: true,
  isTimelineOpen: true,
  fn: null,
  inspected: null,
  step: null,
  node: null,
  kernel: null,
  lit: [],
  reveal: null,
}));

export const select = (change: Partial<SelectionState>): void => useSelection.setState(change);

export function focusCell(cell: string | null, mode: SelectionState['mode']): void {
  useSelection.setState({ cell, cells: cell === null ? [] : [cell], mode });
}

/** Go to a place in a cell: the cell takes the focus and the editor shows the line. */
export function revealLine(cell: string, line: number, column: number | null = null): void {
  useSelection.setState((state) => ({
    cell,
    cells: [cell],
    mode: 'edit',
    reveal: { cell, line, column, count: (state.reveal?.count ?? 0) + 1 },
  }));
}
