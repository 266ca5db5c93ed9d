/** Goal: archives that any program opens. Method: the check value of CRC-32, and reading an archive back by its directory. */
import { expect, test } from 'vitest';
import { crc32, zipOf } from './zip.ts';

test('the checksum is the CRC-32 of the format', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

test('each file stands where the directory says', async () => {
  const files = [
    { name: 'one.ipynb', text: '{}' },
    { name: 'zwei – drei.ipynb', text: 'äöü\n'.repeat(100) },
    { name: 'empty.ipynb', text: '' },
  ];
  expect(readZip(new Uint8Array(await zipOf(files).arrayBuffer()))).toEqual(files);
});

/** The files of an archive, read from its end as programs do. */
function readZip(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer);
  const text = (at: number, length: number): string =>
    new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(at, at + length));
  const end = bytes.length - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  const files: unknown[] = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    expect(view.getUint32(at, true)).toBe(0x02014b50);
    const [size, nameLength] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true)];
    const local = view.getUint32(at + 42, true);
    expect(view.getUint32(local, true)).toBe(0x04034b50);
    const content = local + 30 + view.getUint16(local + 26, true);
    expect(view.getUint32(at + 16, true)).toBe(crc32(bytes.subarray(content, content + size)));
    files.push({ name: text(at + 46, nameLength), text: text(content, size) });
    at += 46 + nameLength;
  }
  expect(at).toBe(end);
  return files;
}
