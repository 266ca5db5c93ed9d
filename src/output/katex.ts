/** @file Formulas. KaTeX, its style and its fonts are loaded with the first one. */

/** How a formula is set. `number` stands at the right edge of one on lines of its own; a `\\tag` comes before it. */
export type TexOptions = { readonly display: boolean; readonly number?: number | null };

/** HTML that is safe to insert: KaTeX's own, or the source as text where it cannot be read. */
export async function renderTex(tex: string, options: TexOptions): Promise<string> {
  const { texToHtml } = await import('./katex-late.ts');
  return texToHtml(tex, options);
}
