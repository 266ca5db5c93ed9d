/** @file A notebook of this browser in the list of the home page, and what can be done with it there. */
import { useState, type KeyboardEvent } from 'react';
import { LESSONS } from '../lessons/lessons.ts';
import {
  duplicateNotebook,
  removeNotebook,
  renameNotebook,
  restoreNotebook,
  type LibraryEntry,
} from '../store/library.ts';
import { showAge, showCount } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import type { IconName } from '../ui/icons.ts';
import { showToast } from '../ui/toast.ts';

/** Where a notebook came from, as its line says it. */
function originOf({ origin }: LibraryEntry): string | null {
  switch (origin.kind) {
    case 'lesson': {
      const number = LESSONS.findIndex(({ id }) => id === origin.lesson) + 1;
      return number > 0 ? `from lesson ${number}` : 'from a lesson';
    }
    case 'link':
      return 'from a link';
    case 'file':
      return `from ${origin.name}`;
    case 'copy':
      return 'a copy';
    case 'new':
      return null;
  }
}

async function removeWithUndo({ id, title }: LibraryEntry): Promise<void> {
  if (!(await removeNotebook(id))) return;
  const run = (): void => void restoreNotebook(id);
  showToast(`“${title}” is in the trash.`, { action: { title: 'Undo', run } });
}

export function NotebookLine({
  entry,
  now,
}: {
  readonly entry: LibraryEntry;
  readonly now: number;
}) {
  const { id, title, editedAt, cellCount } = entry;
  const [isRenamed, setIsRenamed] = useState(false);
  const facts = [`edited ${showAge(editedAt, now)}`, showCount(cellCount, 'cell'), originOf(entry)];
  return (
    <li>
      <div>
        {isRenamed ? (
          <TitleField entry={entry} onEnd={() => setIsRenamed(false)} />
        ) : (
          <a href={`#/n/${id}`}>{title}</a>
        )}
        <p>{facts.filter((fact) => fact !== null).join(', ')}</p>
      </div>
      <Act icon="pencil" title={`Rename “${title}”`} onPress={() => setIsRenamed(true)} />
      <Act icon="copy" title={`Duplicate “${title}”`} onPress={() => void duplicateNotebook(id)} />
      <Act
        icon="trash-2"
        title={`Move “${title}” to the trash`}
        onPress={() => void removeWithUndo(entry)}
      />
    </li>
  );
}

/** The title while it is changed: Enter and leaving the field take it, Escape leaves it as it was. */
function TitleField({ entry: { id, title }, onEnd }: TitleFieldProps) {
  const [text, setText] = useState(title);
  const end = (): void => {
    const wanted = text.trim();
    if (wanted !== '' && wanted !== title) void renameNotebook(id, wanted);
    onEnd();
  };
  const onKeyDown = ({ key }: KeyboardEvent): void => {
    if (key === 'Enter') end();
    if (key === 'Escape') onEnd();
  };
  return (
    <input
      className="title"
      aria-label="New title"
      value={text}
      maxLength={200}
      spellCheck={false}
      // It stands in the place of the button that was pressed.
      ref={(field) => field?.focus()}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.target.value)}
      onBlur={end}
      onKeyDown={onKeyDown}
    />
  );
}

type TitleFieldProps = { readonly entry: LibraryEntry; readonly onEnd: () => void };

function Act({ icon, title, onPress }: ActProps) {
  return (
    <button
      className="btn icon small"
      type="button"
      aria-label={title}
      title={title}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
}

type ActProps = {
  readonly icon: IconName;
  readonly title: string;
  readonly onPress: () => void;
};
