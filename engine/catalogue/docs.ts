/** @file `npm run docs`: writes the generated pages of docs/. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatePages } from './pages.ts';

for (const { path, text } of generatePages()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`${path}: ${text.split('\n').length} lines`);
}
