/** @file Sharing: a link that holds the whole notebook, how well it travels, and files instead of it. */
import { useRef, useState, type RefObject } from 'react';
import type { Cell } from '../document/notebook.ts';
import { type LinkVerdict } from '../document/share-link.ts';
import { PLAIN_VIEW, type ViewSettings } from '../document/view-settings.ts';
import { presentNotebook, presentOf, useNotebook } from '../store/notebook.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { showCount } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import type { IconName } from '../ui/icons.ts';
import { downloadNotebook } from './download.ts';
import { useLink, type LinkState } from './use-link.ts';
import './share.css';

/** Open as long as it is mounted. */
export function ShareDialog({ onClose }: { readonly onClose: () => void }) {
  const [view, setView] = useState<ViewSettings>(PLAIN_VIEW);
  const link = useLink(view);
  return (
    <Dialog className="share" title="Share" onClose={onClose}>
      <div className="within">
        <LinkPart link={link} />
        <Options view={view} onChange={setView} />
        <Files isNeeded={link.kind === 'refused' || isTooLong(link)} />
      </div>
    </Dialog>
  );
}

const isTooLong = (link: LinkState): boolean => link.kind === 'made' && link.verdict === 'refuse';

function LinkPart({ link }: { readonly link: LinkState }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const cellCount = useNotebook((state) => presentOf(state).cells.length);
  const inputCount = useNotebook((state) => Object.keys(state.controls).length);
  const inputs = inputCount === 0 ? '' : ` and ${showCount(inputCount, 'slider value')}`;
  return (
    <section aria-labelledby="share-link">
      <h3 id="share-link" className="label">
        Link
      </h3>
      <p className="about">
        It holds the text of {showCount(cellCount, 'cell')}
        {inputs}, and no outputs. All of it stands behind the #, which browsers send to no server:
        who has the link has the notebook as it is now.
      </p>
      {link.kind === 'made' && link.verdict !== 'refuse' && (
        <div className="link">
          <textarea
            ref={field}
            readOnly
            rows={2}
            aria-label="The link"
            value={link.link}
            onFocus={(event) => event.target.select()}
          />
          <CopyButton link={link.link} field={field} />
        </div>
      )}
      <Size link={link} />
    </section>
  );
}

/** How a link of each verdict travels. */
const VERDICTS: Readonly<Record<LinkVerdict, { readonly icon: IconName; readonly text: string }>> =
  {
    fine: { icon: 'circle-check', text: 'Fine anywhere.' },
    long: { icon: 'circle-check', text: 'Some programs cut links of more than 2,000 characters.' },
    warn: {
      icon: 'triangle-alert',
      text: 'Many programs cut links of more than 8,000 characters: a file is safer.',
    },
    refuse: {
      icon: 'circle-x',
      text: 'Too long: a link may have 32,000. Share a file instead.',
    },
  };

function Size({ link }: { readonly link: LinkState }) {
  if (link.kind === 'making') return <p className="size">Making the link.</p>;
  if (link.kind === 'refused') {
    return (
      <p className="size is-refuse" role="status">
        <Icon name="circle-x" />
        <span>No link can hold this notebook. {link.why} Share a file instead.</span>
      </p>
    );
  }
  const { icon, text } = VERDICTS[link.verdict];
  return (
    <p className={`size is-${link.verdict}`} role="status">
      <Icon name={icon} />
      <span>
        <b>{showCount(link.characters, 'character')}.</b> {text}
      </span>
    </p>
  );
}

type CopyButtonProps = {
  readonly link: string;
  readonly field: RefObject<HTMLTextAreaElement | null>;
};

function CopyButton({ link, field }: CopyButtonProps) {
  const [copied, setCopied] = useState<string | null>(null);
  const [isRefused, setIsRefused] = useState(false);
  const copy = (): void => {
    navigator.clipboard.writeText(link).then(
      () => setCopied(link),
      () => {
        // The browser keeps the clipboard from the page; the keyboard still reaches it.
        field.current?.focus();
        setIsRefused(true);
      },
    );
  };
  const isCopied = copied === link;
  return (
    <>
      <button className="btn primary" type="button" onClick={copy}>
        <Icon name={isCopied ? 'check' : 'copy'} />
        {isCopied ? 'Copied' : 'Copy link'}
      </button>
      <span className="sr" role="status">
        {isCopied && 'The link is copied.'}
      </span>
      {isRefused && <p className="about">The browser did not copy it; press Ctrl+C or ⌘C.</p>}
    </>
  );
}

type OptionsProps = {
  readonly view: ViewSettings;
  readonly onChange: (view: ViewSettings) => void;
};

function Options({ view, onChange }: OptionsProps) {
  const cells = useNotebook((state) => presentOf(state).cells);
  return (
    <section aria-labelledby="share-options">
      <h3 id="share-options" className="label">
        It opens
      </h3>
      <div className="options">
        <div className="seg" role="group" aria-label="View">
          {(['edit', 'app'] as const).map((name) => (
            <button
              key={name}
              className="btn"
              type="button"
              aria-pressed={view.view === name}
              onClick={() => onChange({ ...view, view: name })}
            >
              {name === 'edit' ? 'To edit' : 'As an app'}
            </button>
          ))}
        </div>
        <label>
          at
          <select
            value={view.cell ?? ''}
            onChange={({ target }) => onChange({ ...view, cell: target.value || null })}
          >
            <option value="">the top</option>
            {cells.map((cell, index) => (
              <option key={cell.id} value={cell.id}>
                {`cell ${index + 1}: ${beginningOf(cell)}`}
              </option>
            ))}
          </select>
        </label>
      </div>
    </section>
  );
}

/** Characters of a cell that tell it from others. */
const BEGINNING_LENGTH = 48;

/** Enough of a cell to know it again. */
function beginningOf({ source }: Cell): string {
  const line = source.split('\n').find((text) => text.trim() !== '') ?? 'empty';
  const plain = line.replace(/^#+ /, '').trim();
  return plain.length > BEGINNING_LENGTH ? `${plain.slice(0, BEGINNING_LENGTH)}…` : plain;
}

function Files({ isNeeded }: { readonly isNeeded: boolean }) {
  const kind = isNeeded ? 'btn primary' : 'btn line';
  return (
    <section aria-labelledby="share-files">
      <h3 id="share-files" className="label">
        Instead of a link
      </h3>
      <p className="about">
        Both files open here again. The Jupyter file holds the texts that cells show, too.
      </p>
      <div className="files">
        <button
          className={kind}
          type="button"
          onClick={() => downloadNotebook(presentNotebook(), 'ts')}
        >
          <Icon name="download" />
          TypeScript (.ts)
        </button>
        <button
          className="btn line"
          type="button"
          onClick={() => downloadNotebook(presentNotebook(), 'ipynb')}
        >
          <Icon name="download" />
          Jupyter (.ipynb)
        </button>
      </div>
    </section>
  );
}
