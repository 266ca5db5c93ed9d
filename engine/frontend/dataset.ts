/**
 * @file `dataset`: the data sets that are packed beside the page, as host values. In Node they are read from the package's
 * folder, in a page fetched from beside it; in a cell the engine has them, and this file is not used.
 */
import type * as Files from 'node:fs/promises';
import { fail } from '../base/errors.ts';
import { sizeOf } from '../ir/types.ts';
import { NDArray } from './nd-array.ts';

/** Examples and their labels: x float32 [n, features], y int32 [n]. */
export type Examples = { readonly x: NDArray; readonly y: NDArray };
export type DataSet = { readonly training: Examples; readonly test: Examples };

/** An array as it was packed: `engine/bench/pack-data.ts` writes them. */
type PackedArray = {
  readonly dtype: 'uint8' | 'float32';
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
};
type Packed = (name: string) => PackedArray;

const DATA_SETS = {
  mnist: (packed: Packed): DataSet => ({
    training: { x: pixelsOf(packed('training-images')), y: labelsOf(packed('training-labels')) },
    test: { x: pixelsOf(packed('test-images')), y: labelsOf(packed('test-labels')) },
  }),
  iris: (packed: Packed): DataSet =>
    splitExamples(floatsOf(packed('measurements')), labelsOf(packed('labels'))),
} as const;

export type DataSetName = keyof typeof DATA_SETS;

/**
 * The data set of this name. `mnist`: x in [0, 1] of 784 pixels, 60000 and 10000 examples. `iris`: four lengths in cm, 120
 * and 30 examples: every fifth flower, from each class alike, is for the test.
 * @throws dataset_unknown, dataset_missing
 */
export async function dataset(name: DataSetName): Promise<DataSet> {
  checkDataSet(name);
  return readDataSet(name, () => readerOf(name));
}

/** @throws dataset_unknown */
export function checkDataSet(name: string): asserts name is DataSetName {
  if (!Object.hasOwn(DATA_SETS, name))
    fail('dataset_unknown', name, Object.keys(DATA_SETS).join(', '));
}

/** How far a data set has come, bytes. */
export type ReadProgress = (loaded: number, total: number) => void;

/** The data set from files that `reader` finds. @throws dataset_missing */
export async function readDataSet(
  name: DataSetName,
  reader: () => ReadBytes | Promise<ReadBytes>,
  progress: ReadProgress = () => undefined,
): Promise<DataSet> {
  let arrays: ReadonlyMap<string, PackedArray>;
  try {
    arrays = await readArrays(await reader(), progress);
  } catch (error) {
    fail('dataset_missing', name, error instanceof Error ? error.message : String(error));
  }
  return DATA_SETS[name](
    (array) => arrays.get(array) ?? fail('dataset_missing', name, `the manifest names no ${array}`),
  );
}

// The arrays as numbers.

const BYTE_VALUES = 256;

/** Images [n, height, width] of bytes as rows of numbers in [0, 1]. */
function pixelsOf({ bytes, shape }: PackedArray): NDArray {
  const brightness = Float32Array.from(
    { length: BYTE_VALUES },
    (_, byte) => byte / (BYTE_VALUES - 1),
  );
  const data = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) data[i] = brightness[bytes[i]!]!;
  return new NDArray(data, [shape[0]!, sizeOf(shape.slice(1))], 'float32');
}

const labelsOf = ({ bytes, shape }: PackedArray): NDArray =>
  new NDArray(Int32Array.from(bytes), shape, 'int32');

/** The copy is aligned, which bytes of a file need not be. */
const floatsOf = ({ bytes, shape }: PackedArray): NDArray =>
  new NDArray(new Float32Array(new Uint8Array(bytes).buffer), shape, 'float32');

/** One of so many examples is for the test. */
const TEST_STRIDE = 5;
const isTest = (i: number): boolean => i % TEST_STRIDE === TEST_STRIDE - 1;

/** The examples of a set that comes in one piece, in their order. x [n, features], y [n]. */
function splitExamples(x: NDArray, y: NDArray): DataSet {
  const [count, featureCount] = [x.shape[0]!, x.shape[1]!];
  const examplesOf = (part: { readonly test: boolean }): Examples => {
    const rows = Array.from({ length: count }, (_, i) => i).filter((i) => isTest(i) === part.test);
    const data = new Float32Array(rows.length * featureCount);
    rows.forEach((row, i) => {
      data.set(x.data.subarray(row * featureCount, (row + 1) * featureCount), i * featureCount);
    });
    const labels = Int32Array.from(rows, (row) => y.data[row]!);
    return {
      x: new NDArray(data, [rows.length, featureCount], 'float32'),
      y: new NDArray(labels, [rows.length], 'int32'),
    };
  };
  return { training: examplesOf({ test: false }), test: examplesOf({ test: true }) };
}

// The files.

/** Reads a file of a data set; `onBytes` hears how many bytes came. */
export type ReadBytes = (file: string, onBytes?: (count: number) => void) => Promise<Uint8Array>;
type Manifest = { readonly arrays: readonly ManifestEntry[] };
type ManifestEntry = Omit<PackedArray, 'bytes'> & {
  readonly name: string;
  readonly file: string;
  readonly byteLength: number;
};

/** @throws Error, which says what is missing or wrong */
async function readArrays(
  read: ReadBytes,
  progress: ReadProgress,
): Promise<ReadonlyMap<string, PackedArray>> {
  const { arrays } = JSON.parse(new TextDecoder().decode(await read('manifest.json'))) as Manifest;
  const total = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  let loaded = 0;
  const count = (bytes: number): void => progress((loaded += bytes), total);
  const entries = arrays.map(async ({ name: array, dtype, shape, file, byteLength }) => {
    const bytes = await read(file, count);
    if (bytes.length !== byteLength)
      throw new Error(`${file} has ${bytes.length} bytes, not ${byteLength}`);
    return [array, { dtype, shape, bytes }] as const;
  });
  return new Map(await Promise.all(entries));
}

/** How files of a data set are read here. */
function readerOf(name: string): Promise<ReadBytes> {
  const inNode = typeof process === 'object' && typeof process.versions?.node === 'string';
  return inNode ? nodeReader(name) : Promise.resolve(pageReader(name));
}

/** Reads files that lie in the folder `data` beside `base`; beside the document where it is empty. */
export function pageReader(name: string, base = ''): ReadBytes {
  return async (file, onBytes = () => undefined) => {
    const response = await fetch(`${base}data/${name}/${file}`);
    if (!response.ok) throw new Error(`${response.url} answers ${response.status}`);
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        onBytes(chunk.length);
        controller.enqueue(chunk);
      },
    });
    const bytes = await new Response(response.body?.pipeThrough(counted)).arrayBuffer();
    return new Uint8Array(bytes);
  };
}

/** Where the packed files lie in the package: in a clone, after a build, and beside a copy of the page. */
const DATA_FOLDERS = ['public/data', 'dist/data', 'dist/app/data', 'data'];

async function nodeReader(name: string): Promise<ReadBytes> {
  // Not a literal: bundlers for pages would look for the module.
  const module: string = 'node:fs/promises';
  const files = (await import(/* @vite-ignore */ /* webpackIgnore: true */ module)) as typeof Files;
  for (const parent of parentsOf(import.meta.url)) {
    for (const folder of DATA_FOLDERS) {
      const root = new URL(`${folder}/${name}/`, parent);
      const manifest = new URL('manifest.json', root);
      const isThere = await files.access(manifest).then(...YES_OR_NO);
      if (isThere) return (file) => files.readFile(new URL(file, root));
    }
  }
  throw new Error(`no ${DATA_FOLDERS[0]}/${name} lies above ${import.meta.url}`);
}

const YES_OR_NO = [() => true, () => false] as const;

/** The folders that a file lies in, innermost first. */
function parentsOf(file: string): string[] {
  const parents: string[] = [];
  for (let at = new URL('.', file).href; parents.at(-1) !== at; at = new URL('..', at).href)
    parents.push(at);
  return parents;
}
