/**
 * @file The cell realm's runtime: a classic worker script that runs cells, traces graphs with the engine's front end, and
 * talks to the gate, the compiler and the device over three ports.
 */
import { ArignoteError } from '../../../engine/base/errors.ts';
import {
  disconnectedGrad,
  gradClip,
  gradScale,
  lop,
  rop,
  zeroGrad,
} from '../../../engine/frontend/derivatives.ts';
import { connect, devices, setDevice } from '../../../engine/frontend/engine.ts';
import { installEval } from '../../../engine/frontend/evaluate.ts';
import { compile } from '../../../engine/frontend/function.ts';
import { NDArray } from '../../../engine/frontend/nd-array.ts';
import { T } from '../../../engine/frontend/operations.ts';
import { findPositionsWith } from '../../../engine/frontend/position.ts';
import { debugPrint, latex, pp } from '../../../engine/frontend/printing.ts';
import { seeReadsWith } from '../../../engine/frontend/result.ts';
import { shared, SharedVariable } from '../../../engine/frontend/shared.ts';
import { isTensor, Tensor } from '../../../engine/frontend/tensor.ts';
import { connectPorts, type PortConnection } from '../../../engine/worker/ports.ts';
import { CELL_ENTRY, type RealmName } from '../names.ts';
import { makeOperators } from '../operators.ts';
import type { ControlValue } from '../outputs.ts';
import {
  MESSAGE_LIMITS,
  readRealmMessage,
  type GateToRealm,
  type RealmToGate,
  type RunMessage,
} from '../protocol.ts';
import { OUTPUT_LIMITS } from '../read-output.ts';
import { installGlobals } from './globals.ts';
import { inspectRoots, showGradients, type Inspection } from './inspect.ts';
import { notebookFunctions, showValue, type ControlMaker } from './notebook.ts';
import { tellNaN } from './not-a-number.ts';
import { currentPlace, keepDeepStacks, noteColumns, placeInStack } from './positions.ts';
import { Run, Stopped } from './run.ts';
import { endOf, runScript } from './taken.ts';
import { makeTurn } from './turn.ts';
import { summaryOf } from './values.ts';

/** What a cell's script hands over: the cell as a function, which gives an object of the names that it declares. */
type CellBody = (...names: readonly unknown[]) => Promise<Readonly<Record<string, unknown>>>;

/** `compile` for a function that has the name of its variable where it is given no other. */
const compileAs =
  (name: string): typeof compile =>
  (inputs, outputs, options) =>
    compile(inputs, outputs, { name, ...options });

class Realm {
  readonly #toGate: (message: RealmToGate) => void;
  readonly #connection: PortConnection;
  readonly #library: Readonly<Record<RealmName, unknown>>;
  /** Which object has each name that a cell declared. */
  readonly #declared = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #controls = new Map<string, ControlValue>();
  /** The run that calls belong to; the last one until another begins, or until it is stopped. */
  #current: Run | null = null;

  constructor([gate, compiler, device]: readonly MessagePort[]) {
    const gateEnd = endOf(gate!);
    this.#toGate = (message) => gateEnd.post(message);
    this.#connection = connectPorts(
      { compiler: endOf(compiler!), device: endOf(device!) },
      {
        current: () => {
          if (this.#current === null) return null;
          const { run, cell, keepOld } = this.#current.message;
          return { run, cell, keepOld };
        },
        ordinalOf: (name) => this.#run().ordinalOf('shared', name),
      },
    );
    connect(() => this.#connection);
    this.#library = this.#makeLibrary();
    seeReadsWith((value, output) => tellNaN(this.#current, value, output));
    installGlobals({ run: () => this.#current, failed: (error) => this.#failLate(error) });
    gateEnd.listen((message) => this.#fromGate(message as GateToRealm));
    this.#toGate({ kind: 'ready' });
  }

  #run(): Run {
    if (this.#current === null) throw new Stopped();
    return this.#current;
  }

  #makeLibrary(): Readonly<Record<RealmName, unknown>> {
    const host = {
      run: () => this.#run(),
      inspect: (inspection: Inspection) => inspectRoots(this.#connection, this.#run(), inspection),
    };
    this.#show = (value) => showValue(host, value, {});
    const functions = notebookFunctions(host);
    return {
      ArignoteError,
      NDArray,
      SharedVariable,
      T,
      Tensor,
      compile,
      dataset: (name: string) => this.#connection.dataset(name),
      debugPrint,
      devices,
      disconnectedGrad,
      gradClip,
      gradScale,
      latex,
      lop,
      pp,
      rop,
      setDevice,
      shared,
      zeroGrad,
      ...(functions as typeof functions &
        Readonly<Record<'slider' | 'select' | 'checkbox' | 'button', unknown>>),
    };
  }
  #show: (value: unknown) => void = () => undefined;

  #fromGate(message: GateToRealm): void {
    switch (message.kind) {
      case 'ping':
        this.#toGate({ kind: 'pong' });
        return;
      case 'run':
        void this.#runCell(message);
        return;
      case 'control':
        this.#controls.set(message.name, message.value);
        return;
      case 'stop':
        if (this.#current?.message.run === message.run) this.#current.stop();
    }
  }

  async #runCell(message: RunMessage): Promise<void> {
    const controls = { ...message.controls, ...Object.fromEntries(this.#controls) };
    const run = new Run({ ...message, controls }, this.#toGate);
    this.#current = run;
    noteColumns(message.cell, message.columns);
    try {
      const made = await Promise.race([this.#bodyOf(run), run.stopping]);
      await Promise.race([run.finish(), run.stopping]);
      showGradients(this.#connection, run);
      for (const name of message.declared) this.#declared.set(name, made);
      const names = message.declared
        .slice(0, MESSAGE_LIMITS.names)
        .map((name) => summaryOf(name, valueOf(made, name)));
      // Read as the gate will: what it would refuse is this cell's failure, not the end of the realm.
      this.#toGate(readRealmMessage({ kind: 'done', run: message.run, names }));
    } catch (error) {
      this.#end(run, error);
    }
  }

  #end(run: Run, error: unknown): void {
    const wasStopped = run.isStopped || error instanceof Stopped;
    if (!run.isStopped) run.stop();
    this.#connection.endRun(run.message.run);
    if (this.#current === run) this.#current = null;
    if (wasStopped) this.#toGate({ kind: 'stopped', run: run.message.run });
    else this.#toGate({ kind: 'failed', run: run.message.run, error: cellErrorOf(run, error) });
  }

  /** A promise of the cell rejected and nobody looked. */
  #failLate(error: unknown): void {
    const run = this.#current;
    if (run === null || error instanceof Stopped || run.isStopped) return;
    const { message } = cellErrorOf(run, error);
    run.show({ kind: 'text', text: message, tone: 'error' });
  }

  #bodyOf(run: Run): Promise<Readonly<Record<string, unknown>>> {
    const { script, parameters } = run.message;
    let body: CellBody | null = null;
    Object.defineProperty(globalThis, CELL_ENTRY, {
      value: (given: CellBody) => (body = given),
      configurable: true,
    });
    try {
      runScript(script);
    } finally {
      Reflect.deleteProperty(globalThis, CELL_ENTRY);
    }
    const values = parameters.map((name) => this.#valueFor(name));
    return (body as CellBody | null)!(this.#helperOf(run), ...values);
  }

  #valueFor(name: string): unknown {
    if (Object.hasOwn(this.#library, name)) return this.#library[name as RealmName];
    const made = this.#declared.get(name);
    return made === undefined ? undefined : valueOf(made, name);
  }

  /** What `$` of a cell stands for. */
  #helperOf(run: Run): object {
    const library = {
      isTensor,
      call: (name: string, ...args: readonly unknown[]) =>
        (T as unknown as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>)[name]!(
          ...args,
        ),
    };
    return {
      ...makeOperators(library, makeTurn(run, this.#connection)),
      named: (name: string, make: unknown) =>
        make === compile
          ? compileAs(name)
          : (options = {}) => (make as ControlMaker)(options, name),
      result: (value: unknown) => {
        if (value !== undefined) this.#show(value);
      },
    };
  }
}

/** A name that a cell declares but did not reach has no value. */
function valueOf(made: Readonly<Record<string, unknown>>, name: string): unknown {
  try {
    return made[name];
  } catch {
    return undefined;
  }
}

function cellErrorOf(run: Run, error: unknown) {
  let message = 'The cell threw a value that cannot be shown.';
  let code = 'Error';
  let place = null;
  try {
    const isError = error instanceof Error;
    // A program may put anything there.
    const { message: said, name } = (isError ? error : {}) as Readonly<Record<string, unknown>>;
    message = isError ? String(said) : `The cell threw ${String(error)}.`;
    code = error instanceof ArignoteError ? error.code : isError ? String(name) : 'thrown';
    place = placeInStack(isError ? error.stack : undefined);
  } catch {
    // The thrown value's own getters threw.
  }
  return {
    cell: place?.source ?? run.message.cell,
    line: place?.line ?? null,
    column: place?.column ?? null,
    code: code.slice(0, OUTPUT_LIMITS.codeLength),
    message: message.slice(0, OUTPUT_LIMITS.errorLength),
  };
}

keepDeepStacks();
findPositionsWith(currentPlace);
installEval();

self.addEventListener('message', ({ ports }) => void new Realm(ports), { once: true });
