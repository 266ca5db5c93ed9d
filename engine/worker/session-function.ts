/** @file A compiled function of a session: its plans by the extents of the call, and the calls themselves. */
import { assert, fail } from '../base/errors.ts';
import { PLANS_MAX } from '../base/limits.ts';
import { OPS_BY_NAME } from '../catalogue/ops.ts';
import { LruCache, signatureOf } from '../compile/cache.ts';
import { optimizeGraph, planSegment, type Optimized, type Plan } from '../compile/pipeline.ts';
import type {
  CallInput,
  CallRequest,
  CompileRequest,
  GraphReport,
  KernelReport,
  MemoryReport,
  ProfileEvent,
} from '../frontend/connection.ts';
import { GraphScope, withGraph, type Expr, type Graph } from '../ir/graph.ts';
import { arrayOf } from '../ir/constant-data.ts';
import type { ReferenceValue } from '../ir/op-def.ts';
import { readGraph } from '../ir/serialize.ts';
import { sameShape, showShape } from '../ir/types.ts';
import type { Device, DeviceBuffer } from '../runtime/device.ts';
import { bytesOf, LoadedExecutable, toDeviceBytes, type DeviceArray } from '../runtime/executor.ts';
import { InputBuffers } from '../runtime/input-buffers.ts';
import { ProfileLog } from '../runtime/profile.ts';
import {
  refreshResolution,
  isHostLeaf,
  resolveShapes,
  type CallFacts,
  type Resolution,
} from '../schedule/bind-shapes.ts';
import {
  checkDTypes,
  checkInputs,
  checkSizes,
  checkVariables,
  sharedLeaf,
  type InputValue,
} from './call-checks.ts';
import { interpretCalls, joinCollected, readArray } from './call-values.ts';
import { reportGraph, reportKernels, reportMemory } from './reports.ts';
import type { Session, StoredResult } from './session.ts';

/** What `compile` makes once. */
type Compiled = {
  readonly traced: Graph<'traced'>;
  readonly optimized: Optimized;
  readonly scope: GraphScope;
  /** Shared variables that the graph reads or changes, with their ids. */
  readonly shared: readonly { readonly leaf: Expr; readonly id: number }[];
};

/** A call under way. */
type Call = {
  readonly device: Device;
  readonly request: CallRequest;
  readonly compiled: Compiled;
  readonly inputs: readonly InputValue[];
  readonly shapes: Map<Expr, readonly number[]>;
  readonly values: Map<Expr, number>;
};

/** A plan, and what a device has loaded of it. */
type LoadedPlan = { readonly plan: Plan; readonly loaded: LoadedExecutable };

export class SessionFunction {
  readonly outputCount: readonly number[];
  readonly #session: Session;
  readonly #request: CompileRequest;
  readonly #plans = new LruCache<LoadedPlan>(PLANS_MAX, (plan) => plan.loaded.releaseBuffers());
  readonly #inputBuffers = new InputBuffers();
  readonly #resolutions = new LruCache<Resolution>(PLANS_MAX);
  readonly #profile = new ProfileLog();
  /** Devices that have every dtype that the function needs. */
  readonly #fitting = new WeakSet<Device>();
  #compiled: Compiled | null = null;
  #failure: unknown = null;
  #latest: readonly LoadedPlan[] = [];
  #callCount = 0;
  #isFree = false;

  constructor(session: Session, request: CompileRequest) {
    this.#session = session;
    this.#request = request;
    this.outputCount = request.graph.outputs;
  }

  /** Stage 3. The message is read as a stranger's. */
  compile(): void {
    try {
      const scope = new GraphScope();
      this.#compiled = withGraph(scope, () => {
        const { graph: traced, nodes } = readGraph(this.#request.graph, OPS_BY_NAME, scope);
        const optimized = optimizeGraph(traced, this.#request.mode, scope);
        const ids = new Map(
          this.#request.shared.map(([position, id]) => [sharedLeaf(nodes[position]), id]),
        );
        const shared = [...ids].map(([leaf, id]) => ({ leaf, id }));
        checkVariables(optimized, new Set(ids.keys()));
        for (const { leaf, id } of shared) this.#session.shared.checkType(id, leaf.type);
        return { traced, optimized, scope, shared };
      });
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  #require(): Compiled {
    if (this.#isFree) fail('function_freed', this.#request.name);
    if (this.#compiled === null) throw this.#failure;
    return this.#compiled;
  }

  // Calls.

  async call(request: CallRequest): Promise<StoredResult[]> {
    const compiled = this.#require();
    const device = await this.#session.device(this.#request.device);
    this.#callCount++;
    this.#checkDevice(compiled, device);
    const call = await this.#begin(compiled, device, request);
    const made =
      device.target === 'interpreter'
        ? await this.#interpretCalls(call)
        : await this.#runCalls(call);
    if (this.#request.sync) await device.idle();
    return made;
  }

  /** @throws dtype_unsupported */
  #checkDevice({ optimized, scope }: Compiled, device: Device): void {
    if (this.#fitting.has(device)) return;
    withGraph(scope, () => checkDTypes(optimized, device));
    this.#fitting.add(device);
  }

  /** Shapes and scalars of the inputs and of the shared variables. */
  async #begin(compiled: Compiled, device: Device, request: CallRequest): Promise<Call> {
    const { graph } = compiled.optimized;
    const inputs = request.inputs.map((input) => this.#inputValue(input));
    withGraph(compiled.scope, () => checkInputs(this.#request.name, graph.inputs, inputs));
    const shapes = new Map<Expr, readonly number[]>();
    const values = new Map<Expr, number>();
    for (const [i, leaf] of graph.inputs.entries()) {
      const { host, array, shape } = inputs[i]!;
      shapes.set(leaf, shape);
      if (!isHostLeaf(leaf)) continue;
      const found = host ?? (await readArray(array!, this.#deviceOf(request.inputs[i]!)));
      values.set(leaf, found.data[0]!);
    }
    for (const { leaf, id } of compiled.shared) {
      shapes.set(leaf, this.#session.shared.shapeOf(id));
      if (isHostLeaf(leaf))
        values.set(
          leaf,
          this.#session.shared.hostScalar(id) ?? (await this.#session.shared.read(id)).data[0]!,
        );
    }
    return { device, request, compiled, inputs, shapes, values };
  }

  #inputValue(input: CallInput): InputValue {
    if (input.kind === 'host') return { host: input.value, array: null, shape: input.value.shape };
    const result = this.#session.results.get(input.id);
    if (result === undefined)
      fail('message_malformed', `the input of ${this.#request.name}`, 'a result that is not freed');
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
    const { device, request } = call;
    const inputs = await Promise.all(
      call.inputs.map((input, i) => this.#inputOn(device, input, i, request.inputs[i]!)),
    );
    let outputs: readonly DeviceArray[] = [];
    let left = request.count;
    const collected: DeviceArray[][] = [];
    while (left > 0) {
      const { plans, resolution } = await this.#planFor(call);
      const plan = plans.at(-1)!;
      // A plan behind a read-back, or one that gives a variable another shape, is for one call; others share a submit while their extents stay the same.
      const isAlone = plans.length > 1 || this.#changesShapes(call, plan);
      const hostScalars = this.#advance(call, plan, resolution, isAlone ? 1 : left);
      if (request.collect && hostScalars.length < left) this.#checkCollect(call, resolution);
      const shared = await this.#sharedOn(device, plan, call.compiled);
      const result = await plan.loaded.run({
        inputs,
        shared,
        hostScalars,
        profile: this.#request.profile,
        collect: request.collect,
      });
      this.#finish(call, result.replaced);
      if (result.times !== null) this.#profile.record(result.times, this.#callCount);
      for (const { buffer } of request.collect ? [] : outputs) device.release(buffer);
      outputs = result.outputs;
      if (request.collect) collected.push([...result.outputs]);
      left -= hostScalars.length;
      if (!this.#request.keepBuffers) plan.loaded.releaseBuffers();
    }
    const final =
      request.collect && collected.length > 1 ? joinCollected(device, collected) : outputs;
    return final.map((array) => ({ kind: 'device', device, array }));
  }

  /** Outputs of several calls are stacked only where they keep their shapes. @throws collect_extents */
  #checkCollect(call: Call, { types }: Resolution): void {
    const { outputs } = call.compiled.optimized.lowered.graph;
    const next = this.#resolve(call, call.values).types;
    for (const x of outputs) {
      const [before, after] = [types.get(x), next.get(x)].map((t) => showShape(t?.shape ?? [null]));
      if (before !== after) fail('collect_extents', this.#request.name, before!, after!);
    }
  }

  /** The plan for the extents at hand; segments that end in a read-back are run on the way. */
  async #planFor(call: Call): Promise<{ plans: readonly LoadedPlan[]; resolution: Resolution }> {
    const { device, compiled, request } = call;
    const known = new Map(call.values);
    const plans: LoadedPlan[] = [];
    for (;;) {
      const resolution = this.#resolve(call, known);
      const plan = await this.#load(call, resolution);
      plans.push(plan);
      if (plan.plan.pending.length === 0) {
        this.#latest = plans;
        return { plans, resolution };
      }
      const inputs = await Promise.all(
        call.inputs.map((input, i) => this.#inputOn(device, input, i, request.inputs[i]!)),
      );
      const shared = await this.#sharedOn(device, plan, compiled);
      const scalars = this.#hostScalars(plan, resolution, known);
      const { outputs } = await plan.loaded.run({
        inputs,
        shared,
        hostScalars: [scalars],
        profile: false,
        collect: false,
      });
      for (const [i, expr] of plan.plan.pending.entries()) {
        known.set(expr, (await readArray(outputs[i]!, device)).data[0]!);
        device.release(outputs[i]!.buffer);
      }
    }
  }

  #resolve({ compiled, shapes }: Call, values: ReadonlyMap<Expr, number>): Resolution {
    const { lowered } = compiled.optimized;
    const facts: CallFacts = { shapes, values };
    const key = [...shapes.values()].map((s) => s.join()).join(';');
    const last = this.#resolutions.get(key);
    return withGraph(compiled.scope, () => {
      const refreshed = last === undefined ? null : refreshResolution(lowered, last, values);
      if (refreshed !== null) return refreshed;
      const resolution = resolveShapes(lowered, facts);
      this.#resolutions.set(key, resolution);
      return resolution;
    });
  }

  async #load({ device, compiled, shapes }: Call, resolution: Resolution): Promise<LoadedPlan> {
    const { optimized, scope } = compiled;
    const key = `${device.name}|${signatureOf(optimized, sharedLeaves(compiled), shapes, resolution)}`;
    const found = this.#plans.get(key);
    if (found !== undefined && found.loaded.device === device) return found;
    assert(device.target !== 'interpreter', 'the reference needs no plan');
    const plan = planSegment(optimized.lowered, resolution, {
      mode: this.#request.mode,
      limits: device.limits,
      target: device.target,
      scope,
      shared: sharedLeaves(compiled),
    });
    withGraph(plan.annotations, () => checkSizes(plan, device, this.#request.name));
    const loaded = { plan, loaded: await LoadedExecutable.load(plan.executable, device) };
    this.#plans.set(key, loaded);
    return loaded;
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
    const { lowered } = call.compiled.optimized;
    const counters = lowered.graph.updates.filter((u) => lowered.hostable.has(u.value));
    const calls: number[][] = [];
    let resolution = first;
    while (calls.length < count) {
      const { host } = resolution;
      calls.push(plan.plan.bound.hostScalars.map((expr) => host.get(expr)!));
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

  #changesShapes({ shapes, compiled }: Call, { plan }: LoadedPlan): boolean {
    const { updates } = compiled.optimized.lowered.graph;
    return plan.bound.graph.updates.some((u) => {
      const { variable } = updates.find((own) => own.variable === u.variable)!;
      return !sameShape(shapes.get(variable)!, u.value.type.shape);
    });
  }

  #hostScalars(
    plan: LoadedPlan,
    resolution: Resolution,
    values: ReadonlyMap<Expr, number>,
  ): number[] {
    return plan.plan.bound.hostScalars.map(
      (expr) => resolution.host.get(expr) ?? values.get(expr)!,
    );
  }

  /** Tell the store what the calls changed. */
  #finish(call: Call, replaced: ReadonlyMap<number, DeviceArray>): void {
    const { compiled, device } = call;
    const { lowered } = compiled.optimized;
    for (const { variable, value } of lowered.graph.updates) {
      const index = compiled.shared.findIndex(({ leaf }) => leaf === variable);
      const { id } = compiled.shared[index]!;
      if (lowered.hostable.has(value)) {
        const data = arrayOf(variable.type.dtype, [call.values.get(variable)!]);
        this.#session.shared.write(id, { data, shape: [], dtype: variable.type.dtype });
      } else {
        this.#session.shared.changed(id, device, replaced.get(index));
        call.shapes.set(variable, this.#session.shared.shapeOf(id));
        call.values.delete(variable);
      }
    }
  }

  // Buffers.

  async #inputOn(
    device: Device,
    { host, array }: InputValue,
    index: number,
    input: CallInput,
  ): Promise<DeviceBuffer | null> {
    if (array !== null && this.#deviceOf(input) === device) return array.buffer;
    const value = host ?? (await readArray(array!, this.#deviceOf(input)));
    const bytes = bytesOf(value.dtype, value.shape);
    const buffer = await this.#inputBuffers.at(index, device, bytes);
    device.write(buffer, 0, toDeviceBytes(value.data, value.dtype));
    return buffer;
  }

  /** Buffers of the shared variables that the plan's kernels touch. */
  async #sharedOn(
    device: Device,
    plan: LoadedPlan,
    compiled: Compiled,
  ): Promise<(DeviceBuffer | null)[]> {
    const used = new Set(
      plan.plan.schedule.values.flatMap(({ placement: p }) =>
        p.kind === 'shared' || p.kind === 'updated' ? [p.index] : [],
      ),
    );
    return Promise.all(
      compiled.shared.map(async ({ id }, i) =>
        used.has(i) ? this.#session.shared.on(device, id) : null,
      ),
    );
  }

  // The reference.

  async #interpretCalls(call: Call): Promise<StoredResult[]> {
    const { compiled, request } = call;
    const { graph } = compiled.optimized;
    const given = new Map<Expr, ReferenceValue>();
    for (const [i, leaf] of graph.inputs.entries()) {
      given.set(
        leaf,
        call.inputs[i]!.host ??
          (await readArray(call.inputs[i]!.array!, this.#deviceOf(request.inputs[i]!))),
      );
    }
    for (const { leaf, id } of compiled.shared)
      given.set(leaf, await this.#session.shared.read(id));
    const { outputs, updated } = withGraph(compiled.scope, () =>
      interpretCalls(graph, given, request),
    );
    for (const [variable, value] of updated) {
      const { id } = compiled.shared.find(({ leaf }) => leaf === variable)!;
      this.#session.shared.write(id, value);
    }
    return outputs.map((value) => ({ kind: 'host', value }));
  }

  // Reports.

  graphReport(): GraphReport {
    const { traced, optimized, scope } = this.#require();
    const plans = this.#latest.map((p) => p.plan);
    return reportGraph(traced, optimized, { annotations: scope, plans });
  }

  /** Kernels of the latest call, all its segments. */
  kernelReport(): KernelReport[] {
    const { optimized, scope } = this.#require();
    return this.#latest.flatMap((p) =>
      reportKernels(optimized, p.plan, { device: p.loaded.device.name, annotations: scope }),
    );
  }

  memoryReport(): MemoryReport {
    const { optimized, scope } = this.#require();
    const last = this.#latest.at(-1);
    return last === undefined
      ? { plan: [], peakBytes: 0, peakBytesWithoutReuse: 0 }
      : reportMemory(optimized, last.plan, scope);
  }

  async profileEvents(): Promise<readonly ProfileEvent[]> {
    this.#require();
    return this.#profile.events();
  }

  free(): void {
    this.#isFree = true;
    this.#plans.clear();
    this.#inputBuffers.release();
  }
}

const sharedLeaves = ({ shared }: Compiled): Expr[] => shared.map(({ leaf }) => leaf);
