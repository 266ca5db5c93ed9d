/** @file `T.op`: a user's operation from a graph. The body is traced once for each list of input types. */
import { describe, nameOf, type Expr } from '../ir/graph.ts';
import { fail } from '../base/errors.ts';
import { showType } from '../ir/types.ts';
import { applyUserOp, capturedBy, userBody, type UserDerivative } from '../control/user-op.ts';
import { input } from '../ops/leaves.ts';
import { atCaller, isTensor, toExprs, wrap, type Tensor, type TensorLike } from './tensor.ts';

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
  const derivative = userDerivative(options);
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

/** A user's rule on expressions instead of handles. */
const asRule =
  (rule: NonNullable<UserRule>) => (a: readonly Expr[], b: readonly Expr[], c: readonly Expr[]) =>
    rule(a.map(wrap), b.map(wrap), c.map(wrap)).map((t) => t?.expr ?? null);

function userDerivative({ vjp, jvp }: UserOpOptions): UserDerivative {
  return {
    ...(vjp === undefined ? {} : { vjp: vjp === null ? null : asRule(vjp) }),
    ...(jvp === undefined ? {} : { jvp: jvp === null ? null : asRule(jvp) }),
  };
}
