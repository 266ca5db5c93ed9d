/**
 * @file Stage 4: extents of the call. Shape arithmetic runs on the host: extents, int32 scalar inputs and int32 scalar shared
 * variables are numbers there, and what is computed from them becomes a constant (where only extents decide) or a host
 * scalar that kernels read from a uniform. A scalar that only the device knows ends a segment: it is `pending`.
 */
import { assert } from '../base/errors.ts';
import { checkExtents, expandGraphs } from '../ir/interpret.ts';
import {
  addPositions,
  currentScope,
  describeAs,
  namesAtCall,
  node,
  rootsOf,
  topoSort,
  withGraph,
  withRoots,
  type Expr,
  type Graph,
  type GraphScope,
} from '../ir/graph.ts';
import { arrayOf } from '../ir/constant-data.ts';
import {
  isFloat,
  sameType,
  showShape,
  sizeOf,
  staticShape,
  type DType,
  type TensorType,
} from '../ir/types.ts';
import { ELEMENTS_MAX } from '../base/limits.ts';
import { fail } from '../base/errors.ts';
import { constant, scalarValue } from '../ops/leaves.ts';
import { hostScalar } from '../ops/host-scalar.ts';
import { inheritPositions } from '../rewrite/driver.ts';

/** An optimized graph with everything that one compilation knows of it, for all calls. */
export type Lowered = {
  readonly graph: Graph<'optimized'>;
  readonly order: readonly Expr[];
  /** The nodes of `order` that the host computes. */
  readonly hostOrder: readonly Expr[];
  /** Scalars that the host can compute once the leaves are known. */
  readonly hostable: ReadonlySet<Expr>;
  /** Those of them that depend on values, not on extents alone. */
  readonly varying: ReadonlySet<Expr>;
  /** Nodes whose extents depend on one of these, or on a scalar of the device: two calls with equal shapes may differ there. */
  readonly extentSources: readonly Expr[];
  /** Nodes whose type rule looks at values that vary: an index may leave its axis at any call. */
  readonly checkedByValue: readonly Expr[];
};

/** Whether the host keeps the value of this variable: an int32 scalar. */
export const isHostLeaf = (x: Expr): boolean =>
  x.op.lowering.kind === 'leaf' &&
  x.inputs.length === 0 &&
  x.type.dtype === 'int32' &&
  x.type.shape.length === 0;

/** What an operation expands to stands where the operation stood: lines of kernels lead to lines of cells. */
const inherit = (before: Expr, after: Expr): void =>
  inheritPositions(currentScope(), before, after);

/** Expand what is defined by graphs, and find out what the host computes. Runs in the compilation's scope. */
export function lowerGraph(graph: Graph<'optimized'>): Lowered {
  const expanded = withRoots(graph, 'optimized', expandGraphs(rootsOf(graph), inherit));
  const order = topoSort(rootsOf(expanded));
  const hostable = new Set<Expr>();
  const varying = new Set<Expr>();
  for (const expr of order) {
    if (!isHostable(expr, hostable)) continue;
    hostable.add(expr);
    const isVariable = isHostLeaf(expr) && scalarValue(expr) === null;
    if (
      isVariable ||
      (expr.op.lowering.kind === 'elementwise' && expr.inputs.some((x) => varying.has(x)))
    )
      varying.add(expr);
  }
  const extentSources = findExtentSources(order, hostable, varying);
  const hostOrder = order.filter((x) => hostable.has(x));
  const checkedByValue = order.filter(
    (x) => 'offsets' in x.op.lowering && x.inputs.some((y) => varying.has(y)),
  );
  return { graph: expanded, order, hostOrder, hostable, varying, extentSources, checkedByValue };
}

function isHostable(expr: Expr, hostable: ReadonlySet<Expr>): boolean {
  if (expr.type.shape.length > 0) return false;
  if (isHostLeaf(expr) || scalarValue(expr) !== null) return true;
  const { kind } = expr.op.lowering;
  return kind === 'host' || (kind === 'elementwise' && expr.inputs.every((x) => hostable.has(x)));
}

/** Nodes with an unknown extent that is fed by a scalar that varies, or that only the device knows; marks what varies with them. */
function findExtentSources(
  order: readonly Expr[],
  hostable: ReadonlySet<Expr>,
  varying: Set<Expr>,
): Expr[] {
  const sources: Expr[] = [];
  /** Sources, and what has an extent from them. */
  const valued = new Set<Expr>();
  const isFeeding = (x: Expr): boolean =>
    x.type.shape.length === 0 && (varying.has(x) || !hostable.has(x));
  for (const expr of order) {
    const isShaped = expr.type.shape.includes(null) && expr.op.lowering.kind !== 'elementwise';
    if (isShaped && expr.inputs.some(isFeeding)) sources.push(expr);
    const follows = expr.inputs.some((x) => valued.has(x)) && expr.type.shape.length > 0;
    if (follows || sources.at(-1) === expr) valued.add(expr);
    if (expr.op.lowering.kind === 'host' && expr.inputs.some((x) => valued.has(x)))
      varying.add(expr);
  }
  return sources;
}

/** What is known at a call: shapes of variables, and values of the scalars that the host keeps or has read back. */
export type CallFacts = {
  readonly shapes: ReadonlyMap<Expr, readonly number[]>;
  readonly values: ReadonlyMap<Expr, number>;
};

export type Resolution = {
  readonly types: ReadonlyMap<Expr, TensorType>;
  readonly host: ReadonlyMap<Expr, number>;
  /** Scalars that must be computed and read back before the rest can be bound. */
  readonly pending: readonly Expr[];
};

/**
 * Types of all nodes for a call, as far as they can be known.
 * @throws shapes_differ and its kind, naming the expressions, when the extents of the call do not fit
 */
export function resolveShapes(lowered: Lowered, facts: CallFacts): Resolution {
  const types = new Map<Expr, TensorType>();
  const host = new Map<Expr, number>(facts.values);
  const pending = new Set<Expr>();
  for (const expr of lowered.order) {
    const type = typeAtCall(expr, lowered.order, { shapes: facts.shapes, types, host });
    if (type === null) continue;
    if (type.shape.includes(null)) {
      for (const x of expr.inputs) if (x.type.shape.length === 0 && !host.has(x)) pending.add(x);
      continue;
    }
    checkSize(expr, type);
    types.set(expr, type);
    if (!host.has(expr) && lowered.hostable.has(expr)) {
      const value = hostValue(expr, types, host);
      if (value !== null) host.set(expr, value);
    }
  }
  // A scalar behind an unbound node is computed by a later segment.
  return { types, host, pending: [...pending].filter((x) => types.has(x)) };
}

function typeAtCall(
  expr: Expr,
  order: readonly Expr[],
  {
    shapes,
    types,
    host,
  }: { readonly shapes: CallFacts['shapes'] } & Pick<Resolution, 'types' | 'host'>,
): TensorType | null {
  const given = shapes.get(expr);
  if (given !== undefined) return { dtype: expr.type.dtype, shape: given };
  if (expr.inputs.length === 0 && !expr.type.shape.includes(null)) return expr.type;
  const inputTypes = expr.inputs.map((x) => types.get(x));
  if (!inputTypes.every((t) => t !== undefined)) return null;
  const type = expr.op.infer({
    types: inputTypes,
    params: expr.params,
    inner: expr.inner,
    known: (i) => host.get(expr.inputs[i]!) ?? null,
    ...namesAtCall(expr, order, (x) => types.get(x)),
  });
  assert('dtype' in type, `${expr.op.name} with several results was not expanded`);
  return type;
}

/** @throws arguments_wrong, too_large */
function checkSize(expr: Expr, type: TensorType): void {
  checkExtents(expr, type.shape);
  const size = sizeOf(staticShape(type.shape));
  if (size > ELEMENTS_MAX)
    fail(
      'too_large',
      describeAs(expr, showShape(type.shape)),
      size * 4,
      ELEMENTS_MAX * 4,
      'every device',
    );
}

/** The value of a scalar on the host; `null` where an input is not known yet. */
function hostValue(
  expr: Expr,
  types: ReadonlyMap<Expr, TensorType>,
  host: ReadonlyMap<Expr, number>,
): number | null {
  const own = scalarValue(expr);
  if (own !== null) return own;
  const { lowering } = expr.op;
  if (lowering.kind === 'host') {
    const inputs = expr.inputs.map((x) => ({
      data: new Float32Array(0),
      shape: staticShape(types.get(x)!.shape),
    }));
    const known = expr.inputs.map((x) => types.get(x)!);
    return lowering.reference({ inputs, types: known, params: expr.params, output: expr.type })[0]!;
  }
  if (lowering.kind !== 'elementwise') return null;
  const xs = expr.inputs.map((x) => host.get(x));
  if (!xs.every((x) => x !== undefined)) return null;
  const { dtype } = expr.type;
  const operands = expr.inputs.map((x) => x.type.dtype);
  return settleScalar(lowering.reference(xs, dtype, operands), dtype);
}

const settleScalar = (value: number, dtype: DType): number =>
  isFloat(dtype) ? Math.fround(value) : arrayOf(dtype, [value])[0]!;

const NO_SHAPES: CallFacts['shapes'] = new Map();

/** Values of the host's scalars for a call whose extents are those of `types`. @throws index_out_of_range */
function hostValues(
  lowered: Lowered,
  types: ReadonlyMap<Expr, TensorType>,
  values: ReadonlyMap<Expr, number>,
): Map<Expr, number> {
  const host = new Map<Expr, number>(values);
  for (const expr of lowered.hostOrder) {
    if (host.has(expr)) continue;
    const value = hostValue(expr, types, host);
    if (value !== null) host.set(expr, value);
  }
  for (const expr of lowered.checkedByValue)
    typeAtCall(expr, lowered.order, { shapes: NO_SHAPES, types, host });
  return host;
}

/**
 * The resolution for other values of the scalars, where it has the extents of `last`; `null` where the extents changed. Only
 * the nodes that values can change are looked at: this runs for each call of a loop over batches.
 */
export function refreshResolution(
  lowered: Lowered,
  last: Resolution,
  values: ReadonlyMap<Expr, number>,
): Resolution | null {
  if (last.pending.length > 0) return null;
  const host = hostValues(lowered, last.types, values);
  const isSame = lowered.extentSources.every((expr) => {
    const type = typeAtCall(expr, lowered.order, { shapes: NO_SHAPES, types: last.types, host });
    return type !== null && sameType(type, last.types.get(expr)!);
  });
  return isSame ? { types: last.types, host, pending: [] } : null;
}

/** A graph whose extents are numbers, in a scope of its own. */
export type Bound = {
  readonly graph: Graph<'bound'>;
  /** The variable of the optimized graph behind each leaf of the bound one. */
  readonly variables: ReadonlyMap<Expr, Expr>;
  /** The scalar of the optimized graph behind each host scalar, by its index. */
  readonly hostScalars: readonly Expr[];
};

/** Rebuild what `roots` need with the types of the call. `scope` is the bound graph's. */
export function bindShapes(
  lowered: Lowered,
  resolution: Resolution,
  roots: Pick<Graph<'optimized'>, 'outputs' | 'updates'>,
  { source, target }: { readonly source: GraphScope; readonly target: GraphScope },
): Bound {
  const bound = new Map<Expr, Expr>();
  const variables = new Map<Expr, Expr>();
  const hostScalars: Expr[] = [];
  const make = (expr: Expr): Expr => {
    const value = resolution.host.get(expr);
    if (value !== undefined) {
      const isFixed = lowered.hostable.has(expr) && !lowered.varying.has(expr);
      if (isFixed) return constant(value, expr.type.dtype);
      hostScalars.push(expr);
      return hostScalar(hostScalars.length - 1, expr.type.dtype);
    }
    const type = resolution.types.get(expr)!;
    const isVariable =
      expr.op.lowering.kind === 'leaf' && scalarValue(expr) === null && 'key' in expr.params;
    if (isVariable) {
      const leaf = node(expr.op, [], { ...expr.params, shape: type.shape });
      variables.set(leaf, expr);
      return leaf;
    }
    return node(
      expr.op,
      expr.inputs.map((x) => bound.get(x)!),
      expr.params,
      { type },
    );
  };
  const wanted = [...roots.outputs, ...roots.updates.map((u) => u.value)];
  withGraph(target, () => {
    for (const expr of neededFor(wanted, lowered, resolution)) {
      const made = make(expr);
      bound.set(expr, made);
      const positions = source.positions.get(expr);
      if (positions !== undefined) addPositions(target, made, positions);
      const name = source.names.get(expr);
      if (name !== undefined && !target.names.has(made)) target.names.set(made, name);
    }
  });
  const graph: Graph<'bound'> = {
    stage: 'bound',
    inputs: [],
    outputs: roots.outputs.map((x) => bound.get(x)!),
    updates: roots.updates.map((u) => ({ variable: u.variable, value: bound.get(u.value)! })),
  };
  return { graph, variables, hostScalars };
}

/** The nodes whose values the roots need, inputs first; what the host knows needs nothing. */
function neededFor(roots: readonly Expr[], lowered: Lowered, resolution: Resolution): Expr[] {
  const known = (expr: Expr) => resolution.host.has(expr);
  const needed = new Set<Expr>();
  const stack = [...roots];
  for (let expr = stack.pop(); expr !== undefined; expr = stack.pop()) {
    if (needed.has(expr)) continue;
    needed.add(expr);
    if (!known(expr)) stack.push(...expr.inputs);
  }
  return lowered.order.filter((x) => needed.has(x));
}
