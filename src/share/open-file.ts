/**
 * @file Opens a file that a person picked or dropped: it becomes a notebook of this browser. Nothing of it runs, and what it
 * lost on the way in is told above the notebook.
 */
import type { IpynbReading } from '../document/ipynb.ts';
import type { Notebook } from '../document/notebook.ts';
import { readText } from '../document/text-form.ts';
import type { Refused } from '../document/reading.ts';
import { goTo } from '../routes.ts';
import { setNotice } from '../store/keeping.ts';
import { keepNotebook } from '../store/library.ts';
import { showCount } from '../ui/format.ts';
import { showToast } from '../ui/toast.ts';

/** What the picker of files offers. */
const ACCEPTED = '.ts,.tsx,.js,.mts,.ipynb';

/** Bytes of a file: more than its reader takes in characters is not even loaded. */
const FILE_BYTES_MAX = 256 << 20;

/** A file as a notebook, with sentences about what it lost; or why it is none. */
export type FileReading =
  | { readonly ok: true; readonly notebook: Notebook; readonly losses: readonly string[] }
  | Refused;

/** Let a person pick a file, and open it. */
export function pickFile(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = ACCEPTED;
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) void openFile(file);
  });
  input.click();
}

/** Open files that are dropped anywhere on the page. Gives the way to end it. */
export function openDroppedFiles(): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  window.addEventListener(
    'dragover',
    // Else the browser would leave the page and show the file.
    (event) => hasFiles(event) && event.preventDefault(),
    { signal },
  );
  window.addEventListener(
    'drop',
    (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      const [file] = event.dataTransfer?.files ?? [];
      if (file) void openFile(file);
    },
    { signal },
  );
  return () => ending.abort();
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** Keep the notebook in a file and show it; or say why not. */
async function openFile(file: File): Promise<void> {
  const reading = await readFile(file).catch((error: unknown) => refusedAs(String(error)));
  if (!reading.ok) {
    showToast(`${file.name} was not opened. ${reading.message}`, { tone: 'bad' });
    return;
  }
  const { notebook, losses } = reading;
  const isKept = await keepNotebook({ notebook, controls: {} }, { kind: 'file', name: file.name });
  if (!isKept) return;
  goTo({ kind: 'notebook', id: notebook.id });
  if (losses.length > 0) {
    setNotice({ on: notebook.id, kind: 'fileLosses', file: file.name, losses });
  }
}

/** What a file holds. */
export async function readFile(file: File): Promise<FileReading> {
  if (file.size > FILE_BYTES_MAX) {
    return refusedAs(`It has ${file.size} bytes; at most ${FILE_BYTES_MAX} open.`);
  }
  // UTF-8 whatever it holds; bytes that are none become U+FFFD.
  const text = (await file.text()).replace(/^\uFEFF/, '');
  const title = file.name.replace(/\.[^.]*$/, '') || 'Untitled';
  if (/\.ipynb$/i.test(file.name)) {
    const { readIpynb } = await import('../document/ipynb.ts');
    const reading = readIpynb(text, title);
    return reading.ok ? { ...reading, losses: lossesOf(reading) } : reading;
  }
  if (text.includes('\0')) {
    return refusedAs('It is no text. Files of the kinds .ts and .ipynb open.');
  }
  const reading = readText(text, title);
  return reading.ok ? { ...reading, losses: [] } : reading;
}

function lossesOf(reading: Extract<IpynbReading, { readonly ok: true }>): readonly string[] {
  const { droppedOutputs, droppedAttachments, disabledCells, outputs } = reading;
  const outputCount = [...outputs.values()].reduce((sum, { length }) => sum + length, 0);
  const losses: readonly (readonly [count: number, text: string])[] = [
    [
      disabledCells,
      `${showCount(disabledCells, 'code cell')} of another language: disabled, so that they do not run.`,
    ],
    [
      outputCount,
      `${showCount(outputCount, 'output')} left out: running the notebook makes them anew.`,
    ],
    [
      droppedOutputs,
      `${showCount(droppedOutputs, 'output')} with HTML or scripts left out: a notebook shows data only.`,
    ],
    [
      droppedAttachments,
      `${showCount(droppedAttachments, 'attached file')} of text cells left out.`,
    ],
  ];
  return losses.filter(([count]) => count > 0).map(([, text]) => text);
}

function refusedAs(message: string): Refused {
  return { ok: false, check: 'format', message };
}
