/**
 * @file The compiler worker: a `Compiler` for each realm, between the realm's port, the device worker's and the page. It can be
 * ended in the middle of a compilation; what it made goes with it.
 */
import { Allowance } from '../base/allowance.ts';
import { ArignoteError } from '../base/errors.ts';
import { rootsOf, topoSort, type Graph, type Stage } from '../ir/graph.ts';
import { writeGraph } from '../ir/serialize.ts';
import { Compiler } from './compiler.ts';
import { inspectGraph } from './inspect.ts';
import {
  writeError,
  type CompilerToDevice,
  type CompilerToRealm,
  type DeviceToCompiler,
  type ErrorMessage,
  type RealmToCompiler,
} from './messages.ts';
import { functionKey, type CompilerToPage, type PageToCompiler } from './protocol.ts';
import { readCompilerRequest } from './read-requests.ts';
import { TimelineLog } from './timeline-log.ts';

/** A port, of a browser or of Node. */
export type Port = Pick<MessagePort, 'postMessage' | 'close' | 'addEventListener' | 'start'>;

/** Hear what comes at a port. */
export function listenTo(port: Port, hear: (message: unknown) => void): void {
  port.addEventListener('message', ({ data }) => hear(data as unknown));
  port.start();
}

type Realm = { readonly compiler: Compiler; readonly port: Port };

/** Functions and inspected graphs that a realm may ask for: a slider that is dragged makes some at each step. */
const REQUESTS = { burst: 10_000, perSecond: 200 };

export class CompilerWorker {
  readonly #realms = new Map<number, Realm>();
  readonly #tell: (message: CompilerToPage) => void;
  readonly #timeline = new TimelineLog((events) => this.#tell({ kind: 'timeline', events }));
  #device: Port | null = null;

  constructor(tell: (message: CompilerToPage) => void) {
    this.#tell = tell;
  }

  fromPage(message: PageToCompiler, port: Port | undefined): void {
    switch (message.kind) {
      case 'device':
        this.#device = port!;
        this.#timeline.setOrigin(message.timeOrigin);
        listenTo(port!, (data) => void this.#fromDevice(data as DeviceToCompiler));
        return;
      case 'realm':
        this.#attach(message.realm, port!);
        return;
      case 'drop':
        this.#realms.get(message.realm)?.port.close();
        this.#realms.delete(message.realm);
        return;
      case 'ping':
        this.#tell({ kind: 'pong', request: message.request });
    }
  }

  #attach(id: number, port: Port): void {
    const realm: Realm = { compiler: new Compiler(), port };
    this.#realms.set(id, realm);
    const allowance = new Allowance(REQUESTS);
    listenTo(port, (request) => {
      try {
        if (!allowance.take()) throw new Error('too many functions');
        this.#fromRealm(id, realm, readCompilerRequest(request));
      } catch (error) {
        this.#realms.delete(id);
        port.close();
        this.#tell({ kind: 'violation', realm: id, why: writeError(error).message });
      }
    });
  }

  #toDevice(message: CompilerToDevice): void {
    this.#device?.postMessage(message);
  }

  /** @throws where the message is none of a runtime; a graph that is refused is told to the realm. */
  #fromRealm(id: number, realm: Realm, message: RealmToCompiler): void {
    if (message.kind === 'inspect') {
      const graph = inspectGraph(message.request, `${id}:`);
      this.#tell({ kind: 'inspected', realm: id, graph });
      return;
    }
    const { fn, cell, request } = message;
    const start = this.#timeline.now();
    try {
      const definition = realm.compiler.compile(fn, request);
      const { name, lowered, scope, nodes, shared, options } = definition;
      const position = new Map(nodes.map((x, i) => [x, i]));
      this.#timeline.done(start, { stage: 'rewrite', name, cell, fn: functionKey(id, fn) });
      this.#summarize({ realm: id, fn, cell, start }, realm.compiler, request.place?.line ?? null);
      this.#toDevice({
        kind: 'define',
        realm: id,
        fn,
        name,
        graph: writeGraph(lowered.graph, scope),
        shared: shared.map((s) => [position.get(s.leaf)!, s.id]),
        options,
      });
    } catch (error) {
      // No front end writes such a message.
      if (error instanceof ArignoteError && error.code === 'message_malformed') throw error;
      this.#toDevice({ kind: 'refuse', realm: id, fn, error: writeError(error) });
      this.#answer(realm, fn, writeError(error));
    }
  }

  #summarize(
    at: {
      readonly realm: number;
      readonly fn: number;
      readonly cell: string;
      readonly start: number;
    },
    compiler: Compiler,
    line: number | null,
  ): void {
    const { traced, optimized, definition } = compiler.summaryOf(at.fn);
    this.#tell({
      kind: 'function',
      realm: at.realm,
      summary: {
        fn: functionKey(at.realm, at.fn),
        name: definition.name,
        cell: at.cell,
        line,
        tracedCount: nodeCount(traced),
        optimizedCount: nodeCount(optimized.graph),
        stepCount: optimized.steps.length,
        milliseconds: (this.#timeline.now() - at.start) / 1000,
      },
    });
  }

  #answer({ port }: Realm, fn: number, error: ErrorMessage | null): void {
    const message: CompilerToRealm = { kind: 'compiled', fn, error };
    port.postMessage(message);
  }

  async #fromDevice(message: DeviceToCompiler): Promise<void> {
    const realm = this.#realms.get(message.realm);
    if (message.kind === 'defined') {
      if (realm !== undefined) this.#answer(realm, message.fn, message.error);
      return;
    }
    if (message.kind === 'free') {
      realm?.compiler.free(message.fn);
      this.#tell({ kind: 'freed', fn: functionKey(message.realm, message.fn) });
      return;
    }
    const { request } = message;
    try {
      if (realm === undefined) throw new Error('the realm of the function is gone');
      if (message.kind === 'report') {
        const value = await realm.compiler.report(message.fn, message.what, message.plans);
        this.#toDevice({ kind: 'answer', request, value, error: null });
        return;
      }
      const start = this.#timeline.now();
      const { query } = message;
      const value = realm.compiler.plan(query);
      const fn = functionKey(message.realm, query.fn);
      this.#timeline.done(start, { stage: 'codegen', name: 'schedule and emit', fn });
      this.#toDevice({ kind: 'answer', request, value, error: null });
    } catch (error) {
      this.#toDevice({ kind: 'answer', request, value: null, error: writeError(error) });
    }
  }
}

function nodeCount(graph: Graph<Stage>): number {
  return topoSort(rootsOf(graph)).length;
}
