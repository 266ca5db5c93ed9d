/** @file Whether what a person wrote is kept: always visible. */
import { useNotebook, type Origin, type SaveState } from '../store/notebook.ts';
import { Icon } from '../ui/Icon.tsx';
import type { IconName } from '../ui/icons.ts';
import { showTime } from '../ui/format.ts';

type Status = { readonly icon: IconName; readonly text: string; readonly title: string };

const UNSAVED: Readonly<Record<Origin['kind'], Status>> = {
  local: { icon: 'circle', text: 'Not saved yet', title: 'It is saved with the first change.' },
  link: {
    icon: 'link',
    text: 'Unsaved copy of a link',
    title: 'An edit makes it a notebook of this browser.',
  },
  lesson: {
    icon: 'book-open',
    text: 'Lesson',
    title: 'An edit makes a copy of the lesson in this browser.',
  },
};

/** How the page says a save state. */
function statusOf(save: SaveState, origin: Origin): Status {
  switch (save.kind) {
    case 'saved':
      return {
        icon: 'check',
        text: 'Saved',
        title: `Saved in this browser at ${showTime(save.at)}.`,
      };
    case 'saving':
      return { icon: 'save', text: 'Saving', title: 'Being written to this browser.' };
    case 'failed':
      return { icon: 'triangle-alert', text: 'Not saved', title: save.why };
    case 'readOnly':
      return { icon: 'circle-slash', text: 'Read only', title: 'Another tab edits this notebook.' };
    case 'unsaved':
      return UNSAVED[origin.kind];
  }
}

export function SaveStatus() {
  const save = useNotebook((state) => state.save);
  const origin = useNotebook((state) => state.origin);
  const { icon, text, title } = statusOf(save, origin);
  return (
    <span className={`saved is-${save.kind}`} role="status" title={title}>
      <Icon name={icon} />
      <span>{text}</span>
    </span>
  );
}
