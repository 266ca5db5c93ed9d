/** @file The events of the window as a table: for those who cannot see the track, and for copying. */
import { showCount } from '../../ui/format.ts';
import { ORIGINS, showError, showLength, showMicroseconds } from '../times.ts';
import { eventsIn, laneOf, type Lane, type LaneName, type Span } from './log.ts';
import { choose, useTrack } from './track-state.ts';

/** More rows are not made; a smaller window shows the others. */
const ROWS_MAX = 200;

const LANE_WORDS: Readonly<Record<LaneName, string>> = {
  cell: 'cells',
  engine: 'engine',
  gpu: 'GPU',
  host: 'kernels on the CPU',
};

export function EventTable({ lanes, span, origin }: EventTableProps) {
  const chosen = useTrack((state) => state.chosen);
  const events = lanes
    .flatMap((lane) => eventsIn(lane, span))
    .toSorted((a, b) => a.start - b.start);
  return (
    <div className="events" tabIndex={0} role="group" aria-label="Events as a table">
      <table>
        <caption>
          {events.length > ROWS_MAX
            ? `The first ${ROWS_MAX} of ${showCount(events.length, 'event')}; zoom in for the others`
            : showCount(events.length, 'event')}
        </caption>
        <thead>
          <tr>
            <th scope="col">what</th>
            <th scope="col">lane</th>
            <th scope="col">start</th>
            <th scope="col">time</th>
            <th scope="col">±</th>
            <th scope="col">known by</th>
          </tr>
        </thead>
        <tbody>
          {events.slice(0, ROWS_MAX).map((event, i) => (
            // Events have no names of their own.
            <tr key={i} aria-current={event === chosen || undefined}>
              <th scope="row">
                <button className="link" type="button" onClick={() => choose(event)}>
                  {event.name}
                </button>
              </th>
              <td>{LANE_WORDS[laneOf(event)]}</td>
              <td>{startWords(event.start - origin)}</td>
              <td>{showLength(event.microseconds, event.error)}</td>
              <td>{showError(event.error)}</td>
              <td>{ORIGINS[event.origin].word}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type EventTableProps = {
  readonly lanes: readonly Lane[];
  readonly span: Span;
  readonly origin: number;
};

const startWords = (microseconds: number): string =>
  microseconds < 0 ? `\u2212${showMicroseconds(-microseconds)}` : showMicroseconds(microseconds);
