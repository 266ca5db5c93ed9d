/** @file A report of a function, as a panel draws it. */
import { useCallback, useEffect } from 'react';
import type { ReportKind, ReportOf } from '../../engine/worker/protocol.ts';
import { followCalls, loadReport, useLoaded, type Loaded } from './report-store.ts';

/** A report, and the way to ask for it again. */
export type Reported<T> = Loaded<T> & { readonly refresh: () => void };

/** The report of a function, asked for when it is first drawn and again as the function runs. */
export function useReport<K extends ReportKind>(fn: string | null, what: K): Reported<ReportOf[K]> {
  const loaded = useLoaded(fn, what);
  const refresh = useCallback(() => {
    if (fn !== null) void loadReport(fn, what);
  }, [fn, what]);
  useEffect(() => {
    refresh();
    return fn === null ? undefined : followCalls(fn, what);
  }, [fn, what, refresh]);
  return { ...loaded, refresh };
}
