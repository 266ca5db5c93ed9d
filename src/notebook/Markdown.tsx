/** @file Markdown on the page: plain at once, with formulas and links as soon as its reader is there. */
import { createElement, memo, useEffect, useRef } from 'react';
import { plainBlocks } from './plain-blocks.ts';

/** `firstNumber`: the number of the first displayed formula. */
export const Markdown = memo(function Markdown({ text, firstNumber }: MarkdownProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let isWanted = true;
    const draw = async (): Promise<void> => {
      const { domOfMarkdown } = await import('./markdown-dom.ts');
      const dom = await domOfMarkdown(text, firstNumber);
      if (isWanted) box.current?.replaceChildren(dom);
    };
    // Where the reader cannot be loaded, the plain text stays.
    draw().catch(() => {});
    return () => {
      isWanted = false;
    };
  }, [text, firstNumber]);
  // A new text is a new box: what was drawn into the old one is not React's.
  return (
    <div key={text} ref={box}>
      {plainBlocks(text).map(({ level, text: words }, i) =>
        // Blocks have no names; the whole box is replaced.
        // oxlint-disable-next-line react/no-array-index-key -- the list never changes in place
        createElement(level === 0 ? 'p' : `h${level}`, { key: i }, words),
      )}
    </div>
  );
});

type MarkdownProps = { readonly text: string; readonly firstNumber: number };
