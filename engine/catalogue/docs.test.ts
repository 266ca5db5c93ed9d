/**
 * Goal: the pages of docs/ say what the tables say. Method: they are generated again and compared with the files; and what a
 * reader needs is looked for in each page.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MESSAGES } from '../base/errors.ts';
import { OPS } from './ops.ts';
import { generatePages } from './pages.ts';
import { RULES } from './rules.ts';

const pages = generatePages();
const textOf = (path: string): string => pages.find((page) => page.path === path)!.text;

describe('docs/', () => {
  test.each(pages)('$path is up to date (npm run docs writes it)', ({ path, text }) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test.each(pages)('$path has no holes', ({ text }) => {
    expect(text).not.toMatch(/undefined|NaN(?!\b)|\[object|\$\$ ?\\;/);
    // Dollars come in pairs.
    for (const line of text.split('\n')) expect(line.split('$').length % 2).toBe(1);
  });

  test('names every operation, rule and code once', () => {
    const rows = textOf('docs/ops.md').match(/^\| `\w+`/gm)!;
    expect(rows.map((row) => row.slice(3, -1)).toSorted()).toEqual(
      OPS.map((op) => op.name).toSorted(),
    );
    const rules = textOf('docs/rules.md').match(/^### .+$/gm)!;
    expect(rules.map((line) => line.slice(4)).toSorted()).toEqual(
      RULES.map((rule) => rule.name).toSorted(),
    );
    const codes = textOf('docs/errors.md').match(/^## .+$/gm)!;
    expect(codes.map((line) => line.slice(3))).toEqual(Object.keys(MESSAGES));
  });

  test('gives the same text each time', () => {
    expect(generatePages()).toEqual(pages);
  });
});
