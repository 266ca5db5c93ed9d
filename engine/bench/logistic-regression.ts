/** @file The first example: logistic regression on MNIST, trained on the device that is the default here, or on the one named. */
import {
  compile,
  dataset,
  debugPrint,
  grad,
  setDevice,
  shared,
  T,
  type DeviceName,
} from '../arignote.ts';

/** Lines of each kernel that are shown, unless all are asked for by `--text`. */
const LINES_SHOWN = 12;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const wantsText = process.argv.includes('--text');

const BATCH = 600;
const EPOCHS = 3;

const [device] = process.argv
  .slice(2)
  .filter((word): word is DeviceName => ['webgpu', 'wasm', 'reference'].includes(word));
if (device !== undefined) setDevice(device);

const { training, test } = await dataset('mnist');
const images = shared(training.x, 'images');
const labels = shared(training.y, 'labels');
const steps = Math.floor(training.x.shape[0]! / BATCH);

const x = T.matrix('x');
const y = T.ivector('y');
const W = shared(T.host.zeros([784, 10]), 'W');
const b = shared(T.host.zeros([10]), 'b');
const p = T.nnet.softmax(x.dot(W).add(b));
const cost = T.log(p)
  .at(T.arange(y.dim(0)), y)
  .mean()
  .neg();
const [dW, db] = grad(cost, [W, b]);

// The batch is a slice that a counter moves on, so that many steps run without coming back.
const step = shared(0, 'step', { dtype: 'int32' });
const batch = T.slice(step.mod(steps).mul(BATCH), step.mod(steps).add(1).mul(BATCH));
const train = compile(
  [],
  { cost },
  {
    name: 'train',
    updates: [
      [W, W.sub(dW.mul(0.5))],
      [b, b.sub(db.mul(0.5))],
      [step, step.add(1)],
    ],
    givens: [
      [x, images.at(batch)],
      [y, labels.at(batch)],
    ],
    profile: true,
  },
);
const predict = compile([x], p.argmax({ axis: 1 }), { name: 'predict' });

print(`cost:\n${debugPrint(cost)}\n`);
let percent = '';
for (let epoch = 1; epoch <= EPOCHS; epoch++) {
  const began = performance.now();
  for (let done = 0; done < steps; done += 10) {
    const { cost: loss } = await train.run(Math.min(10, steps - done));
    process.stdout.write(
      `\repoch ${epoch}/${EPOCHS}  ${bar(done + 10, steps)}  loss ${loss.item().toFixed(4)}`,
    );
  }
  const predicted = await predict(test.x);
  const right = predicted.data.reduce((n, c, i) => n + Number(c === test.y.data[i]), 0);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  percent = ((100 * right) / predicted.data.length).toFixed(2);
  print(`  ${percent} % of the test digits right  (${seconds} s)`);
}

const { steps: rewrites } = await train.graph;
print('\nrewrite steps:');
for (const { stage, rule } of rewrites) print(`  ${stage}: ${rule}`);
for (const { name, device: where, text } of await train.kernels) {
  const lines = text
    .trimEnd()
    .split('\n')
    .filter((line) => wantsText || !line.includes('(local $'));
  const shown = wantsText ? lines : lines.slice(0, LINES_SHOWN);
  print(`\nkernel ${name} on ${where}:\n${shown.map((line) => `  ${line}`).join('\n')}`);
  if (shown.length < lines.length) print(`  ... ${lines.length - shown.length} more lines`);
}
const times = new Map<string, number[]>();
for (const { kernel, microseconds } of await train.profile())
  times.set(kernel, [...(times.get(kernel) ?? []), microseconds]);
print('\nprofile, mean microseconds a call:');
for (const [kernel, all] of times)
  print(`  ${kernel}: ${(all.reduce((a, c) => a + c, 0) / all.length).toFixed(1)}`);
print(`\n${percent} % of the ${test.y.shape[0]} test digits are right after ${EPOCHS} epochs.`);
if (!wantsText) print('All lines of the kernels: npm run example -- --text');

function bar(done: number, total: number): string {
  const filled = Math.round((20 * Math.min(done, total)) / total);
  return `[${'#'.repeat(filled)}${'.'.repeat(20 - filled)}]`;
}
