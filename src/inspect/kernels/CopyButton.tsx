/** @file A button that copies a text, and says for a moment that it did. */
import { useEffect, useState } from 'react';
import { Icon } from '../../ui/Icon.tsx';

/** How long it says so, ms. */
const SAID_MS = 2000;

export function CopyButton({ text }: { readonly text: string }) {
  const [said, setSaid] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setSaid('copied'),
      () => setSaid('failed'),
    );
  };
  return (
    <>
      <button className="btn small copy" type="button" onClick={copy}>
        <Icon name={said === 'copied' ? 'check' : 'copy'} />
        {WORDS[said ?? 'ready']}
      </button>
      <span className="sr" role="status">
        {said !== null && WORDS[said]}
      </span>
    </>
  );
}

const WORDS = { ready: 'Copy', copied: 'Copied', failed: 'The browser refused' } as const;
