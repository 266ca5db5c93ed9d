/**
 * Goal: code is shown as it was written, in its colours. Method: short lines with the pieces that are not plain, and the law that
 * pieces together are the text.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LESSONS, lessonNotebook } from '../lessons/lessons.ts';
import { highlight } from './highlight.ts';

/** Pieces that have a colour, as `kind:text`, lines parted by a bar. */
const coloured = (source: string): string =>
  highlight(source)
    .map((line) =>
      line
        .filter(({ kind }) => kind !== 'plain')
        .map(({ kind, text }) => `${kind}:${text}`)
        .join(' '),
    )
    .join(' | ');

describe('a line in colours', () => {
  test.each([
    ["const x = T.matrix('x');", "keyword:const api:T string:'x'"],
    ['x.T.grad(1e-3, .5, 0x1f, 10n)', 'number:1e-3 number:.5 number:0x1f number:10n'],
    ['show(a, { show: 1, label: 2 })', 'api:show number:1 number:2'],
    ['f(...T.args)', 'api:T'],
    ['for (const _ of progress(xs)) {', 'keyword:for keyword:const keyword:of api:progress'],
    ['const of = type + from;', 'keyword:const'],
    ['type Row = number[];', 'keyword:type'],
    ['a / b / c // half', 'comment:// half'],
    ['s.replace(/[/"]/g, 1)', 'string:/[/"]/g number:1'],
    ['/* one\ntwo */ const', 'comment:/* one | comment:two */ keyword:const'],
    ["'it\\'s' + \"open", "string:'it\\'s' string:\"open"],
    ['`a ${b + `c ${1}`} d`', 'string:`a  string:`c  number:1 string:` string: d`'],
    ['`a\n${{ k: 1 }} b`', 'string:`a | number:1 string: b`'],
  ])('%s', (source, expected) => {
    expect(coloured(source)).toBe(expected);
  });

  test('pieces together are the text, whatever it is', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('a1 .`$\'"{}()/*\\\n=T')) });
    fc.assert(
      fc.property(text, (source) => {
        const lines = highlight(source).map((line) => line.map((piece) => piece.text).join(''));
        return lines.join('\n') === source;
      }),
    );
  });

  test.each(LESSONS)('no cell of $id ends within a text or a comment', async ({ id }) => {
    const { cells } = await lessonNotebook(id);
    const ends = cells
      .filter(({ kind }) => kind === 'code')
      .map(({ source }) => coloured(`${source}\nconst`).split(' | ').at(-1));
    expect(new Set(ends)).toEqual(new Set(['keyword:const']));
  });
});
