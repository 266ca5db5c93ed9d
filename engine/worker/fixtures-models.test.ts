/**
 * Goal: a network trains by exactly the published numbers, whichever way its step is called. Method: the scenarios of group
 * M on every device, their costs and final parameters within the tolerance; the four ways of calling agree bit for bit.
 */
import { grad } from '../frontend/derivatives.ts';
import { connect } from '../frontend/engine.ts';
import { compile, type CompileOptions } from '../frontend/function.ts';
import { NDArray } from '../frontend/nd-array.ts';
import { T } from '../frontend/operations.ts';
import { shared, type SharedVariable } from '../frontend/shared.ts';
import type { Tensor } from '../frontend/tensor.ts';
import { accountForGroup, expectSame, scenario, type Scene } from './fixture.test.kit.ts';
import { connectInProcess } from './in-process.ts';

connect(connectInProcess);

const STEP_COUNT = 6;

/** Costs [steps] of a training, then the parameters that it leaves. */
type Trace = readonly NDArray[];

type Model = {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly cost: Tensor;
  readonly parameters: readonly SharedVariable[];
  readonly updates: readonly (readonly [SharedVariable, Tensor])[];
};

/** Tanh layers and a softmax, with the mean negative log-likelihood; a step of gradient descent. */
function mlp(s: Scene): Model {
  const [x, y] = s.inputs('x', 'y');
  const parameters = s
    .values('params0')
    .map((value, i) => shared(value, `${i % 2 === 0 ? 'W' : 'b'}${i >> 1}`));
  const last = parameters.length - 2;
  let layer: Tensor = x;
  for (let i = 0; i < last; i += 2)
    layer = layer
      .dot(parameters[i]!)
      .add(parameters[i + 1]!)
      .tanh();
  const p = T.nnet.softmax(layer.dot(parameters[last]!).add(parameters[last + 1]!));
  const cost = p
    .log()
    .at(T.arange(y.dim(0)), y)
    .mean()
    .neg();
  const rate = s.value('lr').item();
  const gradients = grad(cost, parameters);
  const updates = parameters.map((w, i) => [w, w.sub(gradients[i]!.mul(rate))] as const);
  return { x, y, cost, parameters, updates };
}

const after = async (costs: NDArray, { parameters }: Model): Promise<Trace> => [
  costs,
  ...(await Promise.all(parameters.map((w) => w.get()))),
];

/** One call for each step, the batch cut on the host. */
async function trainByCalls(s: Scene, options: CompileOptions): Promise<Trace> {
  const model = mlp(s);
  const { x, y, cost, updates } = model;
  const step = compile([x, y], { cost }, { ...options, updates, device: s.device });
  const batch = s.value('batch').item();
  const [images, labels] = [s.value('x'), s.value('y')];
  const cut = ({ data, shape, dtype }: NDArray, first: number): NDArray => {
    const width = data.length / shape[0]!;
    const rows = data.slice(first * width, (first + batch) * width);
    return new NDArray(rows, [batch, ...shape.slice(1)], dtype);
  };
  const costs: number[] = [];
  for (let k = 0; k < STEP_COUNT; k++) {
    const first = (k * batch) % images.shape[0]!;
    costs.push((await step(cut(images, first), cut(labels, first))).cost.item());
  }
  return after(s.host({ dtype: 'float64', shape: [STEP_COUNT], data: costs }), model);
}

/** All steps in one call: the batch is a slice that a counter moves along. */
async function trainByRun(s: Scene): Promise<Trace> {
  const model = mlp(s);
  const { x, y, cost, updates } = model;
  const batch = s.value('batch').item();
  const [images, labels] = [shared(s.value('x'), 'X'), shared(s.value('y'), 'Y')];
  const index = shared(0, 'index', { dtype: 'int32' });
  const rows = T.slice(index.mul(batch), index.add(1).mul(batch));
  const next = index.add(1).mod(s.value('x').shape[0]! / batch);
  const step = compile(
    [],
    { cost },
    {
      updates: [...updates, [index, next]],
      givens: [
        [x, images.at(rows)],
        [y, labels.at(rows)],
      ],
      device: s.device,
    },
  );
  const { cost: costs } = await step.run(STEP_COUNT, { collect: true });
  return after(costs, model);
}

for (const id of ['M03', 'M04']) {
  scenario(id, async (s) => {
    const traces = [
      await trainByCalls(s, {}),
      await trainByCalls(s, { keepBuffers: false }),
      await trainByCalls(s, { trustInput: true }),
      await trainByRun(s),
    ];
    s.expectValues(traces[0]!);
    for (const trace of traces.slice(1))
      trace.forEach((value, i) => expectSame(value, traces[0]![i]!));
  });
}

accountForGroup('M');
