/** @file Events for the timeline, sent to the page a few times a second. Times are microseconds since its time origin. */
import type { NamedTime } from '../runtime/executor.ts';
import type { SubmitObserver } from './call-context.ts';
import type { TimelineEvent } from './protocol.ts';

/** Events wait so long for others, ms. */
const FLUSH_MS = 200;

/** Events kept until they are sent; what is more is dropped, oldest first: a person sees the latest. */
const EVENTS_MAX = 2000;

/** Kernels of a function are measured at most so often, ms, where the user did not ask for all. */
const SAMPLE_MS = 250;

/** Clocks of workers, and of the page whose time origin is given, differ by their origins. */
export class TimelineLog {
  readonly #send: (events: readonly TimelineEvent[]) => void;
  readonly #events: TimelineEvent[] = [];
  readonly #sampledAt = new Map<string, number>();
  /** Milliseconds to add to `performance.now()` here. */
  #offset = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(send: (events: readonly TimelineEvent[]) => void) {
    this.#send = send;
  }

  setOrigin(timeOrigin: number): void {
    this.#offset = performance.timeOrigin - timeOrigin;
  }

  /** Microseconds on the page's clock. */
  now(): number {
    return (performance.now() + this.#offset) * 1000;
  }

  add(event: TimelineEvent): void {
    this.#events.push(event);
    if (this.#events.length > EVENTS_MAX) this.#events.shift();
    if (this.#timer === null) this.#timer = setTimeout(() => this.#flush(), FLUSH_MS);
  }

  #flush(): void {
    this.#timer = null;
    this.#send(this.#events.splice(0));
  }

  /** Something that the CPU did, from `start` until now. */
  done(start: number, event: Pick<TimelineEvent, 'stage' | 'name'> & Partial<TimelineEvent>): void {
    this.add({
      lane: 'engine',
      fn: null,
      call: null,
      cell: null,
      bytes: null,
      ...event,
      start,
      microseconds: this.now() - start,
      origin: 'wallClock',
      error: CLOCK_STEP,
    });
  }

  /** Follows one submit of a call. */
  observe(fn: string, call: number, cell: string | null): SubmitObserver {
    const start = this.now();
    const wantsTimes = start - (this.#sampledAt.get(fn) ?? -Infinity) > SAMPLE_MS * 1000;
    if (wantsTimes) this.#sampledAt.set(fn, start);
    return {
      wantsTimes,
      submitted: (times) => {
        if (wantsTimes)
          this.done(start, { stage: 'submit', name: 'encode and submit', fn, call, cell });
        times?.then(
          (list) => this.#addKernels(list, { start, fn, call, cell }),
          () => undefined,
        );
      },
    };
  }

  #addKernels(
    times: readonly NamedTime[],
    { start, ...who }: Pick<TimelineEvent, 'start' | 'fn' | 'call' | 'cell'>,
  ): void {
    for (const time of times) {
      this.add({
        ...who,
        lane: time.origin === 'measured' ? 'gpu' : 'engine',
        stage: 'kernel',
        name: time.kernel,
        start: start + time.start,
        microseconds: time.microseconds,
        origin: time.origin,
        error: time.error,
        bytes: null,
      });
    }
  }
}

/** `performance.now()` of an isolated page ticks so often, microseconds. */
const CLOCK_STEP = 5;
