/**
 * Goal: whatever a program does wrong at a call, and whatever a device does wrong, is an error in words, and the next call
 * works on the values from before. Method: small programs on every device, each mistake followed by a call without it.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  compile,
  grad,
  NDArray,
  shared,
  T,
  type DeviceName,
  type Fn,
  type Tensor,
} from '../arignote.ts';
import { ArignoteError, type ErrorCode } from '../base/errors.ts';
import { connect, devices } from '../frontend/engine.ts';
import { connectInProcess } from './in-process.ts';
import { Session } from './session.ts';
import { SharedStore } from './shared-store.ts';

const ALL = ['reference', 'wasm', 'webgpu'] as const;
const WITH_KERNELS = ['wasm', 'webgpu'] as const;

/** What JavaScript lets through and TypeScript does not. */
const untyped = (value: unknown): never => value as never;

/** The error that awaiting something ends in. */
async function errorOf(run: () => unknown): Promise<ArignoteError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof ArignoteError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const codeOf = async (run: () => unknown): Promise<ErrorCode> => (await errorOf(run)).code;

const numbers = (value: NDArray): number[] => Array.from(value.data);

let session: Session;
const unhandled: unknown[] = [];
const keep = (reason: unknown): void => void unhandled.push(reason);

beforeEach(() => {
  session = new Session();
  connect(() => session);
  process.on('unhandledRejection', keep);
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
  process.off('unhandledRejection', keep);
  connect(connectInProcess);
  expect(unhandled.splice(0)).toEqual([]);
});

describe.each(ALL)('a mistake at a call on %s', (device) => {
  /** Adds x times the sum of y to W; both are vectors. */
  function accumulator() {
    const x = T.vector('x');
    const y = T.vector('y');
    const W = shared([1, 2, 3], 'W');
    const total = W.add(x.mul(y.sum()));
    const f = compile([x, y], total.sum(), { updates: [[W, total]], name: 'train', device });
    return { W, f };
  }

  const MISTAKES: readonly (readonly [
    what: string,
    call: (f: Fn<Tensor>) => unknown,
    code: ErrorCode,
  ])[] = [
    ['too few arguments', (f) => f([1, 2, 3]), 'call_arity'],
    ['too many arguments', (f) => f([1, 2, 3], [1], [2]), 'call_arity'],
    ['a wrong rank', (f) => f([[1, 2, 3]], [1]), 'call_rank'],
    ['a scalar for a vector', (f) => f(1, [1]), 'call_rank'],
    ['a wrong extent', (f) => f([1, 2], [1]), 'shapes_differ'],
    ['an extent of 1 that would have been repeated', (f) => f([1], [1]), 'runtime_one'],
    ['a wrong dtype', (f) => f(new Float64Array(3), [1]), 'lossy_conversion'],
    ['a ragged array', (f) => f(untyped([1, [2], 3]), [1]), 'ragged_array'],
    ['text', (f) => f(untyped('123'), [1]), 'not_a_value'],
    ['nothing', (f) => f(untyped(undefined), [1]), 'call_arity'],
    ['an expression', (f) => f(untyped(T.vector('z')), [1]), 'not_a_value'],
    ['no count', (f) => f.run(NaN, [1, 2, 3], [1]), 'run_count'],
    ['a count below 1', (f) => f.run(0, [1, 2, 3], [1]), 'run_count'],
    ['a wrong extent, three times over', (f) => f.run(3, [1, 2], [1]), 'shapes_differ'],
  ];

  test.each(MISTAKES)('%s is told, and changes nothing', async (_, call, code) => {
    const { W, f } = accumulator();
    await f([1, 1, 1], [1]);
    expect(await codeOf(() => call(f))).toBe(code);
    expect(numbers(await W.get())).toEqual([2, 3, 4]);
    expect((await f([1, 0, 0], [1, 1])).item()).toBe(11);
    expect(numbers(await W.get())).toEqual([4, 3, 4]);
  });

  test('a mistake in the middle of other calls changes nothing', async () => {
    const { W, f } = accumulator();
    const first = f([1, 0, 0], [1]);
    const wrong = f([1, 2], [1]);
    const last = f([1, 0, 0], [1]);
    expect([(await first).item(), await codeOf(() => wrong), (await last).item()]).toEqual([
      7,
      'shapes_differ',
      8,
    ]);
    expect(numbers(await W.get())).toEqual([3, 2, 3]);
  });

  test('a value that is trusted is looked at by the engine', async () => {
    const { W, f } = accumulator();
    f.trustInput = true;
    const right = T.host.array([1, 1, 1]);
    const short = Object.defineProperty(T.host.array([1, 1, 1]), 'shape', { value: [300] });
    expect(await codeOf(() => f(T.host.array([1, 2, 3], null, 'int32'), right))).toBe(
      'dtype_wrong',
    );
    expect(await codeOf(() => f(T.host.zeros([3, 3]), right))).toBe('call_rank');
    expect(await codeOf(() => f(short, right))).toBe('message_malformed');
    expect(numbers(await W.get())).toEqual([1, 2, 3]);
  });

  test('a failed call that nobody awaits is told by what depends on it', async () => {
    const { W, f } = accumulator();
    const x = T.scalar('x');
    const square = compile([x], x.sqr(), { device });
    const wrong = f([1, 2], [1]);
    const further = square(wrong);
    const furthest = square(further);
    expect(await codeOf(() => furthest)).toBe('shapes_differ');
    expect((await square(3)).item()).toBe(9);
    expect(numbers(await W.get())).toEqual([1, 2, 3]);
  });

  test('a failed call that nobody awaits does not end the process', async () => {
    const { f } = accumulator();
    f([1, 2], [1]);
    void f([1], [1]).lazy;
    expect((await f([0, 0, 0], [1])).item()).toBe(6);
  });

  test('a result of another type is refused as an input', async () => {
    const i = T.ivector('i');
    const x = T.vector('x');
    const m = T.matrix('m');
    const integers = compile([i], i.add(1), { device })([1, 2]);
    const vector = compile([x], x.add(1), { device })([1, 2]);
    const f = compile([x], x.exp(), { name: 'f', device });
    const g = compile([m], m.exp(), { name: 'g', device });
    expect((await errorOf(() => f(integers))).message).toMatch(
      /^f: expected a value for x float32 \[\?\] \(bad-input\.test\.ts, line \d+\), but got one of dtype int32\. Use T\.cast to change the dtype\.$/,
    );
    expect(await codeOf(() => g(vector))).toBe('call_rank');
    expect(numbers(await vector)).toEqual([2, 3]);
  });

  test('extents that do not fit name both expressions and both lines', async () => {
    const x = T.matrix('x');
    const b = T.vector('b');
    const f = compile([x, b], x.add(b), { device });
    expect((await errorOf(() => f([[1, 2]], [1, 2, 3]))).message).toMatch(
      /^add: the shapes do not match: b \[3\] \(bad-input\.test\.ts, line \d+\) and x \[1, 2\] \(bad-input\.test\.ts, line \d+\)\./,
    );
    expect(numbers(await f([[1, 2]], [1, 2]))).toEqual([2, 4]);
  });

  test('an index is looked at in every call, not only the first', async () => {
    // The result has static extents: nothing but the index itself differs between calls.
    const x = T.tensor('float32', [null, 2], 'x');
    const i = T.iscalar('i');
    const f = compile([x, i], x.at(i), { device });
    expect(
      numbers(
        await f(
          [
            [1, 2],
            [3, 4],
          ],
          1,
        ),
      ),
    ).toEqual([3, 4]);
    expect(
      await codeOf(() =>
        f(
          [
            [1, 2],
            [3, 4],
          ],
          2,
        ),
      ),
    ).toBe('index_out_of_range');
    expect(
      await codeOf(() =>
        f(
          [
            [1, 2],
            [3, 4],
          ],
          -3,
        ),
      ),
    ).toBe('index_out_of_range');
    expect(
      numbers(
        await f(
          [
            [1, 2],
            [3, 4],
          ],
          -2,
        ),
      ),
    ).toEqual([1, 2]);
  });

  test('an index that leaves its axis during run leaves everything as it was', async () => {
    const X = shared([[1], [2], [3]], 'X');
    const i = shared(0, 'i', { dtype: 'int32' });
    const total = shared([0], 'total');
    const f = compile([], [], {
      updates: [
        [total, total.add(X.at(i))],
        [i, i.add(1)],
      ],
      device,
    });
    expect(await codeOf(() => f.run(4))).toBe('index_out_of_range');
    expect([numbers(await total.get()), (await i.get()).item()]).toEqual([[0], 0]);
    await f.run(3);
    expect([numbers(await total.get()), (await i.get()).item()]).toEqual([[6], 3]);
  });

  test('integer indices outside give NaN and write nothing', async () => {
    const x = T.vector('x');
    const i = T.ivector('i');
    const picked = x.at(i);
    const f = compile([x, i], [picked, grad(picked.sum(), x)], { device });
    const [values, gradient] = await f([1, 2, 3], [0, 3, -1, -4, 2 ** 30]);
    expect([numbers(values), numbers(gradient)]).toEqual([
      [1, NaN, 3, NaN, NaN],
      [1, 0, 1],
    ]);
  });

  test('a negative extent of the call is refused', async () => {
    const x = T.vector('x');
    const n = T.iscalar('n');
    const f = compile([x, n], x.reshape([n, -1]), { device });
    expect(await codeOf(() => f([1, 2], -2))).toBe('arguments_wrong');
    expect(await codeOf(() => f([1, 2, 3], 2))).toBe('reshape_impossible');
    expect((await f([1, 2, 3, 4], 2)).shape).toEqual([2, 2]);
  });

  test('a freed function says so, and others go on', async () => {
    const { W, f } = accumulator();
    const x = T.scalar('x');
    const g = compile([x], W.mul(x), { device });
    f.free();
    expect(await codeOf(() => f([1, 1, 1], [1]))).toBe('function_freed');
    expect(numbers(await g(2))).toEqual([2, 4, 6]);
  });

  test('a mode that names nothing rejects ready and every call', async () => {
    const x = T.scalar('x');
    const f = compile([x], x.exp(), { mode: { exclude: ['fusion'] }, device });
    expect([
      await codeOf(() => f.ready),
      await codeOf(() => f(1)),
      await codeOf(() => f.graph),
    ]).toEqual(Array(3).fill('mode_unknown'));
  });

  test('set checks its value, and the old one stays', async () => {
    const W = shared([[1, 2]], 'W');
    const f = compile([], W.sum(), { device });
    expect(await codeOf(() => W.set([1, 2]))).toBe('set_type');
    expect(await codeOf(() => W.set(untyped('x')))).toBe('not_a_value');
    expect((await f()).item()).toBe(3);
  });
});

describe.each(ALL)('odd values on %s', (device) => {
  test('NaN and infinities pass through', async () => {
    const x = T.vector('x');
    const y = T.vector('y');
    const f = compile([x, y], [x.add(1), x.mul(y), x.maximum(y), x.sum(), x.max(), x.argmax()], {
      device,
    });
    const [sum, product, larger, total, max, argmax] = await f(
      [NaN, Infinity, -Infinity, 1],
      [0, 0, 0, 0],
    );
    expect(numbers(sum)).toEqual([NaN, Infinity, -Infinity, 2]);
    expect(numbers(product)).toEqual([NaN, NaN, NaN, 0]);
    expect(numbers(larger)).toEqual([NaN, Infinity, 0, 1]);
    expect([total.item(), max.item(), argmax.item()]).toEqual([NaN, NaN, 0]);
  });

  test('-0 and the smallest and largest numbers pass through', async () => {
    const x = T.vector('x');
    const given = Float32Array.of(
      -0,
      1.1754943508222875e-38,
      3.4028234663852886e38,
      -3.4028234663852886e38,
    );
    const f = compile([x], [x.mul(1), x.reshape([2, 2])], { device });
    for (const value of await f(given))
      expect(numbers(value)).toEqual(numbers(new NDArray(given, [4], 'float32')));
  });

  const EMPTY: readonly (readonly [
    what: string,
    build: (x: Tensor) => Tensor,
    shape: readonly number[],
    values: readonly number[],
  ])[] = [
    ['elementwise', (x) => x.mul(2).exp(), [0, 3], []],
    ['a sum over what is empty', (x) => x.sum({ axis: 0 }), [3], [0, 0, 0]],
    ['a sum of all', (x) => x.sum(), [], [0]],
    ['a sum over the other axis', (x) => x.sum({ axis: 1 }), [0], []],
    ['a mean of nothing', (x) => x.mean(), [], [NaN]],
    ['a largest element along the other axis', (x) => x.max({ axis: 1 }), [0], []],
    ['argmax along the other axis', (x) => x.argmax({ axis: 1 }), [0], []],
    ['softmax', (x) => T.nnet.softmax(x), [0, 3], []],
    ['a product with nothing in it', (x) => T.dot(x.transpose(), x), [3, 3], Array(9).fill(0)],
    ['a product of no rows', (x) => T.dot(x, T.constant([[1], [2], [3]])), [0, 1], []],
    ['a transpose', (x) => x.transpose(), [3, 0], []],
    ['a reshape', (x) => x.reshape([3, -1]), [3, 0], []],
    ['a slice', (x) => x.at('1:'), [0, 3], []],
    ['an index by nothing', (x) => x.at(T.arange(x.dim(0))), [0, 3], []],
    ['a broadcast', (x) => x.add(T.constant([1, 2, 3])), [0, 3], []],
    ['a range', (x) => T.arange(x.dim(0)), [0], []],
    ['a condition', (x) => T.where(x.gt(0), x, 1), [0, 3], []],
    ['a gradient', (x) => grad(x.sqr().sum(), x), [0, 3], []],
    ['a gradient through an index', (x) => grad(x.at(T.arange(x.dim(0))).sum(), x), [0, 3], []],
  ];

  test.each(EMPTY)('an empty array goes through %s', async (_, build, shape, values) => {
    const x = T.tensor('float32', [null, 3], 'x');
    const f = compile([x], build(x), { device });
    const value = await f(T.host.zeros([0, 3]));
    expect([value.shape, numbers(value)]).toEqual([shape, values]);
    expect((await f(T.host.ones([2, 3]))).data.length).toBeGreaterThan(0);
    expect((await f(T.host.zeros([0, 3]))).shape).toEqual(shape);
  });

  test('the largest of nothing is refused', async () => {
    const x = T.vector('x');
    const f = compile([x], x.max(), { device });
    expect(await codeOf(() => f([]))).toBe('empty_reduction');
    expect((await f([1, 2])).item()).toBe(2);
  });

  test('a shared variable may become empty, and be filled again', async () => {
    const W = shared(T.host.array([1, 2, 3]), 'W', { shape: [null] });
    const f = compile([], W.sum(), { updates: [[W, W.at('1:')]], device });
    expect((await f.run(3)).item()).toBe(3);
    expect((await W.get()).shape).toEqual([0]);
    expect((await f()).item()).toBe(0);
    W.set([5, 6]);
    expect((await f()).item()).toBe(11);
  });

  test('an update may exchange the axes of a variable', async () => {
    const W = shared(T.host.array([1, 2, 3, 4, 5, 6], [2, 3]), 'W', { shape: [null, null] });
    const f = compile([], [], { updates: [[W, W.transpose()]], device });
    await f();
    expect([(await W.get()).shape, numbers(await W.get())]).toEqual([
      [3, 2],
      [1, 4, 2, 5, 3, 6],
    ]);
    await f.run(3);
    expect([(await W.get()).shape, numbers(await W.get())]).toEqual([
      [2, 3],
      [1, 2, 3, 4, 5, 6],
    ]);
  });
});

describe.each(ALL)('sizes beyond the limits of %s', (device) => {
  /** W grows by 1 in each call, beside something of n times n elements. */
  function beside(build: (n: Tensor) => Tensor) {
    const n = T.iscalar('n');
    const W = shared([1], 'W');
    const f = compile([n], build(n), { updates: [[W, W.add(1)]], name: 'grow', device });
    return { W, f };
  }

  test('3 GiB on the way are refused, and the next call works', async () => {
    const { W, f } = beside((n) => {
      const x = T.arange(n).cast('float32');
      // Stored, because two products read it.
      const square = T.exp(T.dot(x.reshape([-1, 1]), x.reshape([1, -1])));
      square.name = 'square';
      return T.dot(square, T.dot(square, x));
    });
    const error = await errorOf(() => f(28_378));
    expect(['too_large', 'out_of_memory']).toContain(error.code);
    expect(error.message).not.toMatch(/the result of broadcastTo|undefined/);
    expect(numbers(await W.get())).toEqual([1]);
    expect((await f(2)).shape).toEqual([2]);
    expect(numbers(await W.get())).toEqual([2]);
  });

  test('3 GiB of result are refused by name, and the next call works', async () => {
    const { W, f } = beside((n) => {
      const big = T.arange(n.mul(n)).cast('float32').exp();
      big.name = 'big';
      return big;
    });
    expect((await errorOf(() => f(28_378))).message).toMatch(
      /^(big|the result of arange) \[805310884\] \(bad-input\.test\.ts, line \d+\) needs 3221243536 bytes, and \w+ allows/,
    );
    expect(numbers(await W.get())).toEqual([1]);
    expect((await f(2)).shape).toEqual([4]);
  });

  test('more elements than an index can count are refused', async () => {
    const { W, f } = beside((n) => T.arange(n).broadcastTo([n, n, n, n]));
    expect(await codeOf(() => f(2000))).toBe('too_large');
    expect((await f(2)).shape).toEqual([2, 2, 2, 2]);
    expect(numbers(await W.get())).toEqual([2]);
  });

  test('more elements than an index can count are refused where the graph says so', async () => {
    const f = compile([], T.arange(2 ** 20).broadcastTo([2 ** 20, 2 ** 20]), { device });
    expect(await codeOf(() => f())).toBe('too_large');
  });

  test('a sum over more repetitions than an index can count is a product', async () => {
    const n = T.iscalar('n');
    const f = compile(
      [n],
      [
        T.constant(2).broadcastTo([n, n, n, n]).sum(),
        T.constant(2)
          .broadcastTo([2 ** 20, 2 ** 20])
          .sum(),
      ],
      { device },
    );
    const [a, b] = await f(1000);
    expect([a.item(), b.item()]).toEqual([Math.fround(2e12), 2 ** 41]);
  });

  test('a thousand million elements are not computed while compiling', async () => {
    const most = T.arange(2 ** 15)
      .expandDims(0)
      .add(T.arange(2 ** 15).expandDims(1))
      .max();
    const f = compile([], most, { device });
    await f.ready;
    expect((await f.graph).optimized.nodes.map((x) => x.op)).toContain('max');
  });
});

describe.each(WITH_KERNELS)('dtypes that %s does not have', (device) => {
  test.each(['float64', 'float16'] as const)(
    '%s names the expression and its line',
    async (dtype) => {
      const x = T.tensor(dtype, [null], 'x');
      const y = T.vector('y');
      const f = compile([x, y], y.add(x.mul(2).cast('float32')), { device });
      expect((await errorOf(() => f([1], [1]))).message).toMatch(
        new RegExp(
          `^${device} has no ${dtype}, and x \\[\\?\\] \\(bad-input\\.test\\.ts, line \\d+\\) needs it\\. Use float32, or compile with \\{ device: 'reference' \\}\\.$`,
        ),
      );
      const onReference = compile([x, y], y.add(x.mul(2).cast('float32')), { device: 'reference' });
      expect(numbers(await onReference([1], [1]))).toEqual([3]);
    },
  );

  test('a shared variable in float64 is refused by name', async () => {
    const W = shared(new Float64Array(2), 'W');
    const f = compile([], W.sum(), { device });
    expect((await errorOf(() => f())).message).toMatch(/^\w+ has no float64, and W \[2\]/);
    expect(numbers(await W.get())).toEqual([0, 0]);
  });

  test('a constant that is folded away needs no dtype', async () => {
    const f = compile([], T.constant([1, 2], { dtype: 'float64' }).mul(2).cast('float32'), {
      device,
    });
    expect(numbers(await f())).toEqual([2, 4]);
  });
});

describe('memory that is not there', () => {
  test.each(WITH_KERNELS)('is told on %s, and given back for the next call', async (device) => {
    const n = T.iscalar('n');
    const W = shared([1], 'W');
    const x = T.arange(n).cast('float32');
    const outputs = [1, 2, 3, 4, 5, 6].map((k) => x.mul(k));
    const f = compile([n], outputs, { updates: [[W, W.add(1)]], device });
    // Each fits into a buffer; all together fit into neither the memory of wasm nor that of the software adapter.
    const fitting = device === 'wasm' ? 2 ** 28 : 2 ** 28 - 2 ** 20;
    expect(await codeOf(() => f(fitting))).toBe('out_of_memory');
    expect(numbers(await W.get())).toEqual([1]);
    expect((await f(3)).map(numbers)[5]).toEqual([0, 6, 12]);
    expect(numbers(await W.get())).toEqual([2]);
  });
});

describe('no adapter', () => {
  const NO_GPU = { requestAdapter: () => Promise.resolve(null) };

  test('is told by webgpu, and wasm takes its place', async () => {
    vi.stubGlobal('navigator', { gpu: NO_GPU });
    const x = T.vector('x');
    const f = compile([x], x.add(1), { device: 'webgpu' });
    expect((await errorOf(() => f([1]))).message).toBe(
      "webgpu: no adapter was found: WebGPU offers none on this machine. Use setDevice('wasm'), or a browser with WebGPU.",
    );
    const byDefault = compile([x], x.add(1));
    expect(numbers(await byDefault([1]))).toEqual([2]);
    expect((await byDefault.kernels).map((k) => k.device)).toEqual(['wasm']);
    expect(await devices()).toEqual(['wasm', 'reference']);
  });

  test.each([
    [
      'an adapter that cannot be asked for',
      { requestAdapter: () => Promise.reject(new Error('blocked')) },
    ],
    [
      'an adapter that gives no device',
      {
        requestAdapter: () =>
          Promise.resolve({
            features: new Set(),
            limits: {},
            info: {},
            requestDevice: () => Promise.reject(new Error('gone')),
          }),
      },
    ],
  ])('%s is no adapter', async (_, gpu) => {
    vi.stubGlobal('navigator', { gpu });
    const x = T.vector('x');
    expect(await codeOf(() => compile([x], x.add(1), { device: 'webgpu' })([1]))).toBe(
      'no_adapter',
    );
    expect(numbers(await compile([x], x.add(1))([1]))).toEqual([2]);
  });

  test('may come back', async () => {
    const x = T.vector('x');
    const f = compile([x], x.add(1), { device: 'webgpu' });
    vi.stubGlobal('navigator', { gpu: NO_GPU });
    expect(await codeOf(() => f([1]))).toBe('no_adapter');
    vi.unstubAllGlobals();
    expect(numbers(await f([1]))).toEqual([2]);
  });
});

/** Take a device away, as a driver that is reset does. */
const destroy = async (name: DeviceName): Promise<void> => (await session.device(name)).destroy();

describe.each(WITH_KERNELS)('a lost device, %s', (device) => {
  function counter() {
    const x = T.vector('x');
    const W = shared([0, 0], 'W');
    const f = compile([x], W.add(x), { updates: [[W, W.add(x)]], name: 'count', device });
    return { W, f };
  }

  test('fails the calls in flight and those whose results are on it', async () => {
    const { f } = counter();
    const done = f([1, 1]);
    await done;
    const before = f([1, 1]);
    await destroy(device);
    const after = f([1, 1]);
    const codes = await Promise.all(
      [before, after].map((r) =>
        r.then(
          () => 'a value',
          (e: ArignoteError) => e.code,
        ),
      ),
    );
    expect(codes[0]).toBe('device_lost');
    expect(['device_lost', 'a value']).toContain(codes[1]);
    expect(numbers(await done)).toEqual([1, 1]);
  });

  test('is replaced, and variables have the last value that the host saw', async () => {
    const { W, f } = counter();
    await f([1, 1]);
    expect(numbers(await W.get())).toEqual([1, 1]);
    await f([5, 5]);
    const lost = await session.device(device);
    await destroy(device);
    const error = await errorOf(async () => {
      await f([7, 7]);
      await f([7, 7]);
      throw ArignoteError.of('device_lost', device, 'no call noticed');
    });
    expect(error.code).toBe('device_lost');
    await lost.lost;
    W.set(await W.get());
    const seen = numbers(await W.get());
    expect(seen[0]! % 7).toBe(1);
    expect(numbers(await f([2, 2]))).toEqual(seen.map((v) => v + 2));
    expect(await session.device(device)).not.toBe(lost);
  });

  test('between calls costs one value, and no more', async () => {
    const { W, f } = counter();
    await f([1, 1]);
    await W.get();
    await f([5, 5]);
    const lost = await session.device(device);
    lost.destroy();
    await lost.lost;
    expect(numbers(await W.get())).toEqual([1, 1]);
    expect(numbers(await f([2, 2]))).toEqual([3, 3]);
    expect(numbers(await f.run(3, [1, 0]))).toEqual([6, 3]);
    expect(numbers(await W.get())).toEqual([6, 3]);
  });

  test('that was lost before its call was noted leaves the value from before', async () => {
    const store = new SharedStore();
    const value = T.host.array([1, 2]);
    store.define({ name: 'W', dtype: 'float32', value, key: null });
    const gone = await session.device(device);
    await store.on(gone, 0);
    store.forget(gone);
    store.changed(0, gone, undefined);
    expect(Array.from((await store.read(0)).data)).toEqual([1, 2]);
  });

  test('with calls that nobody awaits ends nothing', async () => {
    const { W, f } = counter();
    for (let i = 0; i < 10; i++) f([1, 1]);
    await destroy(device);
    for (let i = 0; i < 10; i++) f([1, 1]);
    const kept = numbers(await W.get());
    expect(numbers(await f([1, 1]))).toEqual(kept.map((v) => v + 1));
  });
});

describe('mistakes while building', () => {
  test('leave the graph as it was', async () => {
    const x = T.matrix('x');
    const w = T.tensor('float32', [3, 2], 'w');
    expect(() => T.tensor('float32', [4, 5], 'h').dot(w)).toThrow(ArignoteError);
    expect(() => grad(x.sqr(), x)).toThrow(ArignoteError);
    expect(() => compile([x, w], x.sum())).toThrow(ArignoteError);
    const f = compile([x, w], x.dot(w).sum(), { device: 'reference' });
    expect((await f([[1, 1, 1]], T.host.ones([3, 2]))).item()).toBe(6);
  });
});
