/**
 * Goal: the packed data sets come back as LANGUAGE.md promises, in Node and in a page.
 * Method: the files that `npm run data` packs; a page is a `fetch` that serves them while Node hides itself.
 */
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { dataset, type DataSet, type Examples } from './dataset.ts';

let mnist: DataSet;
beforeAll(async () => {
  mnist = await dataset('mnist');
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const countsOf = ({ y }: Examples) =>
  [0, 1, 2].map((label) => Array.from(y.data).filter((v) => v === label).length);

test('mnist is images in [0, 1] and digits', () => {
  const { training, test: held } = mnist;
  expect([training.x.shape, training.y.shape]).toEqual([[60000, 784], [60000]]);
  expect([held.x.shape, held.y.shape]).toEqual([[10000, 784], [10000]]);
  expect([training.x.dtype, training.y.dtype]).toEqual(['float32', 'int32']);
  // The first labels of the published files.
  expect([...training.y.data.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
  expect([...held.y.data.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
});

test('pixels are bytes over 255', () => {
  const bytes = readFileSync('public/data/mnist/test-images.bin').subarray(0, 784);
  expect(mnist.test.x.data.subarray(0, 784)).toEqual(Float32Array.from(bytes, (v) => v / 255));
  expect(Math.max(...mnist.test.x.data.subarray(0, 784))).toBe(1);
});

test('iris has every class in both parts', async () => {
  const iris = await dataset('iris');
  expect(iris.training.x.shape).toEqual([120, 4]);
  expect(iris.test.x.shape).toEqual([30, 4]);
  expect(iris.training.x.at(0)).toMatchObject({ data: Float32Array.of(5.1, 3.5, 1.4, 0.2) });
  expect([countsOf(iris.training), countsOf(iris.test)]).toEqual([
    [40, 40, 40],
    [10, 10, 10],
  ]);
});

test('a name that is none is refused with those that are', async () => {
  // @ts-expect-error The type knows the names.
  await expect(dataset('cifar')).rejects.toMatchObject({
    code: 'dataset_unknown',
    message: "dataset: expected one of mnist, iris, but got 'cifar'.",
  });
});

test('a page fetches the files beside it', async () => {
  vi.stubGlobal('process', { versions: {} });
  vi.stubGlobal('fetch', (url: string) =>
    Promise.resolve(new Response(readFileSync(`public/${url}`))),
  );
  const iris = await dataset('iris');
  expect(iris.test.x.shape).toEqual([30, 4]);
});

test.each([
  ['is not there', () => new Response('', { status: 404 }), /answers 404/],
  ['is another page', () => new Response('<!doctype html>'), /could not be read \(.*JSON/],
  [
    'is cut short',
    (url: string) =>
      new Response(
        readFileSync(`public/${url}`).subarray(0, url.endsWith('.bin') ? 100 : undefined),
      ),
    /has 100 bytes, not/,
  ],
])('a page says that a file %s', async (_, answer, because) => {
  vi.stubGlobal('process', { versions: {} });
  vi.stubGlobal('fetch', (url: string) => Promise.resolve(answer(url)));
  await expect(dataset('iris')).rejects.toMatchObject({
    code: 'dataset_missing',
    message: expect.stringMatching(because),
  });
});
