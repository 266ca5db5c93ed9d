/**
 * @file How fast calls follow each other in the device worker: what is in flight on a GPU stays short, a long run lets messages
 * in, and a run that was stopped ends at the next chunk.
 */
import { CALLS_PER_SUBMIT_MAX } from '../base/limits.ts';
import type { Device } from '../runtime/device.ts';
import type { Pace } from './call-context.ts';

/** Work that may be in flight before a call waits, ms: a Stop waits for so much. */
const IN_FLIGHT_MS = 120;

/** The device is asked at most so often whether it is done, ms. */
const MARK_MS = 10;

/** Messages are let in at least so often, ms. */
const TURN_MS = 25;

/** A chunk of calls is made shorter above this time, ms, and longer below a half of it. */
const CHUNK_MS = 60;

type Mark = { readonly at: number; readonly done: Promise<void> };

export class SteadyPace {
  #callsMax = CALLS_PER_SUBMIT_MAX;
  readonly #marks: Mark[] = [];
  #turnAt = performance.now();
  #chunkAt = performance.now();

  /** The pace of one call. `checkStopped` throws when what called was stopped. */
  for(checkStopped: () => void): Pace {
    const callsMax = (): number => {
      this.#chunkAt = performance.now();
      return this.#callsMax;
    };
    return {
      get callsMax() {
        return callsMax();
      },
      after: async (device, count) => {
        await this.#after(device, count);
        checkStopped();
      },
    };
  }

  async #after(device: Device, count: number): Promise<void> {
    const now = performance.now();
    this.#adapt(now - this.#chunkAt, count);
    if (now - (this.#marks.at(-1)?.at ?? 0) > MARK_MS) this.#mark(device, now);
    const oldest = this.#marks[0];
    if (oldest !== undefined && now - oldest.at > IN_FLIGHT_MS) await oldest.done;
    if (performance.now() - this.#turnAt > TURN_MS) {
      await nextTask();
      this.#turnAt = performance.now();
    }
  }

  #mark(device: Device, at: number): void {
    const done = device.idle().catch(() => undefined);
    const mark = { at, done };
    this.#marks.push(mark);
    void done.then(() => {
      this.#marks.splice(this.#marks.indexOf(mark), 1);
      this.#adapt(performance.now() - at, 1);
    });
  }

  /** Shorter chunks when one took too long, longer ones again when it did not. */
  #adapt(ms: number, count: number): void {
    if (ms > CHUNK_MS) this.#callsMax = Math.max(1, Math.floor((this.#callsMax * CHUNK_MS) / ms));
    else if (ms < CHUNK_MS / 2 && count === this.#callsMax)
      this.#callsMax = Math.min(CALLS_PER_SUBMIT_MAX, 2 * this.#callsMax);
  }
}

/** Lets messages in: a promise alone would not. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
