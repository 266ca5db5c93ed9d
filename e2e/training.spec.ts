/**
 * Goal: the library trains in a browser, on WebGPU. Method: the built library, imported into a bare page by its address, runs
 * the README's program for a hundred steps; what it reports of itself is held to what the program is.
 */
import { expect, test } from '@playwright/test';
import type * as library from '../engine/arignote.ts';
import { LIBRARY, openBarePage } from './library-page.ts';

type Library = typeof library;

test('trains logistic regression on WebGPU and says what ran', async ({ page }) => {
  await openBarePage(page);
  const seen = await page.evaluate(async (address) => {
    const { compile, dataset, devices, grad, shared, T } = (await import(address)) as Library;
    const { training } = await dataset('mnist');
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
    const batch = T.slice(step.mul(100), step.add(1).mul(100));
    const train = compile(
      [],
      { cost },
      {
        device: 'webgpu',
        profile: true,
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
    const { cost: costs } = await train.run(100, { collect: true });
    const kernels = await train.kernels;
    const events = await train.profile();
    return {
      devices: await devices(),
      first: costs.data[0]!,
      last: costs.data[99]!,
      kernels: kernels.map((k) => ({ device: k.device, isWgsl: k.text.includes('@compute') })),
      origins: [...new Set(events.map((e) => e.origin))],
      eventCount: events.length,
    };
  }, LIBRARY);
  expect(seen.devices).toEqual(['webgpu', 'wasm', 'reference']);
  expect(seen.first).toBeCloseTo(Math.log(10), 5);
  expect(seen.last).toBeLessThan(0.7);
  expect(seen.kernels.length).toBeLessThanOrEqual(7);
  expect(seen.kernels.every((k) => k.device === 'webgpu' && k.isWgsl)).toBe(true);
  expect(seen.origins).toEqual(['measured']);
  expect(seen.eventCount).toBe(100 * seen.kernels.length);
});

test('gives the same numbers on WASM in a page', async ({ page }) => {
  await openBarePage(page);
  const seen = await page.evaluate(async (address) => {
    const { compile, grad, T } = (await import(address)) as Library;
    const x = T.vector('x');
    const cost = T.log(T.exp(x).add(1)).sum();
    const outputs = [cost, grad(cost, x)] as const;
    const run = async (device: 'wasm' | 'webgpu') => {
      const [value, gradient] = await compile([x], outputs, { device })([88, 100, -3]);
      return [...value.data, ...gradient.data];
    };
    return { wasm: await run('wasm'), webgpu: await run('webgpu') };
  }, LIBRARY);
  for (const values of [seen.wasm, seen.webgpu]) {
    [188.0485873, 1, 1, 0.04742587].forEach((wanted, i) =>
      expect(values[i]).toBeCloseTo(wanted, 4),
    );
  }
});
