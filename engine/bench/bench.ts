/**
 * @file `npm run bench -- [webgpu|wasm]`: the paper's three networks at batch 1, 10 and 60 in its four ways of calling, and single
 * operations. Prints medians; compare rows of one run only, machines are noisy. Compile time is that of the MLP 784-128-10.
 */
import {
  compile,
  grad,
  shared,
  T,
  type CompileOptions,
  type DeviceName,
  type Tensor,
} from '../arignote.ts';

const DEVICE: DeviceName = process.argv.includes('webgpu') ? 'webgpu' : 'wasm';
const SAMPLES = 5;
const SAMPLE_MS = DEVICE === 'webgpu' ? 1000 : 300;
const ROWS = 240;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Median calls a second of `run(n)`, which makes n calls and waits for the last. */
async function rate(run: (n: number) => Promise<unknown>): Promise<number> {
  let n = 1;
  for (;;) {
    const began = performance.now();
    await run(n);
    if (performance.now() - began > SAMPLE_MS / 10 || n >= 1 << 20) break;
    n *= 2;
  }
  const rates: number[] = [];
  for (let k = 0; k < SAMPLES; k++) {
    const began = performance.now();
    let done = 0;
    do {
      await run(n);
      done += n;
    } while (performance.now() - began < SAMPLE_MS);
    rates.push((1000 * done) / (performance.now() - began));
  }
  return rates.toSorted((a, b) => a - b)[Math.floor(SAMPLES / 2)]!;
}

/** A network with tanh layers, softmax cross-entropy and SGD: its step with inputs, and over batches that a counter slices. */
function network(sizes: readonly number[], batch: number, options: CompileOptions) {
  const images = shared(T.host.uniform([ROWS, 784], { seed: 1 }), 'images');
  const labels = shared(T.host.integers([ROWS], { seed: 2, high: 10 }), 'labels');
  const widths = [784, ...sizes, 10];
  const layers = widths.slice(1).map((width, i) => ({
    W: shared(T.host.randn([widths[i]!, width], { seed: i, scale: 0.03 }), `W${i}`),
    b: shared(T.host.zeros([width]), `b${i}`),
  }));
  const [x, y] = [T.matrix('x'), T.ivector('y')];
  const scores = layers.reduce((h, { W, b }, i) => {
    const z = h.dot(W).add(b);
    return i < layers.length - 1 ? T.tanh(z) : z;
  }, x);
  const cost = T.log(T.nnet.softmax(scores))
    .at(T.arange(y.dim(0)), y)
    .mean()
    .neg();
  const parameters = layers.flatMap(({ W, b }) => [W, b]);
  const gradients = grad(cost, parameters);
  const updates = parameters.map((w, i) => [w, w.sub(gradients[i]!.mul(0.01))] as const);
  const step = shared(0, 'step', { dtype: 'int32' });
  const start = step.mod(Math.floor(ROWS / batch)).mul(batch);
  const rows = T.slice(start, start.add(batch));
  const train = compile([x, y], cost, { updates, device: DEVICE, ...options });
  const loop = compile([], cost, {
    updates: [...updates, [step, step.add(1)]],
    givens: [
      [x, images.at(rows)],
      [y, labels.at(rows)],
    ],
    device: DEVICE,
  });
  const inputs = [
    T.host.uniform([batch, 784], { seed: 3 }),
    T.host.integers([batch], { seed: 4, high: 10 }),
  ] as const;
  return { train, loop, inputs };
}

async function benchNetworks(): Promise<void> {
  const networks = { logistic: [], 'MLP 500': [500], 'deep 3x1000': [1000, 1000, 1000] };
  print(
    '| examples/s | batch | keepBuffers: false | plain | trustInput | run(n) |\n|---|---|---|---|---|---|',
  );
  for (const [name, sizes] of Object.entries(networks)) {
    for (const batch of [1, 10, 60]) {
      const each = async (options: CompileOptions): Promise<number> => {
        const { train, inputs } = network(sizes, batch, options);
        const calls = await rate(async (n) => {
          for (let i = 1; i < n; i++) train(...inputs);
          await train(...inputs);
        });
        train.free();
        return calls * batch;
      };
      const { loop } = network(sizes, batch, {});
      const ways = [
        await each({ keepBuffers: false }),
        await each({}),
        await each({ trustInput: true }),
        batch * (await rate((n) => Promise.resolve(loop.run(n)))),
      ];
      print(
        `| ${name} | ${batch} | ${ways.map((r) => Math.round(r).toLocaleString('en')).join(' | ')} |`,
      );
    }
  }
}

/** Median runs a second of a function without inputs; its output stays on the device. */
async function runsOf(output: Tensor): Promise<number> {
  const f = compile([], output, { device: DEVICE, sync: true });
  const runs = await rate(async (n) => {
    f.run(n);
    await f.kernels;
  });
  f.free();
  return runs;
}

async function benchOperations(): Promise<void> {
  print('\n| operation | result |\n|---|---|');
  for (const n of DEVICE === 'webgpu' ? [256, 512] : [256, 512, 1024]) {
    const [x, y] = [1, 2].map((seed) => shared(T.host.randn([n, n], { seed })));
    print(
      `| matmul ${n} | ${((2 * n ** 3 * (await runsOf(x!.dot(y!)))) / 1e9).toFixed(1)} GFLOP/s |`,
    );
  }
  const length = DEVICE === 'webgpu' ? 1 << 18 : 1 << 22;
  const data = shared(T.host.uniform([length], { seed: 1 }), 'data');
  let chain: Tensor = data;
  for (let i = 0; i < 5; i++) chain = T.maximum(chain.mul(0.9 + i / 10), i / 5);
  print(
    `| chain of ten over ${length} | ${((8 * length * (await runsOf(chain))) / 1e9).toFixed(2)} GB/s |`,
  );
  print(
    `| sum of ${length} | ${((4 * length * (await runsOf(data.sum()))) / 1e9).toFixed(2)} GB/s |`,
  );
  const square = shared(T.host.randn([1024, 1024], { seed: 1 }), 'square');
  print(
    `| softmax 1024x1024 | ${((2 ** 20 * (await runsOf(T.nnet.softmax(square)))) / 1e6).toFixed(0)} M elements/s |`,
  );
}

const show = (list: readonly number[]): string => list.map((t) => t.toFixed(0)).join(', ');

async function benchCompile(): Promise<void> {
  const times: number[] = [];
  for (let k = 0; k < SAMPLES; k++) {
    const began = performance.now();
    const { train, inputs } = network([128], 64, {});
    await train.ready;
    const rewritten = performance.now() - began;
    await train(...inputs);
    times.push(rewritten, performance.now() - began);
  }
  print(
    `\nMLP 784-128-10, ms to the rewritten graph: ${show(times.filter((_, i) => i % 2 === 0))}; to the first loss: ${show(times.filter((_, i) => i % 2 === 1))}`,
  );
}

print(`device: ${DEVICE}\n`);
await benchCompile();
await benchNetworks();
await benchOperations();
