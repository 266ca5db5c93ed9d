/**
 * Goal: the README's program learns. Method: logistic regression on the real digits, batches sliced on the device by a counter;
 * over 91 % of the 10,000 test digits on each device that has kernels.
 */
import { expect, test } from 'vitest';
import { grad } from '../frontend/derivatives.ts';
import { dataset } from '../frontend/dataset.ts';
import { connect } from '../frontend/engine.ts';
import { compile } from '../frontend/function.ts';
import { T } from '../frontend/operations.ts';
import { shared } from '../frontend/shared.ts';
import { connectInProcess } from './in-process.ts';

connect(connectInProcess);

const BATCH = 100;
const STEPS = 1200;

test.each(['wasm', 'webgpu'] as const)(
  'learns the digits on %s',
  async (device) => {
    const { training, test: held } = await dataset('mnist');
    const [images, labels] = [shared(training.x, 'images'), shared(training.y, 'labels')];
    const [x, y] = [T.matrix('x'), T.ivector('y')];
    const [W, b] = [shared(T.host.zeros([784, 10]), 'W'), shared(T.host.zeros([10]), 'b')];
    const p = T.nnet.softmax(x.dot(W).add(b));
    const cost = T.log(p)
      .at(T.arange(y.dim(0)), y)
      .mean()
      .neg();
    const [dW, db] = grad(cost, [W, b]);
    const step = shared(0, 'step', { dtype: 'int32' });
    const start = step.mod(600).mul(BATCH);
    const batch = T.slice(start, start.add(BATCH));
    const train = compile(
      [],
      { cost },
      {
        device,
        updates: [
          [W, W.sub(dW.mul(0.2))],
          [b, b.sub(db.mul(0.2))],
          [step, step.add(1)],
        ],
        givens: [
          [x, images.at(batch)],
          [y, labels.at(batch)],
        ],
      },
    );
    const wrong = compile([x, y], T.neq(p.argmax({ axis: 1 }), y).mean(), { device });
    await train.run(STEPS);
    expect((await step.get()).item()).toBe(STEPS);
    expect((await wrong(held.x, held.y)).item()).toBeLessThan(0.09);
    expect(new Set((await train.kernels).map((k) => k.device))).toEqual(new Set([device]));
  },
  300_000,
);
