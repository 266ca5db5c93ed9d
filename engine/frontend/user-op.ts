/** @file `T.op`: a user's operation from a graph. The body is traced once for each list of input types. */
import { describe, nameOf, type Expr } from '../ir/graph.ts';
import { fail } from '../base/errors.ts';
import { compatibleShapes, showType } from '../ir/types.ts';
import { checkOptions } from './arguments.ts';
import { applyUserOp, capturedBy, userBody, type UserDerivative } from '../control/user-op.ts';
import { input } from '../ops/leaves.ts';
import {
  atCaller,
  isTensor,
  toExprs,
  wrap,
  type Tensor,
  type TensorLike,
  showValue,
} from './tensor.ts';

type Outputs = Tensor | readonly Tensor[];

/** A derivative rule of the user: `null` says that there is none. */
type UserRule =
  | ((
      inputs: readonly Tensor[],
      outputs: readonly Tensor[],
      given: readonly Tensor[],
    ) => readonly (Tensor | null)[])
  | null;

export type UserOpOptions = {
  /** Put the body in place of the node at once. */
  readonly inline?: boolean;
  /** Cotangents of the inputs from those of the outputs. */
  readonly vjp?: UserRule;
  /** Tangents of the outputs from those of the inputs. */
  readonly jvp?: UserRule;
};

/**
 * An operation named `name` that computes `fn`. It is one node in graphs, and opens; its derivative comes from the body
 * unless `vjp` and `jvp` say otherwise.
 */
export function userOp<O extends Outputs>(
  name: string,
  fn: (...inputs: Tensor[]) => O,
  options: UserOpOptions = {},
): (...inputs: readonly TensorLike[]) => O {
  const bodies = new Map<
    string,
    { readonly body: ReturnType<typeof userBody>; readonly isList: boolean }
  >();
  if (typeof name !== 'string' || typeof fn !== 'function')
    fail(
      'arguments_wrong',
      'T.op',
      'a name and a function',
      `${showValue(name)} and ${showValue(fn)}`,
    );
  const derivative = userDerivative(
    name,
    checkOptions(`T.op ${name}`, options, ['inline', 'vjp', 'jvp']),
  );
  return (...values) =>
    atCaller(() => {
      const inputs = toExprs(values, name);
      const key = inputs.map((x) => showType(x.type)).join(';');
      const known = bodies.get(key) ?? traceBody(name, fn, inputs, derivative);
      bodies.set(key, known);
      const results = applyUserOp(
        { name, inline: options.inline === true },
        known.body,
        inputs,
      ).map(wrap);
      return (known.isList ? results : results[0]) as O;
    });
}

function traceBody(
  name: string,
  fn: (...inputs: Tensor[]) => Outputs,
  inputs: readonly Expr[],
  derivative: UserDerivative,
) {
  const own = inputs.map((x, i) => input(x.type, nameOf(x) ?? `x${i}`));
  const made = fn(...own.map(wrap));
  const list = isTensor(made) ? [made] : made;
  const right = Array.isArray(list) && list.length > 0 && list.every(isTensor);
  if (!right)
    fail(
      'arguments_wrong',
      `T.op ${name}`,
      'a function that returns a tensor or an array of tensors',
      typeof made,
    );
  const body = userBody(
    own,
    list.map((t) => t.expr),
    derivative,
  );
  const [captured] = capturedBy(body);
  if (captured !== undefined) {
    fail(
      'arguments_wrong',
      `T.op ${name}`,
      'a function of its arguments alone',
      `one that uses ${describe(captured)}; pass it as an argument`,
    );
  }
  return { body, isList: !isTensor(made) };
}

/** A user's rule on expressions instead of handles; what it gives is held to the types of `likes(inputs, outputs)`. */
const asRule =
  (
    what: string,
    rule: NonNullable<UserRule>,
    likes: (i: readonly Expr[], o: readonly Expr[]) => readonly Expr[],
  ) =>
  (inputs: readonly Expr[], outputs: readonly Expr[], given: readonly Expr[]): (Expr | null)[] => {
    const made: unknown = rule(inputs.map(wrap), outputs.map(wrap), given.map(wrap));
    const wanted = likes(inputs, outputs);
    const list = Array.isArray(made) ? (made as readonly unknown[]) : [];
    if (!Array.isArray(made) || list.length !== wanted.length)
      fail(
        'arguments_wrong',
        what,
        `an array of ${wanted.length} tensors`,
        Array.isArray(made) ? `one of ${list.length}` : showValue(made),
      );
    return list.map((t, i) => {
      if (t === null) return null;
      const like = wanted[i]!;
      if (!isTensor(t)) return fail('not_a_tensor', what, showValue(t));
      if (!compatibleShapes(t.shape, like.type.shape))
        return fail('shapes_differ', what, describe(t.expr), describe(like));
      return t.expr;
    });
  };

function userDerivative(name: string, { vjp, jvp }: UserOpOptions): UserDerivative {
  return {
    ...(vjp === undefined
      ? {}
      : { vjp: vjp === null ? null : asRule(`T.op ${name} vjp`, vjp, (i) => i) }),
    ...(jvp === undefined
      ? {}
      : { jvp: jvp === null ? null : asRule(`T.op ${name} jvp`, jvp, (_, o) => o) }),
  };
}
