/**
 * @file `userOp`, a user's operation from a graph (Theano's OpFromGraph), and `output`, one of several results. The
 * user's derivative is kept beside the inner graph in the realm that traced it: compilation needs none.
 */
import {
  describe,
  innerGraph,
  node,
  substitute,
  topoSort,
  type Expr,
  type InnerGraph,
  type Params,
} from '../ir/graph.ts';
import type { MaybeExpr, NodeArgs, OpDef } from '../ir/op-def.ts';
import { assert, fail } from '../base/errors.ts';
import { compatibleShapes } from '../ir/types.ts';
import { NODES_MAX } from '../base/limits.ts';
import { jvp } from '../autodiff/jvp.ts';
import { vjp, zerosLike } from '../autodiff/vjp.ts';

type OutputParams = { readonly index: number };

export const OUTPUT: OpDef<OutputParams> = {
  name: 'output',
  doc: 'One result of an operation that has several.',
  readParams: (value) =>
    Number.isInteger(value['index']) ? { index: Number(value['index']) } : null,
  arity: [1, 1],
  // The type is the caller's: infer sees only the first type of each input.
  infer: ({ types }) => types[0]!,
  extent: () => null,
  derivative: { kind: 'projection' },
  lowering: {
    kind: 'graph',
    expand: ({ inputs, params }) => [expandUserOp(inputs[0]!)[params.index]!],
  },
  latex: ([x], { params }) => `{${x}}_{${params.index}}`,
  domain: [],
};

/** The results of a node, each as an expression. */
function resultsOf(expr: Expr): Expr[] {
  if (expr.outputs.length === 1) return [expr];
  return expr.outputs.map((type, index) => node(OUTPUT, [expr], { index }, { type }));
}

/** Derivatives that a user gave; `null`: there is none; left out: from the inner graph. */
export type UserDerivative = {
  readonly vjp?:
    | ((
        inputs: readonly Expr[],
        outputs: readonly Expr[],
        cotangents: readonly Expr[],
      ) => readonly MaybeExpr[])
    | null;
  readonly jvp?:
    | ((
        inputs: readonly Expr[],
        outputs: readonly Expr[],
        tangents: readonly Expr[],
      ) => readonly MaybeExpr[])
    | null;
};

const derivatives = new WeakMap<InnerGraph, UserDerivative>();

type UserOpParams = { readonly name: string; readonly inline: boolean };

const bodyOf = (expr: Expr): InnerGraph => {
  const [body] = expr.inner;
  assert(body !== undefined, 'a user operation without a graph');
  return body;
};

/** The results of a user's operation as expressions of its inputs. */
function expandUserOp(expr: Expr): Expr[] {
  const body = bodyOf(expr);
  return substitute(body.outputs, new Map(body.inputs.map((x, i) => [x, expr.inputs[i]!])));
}

const refuse = (expr: Expr, name: string, rule: string): never =>
  fail('no_derivative', name, `its ${rule} is declared null`, describe(expr));

export const USER_OP: OpDef<UserOpParams> = {
  name: 'userOp',
  doc: "A user's operation, defined by a graph; it stays one node until kernels are formed, unless it is inlined.",
  readParams: (value: Params) => {
    const { name, inline } = value;
    return typeof name === 'string' && typeof inline === 'boolean' ? { name, inline } : null;
  },
  arity: [0, NODES_MAX],
  innerCount: 1,
  infer: ({ types, inner, describe }) => {
    const [body] = inner;
    assert(
      body !== undefined && body.inputs.length === types.length,
      'a user operation with other inputs than its graph',
    );
    types.forEach((type, i) => {
      const own = body.inputs[i]!.type;
      if (own.dtype !== type.dtype || !compatibleShapes(own.shape, type.shape)) {
        fail('shapes_differ', 'userOp', describe(i), `an input of ${own.dtype}`);
      }
    });
    return body.outputs.map((x) => x.type);
  },
  extent: () => null,
  derivative: {
    kind: 'custom',
    vjp: (cotangents, args) => userVjp(cotangents, args),
    jvp: (tangents, args) => userJvp(tangents, args),
  },
  lowering: { kind: 'graph', expand: ({ output }) => expandUserOp(output) },
  latex: (operands, { params }) => `\\operatorname{${params.name}}(${operands.join(', ')})`,
  text: (operands, { params }) => `${params.name}(${operands.join(', ')})`,
  domain: [],
};

const present = (values: readonly MaybeExpr[], likes: readonly Expr[]): Expr[] =>
  likes.map((x, i) => values[i] ?? zerosLike(x));

function userVjp(
  cotangents: readonly MaybeExpr[],
  { inputs, output, params }: NodeArgs<UserOpParams>,
): readonly MaybeExpr[] {
  const body = bodyOf(output);
  const own = derivatives.get(body)?.vjp;
  if (own === null) return refuse(output, params.name, 'vjp');
  const results = resultsOf(output);
  const given = present(cotangents, results);
  if (own !== undefined) return own(inputs, results, given);
  const expanded = expandUserOp(output);
  return vjp(
    expanded.map((root, i) => ({ root, ct: given[i]! })),
    inputs,
  );
}

function userJvp(
  tangents: readonly MaybeExpr[],
  { inputs, output, params }: NodeArgs<UserOpParams>,
): readonly MaybeExpr[] {
  const { jvp: own, vjp: reverse } = derivatives.get(bodyOf(output)) ?? {};
  // `vjp: null` says that there is no derivative; a jvp beside it says that there is one forward.
  if (own === null || (own === undefined && reverse === null))
    return refuse(output, params.name, 'jvp');
  if (own !== undefined) return own(inputs, resultsOf(output), present(tangents, inputs));
  const given = new Map(
    inputs.flatMap((x, i) =>
      tangents[i] === null || tangents[i] === undefined ? [] : [[x, tangents[i]] as const],
    ),
  );
  return jvp(expandUserOp(output), given);
}

/** Make a body from its inputs and outputs, with the user's derivatives. */
export function userBody(
  inputs: readonly Expr[],
  outputs: readonly Expr[],
  derivative: UserDerivative,
): InnerGraph {
  const body = innerGraph(inputs, outputs);
  derivatives.set(body, derivative);
  return body;
}

/** Apply a body; gives its results. */
export function applyUserOp(
  params: UserOpParams,
  body: InnerGraph,
  inputs: readonly Expr[],
): Expr[] {
  const expr = node(USER_OP, inputs, params, { inner: [body] });
  return params.inline ? expandUserOp(expr) : resultsOf(expr);
}

/** Expressions of the outside that a body uses without naming them as inputs. */
export function capturedBy(body: InnerGraph): Expr[] {
  const own = new Set(body.inputs);
  return topoSort(body.outputs).filter(
    (x) => x.inputs.length === 0 && x.op.name !== 'constant' && !own.has(x),
  );
}
