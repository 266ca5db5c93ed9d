/** @file Gives a person a file: its name made of a title, and the download itself. */
import type { Notebook } from '../document/notebook.ts';
import { writeIpynb } from '../document/ipynb.ts';
import { writeText } from '../document/text-form.ts';
import { outputsForFile } from './file-outputs.ts';

/** The files that a notebook can be. */
export type FileKind = 'ts' | 'ipynb';

/** Characters of a name, so that every file system takes it. */
const NAME_LENGTH_MAX = 80;

/** A name without what some file system forbids; `notebook` where nothing is left. */
export function fileNameOf(title: string): string {
  const plain = title
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._ -]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  return Array.from(plain).slice(0, NAME_LENGTH_MAX).join('').trim() || 'notebook';
}

/** Give the notebook as a file; a Jupyter file holds the texts that its cells show, too. */
export function downloadNotebook(notebook: Notebook, kind: FileKind): void {
  const name = `${fileNameOf(notebook.title)}.${kind}`;
  if (kind === 'ts') download(name, new Blob([writeText(notebook)], { type: 'text/plain' }));
  else {
    const text = writeIpynb(notebook, outputsForFile(notebook));
    download(name, new Blob([text], { type: 'application/x-ipynb+json' }));
  }
}

/** Give a file. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the address by the next task.
  setTimeout(() => URL.revokeObjectURL(url));
}
