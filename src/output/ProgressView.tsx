/** @file How far a cell has come: its own progress, and data that it waits for. */
import { useEffect, useState } from 'react';
import { useRun, type Download } from '../store/run.ts';
import { classNames } from '../ui/class-names.ts';
import { showBytes, showDuration } from '../ui/format.ts';
import { showGrouped } from './numbers.ts';
import type { OutputOf } from './output-of.ts';
import { timeLeft, type ProgressMark } from './time-left.ts';

/** A bar; `right` stands beside it, `below` under it. */
function Bar({ label, done, total, right, below, isEnded = false }: BarProps) {
  const share = total === null || total <= 0 ? null : Math.min(1, Math.max(0, done / total));
  return (
    <div className="progress">
      <div
        className={classNames({
          track: true,
          open: share === null && !isEnded,
          ended: isEnded,
          whole: right === '',
        })}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        {...(share !== null && { 'aria-valuenow': done, 'aria-valuemax': total ?? 0 })}
        aria-valuetext={[below, right].filter((text) => text !== '').join(', ')}
      >
        <span style={{ width: `${(share ?? 0) * 100}%` }} />
      </div>
      {right !== '' && <span>{right}</span>}
      <span className="below">{below}</span>
    </div>
  );
}

type BarProps = {
  readonly label: string;
  readonly done: number;
  readonly total: number | null;
  readonly right: string;
  readonly below: string;
  readonly isEnded?: boolean;
};

/**
 * Progress of a loop. The time left is known while the cell runs, once it has been seen to move. Done is quiet: of a loop that
 * came to its end the count stays.
 */
export function ProgressView({ output, isRunning }: ProgressViewProps) {
  const { label, done, total } = output;
  const seen = useMarks(done);
  const left = isRunning && seen !== null ? timeLeft(seen.first, seen.last, total) : null;
  const below = `${label === '' ? '' : `${label} `}${countText(done, total)}`;
  if (!isRunning && (total === null || done >= total)) return <p className="caption">{below}</p>;
  return (
    <Bar
      label={label === '' ? 'Progress' : label}
      done={done}
      total={total}
      right={left === null ? '' : `${showDuration(left)} left`}
      below={below}
      isEnded={!isRunning}
    />
  );
}

/** Where the progress was first and last seen to be; a new run begins again. `null` before it was drawn. */
function useMarks(done: number): Marks | null {
  const [marks, setMarks] = useState<Marks | null>(null);
  useEffect(() => {
    const frame = requestAnimationFrame((at) => {
      const last: ProgressMark = { at, done };
      setMarks((seen) => ({
        first: seen === null || done < seen.first.done ? last : seen.first,
        last,
      }));
    });
    return () => cancelAnimationFrame(frame);
  }, [done]);
  return marks;
}

type Marks = { readonly first: ProgressMark; readonly last: ProgressMark };

type ProgressViewProps = { readonly output: OutputOf<'progress'>; readonly isRunning: boolean };

const countText = (done: number, total: number | null): string =>
  total === null ? showGrouped(done) : `${showGrouped(done)} of ${showGrouped(total)}`;

/** Data sets that are on their way to the device. */
export function Downloads() {
  const downloads = useRun((state) => state.downloads);
  return downloads
    .filter(({ loaded, total }) => total <= 0 || loaded < total)
    .map((download) => <DownloadBar key={download.name} {...download} />);
}

function DownloadBar({ name, loaded, total }: Download) {
  return (
    <Bar
      label={`Loading ${name}`}
      done={loaded}
      total={total > 0 ? total : null}
      right={total > 0 ? `${showBytes(loaded)} of ${showBytes(total)}` : showBytes(loaded)}
      below={`Loading ${name}`}
    />
  );
}
