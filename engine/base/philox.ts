/**
 * @file Counter-based random bits: a pure function of key and counter, the same on every machine. No state anywhere: the
 * n-th block of a stream is computed without the ones before it.
 * Source: Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3; Philox4x32-10.
 */

/** Four 32 bit words: a counter, or a block of random bits. */
export type Block = readonly [number, number, number, number];

/** Which stream: two 32 bit words. */
export type PhiloxKey = readonly [number, number];

const ROUNDS = 10;
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
/** The golden ratio and sqrt(3) - 1, as the paper's Weyl sequence of keys. */
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** Upper word of the 64 bit product of two words. No partial sum reaches 2 ** 32. */
function mulHigh(a: number, b: number): number {
  const [aLow, aHigh, bLow, bHigh] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const other = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + (middle >>> 16) + (other >>> 16);
}

/** The random block of a counter, words in [0, 2 ** 32). */
export function philox4x32(counter: Block, key: PhiloxKey): Block {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = mulHigh(MULTIPLIER_0, c0);
    const high1 = mulHigh(MULTIPLIER_1, c2);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** The first `count` words of a stream: blocks of the counters 0, 1, 2, ..., the low word of the counter first. */
export function randomWords(key: PhiloxKey, count: number): Uint32Array {
  const words = new Uint32Array(count);
  for (let start = 0, block = 0; start < count; start += 4, block++) {
    const made = philox4x32([block >>> 0, Math.floor(block / 2 ** 32), 0, 0], key);
    for (let i = 0; i < 4 && start + i < count; i++) words[start + i] = made[i]!;
  }
  return words;
}
