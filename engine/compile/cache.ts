/** @file Plans by the extents of a call: their key, and a map that forgets what was used longest ago. */
import type { Expr } from '../ir/graph.ts';
import type { Lowered, Resolution } from '../schedule/bind-shapes.ts';

/**
 * What decides whether two calls may share a plan: the extents of variables, and of nodes whose extents depend on values.
 * `shared`: the function's shared variables.
 */
export function signatureOf(
  lowered: Lowered,
  shared: readonly Expr[],
  shapes: ReadonlyMap<Expr, readonly number[]>,
  { types, pending }: Resolution,
): string {
  const leaves = [...lowered.graph.inputs, ...shared].map((x) => shapes.get(x)!.join());
  if (lowered.extentSources.length === 0) return leaves.join(';');
  const inner = lowered.order
    .filter((x) => x.type.shape.includes(null))
    .map((x) => types.get(x)?.shape.join() ?? '?');
  return `${leaves.join(';')}|${inner.join(';')}|${pending.length}`;
}

export class LruCache<V> {
  readonly #entries = new Map<string, V>();
  readonly #sizeMax: number;
  readonly #onEvict: (value: V) => void;

  constructor(sizeMax: number, onEvict: (value: V) => void = () => undefined) {
    this.#sizeMax = sizeMax;
    this.#onEvict = onEvict;
  }

  get(key: string): V | undefined {
    const found = this.#entries.get(key);
    if (found === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, found);
    return found;
  }

  set(key: string, value: V): void {
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#sizeMax) return;
    const [oldest, evicted] = this.#entries.entries().next().value!;
    this.#entries.delete(oldest);
    this.#onEvict(evicted);
  }

  get size(): number {
    return this.#entries.size;
  }

  clear(): void {
    for (const value of this.#entries.values()) this.#onEvict(value);
    this.#entries.clear();
  }
}
