/**
 * @file A realm's session in the device worker: reads its requests, asks the session, answers in batches; counts what waits,
 * ends runs that were stopped, and tells which cells read and write shared variables.
 */
import { fail } from '../base/errors.ts';
import { DEVICE_NAMES } from '../frontend/connection.ts';
import type { CallContext } from './call-context.ts';
import type { CompilerLink } from './compiler-link.ts';
import type { DeviceHost } from './device-host.ts';
import { DeviceSession } from './device-session.ts';
import type { HeldDataSet } from './device-worker.ts';
import {
  writeError,
  type Asker,
  type DeviceAnswers,
  type DeviceRequest,
  type Question,
} from './messages.ts';
import { SteadyPace } from './pace.ts';
import { functionKey, type AccessReport } from './protocol.ts';
import { readRequests } from './read-requests.ts';
import type { TimelineLog } from './timeline-log.ts';

/** Calls and reads that may wait: a realm's own runtime stops at a quarter of it. */
const WAITING_MAX = 4096;

/** What a session needs of the worker around it. */
export type RealmOwner = {
  readonly host: DeviceHost;
  readonly timeline: TimelineLog;
  accessed(report: AccessReport): void;
  variablesChanged(): void;
  dataSet(name: string): Promise<HeldDataSet>;
};

/** Variables that a run is known to read, and to write: each new one is told together with all before it. */
const ACCESSED_MAX = 500;

type Access = { readonly reads: Set<string>; readonly writes: Set<string> };

export class RealmSession {
  readonly session: DeviceSession;
  readonly #id: number;
  readonly #owner: RealmOwner;
  readonly #send: (answers: DeviceAnswers) => void;
  readonly #paces = new Map<number, SteadyPace>();
  readonly #accesses = new Map<number, Access>();
  readonly #endedRuns = new Set<number>();
  #answers: DeviceAnswers[number][] = [];
  #waiting = 0;

  constructor(
    id: number,
    owner: RealmOwner,
    compiler: CompilerLink,
    send: (answers: DeviceAnswers) => void,
  ) {
    this.#id = id;
    this.#owner = owner;
    this.#send = send;
    this.session = new DeviceSession(owner.host, compiler);
  }

  close(): Promise<void> {
    return this.session.close();
  }

  /** @throws message_malformed when no runtime of ours sends that */
  receive(message: unknown): void {
    for (const request of readRequests(message)) this.#take(request);
  }

  #take(request: DeviceRequest): void {
    if ('request' in request) {
      this.#answer(request);
      return;
    }
    const { session } = this;
    switch (request.kind) {
      case 'define':
        session.defineShared(request.definition);
        this.#owner.variablesChanged();
        return;
      case 'write':
        session.writeShared(request.id, request.value);
        void this.#note(request.asker, { reads: [], writes: [request.id] });
        return;
      case 'free':
        for (const id of request.results) session.freeResult(id);
        for (const id of request.shared) session.freeShared(id);
        return;
      case 'freeFunction':
        session.freeFunction(request.fn);
        return;
      case 'setDevice': {
        const name = DEVICE_NAMES.find((n) => n === request.name);
        if (name === undefined) fail('message_malformed', 'setDevice', 'a device');
        void session.enqueue(() => this.#owner.host.devices.choose(name));
        return;
      }
      case 'endRun':
        this.#endedRuns.add(request.run);
    }
  }

  #answer(question: Question & { readonly request: number }): void {
    if (++this.#waiting > WAITING_MAX)
      fail('message_malformed', 'a request', `at most ${WAITING_MAX} that wait`);
    const { request } = question;
    this.#valueOf(question).then(
      (value) => this.#reply({ request, value }),
      (error: unknown) => this.#reply({ request, error: writeError(error) }),
    );
  }

  /** Answers that are ready at the same time travel together. */
  #reply(answer: DeviceAnswers[number]): void {
    this.#waiting--;
    if (this.#answers.push(answer) > 1) return;
    queueMicrotask(() => {
      this.#send(this.#answers);
      this.#answers = [];
    });
  }

  #valueOf(question: Question): Promise<unknown> {
    const { session } = this;
    switch (question.kind) {
      case 'call':
        return this.#call(question);
      case 'readResult':
        return this.#timed('read a result', session.readResult(question.id));
      case 'readShared':
        void this.#note(question.asker, { reads: [question.id], writes: [] });
        return this.#timed('read a variable', session.readShared(question.id));
      case 'readPart':
        return session.enqueue(() => session.partOf(question.part));
      case 'dataset':
        return Promise.resolve().then(() => this.#owner.dataSet(question.name));
      case 'report':
        return session.report(question.fn, question.what);
      case 'devices':
        return this.#owner.host.devices.available();
    }
  }

  async #timed<R>(name: string, reading: Promise<R>): Promise<R> {
    const start = this.#owner.timeline.now();
    const value = await reading;
    this.#owner.timeline.done(start, { stage: 'readback', name });
    return value;
  }

  async #call({ fn, call, results, asker }: Question & { readonly kind: 'call' }): Promise<null> {
    const checkStopped = (): void => {
      if (this.#endedRuns.has(asker.run)) fail('stopped', 'a call');
    };
    await this.session.call(fn, call, results, this.#context(fn, asker, checkStopped));
    void this.session
      .accessOf(fn)
      .then((access) => this.#note(asker, access))
      .catch(() => undefined);
    return null;
  }

  #context(fn: number, { cell }: Asker, checkStopped: () => void): CallContext {
    const { timeline } = this.#owner;
    let pace = this.#paces.get(fn);
    if (pace === undefined) {
      pace = new SteadyPace();
      this.#paces.set(fn, pace);
    }
    const key = functionKey(this.#id, fn);
    return {
      checkStopped,
      pace: pace.for(checkStopped),
      observe: (_, call) => timeline.observe(key, call, cell),
      uploading: (bytes, write) => {
        const start = timeline.now();
        write();
        timeline.done(start, { stage: 'upload', name: 'upload inputs', fn: key, cell, bytes });
      },
    };
  }

  /** Tells when a run reads or writes a variable that it did not before. */
  async #note(
    { run, cell }: Asker,
    { reads, writes }: { readonly reads: readonly number[]; readonly writes: readonly number[] },
  ): Promise<void> {
    await this.session.enqueue(() => undefined);
    const known = this.#accesses.get(run) ?? { reads: new Set(), writes: new Set() };
    this.#accesses.set(run, known);
    const before = known.reads.size + known.writes.size;
    addSome(known.reads, this.#keysOf(reads));
    addSome(known.writes, this.#keysOf(writes));
    if (writes.length > 0) this.#owner.variablesChanged();
    if (known.reads.size + known.writes.size > before)
      this.#owner.accessed({ cell, reads: [...known.reads], writes: [...known.writes] });
  }

  #keysOf(ids: readonly number[]): readonly string[] {
    return ids.flatMap((id) => this.session.sharedKey(id) ?? []);
  }
}

function addSome(known: Set<string>, keys: readonly string[]): void {
  for (const key of keys) if (known.size < ACCESSED_MAX) known.add(key);
}
