/**
 * Goal: the names of a cell are those that its scopes say. Method: a table of cells, one scoping rule each.
 */
import { expect, test } from 'vitest';
import { analyse } from './analyse.ts';

const GLOBALS = new Set(['T', 'Math', 'console']);

test.each([
  ['const a = b', 'a', 'b'],
  ['let { a, b: [c, ...d], [k]: e = f, ...g } = h', 'a c d e g', 'f h k'],
  ['function f(x, { y = z } = {}) { return x + y + arguments.length }', 'f', 'z'],
  ['class A extends B { #p = q; [k] = 1; m() { return A } static { r } }', 'A', 'B k q r'],
  ['const f = function g() { return g }, c = class D { d = D }', 'f c', ''],
  ['use(later); var later; function use() {}', 'later use', ''],
  ['{ let a; const b = a; function c() {} } a; b; c', '', 'a b c'],
  ['if (x) { var v = 1 } for (var i of w) ; i', 'v i', 'w x'],
  ['for (const i of i2) i; for (let j = 0; j < n; j++) ; j', '', 'i2 j n'],
  ['try { a } catch ({ message }) { message } finally { message }', '', 'a message'],
  ['const f = (a = b) => { var b; return a }', 'f', 'b'],
  ['label: for (;;) break label', '', ''],
  ['const o = { key: 1, short, [comp]: 2, m() {} }; o.member', 'o', 'comp short'],
  ['typeof maybe === "undefined"', '', 'maybe'],
  ['const a: Type<typeof b> = c as D; type E = F; interface G {}', 'a', 'c'],
  ['switch (s) { case t: let u; u } u', '', 's t u'],
  ['Math.max(T, console)', '', ''],
  ["import { T, compile as c } from 'arignote'; c(T)", '', 'compile'],
  ['const inner = () => outer; const outer = 1', 'inner outer', ''],
  ['md`${a} ${b}`', '', 'a b md'],
  ['enum Color { Red }', 'Color', ''],
])('%s declares %j and takes %j', (text, declared, references) => {
  expect(analyse(text, GLOBALS)).toMatchObject({
    kind: 'names',
    declared: declared.split(' ').filter(Boolean),
    references: references.split(' ').filter(Boolean),
  });
});

test.each([
  ['a = 1', 'a 1:1'],
  ['let b: number\n  a += b', 'a 2:3'],
  ['a++; --b', 'a 1:1, b 1:8'],
  ['[a, { k: b = c }] = d', 'a 1:2, b 1:10'],
  ['for (a of b) ; for (c in d) ;', 'a 1:6, c 1:21'],
  ['function f() { a = 1 }', 'a 1:16'],
  ['let a; a = 1; a++; ({ a } = {})', ''],
  ['a.b = 1; a[0]++', ''],
])('%s assigns %j of other cells', (text, expected) => {
  const names = analyse(text, GLOBALS);
  const assigned = names.kind === 'names' ? names.assigned : [];
  expect(assigned.map((a) => `${a.name} ${a.line}:${a.column}`).join(', ')).toBe(expected);
});

test.each([
  ['await f()', true],
  ['if (a) { for await (const x of y) ; }', true],
  ['const f = async () => await g()', false],
  ['class A { async m() { await 1 } }', false],
  ['const f = async () => { for await (const x of y) ; }', false],
])('%s awaits at the top level: %s', (text, awaits) => {
  expect(analyse(text, GLOBALS)).toMatchObject({ awaits });
});

test('a syntax error names its place', () => {
  expect(analyse('let a: B = 1;\nlet a', GLOBALS)).toMatchObject({
    kind: 'failed',
    error: { line: 2, column: 5 },
  });
});
