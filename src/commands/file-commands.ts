/** @file Commands for the notebook as a whole: new, open, keep, share, download. */
import { setTitle } from '../document/notebook.ts';
import { keeping } from '../document/keeping.ts';
import { showDialog } from '../notebook/view.ts';
import { pickFile } from '../share/open-file.ts';
import { createNotebook } from '../store/library.ts';
import { editNotebook, presentNotebook, useNotebook } from '../store/notebook.ts';
import { showToast } from '../ui/toast.ts';
import { always, inNotebook, type Command } from './command.ts';

/** Loaded when a person asks for a file. */
async function download(kind: 'ipynb' | 'ts'): Promise<void> {
  const { downloadNotebook } = await import('../share/download.ts');
  downloadNotebook(presentNotebook(), kind);
}

/** What is written anyway within half a second, now. */
async function saveNow(): Promise<void> {
  const { keeper } = await keeping();
  await keeper.flush();
  const { save } = useNotebook.getState();
  if (save.kind === 'unsaved') showToast('Nothing to save yet: it is kept from its first edit on.');
}

async function takeOver(): Promise<void> {
  const { keeper } = await keeping();
  keeper.takeOver();
}

export const FILE_COMMANDS: readonly Command[] = [
  {
    name: 'newNotebook',
    title: 'New notebook',
    group: 'Notebook',
    icon: 'plus',
    keys: [],
    mode: 'any',
    when: always,
    run: () => void createNotebook(),
  },
  {
    name: 'openFile',
    title: 'Open a file',
    group: 'Notebook',
    icon: 'folder-open',
    keys: [],
    mode: 'any',
    when: always,
    run: pickFile,
  },
  {
    name: 'saveNow',
    title: 'Save',
    group: 'Notebook',
    icon: 'save',
    keys: ['Mod+S'],
    mode: 'any',
    when: inNotebook,
    run: () => void saveNow(),
  },
  {
    name: 'saveCopy',
    title: 'Save a copy of this link or lesson',
    group: 'Notebook',
    keys: [],
    mode: 'any',
    when: ({ hasNotebook, isKept }) => hasNotebook && !isKept,
    // The first edit of a link or a lesson is what keeps it.
    run: () => editNotebook((notebook) => setTitle(notebook, `${notebook.title} (copy)`)),
  },
  {
    name: 'takeOver',
    title: 'Take over from the tab that edits it',
    group: 'Notebook',
    keys: [],
    mode: 'any',
    when: ({ hasNotebook, canEdit }) => hasNotebook && !canEdit,
    run: () => void takeOver(),
  },
  {
    name: 'share',
    title: 'Share',
    group: 'Notebook',
    icon: 'share-2',
    keys: [],
    mode: 'any',
    when: inNotebook,
    run: () => showDialog('share'),
  },
  {
    name: 'history',
    title: 'Earlier states',
    group: 'Notebook',
    icon: 'history',
    keys: [],
    mode: 'any',
    when: ({ hasNotebook, isKept }) => hasNotebook && isKept,
    run: () => showDialog('history'),
  },
  {
    name: 'downloadIpynb',
    title: 'Download as a Jupyter file (.ipynb)',
    group: 'Notebook',
    icon: 'download',
    keys: [],
    mode: 'any',
    when: inNotebook,
    run: () => void download('ipynb'),
  },
  {
    name: 'downloadText',
    title: 'Download as TypeScript (.ts)',
    group: 'Notebook',
    icon: 'download',
    keys: [],
    mode: 'any',
    when: inNotebook,
    run: () => void download('ts'),
  },
];
