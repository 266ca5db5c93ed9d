/**
 * @file The lessons that the page ships: what a list of them shows, their notebooks, and how one is known again. The texts
 * are notebooks with `// %%` marks and are loaded when a lesson is opened.
 */
import type { Notebook } from '../document/notebook.ts';
import { readText } from '../document/text-form.ts';

/** What a list of lessons shows. */
export type Lesson = {
  readonly id: string;
  readonly title: string;
  readonly sentence: string;
  /** How long it takes to read it and to try its suggestions. */
  readonly minutes: number;
  /** The inner part of an SVG with the view box 0 0 72 48, drawn with the classes `fig`, `fig a` and `fig b`. */
  readonly figure: string;
};

/** The lessons in the order in which they are read. */
export const LESSONS: readonly Lesson[] = [
  {
    id: 'logistic-regression',
    title: 'Logistic regression on MNIST',
    sentence: 'Theano’s first example: a cost, its gradient, an update.',
    minutes: 8,
    figure:
      '<path class="fig" d="M4 40H68M36 6V44"/><path class="fig a" d="M4 38C26 38 30 34 36 24S46 10 68 9"/>',
  },
  {
    id: 'spirals',
    title: 'An MLP on spirals',
    sentence: 'Move a slider, watch the decision boundary follow.',
    minutes: 10,
    figure: `<path class="fig a" d="${spiral(1)}"/><path class="fig b" d="${spiral(-1)}"/>`,
  },
  {
    id: 'optimizer',
    title: 'What the optimizer did',
    sentence: 'Overflow seen at a point, and the rule that removes it.',
    minutes: 10,
    figure:
      '<path class="fig" d="M4 42H68"/><path class="fig b" d="M4 40C20 40 28 36 36 27L48 13" stroke-dasharray="4 3"/><path class="fig a" d="M4 38C20 38 28 34 36 25L62 5"/><circle class="fig b" cx="48" cy="13" r="2.5"/>',
  },
];

/** A spiral arm around the centre of a figure, to the right of it or, with -1, turned by a half. */
function spiral(side: 1 | -1): string {
  const corners = Array.from({ length: 41 }, (_, k) => {
    const angle = (k / 40) * 3 * Math.PI;
    const radius = side * (3 + 1.9 * angle);
    return `${(36 + radius * Math.cos(angle)).toFixed(1)} ${(24 + radius * Math.sin(angle)).toFixed(1)}`;
  });
  return `M${corners.join('L')}`;
}

const TEXTS: Readonly<Record<string, () => Promise<{ readonly default: string }>>> = {
  'logistic-regression': () => import('./logistic-regression.txt?raw'),
  spirals: () => import('./spirals.txt?raw'),
  optimizer: () => import('./optimizer.txt?raw'),
};

/** The notebook of a lesson, under a new id. @throws Error for an id that no lesson has */
export async function lessonNotebook(id: string): Promise<Notebook> {
  const load = Object.hasOwn(TEXTS, id) ? TEXTS[id] : undefined;
  if (load === undefined) throw new Error(`There is no lesson ${id}.`);
  const { default: text } = await load();
  const read = readText(text, id);
  if (!read.ok) throw new Error(`The lesson ${id} cannot be read: ${read.message}`);
  return read.notebook;
}

/** Hashes of what lessons hold, each with its id. A lesson that was shipped once keeps its hash here, for links to it. */
export const lessonHashes: ReadonlyMap<string, string> = new Map([
  ['9ed8641252e0f71dc583001ca03120f3fd84b06e5f2ae1e513aea1f33e813420', 'logistic-regression'],
  ['2415017fccf913bcceb941ead2ee3cd775d13afa913d7851ed4c7e196bb826cd', 'spirals'],
  ['754880056fe84c372264f67849605c2789d301a2ecb740d2372142059977a722', 'optimizer'],
]);

/** A hash of what a notebook runs and tells: its title, and the kind and source of each cell. */
export async function hashOf({ title, cells }: Notebook): Promise<string> {
  const content = JSON.stringify([title, ...cells.map(({ kind, source }) => [kind, source])]);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(content));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The id of the lesson that a notebook is, unchanged; `null` where it is none, or where the address is not a secure one. */
export async function lessonIn(notebook: Notebook): Promise<string | null> {
  // Chromium offers no hashes to pages of plain http.
  if (!('subtle' in crypto)) return null;
  return lessonHashes.get(await hashOf(notebook)) ?? null;
}
