/**
 * @file What surrounds a call on the device side: who is told of it, and how fast calls may follow each other. An engine in
 * the caller's own realm tells nobody and never waits; the device worker of a page does both (`call-observer.ts`, `pace.ts`).
 */
import type { Device } from '../runtime/device.ts';
import type { NamedTime } from '../runtime/executor.ts';

/** One submit, from before its commands are encoded. */
export type SubmitObserver = {
  /** Kernels are to be measured although the user did not ask. */
  readonly wantsTimes: boolean;
  readonly submitted: (times: Promise<readonly NamedTime[]> | null) => void;
};

/** How many calls go in one chunk, and the wait after each chunk. */
export type Pace = {
  readonly callsMax: number;
  /** @throws stopped when the run that called was stopped meanwhile */
  after(device: Device, count: number): Promise<void>;
};

export type CallContext = {
  /** @throws stopped when the run that called was stopped before the call began */
  checkStopped(): void;
  readonly pace: Pace;
  observe(fn: number, call: number): SubmitObserver;
  /** Runs `write`, which brings bytes to the device. */
  uploading(bytes: number, write: () => void): void;
};

const SILENT: SubmitObserver = { wantsTimes: false, submitted: () => undefined };

/** Nobody listens, nobody stops. */
export const PLAIN_CONTEXT: CallContext = {
  checkStopped: () => undefined,
  pace: { callsMax: Infinity, after: () => Promise.resolve() },
  observe: () => SILENT,
  uploading: (_, write) => write(),
};
