/**
 * @file How reading something untrusted ends: with its value, or with the name of the check that refused it.
 * Readers throw a `Refusal` where they stand; only `reading` and `readingLater` catch it, at the door.
 */

/** The checks, in the order in which a link meets them. */
export type Check =
  /** The text is not of this kind at all. */
  | 'format'
  /** It was made for a version that this page does not know. */
  | 'version'
  /** It was packed in a way that this page does not know. */
  | 'codec'
  | 'base64'
  | 'gzip'
  /** It is larger than a reader may take in, packed or unpacked. */
  | 'size'
  | 'utf8'
  | 'json'
  /** A field is missing or holds something else than it should. */
  | 'schema'
  /** A field is well formed but larger than allowed. */
  | 'limits';

/** Which check refused, and one or two sentences for the person who opened it. */
export type Refused = { readonly ok: false; readonly check: Check; readonly message: string };

class Refusal extends Error {
  readonly check: Check;
  constructor(check: Check, message: string) {
    super(message);
    this.check = check;
  }
}

/** Ends the reading around it. */
export function refuse(check: Check, message: string): never {
  throw new Refusal(check, message);
}

/** What `read` gives, or why it refused. */
export function reading<T extends { readonly ok: true }>(read: () => T): T | Refused {
  try {
    return read();
  } catch (error) {
    return refusedBy(error);
  }
}

/** What `read` gives in the end, or why it refused. */
export async function readingLater<T extends { readonly ok: true }>(
  read: () => Promise<T>,
): Promise<T | Refused> {
  try {
    return await read();
  } catch (error) {
    return refusedBy(error);
  }
}

function refusedBy(error: unknown): Refused {
  if (!(error instanceof Refusal)) throw error;
  return { ok: false, check: error.check, message: error.message };
}
