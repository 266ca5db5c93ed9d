/**
 * Goal: a rewritten cell means what JavaScript means, and what the library means beside a tensor.
 * Method: generated programs run plain and rewritten must agree; a table of cells over a fake tensor that is text.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeOperators, type Turn } from './operators.ts';
import { transpile } from './transpile.ts';

type Fake = { readonly tensor: string };
const isTensor = (v: unknown): v is Fake => typeof v === 'object' && v !== null && 'tensor' in v;
const show = (v: unknown) => (isTensor(v) ? v.tensor : String(v));
const call = (name: string, ...args: readonly unknown[]) => ({
  tensor: `${name}(${args.map(show).join(', ')})`,
});
const TURN: Turn = { due: () => false, pass: async () => {}, spin: () => {} };
const $ = makeOperators({ isTensor, call }, TURN);

const NAMES = new Set(['x', 'y', 'log']);

/** What a function that a script hands over gives. */
type Body = (...args: readonly unknown[]) => Promise<Record<string, unknown>>;

function bodyOf(script: string): Body {
  let body: Body | null = null;
  // oxlint-disable-next-line typescript/no-implied-eval -- The script stands for what importScripts runs.
  new Function('__cell', script)((given: Body) => (body = given));
  return body!;
}

function scriptOf(text: string) {
  const made = transpile(text, {
    sourceName: 'cell-1.ts',
    entry: '__cell',
    library: new Set(),
    offered: NAMES,
  });
  if (made.kind === 'failed') throw new SyntaxError(made.error.message);
  return made;
}

async function run(text: string, values: Readonly<Record<string, unknown>>, turn = TURN) {
  const { script, parameters } = scriptOf(text);
  return bodyOf(script)(
    { ...$, turn, result: (x: unknown) => x },
    ...parameters.map((name) => values[name]),
  );
}

/** A value with its type, so that 1, '1' and 1n differ; for an error, its type. */
const outcomeOf = async (make: () => Promise<unknown>) => {
  try {
    return described(await make());
  } catch (error) {
    return `throws ${(error as Error).constructor.name}`;
  }
};
function described(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(described).join(', ')}]`;
  return `${typeof value} ${Object.is(value, -0) ? '-0' : String(value)}`;
}

const leaf = fc.constantFrom(
  ...['0', '1', '2.5', '-3', '7', '1n', '2n', '0n', "'a'", "''", "'3'", 'true', 'false', 'null'],
  ...['undefined', 'NaN', 'a', 'b', 'o.p', "o['q']", 'o[k]', 'c', 's[0]', 's?.[1]', 'a++', '--b'],
  ...['o.p++', '++o[k]', 'o[f(k)]--', 'f(1)', 'f(a)', "f('z')", '(await f(2))'],
);
const BINARY = '+ - * / % ** < <= > >= == != === !== & | ^ << >> >>> && || ??'.split(' ');
const ASSIGN = '= += -= *= /= %= **= &= |= ^= <<= >>= >>>= &&= ||= ??='.split(' ');
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc
      .tuple(tie('expression'), fc.constantFrom(...BINARY), tie('expression'))
      .map(([l, op, r]) => `(${l}) ${op} (${r})`),
    fc
      .tuple(leaf, fc.constantFrom('+', '*', '<', '-', '==='), leaf, tie('expression'))
      .map(([l, op, m, r]) => `${l} ${op} ${m} * (${r})`),
    fc
      .tuple(fc.constantFrom('-', '+', '!', '~', 'typeof ', 'typeof-', 'void '), tie('expression'))
      .map(([op, x]) => `${op}(${x})`),
    fc
      .tuple(
        fc.constantFrom('a', 'b', 'c', 'o.p', 'o[k]', 'o[f(k)]', 'f(o).p', 's[0]', 'z.p', 'w'),
        fc.constantFrom(...ASSIGN),
        tie('expression'),
      )
      .map(([target, op, x]) => `(${target} ${op} ${x})`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([c, x, y]) => `((${c}) ? ${x} : ${y})`),
    fc.tuple(tie('expression'), tie('expression')).map(([x, y]) => `\`<\${${x}}|\${${y}, 1}>\``),
    fc.tuple(tie('expression'), tie('expression')).map(([x, y]) => `[${x}, (${y}, 2)]`),
    fc.tuple(tie('expression'), tie('expression')).map(([x, y]) => `f(...[${x}], ${y})`),
  ),
}));
const statement = fc.oneof(
  expression.map((x) => `r.push(${x})`),
  expression.map((x) => `if (${x}) r.push(1); else r.push(${x})`),
  expression.map((x) => `for (let i = 0; i < 3 && ((${x}), true); i++) r.push(i)`),
  expression.map((x) => `;[o.p, s[1], a = -1] = [1, ${x}]`),
  expression.map((x) => `do a = (${x}); while (n++ < 2)`),
  fc.constant('c\n++a'),
  fc.constant('a++, --n'),
);
const PRELUDE =
  "const r = []; let a = 5, b = 2n, c = 'x', n = 0; const k = 'q', w = 1, z = null; const s = [4, 'b'];" +
  'const o = { p: 1, q: 2 }; const f = (x, ...more) => { r.push(typeof x, more.length); return x; };';

test('keeps what JavaScript means for numbers, text, booleans and big integers', async () => {
  const property = fc.asyncProperty(
    fc.array(statement, { minLength: 1, maxLength: 3 }),
    async (lines) => {
      // Each statement alone, so that one error does not hide what follows.
      const tried = lines.map((l) => `try {\n${l}\n} catch (e) { r.push(e.constructor.name); }`);
      const program = `${PRELUDE}\n${tried.join('\n')}\nconst out = [r, a, b, c, n, o.p, o.q, s];`;
      const plain = await outcomeOf(
        async () =>
          // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-call -- The program is ours.
          (await new Function(
            `"use strict"; return (async () => { ${program}\nreturn out; })()`,
          )()) as unknown,
      );
      expect(await outcomeOf(async () => (await run(program, {}))['out'])).toBe(plain);
    },
  );
  await fc.assert(property, { numRuns: 600 });
});

describe('beside a tensor', () => {
  const x = { tensor: 'x' };
  const y = { tensor: 'y' };
  test.each([
    ['x * 2 + y', 'add(mul(x, 2), y)'],
    ['x * (2 + 1)', 'mul(x, 3)'],
    ['2 ** -x', 'pow(2, neg(x))'],
    ['x % y / 2 - 1', 'sub(div(mod(x, y), 2), 1)'],
    [
      '[x < 1, x <= 1, x > 1, x >= 1].map((t) => t.tensor).join()',
      'lt(x, 1),le(x, 1),gt(x, 1),ge(x, 1)',
    ],
    ['+x', 'x'],
    ['(() => { let t = x; t += y; t -= 1; t++; return t })()', 'add(sub(add(x, y), 1), 1)'],
    ['(() => { const o = { t: x }; o["t"] *= y; return o.t })()', 'mul(x, y)'],
    ['(() => { const o = { t: x }; const v = o.t++; return v })()', 'x'],
    ['true && x', 'x'],
    ['null ?? x', 'x'],
    ['x === x', 'true'],
    ['new (class { #p = x; m() { this.#p *= 2; return this.#p } })().m()', 'mul(x, 2)'],
    ['x["tensor"]', 'x'],
  ])('%s gives %s', async (text, expected) => {
    expect(show((await run(`const out = ${text}`, { x, y }))['out'])).toBe(expected);
  });
  test.each([
    ['if (x) ;', 'T.where'],
    ['while (x > 0) ;', 'ifelse'],
    ['do ; while (x)', 'ifelse'],
    ['for (; x; ) ;', 'ifelse'],
    ['x ? 1 : 2', 'no truth value'],
    ['x && y', 'T.and'],
    ['x || y', 'T.or'],
    ['!x', 'T.not'],
    ['let t = x; t ||= 1', 'no truth value'],
    ['const o = { t: x }, k = "t"; o[k] &&= 1', 'no truth value'],
    ['x == y', 'a.eq(b)'],
    ['x != null', 'a.neq(b)'],
    ['0 < x < 1', 'T.and(T.lt(a, x), T.lt(x, b))'],
    ['x[0]', 'x.at(0)'],
    ['x[-1]', 'x.at(-1)'],
    ['x[0] = 1', 'T.setSubtensor'],
    ['x[0] += 1', 'T.setSubtensor'],
    ['[x[0]] = [1]', 'T.setSubtensor'],
    ['`${x}`', 'x.eval()'],
    ["'loss ' + x", 'x.eval()'],
    ['x & y', 'T.and(a, b)'],
    ['~x', 'T.not(x)'],
  ])('%s throws and names %s', async (text, advice) => {
    await expect(run(text, { x, y })).rejects.toThrow(advice);
  });
});

test.each([
  ['for (let i = 0; i < 3; i++) ;', 'pass pass pass'],
  ['for (const i of [1, 2]) { log(i) }', 'pass 1 pass 2'],
  ['let i = 0; while (i < 2) i++', 'pass pass'],
  ['let i = 0; do { i++ } while (i < 2)', 'pass pass'],
  ['for (const k in { a: 1 }) log(k)', 'pass a'],
  ['function f() { for (const i of [1, 2]) log(i) } f()', 'spin 1 spin 2'],
  ['const f = async () => { for (const i of [1]) log(i) }; await f()', 'pass 1'],
  ['class A { static { for (const i of [1]) log(i) } }', 'spin 1'],
  [
    'async function* g() { for (;;) { yield 1; return } } for await (const v of g()) log(v)',
    'pass pass 1',
  ],
])('%s pauses: %s', async (text, expected) => {
  const seen: unknown[] = [];
  const log = (value: unknown) => seen.push(value);
  const turn = {
    due: () => true,
    pass: async () => void log('pass'),
    spin: () => void log('spin'),
  };
  await run(text, { log }, turn);
  expect(seen.join(' ')).toBe(expected);
});

test('a later assignment to a shared name is seen', async () => {
  const made = await run(
    'let n = 1, { a, b: [c] } = { a: 2, b: [3] };\nfunction more() { n += 1 }',
    {},
  );
  (made['more'] as () => void)();
  expect(made).toEqual({ n: 2, a: 2, c: 3, more: expect.any(Function) });
});
