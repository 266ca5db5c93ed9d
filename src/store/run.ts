/**
 * @file What has run and what it gave: the state of every cell, the functions that the compiler made, what the device holds
 * and did. Changed by the runner (`src/cells/runner.ts`) and by what the workers report; drawn by cells and panels.
 */
import { create } from 'zustand';
import type {
  DeviceFacts,
  DeviceName,
  FunctionSummary,
  InspectedGraph,
  TimelineEvent,
  VariableSummary,
} from '../../engine/worker/protocol.ts';
import type { CellError, NameSummary, Output } from '../cells/outputs.ts';

export type CellState =
  | 'idle'
  | 'queued'
  | 'running'
  | 'done'
  | 'error'
  | 'stale'
  | 'disabled'
  | 'stopped';

/** A cell's last run. Outputs of a stale cell stay. */
export type CellRun = {
  readonly state: CellState;
  /** Why it is stale or stopped: "cell 7 writes W1, b1". */
  readonly reason: string | null;
  /** `Date.now()` of the start and the end of the last run; `null` before. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly outputs: readonly Output[];
  readonly error: CellError | null;
  readonly names: readonly NameSummary[];
};

export const IDLE_RUN: CellRun = {
  state: 'idle',
  reason: null,
  startedAt: null,
  endedAt: null,
  outputs: [],
  error: null,
  names: [],
};

type EngineState =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready' }
  /** Silent for so long that only Stop helps. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'failed'; readonly why: string };

export type Download = { readonly name: string; readonly loaded: number; readonly total: number };

export type RunState = {
  readonly engine: EngineState;
  readonly device: DeviceFacts | null;
  readonly devices: readonly DeviceName[];
  readonly cells: { readonly [id: string]: CellRun };
  /** Of the realm that is there, in the order in which they were compiled. */
  readonly functions: readonly FunctionSummary[];
  readonly inspected: readonly InspectedGraph[];
  readonly variables: readonly VariableSummary[];
  readonly timeline: readonly TimelineEvent[];
  readonly downloads: readonly Download[];
};

/** Events that the timeline keeps: the latest ones. */
const TIMELINE_EVENTS_MAX = 20_000;

export const EMPTY_RUN: RunState = {
  engine: { kind: 'off' },
  device: null,
  devices: [],
  cells: {},
  functions: [],
  inspected: [],
  variables: [],
  timeline: [],
  downloads: [],
};

export const useRun = create<RunState>(() => EMPTY_RUN);

/** The last run of a cell; an idle one before the first. */
export const runOf = (state: RunState, id: string): CellRun => state.cells[id] ?? IDLE_RUN;

export function changeCellRun(id: string, change: Partial<CellRun>): void {
  useRun.setState((state) => ({
    cells: { ...state.cells, [id]: { ...runOf(state, id), ...change } },
  }));
}

/** The output with the id of a curve, a plot or a progress bar replaced, or a new one added. */
export function putOutput(id: string, output: Output): void {
  const { outputs } = runOf(useRun.getState(), id);
  const key = 'id' in output ? output.id : null;
  const at = key === null ? -1 : outputs.findIndex((o) => 'id' in o && o.id === key);
  changeCellRun(id, { outputs: at < 0 ? [...outputs, output] : outputs.with(at, output) });
}

export function addTimeline(events: readonly TimelineEvent[]): void {
  useRun.setState((state) => ({
    timeline: [...state.timeline, ...events].slice(-TIMELINE_EVENTS_MAX),
  }));
}
