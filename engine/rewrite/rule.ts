/**
 * @file Rewrite rules as data: the rule is its own documentation, its own test, and the card that the notebook draws.
 * A number in a pattern matches a constant that is the same at every element; what is built for it has the shape it needs.
 */
import { assert } from '../base/errors.ts';
import { node, type Expr, type Params } from '../ir/graph.ts';
import type { OpDef } from '../ir/op-def.ts';
import { broadcastTo, uniformValue } from '../ops/broadcast.ts';
import { constant, DIM, dimOf, dimsOf } from '../ops/leaves.ts';

export type Pattern =
  | { readonly kind: 'hole'; readonly name: string }
  /** A number, the same at every element. */
  | { readonly kind: 'number'; readonly value: number }
  /** A hole for a number. */
  | { readonly kind: 'constant'; readonly name: string }
  /** `as`: a name for the node, so that the other side can take its params. */
  | {
      readonly kind: 'apply';
      readonly op: OpDef;
      readonly args: readonly Pattern[];
      readonly as: string | null;
    }
  /** Any node whose op belongs to a family; only as a left side, of rules that look at the node themselves. */
  | { readonly kind: 'family'; readonly label: string; readonly has: (op: OpDef) => boolean };

/** canonicalize: one form for equal things. stabilize: same value, fewer overflows. specialize: a cheaper op. shaped: needs extents. */
export const RULE_STAGES = ['canonicalize', 'stabilize', 'specialize', 'shaped'] as const;
export type RuleStage = (typeof RULE_STAGES)[number];

/** What the holes of a pattern stand for. */
export type Match = {
  /** The node that matched. */
  readonly root: Expr;
  readonly nodes: ReadonlyMap<string, Expr>;
};

/** A scalar, or the six elements of a matrix [2, 3]. */
export type Sample = number | readonly number[];

export type Rule = {
  readonly name: string;
  readonly stage: RuleStage;
  /** Why the right side is better: fewer ops, no overflow, or a form that later rules expect. */
  readonly doc: string;
  readonly from: Pattern;
  /** A pattern, or what computes the result; `null`: the rule does not apply here. */
  readonly to: Pattern | ((match: Match) => Expr | null);
  /** A condition on the match, pure and short. */
  readonly when?: (match: Match) => boolean;
  /** How many nodes the rule may add to a graph. */
  readonly grows?: { readonly nodes: number };
  readonly tags?: readonly string[];
  /** Ranges of the holes on which both sides agree; tests draw from them. */
  readonly domain: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** For a rule that patterns alone do not state: an expression on which it fires, from inputs named in `domain`. */
  readonly example?: (holes: Readonly<Record<string, Expr>>) => Expr;
  /** For a stabilize rule: a point where the left side is wrong in float32, and the right answer there. */
  readonly witness?: { readonly at: Readonly<Record<string, Sample>>; readonly answer: Sample };
};

export const hole = (name: string): Pattern => ({ kind: 'hole', name });
export const num = (value: number): Pattern => ({ kind: 'number', value });
export const anyNumber = (name: string): Pattern => ({ kind: 'constant', name });

type Applied = OpDef | { readonly def: OpDef };
const defOf = (op: Applied): OpDef => ('def' in op ? op.def : op);

export const on = (op: Applied, ...args: readonly Pattern[]): Pattern => ({
  kind: 'apply',
  op: defOf(op),
  args,
  as: null,
});
/** `on` with a name for the node. */
export const named = (as: string, op: Applied, ...args: readonly Pattern[]): Pattern => ({
  kind: 'apply',
  op: defOf(op),
  args,
  as,
});

/** Any of these ops. */
export const oneOf = (...ops: readonly Applied[]): Pattern => {
  const defs = ops.map(defOf);
  return {
    kind: 'family',
    label: defs.map((d) => d.name).join(', '),
    has: (op) => defs.includes(op),
  };
};
/** Any elementwise op. */
export const elementwise: Pattern = {
  kind: 'family',
  label: 'elementwise',
  has: (op) => op.lowering.kind === 'elementwise',
};

/** Whether a node of this op may be the root of the pattern. */
export function mayStart(pattern: Pattern, op: OpDef): boolean {
  return pattern.kind === 'apply'
    ? pattern.op === op
    : pattern.kind === 'family' && pattern.has(op);
}

type Bindings = ReadonlyMap<string, Expr>;

/** The bindings under which `pattern` equals `expr`, in the order of trying; none when it does not. */
function* bind(pattern: Pattern, expr: Expr, bindings: Bindings): Generator<Bindings> {
  switch (pattern.kind) {
    case 'hole': {
      const bound = bindings.get(pattern.name);
      if (bound === undefined) yield new Map(bindings).set(pattern.name, expr);
      else if (bound === expr) yield bindings;
      return;
    }
    case 'number':
      if (uniformValue(expr) === roundedFor(expr, pattern.value)) yield bindings;
      return;
    case 'constant':
      if (uniformValue(expr) !== null) yield new Map(bindings).set(pattern.name, expr);
      return;
    case 'family':
      if (pattern.has(expr.op)) yield bindings;
      return;
    case 'apply': {
      if (expr.op !== pattern.op) return;
      const own = pattern.as === null ? bindings : new Map(bindings).set(pattern.as, expr);
      yield* bindAll(pattern.args, expr.inputs, own);
      const [x, y] = expr.inputs;
      if (expr.op.commutative === true && x !== y) yield* bindAll(pattern.args, [y!, x!], own);
    }
  }
}

/** A pattern's number as the dtype of the constant holds it. */
const roundedFor = (expr: Expr, value: number): number =>
  expr.type.dtype === 'float32' ? Math.fround(value) : value;

function* bindAll(
  patterns: readonly Pattern[],
  exprs: readonly Expr[],
  bindings: Bindings,
): Generator<Bindings> {
  const [first, ...rest] = patterns;
  if (first === undefined) {
    yield bindings;
    return;
  }
  for (const found of bind(first, exprs[0]!, bindings)) yield* bindAll(rest, exprs.slice(1), found);
}

/** The expression of a right side; numbers take the shape and dtype of the node that is replaced. */
function build(pattern: Pattern, bindings: Bindings, like: Expr): Expr {
  switch (pattern.kind) {
    case 'hole':
    case 'constant':
      return bindings.get(pattern.name)!;
    case 'number':
      return filledLike(pattern.value, like);
    case 'apply': {
      const args = pattern.args.map((p) => build(p, bindings, like));
      const params: Params = pattern.as === null ? {} : bindings.get(pattern.as)!.params;
      return node(pattern.op, args, params);
    }
    case 'family':
      return assert(false, 'a family of ops builds nothing') as never;
  }
}

/** A number at every element of an expression's shape, in its dtype. */
export function filledLike(value: number, like: Expr): Expr {
  return broadcastTo(constant(value, like.type.dtype), dimsOf(like));
}

/** Whether the ops of the operands fit: most nodes are refused here, before anything is bound. */
function mayMatch(pattern: Pattern, expr: Expr): boolean {
  if (pattern.kind !== 'apply') return true;
  const { inputs, op } = expr;
  return pattern.args.every((arg, i) => {
    if (arg.kind !== 'apply') return true;
    return op.commutative === true ? inputs.some((x) => x.op === arg.op) : inputs[i]?.op === arg.op;
  });
}

/** What the rule makes of the node, or `null` where it does not apply. */
export function applyRule(rule: Rule, expr: Expr): Expr | null {
  if (!mayMatch(rule.from, expr)) return null;
  for (const nodes of bind(rule.from, expr, new Map())) {
    const match: Match = { root: expr, nodes };
    if (rule.when !== undefined && !rule.when(match)) continue;
    const made = typeof rule.to === 'function' ? rule.to(match) : build(rule.to, nodes, expr);
    const after = made === null ? null : withExtentsOf(made, expr);
    if (after !== null && after !== expr) return after;
  }
  return null;
}

/**
 * What a rule made, as a view that checks its extents where they are not known to be those of the node it replaces:
 * y for x * y / x still fails when x and y differ in shape.
 */
function withExtentsOf(made: Expr, before: Expr): Expr {
  const { shape } = before.type;
  assert(
    made.type.dtype === before.type.dtype && made.type.shape.length === shape.length,
    'a rule changed the type of a node',
  );
  // An extent that only the replaced node itself knows cannot be asked for.
  const isOwn = (dim: Expr): boolean => dim.op.name === DIM.name && dim.inputs[0] === before;
  return broadcastTo(
    made,
    dimsOf(before).map((dim, axis) => (isOwn(dim) ? dimOf(made, axis) : dim)),
  );
}

/** The number that a constant hole stands for. */
export function numberAt(match: Match, name: string): number {
  return uniformValue(match.nodes.get(name)!)!;
}

/** The node that a hole stands for. */
export const exprAt = (match: Match, name: string): Expr => match.nodes.get(name)!;

/** A pattern in LaTeX, by the ops' own fields. */
export function latexOfPattern(p: Pattern): string {
  switch (p.kind) {
    case 'hole':
    case 'constant':
      return p.name;
    case 'number':
      return String(p.value);
    case 'family':
      return `\\operatorname{${p.label}}`;
    case 'apply': {
      const args = p.args.map((a) =>
        a.kind === 'apply' ? `\\left(${latexOfPattern(a)}\\right)` : latexOfPattern(a),
      );
      return latexOfApplication(p.op, args);
    }
  }
}

/** An op's LaTeX where there is no node: an op whose text depends on params falls back to its name. */
function latexOfApplication(op: OpDef, args: readonly string[]): string {
  try {
    return op.latex(args, NO_NODE);
  } catch {
    return `\\operatorname{${op.name}}(${args.join(', ')})`;
  }
}

const NO_NODE = { inputs: [], params: {} } as never;
