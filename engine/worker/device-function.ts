/**
 * @file A function of a session on the device side: the extents and the host scalars of each call, the plans that devices have
 * loaded, by those extents, and the calls themselves. What it has no plan for it asks of the compiler.
 */
import { assert, fail } from '../base/errors.ts';
import { PLANS_MAX } from '../base/limits.ts';
import { LruCache, signatureOf } from '../compile/cache.ts';
import type { CallInput, CallRequest } from '../frontend/connection.ts';
import { arrayOf } from '../ir/constant-data.ts';
import { withGraph, type Expr } from '../ir/graph.ts';
import type { ReferenceValue } from '../ir/op-def.ts';
import { sameShape, showShape, staticShape } from '../ir/types.ts';
import type { Device, DeviceBuffer } from '../runtime/device.ts';
import { bytesOf, LoadedExecutable, toDeviceBytes, type DeviceArray } from '../runtime/executor.ts';
import { InputBuffers } from '../runtime/input-buffers.ts';
import { ProfileLog } from '../runtime/profile.ts';
import {
  isHostLeaf,
  refreshResolution,
  resolveShapes,
  type CallFacts,
  type Resolution,
} from '../schedule/bind-shapes.ts';
import { checkDTypes, checkInputs, type InputValue } from './call-checks.ts';
import type { CallContext } from './call-context.ts';
import { interpretCalls, joinCollected, readArray } from './call-values.ts';
import type { Definition, PlanAnswer } from './compiler-link.ts';
import type { DeviceSession, StoredResult } from './device-session.ts';
import type { ReportKind, ReportOf } from './protocol.ts';

/** A call under way. */
type Call = {
  readonly device: Device;
  readonly request: CallRequest;
  readonly inputs: readonly InputValue[];
  readonly shapes: Map<Expr, readonly number[]>;
  readonly values: Map<Expr, number>;
  readonly context: CallContext;
};

/** A plan, and what a device has loaded of it. */
type LoadedPlan = { readonly answer: PlanAnswer; readonly loaded: LoadedExecutable };

export class DeviceFunction {
  readonly definition: Definition;
  readonly #session: DeviceSession;
  readonly #fn: number;
  readonly #position: ReadonlyMap<Expr, number>;
  readonly #plans = new LruCache<LoadedPlan>(PLANS_MAX, (plan) => plan.loaded.releaseBuffers());
  readonly #inputBuffers = new InputBuffers();
  readonly #resolutions = new LruCache<Resolution>(PLANS_MAX);
  readonly #profile = new ProfileLog();
  /** Devices that have every dtype that the function needs. */
  readonly #fitting = new WeakSet<Device>();
  #latest: readonly LoadedPlan[] = [];
  #callCount = 0;

  constructor(session: DeviceSession, fn: number, definition: Definition) {
    this.definition = definition;
    this.#session = session;
    this.#fn = fn;
    this.#position = new Map(definition.nodes.map((x, i) => [x, i]));
  }

  /** The store's id of a shared variable of the function. */
  #shared(id: number): number {
    return this.#session.sharedId(id);
  }

  // Calls.

  async call(request: CallRequest, context: CallContext): Promise<StoredResult[]> {
    const { options } = this.definition;
    const device = await this.#session.device(options.device);
    this.#callCount++;
    this.#checkDevice(device);
    const call = await this.#begin(device, request, context);
    const made =
      device.target === 'interpreter'
        ? await this.#interpretCalls(call)
        : await this.#runCalls(call);
    if (options.sync) await device.idle();
    return made;
  }

  /** @throws dtype_unsupported */
  #checkDevice(device: Device): void {
    if (this.#fitting.has(device)) return;
    const { lowered, scope } = this.definition;
    withGraph(scope, () => checkDTypes(lowered, device));
    this.#fitting.add(device);
  }

  /** Shapes and scalars of the inputs and of the shared variables. */
  async #begin(device: Device, request: CallRequest, context: CallContext): Promise<Call> {
    const { lowered, scope, shared, name } = this.definition;
    const leaves = lowered.graph.inputs;
    const inputs = request.inputs.map((input) => this.#inputValue(input));
    withGraph(scope, () => checkInputs(name, leaves, inputs));
    const shapes = new Map<Expr, readonly number[]>();
    const values = new Map<Expr, number>();
    for (const [i, leaf] of leaves.entries()) {
      const { host, array, shape } = inputs[i]!;
      shapes.set(leaf, shape);
      if (!isHostLeaf(leaf)) continue;
      const found = host ?? (await readArray(array!, this.#deviceOf(request.inputs[i]!)));
      values.set(leaf, found.data[0]!);
    }
    const { store } = this.#session;
    for (const { leaf, id } of shared) {
      const at = this.#shared(id);
      shapes.set(leaf, store.shapeOf(at));
      if (isHostLeaf(leaf))
        values.set(leaf, store.hostScalar(at) ?? (await store.read(at)).data[0]!);
    }
    return { device, request, inputs, shapes, values, context };
  }

  #inputValue(input: CallInput): InputValue {
    if (input.kind === 'host') return { host: input.value, array: null, shape: input.value.shape };
    if (input.kind === 'part') {
      const value = this.#session.partOf(input.part);
      return { host: value, array: null, shape: value.shape };
    }
    const result = this.#session.results.get(input.id);
    if (result === undefined)
      fail(
        'message_malformed',
        `the input of ${this.definition.name}`,
        'a result that is not freed',
      );
    if (result.kind === 'failed') throw result.error;
    if (result.kind === 'host')
      return { host: result.value, array: null, shape: result.value.shape };
    return { host: null, array: result.array, shape: result.array.shape };
  }

  #deviceOf(input: CallInput): Device {
    const result = input.kind === 'result' ? this.#session.results.get(input.id) : undefined;
    assert(result?.kind === 'device', 'an input that is on no device');
    return result.device;
  }

  async #runCalls(call: Call): Promise<StoredResult[]> {
    const { device, request, context } = call;
    const { options } = this.definition;
    const inputs = await this.#inputsOn(call);
    let outputs: readonly DeviceArray[] = [];
    let left = request.count;
    const collected: DeviceArray[][] = [];
    while (left > 0) {
      const { plans, resolution } = await this.#planFor(call);
      const plan = plans.at(-1)!;
      // A plan behind a read-back, or one that gives a variable another shape, is for one call; others share a submit while their extents stay the same.
      const isAlone = plans.length > 1 || this.#changesShapes(call, resolution);
      const count = isAlone ? 1 : Math.min(left, context.pace.callsMax);
      const hostScalars = this.#advance(call, plan, resolution, count);
      if (request.collect && hostScalars.length < left) this.#checkCollect(call, resolution);
      const shared = await this.#sharedOn(device, plan);
      const observer = context.observe(this.#fn, this.#callCount);
      const result = await plan.loaded.run({
        inputs,
        shared,
        hostScalars,
        profile: options.profile || observer.wantsTimes,
        collect: request.collect,
      });
      observer.submitted(result.times);
      this.#finish(call, result.replaced);
      if (result.times !== null) this.#profile.record(result.times, this.#callCount);
      for (const { buffer } of request.collect ? [] : outputs) device.release(buffer);
      outputs = result.outputs;
      if (request.collect) collected.push([...result.outputs]);
      left -= hostScalars.length;
      if (!options.keepBuffers) plan.loaded.releaseBuffers();
      await context.pace.after(device, hostScalars.length);
    }
    const final =
      request.collect && collected.length > 1 ? joinCollected(device, collected) : outputs;
    return final.map((array) => ({ kind: 'device', device, array }));
  }

  /** Outputs of several calls are stacked only where they keep their shapes. @throws collect_extents */
  #checkCollect(call: Call, { types }: Resolution): void {
    const { outputs } = this.definition.lowered.graph;
    const next = this.#resolve(call, call.values).types;
    for (const x of outputs) {
      const [before, after] = [types.get(x), next.get(x)].map((t) => showShape(t?.shape ?? [null]));
      if (before !== after) fail('collect_extents', this.definition.name, before!, after!);
    }
  }

  /** The plan for the extents at hand; segments that end in a read-back are run on the way. */
  async #planFor(call: Call): Promise<{ plans: readonly LoadedPlan[]; resolution: Resolution }> {
    const { device } = call;
    const known = new Map(call.values);
    const plans: LoadedPlan[] = [];
    for (;;) {
      const resolution = this.#resolve(call, known);
      const plan = await this.#load(call, resolution, known);
      plans.push(plan);
      if (plan.answer.pending.length === 0) {
        this.#latest = plans;
        return { plans, resolution };
      }
      const { outputs } = await plan.loaded.run({
        inputs: await this.#inputsOn(call),
        shared: await this.#sharedOn(device, plan),
        hostScalars: [this.#hostScalars(plan, resolution, known)],
        profile: false,
        collect: false,
      });
      for (const [i, at] of plan.answer.pending.entries()) {
        const value = await readArray(outputs[i]!, device);
        known.set(this.definition.nodes[at]!, value.data[0]!);
        device.release(outputs[i]!.buffer);
      }
    }
  }

  #resolve({ shapes }: Call, values: ReadonlyMap<Expr, number>): Resolution {
    const { lowered, scope } = this.definition;
    const facts: CallFacts = { shapes, values };
    const key = [...shapes.values()].map((s) => s.join()).join(';');
    const last = this.#resolutions.get(key);
    return withGraph(scope, () => {
      const refreshed = last === undefined ? null : refreshResolution(lowered, last, values);
      if (refreshed !== null) return refreshed;
      const resolution = resolveShapes(lowered, facts);
      this.#resolutions.set(key, resolution);
      return resolution;
    });
  }

  /** The plan of this signature, asked of the compiler where it is new. */
  async #load(
    { device, shapes }: Call,
    resolution: Resolution,
    values: ReadonlyMap<Expr, number>,
  ): Promise<LoadedPlan> {
    const { lowered, shared } = this.definition;
    const leaves = shared.map((s) => s.leaf);
    const key = `${device.name}|${signatureOf(lowered, leaves, shapes, resolution)}`;
    const found = this.#plans.get(key);
    if (found !== undefined && found.loaded.device === device) return found;
    assert(device.target !== 'interpreter', 'the reference needs no plan');
    const answer = await this.#session.compiler.plan({
      fn: this.#fn,
      device: device.name,
      target: device.target,
      limits: device.limits,
      shapes: [...lowered.graph.inputs, ...leaves].map((leaf) => shapes.get(leaf)!),
      values: [...values].map(([x, value]) => [this.#position.get(x)!, value]),
    });
    const plan = { answer, loaded: await LoadedExecutable.load(answer.executable, device) };
    this.#plans.set(key, plan);
    return plan;
  }

  /**
   * Host scalars of the next calls that share the plan, the host's own shared variables moved on by each: up to `count`, or
   * to the first whose extents are others.
   */
  #advance(
    call: Call,
    plan: LoadedPlan,
    first: Resolution,
    count: number,
  ): readonly (readonly number[])[] {
    const { lowered, nodes } = this.definition;
    const counters = lowered.graph.updates.filter((u) => lowered.hostable.has(u.value));
    const calls: number[][] = [];
    let resolution = first;
    while (calls.length < count) {
      const { host } = resolution;
      calls.push(plan.answer.hostScalars.map((at) => host.get(nodes[at]!)!));
      for (const { variable, value } of counters) call.values.set(variable, host.get(value)!);
      if (counters.length === 0) {
        while (calls.length < count) calls.push(calls[0]!);
      } else if (calls.length < count) {
        resolution = this.#resolve(call, call.values);
        // A refreshed resolution shares its types: other types are another plan.
        if (resolution.types !== first.types) break;
      }
    }
    return calls;
  }

  #changesShapes({ shapes }: Call, { types }: Resolution): boolean {
    return this.definition.lowered.graph.updates.some(
      ({ variable, value }) =>
        !sameShape(shapes.get(variable)!, staticShape(types.get(value)!.shape)),
    );
  }

  #hostScalars(
    { answer }: LoadedPlan,
    resolution: Resolution,
    values: ReadonlyMap<Expr, number>,
  ): number[] {
    const { nodes } = this.definition;
    return answer.hostScalars.map(
      (at) => resolution.host.get(nodes[at]!) ?? values.get(nodes[at]!)!,
    );
  }

  /** Tell the store what the calls changed. */
  #finish(call: Call, replaced: ReadonlyMap<number, DeviceArray>): void {
    const { device } = call;
    const { lowered, shared } = this.definition;
    const { store } = this.#session;
    for (const { variable, value } of lowered.graph.updates) {
      const index = shared.findIndex(({ leaf }) => leaf === variable);
      const id = this.#shared(shared[index]!.id);
      if (lowered.hostable.has(value)) {
        const data = arrayOf(variable.type.dtype, [call.values.get(variable)!]);
        store.write(id, { data, shape: [], dtype: variable.type.dtype });
      } else {
        store.changed(id, device, replaced.get(index));
        call.shapes.set(variable, store.shapeOf(id));
        call.values.delete(variable);
      }
    }
  }

  // Buffers.

  #inputsOn({ device, inputs, request, context }: Call): Promise<(DeviceBuffer | null)[]> {
    return Promise.all(
      inputs.map(async ({ host, array }, i) => {
        const source = request.inputs[i]!;
        if (array !== null && this.#deviceOf(source) === device) return array.buffer;
        const value = host ?? (await readArray(array!, this.#deviceOf(source)));
        const bytes = bytesOf(value.dtype, value.shape);
        const buffer = await this.#inputBuffers.at(i, device, bytes);
        context.uploading(bytes, () =>
          device.write(buffer, 0, toDeviceBytes(value.data, value.dtype)),
        );
        return buffer;
      }),
    );
  }

  /** Buffers of the shared variables that the plan's kernels touch. */
  #sharedOn(device: Device, { answer }: LoadedPlan): Promise<(DeviceBuffer | null)[]> {
    const used = new Set(
      answer.executable.values.flatMap(({ placement: p }) =>
        p.kind === 'shared' || p.kind === 'updated' ? [p.index] : [],
      ),
    );
    return Promise.all(
      this.definition.shared.map(async ({ id }, i) =>
        used.has(i) ? this.#session.store.on(device, this.#shared(id)) : null,
      ),
    );
  }

  // The reference.

  async #interpretCalls(call: Call): Promise<StoredResult[]> {
    const { request } = call;
    const { lowered, scope, shared } = this.definition;
    const { graph } = lowered;
    const { store } = this.#session;
    const given = new Map<Expr, ReferenceValue>();
    for (const [i, leaf] of graph.inputs.entries()) {
      const { host, array } = call.inputs[i]!;
      given.set(leaf, host ?? (await readArray(array!, this.#deviceOf(request.inputs[i]!))));
    }
    for (const { leaf, id } of shared) given.set(leaf, await store.read(this.#shared(id)));
    const { outputs, updated } = withGraph(scope, () => interpretCalls(graph, given, request));
    for (const [variable, value] of updated) {
      const { id } = shared.find(({ leaf }) => leaf === variable)!;
      store.write(this.#shared(id), value);
    }
    return outputs.map((value) => ({ kind: 'host', value }));
  }

  // What is known of it.

  /** Shared variables that a call reads, and those that it changes, by the front end's ids. */
  get access(): { readonly reads: readonly number[]; readonly writes: readonly number[] } {
    const { lowered, shared } = this.definition;
    const read = new Set(lowered.order);
    const written = new Set(lowered.graph.updates.map((u) => u.variable));
    const idsIn = (leaves: ReadonlySet<Expr>): number[] =>
      shared.filter(({ leaf }) => leaves.has(leaf)).map(({ id }) => id);
    return { reads: idsIn(read), writes: idsIn(written) };
  }

  report<K extends ReportKind>(what: K): Promise<ReportOf[K]> {
    if (what === 'profile') return this.#profile.events() as Promise<ReportOf[K]>;
    const plans = this.#latest.map(({ answer }) => answer.plan);
    return this.#session.compiler.report(this.#fn, what, plans) as Promise<ReportOf[K]>;
  }

  free(): void {
    this.#plans.clear();
    this.#inputBuffers.release();
    this.#session.compiler.free(this.#fn);
  }
}
