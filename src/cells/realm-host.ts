/**
 * @file The page's side of a cell realm: starts the sandboxed frame and its gate, runs and stops cells in it, and ends it.
 * The only file that makes a frame. What a realm shows comes here through the gate alone.
 */
import { columnTableOf } from './columns.ts';
import type { CellError, ControlValue, NameSummary, Output } from './outputs.ts';
import type { ControlValues, GateToPage, PageToRealm, RunReport } from './protocol.ts';
import type { TranspiledCell } from './transpile.ts';

/** A run is asked to stop; what has not stopped after so long is ended with its realm. */
const STOP_POLITELY_MS = 300;

/** How often it is looked whether the gate still gives pulses, and how many looks in a row may see none: 2 s. */
const WATCH_MS = 500;
const WATCHES_WITHOUT_PULSE_MAX = 4;

/** A frame and its worker start in about 100 ms. */
const START_MS_MAX = 30_000;

/** What a cell is run with. */
export type RunRequest = {
  /** Larger than that of every earlier run of this realm. */
  readonly run: number;
  readonly cell: string;
  /** Made with `transpileOptionsFor` of `names.ts`. */
  readonly script: TranspiledCell;
  /** Shared variables attach to the values that are there; false when a person runs the cell. */
  readonly keepOld: boolean;
  /** What the notebook's inputs stand at, by their names. */
  readonly controls: ControlValues;
};

/** How a run went. Places are in the user's own text. */
export type RunOutcome =
  | { readonly kind: 'done'; readonly names: readonly NameSummary[] }
  | { readonly kind: 'failed'; readonly error: CellError }
  /** The realm lives. */
  | { readonly kind: 'stopped' }
  /** The realm is gone, because of a Stop that it did not answer or of something it did. */
  | { readonly kind: 'ended'; readonly why: string };

/** Something that a cell shows: to be added, or put where the output of the same id stands (`putOutput`). */
type RealmMessage = {
  readonly kind: 'display';
  readonly run: number;
  readonly cell: string;
  readonly output: Output;
};

export type RealmOptions = {
  readonly realm: number;
  /** Ports whose other ends the compiler and the device worker hold; they are given away. */
  readonly compilerPort: MessagePort;
  readonly devicePort: MessagePort;
  readonly onMessage: (message: RealmMessage) => void;
  /** The realm broke a rule, or its gate was silent for 2 s: it is ended already. */
  readonly onViolation: () => void;
  /** Four times a second: how long the realm has not answered, ms. Over 1,000 the page says so. */
  readonly onSilent: (ms: number) => void;
};

export type Realm = {
  readonly id: number;
  /** Runs a cell after those that were asked before. Never rejects. */
  run(request: RunRequest): Promise<RunOutcome>;
  /** Stops a run: by asking, then by ending the realm. Does nothing when it has ended. */
  stop(run: number): void;
  /** What cells that run later see of an input. */
  setControl(name: string, value: ControlValue): void;
  /** `why`: the rule that it broke, where it did. */
  end(why?: string): void;
};

/** A run that was asked for and has no outcome yet. */
type Pending = {
  readonly request: RunRequest;
  readonly settle: (outcome: RunOutcome) => void;
  started: boolean;
};

/** The outputs with an id of the latest run of a cell, as they stand. */
type Shown = { readonly cell: string; readonly outputs: Map<string, Output> };

/** Starts a realm. Rejects when its frame or its script does not start. */
export async function startRealm(options: RealmOptions): Promise<Realm> {
  const { realmScript, bootstrap, framePolicy } = await import('virtual:realm-script');
  const realm = new HostedRealm(options);
  await realm.start(realmScript, frameText(framePolicy, bootstrap));
  return realm;
}

/** Why `srcdoc`: a frame loaded from a file would need the isolation headers itself, and its opaque origin is outside the
 *  service worker. A `srcdoc` frame inherits the page's isolation and policy; its own policy then takes away all but the
 *  bootstrap and blob: scripts. */
const frameText = (policy: string, bootstrap: string): string =>
  `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}">` +
  `<script>${bootstrap}</script>`;

class HostedRealm implements Realm {
  readonly id: number;
  readonly #options: RealmOptions;
  readonly #gate = new Worker(new URL('./gate-main.ts', import.meta.url), { type: 'module' });
  readonly #frame = document.createElement('iframe');
  readonly #gatePort: MessagePort;
  readonly #queue: Pending[] = [];
  readonly #shown = new Map<number, Shown>();
  readonly #ready: Promise<void>;
  #answerReady: (why: string | null) => void = () => undefined;
  #watch: ReturnType<typeof setInterval> | null = null;
  #pulseSeen = true;
  #missed = 0;
  #endedWhy: string | null = null;

  constructor(options: RealmOptions) {
    this.id = options.realm;
    this.#options = options;
    const toPage = new MessageChannel();
    this.#gatePort = toPage.port2;
    this.#gatePort.addEventListener('message', ({ data }: MessageEvent<readonly GateToPage[]>) => {
      for (const message of data) this.#fromGate(message);
    });
    this.#gatePort.start();
    const toRealm = new MessageChannel();
    this.#gate.postMessage(null, [toRealm.port1, toPage.port1]);
    this.#realmPort = toRealm.port2;
    this.#ready = new Promise((resolve, reject) => {
      this.#answerReady = (why) => (why === null ? resolve() : reject(new Error(why)));
    });
  }
  readonly #realmPort: MessagePort;

  async start(script: string, srcdoc: string): Promise<void> {
    const late = setTimeout(
      () => this.#end(`The sandbox did not start in ${START_MS_MAX / 1000} s.`),
      START_MS_MAX,
    );
    this.#frame.setAttribute('sandbox', 'allow-scripts');
    this.#frame.title = 'Sandbox of the cells';
    this.#frame.hidden = true;
    this.#frame.srcdoc = srcdoc;
    const loaded = new Promise((resolve) => {
      this.#frame.addEventListener('load', resolve, { once: true });
    });
    document.body.append(this.#frame);
    await Promise.race([loaded, this.#ready]);
    const { compilerPort, devicePort } = this.#options;
    // '*' because an opaque origin has no name. The receiver is known: it is the frame just made.
    this.#frame.contentWindow?.postMessage(script, '*', [
      this.#realmPort,
      compilerPort,
      devicePort,
    ]);
    try {
      await this.#ready;
    } finally {
      clearTimeout(late);
    }
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
  }

  run(request: RunRequest): Promise<RunOutcome> {
    if (this.#endedWhy !== null) return Promise.resolve({ kind: 'ended', why: this.#endedWhy });
    return new Promise((settle) => {
      this.#queue.push({ request, settle, started: false });
      this.#next();
    });
  }

  stop(run: number): void {
    const at = this.#queue.findIndex(({ request }) => request.run === run);
    const pending = this.#queue[at];
    if (pending === undefined) return;
    if (!pending.started) {
      this.#queue.splice(at, 1);
      pending.settle({ kind: 'stopped' });
      return;
    }
    this.#send({ kind: 'stop', run });
    setTimeout(() => {
      if (this.#queue.includes(pending)) this.#end('The cell did not answer Stop.');
    }, STOP_POLITELY_MS);
  }

  setControl(name: string, value: ControlValue): void {
    if (this.#endedWhy === null) this.#send({ kind: 'control', name, value });
  }

  end(why?: string): void {
    this.#end(
      why === undefined
        ? 'The sandbox was ended.'
        : `The sandbox was ended: ${why.replace(/\.$/, '')}.`,
    );
  }

  #send(message: PageToRealm): void {
    this.#gatePort.postMessage(message, []);
  }

  #next(): void {
    const pending = this.#queue[0];
    if (pending === undefined || pending.started) return;
    pending.started = true;
    const { run, cell, script, keepOld, controls } = pending.request;
    for (const [old, shown] of this.#shown) if (shown.cell === cell) this.#shown.delete(old);
    this.#shown.set(run, { cell, outputs: new Map() });
    this.#send({
      kind: 'run',
      run,
      cell,
      script: script.script,
      parameters: script.parameters,
      declared: script.names.declared,
      columns: columnTableOf(script),
      keepOld,
      controls,
    });
  }

  #settle(run: number, outcome: RunOutcome): void {
    const pending = this.#queue[0];
    if (pending?.started !== true || pending.request.run !== run) return;
    this.#queue.shift();
    pending.settle(outcome);
    this.#next();
  }

  #fromGate(message: GateToPage): void {
    if (this.#endedWhy !== null) return;
    switch (message.kind) {
      case 'ready':
        this.#answerReady(null);
        return;
      case 'pulse':
        this.#pulseSeen = true;
        this.#options.onSilent(message.silentMs);
        return;
      case 'violation':
        this.#violated(message.why);
        return;
      default:
        this.#report(message);
    }
  }

  #report(report: RunReport): void {
    switch (report.kind) {
      case 'done':
        this.#settle(report.run, { kind: 'done', names: report.names });
        return;
      case 'failed':
        this.#settle(report.run, { kind: 'failed', error: report.error });
        return;
      case 'stopped':
        this.#settle(report.run, { kind: 'stopped' });
        return;
      default:
        this.#display(report);
    }
  }

  #display(report: RunReport & { readonly kind: 'display' | 'points' }): void {
    const { run } = report;
    const shown = this.#shown.get(run);
    if (shown === undefined) return;
    const output = report.kind === 'display' ? report.output : withPoints(shown, report);
    if (output === null) return;
    if ('id' in output) shown.outputs.set(output.id, output);
    this.#options.onMessage({ kind: 'display', run, cell: shown.cell, output });
  }

  /** A page in the background has few timers: looks are counted and not time, so that it does not end its realm. */
  #look(): void {
    this.#missed = this.#pulseSeen ? 0 : this.#missed + 1;
    this.#pulseSeen = false;
    if (this.#missed >= WATCHES_WITHOUT_PULSE_MAX)
      this.#violated('a message of the cell was too large to be read');
  }

  #violated(why: string): void {
    this.end(why);
    this.#options.onViolation();
  }

  #end(why: string): void {
    if (this.#endedWhy !== null) return;
    this.#endedWhy = why;
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#gatePort.close();
    this.#gate.terminate();
    // Ends the realm's worker, whatever it is doing, and every worker that a cell started in it.
    this.#frame.remove();
    this.#answerReady(why);
    for (const { settle } of this.#queue.splice(0)) settle({ kind: 'ended', why });
  }
}

/** The curve with more points; null where there is no such curve. */
function withPoints(
  { outputs }: Shown,
  { id, points }: RunReport & { readonly kind: 'points' },
): Output | null {
  const old = outputs.get(id);
  return old?.kind === 'curve' ? { ...old, points: [...old.points, ...points] } : null;
}
