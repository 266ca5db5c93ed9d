/**
 * Goal: the generator is Philox4x32-10 and no other, so that all devices can agree with it bit by bit.
 * Method: the known answers that its authors publish (Random123, kat_vectors), and the law of the stream.
 */
import { expect, test } from 'vitest';
import { philox4x32, randomWords, type Block, type PhiloxKey } from './philox.ts';

const ONES = 0xffffffff;
const KNOWN: readonly (readonly [counter: Block, key: PhiloxKey, answer: Block])[] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [ONES, ONES, ONES, ONES],
    [ONES, ONES],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

test.each(KNOWN)('counter %j with key %j gives the published block', (counter, key, answer) => {
  expect(philox4x32(counter, key)).toEqual(answer);
});

test('a stream is the blocks of counting counters, cut at any length', () => {
  const key: PhiloxKey = [7, 9];
  const expected = [0, 1, 2].flatMap((block) => philox4x32([block, 0, 0, 0], key));
  expect([...randomWords(key, 11)]).toEqual(expected.slice(0, 11));
  expect([...randomWords(key, 0)]).toEqual([]);
});
