/** @file `compile`: from expressions to a function that runs on a device. LANGUAGE: section 3. */
import { fail } from '../base/errors.ts';
import {
  currentScope,
  describe,
  describeAs,
  describeType,
  nameOf,
  substituteInPlace,
  topoSort,
  type Expr,
  type Graph,
} from '../ir/graph.ts';
import { writeGraph } from '../ir/serialize.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { dimOf, integer } from '../ops/leaves.ts';
import { compatibleShapes, showShape } from '../ir/types.ts';
import type {
  CallInput,
  DeviceName,
  EngineFunction,
  GraphReport,
  GraphView,
  KernelReport,
  MemoryReport,
  ModeMessage,
  ProfileEvent,
  StepView,
  GraphNode,
} from './connection.ts';
import { checkList, checkName, checkOptions, checkPairs } from './arguments.ts';
import { DEVICE_NAMES } from './connection.ts';
import { connection } from './engine.ts';
import { isHandle, type ValueHandle } from './handle.ts';
import { NDArray, toHostValue, type HostInput } from './nd-array.ts';
import {
  isLazyResult,
  listOutputs,
  makeResult,
  type LazyResult,
  type OutputForm,
  type Outputs,
  type Result,
} from './result.ts';
import { sharedHandle, SharedVariable } from './shared.ts';
import { atCaller, isTensor, showValue, toExpr, type Tensor, type TensorLike } from './tensor.ts';

export type InputSpec =
  | Tensor
  | { readonly variable: Tensor; readonly value: HostInput; readonly name?: string };
export type Mode =
  | 'fast'
  | 'fastCompile'
  | { readonly include?: readonly string[]; readonly exclude?: readonly string[] };

export type CompileOptions = {
  /** New values of shared variables after each call; simultaneous. */
  readonly updates?: readonly (readonly [SharedVariable, TensorLike])[];
  /** Expressions that stand for variables in this function. */
  readonly givens?: readonly (readonly [Tensor, TensorLike])[];
  readonly name?: string;
  readonly mode?: Mode;
  readonly device?: DeviceName;
  /** Measure every kernel. */
  readonly profile?: boolean;
  readonly trustInput?: boolean;
  /** Wait for the device after each call. */
  readonly sync?: boolean;
  /** Keep intermediate memory between calls; true where it is left out. */
  readonly keepBuffers?: boolean;
  readonly onUnusedInput?: 'raise' | 'warn' | 'ignore';
  /** `null`: numbers may lose digits, arrays may not. */
  readonly allowDowncast?: boolean | null;
  /** Variables whose default update is not made; `true` for all. */
  readonly noDefaultUpdates?: boolean | readonly SharedVariable[];
};

const OPTION_NAMES: readonly (keyof CompileOptions)[] = [
  'updates',
  'givens',
  'name',
  'mode',
  'device',
  'profile',
  'trustInput',
  'sync',
  'keepBuffers',
  'onUnusedInput',
  'allowDowncast',
  'noDefaultUpdates',
];

/** What a call takes for an input: a value, a handle on one, or a result that stays on its device. */
export type CallValue = HostInput | LazyResult | ValueHandle;

type RunOptions = { readonly collect?: boolean };

/** What rewriting did: steps in order, and every node that ever stood. */
export type GraphInfo = {
  readonly traced: GraphView;
  readonly optimized: GraphView;
  readonly steps: readonly StepView[] & { readonly nodes: readonly GraphNode[] };
  readonly attempts: number;
};

export type Fn<O extends Outputs> = {
  (...inputs: readonly CallValue[]): Result<O>;
  /** Call n times without coming back; the last outputs, or with `collect` those of all calls, stacked. */
  run(count: number, ...inputs: readonly (CallValue | RunOptions)[]): Result<O>;
  /** Skip the checks of dtype, shape and conversion: inputs are arrays of the right type. */
  trustInput: boolean;
  /** Rejects with the error of the engine, if there is one. */
  readonly ready: Promise<void>;
  readonly graph: Promise<GraphInfo>;
  /** Kernels of the latest call's shapes. */
  readonly kernels: Promise<readonly KernelReport[]>;
  readonly memory: Promise<MemoryReport>;
  profile(): Promise<readonly ProfileEvent[]>;
  free(): void;
};

/** Variables, outputs and updates of a function, checked. */
type Checked = {
  readonly inputs: readonly {
    readonly expr: Expr;
    readonly value: HostInput | null;
    readonly name: string;
  }[];
  readonly graph: Graph<'traced'>;
  readonly form: OutputForm;
  /** The outputs as they were written: without givens. */
  readonly outputs: readonly Expr[];
  readonly shared: readonly SharedVariable[];
};

/**
 * A function of `inputs` that computes `outputs` and then makes the updates.
 * @throws unused_input, missing_input, input_not_variable, input_repeated, update_*, given_type
 */
export function compile<const O extends Outputs>(
  inputs: readonly InputSpec[],
  outputs: O,
  options: CompileOptions = {},
): Fn<O> {
  const name = checkName('compile', options.name ?? 'f');
  const { checked, place } = atCaller(() => ({
    checked: checkFunction(inputs, outputs, options, name),
    place: currentScope().origin,
  }));
  const message = writeGraph(checked.graph, currentScope());
  const sharedAt = message.nodes.flatMap((n, i) => {
    const found = checked.shared.find(
      (s) => n.op === 'shared' && n.params['key'] === s.expr.params['key'],
    );
    return found === undefined ? [] : [[i, found.id] as const];
  });
  const engine = connection().compile({
    name,
    graph: message,
    shared: sharedAt,
    mode: modeMessage(options.mode ?? 'fast'),
    device: options.device ?? null,
    profile: options.profile === true,
    sync: options.sync === true,
    keepBuffers: options.keepBuffers !== false,
    place,
  });
  return makeFunction<O>(engine, checked, options, name);
}

/** @throws arguments_wrong */
function modeMessage(mode: Mode): ModeMessage {
  if (typeof mode === 'string' && mode !== 'fast' && mode !== 'fastCompile')
    fail(
      'arguments_wrong',
      'compile',
      "the mode 'fast', 'fastCompile' or { include, exclude }",
      showValue(mode),
    );
  if (typeof mode === 'string') return { base: mode, include: [], exclude: [] };
  return { base: 'fast', include: mode.include ?? [], exclude: mode.exclude ?? [] };
}

// Checks, at the line of the call.

function checkFunction(
  inputs: readonly InputSpec[],
  outputs: Outputs,
  options: CompileOptions,
  name: string,
): Checked {
  const what = `compile ${name}`;
  checkOptions(what, options, OPTION_NAMES);
  if (options.device !== undefined && !DEVICE_NAMES.includes(options.device))
    fail('device_unknown', what, options.device, DEVICE_NAMES.join(', '));
  checkPairs(`${what} updates`, options.updates ?? [], '[shared variable, new value]');
  checkPairs(`${what} givens`, options.givens ?? [], '[variable, expression]');
  const specs = checkList(what, inputs, 'inputs').map((spec) => checkInput(spec, name));
  const seen = new Set<Expr>();
  for (const { expr } of specs) {
    if (seen.has(expr)) fail('input_repeated', name, describe(expr));
    seen.add(expr);
  }
  const { list, form } = listOutputs(outputs, name);
  const givens = new Map(
    (options.givens ?? []).map(([variable, value]) => checkGiven(variable, value, name)),
  );
  const sharedOf = new Map<Expr, SharedVariable>();
  const reachable = [...list, ...(options.updates ?? []).map(([, v]) => toExpr(v, 'update'))];
  const updates = collectUpdates(reachable, givens, options, name);
  const roots = substituteInPlace([...list, ...updates.map((u) => u.value)], givens);
  const graph: Graph<'traced'> = {
    stage: 'traced',
    inputs: specs.map((s) => s.expr),
    outputs: roots.slice(0, list.length),
    updates: updates.map((u, i) => ({ variable: u.variable.expr, value: roots[list.length + i]! })),
  };
  for (const u of updates) sharedOf.set(u.variable.expr, u.variable);
  checkLeaves(graph, seen, { options, name, sharedOf });
  return { inputs: specs, graph, form, outputs: list, shared: [...sharedOf.values()] };
}

function checkInput(spec: InputSpec, name: string) {
  const isPlain = isTensor(spec);
  const variable: unknown = isPlain ? spec : (spec as Partial<typeof spec> | undefined)?.variable;
  if (!isTensor(variable)) fail('input_not_variable', name, showValue(spec));
  const isInput = variable.expr.op.name === 'input';
  if (!isInput) fail('input_not_variable', name, describe(variable.expr));
  const shown = nameOf(variable.expr) ?? 'an unnamed input';
  return {
    expr: variable.expr,
    value: isPlain ? null : spec.value,
    name: isPlain ? shown : (spec.name ?? shown),
  };
}

function checkGiven(variable: Tensor, value: TensorLike, name: string): readonly [Expr, Expr] {
  if (!isTensor(variable)) fail('not_a_tensor', 'givens', showValue(variable));
  const expr = toExpr(value, 'givens', variable.dtype);
  const fits =
    expr.type.dtype === variable.dtype && compatibleShapes(expr.type.shape, variable.shape);
  if (!fits) fail('given_type', name, describeType(variable.expr), describeType(expr));
  return [variable.expr, held(expr, variable)];
}

/** The value held to the extents that the variable has for certain: a call that gives others is refused before it runs. */
function held(value: Expr, variable: Tensor): Expr {
  return broadcastTo(
    value,
    variable.shape.map((n, axis) => (n === null ? dimOf(value, axis) : integer(n))),
  );
}

type UpdatePair = { readonly variable: SharedVariable; readonly value: Expr };

/** The updates of the call, and the default updates of the variables that the function uses. */
function collectUpdates(
  roots: readonly Expr[],
  givens: ReadonlyMap<Expr, Expr>,
  { updates = [], noDefaultUpdates = false }: CompileOptions,
  name: string,
): UpdatePair[] {
  const pairs = updates.map(([variable, value]): UpdatePair => {
    if (!(variable instanceof SharedVariable)) fail('update_not_shared', name, showValue(variable));
    return {
      variable,
      value: checkUpdate(variable, toExpr(value, 'update', variable.dtype), name),
    };
  });
  const changed = new Set<SharedVariable>();
  for (const { variable } of pairs) {
    if (changed.has(variable)) fail('update_repeated', name, describe(variable.expr));
    changed.add(variable);
  }
  const refused = Array.isArray(noDefaultUpdates)
    ? new Set(noDefaultUpdates as readonly SharedVariable[])
    : null;
  const queue = [...roots, ...givens.values()];
  // A default update may use further variables, with default updates of their own.
  for (let i = 0; i < queue.length; i++) {
    for (const variable of sharedIn([queue[i]!])) {
      const update = variable.defaultUpdate;
      const isRefused = noDefaultUpdates === true || refused?.has(variable) === true;
      if (update === null || isRefused || changed.has(variable)) continue;
      changed.add(variable);
      pairs.push({ variable, value: checkUpdate(variable, update.expr, name) });
      queue.push(update.expr);
    }
  }
  return pairs;
}

function checkUpdate(variable: SharedVariable, value: Expr, name: string): Expr {
  const fits =
    value.type.dtype === variable.dtype && compatibleShapes(value.type.shape, variable.shape);
  if (!fits) fail('update_type', name, describeType(variable.expr), describeType(value));
  return held(value, variable);
}

/** Shared variables among what expressions depend on. */
function sharedIn(roots: readonly Expr[]): SharedVariable[] {
  return topoSort(roots).flatMap((x) => {
    const handle = sharedHandle(x);
    return handle === null ? [] : [handle];
  });
}

type LeafChecks = {
  readonly options: CompileOptions;
  readonly name: string;
  readonly sharedOf: Map<Expr, SharedVariable>;
};

/** Every variable that the outputs need is an input or shared; every input is needed. */
function checkLeaves(
  graph: Graph<'traced'>,
  inputs: ReadonlySet<Expr>,
  { options, name, sharedOf }: LeafChecks,
): void {
  const order = topoSort([...graph.outputs, ...graph.updates.map((u) => u.value)]);
  const used = new Set(order);
  for (const x of order) {
    if (x.op.name === 'input' && !inputs.has(x)) fail('missing_input', name, describe(x));
    const handle = sharedHandle(x);
    if (handle !== null) sharedOf.set(x, handle);
  }
  for (const x of inputs) {
    if (used.has(x)) continue;
    if ((options.onUnusedInput ?? 'raise') === 'raise') fail('unused_input', name, describe(x));
    if (options.onUnusedInput !== 'warn') continue;
    // oxlint-disable-next-line no-console -- the caller asked for a warning
    console.warn(`compile ${name}: nothing depends on the input ${describe(x)}.`);
  }
}

// Calls.

function makeFunction<O extends Outputs>(
  engine: EngineFunction,
  checked: Checked,
  options: CompileOptions,
  name: string,
): Fn<O> {
  const outputs = checked.outputs.map((expr) => ({
    fn: name,
    describe: ({ shape }: NDArray) => describeAs(expr, showShape(shape)),
  }));
  const call = (values: readonly CallValue[], count: number, collect: boolean): Result<O> => {
    const inputs = f.trustInput
      ? trusted(values, checked, name)
      : convertInputs(values, checked, options, name);
    const ticket = engine.call({ inputs, count, collect });
    return makeResult<O>(ticket, checked.form, outputs);
  };
  const own = {
    run: (count: number, ...rest: readonly (CallValue | RunOptions)[]): Result<O> => {
      if (!Number.isInteger(count) || count < 1) fail('run_count', name, String(count));
      const last = rest.at(-1);
      const hasOptions = isRunOptions(last);
      const values = (hasOptions ? rest.slice(0, -1) : rest) as readonly CallValue[];
      return call(values, count, hasOptions && last.collect === true);
    },
    trustInput: options.trustInput === true,
    ready: engine.ready,
    profile: () => engine.profile(),
    free: () => engine.free(),
  };
  const f = Object.assign(
    (...values: readonly CallValue[]) => call(values, 1, false),
    own,
  ) as unknown as Fn<O>;
  abandoned.register(f, engine);
  ids.set(f, engine.id);
  Object.defineProperties(f, {
    name: { value: name },
    graph: { get: () => engine.graph().then(graphInfo) },
    kernels: { get: () => engine.kernels() },
    memory: { get: () => engine.memory() },
  });
  return f;
}

/** The engine's number of each function. */
const ids = new WeakMap<object, number>();

/** The engine's number of a compiled function; `null` for all other values. */
export const functionIdOf = (value: unknown): number | null =>
  typeof value === 'function' ? (ids.get(value) ?? null) : null;

/** A function that nobody can call any more gives its memory back. */
const abandoned = new FinalizationRegistry<EngineFunction>((engine) => engine.free());

function graphInfo({ traced, optimized, steps, stepNodes, attempts }: GraphReport): GraphInfo {
  return { traced, optimized, steps: Object.assign([...steps], { nodes: stepNodes }), attempts };
}

const isRunOptions = (value: unknown): value is RunOptions =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  Object.keys(value).every((key) => key === 'collect');

/** A value, or a default, for every input. @throws call_arity */
function checkArity(
  values: readonly CallValue[],
  { inputs }: Pick<Checked, 'inputs'>,
  name: string,
): void {
  const missing = inputs.findIndex(({ value }, i) => (values[i] ?? value) === null);
  const count = missing >= 0 ? missing : values.length;
  if (missing < 0 && values.length <= inputs.length) return;
  fail('call_arity', name, inputs.length, count, inputs.map((x) => x.name).join(', '));
}

/** Inputs as they are: the caller vouches for dtype and shape. */
function trusted(values: readonly CallValue[], checked: Checked, name: string): CallInput[] {
  checkArity(values, checked, name);
  return checked.inputs.map(({ expr, value }, i) => {
    const given = values[i] ?? value;
    if (isLazyResult(given)) return { kind: 'result', id: given.id };
    if (isHandle(given)) return { kind: 'part', part: given.part };
    if (given instanceof NDArray) return { kind: 'host', value: given };
    return {
      kind: 'host',
      value: toHostValue(given!, { what: 'an input', dtype: expr.type.dtype }),
    };
  });
}

/** @throws call_arity, call_rank, call_extent, lossy_conversion, ragged_array, not_a_value */
function convertInputs(
  values: readonly CallValue[],
  { inputs }: Checked,
  options: CompileOptions,
  name: string,
): CallInput[] {
  checkArity(values, { inputs }, name);
  return inputs.map(({ expr, value, name: inputName }, i) => {
    const given = values[i] ?? value!;
    if (isLazyResult(given)) return { kind: 'result', id: given.id };
    const what = `${name}: ${inputName}`;
    if (isTensor(given)) return fail('not_a_value', what, showValue(given));
    const { dtype } = expr.type;
    const host = isHandle(given)
      ? given
      : toHostValue(given, { what, dtype, allowDowncast: options.allowDowncast ?? null });
    if (host.dtype !== dtype) fail('lossy_conversion', what, host.dtype, dtype);
    if (host.shape.length !== expr.type.shape.length)
      fail('call_rank', name, describeType(expr), showShape(host.shape));
    if (!compatibleShapes(expr.type.shape, host.shape))
      fail('call_extent', name, describeType(expr), showShape(host.shape));
    return isHandle(host) ? { kind: 'part', part: host.part } : { kind: 'host', value: host };
  });
}
