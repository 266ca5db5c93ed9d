/**
 * @file Reports that panels asked the engine for, kept beside the panels so that a tab that comes back shows at once what it
 * showed. Reports of functions that are gone are dropped.
 */
import { create } from 'zustand';
import type { ReportKind, ReportOf, TimelineEvent } from '../../engine/worker/protocol.ts';
import { reportOf } from '../engine-client.ts';
import { useRun } from '../store/run.ts';

/** A report that came, is awaited, or failed; the last one stays while a newer one is awaited. */
export type Loaded<T> = {
  readonly value: T | null;
  readonly isLoading: boolean;
  /** Why the last try failed. */
  readonly why: string | null;
};

type Reports = { readonly [K in ReportKind]: { readonly [fn: string]: Loaded<ReportOf[K]> } };

const useReports = create<Reports>(() => ({ graph: {}, kernels: {}, memory: {}, profile: {} }));

const NOTHING: Loaded<never> = { value: null, isLoading: false, why: null };

/** A panel asks again so often while its function runs, ms. */
const REFRESH_MS = 1000;

function put(what: ReportKind, fn: string, loaded: Loaded<ReportOf[ReportKind]>): void {
  const alive = new Set([fn, ...useRun.getState().functions.map((made) => made.fn)]);
  useReports.setState((state) => ({
    [what]: {
      ...Object.fromEntries(Object.entries(state[what]).filter(([known]) => alive.has(known))),
      [fn]: loaded,
    },
  }));
}

/** Asks the engine, unless the same is already awaited. */
export async function loadReport(fn: string, what: ReportKind): Promise<void> {
  const last: Loaded<ReportOf[ReportKind]> = useReports.getState()[what][fn] ?? NOTHING;
  if (last.isLoading) return;
  put(what, fn, { ...last, isLoading: true });
  try {
    put(what, fn, { value: await reportOf(fn, what), isLoading: false, why: null });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    put(what, fn, { ...last, isLoading: false, why });
  }
}

/** What is known of a function; nothing before anybody asked. */
export function useLoaded<K extends ReportKind>(fn: string | null, what: K): Loaded<ReportOf[K]> {
  return useReports((state) => (fn === null ? NOTHING : (state[what][fn] ?? NOTHING)));
}

const lastEventOf = (events: readonly TimelineEvent[], fn: string): TimelineEvent | undefined =>
  events.findLast((event) => event.fn === fn);

/**
 * Asks anew when the function ran, at most once a second. A graph changes only with the first call, which binds extents.
 * Gives the way to end it.
 */
export function followCalls(fn: string, what: ReportKind): () => void {
  let seen = lastEventOf(useRun.getState().timeline, fn);
  let timer: ReturnType<typeof setTimeout> | null = null;
  const load = (): void => {
    timer = null;
    void loadReport(fn, what);
  };
  const leave = useRun.subscribe((state, before) => {
    if (state.timeline === before.timeline) return;
    const last = lastEventOf(state.timeline, fn);
    if (last === undefined || last === seen) return;
    const isSettled = what === 'graph' && seen?.call !== undefined && seen.call !== null;
    seen = last;
    if (!isSettled) timer ??= setTimeout(load, REFRESH_MS);
  });
  return () => {
    leave();
    if (timer !== null) clearTimeout(timer);
  };
}
