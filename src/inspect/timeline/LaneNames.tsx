/** @file The names of the lanes, beside the track; kernels with how long they were busy in the window. */
import { useRun } from '../../store/run.ts';
import { showMicroseconds } from '../times.ts';
import { busyIn, type Lane, type LaneName, type Span } from './log.ts';

/** Who worked, and at what. */
const WORDS: Readonly<Record<LaneName, readonly [string, string]>> = {
  cell: ['CPU', 'cells'],
  engine: ['CPU', 'engine'],
  gpu: ['GPU', 'kernels'],
  host: ['CPU', 'kernels'],
};

export function LaneNames({ lanes, span }: LaneNamesProps) {
  const isSoftware = useRun((state) => state.device?.isSoftware === true);
  return (
    <div className="lanes-names">
      {lanes.map((lane) => {
        const [who, what] = WORDS[lane.name];
        const isKernels = lane.name === 'gpu' || lane.name === 'host';
        return (
          <div key={lane.name}>
            <span>
              <b>{who}</b> {lane.name === 'gpu' && isSoftware ? 'in software' : what}
            </span>
            {isKernels && (
              <span className="dim">{`busy ${showMicroseconds(busyIn(lane, span))}`}</span>
            )}
          </div>
        );
      })}
    </div>
  );
}

type LaneNamesProps = { readonly lanes: readonly Lane[]; readonly span: Span };
