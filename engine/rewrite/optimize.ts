/** @file The passes over a graph as data, in order, and which of them a mode runs. */
import { fail } from '../base/errors.ts';
import type { Expr } from '../ir/graph.ts';
import { indexRules, rewrite, type RewriteResult, type RewriteStep } from './driver.ts';
import { foldConstants } from './fold.ts';
import type { Rule, RuleStage } from './rule.ts';
import { RULES } from './rules/all.ts';

/** `fast` runs all passes, `fastCompile` only merging and folding; the lists name passes, tags and rules. */
export type RewriteMode = {
  readonly base: 'fast' | 'fastCompile';
  readonly include: readonly string[];
  readonly exclude: readonly string[];
};

/** Names of passes that a mode may hold; merging is what the table of nodes does, and the last four are later stages. */
const PASS_NAMES = [
  'merge',
  'fold',
  'canonicalize',
  'stabilize',
  'specialize',
  'scan',
  'fuse',
  'inplace',
] as const;

type Pass =
  | { readonly kind: 'fold' }
  | { readonly kind: 'rules'; readonly stages: readonly RuleStage[] };

/**
 * Stability comes before folding, so that log(1 + exp(800)) is 800 for constants too. What a stage makes is brought
 * into the common form at once: later patterns expect it.
 */
const PASSES: readonly Pass[] = [
  { kind: 'rules', stages: ['canonicalize'] },
  { kind: 'rules', stages: ['canonicalize', 'stabilize'] },
  { kind: 'fold' },
  { kind: 'rules', stages: ['canonicalize', 'specialize', 'shaped'] },
  { kind: 'fold' },
];

/** The same once extents are numbers: conditions on them have a second chance. */
const BOUND_PASSES: readonly Pass[] = [
  { kind: 'rules', stages: ['canonicalize', 'specialize', 'shaped'] },
  { kind: 'fold' },
];

/** The roots after all passes of the mode. @throws mode_unknown */
export function optimizeRoots(roots: readonly Expr[], mode: RewriteMode): RewriteResult {
  return runPasses(PASSES, roots, mode);
}

/** The roots of a graph whose extents were just bound to numbers. @throws mode_unknown */
export function specializeBound(roots: readonly Expr[], mode: RewriteMode): RewriteResult {
  return runPasses(BOUND_PASSES, roots, mode);
}

function runPasses(
  passes: readonly Pass[],
  roots: readonly Expr[],
  mode: RewriteMode,
): RewriteResult {
  checkMode(mode);
  const steps: RewriteStep[] = [];
  let current = roots;
  let attempts = 0;
  for (const pass of passes) {
    if (pass.kind === 'fold') {
      if (mode.exclude.includes('fold')) continue;
      const folded = foldConstants(current);
      current = folded.roots;
      steps.push(...folded.steps);
      continue;
    }
    const rules = RULES.filter((rule) => pass.stages.includes(rule.stage) && isEnabled(rule, mode));
    if (rules.length === 0) continue;
    const result = rewrite(current, indexRules(rules));
    current = result.roots;
    attempts += result.attempts;
    for (const step of result.steps) steps.push(step);
  }
  return { roots: current, steps, attempts };
}

/** The name in modes of the pass that a rule belongs to. */
const passOf = (rule: Rule): string => (rule.stage === 'shaped' ? 'specialize' : rule.stage);

/** A rule's own name says more than its tags and its pass; what is excluded says more than what is included. */
function isEnabled(rule: Rule, mode: RewriteMode): boolean {
  const groups = [passOf(rule), ...(rule.tags ?? [])];
  if (mode.exclude.includes(rule.name)) return false;
  if (mode.include.includes(rule.name)) return true;
  if (groups.some((name) => mode.exclude.includes(name))) return false;
  return mode.base === 'fast' || groups.some((name) => mode.include.includes(name));
}

/** @throws mode_unknown when a name is no pass, tag or rule */
function checkMode(mode: RewriteMode): void {
  const groups = [...new Set<string>([...PASS_NAMES, ...RULES.flatMap((rule) => rule.tags ?? [])])];
  const known = new Set([...groups, ...RULES.map((rule) => rule.name)]);
  const wrong = [...mode.include, ...mode.exclude].find((name) => !known.has(name));
  if (wrong !== undefined) fail('mode_unknown', wrong, groups.join(', '));
}
