/**
 * @file Files as a ZIP archive, stored without compression: notebooks are small, and any program of any system opens it.
 * Source: PKWARE's APPNOTE 6.3.10, sections 4.3.7 (local headers), 4.3.12 (central directory) and 4.3.16 (its end).
 */

/** A file of an archive. Names are of this program's making: unique and without folders. */
export type ZipFile = { readonly name: string; readonly text: string };

const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;

/** Bit 11: names are UTF-8. */
const UTF8_FLAG = 1 << 11;

/** 1 January 1980, the first day that the format knows: the files say themselves when they were made. */
const NO_DATE = 0x21;

/** An archive of those files, fewer than 65,536 and below 4 GiB in all. */
export function zipOf(files: readonly ZipFile[]): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const { name, text } of files) {
    const entry = entryOf(name, text, offset);
    parts.push(localHeader(entry), entry.name, entry.bytes);
    directory.push(centralHeader(entry), entry.name);
    offset += LOCAL_BYTES + entry.name.length + entry.bytes.length;
  }
  const directoryBytes = directory.reduce((sum, part) => sum + part.length, 0);
  const end = fields(END_BYTES, (put) => {
    put(4, 0x06054b50, 0);
    put(2, files.length, 8);
    put(2, files.length, 10);
    put(4, directoryBytes, 12);
    put(4, offset, 16);
  });
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}

type Entry = {
  readonly name: Uint8Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly checksum: number;
  readonly offset: number;
};

function entryOf(name: string, text: string, offset: number): Entry {
  const utf8 = new TextEncoder();
  const bytes = utf8.encode(text);
  return { name: utf8.encode(name), bytes, checksum: crc32(bytes), offset };
}

function localHeader(entry: Entry): Uint8Array<ArrayBuffer> {
  return fields(LOCAL_BYTES, (put) => {
    put(4, 0x04034b50, 0);
    putCommon(put, entry, 4);
  });
}

function centralHeader(entry: Entry): Uint8Array<ArrayBuffer> {
  return fields(CENTRAL_BYTES, (put) => {
    put(4, 0x02014b50, 0);
    // Made by version 2.0 of the format on no system in particular.
    put(2, 20, 4);
    putCommon(put, entry, 6);
    put(4, entry.offset, 42);
  });
}

/** What both headers hold, one after the other from `at` on. */
function putCommon(put: Put, { name, bytes, checksum }: Entry, at: number): void {
  put(2, 20, at);
  put(2, UTF8_FLAG, at + 2);
  put(2, NO_DATE, at + 8);
  put(4, checksum, at + 10);
  put(4, bytes.length, at + 14);
  put(4, bytes.length, at + 18);
  put(2, name.length, at + 22);
}

/** Writes a number of 2 or 4 bytes. */
type Put = (bytes: 2 | 4, value: number, at: number) => void;

/** A record of fields in little-endian order; those that are not put are 0. */
function fields(bytes: number, fill: (put: Put) => void): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(bytes);
  const view = new DataView(record.buffer);
  fill((size, value, at) => {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
  });
  return record;
}

/** The checksum of the format: CRC-32 with the reversed polynomial 0xedb88320. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
