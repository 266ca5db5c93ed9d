/** Goal: places go into the longer text and come back. Method: short texts, and the law that in and out is where one was. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { insertInto, type Insertion } from './text-map.ts';

test('insertions stand in order, those after the code before it first', () => {
  const { text } = insertInto('a+b', [
    { at: 0, text: '<', side: 'before' },
    { at: 0, text: '(', side: 'before' },
    { at: 3, text: ')', side: 'after' },
    { at: 3, text: '>', side: 'after' },
  ]);
  expect(text).toBe('<(a+b)>');
});

test.each([
  [0, 1],
  [1, 3],
  [2, 4],
])('a caret at %i of ab stands at %i of (a,b)', (own, outer) => {
  const map = insertInto('ab', [
    { at: 0, text: '(', side: 'before' },
    { at: 1, text: ',', side: 'before' },
    { at: 2, text: ')', side: 'after' },
  ]);
  expect(map.text).toBe('(a,b)');
  expect(map.outward(own)).toBe(outer);
});

test('out and in again is where one was', () => {
  const insertion = fc.record<Insertion>({
    at: fc.nat(9),
    text: fc.string({ maxLength: 4 }),
    side: fc.constantFrom('before', 'after'),
  });
  const own = '0123456789';
  fc.assert(
    fc.property(fc.array(insertion, { maxLength: 6 }), fc.nat(10), (insertions, offset) => {
      const map = insertInto(own, insertions);
      return map.inward(map.outward(offset)) === offset;
    }),
  );
});
