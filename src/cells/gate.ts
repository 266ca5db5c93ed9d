/**
 * @file The gate: the page never reads a message that a cell realm wrote. Reading is the expensive part (`event.data`
 * builds the whole value at once), so one message of ten million items would stop the page for seconds before any check
 * could look at it. The gate reads in a worker of its own, validates, counts, and passes on small plain messages. It
 * holds no state worth keeping: when it is stuck, it is ended together with the realm.
 */
import { Allowance } from '../../engine/base/allowance.ts';
import { Outbox } from './gate-outbox.ts';
import type { GateToPage, GateToRealm, PageToRealm, RealmToGate, RunReport } from './protocol.ts';
import { MESSAGE_LIMITS, readRealmMessage } from './protocol.ts';
import { OUTPUT_LIMITS, sizeOfOutput, type OutputSize } from './read-output.ts';
import { check, ProtocolError } from './read-values.ts';

/** How often the page hears that the gate lives, and the realm is asked whether it does. */
const PULSE_MS = 250;

const NOTHING: OutputSize = { chars: 0, bytes: 0 };

/** What one run has shown. The realm's own runtime counts too and tells the user, so more comes only from one without. */
class Shown {
  readonly #sizes = new Map<string, OutputSize>();
  /** How many points each curve has. */
  readonly #points = new Map<string, number>();
  #outputs = 0;
  #chars = 0;
  #bytes = 0;

  /** Whether an output still has room. One that takes the place of another takes its room, too. */
  admits(report: RunReport & { readonly kind: 'display' }): boolean {
    const { output } = report;
    const id = 'id' in output ? output.id : null;
    const old = id === null ? undefined : this.#sizes.get(id);
    const size = sizeOfOutput(output);
    const outputs = this.#outputs + (old === undefined ? 1 : 0);
    const chars = this.#chars + size.chars - (old ?? NOTHING).chars;
    const bytes = this.#bytes + size.bytes - (old ?? NOTHING).bytes;
    const fits =
      outputs <= OUTPUT_LIMITS.outputs &&
      chars <= OUTPUT_LIMITS.chars &&
      bytes <= OUTPUT_LIMITS.runBytes;
    if (!fits) return false;
    if (id !== null) this.#sizes.set(id, size);
    if (output.kind === 'curve') this.#points.set(output.id, output.points.length);
    [this.#outputs, this.#chars, this.#bytes] = [outputs, chars, bytes];
    return true;
  }

  /** Whether points may be added to a curve: it is there, and has room for them. The realm thins it long before. */
  admitsPoints({ id, points }: RunReport & { readonly kind: 'points' }): boolean {
    const old = this.#sizes.get(id);
    const before = this.#points.get(id);
    if (old === undefined || before === undefined) return false;
    const bytes = points.reduce((sum, { values }) => sum + 8 * values.length, 0);
    const fits =
      before + points.length <= OUTPUT_LIMITS.points &&
      this.#bytes + bytes <= OUTPUT_LIMITS.runBytes;
    if (!fits) return false;
    this.#points.set(id, before + points.length);
    this.#sizes.set(id, { chars: old.chars, bytes: old.bytes + bytes });
    this.#bytes += bytes;
    return true;
  }
}

type KnownRun = { readonly cell: string; readonly shown: Shown; ended: boolean };

/** The latest run of each cell. Earlier ones may still have callbacks under way: what these show is dropped. */
class Runs {
  readonly #runs = new Map<number, KnownRun>();
  #latest = -1;

  begin(run: number, cell: string): void {
    for (const [old, known] of this.#runs) if (known.cell === cell) this.#runs.delete(old);
    this.#runs.set(run, { cell, shown: new Shown(), ended: false });
    this.#latest = run;
  }

  /** Whether the page should hear a report. @throws ProtocolError for what no run can say */
  admits(report: RunReport): boolean {
    check(report.run <= this.#latest, 'a run that never began');
    const known = this.#runs.get(report.run);
    if (known === undefined) return false;
    if (report.kind === 'display') return known.shown.admits(report);
    if (report.kind === 'points') return known.shown.admitsPoints(report);
    check(!known.ended, 'a run that ended before');
    known.ended = true;
    return true;
  }
}

/**
 * Joins a realm's port to the page's. The page hears validated messages, four times a second a pulse, and at most one
 * violation. The pulse is also how one learns that a realm crashed or closed itself: no event tells.
 */
export function openGate(realm: MessagePort, page: MessagePort): void {
  const runs = new Runs();
  const allowance = new Allowance(MESSAGE_LIMITS);
  let answeredAt = performance.now();
  let asked = false;
  let ready = false;
  let isBroken = false;

  const outbox = new Outbox((batch, buffers) => page.postMessage(batch, buffers));
  /** What the page waits for, after what came before it. */
  const toPage = (message: GateToPage): void => {
    outbox.add(message);
    outbox.flush();
  };
  const toRealm = (message: GateToRealm) => realm.postMessage(message, []);

  const timer = setInterval(() => {
    page.postMessage([{ kind: 'pulse', silentMs: Math.round(performance.now() - answeredAt) }]);
    // One question at a time: a realm that spins for an hour finds one ping, not 14,400.
    if (!asked) toRealm({ kind: 'ping' });
    asked = true;
  }, PULSE_MS);

  function pass(message: RealmToGate): void {
    if (message.kind === 'pong') {
      check(asked, 'an answer to no question');
      answeredAt = performance.now();
      asked = false;
    } else if (message.kind === 'ready') {
      check(!ready, 'ready a second time');
      ready = true;
      toPage(message);
    } else if (runs.admits(message)) {
      outbox.add(message);
      if (message.kind !== 'display' && message.kind !== 'points') outbox.flush();
    }
  }

  page.addEventListener('message', ({ data }: MessageEvent<PageToRealm>) => {
    if (data.kind === 'run') runs.begin(data.run, data.cell);
    toRealm(data);
  });
  realm.addEventListener('message', (event) => {
    // What was under way when the port closed may still arrive.
    if (isBroken) return;
    try {
      check(allowance.take(), 'too many messages');
      pass(readRealmMessage(event.data));
    } catch (error) {
      isBroken = true;
      clearInterval(timer);
      realm.close();
      const why =
        error instanceof ProtocolError ? error.message : `the gate failed: ${String(error)}`;
      toPage({ kind: 'violation', why });
    }
  });
  page.start();
  realm.start();
}
