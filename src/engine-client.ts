/**
 * @file The only file that knows the workers. One engine a page: the device worker lives as long as the page, the compiler
 * worker is replaced when it does not answer, the realm of the cells when it was ended. What they report goes into
 * `store/run.ts`; what to run is for `cells/runner.ts`.
 */
import {
  functionKey,
  type AccessReport,
  type CompilerToPage,
  type DeviceName,
  type DeviceToPage,
  type PageToCompiler,
  type PageToDevice,
  type ReportKind,
  type ReportOf,
} from '../engine/worker/protocol.ts';
import type { Realm, RunOutcome, RunRequest } from './cells/realm-host.ts';
import type { Output } from './cells/outputs.ts';
import { addTimeline, putOutput, useRun } from './store/run.ts';
import {
  addFunction,
  addInspected,
  dropFunction,
  dropInspected,
  inspectedBy,
} from './store/subjects.ts';

/** The compiler is asked whether it lives, and ended when it does not answer in so long, ms. */
const COMPILER_ANSWER_MS = 300;

/** A realm that has not answered for so long is said to be silent, ms. */
const SILENT_MS = 1000;

/** What the runner hears. */
export type EngineListener = {
  /** A cell read or wrote shared variables. */
  accessed(report: AccessReport): void;
  /** The realm is gone, and with it all names and functions; values stay. */
  realmEnded(): void;
  /** A cell shows something, for the first time in a run or again. */
  displayed(cell: string, run: number): void;
};

type Answer = { readonly resolve: (value: never) => void; readonly reject: (error: Error) => void };

class EngineClient {
  readonly #device = new Worker(new URL('../engine/worker/device-main.ts', import.meta.url), {
    type: 'module',
    name: 'device',
  });
  readonly #listener: EngineListener;
  readonly #answers = new Map<number, Answer>();
  #compiler: Worker;
  #realm: Promise<Realm> | null = null;
  #realms = 0;
  #requests = 0;
  #pong: (() => void) | null = null;

  constructor(listener: EngineListener) {
    this.#listener = listener;
    this.#device.addEventListener('message', ({ data }: MessageEvent<DeviceToPage>) =>
      this.#fromDevice(data),
    );
    this.#toDevice({
      kind: 'base',
      url: new URL('./', document.baseURI).href,
      timeOrigin: performance.timeOrigin,
    });
    const forced = new URLSearchParams(location.search).get('device');
    if (forced === 'webgpu' || forced === 'wasm' || forced === 'reference')
      this.#toDevice({ kind: 'setDevice', name: forced });
    else this.#toDevice({ kind: 'facts' });
    this.#compiler = this.#startCompiler();
  }

  #toDevice(message: PageToDevice, port?: MessagePort): void {
    this.#device.postMessage(message, port === undefined ? [] : [port]);
  }

  // The compiler.

  #startCompiler(): Worker {
    const compiler = new Worker(new URL('../engine/worker/compiler-main.ts', import.meta.url), {
      type: 'module',
      name: 'compiler',
    });
    compiler.addEventListener('message', ({ data }: MessageEvent<CompilerToPage>) =>
      this.#fromCompiler(data),
    );
    const { port1, port2 } = new MessageChannel();
    const hello: PageToCompiler = { kind: 'device', timeOrigin: performance.timeOrigin };
    compiler.postMessage(hello, [port1]);
    this.#toDevice({ kind: 'compiler' }, port2);
    return compiler;
  }

  /** A compiler that is busy with what nobody waits for any more is replaced. */
  async #freeCompiler(): Promise<void> {
    const answered = new Promise<boolean>((resolve) => {
      this.#pong = () => resolve(true);
      setTimeout(() => resolve(false), COMPILER_ANSWER_MS);
    });
    this.#compiler.postMessage({ kind: 'ping', request: 0 } satisfies PageToCompiler);
    if (await answered) return;
    this.#compiler.terminate();
    this.#compiler = this.#startCompiler();
  }

  // The realm.

  async #startRealm(): Promise<Realm> {
    useRun.setState({ engine: { kind: 'starting' } });
    const realm = ++this.#realms;
    const [toCompiler, toDevice] = [new MessageChannel(), new MessageChannel()];
    const attach: PageToCompiler = { kind: 'realm', realm };
    this.#compiler.postMessage(attach, [toCompiler.port1]);
    this.#toDevice({ kind: 'realm', realm }, toDevice.port1);
    const { startRealm } = await import('./cells/realm-host.ts');
    const started = await startRealm({
      realm,
      compilerPort: toCompiler.port2,
      devicePort: toDevice.port2,
      onMessage: ({ cell, run, output }) => {
        this.#listener.displayed(cell, run);
        putOutput(cell, inPage(output, realm));
      },
      onViolation: () => this.#lose(realm),
      onSilent: (ms) => noteSilence(ms),
    });
    useRun.setState({ engine: { kind: 'ready' } });
    return started;
  }

  /** Runs a cell in the realm, which is started for the first. Never rejects. */
  async run(request: RunRequest): Promise<RunOutcome> {
    try {
      this.#realm ??= this.#startRealm();
      const realm = await this.#realm;
      const before = inspectedBy(request.cell);
      const outcome = await realm.run(request);
      dropInspected(before);
      if (outcome.kind === 'ended') this.#lose(realm.id);
      return outcome;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#realm = null;
      useRun.setState({ engine: { kind: 'failed', why } });
      return { kind: 'ended', why };
    }
  }

  async stop(run: number): Promise<void> {
    (await this.#realm)?.stop(run);
  }

  async setControl(name: string, value: number | string | boolean): Promise<void> {
    (await this.#realm)?.setControl(name, value);
  }

  /** Ends the realm: names and functions go, values stay. */
  async endRealm(): Promise<void> {
    const realm = await this.#realm?.catch(() => null);
    if (realm === null || realm === undefined) return;
    realm.end();
    this.#lose(realm.id);
  }

  #lose(realm: number): void {
    if (realm !== this.#realms || this.#realm === null) return;
    this.#realm = null;
    this.#compiler.postMessage({ kind: 'drop', realm } satisfies PageToCompiler);
    this.#toDevice({ kind: 'drop', realm });
    useRun.setState({ engine: { kind: 'off' }, functions: [], inspected: [] });
    void this.#freeCompiler();
    this.#listener.realmEnded();
  }

  // Values and devices.

  fresh(cell: string): void {
    this.#toDevice({ kind: 'fresh', cell });
  }

  forget(): void {
    this.#toDevice({ kind: 'forget' });
  }

  chooseDevice(name: DeviceName): void {
    this.#toDevice({ kind: 'setDevice', name });
  }

  report<K extends ReportKind>(fn: string, what: K): Promise<ReportOf[K]> {
    const request = this.#requests++;
    return new Promise((resolve, reject) => {
      this.#answers.set(request, { resolve, reject });
      this.#toDevice({ kind: 'report', request, fn, what });
    });
  }

  // Reports.

  #fromCompiler(message: CompilerToPage): void {
    switch (message.kind) {
      case 'pong':
        this.#pong?.();
        return;
      case 'violation':
        void this.#violated(message.realm, message.why);
        return;
      case 'function':
        if (message.realm === this.#realms) addFunction(message.summary);
        return;
      case 'freed':
        dropFunction(message.fn);
        return;
      case 'inspected':
        if (message.realm === this.#realms) addInspected(message.graph);
        return;
      case 'timeline':
        addTimeline(message.events);
    }
  }

  #fromDevice(message: DeviceToPage): void {
    switch (message.kind) {
      case 'facts':
        useRun.setState({ device: message.device, devices: message.devices });
        return;
      case 'violation':
        void this.#violated(message.realm, message.why);
        return;
      case 'access':
        this.#listener.accessed(message.report);
        return;
      case 'variables':
        useRun.setState({ variables: message.variables });
        return;
      case 'timeline':
        addTimeline(message.events);
        return;
      case 'lost':
        useRun.setState({
          engine: { kind: 'failed', why: `The device ${message.device} was lost: ${message.why}` },
        });
        return;
      case 'download':
        useRun.setState(({ downloads }) => {
          const { name, loaded, total } = message;
          const others = downloads.filter((d) => d.name !== name);
          return { downloads: loaded < total ? [...others, { name, loaded, total }] : others };
        });
        return;
      case 'reported':
        this.#answers.get(message.request)?.resolve(message.value as never);
        this.#answers.delete(message.request);
        return;
      case 'refused':
        this.#answers.get(message.request)?.reject(new Error(message.message));
        this.#answers.delete(message.request);
    }
  }

  async #violated(realm: number, why: string): Promise<void> {
    if (realm !== this.#realms) return;
    const held = await this.#realm;
    held?.end(why);
    this.#lose(realm);
  }
}

/** Functions and graphs are known in the page by their realm, too. */
function inPage(output: Output, realm: number): Output {
  const keyed = (id: string): string =>
    /^\d+$/.test(id) ? functionKey(realm, Number(id)) : `${realm}:${id}`;
  if (output.kind === 'panel') return { ...output, target: keyed(output.target) };
  if (output.kind === 'tensor' && output.graph !== null)
    return { ...output, graph: keyed(output.graph) };
  return output;
}

function noteSilence(ms: number): void {
  const { kind } = useRun.getState().engine;
  if (ms > SILENT_MS && kind === 'ready') useRun.setState({ engine: { kind: 'silent' } });
  else if (ms <= SILENT_MS && kind === 'silent') useRun.setState({ engine: { kind: 'ready' } });
}

/** The page's engine, started when it is first needed. */
let client: EngineClient | null = null;

/** The page's engine; `listener` hears of it from its start on. */
export function engine(listener: EngineListener): EngineClient {
  client ??= new EngineClient(listener);
  return client;
}

/** The page's engine where something has run; it is not started by asking. */
export const runningEngine = (): EngineClient | null => client;

/** What the engine knows of a function. Rejects with a message for people when it is gone. */
export function reportOf<K extends ReportKind>(fn: string, what: K): Promise<ReportOf[K]> {
  if (client === null) return Promise.reject(new Error('Nothing has run yet.'));
  return client.report(fn, what);
}

/** Where functions run from now on that name no device. */
export const chooseDevice = (name: DeviceName): void => client?.chooseDevice(name);
