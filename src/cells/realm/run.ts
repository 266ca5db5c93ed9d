/**
 * @file One run of a cell in the realm: what it shows, what must settle before it is done, and how it ends. A run that was
 * stopped shows nothing any more.
 */
import type { Tensor } from '../../../engine/frontend/tensor.ts';
import type { Position } from '../../../engine/ir/graph.ts';
import type { CurvePoint, Output } from '../outputs.ts';
import type { RealmToGate, RunMessage } from '../protocol.ts';
import { OUTPUT_LIMITS, readOutput, sizeOfOutput } from '../read-output.ts';
import { ProtocolError } from '../read-values.ts';
import { timers } from './taken.ts';

/** A change that can wait is shown at most so often, ms. */
const REDRAW_MS = 100;

/** Thrown into a cell to end it. */
export class Stopped extends Error {
  override readonly name = 'Stopped';

  constructor() {
    super('The cell was stopped.');
  }
}

/** A message to the gate. */
export type ToGate = (message: RealmToGate) => void;

/** Something that changes while its cell runs, drawn a few times a second. */
type Redraw = { draw: () => void; timer: ReturnType<typeof setTimeout> | null };

/** A derivative that the cell took. `isShown`: by the cell itself. */
export type TakenGradient = {
  readonly cost: Tensor;
  readonly wrt: Tensor;
  readonly gradient: Tensor;
  readonly place: Position | null;
  readonly isShown: boolean;
};

export class Run {
  /** What the panels show when the cell is done: by then its parts have names. */
  readonly gradients: TakenGradient[] = [];
  readonly message: RunMessage;
  /** Rejects when the run is stopped: it ends a cell that awaits what never comes. */
  readonly stopping: Promise<never>;
  isStopped = false;
  readonly #toGate: ToGate;
  readonly #ordinals = new Map<string, number>();
  readonly #redraws = new Map<string, Redraw>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #finishing: Promise<unknown>[] = [];
  #stop: () => void = () => undefined;
  #shown = 0;
  #chars = 0;
  #ids = 0;

  constructor(message: RunMessage, toGate: ToGate) {
    this.message = message;
    this.#toGate = toGate;
    this.stopping = new Promise<never>((_, reject) => {
      this.#stop = () => reject(new Stopped());
    });
    this.stopping.catch(() => undefined);
  }

  /** How many things of this kind and name the cell has made before. */
  ordinalOf(kind: 'shared' | 'graph' | 'gradient', name: string): number {
    const key = `${kind} ${name}`;
    const count = this.#ordinals.get(key) ?? 0;
    this.#ordinals.set(key, count + 1);
    return count;
  }

  /** An id for an output that changes. */
  newId(kind: string): string {
    return `${kind}-${this.#ids++}`;
  }

  stop(): void {
    this.isStopped = true;
    for (const timer of this.#timers) timers.clear(timer);
    for (const { timer } of this.#redraws.values()) if (timer !== null) timers.clear(timer);
    this.#stop();
  }

  /** A timer of the cell, which a stop takes back. */
  keepTimer(timer: ReturnType<typeof setTimeout>): void {
    this.#timers.add(timer);
  }

  // Outputs.

  /** @throws TypeError for what the page would refuse */
  show(given: Output): void {
    if (this.isStopped || this.#shown >= OUTPUT_LIMITS.outputs) return;
    const output = readOwn(given);
    const { chars } = sizeOfOutput(output);
    const isFull = this.#chars + chars > OUTPUT_LIMITS.chars;
    this.#shown++;
    this.#chars += chars;
    if (isFull || this.#shown === OUTPUT_LIMITS.outputs) {
      this.#shown = OUTPUT_LIMITS.outputs;
      const text = `Only the first ${OUTPUT_LIMITS.outputs} outputs and ${OUTPUT_LIMITS.chars / 1024} KiB of text are shown.`;
      this.#display({ kind: 'text', text, tone: 'warning' });
    } else this.#display(output);
  }

  /** The output with an id again, as it stands now. */
  showAgain(output: Output): void {
    if (!this.isStopped) this.#display(readOwn(output));
  }

  #display(output: Output): void {
    this.#toGate({ kind: 'display', run: this.message.run, output });
  }

  addPoints(id: string, points: readonly CurvePoint[]): void {
    if (!this.isStopped) this.#toGate({ kind: 'points', run: this.message.run, id, points });
  }

  /** Draw soon, and not more often than a person can see; the latest `draw` for an id is the one that counts. */
  redraw(id: string, draw: () => void): void {
    const known = this.#redraws.get(id);
    if (known !== undefined) {
      known.draw = draw;
      known.timer ??= timers.set(() => this.#drawNow(known), REDRAW_MS);
      return;
    }
    draw();
    this.#redraws.set(id, { draw: () => undefined, timer: null });
  }

  #drawNow(redraw: Redraw): void {
    redraw.timer = null;
    redraw.draw();
    redraw.draw = () => undefined;
  }

  /** Something that the run waits for before it is done. */
  finishes(work: Promise<unknown>): void {
    work.catch(() => undefined);
    this.#finishing.push(work);
  }

  /** Settles when everything that is still to be shown was shown. */
  async finish(): Promise<void> {
    for (let work = this.#finishing.shift(); work !== undefined; work = this.#finishing.shift())
      await work;
    for (const redraw of this.#redraws.values()) {
      if (redraw.timer !== null) timers.clear(redraw.timer);
      this.#drawNow(redraw);
    }
  }
}

/** The output as the gate will read it. A stranger's mistake ends a realm there; the user's own is told at its line. */
function readOwn(output: Output): Output {
  try {
    return readOutput(output);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new TypeError(`This cannot be shown (${output.kind}): ${error.message}.`, {
      cause: error,
    });
  }
}
