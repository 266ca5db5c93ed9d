/**
 * @file Real reports for the tests of the panels: a small classifier that is traced, optimized, and trained for two calls in
 * this process.
 */
import { compile, grad, shared, T } from '../../engine/arignote.ts';
import type { CompileRequest, EngineFunction } from '../../engine/frontend/connection.ts';
import { connect } from '../../engine/frontend/engine.ts';
import type { Tensor } from '../../engine/frontend/tensor.ts';
import { currentScope } from '../../engine/ir/graph.ts';
import { writeGraph } from '../../engine/ir/serialize.ts';
import { connectInProcess } from '../../engine/worker/in-process.ts';
import { inspectGraph } from '../../engine/worker/inspect.ts';
import type {
  DeviceName,
  FunctionSummary,
  GraphReport,
  InspectedGraph,
  ReportOf,
} from '../../engine/worker/protocol.ts';

/** What a page would have been told. */
export type Reports = ReportOf & {
  readonly summary: FunctionSummary;
  readonly gradient: InspectedGraph;
  readonly plain: InspectedGraph;
};

/** The cell that asked. (Nodes name this file, which the engine takes for a cell.) */
const KIT_CELL = 'model';

function inspect(title: string, kind: 'graph' | 'gradient', outputs: readonly Tensor[]) {
  const graph = writeGraph(
    { stage: 'traced', inputs: [], outputs: outputs.map(({ expr }) => expr), updates: [] },
    currentScope(),
  );
  const place = { source: KIT_CELL, line: 1, column: 1 };
  return inspectGraph({ id: title, kind, title, cell: KIT_CELL, place, graph }, 'kit:');
}

/** Runs the engine in this process, and keeps each function that is compiled there from now on. */
function keepFunctions(): readonly EngineFunction[] {
  const engine = connectInProcess();
  const inner = engine.compile.bind(engine);
  const made: EngineFunction[] = [];
  const keep = (request: CompileRequest): EngineFunction => {
    const compiled = inner(request);
    made.push(compiled);
    return compiled;
  };
  connect(() => Object.assign(engine, { compile: keep }));
  return made;
}

/** The graph of layers whose gradients rules rewrite in turns: what one rule makes, another meets. */
export async function makeDeepGraph(layerCount: number): Promise<GraphReport> {
  const made = keepFunctions();
  const x = T.matrix('x');
  const weights = Array.from({ length: layerCount }, (_, seed) =>
    shared(T.host.randn([8, 8], { seed, scale: 0.1 }), `W${seed}`),
  );
  const sum = weights
    .reduce((h: Tensor, W) => T.log(T.nnet.softmax(h.dot(W))).add(T.log(T.exp(h).add(1))), x)
    .sum();
  const gradients = grad(sum, weights);
  const updates = weights.map((W, i) => [W, W.sub(gradients[i]!.mul(0.1))] as const);
  compile([x], { sum }, { device: 'wasm', updates });
  return made.at(-1)!.graph();
}

/** Trains a classifier with one hidden layer, and asks for all that is known of it. */
export async function makeReports(device: DeviceName = 'wasm'): Promise<Reports> {
  const made = keepFunctions();
  const [x, y] = [T.matrix('x'), T.ivector('y')];
  const W1 = shared(T.host.randn([20, 12], { seed: 1, scale: 0.1 }), 'W1');
  const b1 = shared(T.host.zeros([12]), 'b1');
  const W2 = shared(T.host.randn([12, 3], { seed: 2, scale: 0.1 }), 'W2');
  const h = T.tanh(x.dot(W1).add(b1));
  const p = T.nnet.softmax(h.dot(W2));
  const cost = T.log(p)
    .at(T.arange(y.dim(0)), y)
    .mean()
    .neg();
  const wrt = [W1, b1, W2];
  const gradients = grad(cost, wrt);
  const updates = wrt.map((W, i) => [W, W.sub(gradients[i]!.mul(0.1))] as const);
  const train = compile([x, y], { cost }, { device, updates, profile: true });
  for (let call = 0; call < 2; call++) await train(T.host.ones([30, 20]), new Int32Array(30)).cost;

  const compiled = made.at(-1)!;
  const graph = await compiled.graph();
  return {
    graph,
    kernels: await compiled.kernels(),
    memory: await compiled.memory(),
    profile: await compiled.profile(),
    summary: {
      fn: '1:1',
      name: 'train',
      cell: KIT_CELL,
      line: 1,
      tracedCount: graph.traced.nodes.length,
      optimizedCount: graph.optimized.nodes.length,
      stepCount: graph.steps.length,
      milliseconds: 4,
    },
    gradient: inspect('cost with respect to W1', 'gradient', [cost, gradients[0]!]),
    plain: inspect('cost', 'graph', [cost]),
  };
}
