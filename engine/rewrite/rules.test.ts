/**
 * Goal: no rule changes a value, every stabilize rule repairs a real float32 failure, and each fires and grows as it says.
 * Method: the rule's left side, from its patterns or its example, over inputs drawn from its domain.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TOLERANCE } from '../base/limits.ts';
import { node, topoSort, type Expr } from '../ir/graph.ts';
import { interpret } from '../ir/interpret.ts';
import type { ReferenceValue } from '../ir/op-def.ts';
import { sameType } from '../ir/types.ts';
import { uniformValue } from '../ops/broadcast.ts';
import { constant, input } from '../ops/leaves.ts';
import { RULES } from '../catalogue/rules.ts';
import { indexRules, rewrite } from './driver.ts';
import { filledLike, latexOfPattern, type Pattern, type Rule, type Sample } from './rule.ts';

const RUNS = process.env['ARIGNOTE_FULL'] === '1' ? 300 : 30;

type Holes = Readonly<Record<string, Expr>>;

/** The expression that a pattern stands for, all operands of one shape. */
function instantiate(pattern: Pattern, holes: Holes, like: Expr): Expr {
  switch (pattern.kind) {
    case 'hole':
      return holes[pattern.name]!;
    case 'number':
      return filledLike(pattern.value, like);
    case 'apply':
      return node(
        pattern.op,
        pattern.args.map((p) => instantiate(p, holes, like)),
      );
    case 'constant':
    case 'family':
      throw new Error('a rule with such a pattern needs an example');
  }
}

/** The rule's left side on fresh inputs, and what the rule makes of it. */
function applied(rule: Rule, shape: readonly number[]) {
  const holes = Object.fromEntries(
    Object.keys(rule.domain).map((name) => [name, input({ dtype: 'float32', shape }, name)]),
  );
  const like = Object.values(holes)[0] ?? constant(0, 'float32');
  const before =
    rule.example === undefined ? instantiate(rule.from, holes, like) : rule.example(holes);
  const { roots, steps } = rewrite([before], indexRules([rule]));
  return { holes, before, after: roots[0]!, steps };
}

function evaluate(
  root: Expr,
  holes: Holes,
  samples: Readonly<Record<string, Sample>>,
): readonly number[] {
  const given = new Map<Expr, ReferenceValue>();
  for (const [name, expr] of Object.entries(holes)) {
    const sample = samples[name] ?? 0;
    const shape = expr.type.shape.map(Number);
    const length = shape.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length }, (_, i) =>
      typeof sample === 'number' ? sample : sample[i]!,
    );
    given.set(expr, { data, shape });
  }
  return Array.from(interpret([root], given, 'rounded')[0]!.data);
}

const { relative, absolute } = TOLERANCE.float32;
const agree = (a: number, b: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= absolute + relative * Math.abs(b);
/** A witness may be far below the absolute tolerance: only an answer of 0 needs that. */
const isRight = (a: number, b: number): boolean =>
  a === b || Math.abs(a - b) <= relative * Math.abs(b) + (b === 0 ? absolute : 0);

/** Nodes that compute: numbers are written where they are used. */
const sizeOf = (root: Expr): number =>
  topoSort([root]).filter((e) => e.inputs.length > 0 && uniformValue(e) === null).length;

const SHAPES = [
  { name: 'scalars', shape: [] },
  { name: 'matrices', shape: [2, 3] },
] as const;

describe.each(RULES)('$name', (rule) => {
  test('has a name and a sentence', () => {
    expect(rule.name).toMatch(/^[a-z0-9]+(_[a-z0-9]+)+$/);
    expect(rule.doc).toMatch(/^[A-Z0-9a-z(].*\.$/s);
    expect(latexOfPattern(rule.from)).not.toBe('');
  });

  describe.each(SHAPES)('of $name', ({ shape }) => {
    test('fires on its own left side', () => {
      const { before, after, steps } = applied(rule, shape);
      expect(steps.map((s) => s.rule)).toContain(rule.name);
      expect(sameType(after.type, before.type)).toBe(true);
    });

    test('keeps the value on its domain', () => {
      const { holes, before, after } = applied(rule, shape);
      const samples = Object.entries(rule.domain).map(([name, [min, max]]) => {
        const value = fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
        return [name, fc.array(value, { minLength: 6, maxLength: 6 })] as const;
      });
      fc.assert(
        fc.property(fc.record(Object.fromEntries(samples)), (values) => {
          const [left, right] = [evaluate(before, holes, values), evaluate(after, holes, values)];
          expect(right.length).toBe(left.length);
          for (const [i, value] of right.entries()) {
            expect(agree(value, left[i]!), `element ${i}: ${left[i]} became ${value}`).toBe(true);
          }
        }),
        { numRuns: RUNS },
      );
    });

    test('grows no more than it says', () => {
      const { before, after, steps } = applied(rule, shape);
      expect(sizeOf(after)).toBeLessThanOrEqual(
        sizeOf(before) + (rule.grows?.nodes ?? 0) * steps.length,
      );
    });
  });
});

describe.each(RULES.filter((rule) => rule.witness !== undefined))('$name', (rule) => {
  test('repairs its witness', () => {
    const { at, answer } = rule.witness!;
    const shape = typeof answer === 'number' ? [] : [2, 3];
    const { holes, before, after } = applied(rule, shape);
    const [left, right] = [evaluate(before, holes, at), evaluate(after, holes, at)];
    const answers = typeof answer === 'number' ? left.map(() => answer) : answer;
    expect(
      left.every((value, i) => isRight(value, answers[i]!)),
      `the left side is right: ${left.join()}`,
    ).toBe(false);
    expect(
      right.every((value, i) => isRight(value, answers[i]!)),
      `the right side is wrong: ${right.join()}`,
    ).toBe(true);
  });
});

test('every stabilize rule has a witness', () => {
  expect(
    RULES.filter((rule) => rule.stage === 'stabilize' && rule.witness === undefined).map(
      (r) => r.name,
    ),
  ).toEqual([]);
});

test('rules have names of their own', () => {
  const names = RULES.map((rule) => rule.name);
  expect(new Set(names).size).toBe(names.length);
});

test('the catalogue holds rules', () => {
  expect(RULES.length).toBeGreaterThan(25);
});
