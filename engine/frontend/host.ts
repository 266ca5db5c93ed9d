/** @file `T.host`: values made on the host, random ones by a seed. The same seed gives the same values everywhere. */
import { fail } from '../base/errors.ts';
import { PhiloxStream } from '../base/philox.ts';
import { arrayOf } from '../ir/constant-data.ts';
import { showShape, sizeOf, type DType } from '../ir/types.ts';
import { NDArray, toHostValue, type HostInput } from './nd-array.ts';

type Seeded = { readonly seed?: number };

/** An array of this shape, its elements by position. */
function fill(shape: readonly number[], dtype: DType, element: (i: number) => number): NDArray {
  if (shape.some((n) => !Number.isInteger(n) || n < 0)) fail('arguments_wrong', 'T.host', 'whole extents of at least 0', showShape(shape));
  return new NDArray(arrayOf(dtype, Array.from({ length: sizeOf(shape) }, (_, i) => element(i))), shape, dtype);
}

/** The data, row-major, in a shape. */
function array(data: HostInput, shape?: readonly number[], dtype?: DType): NDArray {
  const host = toHostValue(data, { what: 'T.host.array', dtype: dtype ?? null });
  return new NDArray(host.data, shape ?? host.shape, host.dtype);
}

/** Normal numbers with mean 0 and deviation `scale`. Source: Box and Muller 1958, in float64. Without a seed it is 0. */
function randn(shape: readonly number[], { seed = 0, scale = 1 }: Seeded & { readonly scale?: number } = {}): NDArray {
  const stream = new PhiloxStream(seed);
  let spare: number | null = null;
  return fill(shape, 'float32', () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value * scale;
    }
    const radius = Math.sqrt(-2 * Math.log((stream.word() + 1) / 2 ** 32));
    const angle = 2 * Math.PI * stream.uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle) * scale;
  });
}

/** Numbers in [low, high), float32. */
function uniform(shape: readonly number[], { seed = 0, low = 0, high = 1 }: Seeded & { readonly low?: number; readonly high?: number } = {}): NDArray {
  const stream = new PhiloxStream(seed);
  return fill(shape, 'float32', () => low + (high - low) * stream.uniform());
}

/** Whole numbers in [low, high), int32. */
function integers(shape: readonly number[], { seed = 0, low = 0, high }: Seeded & { readonly low?: number; readonly high: number }): NDArray {
  const stream = new PhiloxStream(seed);
  return fill(shape, 'int32', () => low + Math.floor((stream.word() / 2 ** 32) * (high - low)));
}

/** The numbers from 0 to n - 1 in a random order, int32. Source: Fisher and Yates, by Durstenfeld 1964. */
function permutation(n: number, { seed = 0 }: Seeded = {}): NDArray {
  const stream = new PhiloxStream(seed);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor((stream.word() / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return new NDArray(order, [n], 'int32');
}

/** Evenly spaced numbers, int32 where all are whole. */
function arange(first: number, second?: number, step = 1): NDArray {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  const whole = [start, stop, step].every(Number.isInteger);
  return fill([Math.max(0, Math.ceil((stop - start) / step))], whole ? 'int32' : 'float32', (i) => start + i * step);
}

export const HOST = {
  array,
  zeros: (shape: readonly number[], dtype: DType = 'float32') => fill(shape, dtype, () => 0),
  ones: (shape: readonly number[], dtype: DType = 'float32') => fill(shape, dtype, () => 1),
  full: (shape: readonly number[], value: number, dtype: DType = 'float32') => fill(shape, dtype, () => value),
  eye: (n: number, dtype: DType = 'float32') => fill([n, n], dtype, (i) => Number(Math.floor(i / n) === i % n)),
  arange,
  linspace: (start: number, stop: number, count: number) =>
    fill([count], 'float32', (i) => (count === 1 ? start : start + ((stop - start) * i) / (count - 1))),
  randn,
  uniform,
  integers,
  permutation,
} as const;
