/** Goal: static code marks what is wrong and keeps the text. Method: lines in a notation: `[bad]`, `{hint}`. */
import { expect, test } from 'vitest';
import { segmentsOf } from './static-lines.ts';

const shown = (...args: Parameters<typeof segmentsOf>): string =>
  segmentsOf(...args)
    .map((line) =>
      line
        .map(
          ({ text, isBad, hint }) =>
            (isBad ? `[${text}]` : text) + (hint === null ? '' : `{${hint}}`),
        )
        .join(''),
    )
    .join('\n');

test.each([
  ['x.dot(W)', [{ start: 2, end: 5 }], 'x.[dot](W)'],
  ['ab\ncd\nef', [{ start: 1, end: 7 }], 'a[b]\n[cd]\n[e]f'],
  ['const k = 1', [{ start: 0, end: 11 }], '[const][ k = ][1]'],
  ['f(', [{ start: 2, end: 2 }], 'f('],
])('%j with %j is %j', (source, marks, expected) => {
  expect(shown(source, marks, [])).toBe(expected);
});

test('a hint stands after its name', () => {
  const hints = [{ line: 2, column: 8, text: ': f32[]' }];
  expect(shown('\nconst p = x;', [], hints)).toBe('\nconst p{: f32[]} = x;');
});
