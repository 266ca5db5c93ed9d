/**
 * @file The compiler's side of an engine: functions after stage 3, and plans of stages 4 to 6 as calls need them. It holds no
 * buffer and no value; it can be ended and started again.
 */
import { assert, fail } from '../base/errors.ts';
import { PLANS_MAX } from '../base/limits.ts';
import { OPS_BY_NAME } from '../catalogue/ops.ts';
import { LruCache } from '../compile/cache.ts';
import { optimizeGraph, planSegment, type Optimized, type Plan } from '../compile/pipeline.ts';
import type { CompileRequest, DeviceName } from '../frontend/connection.ts';
import { GraphScope, nominalId, withGraph, type Expr, type Graph } from '../ir/graph.ts';
import { nodesOfMessage, readGraph } from '../ir/serialize.ts';
import { resolveShapes } from '../schedule/bind-shapes.ts';
import { checkSizes, checkVariables, sharedLeaf } from './call-checks.ts';
import type { CompilerLink, Definition, PlanAnswer, PlanQuery } from './compiler-link.ts';
import type { ReportKind, ReportOf } from './protocol.ts';
import { reportGraph, reportKernels, reportMemory } from './reports.ts';

/** A function, and the plans that its calls asked for. The device side forgets plans by the same rule, a little later. */
type Compiled = {
  readonly definition: Definition;
  readonly request: CompileRequest;
  readonly traced: Graph<'traced'>;
  readonly optimized: Optimized;
  readonly position: ReadonlyMap<Expr, number>;
  readonly plans: LruCache<{ readonly plan: Plan; readonly device: DeviceName }>;
};

export class Compiler implements CompilerLink {
  readonly #functions = new Map<number, Compiled>();

  /**
   * Stage 3. The message is read as a stranger's.
   * @throws what `readGraph` throws; message_malformed when variables are not what the request says
   */
  compile(fn: number, request: CompileRequest): Definition {
    const scope = new GraphScope();
    return withGraph(scope, () => {
      const { graph: traced, nodes: sent } = readGraph(request.graph, OPS_BY_NAME, scope);
      const optimized = optimizeGraph(traced, request.mode, scope);
      const ids = new Map(request.shared.map(([at, id]) => [sharedLeaf(sent[at]), id]));
      const shared = [...ids].map(([leaf, id]) => ({ leaf, id }));
      checkVariables(optimized, new Set(ids.keys()));
      const { lowered } = optimized;
      const nodes = nodesOfMessage(lowered.graph);
      const { name, device, profile, sync, keepBuffers } = request;
      const options = { device, profile, sync, keepBuffers };
      const definition: Definition = { name, lowered, scope, nodes, shared, options };
      const position = new Map(nodes.map((x, i) => [x, i]));
      const plans: Compiled['plans'] = new LruCache(2 * PLANS_MAX);
      this.#functions.set(fn, { definition, request, traced, optimized, position, plans });
      return definition;
    });
  }

  #compiled(fn: number): Compiled {
    const found = this.#functions.get(fn);
    assert(found !== undefined, `function ${fn} is not there`);
    return found;
  }

  /** Stages 4 to 6. @throws shapes_differ and its kind, too_large */
  plan(query: PlanQuery): PlanAnswer {
    const { definition, request, optimized, position, plans } = this.#compiled(query.fn);
    const { lowered, scope, nodes, shared } = definition;
    const leaves = [...lowered.graph.inputs, ...shared.map((s) => s.leaf)];
    const facts = {
      shapes: new Map(leaves.map((leaf, i) => [leaf, query.shapes[i]!])),
      values: new Map(query.values.map(([at, value]) => [nodes[at]!, value])),
    };
    const resolution = withGraph(scope, () => resolveShapes(lowered, facts));
    const plan = planSegment(optimized.lowered, resolution, {
      mode: request.mode,
      limits: query.limits,
      target: query.target,
      scope,
      shared: shared.map((s) => s.leaf),
    });
    const device = { name: query.device, limits: query.limits };
    withGraph(plan.annotations, () => checkSizes(plan, device, definition.name));
    const id = nominalId();
    plans.set(String(id), { plan, device: query.device });
    const at = (x: Expr): number => position.get(x)!;
    return {
      plan: id,
      executable: plan.executable,
      hostScalars: plan.bound.hostScalars.map(at),
      pending: plan.pending.map(at),
    };
  }

  report<K extends Exclude<ReportKind, 'profile'>>(
    fn: number,
    what: K,
    ids: readonly number[],
  ): Promise<ReportOf[K]> {
    const compiled = this.#compiled(fn);
    const plans = ids.flatMap((id) => compiled.plans.get(String(id)) ?? []);
    const made = reportOn(compiled, what, plans);
    return Promise.resolve(made as ReportOf[K]);
  }

  free(fn: number): void {
    this.#functions.delete(fn);
  }

  /** What a function was compiled from and to: for summaries. */
  summaryOf(fn: number): Pick<Compiled, 'traced' | 'optimized' | 'definition'> {
    return this.#compiled(fn);
  }
}

function reportOn(
  { definition, traced, optimized }: Compiled,
  what: ReportKind,
  plans: readonly { readonly plan: Plan; readonly device: DeviceName }[],
): ReportOf[ReportKind] {
  const annotations = definition.scope;
  const last = plans.at(-1);
  switch (what) {
    case 'graph':
      return reportGraph(traced, optimized, { annotations, plans: plans.map((p) => p.plan) });
    case 'kernels':
      // All segments of the latest call.
      return plans.flatMap(({ plan, device }) =>
        reportKernels(optimized, plan, { device, annotations }),
      );
    case 'memory':
      return last === undefined
        ? { plan: [], peakBytes: 0, peakBytesWithoutReuse: 0 }
        : reportMemory(optimized, last.plan, annotations);
    case 'profile':
      return fail('message_malformed', 'a report', 'one that the compiler makes');
  }
}
