/** @file Both sides of a rule on an example of its own: as expressions, as mathematics, or as operations. */
import { currentScope, node, type Expr } from '../ir/graph.ts';
import { latexOf } from '../ir/latex.ts';
import { constant, input } from '../ops/leaves.ts';
import { indexRules, rewrite } from '../rewrite/driver.ts';
import { filledLike, type Pattern, type Rule, type Sample } from '../rewrite/rule.ts';

/** Both sides as text. `operations`: mathematics does not tell them apart. */
type WrittenSides = {
  readonly kind: 'formulas' | 'operations';
  readonly before: string;
  readonly after: string;
};

/** Both sides of a rule as LaTeX; where that does not tell them apart, as operations. */
export function writeSides(rule: Rule): WrittenSides {
  const { before, after } = ruleOnShapes(rule, SHAPES);
  const [left, right] = [formulaOf(before), formulaOf(after)];
  return left === right
    ? { kind: 'operations', before: operationsOf(before), after: operationsOf(after) }
    : { kind: 'formulas', before: left, after: right };
}

type RuleSides = {
  /** The inputs of the example, by the names in the rule's domain. */
  readonly holes: Readonly<Record<string, Expr>>;
  readonly before: Expr;
  readonly after: Expr;
};

/** What the rule is shown on and what it makes of it, its operands of the first of the shapes on which it fires. */
export function ruleOnShapes(rule: Rule, shapes: readonly (readonly number[])[]): RuleSides {
  for (const shape of shapes) {
    const { holes, before } = exampleOf(rule, shape);
    const { roots, steps } = rewrite([before], indexRules([rule]));
    if (steps.length > 0) return { holes, before, after: roots[0]! };
  }
  throw new Error(`engine defect: the rule ${rule.name} does not fire on its own left side`);
}

export const showSample = (value: Sample): string =>
  typeof value === 'number' ? String(value) : `[${value.join(', ')}]`;

/** An expression by the names of its operations; examples are small. */
function operationsOf(expr: Expr): string {
  if (expr.inputs.length === 0)
    return expr.op.text?.([], { inputs: [], params: expr.params, output: expr }) ?? expr.op.name;
  return `${expr.op.name}(${expr.inputs.map(operationsOf).join(', ')})`;
}

/** Shapes of the operands with which a rule is tried until it fires. */
const SHAPES: readonly (readonly number[])[] = [[3], [2, 3], []];

function formulaOf(expr: Expr): string {
  const { formula, where } = latexOf(expr, currentScope());
  const terms = where.map((term) => `${term.name} = ${term.formula}`);
  return [formula, ...terms].join(',\\; ');
}

function exampleOf(rule: Rule, shape: readonly number[]): Omit<RuleSides, 'after'> {
  const names = Object.keys(rule.domain);
  const holes = Object.fromEntries(
    names.map((name) => [name, input({ dtype: 'float32', shape }, name)]),
  );
  const before = rule.example === undefined ? instantiate(rule.from, holes) : rule.example(holes);
  return { holes, before };
}

/** The expression that a pattern stands for, all operands of one shape. */
function instantiate(pattern: Pattern, holes: Readonly<Record<string, Expr>>): Expr {
  switch (pattern.kind) {
    case 'hole':
      return holes[pattern.name]!;
    case 'number':
      return filledLike(pattern.value, Object.values(holes)[0] ?? constant(0, 'float32'));
    case 'apply':
      return node(
        pattern.op,
        pattern.args.map((p) => instantiate(p, holes)),
      );
    case 'constant':
    case 'family':
      throw new Error('engine defect: a rule with such a pattern needs an example');
  }
}
