/** @file A map that forgets what was used longest ago. */

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
