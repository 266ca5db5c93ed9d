/** @file `x.eval(...)`: an expression computed once. Installed on `Tensor` here, because it compiles. */
import { checkPairs } from './arguments.ts';
import { compile } from './function.ts';
import type { HostInput, NDArray } from './nd-array.ts';
import { Tensor } from './tensor.ts';

declare module './tensor.ts' {
  interface Tensor {
    /** Computes the value once, given values for the variables that it depends on. */
    eval(values?: readonly (readonly [variable: Tensor, value: HostInput])[]): Promise<NDArray>;
  }
}

async function evaluate(
  this: Tensor,
  values: readonly (readonly [variable: Tensor, value: HostInput])[] = [],
): Promise<NDArray> {
  const given = checkPairs('eval', values, '[variable, value]');
  const f = compile(
    given.map(([variable]) => variable),
    this,
    { name: 'eval' },
  );
  try {
    return await f(...given.map(([, value]) => value));
  } finally {
    f.free();
  }
}

/** Give every tensor `eval`. */
export function installEval(): void {
  Tensor.prototype.eval = evaluate;
}
