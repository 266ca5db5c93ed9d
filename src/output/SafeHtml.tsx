/** @file The one place where outputs become HTML from text. */

/** HTML that `renderTex`, `renderMarkdown` or `plainMarkdown` made, and nothing else. */
export function SafeHtml({ html, className }: SafeHtmlProps) {
  return <div className={className} dangerouslySetInnerHTML={{ __html: html }} />;
}

type SafeHtmlProps = { readonly html: string; readonly className: string };
