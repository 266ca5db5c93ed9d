/** @file Invariants of a graph at each stage, as a table of named checks. A broken one is a defect of ours. */
import { assert } from '../base/errors.ts';
import { rootsOf, topoSort, type Expr, type Graph, type Stage } from './graph.ts';
import { compatibleShapes, sizeOf } from './types.ts';

type Check = {
  readonly name: string;
  readonly stages: readonly Stage[];
  /** What is wrong with a node, or `null`. */
  readonly find: (expr: Expr) => string | null;
};

const EVERY: readonly Stage[] = ['traced', 'optimized', 'bound'];

const CHECKS: readonly Check[] = [
  {
    name: 'arity',
    stages: EVERY,
    find: ({ op, inputs }) =>
      inputs.length >= op.arity[0] && inputs.length <= op.arity[1]
        ? null
        : `${inputs.length} inputs`,
  },
  {
    name: 'inner graphs',
    stages: EVERY,
    find: ({ op, inner }) =>
      inner.length === (op.innerCount ?? 0) ? null : `${inner.length} inner graphs`,
  },
  {
    name: 'extents are natural numbers or unknown',
    stages: EVERY,
    find: ({ type }) =>
      type.shape.every((n) => n === null || (Number.isInteger(n) && n >= 0))
        ? null
        : `shape ${type.shape.join()}`,
  },
  {
    name: 'extents are known',
    stages: ['bound'],
    find: ({ type }) =>
      type.shape.includes(null) ? `shape ${type.shape.map((n) => n ?? '?').join()}` : null,
  },
  {
    name: 'only operations that kernels know',
    stages: ['bound'],
    find: ({ op }) =>
      op.lowering.kind === 'graph' || op.lowering.kind === 'host' ? op.lowering.kind : null,
  },
  {
    name: 'elements fit an index',
    stages: ['bound'],
    find: ({ type }) =>
      sizeOf(type.shape.map(Number)) < 2 ** 31 ? null : `shape ${type.shape.join()}`,
  },
];

/** The graph itself, its nodes checked. @throws engine defect */
export function verifyGraph<S extends Stage>(graph: Graph<S>): Graph<S> {
  for (const expr of topoSort(rootsOf(graph))) {
    for (const check of CHECKS) {
      if (!check.stages.includes(graph.stage)) continue;
      const wrong = check.find(expr);
      assert(wrong === null, `${graph.stage} graph: ${check.name}: ${expr.op.name} has ${wrong}`);
    }
  }
  for (const { variable, value } of graph.updates) {
    const fits =
      variable.type.dtype === value.type.dtype &&
      compatibleShapes(variable.type.shape, value.type.shape);
    assert(fits, `${graph.stage} graph: the update of a variable has another type`);
  }
  return graph;
}
