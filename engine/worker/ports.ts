/**
 * @file The engine behind two ports, as a cell realm has it: the compiler's and the device worker's. Requests made without an
 * `await` between them travel in one message, in order.
 */
import type {
  CallRequest,
  CallTicket,
  CompileRequest,
  Connection,
  DeviceName,
  EngineFunction,
  HandlePart,
  HostArray,
  InspectRequest,
  SharedDefinition,
} from '../frontend/connection.ts';
import { DEVICE_NAMES } from '../frontend/connection.ts';
import { fail } from '../base/errors.ts';
import { ValueHandle } from '../frontend/handle.ts';
import { nominalId } from '../ir/graph.ts';
import {
  readError,
  type Asker,
  type CompilerToRealm,
  type DeviceAnswers,
  type DeviceRequest,
  type Question,
  type RealmToCompiler,
} from './messages.ts';
import type { ReportKind, ReportOf } from './protocol.ts';

/** One end of a port, by functions that were taken before a cell could replace them. */
export type PortEnd = {
  readonly post: (message: unknown) => void;
  readonly listen: (handler: (message: unknown) => void) => void;
};

/** What the runtime knows of the cell that runs. */
export type RealmContext = {
  /** The run that calls made now belong to; `null` between runs. */
  current(): { readonly run: number; readonly cell: string; readonly keepOld: boolean } | null;
  /** How many shared variables of this name the cell has made before. */
  ordinalOf(name: string): number;
};

type HandleSet = { readonly x: ValueHandle; readonly y: ValueHandle };

export type PortConnection = Connection & {
  /** Calls that the device has not answered. */
  waiting(): number;
  /** Settles when fewer calls wait. */
  room(): Promise<void>;
  /** A run was stopped: what it waits for rejects, and what it has asked is not begun. */
  endRun(run: number): void;
  dataset(name: string): Promise<{ readonly training: HandleSet; readonly test: HandleSet }>;
  /** Shows a graph in the panels. */
  inspect(request: InspectRequest): void;
};

/** Below so many waiting calls there is room again. */
const WAITING_LOW = 256;

/** Requests that are sent before the microtask comes: a loop that never awaits does not reach it. */
const BATCH_MAX = 64;

/** What waits for an answer. */
type Waiter = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly run: number | null;
  readonly isCall: boolean;
};

class PortEngine implements PortConnection {
  readonly #compiler: PortEnd;
  readonly #device: PortEnd;
  readonly #context: RealmContext;
  readonly #waiters = new Map<number, Waiter>();
  readonly #compiling = new Map<
    number,
    { resolve: () => void; reject: (error: unknown) => void }
  >();
  readonly #freed = { results: [] as number[], shared: [] as number[] };
  #outbox: DeviceRequest[] = [];
  #roomWanted: (() => void)[] = [];
  #requests = 0;
  #calls = 0;

  constructor(
    ports: { readonly compiler: PortEnd; readonly device: PortEnd },
    context: RealmContext,
  ) {
    this.#compiler = ports.compiler;
    this.#device = ports.device;
    this.#context = context;
    ports.compiler.listen((message) => this.#compiled(message as CompilerToRealm));
    ports.device.listen((message) => this.#answered(message as DeviceAnswers));
  }

  // Requests and answers.

  #post(request: DeviceRequest): void {
    if (this.#outbox.length === 0) queueMicrotask(() => this.#flush());
    this.#outbox.push(request);
    if (this.#outbox.length >= BATCH_MAX) this.#flush();
  }

  #flush(): void {
    if (this.#outbox.length === 0) return;
    const requests = this.#outbox;
    this.#outbox = [];
    this.#device.post(requests);
  }

  #ask<R>(question: Question): Promise<R> {
    const request = this.#requests++;
    const isCall = question.kind === 'call';
    const run = this.#context.current()?.run ?? null;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiters.set(request, { resolve, reject, run, isCall });
    });
    if (isCall) this.#calls++;
    this.#post({ ...question, request });
    return answer as Promise<R>;
  }

  #answered(answers: DeviceAnswers): void {
    for (const { request, value, error } of answers) {
      const waiter = this.#waiters.get(request);
      if (waiter === undefined) continue;
      this.#forget(request, waiter);
      if (error === undefined) waiter.resolve(value);
      else waiter.reject(readError(error));
    }
  }

  #forget(request: number, { isCall }: Waiter): void {
    this.#waiters.delete(request);
    if (isCall && --this.#calls <= WAITING_LOW) for (const go of this.#roomWanted.splice(0)) go();
  }

  waiting(): number {
    return this.#calls;
  }

  room(): Promise<void> {
    if (this.#calls <= WAITING_LOW) return Promise.resolve();
    return new Promise((resolve) => {
      this.#roomWanted.push(resolve);
    });
  }

  endRun(run: number): void {
    this.#post({ kind: 'endRun', run });
    for (const [request, waiter] of this.#waiters) {
      if (waiter.run !== run) continue;
      this.#forget(request, waiter);
      waiter.reject(new Error('The cell was stopped.'));
    }
  }

  #asker(): Asker {
    const current = this.#context.current();
    return current === null ? fail('stopped', 'a call') : { run: current.run, cell: current.cell };
  }

  // Shared variables and values.

  defineShared(definition: SharedDefinition): void {
    const current = this.#context.current();
    const { cell } = this.#asker();
    const ordinal = this.#context.ordinalOf(definition.name);
    const key = { cell, ordinal, attach: current?.keepOld === true };
    const value = plainValue(definition.value);
    this.#post({ kind: 'define', definition: { ...definition, value, key } });
  }

  readShared(id: number): Promise<HostArray> {
    return this.#ask({ kind: 'readShared', id, asker: this.#asker() });
  }

  writeShared(id: number, value: HostArray | HandlePart): void {
    this.#post({ kind: 'write', id, value: plainValue(value), asker: this.#asker() });
  }

  freeShared(id: number): void {
    this.#free('shared', id);
  }

  readResult(id: number): Promise<HostArray> {
    return this.#ask({ kind: 'readResult', id });
  }

  freeResult(id: number): void {
    this.#free('results', id);
  }

  /** Finalizers come many at a time. */
  #free(kind: 'results' | 'shared', id: number): void {
    const { results, shared } = this.#freed;
    if (results.length + shared.length === 0)
      setTimeout(() => {
        this.#post({ kind: 'free', results: results.splice(0), shared: shared.splice(0) });
      }, 0);
    this.#freed[kind].push(id);
  }

  readPart(part: HandlePart): Promise<HostArray> {
    return this.#ask({ kind: 'readPart', part });
  }

  async dataset(name: string) {
    type Held = { id: number; shape: readonly number[]; dtype: HostArray['dtype'] };
    type Sets = Record<'training' | 'test', { x: Held; y: Held }>;
    const sets = await this.#ask<Sets>({ kind: 'dataset', name });
    const handle = ({ id, shape, dtype }: Held) => ValueHandle.whole(id, shape, dtype);
    const handles = ({ x, y }: Sets['test']): HandleSet => ({ x: handle(x), y: handle(y) });
    return { training: handles(sets.training), test: handles(sets.test) };
  }

  devices(): Promise<readonly DeviceName[]> {
    return this.#ask({ kind: 'devices' });
  }

  setDevice(name: DeviceName): void {
    if (!DEVICE_NAMES.includes(name))
      fail('device_unknown', 'setDevice', name, DEVICE_NAMES.join(', '));
    this.#post({ kind: 'setDevice', name });
  }

  // Functions.

  compile(request: CompileRequest): EngineFunction {
    const fn = nominalId();
    const { cell } = this.#asker();
    // Its variables are on their way before it is.
    this.#flush();
    const ready = new Promise<void>((resolve, reject) => {
      this.#compiling.set(fn, { resolve, reject });
    });
    ready.catch(() => undefined);
    this.#toCompiler({ kind: 'compile', fn, cell, request });
    const resultCount = request.graph.outputs.length;
    const report = <K extends ReportKind>(what: K) =>
      this.#ask<ReportOf[K]>({ kind: 'report', fn, what });
    return {
      id: fn,
      ready,
      call: (call) => this.#call(fn, call, resultCount),
      graph: () => report('graph'),
      kernels: () => report('kernels'),
      memory: () => report('memory'),
      profile: () => report('profile'),
      free: () => this.#post({ kind: 'freeFunction', fn }),
    };
  }

  #toCompiler(message: RealmToCompiler): void {
    this.#compiler.post(message);
  }

  #compiled({ fn, error }: CompilerToRealm): void {
    const waiting = this.#compiling.get(fn);
    this.#compiling.delete(fn);
    if (error === null) waiting?.resolve();
    else waiting?.reject(readError(error));
  }

  #call(fn: number, request: CallRequest, resultCount: number): CallTicket {
    const results = Array.from({ length: resultCount }, () => nominalId());
    const inputs = request.inputs.map((input) =>
      // A batch is copied when it is sent, which may be after the caller has filled its array anew.
      input.kind === 'host' ? { kind: input.kind, value: ownValue(input.value) } : input,
    );
    const call = { inputs, count: request.count, collect: request.collect };
    const done = this.#ask<void>({ kind: 'call', fn, call, results, asker: this.#asker() });
    done.catch(() => undefined);
    return { results, done };
  }

  inspect(request: InspectRequest): void {
    this.#toCompiler({ kind: 'inspect', request });
  }
}

/** The fields that travel; an `NDArray` has methods. */
function plainValue(value: HostArray | HandlePart): HostArray | HandlePart {
  if (value.kind === 'part') return value;
  const { data, shape, dtype } = value;
  return { data, shape, dtype };
}

const ownValue = ({ data, shape, dtype }: HostArray): HostArray => ({
  data: data.slice(),
  shape,
  dtype,
});

export const connectPorts = (
  ports: { readonly compiler: PortEnd; readonly device: PortEnd },
  context: RealmContext,
): PortConnection => new PortEngine(ports, context);
