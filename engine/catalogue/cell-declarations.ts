/**
 * @file What the notebook's editor knows of the library: declarations that the compiler makes of the sources, without what is
 * of the engine's inside, each operation with the sentence that the op table says of it. Written by `npm run docs`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { OPS_BY_NAME } from './ops.ts';
import type { Page } from './pages.ts';

/** Texts of declaration files by path. */
type Declarations = ReadonlyMap<string, string>;

const LIBRARY = 'engine/arignote.d.ts';
const NOTEBOOK = 'src/cells/realm/notebook-api.d.ts';
/** Adds a method to tensors; the library imports it for that alone, which declarations do not show. */
const EVALUATE = 'engine/frontend/evaluate.d.ts';
const VARIABLES = {
  '': 'float32',
  i: 'int32',
  b: 'bool',
  h: 'float16',
  d: 'float64',
} as const;
const SHAPES = {
  scalar: '[]',
  vector: '[?]',
  row: '[1, ?]',
  col: '[?, 1]',
  matrix: '[?, ?]',
  tensor3: '[?, ?, ?]',
  tensor4: '[?, ?, ?, ?]',
  tensor5: '[?, ?, ?, ?, ?]',
} as const;

/** The files that the editor loads. */
export function makeCellDeclarations(): readonly Page[] {
  const emitted = emitDeclarations();
  const files = [...reachable(emitted)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const names = { values: valuesOf(emitted), types: typesOf(emitted) };
  const entry = entryOf(emitted);
  return [
    {
      path: 'src/editor/types/declarations.json',
      text: `${JSON.stringify({ 'arignote.d.ts': entry, ...Object.fromEntries(files) }, null, 2)}\n`,
    },
    { path: 'src/editor/api-names.json', text: `${JSON.stringify(names, null, 2)}\n` },
  ];
}

/** Declarations of the library and of the notebook's own functions, as the compiler writes them. */
function emitDeclarations(): Declarations {
  const root = resolve('.');
  const folder = mkdtempSync(join(tmpdir(), 'arignote-declarations-'));
  try {
    const project = join(folder, 'tsconfig.json');
    const outDir = join(folder, 'out');
    const settings = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        rootDir: root,
        outDir,
        typeRoots: [join(root, 'node_modules/@types')],
        types: [join(root, 'node_modules/@webgpu/types'), 'node'],
      },
      include: [],
      files: [LIBRARY, NOTEBOOK].map((path) => join(root, path.replace('.d.ts', '.ts'))),
    };
    writeFileSync(project, JSON.stringify(settings));
    const compiler = join(root, 'node_modules/.bin/tsc');
    const { error } = spawnSync(compiler, ['-p', project], { encoding: 'utf8' });
    if (error) throw error;
    const paths = readdirSync(outDir, { recursive: true, encoding: 'utf8' });
    return new Map(
      paths
        .filter((path) => path.endsWith('.d.ts'))
        .map((path) => [
          relative(outDir, join(outDir, path)).replaceAll('\\', '/'),
          readFileSync(join(outDir, path), 'utf8'),
        ]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The module `arignote` of a cell: the library, and instead of or beside its functions those of the notebook. */
function entryOf(emitted: Declarations): string {
  const inNotebook = [...new Set(declaredIn(emitted.get(NOTEBOOK)!))];
  return [
    `import './${EVALUATE.replace('.d.ts', '.ts')}';`,
    `export * from './engine/arignote.ts';`,
    `export { ${inNotebook.join(', ')} } from './${NOTEBOOK.replace('.d.ts', '.ts')}';`,
    '',
  ].join('\n');
}

/** The files that the entries lead to, cut down to what users see. */
function reachable(emitted: Declarations): Map<string, string> {
  const found = new Map<string, string>();
  const open = [LIBRARY, NOTEBOOK, EVALUATE];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue;
    const text = refine(path, emitted.get(path) ?? missing(path));
    found.set(path, text);
    for (const [, target] of text.matchAll(/(?:from|import\()\s*'(\.[^']+)\.ts'/g)) {
      open.push(posix.join(dirname(path), `${target!}.d.ts`));
    }
  }
  return found;
}

function missing(path: string): never {
  throw new Error(`The compiler wrote no ${path}: run npx tsc --noEmit and mend what it says.`);
}

function refine(path: string, text: string): string {
  const short = withDocs(relaxPairs(withoutInside(text)));
  return path === 'engine/frontend/operations.d.ts' ? withOperationDocs(short) : short;
}

/** Without declarations that speak of expressions: users have handles only. A tensor is made by the library alone. */
function withoutInside(text: string): string {
  return text
    .replaceAll('constructor(expr: Expr);', 'protected constructor();')
    .replaceAll(/(?:^ *\/\*\*(?:(?!\*\/)[^])*\*\/\n)?^.*\bExpr\b.*;\n/gm, '')
    .replaceAll(/^import \{\s*\} from .*\n/gm, '');
}

/**
 * Pairs such as `const givens = [[x, image]]` are lists to TypeScript where no type is near. The library checks them when it
 * is called, so the editor lets them pass.
 */
function relaxPairs(text: string): string {
  return text.replaceAll(
    /readonly \(readonly \[(\w+), (TensorLike[^\]]*)\]\)\[\]/g,
    'readonly (readonly [$1, $2] | readonly ($2)[])[]',
  );
}

/** A member `readonly k: typeof f` says what the comment of `f` says. */
function withDocs(text: string): string {
  const comments = new Map(
    Array.from(
      text.matchAll(
        /^(\/\*\*(?:(?!\*\/)[^])*\*\/)\n(?:export )?declare (?:const|function) (\w+)/gm,
      ),
      ([, comment, name]) => [name!, comment!] as const,
    ),
  );
  return text.replaceAll(/^( +)readonly (\w+): typeof (\w+);/gm, (line, indent, _, of) => {
    const comment = comments.get(of as string);
    return comment === undefined ? line : `${indent as string}${comment}\n${line}`;
  });
}

/** Each operation with its sentence, and each variable with its type. */
function withOperationDocs(text: string): string {
  const shorter = text
    .replace(/^( +)readonly host: \{[^]*?^\1\};/m, '$1readonly host: typeof HOST;')
    .replace(/^/, `import { HOST } from './host.ts';\n`);
  return shorter.replaceAll(/^( +)readonly (\w+): (?!\{)/gm, (start, indent, name) => {
    const doc = docOf(name as string);
    return doc === null ? start : `${indent as string}/** ${doc} */\n${start}`;
  });
}

function docOf(name: string): string | null {
  const op = OPS_BY_NAME.get(name);
  if (op !== undefined) return op.doc;
  const [, prefix = '', kind = ''] = /^([ibhd]?)([a-z]+\d?)$/.exec(name) ?? [];
  const [dtype, shape] = [VARIABLES, SHAPES].map((table, i) =>
    Object.entries(table).find(([key]) => key === [prefix, kind][i]),
  );
  if (dtype === undefined || shape === undefined) return null;
  return `A variable ${dtype[1]} ${shape[1]}: each call gives its value.`;
}

/** Names of functions and constants that a file exports. */
function* declaredIn(text: string): Generator<string> {
  for (const [, name] of text.matchAll(/^export declare (?:const|function) (\w+)/gm)) yield name!;
}

function exportedFrom(text: string, keyword: 'export' | 'export type'): readonly string[] {
  const lists = text.matchAll(new RegExp(`^${keyword} \\{([^}]*)\\} from`, 'gm'));
  return Array.from(lists, ([, list]) => list!.split(',').map((name) => name.trim()))
    .flat()
    .filter((name) => name !== '');
}

function valuesOf(emitted: Declarations): readonly string[] {
  const own = declaredIn(emitted.get(NOTEBOOK)!);
  const names = new Set([...exportedFrom(emitted.get(LIBRARY)!, 'export'), ...own]);
  // JavaScript's own; the notebook only says where it prints to.
  names.delete('console');
  return [...names].toSorted();
}

const typesOf = (emitted: Declarations): readonly string[] =>
  exportedFrom(emitted.get(LIBRARY)!, 'export type').toSorted();
