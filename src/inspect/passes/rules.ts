/** @file The cards of the rewrite rules: what each says, both its sides, its witness (`rules.json` is generated). */
import catalogue from './rules.json';

/** Where a rule matters: what both sides give there in float32, and the true answer. */
export type Witness = {
  readonly at: string;
  readonly left: string;
  readonly right: string;
  readonly answer: string;
};

/** A rule as people read it. The sides are LaTeX when `isMath`, else calls. */
export type RuleText = {
  readonly name: string;
  readonly stage: string;
  readonly sentence: string;
  readonly isMath: boolean;
  readonly before: string;
  readonly after: string;
  readonly witness?: Witness;
};

const RULES: ReadonlyMap<string, RuleText> = new Map(
  (catalogue.rules as readonly RuleText[]).map((rule) => [rule.name, rule]),
);

/** Steps that are no rule of the catalogue, by the name that they carry. */
const OTHERS: { readonly [stage: string]: string } = {
  fold: 'What depends on numbers alone is computed once, while compiling.',
  merge: 'Two nodes that compute the same are one.',
};

/** The card of a rule; `null` for a step that no rule of the catalogue made. */
export const ruleText = (name: string): RuleText | null => RULES.get(name) ?? null;

/** What a step did, in one sentence. */
export const sentenceOf = (rule: string, stage: string): string =>
  ruleText(rule)?.sentence ?? OTHERS[stage] ?? '';

const COMMUTATIVE: ReadonlySet<string> = new Set(catalogue.commutative);

/** Whether the order of the operands of an operation says nothing. */
export const isCommutative = (op: string): boolean => COMMUTATIVE.has(op);
