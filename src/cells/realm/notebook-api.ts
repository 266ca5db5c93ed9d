/**
 * @file The functions that only a cell has, as types: what the editor shows of them, and what the realm's own functions
 * satisfy. Nothing is here at run time. LANGUAGE: section 6.
 */
import type { Fn } from '../../../engine/frontend/function.ts';
import type { ValueHandle } from '../../../engine/frontend/handle.ts';
import type { HostInput, NDArray } from '../../../engine/frontend/nd-array.ts';
import type { LazyResult, Outputs, Result } from '../../../engine/frontend/result.ts';
import type { Tensor } from '../../../engine/frontend/tensor.ts';

/** Examples and their labels: x float32 [n, features], y int32 [n]. Handles: the values stay in the engine. */
export type Examples = { readonly x: ValueHandle; readonly y: ValueHandle };

/** What to learn from, and what to be tested on. */
export type DataSet = { readonly training: Examples; readonly test: Examples };

/** The data sets that come with the page. */
export type DataSetName = 'mnist' | 'iris';

/**
 * The data set of this name. `mnist`: x in [0, 1] of 784 pixels, 60,000 and 10,000 examples. `iris`: four lengths in cm,
 * 120 and 30 examples.
 */
export declare function dataset(name: DataSetName): Promise<DataSet>;

/** Text with values in it, drawn below the cell: markdown, with formulas between dollars. */
export declare function md(strings: TemplateStringsArray, ...values: readonly unknown[]): void;

/** How `show` draws. */
export type ShowOptions = {
  readonly as?: 'text' | 'table' | 'image' | 'images' | 'heatmap' | 'histogram' | 'spy';
  /** Pictures a row. */
  readonly columns?: number;
  /** A caption for each picture. */
  readonly captions?: readonly string[];
  readonly label?: string;
};

/** Draws a value below the cell: arrays as text, tables, pictures or plots, expressions with their type. */
export declare function show(value: unknown, options?: ShowOptions): void;

/** One trace of a plot, as plotly reads it: `{ type: 'scatter', x, y }`. */
export type Trace = { readonly [attribute: string]: unknown };

/** A plot that is drawn; its traces can be replaced while the cell runs. */
export type Plot = {
  /** Draws these traces instead. */
  update(traces: Trace | readonly Trace[], layout?: Trace): void;
};

/** Draws a plot of plotly's traces: scatter, bar, heatmap, contour, histogram and others. */
export declare function plot(traces: Trace | readonly Trace[], layout?: Trace): Plot;

/** A curve that grows while a cell trains. */
export type LiveLoss = {
  /** One more point of each series; a result that was not read yet is read when the curve is drawn. */
  add(values: { readonly [series: string]: number | NDArray | LazyResult | Result<Tensor> }): void;
};

/** A curve of this name below the cell; `curve.add({ training, validation })` gives it points. */
export declare function liveLoss(name?: string): LiveLoss;

/** The items of `iterable`, one by one, with a bar below the cell that says how many are done. */
export declare function progress<Item>(
  iterable: Iterable<Item>,
  options?: { readonly label?: string },
): Iterable<Item>;
export declare function progress(
  numbers: NDArray,
  options?: { readonly label?: string },
): Iterable<number>;
export declare function progress<Item>(
  iterable: AsyncIterable<Item>,
  options?: { readonly label?: string },
): AsyncIterable<Item>;

/** What every control takes. */
type ControlOptions = { readonly label?: string };

/** A number that a person chooses: cells that use it run again when it moves. */
export declare function slider(
  options: ControlOptions & {
    readonly min: number;
    readonly max: number;
    readonly step?: number;
    readonly value?: number;
    readonly scale?: 'linear' | 'log';
  },
): number;

/** One of some texts, chosen by a person. */
export declare function select<const Option extends string>(
  options: ControlOptions & { readonly options: readonly Option[]; readonly value?: Option },
): Option;

/** Yes or no, chosen by a person. */
export declare function checkbox(options?: ControlOptions & { readonly value?: boolean }): boolean;

/** How often a person has pressed the button: cells that use it run again at each press. */
export declare function button(options?: ControlOptions): number;

/** Waits for so many milliseconds. */
export declare function sleep(milliseconds: number): Promise<void>;

/** A link to the graph of an expression or of a function, as the engine sees it. */
export declare function viewGraph(of: Tensor | Fn<Outputs>): void;

/** A link to the graph of the gradient of `cost` with respect to a variable. */
export declare function viewGradient(cost: Tensor, wrt: Tensor): void;

/** A link to the kernels that a function was compiled to. */
export declare function viewKernels(f: Fn<Outputs>): void;

/** A link to the times of a function's kernels. */
export declare function viewTimeline(f: Fn<Outputs>): void;

/** What a cell may print to. */
export type CellConsole = {
  readonly [Method in 'log' | 'info' | 'debug' | 'warn' | 'error']: (
    ...values: readonly unknown[]
  ) => void;
} & { table(rows: HostInput | readonly object[]): void };

/** Prints below the cell. */
export declare const console: CellConsole;
