/** @file An array in words: its type, how much of it there is, what is not well. */
import { showShape } from '../ui/format.ts';
import { nonFiniteNote, partText, type ArrayOutput } from './numbers.ts';

/** `float32 [32, 28, 28]`, of the whole array where a part is shown as rows. */
export const signatureOf = ({ dtype, shape }: Pick<ArrayOutput, 'dtype' | 'shape'>): string =>
  `${dtype} ${showShape(shape)}`;

/** What stands behind the type in a caption. */
export const factsOf = (array: ArrayOutput, more = ''): string =>
  [partText(array), more, nonFiniteNote(array.data) ?? ''].filter((text) => text !== '').join(', ');
