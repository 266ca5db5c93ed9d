/**
 * @file What the panels can show: functions and graphs that cells made. One that is made again takes the place of the one
 * before, also where a person is looking at it.
 */
import type { FunctionSummary, InspectedGraph } from '../../engine/worker/protocol.ts';
import { useRun } from './run.ts';
import { select, useSelection } from './selection.ts';

/** The latest of each kind are kept: nobody looks through more, and a program can make them without end. */
const KEPT_MAX = 200;

export function addFunction(summary: FunctionSummary): void {
  const { functions } = useRun.getState();
  const before = functions.find(({ cell, name }) => cell === summary.cell && name === summary.name);
  const others = functions.filter((other) => other !== before);
  useRun.setState({ functions: [...others, summary].slice(-KEPT_MAX) });
  if (before && useSelection.getState().fn === before.fn) select({ fn: summary.fn });
}

export function dropFunction(fn: string): void {
  useRun.setState(({ functions }) => ({ functions: functions.filter((f) => f.fn !== fn) }));
}

export function addInspected(graph: InspectedGraph): void {
  useRun.setState(({ inspected }) => ({
    inspected: [...inspected.filter(({ id }) => id !== graph.id), graph].slice(-KEPT_MAX),
  }));
}

/** Lets go of graphs of an earlier run that the latest did not make again. */
export function dropInspected(graphs: readonly InspectedGraph[]): void {
  const gone = new Set(graphs);
  useRun.setState(({ inspected }) => ({ inspected: inspected.filter((g) => !gone.has(g)) }));
}

/** The graphs that a cell made. */
export const inspectedBy = (cell: string): readonly InspectedGraph[] =>
  useRun.getState().inspected.filter((graph) => graph.cell === cell);
