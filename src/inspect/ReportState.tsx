/** @file What a panel says while it has nothing to draw: that it waits, what went wrong, or what would fill it. */
import type { Reported } from './use-report.ts';

/** One sentence. */
export function EmptyPanel({ words }: { readonly words: string }) {
  return <p className="panel-empty">{words}</p>;
}

/** Stands in the place of a report that has not come, or above one that could not be read again. */
export function ReportState({ report, what }: ReportStateProps) {
  const { value, isLoading, why, refresh } = report;
  if (why !== null && value !== null)
    return (
      <p className="panel-empty" role="status">{`This is the ${what} as last read. ${why}`}</p>
    );
  if (why !== null) {
    return (
      <p className="panel-empty" role="status">
        {`The ${what} could not be read. ${why} `}
        <button className="link" type="button" onClick={refresh}>
          Try again
        </button>
      </p>
    );
  }
  return value === null && isLoading ? (
    <p className="panel-empty" role="status" aria-busy="true">
      {`Reading the ${what} from the engine.`}
    </p>
  ) : null;
}

type ReportStateProps = { readonly report: Reported<unknown>; readonly what: string };
