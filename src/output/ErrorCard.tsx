/** @file Why a run failed, or what it gives to know: a title, a sentence, the expressions that do not fit, links to their lines, and what was kept. */
import type { ReactNode } from 'react';
import type { CellError } from '../cells/outputs.ts';
import { presentOf, useNotebook } from '../store/notebook.ts';
import { revealLine } from '../store/selection.ts';
import { Icon } from '../ui/Icon.tsx';
import { readError, type ErrorText, type Named } from './error-text.ts';

/** What an error leaves as it was. */
const KEPT_BY_ENGINE = 'Shared variables keep the values from before the call.';
const KEPT_BY_CALLS = 'Shared variables keep the values that finished calls gave them.';

/** The card of an error; `isNotice`: of something to know, after which the cell went on. */
export function ErrorCard({ error, isNotice = false }: ErrorCardProps) {
  const cells = useNotebook((state) => presentOf(state).cells);
  const nameOf = (id: string): string | null => {
    const index = cells.findIndex((cell) => cell.id === id);
    return index < 0 ? null : `cell ${index + 1}`;
  };
  const text = readError(error, nameOf);
  const hasPlaces = text.named.some(({ place }) => place !== null);
  return (
    <div className={isNotice ? 'error notice' : 'error'} role={isNotice ? 'note' : 'alert'}>
      <div className="head">
        <Icon name={isNotice ? 'triangle-alert' : 'circle-x'} />
        <span>{text.title}</span>
        <code>{error.code}</code>
      </div>
      {text.sentence !== '' && <Sentences text={text.sentence} />}
      {text.named.length > 0 && <Sides named={text.named} nameOf={nameOf} />}
      <div className="acts">
        {!isNotice && <span>{text.isOfEngine ? KEPT_BY_ENGINE : KEPT_BY_CALLS}</span>}
        {!hasPlaces && error.line !== null && (
          <PlaceLink {...error} line={error.line} nameOf={nameOf} />
        )}
        <CopyButton error={error} text={text} />
      </div>
    </div>
  );
}

type ErrorCardProps = { readonly error: CellError; readonly isNotice?: boolean };

/** Sentences, with what stands between backticks as code. */
function Sentences({ text }: { readonly text: string }) {
  const parts = text.split(/`([^`\n]+)`/);
  return (
    <p>
      {parts.map((part, i): ReactNode =>
        // Every second part stood between backticks.
        i % 2 === 1 ? <code key={`${i} ${part}`}>{part}</code> : part,
      )}
    </p>
  );
}

type NameOf = (cell: string) => string | null;

function Sides({ named, nameOf }: { readonly named: readonly Named[]; readonly nameOf: NameOf }) {
  return (
    <dl className="sides">
      {named.map(({ name, dtype, extents, place }, i) => (
        <div key={`${i} ${name}`}>
          <dt>{name}</dt>
          <dd>
            {dtype !== '' && `${dtype} `}[
            {extents.map(({ text, isClashing }, axis) => (
              <span key={`${axis} ${text}`}>
                {axis > 0 && ', '}
                {isClashing ? <mark>{text}</mark> : text}
              </span>
            ))}
            ]
          </dd>
          <dd>{place !== null && <PlaceLink {...place} nameOf={nameOf} />}</dd>
        </div>
      ))}
    </dl>
  );
}

function PlaceLink({ cell, line, column = null, nameOf }: PlaceLinkProps) {
  const name = nameOf(cell);
  if (name === null) return <span className="gone">{`line ${line}`}</span>;
  return (
    <button className="link" type="button" onClick={() => revealLine(cell, line, column)}>
      {`${name}, line ${line}`}
    </button>
  );
}

type PlaceLinkProps = {
  readonly cell: string;
  readonly line: number;
  readonly column?: number | null;
  readonly nameOf: NameOf;
};

function CopyButton({ error, text }: { readonly error: CellError; readonly text: ErrorText }) {
  // The message as the engine wrote it, with ids: the title alone would lose the shapes.
  const copy = (): void => {
    void navigator.clipboard.writeText(`${error.code}: ${error.message}`);
  };
  return (
    <button
      className="btn small quiet"
      type="button"
      aria-label={`Copy the message: ${text.title}`}
      onClick={copy}
    >
      <Icon name="copy" />
      Copy
    </button>
  );
}
