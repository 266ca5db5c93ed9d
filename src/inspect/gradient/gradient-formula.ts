/** @file A gradient as an equation: the quotient of differentials, and what it is. */

/** How the titles of gradients read (`viewGradient`). */
const WITH_RESPECT_TO = ' with respect to ';

/** A name as mathematics: `W1` has an index, a word stands upright. */
function nameTex(name: string): string {
  const [, letters = '', digits = ''] = /^([A-Za-z]+)(\d*)$/.exec(name) ?? [];
  if (letters === '') return `\\text{${name.replaceAll(/[^\w .]/g, ' ').replaceAll('_', '\\_')}}`;
  const base = letters.length === 1 ? letters : `\\mathrm{${letters}}`;
  return digits === '' ? base : `${base}_{${digits}}`;
}

/** The equation, for a title such as "cost with respect to W". */
export function gradientFormula(title: string, formula: string): string {
  const [cost, variable] = title.split(WITH_RESPECT_TO);
  if (cost === undefined || variable === undefined) return formula;
  return `\\frac{\\partial ${nameTex(cost)}}{\\partial ${nameTex(variable)}} = ${formula}`;
}
