/**
 * @file What the gate has for the page, in batches: the page draws a few times a second, whatever a realm sends. Of an output
 * that changes only the latest state travels; after much, there is a rest.
 */
import type { CurvePoint } from './outputs.ts';
import type { GateToPage, RunReport } from './protocol.ts';
import { sizeOfOutput } from './read-output.ts';

/** Batches follow each other by at least so long, ms. */
const BATCH_MS = 50;

/** For each megabyte of a batch the next one waits so much longer, ms: what is sent must be read and drawn. */
const REST_MS_PER_MB = 50;

export class Outbox {
  /** By a key each; what takes the place of another has its key, and thus its place. */
  readonly #waiting = new Map<string, GateToPage>();
  /** The points that wait, by the same key: one list a curve, which grows. */
  readonly #points = new Map<string, CurvePoint[]>();
  readonly #send: (batch: readonly GateToPage[], buffers: ArrayBuffer[]) => void;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** When the next batch may go. */
  #restUntil = 0;
  #count = 0;

  constructor(send: (batch: readonly GateToPage[], buffers: ArrayBuffer[]) => void) {
    this.#send = send;
  }

  /** Something that the page shows soon. */
  add(message: GateToPage): void {
    if (message.kind === 'display' && 'id' in message.output) this.#addDisplay(message);
    else if (message.kind === 'points') this.#addPoints(message);
    else this.#waiting.set(`${this.#count++}`, message);
    const rest = this.#restUntil - performance.now();
    if (rest <= 0) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), rest);
  }

  #addDisplay(message: RunReport & { readonly kind: 'display' }): void {
    const { run, output } = message;
    const id = 'id' in output ? output.id : '';
    this.#waiting.delete(`points ${run} ${id}`);
    this.#points.delete(`points ${run} ${id}`);
    this.#waiting.set(`display ${run} ${id}`, message);
  }

  #addPoints(message: RunReport & { readonly kind: 'points' }): void {
    const key = `points ${message.run} ${message.id}`;
    const points = this.#points.get(key) ?? [];
    for (const point of message.points) points.push(point);
    this.#points.set(key, points);
    this.#waiting.set(key, { ...message, points });
  }

  /** Sends what waits, now. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.size === 0) return;
    const batch = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#points.clear();
    const bytes = batch.reduce((sum, message) => sum + sizeOf(message), 0);
    this.#restUntil = performance.now() + BATCH_MS + (bytes / 1e6) * REST_MS_PER_MB;
    this.#send(batch, batch.flatMap(buffersOf));
  }
}

function sizeOf(message: GateToPage): number {
  if (message.kind === 'points')
    return message.points.reduce((sum, { values }) => sum + 8 * values.length, 0);
  if (message.kind !== 'display') return 0;
  const { chars, bytes } = sizeOfOutput(message.output);
  return chars + bytes;
}

/** Numbers of an array are the gate's own copy, so they need not be copied again. */
const buffersOf = (message: GateToPage): ArrayBuffer[] =>
  message.kind === 'display' && message.output.kind === 'array'
    ? [message.output.data.buffer as ArrayBuffer]
    : [];
