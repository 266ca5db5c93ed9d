/** @file Each rule as a card for people: its sentence, both sides, and what both give where float32 fails. */
import type { Expr } from '../ir/graph.ts';
import { interpret } from '../ir/interpret.ts';
import type { OpDef, ReferenceValue } from '../ir/op-def.ts';
import type { Rule, RuleStage, Sample } from '../rewrite/rule.ts';
import { ruleOnShapes, showSample, writeSides } from './rule-sides.ts';

/** All fields are texts that are shown as they are. */
type RuleCard = {
  readonly name: string;
  readonly stage: RuleStage;
  readonly sentence: string;
  /** Whether the sides are LaTeX; else names of operations. */
  readonly isMath: boolean;
  readonly before: string;
  readonly after: string;
  /** Values of both sides in float32, for a rule that repairs them. */
  readonly witness?: {
    readonly at: string;
    readonly left: string;
    readonly right: string;
    readonly answer: string;
  };
};

/** What the page knows of rewriting beside the steps of a function. */
type RewriteCatalogue = {
  /** Operations that are equal in either order of their operands. */
  readonly commutative: readonly string[];
  readonly rules: readonly RuleCard[];
};

/** Shapes of a witness: one number, or the six elements of a matrix. */
const SCALAR: readonly number[] = [];
const MATRIX: readonly number[] = [2, 3];

/** The catalogue of these operations and rules, in their order. */
export function makeRewriteCatalogue(
  ops: readonly OpDef[],
  rules: readonly Rule[],
): RewriteCatalogue {
  const commutative = ops.filter((op) => op.commutative === true).map((op) => op.name);
  return { commutative, rules: makeRuleCards(rules) };
}

function makeRuleCards(rules: readonly Rule[]): readonly RuleCard[] {
  return rules.map((rule) => {
    const { kind, before, after } = writeSides(rule);
    const witness = rule.witness === undefined ? {} : { witness: witnessOf(rule, rule.witness) };
    const { name, stage, doc: sentence } = rule;
    return { name, stage, sentence, isMath: kind === 'formulas', before, after, ...witness };
  });
}

function witnessOf(
  rule: Rule,
  { at, answer }: NonNullable<Rule['witness']>,
): NonNullable<RuleCard['witness']> {
  const shape = typeof answer === 'number' ? SCALAR : MATRIX;
  const { holes, before, after } = ruleOnShapes(rule, [shape]);
  const value = (side: Expr): string => {
    const data = valueAt(side, { holes, at, shape });
    return showSample(typeof answer === 'number' ? data[0]! : data);
  };
  const point = Object.entries(at).map(([name, sample]) => `${name} = ${showSample(sample)}`);
  return {
    at: point.join(', '),
    left: value(before),
    right: value(after),
    answer: showSample(answer),
  };
}

type Point = {
  readonly holes: Readonly<Record<string, Expr>>;
  readonly at: Readonly<Record<string, Sample>>;
  readonly shape: readonly number[];
};

/** The elements of an expression, each operation rounded to float32, to seven digits. */
function valueAt(side: Expr, { holes, at, shape }: Point): readonly number[] {
  const length = shape.reduce((product, n) => product * n, 1);
  const given = Object.entries(holes).map(([name, leaf]): readonly [Expr, ReferenceValue] => {
    const sample = at[name] ?? 0;
    const data = Float32Array.from({ length }, (_, i) =>
      typeof sample === 'number' ? sample : sample[i]!,
    );
    return [leaf, { data, shape }];
  });
  const [value] = interpret([side], new Map(given), 'rounded');
  return Array.from(value!.data, (element) => Number(element.toPrecision(7)));
}
