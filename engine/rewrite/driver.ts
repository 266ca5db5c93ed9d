/**
 * @file Applies rules to a fixed point and records every step. Rules look only downward, so one walk from the leaves
 * suffices: when a node is reached its inputs have their last form, and what replaces it is walked in turn. Rules are found
 * by op; a graph of n nodes costs about n tries of the rules of its ops, not sweeps over everything.
 */
import { assert } from '../base/errors.ts';
import { STEPS_PER_NODE_MAX } from '../base/limits.ts';
import {
  addPositions,
  currentScope,
  innerGraph,
  topoSort,
  withInputs,
  node,
  type Expr,
  type GraphScope,
  type InnerGraph,
} from '../ir/graph.ts';
import type { OpDef } from '../ir/op-def.ts';
import { applyRule, mayStart, type Rule, type RuleStage } from './rule.ts';

/** One use of one rule. The notebook draws these; nothing else records rewriting. */
export type RewriteStep = {
  readonly rule: string;
  readonly stage: RuleStage | 'fold' | 'merge';
  readonly before: Expr;
  readonly after: Expr;
  readonly microseconds: number;
};

export type RewriteResult = {
  readonly roots: readonly Expr[];
  readonly steps: readonly RewriteStep[];
  /** How often a rule was held against a node. */
  readonly attempts: number;
};

/** The rules that may apply to a node of an op, in the order of the list. */
export type RuleIndex = (op: OpDef) => readonly Rule[];

export function indexRules(rules: readonly Rule[]): RuleIndex {
  const found = new Map<OpDef, readonly Rule[]>();
  return (op) => {
    const known = found.get(op) ?? rules.filter((rule) => mayStart(rule.from, op));
    found.set(op, known);
    return known;
  };
}

/** What holds while one stage runs. */
type Run = {
  readonly index: RuleIndex;
  readonly steps: RewriteStep[];
  /** Graphs inside nodes that were rewritten, so that nodes that share one go on sharing it. */
  readonly inner: Map<InnerGraph, InnerGraph>;
  attempts: number;
  readonly budget: number;
};

/** Apply the rules until none applies. @throws engine defect when they do not settle, naming the last ones */
export function rewrite(roots: readonly Expr[], index: RuleIndex): RewriteResult {
  const order = topoSort(roots);
  const run: Run = {
    index,
    steps: [],
    inner: new Map(),
    attempts: 0,
    budget: STEPS_PER_NODE_MAX * (order.length + 16),
  };
  const settled = new Map<Expr, Expr>();
  return {
    roots: roots.map((root) => settle(root, settled, run)),
    steps: run.steps,
    attempts: run.attempts,
  };
}

/** The last form of a node. Explicit stack: graphs are deep. */
function settle(root: Expr, settled: Map<Expr, Expr>, run: Run): Expr {
  const stack: { readonly expr: Expr; next: Expr | null }[] = [{ expr: root, next: null }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const waiting = top.next ?? top.expr;
    const open =
      top.next === null
        ? waiting.inputs.find((x) => !settled.has(x))
        : settled.has(waiting)
          ? undefined
          : waiting;
    if (settled.has(top.expr)) stack.pop();
    else if (open !== undefined) stack.push({ expr: open, next: null });
    else if (top.next !== null) {
      settled.set(top.expr, settled.get(top.next)!);
      stack.pop();
    } else advance(top, settled, run);
  }
  return settled.get(root)!;
}

/**
 * The inputs of a node are settled: rebuild it, or try its rules. What takes the node's place is walked in turn, so that
 * the last form of everything is its own last form.
 */
function advance(
  top: { readonly expr: Expr; next: Expr | null },
  settled: Map<Expr, Expr>,
  run: Run,
): void {
  const { expr } = top;
  const inputs = expr.inputs.map((x) => settled.get(x)!);
  const rebuilt = rebuild(expr, inputs, run);
  if (rebuilt !== expr) inheritPositions(currentScope(), expr, rebuilt);
  top.next = rebuilt === expr ? tryRules(expr, run) : rebuilt;
  if (top.next === null) settled.set(expr, expr);
}

function tryRules(expr: Expr, run: Run): Expr | null {
  for (const rule of run.index(expr.op)) {
    run.attempts++;
    const began = performance.now();
    const after = applyRule(rule, expr);
    if (after === null) continue;
    const last = run.steps.slice(-4).map((s) => s.rule);
    assert(
      run.steps.length < run.budget,
      `rewriting does not settle; the last rules: ${last.join(', ')}`,
    );
    inheritPositions(currentScope(), expr, after);
    run.steps.push({
      rule: rule.name,
      stage: rule.stage,
      before: expr,
      after,
      microseconds: (performance.now() - began) * 1000,
    });
    return after;
  }
  return null;
}

/** The node with other inputs, and the graphs inside it rewritten by the same rules. */
function rebuild(expr: Expr, inputs: readonly Expr[], run: Run): Expr {
  const inner = expr.inner.map((graph) => rewriteInner(graph, run));
  if (inner.some((graph, i) => graph !== expr.inner[i]))
    return node(expr.op, inputs, expr.params, { inner });
  const [source] = inputs;
  // The type of one of several results is the source's to say.
  if (expr.op.derivative.kind === 'projection' && source !== expr.inputs[0]) {
    return node(expr.op, inputs, expr.params, {
      type: source!.outputs[Number(expr.params['index'])]!,
    });
  }
  return withInputs(expr, inputs);
}

function rewriteInner(graph: InnerGraph, run: Run): InnerGraph {
  const known = run.inner.get(graph);
  if (known !== undefined) return known;
  const settled = new Map<Expr, Expr>();
  const outputs = graph.outputs.map((root) => settle(root, settled, run));
  const isSame = outputs.every((root, i) => root === graph.outputs[i]);
  const after = isSame ? graph : innerGraph(graph.inputs, outputs);
  run.inner.set(graph, after);
  run.inner.set(after, after);
  return after;
}

/** What replaces a node stands where the node stood; so do the new parts below it. */
export function inheritPositions(scope: GraphScope, before: Expr, after: Expr): void {
  const positions = scope.positions.get(before);
  const name = scope.names.get(before);
  if (name !== undefined && !scope.names.has(after) && after.inputs.length > 0)
    scope.names.set(after, name);
  if (positions === undefined) return;
  const stack = [after];
  const seen = new Set<Expr>(stack);
  for (let expr = stack.pop(); expr !== undefined; expr = stack.pop()) {
    const isNew = !scope.positions.has(expr);
    if (isNew || expr === after) addPositions(scope, expr, positions);
    if (!isNew) continue;
    for (const x of expr.inputs) {
      if (seen.has(x)) continue;
      seen.add(x);
      stack.push(x);
    }
  }
}
