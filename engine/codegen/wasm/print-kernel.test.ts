/**
 * Goal: a kernel of the loop IR computes the same in WASM as by the IR's meaning, at every extent, and never writes outside.
 * Method: kernels by hand, run in a poisoned memory, against the interpreter of `kernels.test.kit.ts`.
 */
import { describe, expect, test } from 'vitest';
import wabt from 'wabt';
import { TOLERANCE } from '../../base/limits.ts';
import {
  axisIndex,
  delinearize,
  gatherIndex,
  linearize,
  mod,
  number,
  plus,
  times,
  uniformIndex,
  type Axis,
} from '../../ir/index-expr.ts';
import { constantScalar, type Combine, type Scalar } from '../../ir/scalar.ts';
import type { DType } from '../../ir/types.ts';
import {
  abs,
  add,
  div,
  intDiv,
  mod as remainder,
  mul,
  neg,
  sign,
  sqr,
  sub,
} from '../../ops/arith.ts';
import { eq, gt, lt, maximum, neq } from '../../ops/compare.ts';
import { exp, pow, tanh } from '../../ops/transcendental.ts';
import type { Kernel } from '../../schedule/kernel.ts';
import {
  apply,
  axis,
  cast,
  choose,
  indexValue,
  interpret,
  kernelOf,
  load,
  mapPhase,
  NO_SCHEDULE,
  otherNode,
  reduced,
  reducePhase,
  runWasm,
  store,
  wordsOf,
  type Words,
} from './kernels.test.kit.ts';
import { emitWasm } from './print-kernel.ts';

/** Numbers between -4 and 4 that look random, the same ones in each run. */
function sample(dtype: DType, count: number, seed = 1): Words {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const at = (x: number) =>
    dtype === 'bool' ? Number(x > 0.5) : dtype === 'uint32' ? x * 9 : x * 8 - 4;
  return wordsOf(
    dtype,
    Float64Array.from({ length: count }, () => at(next())),
  );
}

/** Less than 1, so that the rounding errors of a long sum stay below the absolute tolerance. */
const small = (count: number, seed: number): Words =>
  sample('float32', count, seed).map((x) => x / 8);

/** Where the kernel computes something else than its meaning. */
function differences(
  kernel: Kernel,
  contents: readonly Words[],
  uniforms: readonly number[] = [],
): string[] {
  const got = runWasm(kernel, contents, uniforms);
  return interpret(kernel, contents, uniforms).flatMap((words, i) => {
    const { absolute, relative } =
      words instanceof Float32Array ? TOLERANCE.float32 : TOLERANCE.int32;
    return Array.from(words, (x, k) => {
      const y = got[i]![k]!;
      const near =
        Object.is(x, y) || x === y || Math.abs(x - y) <= absolute + relative * Math.abs(x);
      return near ? '' : `buffer ${i}, element ${k}: ${y} and not ${x}`;
    }).filter((text) => text !== '');
  });
}

const EXTENTS = [0, 1, 2, 3, 4, 5, 7, 8, 16, 17, 33, 127];
const i = (a: Axis) => axisIndex(a);

describe('maps', () => {
  test.each(EXTENTS)('a vector of %i elements keeps its tail', (n) => {
    const a = axis('i', n);
    const x = load(0, i(a));
    const value = apply(add, [apply(mul, [x, load(1, i(a))]), constantScalar(0.5, 'float32')]);
    expect(
      differences(
        kernelOf(
          [a],
          [mapPhase([], store(2, i(a), value))],
          [
            ['read', 'float32', n],
            ['read', 'float32', n],
            ['write', 'float32', n],
          ],
        ),
        [sample('float32', n), sample('float32', n, 2), new Float32Array(n)],
      ),
    ).toEqual([]);
  });

  test.each([
    [1, 1],
    [3, 5],
    [4, 4],
    [5, 4],
    [7, 9],
    [2, 33],
    [33, 2],
  ])('%i by %i: broadcast rows and columns, a transpose, a flip', (m, n) => {
    const [a, b] = [axis('i', m), axis('j', n)];
    const rowMajor = linearize([i(a), i(b)], [m, n]);
    const flipped = linearize([i(a), plus(number(n - 1), times(i(b), -1))], [m, n]);
    const value = apply(add, [
      apply(mul, [load(0, i(a)), load(1, i(b))]),
      apply(sub, [load(2, linearize([i(b), i(a)], [n, m])), load(2, flipped)]),
    ]);
    expect(
      differences(
        kernelOf(
          [a, b],
          [mapPhase([], store(3, rowMajor, value))],
          [
            ['read', 'float32', m],
            ['read', 'float32', n],
            ['read', 'float32', m * n],
            ['write', 'float32', m * n],
          ],
        ),
        [
          sample('float32', m),
          sample('float32', n, 2),
          sample('float32', m * n, 3),
          new Float32Array(m * n),
        ],
      ),
    ).toEqual([]);
  });

  test.each([5, 6, 24])('a reshape of a transpose of %i rows divides its index', (m) => {
    const [n] = [7];
    const a = axis('i', m * n);
    const [r, c] = delinearize(i(a), [n, m]);
    const index = linearize([c!, r!], [m, n]);
    expect(
      differences(
        kernelOf(
          [a],
          [mapPhase([], store(1, i(a), load(0, index)), store(2, index, indexValue(index)))],
          [
            ['read', 'float32', m * n],
            ['write', 'float32', m * n],
            ['write', 'int32', m * n],
          ],
        ),
        [sample('float32', m * n), new Float32Array(m * n), new Int32Array(m * n)],
      ),
    ).toEqual([]);
  });

  test('an index below 0 divides downwards', () => {
    const a = axis('i', 11);
    const shifted = plus(i(a), uniformIndex(0));
    const quotient = { kind: 'div', a: shifted, divisor: 3 } as const;
    expect(
      differences(
        kernelOf(
          [a],
          [
            mapPhase(
              [],
              store(0, i(a), indexValue(quotient)),
              store(1, i(a), indexValue(mod(shifted, 4))),
            ),
          ],
          [
            ['write', 'int32', 11],
            ['write', 'int32', 11],
          ],
        ),
        [new Int32Array(11), new Int32Array(11)],
        [-7],
      ),
    ).toEqual([]);
  });

  test('a slice starts at a uniform, and a uniform scales it', () => {
    const a = axis('i', 6);
    const scale: Scalar = { kind: 'uniform', dtype: 'float32', slot: 1 };
    const value = apply(mul, [load(0, plus(times(i(a), 2), uniformIndex(0))), scale]);
    expect(
      differences(
        kernelOf(
          [a],
          [mapPhase([], store(1, i(a), value))],
          [
            ['read', 'float32', 20],
            ['write', 'float32', 6],
          ],
        ),
        [sample('float32', 20), new Float32Array(6)],
        [3, new Int32Array(Float32Array.of(2.5).buffer)[0]!],
      ),
    ).toEqual([]);
  });

  test.each(['int32', 'uint32'] as const)(
    'indices from %s data wrap once and are held inside',
    (dtype) => {
      const [count, rows, columns] = [9, 5, 6];
      const [a, b] = [axis('i', count), axis('j', columns)];
      const row = load(0, i(a), dtype);
      const inside: Scalar = { kind: 'inBounds', dtype: 'bool', value: row, extent: rows };
      const value = load(1, linearize([gatherIndex(row, rows), i(b)], [rows, columns]));
      const guarded: Scalar = {
        kind: 'select',
        dtype: 'float32',
        condition: inside,
        yes: value,
        no: constantScalar(NaN, 'float32'),
      };
      const out = linearize([i(a), i(b)], [count, columns]);
      // The last gather depends on the axis of the lanes.
      const perLane = load(1, gatherIndex(load(0, plus(i(b), number(2)), dtype), rows * columns));
      expect(
        differences(
          kernelOf(
            [a, b],
            [mapPhase([], store(2, out, guarded), store(3, out, value), store(4, out, perLane))],
            [
              ['read', dtype, count],
              ['read', 'float32', rows * columns],
              ...Array.from({ length: 3 }, () => ['write', 'float32', count * columns] as const),
            ],
          ),
          [
            wordsOf(dtype, [0, 4, -1, -5, 5, -6, 2 ** 31 - 1, -(2 ** 31), 2]),
            sample('float32', rows * columns),
            ...Array.from({ length: 3 }, () => new Float32Array(count * columns)),
          ],
        ),
      ).toEqual([]);
    },
  );

  test('a padded vector reads only what is there', () => {
    const a = axis('i', 23);
    const index = plus(i(a), number(-2));
    const condition: Scalar = { kind: 'inRange', dtype: 'bool', index, low: 0, high: 19 };
    const value: Scalar = {
      kind: 'select',
      dtype: 'float32',
      condition,
      yes: load(0, index),
      no: constantScalar(-1, 'float32'),
    };
    const kernel = kernelOf(
      [a],
      [mapPhase([], store(1, i(a), value))],
      [
        ['read', 'float32', 19],
        ['write', 'float32', 23],
      ],
    );
    expect(differences(kernel, [sample('float32', 19), new Float32Array(23)])).toEqual([]);
  });

  test('a long flip does not wrap around address 0', () => {
    const a = axis('i', 16_000);
    const kernel = kernelOf(
      [a],
      [mapPhase([], store(1, i(a), load(0, plus(number(15_999), times(i(a), -1)))))],
      [
        ['read', 'float32', 16_000],
        ['write', 'float32', 16_000],
      ],
    );
    expect(differences(kernel, [sample('float32', 16_000), new Float32Array(16_000)])).toEqual([]);
  });

  test('several stores of one kernel see the values from before it', () => {
    const a = axis('i', 10);
    const [x, y] = [load(0, i(a)), load(1, i(a))];
    expect(
      differences(
        kernelOf(
          [a],
          [mapPhase([], store(0, i(a), apply(add, [x, y])), store(1, i(a), apply(mul, [x, y])))],
          [
            ['readWrite', 'float32', 10],
            ['readWrite', 'float32', 10],
          ],
        ),
        [sample('float32', 10), sample('float32', 10, 2)],
      ),
    ).toEqual([]);
  });
});

describe('dtypes', () => {
  const SPECIAL = [0, 1, -1, 7, -7, 3, -(2 ** 31), 2 ** 31 - 1, 12];
  const pairs = SPECIAL.flatMap((x) => SPECIAL.map((y) => [x, y] as const));

  test.each([
    ['int32', intDiv],
    ['int32', remainder],
    ['uint32', intDiv],
    ['uint32', remainder],
    ['int32', mul],
    ['int32', maximum],
    ['uint32', maximum],
    ['int32', sub],
  ] as const)('%s: $1.def.name of all pairs of special values', (dtype, op) => {
    const a = axis('i', pairs.length);
    const value = apply(op, [load(0, i(a), dtype), load(1, i(a), dtype)]);
    expect(
      differences(
        kernelOf(
          [a],
          [mapPhase([], store(2, i(a), value))],
          [
            ['read', dtype, a.extent],
            ['read', dtype, a.extent],
            ['write', dtype, a.extent],
          ],
        ),
        [
          wordsOf(
            dtype,
            pairs.map(([x]) => x),
          ),
          wordsOf(
            dtype,
            pairs.map(([, y]) => y),
          ),
          wordsOf(
            dtype,
            pairs.map(() => 0),
          ),
        ],
      ),
    ).toEqual([]);
  });

  test.each(['int32', 'uint32', 'float32', 'bool'] as const)(
    'comparisons and choices of %s',
    (dtype) => {
      const a = axis('i', 21);
      const [x, y] = [load(0, i(a), dtype), load(1, i(a), dtype)];
      const [less, same] = [apply(lt, [x, y], 'bool'), apply(eq, [x, y], 'bool')];
      const value = choose(apply(neq, [less, same], 'bool'), x, y);
      expect(
        differences(
          kernelOf(
            [a],
            [
              mapPhase(
                [],
                store(2, i(a), less),
                store(3, i(a), value),
                store(4, i(a), cast(less, 'float32')),
              ),
            ],
            [
              ['read', dtype, 21],
              ['read', dtype, 21],
              ['write', 'bool', 21],
              ['write', dtype, 21],
              ['write', 'float32', 21],
            ],
          ),
          [
            sample(dtype, 21),
            sample(dtype, 21, 2),
            wordsOf('bool', Array(21).fill(0)),
            wordsOf(dtype, Array(21).fill(0)),
            new Float32Array(21),
          ],
        ),
      ).toEqual([]);
    },
  );

  test.each([
    ['float32', 'int32'],
    ['float32', 'bool'],
    ['int32', 'float32'],
    ['uint32', 'float32'],
    ['bool', 'int32'],
    ['int32', 'bool'],
  ] as const)('cast from %s to %s', (from, to) => {
    const a = axis('i', 13);
    expect(
      differences(
        kernelOf(
          [a],
          [mapPhase([], store(1, i(a), cast(load(0, i(a), from), to)))],
          [
            ['read', from, 13],
            ['write', to, 13],
          ],
        ),
        [sample(from, 13), wordsOf(to, Array(13).fill(0))],
      ),
    ).toEqual([]);
  });

  test('sign, abs and neg of signed zeros, infinities and NaN', () => {
    const values = [0, -0, 1, -2, Infinity, -Infinity, NaN];
    const a = axis('i', values.length);
    const x = load(0, i(a));
    const stores = [sign, abs, neg, sqr].map((op, k) => store(k + 1, i(a), apply(op, [x])));
    expect(
      differences(
        kernelOf(
          [a],
          [mapPhase([], ...stores)],
          Array.from({ length: 5 }, () => ['readWrite', 'float32', a.extent] as const),
        ),
        [Float32Array.from(values), ...stores.map(() => new Float32Array(a.extent))],
      ),
    ).toEqual([]);
  });

  test.each(['float64', 'float16'] as const)('%s is refused by name', (dtype) => {
    const a = axis('i', 2);
    const kernel = kernelOf(
      [a],
      [mapPhase([], store(0, i(a), constantScalar(1, dtype)))],
      [['write', dtype, 2]],
    );
    expect(() => emitWasm(kernel, NO_SCHEDULE)).toThrow(
      expect.objectContaining({ code: 'dtype_unsupported' }),
    );
  });
});

/** dtype of the result. */
const outOf = (combine: Combine, dtype: DType): DType =>
  combine.startsWith('arg') ? 'int32' : dtype;

/** x [m, n] over its rows or its columns. */
function overAxis(
  combine: Combine,
  which: 0 | 1,
  [m, n]: readonly [number, number],
  dtype: DType,
): Kernel {
  const [a, b] = [axis('i', m), axis('j', n)];
  const [kept, gone] = which === 0 ? [b, a] : [a, b];
  const value = load(0, linearize([i(a), i(b)], [m, n]), dtype);
  const out = outOf(combine, dtype);
  return kernelOf(
    [kept],
    [reducePhase(combine, [gone], value), mapPhase([], store(1, i(kept), reduced(0, out)))],
    [
      ['read', dtype, m * n],
      ['write', out, kept.extent],
    ],
  );
}

describe('reductions', () => {
  const COMBINES: readonly Combine[] = ['sum', 'prod', 'max', 'min', 'argmax', 'argmin'];

  for (const combine of COMBINES) {
    test.each([
      [1, 1],
      [3, 5],
      [5, 3],
      [1, 40],
      [40, 1],
      [17, 70],
      [70, 17],
      [2, 0],
      [0, 2],
    ] as const)(`${combine} of %i by %i over either axis`, (m, n) => {
      for (const dtype of ['float32', 'int32', 'uint32'] as const) {
        for (const which of [0, 1] as const) {
          const kernel = overAxis(combine, which, [m, n], dtype);
          const x = sample(dtype, m * n);
          // Many equal values, and a product that stays in range.
          if (combine === 'prod')
            x.forEach(
              (v, k) => (x[k] = Math.abs(v) > 2 || dtype !== 'float32' ? 1 : v > 0 ? 1.25 : -0.8),
            );
          expect(
            differences(kernel, [
              x,
              wordsOf(kernel.buffers[1]!.dtype, Array(kernel.axes[0]!.extent).fill(0)),
            ]),
          ).toEqual([]);
        }
      }
    });
  }

  test.each(['max', 'min', 'argmax', 'argmin', 'sum'] as const)(
    '%s finds NaN and the first of equals',
    (combine) => {
      const [m, n] = [6, 29];
      const x = sample('float32', m * n);
      x.fill(7, 2, 5);
      x.fill(-7, 20, 25);
      x.set([NaN, 1, NaN], n + 13);
      x.fill(-Infinity, 2 * n, 3 * n);
      x.fill(Infinity, 3 * n, 4 * n);
      x[5 * n - 1] = NaN;
      for (const which of [0, 1] as const) {
        const kernel = overAxis(combine, which, [m, n], 'float32');
        expect(
          differences(kernel, [
            x,
            wordsOf(kernel.buffers[1]!.dtype, Array(kernel.axes[0]!.extent).fill(0)),
          ]),
        ).toEqual([]);
      }
    },
  );

  test.each(['max', 'min', 'argmax'] as const)('%s of bool', (combine) => {
    const kernel = overAxis(combine, 1, [9, 11], 'bool');
    expect(
      differences(kernel, [
        sample('bool', 99),
        wordsOf(kernel.buffers[1]!.dtype, Array(9).fill(0)),
      ]),
    ).toEqual([]);
  });

  test.each(['sum', 'argmax'] as const)('%s over three axes of a transposed view', (combine) => {
    const [a, b, c] = [axis('a', 3), axis('b', 5), axis('c', 6)];
    const value = load(0, linearize([i(c), i(b), i(a)], [6, 5, 3]));
    const out = outOf(combine, 'float32');
    const kernel = kernelOf(
      [],
      [reducePhase(combine, [a, b, c], value), mapPhase([], store(1, number(0), reduced(0, out)))],
      [
        ['read', 'float32', 90],
        ['write', out, 1],
      ],
    );
    expect(
      differences(kernel, [sample('float32', 90).map((v) => Math.round(v)), wordsOf(out, [0])]),
    ).toEqual([]);
  });

  test('no inner loops are one turn', () => {
    const a = axis('i', 6);
    const kernel = kernelOf(
      [a],
      [reducePhase('sum', [], load(0, i(a))), mapPhase([], store(1, i(a), reduced(0)))],
      [
        ['read', 'float32', 6],
        ['write', 'float32', 6],
      ],
    );
    expect(differences(kernel, [sample('float32', 6), new Float32Array(6)])).toEqual([]);
  });

  test.each([
    [1_000_003, 1],
    [1, 1_000_003],
    [1009, 1009],
  ])('a sum of a million values, %i by %i, keeps its digits', (m, n) => {
    for (const which of [0, 1] as const) {
      if ((which === 0 ? m : n) === 1) continue;
      const kernel = overAxis('sum', which, [m, n], 'float32');
      const x = Float32Array.from({ length: m * n }, (_, k) => 0.1 + (k % 7) * 0.01);
      const [, got] = runWasm(kernel, [x, new Float32Array(kernel.axes[0]!.extent)]);
      const want = interpret(kernel, [x, new Float32Array(kernel.axes[0]!.extent)])[1]!;
      got!.forEach((v, k) => expect(Math.abs(v / want[k]! - 1)).toBeLessThan(1e-6));
    }
  });

  test.each([
    [1, 1],
    [3, 5],
    [5, 64],
    [4, 130],
  ])('softmax of %i rows of %i in three phases', (m, n) => {
    const [a, b] = [axis('i', m), axis('j', n)];
    const index = linearize([i(a), i(b)], [m, n]);
    const x = load(0, index);
    const e = apply(exp, [apply(sub, [x, reduced(0)])]);
    const kernel = kernelOf(
      [a],
      [
        reducePhase('max', [b], x),
        reducePhase('sum', [b], e),
        mapPhase([b], store(1, index, apply(div, [e, reduced(1)])), store(2, i(a), reduced(1))),
      ],
      [
        ['read', 'float32', m * n],
        ['write', 'float32', m * n],
        ['write', 'float32', m],
      ],
    );
    expect(
      differences(kernel, [sample('float32', m * n), new Float32Array(m * n), new Float32Array(m)]),
    ).toEqual([]);
  });

  test.each([false, true])(
    'a loop over the edge reads nothing outside, the last buffer of the memory included; shifted: %s',
    (shifted) => {
      // 5 stretches of 900 turns, where 4100 rows of 3 are there, the last elements of a page.
      const [rows, width, stretches, length] = [4100, 3, 5, 900];
      const [s, c, t] = [axis('s', stretches), axis('c', width), axis('t', length)];
      const position = plus(plus(times(i(s), length), i(t)), number(shifted ? -2 : 0));
      const inside: Scalar = {
        kind: 'inRange',
        dtype: 'bool',
        index: position,
        low: 0,
        high: rows,
      };
      const value: Scalar = {
        kind: 'select',
        dtype: 'float32',
        condition: inside,
        no: constantScalar(0, 'float32'),
        yes: load(1, plus(times(position, width), i(c))),
      };
      const out = linearize([i(s), i(c)], [stretches, width]);
      const kernel = kernelOf(
        [s, c],
        [reducePhase('sum', [t], value), mapPhase([], store(0, out, reduced(0)))],
        [
          ['write', 'float32', stretches * width],
          ['read', 'float32', rows * width],
        ],
      );
      expect(
        differences(kernel, [
          new Float32Array(stretches * width),
          sample('float32', rows * width).map(Math.abs),
        ]),
      ).toEqual([]);
    },
  );

  test('a scatter adds where indices from data say', () => {
    const [count, rows] = [14, 6];
    const [a, k] = [axis('row', rows), axis('k', count)];
    const target = load(0, i(k), 'int32');
    const same = apply(eq, [indexValue(i(a)), indexValue(gatherIndex(target, rows))], 'bool');
    const inside: Scalar = { kind: 'inBounds', dtype: 'bool', value: target, extent: rows };
    const range: Scalar = {
      kind: 'inRange',
      dtype: 'bool',
      index: plus(i(k), number(-3)),
      low: 0,
      high: 9,
    };
    const chosen = [same, inside, range].reduce<Scalar>(
      (yes, condition) => ({
        kind: 'select',
        dtype: 'float32',
        condition,
        yes,
        no: constantScalar(0, 'float32'),
      }),
      load(1, i(k)),
    );
    const kernel = kernelOf(
      [a],
      [reducePhase('sum', [k], chosen), mapPhase([], store(2, i(a), reduced(0)))],
      [
        ['read', 'int32', count],
        ['read', 'float32', count],
        ['write', 'float32', rows],
      ],
    );
    expect(
      differences(kernel, [
        sample('int32', count).map((v) => v * 2),
        sample('float32', count),
        new Float32Array(rows),
      ]),
    ).toEqual([]);
  });
});

describe('matmul', () => {
  const SIZES = [
    [1, 1, 1],
    [5, 7, 3],
    [17, 33, 9],
    [64, 10, 128],
    [13, 8, 0],
    [0, 3, 2],
    [12, 16, 8],
    [2, 600, 2],
  ] as const;

  for (const [ta, tb] of [
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ]) {
    test.each(SIZES)(
      `%i by %i by %i, ${ta ? 'A transposed' : 'A'}, ${tb ? 'B transposed' : 'B'}, with bias and relu`,
      (m, k, n) => {
        const [a, b, c] = [axis('m', m), axis('n', n), axis('k', k)];
        const x = load(0, ta ? linearize([i(c), i(a)], [k, m]) : linearize([i(a), i(c)], [m, k]));
        const y = load(1, tb ? linearize([i(b), i(c)], [n, k]) : linearize([i(c), i(b)], [k, n]));
        const biased = apply(add, [reduced(0), load(2, i(b))]);
        const value = apply(maximum, [biased, constantScalar(0, 'float32')]);
        const kernel = kernelOf(
          [a, b],
          [
            reducePhase('sum', [c], apply(mul, [x, y])),
            mapPhase(
              [],
              store(3, linearize([i(a), i(b)], [m, n]), value),
              store(4, linearize([i(b), i(a)], [n, m]), reduced(0)),
            ),
          ],
          [
            ['read', 'float32', m * k],
            ['read', 'float32', k * n],
            ['read', 'float32', n],
            ['write', 'float32', m * n],
            ['write', 'float32', m * n],
          ],
          'matmul',
        );
        expect(
          differences(kernel, [
            small(m * k, 1),
            small(k * n, 2),
            small(n, 3),
            new Float32Array(m * n),
            new Float32Array(m * n),
          ]),
        ).toEqual([]);
      },
    );
  }

  test('a matrix by a vector, a vector by a matrix, two vectors, and whole numbers', () => {
    const [a, c] = [axis('m', 11), axis('k', 13)];
    const dot = (
      value: Scalar,
      axes: readonly Axis[],
      [p, q]: readonly [number, number],
    ): string[] =>
      differences(
        kernelOf(
          axes,
          [
            reducePhase('sum', [c], value),
            mapPhase([], store(2, axes.length === 0 ? number(0) : i(a), reduced(0, value.dtype))),
          ],
          [
            ['read', value.dtype, p],
            ['read', value.dtype, q],
            ['write', value.dtype, 11],
          ],
          'matmul',
        ),
        [
          sample(value.dtype, p),
          sample(value.dtype, q, 2),
          wordsOf(value.dtype, Array(11).fill(0)),
        ],
      );
    for (const dtype of ['float32', 'int32'] as const) {
      expect(
        dot(
          apply(mul, [load(0, linearize([i(a), i(c)], [11, 13]), dtype), load(1, i(c), dtype)]),
          [a],
          [143, 13],
        ),
      ).toEqual([]);
      expect(
        dot(
          apply(mul, [load(0, i(c), dtype), load(1, linearize([i(c), i(a)], [13, 11]), dtype)]),
          [a],
          [13, 143],
        ),
      ).toEqual([]);
      expect(dot(apply(mul, [load(0, i(c), dtype), load(1, i(c), dtype)]), [], [13, 13])).toEqual(
        [],
      );
    }
  });
});

describe('text', () => {
  const a = axis('i', 6);
  const first = {
    ...store(1, i(a), apply(mul, [load(0, i(a)), constantScalar(2, 'float32')])),
    node: otherNode(1),
  };
  const second = {
    ...store(2, i(a), apply(gt, [load(0, i(a)), constantScalar(0.1, 'float32')], 'bool')),
    node: otherNode(2),
  };
  const kernel = kernelOf(
    [a],
    [mapPhase([], first, second)],
    [
      ['read', 'float32', 6],
      ['write', 'float32', 6],
      ['write', 'bool', 6],
    ],
  );

  test('assembles to the same bytes with another assembler', async () => {
    const wat = await wabt();
    const [r, c] = [axis('r', 11), axis('c', 13)];
    const x = load(0, linearize([i(r), i(c)], [11, 13]));
    const e = apply(pow, [
      apply(tanh, [apply(sub, [x, reduced(0)])]),
      constantScalar(Infinity, 'float32'),
    ]);
    const large = kernelOf(
      [r],
      [
        reducePhase('max', [c], x),
        reducePhase('argmin', [c], e),
        mapPhase([], store(1, i(r), reduced(1, 'int32'))),
      ],
      [
        ['read', 'float32', 143],
        ['write', 'int32', 11],
      ],
    );
    for (const k of [kernel, large]) {
      const { text, bytes } = emitWasm(k, NO_SCHEDULE);
      expect(Buffer.from(wat.parseWat('kernel.wat', text).toBinary({}).buffer).equals(bytes)).toBe(
        true,
      );
    }
  });

  test('says where each store comes from', () => {
    const { text, sourceMap } = emitWasm(kernel, NO_SCHEDULE);
    const lines = text.split('\n');
    const storing = (word: string) =>
      sourceMap.filter(({ line }) => lines[line - 1]!.includes(word)).map(({ nodes }) => nodes);
    expect(storing('(v128.store ')).toEqual([[first.node], [second.node]]);
    expect(storing('f32x4.mul').flat()).toEqual([first.node, first.node]);
    expect(storing('f32x4.gt').flat()).toEqual([second.node, second.node]);
  });

  test('of a small kernel', () => {
    const n = axis('i', 64);
    const x = load(0, i(n));
    const doubled = apply(add, [x, x]);
    const kernel64 = kernelOf(
      [n],
      [mapPhase([], store(0, i(n), doubled))],
      [['readWrite', 'float32', 64]],
    );
    expect(emitWasm(kernel64, NO_SCHEDULE).text).toMatchInlineSnapshot(`
      "(module
        (import "env" "memory" (memory 0))
        (func $run (export "run") (param $buffer0 i32) (param $uniforms i32)
          (local $i2 i32) (local $i3 i32) (local $i4 i32) (local $v5 v128) (local $v6 v128) (local $v7 v128) (local $v8 v128) (local $v9 v128)
          (local $v10 v128) (local $v11 v128) (local $v12 v128)
          (local.set $i2 (i32.const 0))
          (loop $loop0
            (local.set $i3 (i32.shl (local.get $i2) (i32.const 2)))
            (local.set $i4 (i32.add (local.get $buffer0) (local.get $i3)))
            (local.set $v5 (v128.load (local.get $i4)))
            (local.set $v6 (f32x4.add (local.get $v5) (local.get $v5)))
            (v128.store (local.get $i4) (local.get $v6))
            (local.set $v7 (v128.load offset=16 (local.get $i4)))
            (local.set $v8 (f32x4.add (local.get $v7) (local.get $v7)))
            (v128.store offset=16 (local.get $i4) (local.get $v8))
            (local.set $v9 (v128.load offset=32 (local.get $i4)))
            (local.set $v10 (f32x4.add (local.get $v9) (local.get $v9)))
            (v128.store offset=32 (local.get $i4) (local.get $v10))
            (local.set $v11 (v128.load offset=48 (local.get $i4)))
            (local.set $v12 (f32x4.add (local.get $v11) (local.get $v11)))
            (v128.store offset=48 (local.get $i4) (local.get $v12))
            (local.set $i2 (i32.add (local.get $i2) (i32.const 16)))
            (br_if $loop0 (i32.lt_u (local.get $i2) (i32.const 64)))
          )
        )
      )
      "
    `);
  });
});
