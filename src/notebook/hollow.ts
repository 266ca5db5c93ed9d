/** @file What a cell of a preview will show, guessed from its text: nothing has run that could tell. */

const FORMS: readonly (readonly [RegExp, string])[] = [
  [/\bliveLoss\s*\(/, 'A curve'],
  [/\bplot\s*\(/, 'A plot'],
  [/\bas:\s*['"]images?['"]/, 'An image grid'],
  [/\bas:\s*['"](heatmap|spy)['"]/, 'A heat map'],
  [/\bas:\s*['"]histogram['"]/, 'A histogram'],
  [/\bas:\s*['"]table['"]/, 'A table'],
  [/\bslider\s*\(/, 'A slider'],
  [/\b(select|checkbox|button|upload)\s*\(/, 'A control'],
  [/\bview(Graph|Gradient|Kernels|Timeline)\s*\(/, 'A link to its panel'],
  [/\b(show|debugPrint|console\.log)\s*\(/, 'An output'],
];

/** Comments and texts name functions that they do not call. */
const ASIDES = /\/\/.*|\/\*[\s\S]*?\*\//g;

/** The sentence for the place of the output, or null where none can be expected. */
export function hollowOf(source: string): string | null {
  const code = source.replace(ASIDES, '');
  const form = FORMS.find(([pattern]) => pattern.test(code));
  return form ? `${form[1]} appears here when the notebook runs.` : null;
}
