/**
 * Goal: what a script is made of stands where it stood in the cell, and what cannot run says why.
 * Method: tables of cells with their scripts, positions and errors; a property that no generated cell moves a line.
 */
import { parse } from 'acorn';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { transpile } from './transpile.ts';

const OPTIONS = {
  sourceName: 'cell-1.ts',
  entry: '__cell',
  library: new Set(['T', 'compile']),
  offered: new Set(['T', 'compile', 'x', 'y', 'other']),
};

function done(text: string) {
  const made = transpile(text, OPTIONS);
  if (made.kind === 'failed') throw new Error(made.error.message);
  return made;
}

/** The script without what stands around the cell. */
const innerOf = ({ script }: { readonly script: string }) =>
  script.slice(script.indexOf(') { ') + 4, script.indexOf('\nreturn {'));

/** The same of a cell that has no value: a block stands at its end. */
const inner = (text: string) => innerOf(done(`${text}\n{}`)).slice(0, -'\n{}'.length);

describe('the text', () => {
  test.each([
    ['const z: number = x * y as number', 'const z = $.mul(x, y) ; $.name({ z });'],
    ['f(x)! + -y', '$.add(f(x), $.neg(y))'],
    ['typeof-x', 'typeof $.neg(x)'],
    ['a\n++b', 'a\n b = $.inc(b)'],
    ['a\n++(b)', 'a\n $.val((b) = $.inc(b))'],
    ['a\n++(b[i])', 'a\n $.val(($.member(b, i)).step($.inc))'],
    ['let i = x++', 'let i = $.post(x, $.inc, ($v) => { x = $v; })'],
    ['a.b += 1', 'a.b = $.add(a.b, 1)'],
    ['f().b += 1', '$.member(f(), "b").update($.add, 1)'],
    ['(a[i]) **= 2', '($.member(a, i)).update($.pow, 2)'],
    ['a ||= b', '$.val($.truth(a) || (a = b))'],
    ['a?.[0] + b', '$.add(a?.[0], b)'],
    ['new a[0].B(1)', 'new ($.get(a, 0).B)(1)'],
    ['a[0](1)', 'a[0](1)'],
    ['delete a[i]', 'delete a[i]'],
    ['md`${x}`', 'md`${x}`'],
    ['x /* + */ * // *\n y', '$.mul(x /* + */ , // *\n y)'],
    ['(x) * (y)', '$.mul((x) , (y))'],
    ['if (a, b) c', 'if ($.truth((a, b))) c'],
    ['$ + x', '$$.add($ , x)'],
    ["import { T } from 'arignote'\nT", ';\nT'],
    ["import {\n  type Tensor,\n  T,\n} from 'arignote'\nT", ';\n\n\n\nT'],
  ])('%j becomes %j', (text, expected) => {
    expect(squeezed(inner(text))).toBe(squeezed(expected));
  });
  test.each([
    ['x * y', '$.result($.mul(x, y))'],
    ['x;', '$.result(x);'],
    ['a = 1; x; // the end', 'a = 1; $.result(x); // the end'],
    ['(x, y)', '$.result(((x, y)))'],
    ['await f()\n;;', '$.result(await f())\n;;'],
    ["'use strict'", "$.result('use strict')"],
    ['const a = 1\nx.dot(a)', 'const a = 1\n$.result(x.dot(a))'],
    ['a = 1', 'a = 1'],
    ['a++', 'a = $.inc(a)'],
    ['x; function f() {}', 'x; function f() {}'],
    ['$ + 1', '$$.result($$.add($ , 1))'],
    ['const rate = slider({ min: 1 })', 'const rate = $.named("rate", slider)({ min: 1 })'],
    ['let a = checkbox(), b = f()', 'let a = $.named("a", checkbox)(), b = f(); $.name({ b });'],
    ['slider({ label: "rate" })', 'slider({ label: "rate" })'],
    ['const f = compile([x], y)', 'const f = $.named("f", compile)([x], y)'],
    ['compile([x], y)', '$.result(compile([x], y))'],
    [
      'const slider = f; const a = slider()',
      'const slider = f; const a = slider(); $.name({ a });',
    ],
  ])('the value of %j is given as %j', (text, expected) => {
    expect(squeezed(innerOf(done(text)))).toBe(squeezed(expected));
  });

  test.each([
    ['const cost = -x; // loss', 'const cost = $.neg(x); $.name({ cost }); // loss'],
    [
      'const [dW, { db = 0, ...rest }] = grad(cost)\nlet n = 3',
      'const [dW, { db = 0, ...rest }] = grad(cost); $.name({ dW, db, rest });\nlet n = 3',
    ],
    [
      'const f = () => 1, g = async function () {}, n = 2',
      'const f = () => 1, g = async function () {}, n = 2',
    ],
    ['{ const inner = f(); }', '{ const inner = f(); }'],
  ])('the names of %j are given as %j', (text, expected) => {
    expect(squeezed(innerOf(done(text)))).toBe(squeezed(expected));
  });

  const squeezed = (text: string) =>
    text
      .replace(/ +/g, ' ')
      .replace(/ ?([,()=]) ?/g, '$1')
      .trim();

  test('takes what it names and gives what it declares', () => {
    const made = done("import { compile as c } from 'arignote'\nconst z: T = other; // end");
    expect(made.parameters).toEqual(['compile', 'other']);
    expect(made.names.declared).toEqual(['z']);
    expect(made.script).toBe(
      '"use strict"; __cell(async function ($, compile, other) { const c = compile; ;\n' +
        'const z = other; // end\n' +
        'return { get z() { return z; }, };\n});\n//# sourceURL=cell-1.ts\n',
    );
  });
});

describe('a position', () => {
  /** The place that `marked` in the script maps to, as `line:column`. */
  const placeOf = (text: string, marked: string) => {
    const { script, originalPosition } = done(text);
    const at = script.indexOf(marked, marked === '"use' ? 0 : script.indexOf(') { '));
    const before = script.slice(0, at).split('\n');
    const place = originalPosition(before.length, before.at(-1)!.length + 1);
    return `${place?.line}:${place?.column}`;
  };
  test.each([
    ['const z: Long<Type> = x * y', 'mul', '1:25'],
    ['const z: Long<Type> = x * y', 'y)', '1:27'],
    ['const z = x * y + other', 'add', '1:17'],
    ['const z = x * y + other', 'mul', '1:13'],
    ['let a: number;\n  a += -x', 'add', '2:5'],
    ['let a: number;\n  a += -x', 'neg', '2:8'],
    ['let a: number;\nwhile (a < 1) fail(a)', 'fail', '2:15'],
    ['while (x < 1) fail()', 'truth', '1:8'],
    ['x.dot(y as T).missing()', 'missing', '1:15'],
    ['const a = x[0]', 'get', '1:11'],
    ['const a = x', '"use', '1:1'],
    ['const a = x', 'return', 'undefined:undefined'],
  ])('in %j of %j is %s', (text, marked, expected) => {
    expect(placeOf(text, marked)).toBe(expected);
  });

  test('is on its own line for every generated cell, and maps each name to itself', () => {
    const piece = fc.constantFrom(
      ...['const NAME: Map<\n string, T> = x * 2;', 'let NAME = `a\n${x}\n`', '// NAME - 1'],
      ...['function NAME<T>(a: T,\n b?: T): T { return a! + 1 }', 'type NAME = {\n a: T }', '\r'],
      ...[
        'for (const NAME of [1]) y\n',
        'interface NAME { a: 1 }',
        'class NAME<T> { a!: T\n b = -x }',
      ],
      ...['var NAME = x++ +\n y as any', 'enum NAME { a,\n b }', '/* é NAME\n */', "'NAME' + 'x'"],
    );
    const property = fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.map((p, i) => p.replaceAll('NAME', `name${i}_`)).join('\n');
      const { script, originalPosition } = done(text);
      const lines = text.replace(/\r\n?/g, '\n').split('\n');
      script.split('\n').forEach((line, i) => {
        for (const { index, 0: name } of line.matchAll(/name\d+_/g)) {
          const place = originalPosition(i + 1, index + 1);
          if (place === null) continue;
          expect(place.line).toBe(i + 1);
          // Names that the rewriting repeats stand for the place that is rewritten.
          // What an enumeration becomes repeats its name on lines that had none.
          if (line.indexOf(name) === index && lines[i]!.includes(name))
            expect(lines[i]!.slice(place.column - 1)).toMatch(new RegExp(`^ ?${name}`));
        }
      });
      expect(() => parse(script, { ecmaVersion: 'latest' })).not.toThrow();
    });
    fc.assert(property, { numRuns: 200 });
  });
});

describe('an error', () => {
  test.each([
    ['let a = 1\nlet a = 2', 2, 5, "Identifier 'a' has already been declared."],
    ['let b: number = = 3', 1, 17, 'Unexpected token.'],
    ['const s: string = await', 1, 24, 'Unexpected token.'],
    ['return 1', 1, 1, "'return' outside of function."],
    ["import fs from 'fs'", 1, 1, "A cell cannot import 'fs': it runs in a sandbox"],
    ["import * as A from 'arignote'", 1, 8, 'Name what is imported'],
    ["1\nimport { T, foo } from 'arignote'", 2, 13, "'arignote' has no name foo."],
    ["const m = await import('fs')", 1, 17, 'A cell cannot import while it runs'],
    ['import.meta.url', 1, 1, 'A cell cannot import while it runs'],
    ['export const a = 1', 1, 1, 'A cell needs no export'],
    [`${'('.repeat(100_000)}1`, 1, 1, 'The cell is nested too deeply.'],
    [`1${'+1'.repeat(100_000)}`, 1, 1, 'The cell is nested too deeply.'],
  ])('of %.40j stands at %i:%i: %s', (text, line, column, message) => {
    const made = transpile(text, OPTIONS);
    expect(made).toMatchObject({ kind: 'failed', error: { line, column } });
    expect(made.kind === 'failed' && made.error.message).toContain(message);
  });
});
