/**
 * @file The device worker: devices and values that outlive realms, and a session for each realm. It owns every buffer, plans
 * nothing, and is never ended. What a realm sends is read as a stranger's.
 */
import { assert } from '../base/errors.ts';
import { OPS_BY_NAME } from '../catalogue/ops.ts';
import { DEVICE_NAMES, type HostArray } from '../frontend/connection.ts';
import { checkDataSet, pageReader, readDataSet } from '../frontend/dataset.ts';
import type { NDArray } from '../frontend/nd-array.ts';
import { GraphScope, rootsOf, withGraph, withRoots } from '../ir/graph.ts';
import { readGraph } from '../ir/serialize.ts';
import { lowerGraph } from '../schedule/bind-shapes.ts';
import { sharedLeaf } from './call-checks.ts';
import type { CompilerLink, Definition } from './compiler-link.ts';
import { listenTo, type Port } from './compiler-worker.ts';
import { DeviceHost } from './device-host.ts';
import {
  readError,
  writeError,
  type CompilerToDevice,
  type DeviceAnswers,
  type DeviceToCompiler,
} from './messages.ts';
import type { AccessReport, DeviceToPage, PageToDevice } from './protocol.ts';
import { RealmSession, type RealmOwner } from './realm-session.ts';
import { TimelineLog } from './timeline-log.ts';

/** The list of variables is told at most so often, ms. */
const VARIABLES_MS = 200;

/** A data set that is held: what its handles are. */
export type HeldArray = {
  readonly id: number;
  readonly dtype: HostArray['dtype'];
  readonly shape: readonly number[];
};
export type HeldDataSet = {
  readonly [part in 'training' | 'test']: { readonly x: HeldArray; readonly y: HeldArray };
};

export class DeviceWorker implements RealmOwner {
  readonly host: DeviceHost;
  readonly timeline: TimelineLog;
  readonly #tell: (message: DeviceToPage) => void;
  readonly #realms = new Map<number, RealmSession>();
  readonly #dataSets = new Map<string, Promise<HeldDataSet>>();
  readonly #answers = new Map<
    number,
    { readonly resolve: (value: never) => void; readonly reject: (error: Error) => void }
  >();
  #compiler: Port | null = null;
  #requests = 0;
  #base = '';
  #variablesTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(tell: (message: DeviceToPage) => void) {
    this.#tell = tell;
    this.timeline = new TimelineLog((events) => tell({ kind: 'timeline', events }));
    this.host = new DeviceHost((device, why) => {
      const name = DEVICE_NAMES.find((n) => n === device);
      if (name !== undefined) tell({ kind: 'lost', device: name, why });
    });
  }

  fromPage(message: PageToDevice, port: Port | undefined): void {
    switch (message.kind) {
      case 'compiler':
        this.#connectCompiler(port!);
        return;
      case 'realm':
        this.#attach(message.realm, port!);
        return;
      case 'drop':
        this.#drop(message.realm);
        return;
      case 'fresh':
        this.host.store.forgetKeys(message.cell);
        this.variablesChanged();
        return;
      case 'forget':
        this.host.store.forgetKeys(null);
        this.variablesChanged();
        return;
      case 'setDevice':
        this.host.devices.choose(message.name);
        void this.#tellFacts();
        return;
      case 'facts':
        void this.#tellFacts();
        return;
      case 'base':
        this.#base = message.url;
        this.timeline.setOrigin(message.timeOrigin);
        return;
      case 'report':
        void this.#report(message);
    }
  }

  async #tellFacts(): Promise<void> {
    const [device, devices] = await Promise.all([
      this.host.devices.get(null),
      this.host.devices.available(),
    ]);
    this.#tell({ kind: 'facts', device: { name: device.name, ...device.facts }, devices });
  }

  async #report({ request, fn, what }: PageToDevice & { readonly kind: 'report' }): Promise<void> {
    const [realm, id] = fn.split(':').map(Number);
    try {
      const session = this.#realms.get(realm!);
      if (session === undefined) throw new Error('The function is gone: its cells were restarted.');
      const value = await session.session.report(id!, what);
      this.#tell({ kind: 'reported', request, value });
    } catch (error) {
      this.#tell({ kind: 'refused', request, message: writeError(error).message });
    }
  }

  // Realms.

  #attach(id: number, port: Port): void {
    const realm = new RealmSession(id, this, this.#linkFor(id), (answers: DeviceAnswers) =>
      port.postMessage(answers),
    );
    this.#realms.set(id, realm);
    listenTo(port, (message) => {
      try {
        realm.receive(message);
      } catch (error) {
        port.close();
        this.#drop(id);
        this.#tell({ kind: 'violation', realm: id, why: writeError(error).message });
      }
    });
  }

  #drop(id: number): void {
    const realm = this.#realms.get(id);
    this.#realms.delete(id);
    void realm?.close();
  }

  accessed(report: AccessReport): void {
    this.#tell({ kind: 'access', report });
  }

  variablesChanged(): void {
    if (this.#variablesTimer !== null) return;
    this.#variablesTimer = setTimeout(() => {
      this.#variablesTimer = null;
      this.#tell({ kind: 'variables', variables: this.host.store.summaries() });
    }, VARIABLES_MS);
  }

  /** A data set, fetched once; its values stay here. @throws dataset_unknown, dataset_missing */
  dataSet(name: string): Promise<HeldDataSet> {
    checkDataSet(name);
    const known = this.#dataSets.get(name);
    if (known !== undefined) return known;
    const made = readDataSet(
      name,
      () => pageReader(name, this.#base),
      (loaded, total) => this.#tell({ kind: 'download', name, loaded, total }),
    ).then(({ training, test }) => ({
      training: { x: this.#hold(training.x), y: this.#hold(training.y) },
      test: { x: this.#hold(test.x), y: this.#hold(test.y) },
    }));
    made.catch(() => this.#dataSets.delete(name));
    this.#dataSets.set(name, made);
    return made;
  }

  #hold({ data, shape, dtype }: NDArray): HeldArray {
    return { id: this.host.hold({ data, shape, dtype }), shape, dtype };
  }

  // The compiler.

  #connectCompiler(port: Port): void {
    this.#compiler = port;
    // What an earlier one was asked will never be answered.
    for (const { reject } of this.#answers.values())
      reject(new Error('The compilation was stopped.'));
    this.#answers.clear();
    listenTo(port, (message) => this.#fromCompiler(message as CompilerToDevice));
  }

  #toCompiler(message: DeviceToCompiler): void {
    assert(this.#compiler !== null, 'no compiler is connected');
    this.#compiler.postMessage(message);
  }

  #ask<R>(message: (request: number) => DeviceToCompiler): Promise<R> {
    const request = this.#requests++;
    return new Promise<R>((resolve, reject) => {
      this.#answers.set(request, { resolve, reject });
      this.#toCompiler(message(request));
    });
  }

  #linkFor(realm: number): CompilerLink {
    return {
      plan: (query) => this.#ask((request) => ({ kind: 'plan', request, realm, query })),
      report: (fn, what, plans) =>
        this.#ask((request) => ({ kind: 'report', request, realm, fn, what, plans })),
      free: (fn) => this.#toCompiler({ kind: 'free', realm, fn }),
    };
  }

  #fromCompiler(message: CompilerToDevice): void {
    if (message.kind === 'answer') {
      const waiting = this.#answers.get(message.request);
      this.#answers.delete(message.request);
      if (message.error === null) waiting?.resolve(message.value as never);
      else waiting?.reject(readError(message.error));
      return;
    }
    const { realm, fn } = message;
    const session = this.#realms.get(realm)?.session;
    if (message.kind === 'refuse') {
      session?.refuse(fn, readError(message.error));
      return;
    }
    // Variables that the realm defined before it compiled may still be on their way, on the other port.
    void session
      ?.whenShared(message.shared.map(([, id]) => id))
      .then(() => session.define(fn, definitionOf(message)))
      .then(
        () => this.#toCompiler({ kind: 'defined', realm, fn, error: null }),
        (error: unknown) =>
          this.#toCompiler({ kind: 'defined', realm, fn, error: writeError(error) }),
      );
  }
}

/** The function of the compiler's message, its nodes made again here. */
function definitionOf(message: CompilerToDevice & { readonly kind: 'define' }): Definition {
  const scope = new GraphScope();
  return withGraph(scope, () => {
    const { graph, nodes } = readGraph(message.graph, OPS_BY_NAME, scope);
    const lowered = lowerGraph(withRoots(graph, 'optimized', rootsOf(graph)));
    const shared = message.shared.map(([at, id]) => ({ leaf: sharedLeaf(nodes[at]), id }));
    return { name: message.name, lowered, scope, nodes, shared, options: message.options };
  });
}
