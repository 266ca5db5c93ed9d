/** @file What a call returns at once: handles on values that are awaited only when they are read. */
import { fail } from '../base/errors.ts';
import type { Expr } from '../ir/graph.ts';
import type { CallTicket, Connection } from './connection.ts';
import { connection } from './engine.ts';
import { NDArray } from './nd-array.ts';
import { isTensor, showValue, type Tensor } from './tensor.ts';

/** The forms of a function's outputs: one, a list, a record. */
export type Outputs = Tensor | readonly Tensor[] | { readonly [key: string]: Tensor };

/** The values of outputs, in the same form. */
export type Values<O extends Outputs> = O extends Tensor
  ? NDArray
  : { readonly [K in keyof O]: NDArray };

/** A value that stays on its device until it is read; it may be an input of another call. */
export type LazyResult = { readonly id: number };

/** A result without `then`. */
class Lazy implements LazyResult {
  readonly #held: Held;

  constructor(held: Held) {
    this.#held = held;
  }

  get id(): number {
    return this.#held.id;
  }
}

/** Results of one call: awaited as a whole, or one by one. */
export type Result<O extends Outputs> = PromiseLike<Values<O>> & {
  /** The same without `then`: an async function that returns it leaves the value where it is. */
  readonly lazy: O extends Tensor ? LazyResult : { readonly [K in keyof O]: LazyResult };
} & (O extends Tensor ? LazyResult : { readonly [K in keyof O]: Result<Tensor> });

const unreachable = new FinalizationRegistry<{
  readonly engine: Connection;
  readonly id: number;
}>(({ engine, id }) => engine.freeResult(id));

/** What a value that was read is of. */
export type ReadOutput = {
  readonly fn: string;
  /** The expression as messages name it, with the shape of the value and the line where it was written. */
  readonly describe: (value: NDArray) => string;
};

/** Who sees values when they are first read: in a cell realm its runtime, which tells of NaN. */
const reader: { see: (value: NDArray, output: ReadOutput) => void } = { see: () => undefined };

export const seeReadsWith = (see: (value: NDArray, output: ReadOutput) => void): void => {
  reader.see = see;
};

/** Results that stand for the same value keep it alive together. */
class Held {
  readonly id: number;
  readonly engine: Connection = connection();

  constructor(id: number) {
    this.id = id;
    unreachable.register(this, { engine: this.engine, id });
  }
}

class SingleResult implements PromiseLike<NDArray> {
  readonly #held: Held;
  readonly #output: ReadOutput;
  #value: Promise<NDArray> | null = null;

  constructor(held: Held, output: ReadOutput) {
    this.#held = held;
    this.#output = output;
  }

  get id(): number {
    return this.#held.id;
  }

  get lazy(): LazyResult {
    return new Lazy(this.#held);
  }

  #read(): Promise<NDArray> {
    this.#value ??= this.#held.engine.readResult(this.#held.id).then(({ data, shape, dtype }) => {
      const value = new NDArray(data, shape, dtype);
      reader.see(value, this.#output);
      return value;
    });
    return this.#value;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a result is awaited like a promise: LANGUAGE.md section 3
  then<A = NDArray, B = never>(
    resolve?: ((value: NDArray) => A | PromiseLike<A>) | null,
    reject?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#read().then(resolve, reject);
  }
}

/** How outputs are laid out: `null` for one, keys for the others. */
export type OutputForm =
  | { readonly kind: 'one' }
  | { readonly kind: 'list' }
  | { readonly kind: 'record'; readonly keys: readonly string[] };

/** The expressions of outputs, and their form. @throws arguments_wrong for what is no tensor */
export function listOutputs(outputs: Outputs, name: string): { list: Expr[]; form: OutputForm } {
  if (isTensor(outputs)) return { list: [outputs.expr], form: { kind: 'one' } };
  const isList = Array.isArray(outputs);
  const isForm = typeof outputs === 'object' && outputs !== null;
  const values: readonly unknown[] = isForm ? Object.values(outputs) : [outputs];
  const wrong = values.findIndex((v) => !isTensor(v));
  if (wrong >= 0)
    fail(
      'arguments_wrong',
      `compile ${name}`,
      'a tensor, an array or a record of tensors as outputs',
      showValue(values[wrong]),
    );
  const list = values.map((v) => (v as Tensor).expr);
  return { list, form: isList ? { kind: 'list' } : { kind: 'record', keys: Object.keys(outputs) } };
}

/** The results of a call in the form of its outputs, of which `outputs` tells what each is. */
export function makeResult<O extends Outputs>(
  { results: ids, done }: CallTicket,
  form: OutputForm,
  outputs: readonly ReadOutput[],
): Result<O> {
  const singles = ids.map((id, i) => new SingleResult(new Held(id), outputs[i]!));
  if (form.kind === 'one') return singles[0] as unknown as Result<O>;
  const keys = form.kind === 'list' ? singles.map((_, i) => String(i)) : form.keys;
  const collect = (values: readonly unknown[]): unknown =>
    form.kind === 'list' ? [...values] : Object.fromEntries(values.map((v, i) => [keys[i]!, v]));
  const result = {
    ...Object.fromEntries(keys.map((key, i) => [key, singles[i]!])),
    get lazy() {
      return collect(singles.map((s) => s.lazy));
    },
  };
  // oxlint-disable-next-line unicorn/no-thenable -- results are awaited like a promise: LANGUAGE.md section 3
  Object.defineProperty(result, 'then', {
    value: (resolve?: (value: unknown) => unknown, reject?: (reason: unknown) => unknown) =>
      // A call without outputs may fail too.
      Promise.all([...singles, done])
        .then((values) => collect(values.slice(0, -1)))
        .then(resolve, reject),
  });
  return result as unknown as Result<O>;
}

export const isLazyResult = (value: unknown): value is LazyResult =>
  value instanceof SingleResult || value instanceof Lazy;
