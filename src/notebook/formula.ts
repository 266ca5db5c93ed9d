/** @file One formula, by KaTeX. Loaded late, with its style and fonts. */
import katex from 'katex';
import 'katex/dist/katex.min.css';

/** Draws TeX into an element; what KaTeX cannot read stays as text in the colour of errors, with its reason. */
export function renderFormula(
  place: HTMLElement,
  tex: string,
  { isDisplay }: { readonly isDisplay: boolean },
): void {
  katex.render(tex, place, {
    displayMode: isDisplay,
    throwOnError: false,
    errorColor: 'var(--state-error)',
    trust: false,
    maxExpand: 1000,
    output: 'htmlAndMathml',
  });
}
