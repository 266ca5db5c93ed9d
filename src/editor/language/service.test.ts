/**
 * Goal: the editor knows cells as the realm runs them. Method: the compiler itself over short notebooks; a bar marks the caret or
 * what is to be found. The lessons have no problems.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { LESSONS, lessonNotebook } from '../../lessons/lessons.ts';
import api from '../api-names.json' with { type: 'json' };
import declarations from '../types/declarations.json' with { type: 'json' };
import { makeCellService, type CellService } from './service.ts';

let service: CellService;
beforeAll(() => {
  service = makeCellService(declarations, api);
});

/** Cells named a, b, c; the last one has the bar. */
function open(...sources: readonly string[]): { readonly cell: string; readonly offset: number } {
  const cells = sources.map((source, i) => ({
    id: 'abcdef'[i]!,
    source: source.replace('|', ''),
  }));
  service.update(cells);
  return { cell: cells.at(-1)!.id, offset: sources.at(-1)!.indexOf('|') };
}

/** Problems as `cell: what is underlined: message`. */
function problemsIn(...sources: readonly string[]): readonly string[] {
  const cells = sources.map((source, i) => ({ id: 'abcdef'[i]!, source }));
  service.update(cells);
  const problems = service.problems();
  return cells.flatMap(({ id, source }) =>
    (problems[id] ?? []).map(({ start, end, message }) =>
      [id, source.slice(start, end), message].join(': '),
    ),
  );
}

const MODEL = "const x = T.matrix('x'), W = T.matrix('W'), b = T.vector('b');";

describe('cells without problems', () => {
  test.each(LESSONS)('are those of the lesson $id', async ({ id }) => {
    const { cells } = await lessonNotebook(id);
    service.update(cells.filter(({ kind }) => kind === 'code'));
    expect(service.problems()).toEqual({});
  });

  test.each([
    'const p = T.nnet.softmax(x.dot(W) + b);',
    'const cost = ((x * W - 1) ** 2).mean() + 0.01 * (W ** 2).sum(), dW = grad(cost, W);',
    'const n = -x.dot(W).T % 2 / b, positive = (x > 0).sum();',
    'let s = b; s += 1; s *= x; s.sum();',
    'let i = 0, name = "a"; i += 1; name += i; const j: number = i * 2 - 1;',
    'for (let i = 0; i < 3; i++) await compile([], x * i)();',
    'const scale = (w, by) => (w * by).sum(); scale(x, 2);',
    'const total = [1, 2].reduce((sum, v) => sum + v, 0).toFixed(1);',
    'const big = 2n ** 64n, text = `${1 + 1}` + "px" + 2;',
    'const shape = 1; { const b = 2; }',
    "import { grad as g } from 'arignote';\ng((x * W).sum(), x);",
    'const select = 3, twice = select * 2;',
    'const response = await fetch("x"), name = self;',
    'export const kept: Tensor = x + 1;',
    'function twice<X extends Tensor>(v: X) { return v * 2; }',
    'const mixed = (v: number | Tensor) => v + 1;',
  ])('%s', (source) => {
    expect(problemsIn(MODEL, source)).toEqual([]);
  });
});

describe('problems', () => {
  test.each([
    ['x.foo()', "b: foo: Property 'foo' does not exist on type 'Tensor'."],
    [
      'const r = x.dot(W) - "a";',
      'b: x.dot(W) - "a": The operator - takes tensors and numbers; here are Tensor and string.',
    ],
    [
      '1 * (2 + null)',
      'b: 2 + null: The operator + takes tensors and numbers; here are number and null.',
    ],
    ['-"a"', 'b: -"a": The operator - takes tensors and numbers; here is string.'],
    [
      'let s = "a"; s -= 1',
      'b: s -= 1: The operator - takes tensors and numbers; here are string and number.',
    ],
    ['missing + 1', 'b: missing: No cell defines missing.'],
    ['W = x', 'b: W: Another cell defines W: only that cell can assign to it.'],
    ['const q = (', 'b: : Expression expected.'],
    ["T.vectr('v')", "b: vectr: Property 'vectr' does not exist"],
    ['grad("a", x)', 'b: "a": Argument of type \'string\' is not assignable'],
    ['const v: number = x + 1;', "b: v: Type 'Tensor' is not assignable to type 'number'."],
  ])('%s', (source, expected) => {
    const [first = '', ...more] = problemsIn(MODEL, source);
    expect(first.slice(0, expected.length)).toBe(expected);
    expect(more).toEqual([]);
  });

  test('are those of the cell that has them, and go when another cell is mended', () => {
    expect(problemsIn('const k = "a";', 'const f = k.toFixed();')).toHaveLength(1);
    expect(problemsIn('const k = 1;', 'const f = k.toFixed();')).toEqual([]);
  });
});

describe('at the caret', () => {
  const namesAt = (...sources: readonly string[]): readonly string[] => {
    const { cell, offset } = open(...sources);
    return service.completions(cell, offset).map(({ name }) => name);
  };

  test('operations of the library complete, with their sentence', () => {
    const { cell, offset } = open(MODEL, 'const p = x.dot(W) + T.nnet.so|');
    expect(namesAt(MODEL, 'const p = x.dot(W) + T.nnet.so|')).toContain('softmax');
    expect(service.explain(cell, offset, 'softmax')).toEqual({
      code: expect.stringContaining('softmax'),
      text: expect.stringMatching(/exp/),
    });
  });

  test('methods of what an operator gives complete', () => {
    expect(namesAt(MODEL, '(x * W + b).|')).toContain('mean');
    expect(namesAt(MODEL, 'const y = x + (W > 0).|')).toContain('sum');
  });

  test('names of other cells complete, those of the machinery do not', () => {
    const names = namesAt('const hidden = 3;', 'hid|');
    expect(names).toContain('hidden');
    expect(names).toContain('compile');
    expect(names.filter((name) => name.startsWith('__'))).toEqual([]);
  });

  test.each([
    ['x.do|t(W) + b', 'dot', '(property) dot: (y: TensorLike) => Tensor', /[Pp]roduct/],
    ['const q = x.dot(W) + |b', 'b', 'const b: Tensor', /^$/],
    ['const |q = x.dot(W) + b', 'q', 'const q: Tensor', /^$/],
    ['gr|ad(x.sum(), x)', 'grad', 'grad<', /Gradient of a scalar/],
  ])('%s is explained', (source, word, code, text) => {
    const { cell, offset } = open(MODEL, source);
    const hover = service.hover(cell, offset);
    expect(source.replace('|', '').slice(hover?.start, hover?.end)).toBe(word);
    expect(hover?.code.slice(0, code.length)).toBe(code);
    expect(hover?.text).toMatch(text);
  });

  test('a call shows its parameters, within an operator too', () => {
    const { cell, offset } = open(MODEL, 'const q = 1 + slider({ min: 0, max: 1 }, |)');
    const found = service.signatures(cell, offset);
    expect(found?.signatures[0]?.label).toMatch(/^slider\(options: /);
  });
});
