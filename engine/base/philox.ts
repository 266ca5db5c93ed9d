/** @file Philox 4x32-10, a counter-based generator: the same bits for a counter and a key everywhere. Source: Salmon et al. 2011. */

type Four = readonly [number, number, number, number];

const ROUNDS = 10;
const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57] as const;
const WEYL = [0x9e3779b9, 0xbb67ae85] as const;

/** Four random words for a counter of four words and a key of two; all uint32. */
export function philox(counter: Four, key: readonly [number, number]): Four {
  let [a, b, c, d] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const [high0, low0] = multiply(MULTIPLIERS[0], a);
    const [high1, low1] = multiply(MULTIPLIERS[1], c);
    [a, b, c, d] = [(high1 ^ b ^ k0) >>> 0, low1, (high0 ^ d ^ k1) >>> 0, low0];
    k0 = (k0 + WEYL[0]) >>> 0;
    k1 = (k1 + WEYL[1]) >>> 0;
  }
  return [a, b, c, d];
}

/** The 64 bit product of two words, as high and low word. */
function multiply(x: number, y: number): readonly [number, number] {
  const [x0, x1, y0, y1] = [x & 0xffff, x >>> 16, y & 0xffff, y >>> 16];
  const middle = x1 * y0 + ((x0 * y0) >>> 16);
  const carry = x0 * y1 + (middle & 0xffff);
  const high = x1 * y1 + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000);
  return [high >>> 0, Math.imul(x, y) >>> 0];
}

/** A stream of words for a seed, four at a time. */
export class PhiloxStream {
  readonly #key: readonly [number, number];
  #counter = 0;
  #words: number[] = [];

  constructor(seed: number) {
    this.#key = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
  }

  /** The next word, uint32. */
  word(): number {
    if (this.#words.length === 0) {
      const low = this.#counter >>> 0;
      const high = Math.floor(this.#counter / 2 ** 32);
      this.#words = [...philox([low, high, 0, 0], this.#key)].toReversed();
      this.#counter++;
    }
    return this.#words.pop()!;
  }

  /** The next number in [0, 1), of 24 bits. */
  uniform(): number {
    return (this.word() >>> 8) / 2 ** 24;
  }
}
