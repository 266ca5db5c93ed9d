/** @file What a person looks at in the timeline: the window, the chosen event, a marked span. It outlives the drawing. */
import { create } from 'zustand';
import type { TimelineEvent } from '../../../engine/worker/protocol.ts';
import type { Span } from './log.ts';
import { around } from './window.ts';

type TrackState = {
  /** What the window goes with: the latest call that was timed, all that is known, or nothing: then it is `span`. */
  readonly follows: 'call' | 'all' | null;
  readonly span: Span | null;
  readonly chosen: TimelineEvent | null;
  readonly marked: Span | null;
  /** Shown as a table. */
  readonly isTable: boolean;
};

export const useTrack = create<TrackState>(() => ({
  follows: 'call',
  span: null,
  chosen: null,
  marked: null,
  isTable: false,
}));

export const follow = (follows: 'call' | 'all'): void =>
  useTrack.setState({ follows, chosen: null, marked: null });

/** Look at a span, which stands still from now on. */
export const lookAt = (span: Span): void => useTrack.setState({ follows: null, span });

export const choose = (chosen: TimelineEvent | null): void => useTrack.setState({ chosen });
export const mark = (marked: Span | null): void => useTrack.setState({ marked });
export const showTable = (isTable: boolean): void => useTrack.setState({ isTable });

/** The window: `null` while nothing ran. `call` is the one to follow. */
export function spanShown(
  { follows, span }: Pick<TrackState, 'follows' | 'span'>,
  bounds: Span | null,
  call: Span | null,
): Span | null {
  if (bounds === null) return null;
  if (follows === 'call' && call !== null) return around(call);
  return follows === null && span !== null ? span : around(bounds);
}
