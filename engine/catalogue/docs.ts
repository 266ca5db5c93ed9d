/** @file `npm run docs`: writes the generated pages of docs/, and what the page reads of the engine's tables and types. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeCellDeclarations } from './cell-declarations.ts';
import { generatePages } from './pages.ts';

for (const { path, text } of [...generatePages(), ...makeCellDeclarations()]) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`${path}: ${text.split('\n').length} lines`);
}
