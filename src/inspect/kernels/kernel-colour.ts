/** @file The colour of a kernel, by the heaviest kind of operation that its name tells: the engine names kernels by their operations. */

const CONTRACTIONS = new Set(['dot', 'matmul', 'conv', 'conv1d', 'conv2d', 'sparse', 'tensordot']);
const REDUCTIONS = new Set([
  'all',
  'any',
  'argmax',
  'argmin',
  'cumprod',
  'cumsum',
  'max',
  'min',
  'prod',
  'scatter',
  'sort',
  'sum',
]);

/** The custom property that holds it. */
export function colourOfKernel(name: string): string {
  const words = name.split('_');
  if (words.some((word) => CONTRACTIONS.has(word))) return '--lane-kernel-contraction';
  if (words.some((word) => REDUCTIONS.has(word))) return '--lane-kernel-reduction';
  return '--lane-kernel-elementwise';
}
