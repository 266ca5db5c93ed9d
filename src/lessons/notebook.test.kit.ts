/**
 * @file Runs the cells of a notebook in Node, in order, through the analysis, the rewriting and the engine that a page
 * uses. What a cell realm adds to the library is here in its plainest form: outputs are kept, nothing is drawn.
 */
import { runInThisContext } from 'node:vm';
import * as library from '../../engine/arignote.ts';
import { analyse, type CellNames } from '../cells/analyse.ts';
import { CELL_ENTRY, CELL_GLOBALS, transpileOptionsFor } from '../cells/names.ts';
import { makeOperators } from '../cells/operators.ts';
import { orderCells, type CellGraph } from '../cells/order.ts';
import { readPlotSpec } from '../cells/plot-spec.ts';
import { transpile } from '../cells/transpile.ts';
import type { Cell, Notebook } from '../document/notebook.ts';

const { NDArray, T, Tensor } = library;
type NDArray = library.NDArray;

/** One call that shows something: what kind, what value, with which options. */
export type Shown = {
  readonly kind: string;
  readonly value: unknown;
  readonly options: Readonly<Record<string, unknown>>;
};

/** A notebook that ran: what each cell showed, by its id, and what the names of all cells hold. */
export type Ran = {
  readonly shown: ReadonlyMap<string, readonly Shown[]>;
  readonly names: Readonly<Record<string, unknown>>;
};

/** What a data set gives in a cell: rows 'start:stop' are a handle, too, and `get` fetches the value. */
class DataHandle extends NDArray {
  override at(...indices: readonly (number | string)[]): number | NDArray {
    const [rows] = indices;
    if (typeof rows !== 'string') return super.at(...(indices as readonly number[]));
    const [start = 0, stop = 0] = rows.split(':').map(Number);
    const width = this.data.length / this.shape[0]!;
    const data = this.data.slice(start * width, stop * width);
    return new DataHandle(data, [stop - start, ...this.shape.slice(1)], this.dtype);
  }

  get(): Promise<NDArray> {
    return Promise.resolve(new NDArray(this.data, this.shape, this.dtype));
  }
}

const handleOf = ({ data, shape, dtype }: NDArray) => new DataHandle(data, shape, dtype);

async function dataset(name: 'mnist' | 'iris') {
  const { training, test } = await library.dataset(name);
  return {
    training: { x: handleOf(training.x), y: handleOf(training.y) },
    test: { x: handleOf(test.x), y: handleOf(test.y) },
  };
}

type Show = (kind: string, value: unknown, options?: object) => void;

/** The names that only a notebook has. Inputs have the values of `inputs` by their labels, or their own. */
function notebookOnly(shows: Show, inputs: Readonly<Record<string, unknown>>) {
  const input = (options: { readonly label: string; readonly value: unknown }) =>
    inputs[options.label] ?? options.value;
  return {
    dataset,
    slider: input,
    console: { log: (...values: readonly unknown[]) => shows('text', values.join(' ')) },
    show: (value: unknown, options: object = {}) => shows('show', value, options),
    md: (text: TemplateStringsArray, ...values: readonly unknown[]) =>
      shows('markdown', String.raw(text, ...values)),
    plot(traces: unknown, layout: object = {}) {
      const draw = (changed: unknown) =>
        shows('plot', readPlotSpec({ traces: changed, layout }).traces, layout);
      draw(traces);
      return { update: draw };
    },
    liveLoss(name: string) {
      const points: Readonly<Record<string, number>>[] = [];
      shows('curve', points, { name });
      return {
        add: (values: Readonly<Record<string, NDArray>>) =>
          void points.push(
            Object.fromEntries(Object.entries(values).map(([key, v]) => [key, v.item()])),
          ),
      };
    },
    progress: (values: Iterable<unknown>, options: object) => {
      shows('progress', values, options);
      return values;
    },
    viewGraph: (x: unknown) => shows('graph', x),
    viewGradient: (cost: unknown, wrt: unknown) => shows('gradient', [cost, wrt]),
    viewKernels: (f: unknown) => shows('kernels', f),
  };
}

/** The names of each cell of code, and how the cells hang together. */
export function structureOf({ cells }: Notebook): {
  readonly names: ReadonlyMap<string, CellNames>;
  readonly graph: CellGraph;
} {
  const names = new Map(
    codeOf(cells).map(({ id, source }) => {
      const found = analyse(source, CELL_GLOBALS);
      if (found.kind === 'failed') throw new Error(`${id}: ${found.error.message}`);
      return [id, found] as const;
    }),
  );
  return { names, graph: orderCells([...names].map(([id, own]) => ({ id, ...own }))) };
}

const codeOf = (cells: readonly Cell[]) => cells.filter(({ kind }) => kind === 'code');

const operators = makeOperators(
  {
    isTensor: (value) => value instanceof Tensor,
    call: (name, ...args) => (T[name] as (...args: readonly unknown[]) => unknown)(...args),
  },
  { due: () => false, pass: () => Promise.resolve(), spin: () => {} },
);

type Runs = (...args: readonly unknown[]) => Promise<object>;

/** Runs every cell in order. @throws what a cell throws */
export async function runNotebook(
  notebook: Notebook,
  inputs: Readonly<Record<string, unknown>> = {},
): Promise<Ran> {
  const shown = new Map<string, Shown[]>();
  const names: Record<string, unknown> = {};
  const sources = new Map(codeOf(notebook.cells).map(({ id, source }) => [id, source]));
  for (const id of structureOf(notebook).graph.order) {
    const own: Shown[] = [];
    shown.set(id, own);
    const offered: Readonly<Record<string, unknown>> = {
      ...library,
      ...notebookOnly((kind, value, options = {}) => {
        own.push({ kind, value, options: { ...options } });
      }, inputs),
      ...names,
    };
    const made = transpile(
      sources.get(id)!,
      transpileOptionsFor(id, [...Object.keys(names), 'console']),
    );
    if (made.kind === 'failed') throw new Error(`${id}: ${made.error.message}`);
    const helper = {
      ...operators,
      named: (_name: string, make: unknown) => make,
      result: (value: unknown) => value,
    };
    const run = runsOf(made.script, id);
    Object.assign(names, await run(helper, ...made.parameters.map((name) => offered[name])));
  }
  return { shown, names };
}

/** The function that a script hands to its entry. */
function runsOf(script: string, id: string): Runs {
  let given: Runs | undefined;
  const realm = globalThis as unknown as Record<string, unknown>;
  realm[CELL_ENTRY] = (run: Runs) => {
    given = run;
  };
  runInThisContext(script, { filename: id });
  delete realm[CELL_ENTRY];
  if (given === undefined) throw new Error('The script did not call its entry.');
  return given;
}
