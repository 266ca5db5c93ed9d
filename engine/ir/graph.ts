/**
 * @file Graph nodes. Immutable and hash-consed: within one scope equal nodes are the same object, so `===` is
 * structural equality, common subexpressions merge as they are built, and a pass returns its input when nothing changed.
 * The scope's table holds its nodes weakly: it does not grow with the age of a session.
 */
import { assert } from '../base/errors.ts';
import type { ConstantData } from './constant-data.ts';
import type { InferArgs, OpDef } from './op-def.ts';
import { sameType, showShape, showType, type TensorType } from './types.ts';

export type ParamValue =
  | number
  | string
  | boolean
  | null
  | ConstantData
  | readonly ParamValue[]
  | { readonly [key: string]: ParamValue };
export type Params = { readonly [key: string]: ParamValue };

/** A graph inside a node: the body of a user's operation, later of a loop or a branch. */
export type InnerGraph = {
  /** Unlike any other in this process; part of the node's identity. */
  readonly id: number;
  readonly inputs: readonly Expr[];
  readonly outputs: readonly Expr[];
};

export type Expr = {
  /** Order of creation in its scope: a stable key for printing `%7`. */
  readonly id: number;
  readonly op: OpDef;
  readonly inputs: readonly Expr[];
  readonly params: Params;
  /** Type of the result; of the first one where there are several. */
  readonly type: TensorType;
  /** Types of all results; one but for operations that hold a graph. */
  readonly outputs: readonly TensorType[];
  readonly inner: readonly InnerGraph[];
};

/** Where a user wrote an expression. `source` is the cell's id, or the file in a module. */
export type Position = { readonly source: string; readonly line: number; readonly column: number };

/** What is known of nodes beside their structure. */
export type Annotations = {
  readonly positions: WeakMap<Expr, readonly Position[]>;
  readonly names: WeakMap<Expr, string>;
};

/** A trace's or a compilation's table of nodes. */
export class GraphScope implements Annotations {
  readonly positions = new WeakMap<Expr, readonly Position[]>();
  readonly names = new WeakMap<Expr, string>();
  readonly #interned = new Map<string, WeakRef<Expr>>();
  readonly #forget = new FinalizationRegistry<string>((key) => {
    if (this.#interned.get(key)?.deref() === undefined) this.#interned.delete(key);
  });
  #nextId = 0;

  /** Where new nodes are said to come from; the front end sets it around a user's call. */
  origin: Position | null = null;

  intern(key: string, make: (id: number) => Expr): Expr {
    const found = this.#interned.get(key)?.deref();
    if (found !== undefined) {
      this.#place(found);
      return found;
    }
    const made = make(this.#nextId++);
    this.#interned.set(key, new WeakRef(made));
    this.#forget.register(made, key);
    this.#place(made);
    return made;
  }

  #place(expr: Expr): void {
    if (this.origin !== null) addPositions(this, expr, [this.origin]);
  }
}

const samePosition = (a: Position, b: Position): boolean =>
  a.line === b.line && a.column === b.column && a.source === b.source;

/** Add places to a node's set. */
export function addPositions(scope: Annotations, expr: Expr, positions: readonly Position[]): void {
  const known = scope.positions.get(expr) ?? [];
  const fresh = positions.filter((p) => !known.some((k) => samePosition(k, p)));
  if (fresh.length > 0) scope.positions.set(expr, [...known, ...fresh]);
}

/** The scope that `node` adds to: a library's user builds graphs outside any `withGraph`, in this first one. */
let current = new GraphScope();

export const currentScope = (): GraphScope => current;

/** Run `build` with another table of nodes. */
export function withGraph<R>(scope: GraphScope, build: () => R): R {
  const outer = current;
  current = scope;
  try {
    return build();
  } finally {
    current = outer;
  }
}

let nominalCount = 0;

/** A number that no other call gives: identity of variables and inner graphs. */
export function nominalId(): number {
  return nominalCount++;
}

export function innerGraph(inputs: readonly Expr[], outputs: readonly Expr[]): InnerGraph {
  return { id: nominalId(), inputs, outputs };
}

type NodeExtras = {
  readonly inner?: readonly InnerGraph[];
  /**
   * The type, where the caller knows more than the op's rule can: extents of the call. It is no part of the node's
   * identity: within one scope equal inputs and params have one type.
   */
  readonly type?: TensorType;
};

/**
 * Make the node, or return the equal one that exists. Runs the op's type rule.
 * @throws what the op's `infer` throws
 */
export function node(
  op: OpDef,
  inputs: readonly Expr[],
  params: Params = {},
  extras: NodeExtras = {},
): Expr {
  const inner = extras.inner ?? [];
  const operands = inputs.map((x) => x.id);
  if (op.commutative === true) operands.sort((a, b) => a - b);
  const key = `${op.name}(${operands.join()})${JSON.stringify(params)}#${inner.map((g) => g.id).join()}`;
  return current.intern(key, (id) => {
    const outputs =
      extras.type === undefined ? inferTypes(op, inputs, params, inner) : [extras.type];
    return { id, op, inputs, params, type: outputs[0]!, outputs, inner };
  });
}

function inferTypes(
  op: OpDef,
  inputs: readonly Expr[],
  params: Params,
  inner: readonly InnerGraph[],
): readonly TensorType[] {
  const result = op.infer({
    types: inputs.map((x) => x.type),
    params,
    inner,
    known: (i) => inputs[i]!.op.knownInteger?.(inputs[i]!) ?? null,
    describe: (i) => describe(inputs[i]!),
    describeType: (i) => describeType(inputs[i]!),
    operation: () => op.name,
  });
  return isTypeList(result) ? result : [result];
}

const isTypeList = (t: TensorType | readonly TensorType[]): t is readonly TensorType[] =>
  Array.isArray(t);

/** The node with other inputs, itself where they are the same. Inputs of the same types keep its type. */
export function withInputs(expr: Expr, inputs: readonly Expr[]): Expr {
  if (inputs.length === expr.inputs.length && inputs.every((x, i) => x === expr.inputs[i]))
    return expr;
  const keepsType =
    expr.outputs.length === 1 && inputs.every((x, i) => sameType(x.type, expr.inputs[i]!.type));
  return node(expr.op, inputs, expr.params, {
    inner: expr.inner,
    ...(keepsType ? { type: expr.type } : {}),
  });
}

/** Every node that the roots depend on, inputs before users. No recursion: graphs are deep. */
export function topoSort(roots: readonly Expr[]): Expr[] {
  const order: Expr[] = [];
  const seen = new Set<Expr>();
  const stack: { readonly expr: Expr; next: number }[] = [];
  for (const root of roots) {
    if (seen.has(root)) continue;
    seen.add(root);
    stack.push({ expr: root, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const input = top.expr.inputs[top.next++];
      if (input === undefined) {
        order.push(top.expr);
        stack.pop();
      } else if (!seen.has(input)) {
        seen.add(input);
        stack.push({ expr: input, next: 0 });
      }
    }
  }
  return order;
}

/** Replace nodes below the roots; what depends on none of them stays the same object. */
export function substitute(roots: readonly Expr[], replacements: ReadonlyMap<Expr, Expr>): Expr[] {
  const replaced = replacedBelow(roots, replacements);
  return roots.map((root) => replaced.get(root)!);
}

/** The same, where what is made anew keeps names and places: it was written where the node was that it stands for. */
export function substituteInPlace(
  roots: readonly Expr[],
  replacements: ReadonlyMap<Expr, Expr>,
): Expr[] {
  const { origin } = current;
  current.origin = null;
  try {
    const replaced = replacedBelow(roots, replacements);
    for (const [before, after] of replaced) {
      if (before === after || replacements.has(before)) continue;
      const name = current.names.get(before);
      if (name !== undefined && !current.names.has(after)) current.names.set(after, name);
      addPositions(current, after, current.positions.get(before) ?? []);
    }
    return roots.map((root) => replaced.get(root)!);
  } finally {
    current.origin = origin;
  }
}

function replacedBelow(roots: readonly Expr[], replacements: ReadonlyMap<Expr, Expr>) {
  const replaced = new Map<Expr, Expr>(replacements);
  for (const expr of topoSort(roots)) {
    if (replaced.has(expr)) continue;
    const inputs = expr.inputs.map((x) => replaced.get(x)!);
    replaced.set(expr, withInputs(expr, inputs));
  }
  return replaced;
}

/** The nodes that use each node, among those that the roots need. */
export function usersOf(order: readonly Expr[]): Map<Expr, Expr[]> {
  const users = new Map<Expr, Expr[]>(order.map((e) => [e, []]));
  for (const expr of order) for (const input of new Set(expr.inputs)) users.get(input)?.push(expr);
  return users;
}

/** How errors name an expression: name or op, shape, and the place where it was written. */
export function describe(expr: Expr): string {
  return describeAs(expr, showShape(expr.type.shape));
}

/** The same with the dtype, where that is what the error is about. */
export function describeType(expr: Expr): string {
  return describeAs(expr, showType(expr.type));
}

/** The same with a type or shape that the node itself does not know, such as that of a call. */
export function describeAs(expr: Expr, type: string): string {
  const name = nameOf(expr) ?? `the result of ${expr.op.name}`;
  // Equal expressions are one node: the place that was written last is the one at hand.
  const place = current.positions.get(expr)?.at(-1);
  return `${name} ${type}${place === undefined ? '' : ` (${showPosition(place)})`}`;
}

/** How errors name a node and its inputs at a call, whose extents `typeOf` knows. `order`: the nodes of the graph. */
export function namesAtCall(
  expr: Expr,
  order: readonly Expr[],
  typeOf: (x: Expr) => TensorType | undefined,
): Pick<InferArgs<Params>, 'describe' | 'describeType' | 'operation'> {
  // An extent is named by the expression whose extent it is.
  const named = (i: number): Expr => {
    const x = expr.inputs[i]!;
    return x.op.lowering.kind === 'host' ? (x.inputs[0] ?? x) : x;
  };
  return {
    describe: (i) => describeAs(named(i), showShape((typeOf(named(i)) ?? named(i).type).shape)),
    describeType: (i) => describeAs(named(i), showType(typeOf(named(i)) ?? named(i).type)),
    operation: () => {
      if (expr.op.lowering.kind !== 'view') return expr.op.name;
      const places = current.positions.get(expr) ?? [];
      const isFromHere = (x: Expr) =>
        (current.positions.get(x) ?? []).some((p) => places.some((q) => samePosition(p, q)));
      return (order.find((x) => x.inputs.includes(expr) && isFromHere(x)) ?? expr).op.name;
    },
  };
}

function showPosition({ source, line }: Position): string {
  return `${source}, line ${line}`;
}

/** The user's name of a node, if it has one. */
export function nameOf(expr: Expr, scope: Annotations = current): string | null {
  const name = scope.names.get(expr) ?? expr.params['name'];
  return typeof name === 'string' && name !== '' ? name : null;
}

/** Stages that a graph goes through; a pass in the wrong place does not compile. */
export type Stage = 'traced' | 'optimized' | 'bound';

/** What a compiled function computes. Updates are simultaneous: all values are of the state before the call. */
export type Graph<S extends Stage> = {
  readonly stage: S;
  readonly inputs: readonly Expr[];
  readonly outputs: readonly Expr[];
  readonly updates: readonly Update[];
};
export type Update = { readonly variable: Expr; readonly value: Expr };

export function rootsOf(graph: Graph<Stage>): readonly Expr[] {
  return [...graph.outputs, ...graph.updates.map((u) => u.value)];
}

/** The graph with other roots, in the order of `rootsOf`. */
export function withRoots<S extends Stage>(
  graph: Graph<Stage>,
  stage: S,
  roots: readonly Expr[],
): Graph<S> {
  const count = graph.outputs.length;
  assert(roots.length === count + graph.updates.length, 'a pass lost a root');
  return {
    stage,
    inputs: graph.inputs,
    outputs: roots.slice(0, count),
    updates: graph.updates.map((u, i) => ({ variable: u.variable, value: roots[count + i]! })),
  };
}
