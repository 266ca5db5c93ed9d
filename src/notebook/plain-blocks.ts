/** @file Markdown before its reader is loaded: headings and paragraphs, so that a page reads at once. */

/** A heading (level 1 to 6) or a paragraph (level 0). */
export type PlainBlock = { readonly level: number; readonly text: string };

/** The text in blocks; signs of markdown within a line stay. */
export function plainBlocks(source: string): readonly PlainBlock[] {
  return source
    .split(/\n{2,}|\n(?=#{1,6} )|(?<=^#{1,6} .*)\n/m)
    .map((block) => block.trim())
    .filter(Boolean)
    .map((block) => {
      const parts = /^(#{1,6})\s+([\s\S]*)$/.exec(block);
      return parts ? { level: parts[1]!.length, text: parts[2]! } : { level: 0, text: block };
    });
}

/** How many displayed formulas a text has: they are numbered through the notebook. */
export function countFormulas(source: string): number {
  return (
    source.replace(/^ {0,3}```[\s\S]*?^ {0,3}```/gm, '').match(/^\$\$[\s\S]+?\$\$[ \t]*$/gm)
      ?.length ?? 0
  );
}
