/** @file The ledger: one row a pass, with a bar of the nodes that are left and a hatched end for those that it removed. */
import { select } from '../../store/selection.ts';
import { showCount } from '../../ui/format.ts';
import { showMicroseconds } from '../times.ts';
import type { Pass } from './pass-list.ts';

/** Rows of passes that have shown steps; a press goes to the first of them. */
export function Ledger({ passes, shown, chosen }: LedgerProps) {
  const widest = Math.max(
    1,
    ...passes.map(({ nodeCount, change }) => (nodeCount ?? 0) - Math.min(0, change ?? 0)),
  );
  const rows = passes
    .map((pass, i) => ({
      pass,
      number: i + 1,
      first: shown.find((at) => at >= pass.from && at < pass.to),
    }))
    .filter(({ first }) => first !== undefined);
  return (
    <ol className="passes">
      {rows.map(({ pass, number, first }) => (
        <li key={pass.from}>
          <button
            className="pass"
            type="button"
            aria-current={
              chosen !== null && chosen >= pass.from && chosen < pass.to ? true : undefined
            }
            onClick={() => select({ step: first ?? null })}
          >
            <span className="dim">{number}</span>
            <span className="name">{pass.stage}</span>
            <Bar pass={pass} widest={widest} />
            <Counts pass={pass} />
            <span className="us">{showMicroseconds(pass.microseconds)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

type LedgerProps = {
  readonly passes: readonly Pass[];
  readonly shown: readonly number[];
  readonly chosen: number | null;
};

function Bar({ pass, widest }: { readonly pass: Pass; readonly widest: number }) {
  const { nodeCount, change } = pass;
  if (nodeCount === null || change === null)
    return (
      <span className="bound">{`${showCount(pass.to - pass.from, 'step')}${pass.isBound ? ' at the call' : ''}`}</span>
    );
  const percent = (count: number): string => `${(100 * count) / widest}%`;
  const kept = change > 0 ? nodeCount - change : nodeCount;
  return (
    <span className="span" aria-hidden="true">
      <i style={{ width: percent(kept) }} />
      {change !== 0 && (
        <i
          className={change > 0 ? 'more' : 'less'}
          style={{ left: percent(kept), width: percent(Math.abs(change)) }}
        />
      )}
    </span>
  );
}

/** `+1`, `−11`, `0`. */
const signed = (change: number): string =>
  change < 0 ? `\u2212${-change}` : change > 0 ? `+${change}` : '0';

function Counts({ pass: { nodeCount, change } }: { readonly pass: Pass }) {
  if (nodeCount === null || change === null) return null;
  const sense = change < 0 ? 'delta' : change > 0 ? 'delta more' : 'delta zero';
  return (
    <>
      <span>
        {nodeCount}
        <span className="sr"> nodes, change</span>
      </span>
      <span className={sense}>{signed(change)}</span>
    </>
  );
}
