/** @file All notebooks of this browser as one archive of Jupyter files, which lose nothing of them. */
import { writeIpynb } from '../document/ipynb.ts';
import type { NotebookStorage } from '../document/storage.ts';
import { zipOf, type ZipFile } from '../document/zip.ts';
import { download, fileNameOf } from './download.ts';

/** Give a person the archive. Those in the trash stay there. */
export async function downloadArchive(storage: NotebookStorage): Promise<void> {
  const files: ZipFile[] = [];
  const names = new Set<string>();
  for (const { id, trashedAt } of await storage.list()) {
    const read = trashedAt === null ? await storage.read(id) : null;
    if (!read?.ok) continue;
    const name = freeName(fileNameOf(read.kept.notebook.title), names);
    names.add(name.toLowerCase());
    files.push({ name: `${name}.ipynb`, text: writeIpynb(read.kept.notebook) });
  }
  download('Arignote notebooks.zip', zipOf(files));
}

/** The name, or with a number behind it; file systems may not tell capitals apart. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name.toLowerCase())) return name;
  let count = 2;
  while (taken.has(`${name} ${count}`.toLowerCase())) count += 1;
  return `${name} ${count}`;
}
