/**
 * @file Text packed for a link, and unpacked without trust: gzip, since its checksum catches corruption, in
 * base64url. Unpacking feeds little pieces and stops at the cap, so a bomb costs no more than the cap.
 */
import { refuse } from './reading.ts';

/** Bytes of UTF-8 that unpacked text may have. */
export const TEXT_BYTES_MAX = 1 << 20;

/** Characters of packed text: that of the cap when nothing could be compressed, and gzip's own bytes. */
const PACKED_LENGTH_MAX = Math.ceil((TEXT_BYTES_MAX + (64 << 10)) / 3) * 4;

/** Bytes fed at once. A browser unpacks a piece whole before it can be stopped: 1,032 times its size at worst. */
const PIECE_BYTES = 1024;

/** Bytes of gzip around nothing. */
const GZIP_BYTES_MIN = 18;

/** Characters that one call of `fromCharCode` takes on every browser. */
const CALL_LENGTH_MAX = 8192;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** `text` as base64url of gzip of UTF-8. Lone surrogates must be escaped before: UTF-8 has no place for them. */
export async function pack(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return base64urlOf(new Uint8Array(await new Response(stream).arrayBuffer()));
}

/** What `pack` was given. Refuses under `size`, `base64`, `gzip` and `utf8`. */
export async function unpack(packed: string): Promise<string> {
  if (packed.length > PACKED_LENGTH_MAX) {
    refuse('size', `The link has ${packed.length} characters; at most ${PACKED_LENGTH_MAX} open.`);
  }
  return textOf(await inflate(bytesOfBase64url(packed)));
}

function base64urlOf(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CALL_LENGTH_MAX) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CALL_LENGTH_MAX));
  }
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function bytesOfBase64url(text: string): Uint8Array<ArrayBuffer> {
  const stray = text.search(/[^A-Za-z0-9_-]/);
  if (stray >= 0) {
    refuse('base64', `Character ${stray + 1} of the packed notebook belongs into no link.`);
  }
  // The last character carries 2 or 4 bits that no byte takes. A changed or cut link shows there first.
  const spareBits = { 0: 0, 1: 6, 2: 4, 3: 2 }[text.length % 4] ?? 0;
  const last = ALPHABET.indexOf(text.at(-1) ?? 'A');
  if (spareBits === 6 || last % 2 ** spareBits !== 0) {
    refuse('base64', 'The end of the packed notebook is missing or was changed.');
  }
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (bytes.length < GZIP_BYTES_MIN) refuseGzip();
  const unpacked = inPieces(bytes).pipeThrough(new DecompressionStream('gzip')).getReader();
  const result = new Uint8Array(TEXT_BYTES_MAX);
  let length = 0;
  for (;;) {
    const { value, done } = await unpacked.read().catch(refuseGzip);
    if (done) break;
    if (length + value.length > TEXT_BYTES_MAX) {
      await unpacked.cancel();
      refuse('size', `The notebook is larger than ${TEXT_BYTES_MAX} bytes when unpacked.`);
    }
    result.set(value, length);
    length += value.length;
  }
  // Gzip ends with its length. Browsers differ in what they let follow: more streams, zeros, or nothing.
  const tail = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4);
  return tail.getUint32(0, true) === length ? result.subarray(0, length) : refuseGzip();
}

function inPieces(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (at >= bytes.length) controller.close();
        else controller.enqueue(bytes.subarray(at, at + PIECE_BYTES));
        at += PIECE_BYTES;
      },
    },
    { highWaterMark: 0 },
  );
}

function refuseGzip(): never {
  refuse('gzip', 'The packed notebook was cut off or changed on its way.');
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse('utf8', 'The notebook is not text in UTF-8.');
  }
}
