/** @file The equation of a gradient: names as mathematics writes them, and nothing that a title could smuggle in. */
import { expect, test } from 'vitest';
import { gradientFormula } from './gradient-formula.ts';

test.each([
  ['cost with respect to W1', '\\frac{\\partial \\mathrm{cost}}{\\partial W_{1}} = F'],
  ['J with respect to x', '\\frac{\\partial J}{\\partial x} = F'],
  ['J with respect to a variable', '\\frac{\\partial J}{\\partial \\text{a variable}} = F'],
  [
    'a_b with respect to }\\href{x}',
    '\\frac{\\partial \\text{a\\_b}}{\\partial \\text{  href x }} = F',
  ],
  ['cost', 'F'],
])('%s', (title, expected) => {
  expect(gradientFormula(title, 'F')).toBe(expected);
});
