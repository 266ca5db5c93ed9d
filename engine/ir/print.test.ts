/**
 * Goal: printed graphs can be compared and read, and mathematics has the parentheses that its meaning needs, no more.
 * Method: tables of small graphs and their texts; laws on graphs that are deep or share much.
 */
import { describe, expect, test } from 'vitest';
import { applyUserOp, userBody } from '../control/user-op.ts';
import { add, div, mul, neg, sqr, sub } from '../ops/arith.ts';
import { cast, sum, transpose } from '../ops/broadcast.ts';
import { eq, lt, maximum } from '../ops/compare.ts';
import { constant, input } from '../ops/leaves.ts';
import { dot } from '../ops/linalg.ts';
import { mean } from '../ops/reduce.ts';
import { exp, log, pow, sigmoid, tanh } from '../ops/transcendental.ts';
import { GraphScope, withGraph, type Expr } from './graph.ts';
import { joinLatex, latexName, latexOf } from './latex.ts';
import { printGraph, printNodes, TEXT_LENGTH_MAX, textOf } from './print.ts';

const scope = new GraphScope();
/** Something built in the scope of these tests. */
const made = <R>(build: () => R): R => withGraph(scope, build);
const text = (build: () => Expr): string => textOf(made(build), scope);
const latex = (build: () => Expr): string => joinLatex(latexOf(made(build), scope));

const scalar = (name: string): Expr => made(() => input({ dtype: 'float32', shape: [] }, name));
const number = (value: number): Expr => constant(value, 'float32');
const [a, b, c] = [scalar('a'), scalar('b'), scalar('c')];
const x = made(() => input({ dtype: 'float32', shape: [null, 784] }, 'x'));
const w = made(() => input({ dtype: 'float32', shape: [784, 10] }, 'W1'));
const bias = made(() => input({ dtype: 'float32', shape: [10] }, 'bias'));

const FORMULAS: readonly (readonly [text: string, latex: string, build: () => Expr])[] = [
  ['a - b - c', 'a - b - c', () => sub(sub(a, b), c)],
  ['a - (b - c)', 'a - \\left(b - c\\right)', () => sub(a, sub(b, c))],
  ['a + b * c', 'a + b \\cdot c', () => add(a, mul(b, c))],
  ['(a + b) * c', '\\left(a + b\\right) \\cdot c', () => mul(add(a, b), c)],
  ['(a + b) / (b * c)', '\\frac{a + b}{b \\cdot c}', () => div(add(a, b), mul(b, c))],
  ['a / (b / c)', '\\frac{a}{\\frac{b}{c}}', () => div(a, div(b, c))],
  ['-(a * b)', '-\\left(a \\cdot b\\right)', () => neg(mul(a, b))],
  ['-a * b', '-a \\cdot b', () => mul(neg(a), b)],
  ['a * (-b)', 'a \\cdot \\left(-b\\right)', () => mul(a, neg(b))],
  ['-(-a)', '-\\left(-a\\right)', () => neg(neg(a))],
  ['a - (-2)', 'a - \\left(-2\\right)', () => sub(a, number(-2))],
  ['(-2) ** a', '{\\left(-2\\right)}^{a}', () => pow(number(-2), a)],
  ['(a ** b) ** c', '{\\left({a}^{b}\\right)}^{c}', () => pow(pow(a, b), c)],
  ['a ** (b ** c)', '{a}^{{b}^{c}}', () => pow(a, pow(b, c))],
  ['-a ** b', '-{a}^{b}', () => neg(pow(a, b))],
  ['(a / b) ** c', '{\\left(\\frac{a}{b}\\right)}^{c}', () => pow(div(a, b), c)],
  ['log(a) * b', '\\log a \\cdot b', () => mul(log(a), b)],
  ['log(a * b)', '\\log \\left(a \\cdot b\\right)', () => log(mul(a, b))],
  ['sqr(log(a))', '{\\left(\\log a\\right)}^{2}', () => sqr(log(a))],
  ['tanh(-log(a))', '\\tanh \\left(-\\log a\\right)', () => tanh(neg(log(a)))],
  ['exp(a - 1e-7)', 'e^{a - 1 \\cdot 10^{-7}}', () => exp(sub(a, number(1e-7)))],
  ['maximum(a + b, c)', '\\max(a + b, c)', () => maximum(add(a, b), c)],
  ['a + b < c', 'a + b < c', () => lt(add(a, b), c)],
  [
    '(a < b) == (b < c)',
    '\\left(a < b\\right) = \\left(b < c\\right)',
    () => eq(lt(a, b), lt(b, c)),
  ],
  ['cast(a, int32)', 'a', () => cast(a, 'int32')],
  [
    'dot(W1.T, x.T)',
    '{W_{1}}^{\\mathsf{T}} \\, {x}^{\\mathsf{T}}',
    () => dot(transpose(w), transpose(x)),
  ],
  ['dot(log(x), W1)', '\\left(\\log x\\right) \\, W_{1}', () => dot(log(x), w)],
  ['log(dot(x, W1))', '\\log x \\, W_{1}', () => log(dot(x, w))],
  // A broadcast shows its operand only, and needs parentheses as that does.
  [
    'dot(x, W1) * (bias + bias * 2)',
    'x \\, W_{1} \\cdot \\left(\\mathit{bias} + \\mathit{bias} \\cdot 2\\right)',
    () => mul(dot(x, w), add(bias, mul(bias, number(2)))),
  ],
  ['sum(x + 1, axis=0)', '\\sum_{0} \\left(x + 1\\right)', () => sum(add(x, number(1)), [0])],
];

describe('mathematics', () => {
  test.each(FORMULAS)('%s', (expected, expectedLatex, build) => {
    expect(text(build)).toBe(expected);
    expect(latex(build)).toBe(expectedLatex);
  });

  test('a name that was given later is the one that is printed, of leaves alone', () => {
    const [anonymous, named] = made(() => [scalar(''), scalar('')] as const);
    scope.names.set(named, 'rate_1');
    const inner = made(() => add(anonymous, named));
    scope.names.set(inner, 'total');
    expect(text(() => mul(inner, a))).toBe('(<float32 []> + rate_1) * a');
    expect(latex(() => mul(inner, a))).toBe(
      '\\left(\\mathit{float32 []} + \\mathit{rate\\_1}\\right) \\cdot a',
    );
  });

  test('a large shared term is written once, under the name of its user', () => {
    const hidden = made(() => sigmoid(add(dot(x, w), bias)));
    const other = made(() => exp(mul(hidden, sub(hidden, number(1)))));
    const cost = made(() => mean(add(hidden, mul(other, other)), [0, 1]));
    scope.names.set(hidden, 'h');
    expect(latexOf(cost, scope)).toEqual({
      formula: '\\operatorname{mean} \\left(h + u_{1} \\cdot u_{1}\\right)',
      where: [
        { name: 'h', formula: '\\sigma(x \\, W_{1} + \\mathit{bias})' },
        { name: 'u_{1}', formula: 'e^{h \\cdot \\left(h - 1\\right)}' },
      ],
    });
    expect(joinLatex(latexOf(cost, scope))).toMatch(
      /^\\begin\{aligned\} & .* \\\\ & \\text\{where \} h = .* \\\\ & u_\{1\} = .* \\end\{aligned\}$/,
    );
  });

  test('a name of a leaf is not given to a term again', () => {
    const shared = made(() => exp(add(mul(a, b), mul(scalar('u_1'), c))));
    scope.names.set(shared, 'a');
    const { where } = made(() => latexOf(mul(shared, tanh(shared)), scope));
    expect(where.map((term) => term.name)).toEqual(['u_{2}']);
  });

  test('two terms of one name have two names', () => {
    const [first, second] = made(
      () => [exp(add(mul(a, b), mul(a, c))), log(add(mul(a, b), mul(a, c)))] as const,
    );
    scope.names.set(first, 'h');
    scope.names.set(second, 'h');
    const { where } = made(() => latexOf(add(mul(first, first), mul(second, second)), scope));
    expect(where.map((term) => term.name)).toEqual(['u_{1}', 'h', 'u_{2}']);
  });

  test('what doubles at each level ends within a page', () => {
    const root = made(() => {
      let doubled = a;
      for (let i = 0; i < 100; i++) doubled = mul(add(doubled, b), sub(doubled, c));
      return doubled;
    });
    const printed = textOf(root, scope);
    expect(printed.length).toBeLessThan(2 * TEXT_LENGTH_MAX);
    expect(printed).toContain('...');
    const { formula, where } = latexOf(root, scope);
    expect(where.length).toBeGreaterThan(90);
    expect(formula).toBe('\\left(u_{99} + b\\right) \\cdot \\left(u_{99} - c\\right)');
  });

  test('a chain of ten thousand operations is printed without recursion', () => {
    const root = made(() => {
      let deep = a;
      for (let i = 0; i < 10_000; i++) deep = exp(neg(deep));
      return deep;
    });
    expect(textOf(root, scope)).toMatch(/^(exp\(-){100,}\.\.\.\)+$/);
    expect(latexOf(root, scope).formula).toMatch(/^e\^\{-e\^\{/);
    expect(
      printGraph([{ name: '', expr: root }], scope)
        .split('\n')
        .every((line) => line.length < 250),
    ).toBe(true);
  });

  test.each([
    ['W1', 'W_{1}'],
    ['h_10', 'h_{10}'],
    ['x', 'x'],
    ['learning_rate', '\\mathit{learning\\_rate}'],
    ['50%', '\\mathit{50{\\char37}}'],
  ])('the name %s is %s in LaTeX', (name, expected) => {
    expect(latexName(name)).toBe(expected);
  });
});

/** Two results of an operation of the user, used in another application of the same body. */
function nested(): Expr {
  const [p, q] = [scalar('p'), scalar('q')];
  const body = userBody([p, q], [mul(p, q), add(p, q)], {});
  const params = { name: 'both', inline: false };
  const [product, total] = applyUserOp(params, body, [a, exp(b)]);
  return add(product!, total!);
}

function weighted(): readonly [total: Expr, image: Expr] {
  const image = input({ dtype: 'float32', shape: [null, 2] }, 'x');
  return [sum(mul(image, number(2)), [0]), image];
}

describe('nodes', () => {
  test('each node has a line, in an order that depends on the graph alone', () => {
    const expected = `%1 = input(x) : float32 [?, 2]
%2 = constant(2) : float32 []
%3 = dim(%1) {axis: 0} : int32 []
%4 = broadcastTo(%2, %3) {shape: [null,2], stretched: [0,1]} : float32 [?, 2]
%5 = mul(%1, %4) : float32 [?, 2]
%6 = sum(%5) {axes: [0]} : float32 [2]`;
    const [total, image] = withGraph(new GraphScope(), weighted);
    expect(printNodes([total])).toBe(expected);
    expect(printNodes([total, image])).toBe(`${expected}\nroots: %6, %1`);
    // Other identities, and other nodes made before.
    expect(made(() => printNodes([weighted()[0]]))).toBe(expected);
  });

  test('the graph in a node is printed after the nodes', () => {
    expect(printNodes([made(nested)])).toBe(`%1 = input(a) : float32 []
%2 = input(b) : float32 []
%3 = exp(%2) : float32 []
%4 = userOp(%1, %3) {inline: false, name: "both"} : float32 [], float32 []
%5 = output(%4) {index: 0} : float32 []
%6 = output(%4) {index: 1} : float32 []
%7 = add(%5, %6) : float32 []
graph 0 of %4: (%8, %9) -> (%10, %11)
  %8 = input(p) : float32 []
  %9 = input(q) : float32 []
  %10 = mul(%8, %9) : float32 []
  %11 = add(%8, %9) : float32 []`);
  });
});

describe('the tree', () => {
  test('a node that stands above is only referred to', () => {
    const hidden = made(() => tanh(mul(a, b)));
    scope.names.set(hidden, 'hidden');
    const roots = made(() => [
      { name: 'cost', expr: sub(hidden, mul(hidden, number(2))) },
      { name: 'again', expr: hidden },
    ]);
    expect(printGraph(roots, scope)).toBe(`cost:
sub [id A] float32 []
 ├─ tanh [id B] float32 [] hidden
 │   └─ mul [id C] float32 []
 │       ├─ input [id D] float32 [] a
 │       └─ input [id E] float32 [] b
 └─ mul [id F] float32 []
     ├─ tanh [id B] ...above
     └─ constant [id G] float32 [] 2
again:
tanh [id B] ...above`);
  });

  test('graphs in nodes come at the end, under the id of their node', () => {
    expect(printGraph([{ name: '', expr: made(nested) }], scope)).toBe(`add [id A] float32 []
 ├─ output [id B] float32 [] {index: 0}
 │   └─ userOp [id C] float32 [], float32 [] {inline: false, name: "both"}
 │       ├─ input [id F] float32 [] a
 │       └─ exp [id G] float32 []
 │           └─ input [id H] float32 [] b
 └─ output [id I] float32 [] {index: 1}
     └─ userOp [id C] ...above

graph 0 of userOp [id C], inputs p [id D], q [id E]:
mul [id J] float32 []
 ├─ input [id D] float32 [] p
 └─ input [id E] float32 [] q
add [id K] float32 []
 ├─ input [id D] float32 [] p
 └─ input [id E] float32 [] q`);
  });

  test('what lies too deep is a tree of its own, and is not opened before', () => {
    const root = made(() => {
      const bottom = exp(a);
      let chain = bottom;
      for (let i = 0; i < 39; i++) chain = neg(chain);
      return mul(chain, bottom);
    });
    const lines = printGraph([{ name: '', expr: root }], scope).split('\n');
    const id = '[id AO]';
    expect(lines.slice(-5).map((line) => line.replace(/^[│ ]*[└├]─ /, ''))).toEqual([
      `exp ${id} float32 [] ...below`,
      `exp ${id} float32 [] ...below`,
      '',
      `exp ${id} float32 []`,
      'input [id AP] float32 [] a',
    ]);
  });

  test('every node of a deep graph is opened once', () => {
    const root = made(() => {
      let deep = a;
      for (let i = 0; i < 100; i++) deep = mul(exp(deep), deep);
      return deep;
    });
    const lines = printGraph([{ name: '', expr: root }], scope).split('\n');
    const opened = lines.filter(
      (line) => / (mul|exp) |^(mul|exp) /.test(line) && !/\.\.\.(above|below)$/.test(line),
    );
    expect(opened.length).toBe(200);
    // Ids have two letters after Z.
    expect(lines.some((line) => line.includes('[id AA]'))).toBe(true);
  });
});
