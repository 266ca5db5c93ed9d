/** @file How much a stranger may ask for: much at once, and little for ever. */

/** What a store holds at first and at most, and how much of it comes back each second. */
export type Rate = { readonly burst: number; readonly perSecond: number };

/** A store of permissions that fills slowly (a token bucket). */
export class Allowance {
  readonly #rate: Rate;
  #left: number;
  #at = performance.now();

  constructor(rate: Rate) {
    this.#rate = rate;
    this.#left = rate.burst;
  }

  /** Takes one permission; whether there was one. */
  take(): boolean {
    const now = performance.now();
    const fresh = ((now - this.#at) / 1000) * this.#rate.perSecond;
    this.#at = now;
    this.#left = Math.min(this.#rate.burst, this.#left + fresh) - 1;
    return this.#left >= 0;
  }
}
