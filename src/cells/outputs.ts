/**
 * @file What a cell shows: typed plain data, never HTML. The realm makes it, the gate reads it (`protocol.ts`), `src/output`
 * draws it. An output with an `id` may change while its cell runs; the id is unique in the run.
 */

/** How a host array is drawn. `images`: rows of pixels as a grid of pictures. */
export type ArrayView = 'text' | 'table' | 'image' | 'images' | 'heatmap' | 'histogram';

/** A plot for plotly: allowed kinds of traces and attributes only (`plot-spec.ts`). */
export type PlotSpec = {
  readonly traces: readonly Readonly<Record<string, unknown>>[];
  readonly layout: Readonly<Record<string, unknown>>;
};

export type CurvePoint = { readonly step: number; readonly values: readonly (number | null)[] };

/** An input that a person sets. Its value is kept by name with the notebook. */
export type Control =
  | {
      readonly type: 'slider';
      readonly min: number;
      readonly max: number;
      readonly step: number;
      readonly scale: 'linear' | 'log';
      readonly value: number;
    }
  | { readonly type: 'select'; readonly options: readonly string[]; readonly value: string }
  | { readonly type: 'checkbox'; readonly value: boolean }
  | { readonly type: 'button'; readonly value: number };

export type ControlValue = number | string | boolean;

export type Output =
  /** Text of console.log and of values that have no better form. */
  | { readonly kind: 'text'; readonly text: string; readonly tone: 'plain' | 'warning' | 'error' }
  /** The last expression of a cell, or `show` of a symbolic tensor: `cost : float32 []`. */
  | {
      readonly kind: 'tensor';
      readonly name: string | null;
      readonly dtype: string;
      readonly shape: readonly (number | null)[];
      /** What can be opened for it: an id of an inspected graph, or `null`. */
      readonly graph: string | null;
    }
  | {
      readonly kind: 'array';
      readonly view: ArrayView;
      readonly label: string | null;
      readonly dtype: string;
      readonly shape: readonly number[];
      /** Row-major; all of it, or for large arrays the part that is shown. */
      readonly data: Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;
      /** The shape of what `data` is a part of, where it is a part. */
      readonly whole: readonly number[] | null;
      readonly columns: number | null;
      /** A caption for each picture of `images`. */
      readonly captions: readonly string[] | null;
    }
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly (string | number | boolean | null)[])[];
      readonly rowCount: number;
    }
  | { readonly kind: 'plot'; readonly id: string; readonly spec: PlotSpec }
  /** Grows while the cell runs: messages add points (`CurveChange`). */
  | {
      readonly kind: 'curve';
      readonly id: string;
      readonly name: string;
      readonly series: readonly string[];
      readonly points: readonly CurvePoint[];
    }
  | {
      readonly kind: 'progress';
      readonly id: string;
      readonly label: string;
      readonly done: number;
      /** `null` where nobody knows the end. */
      readonly total: number | null;
    }
  /** Something to know that is no failure, such as a value that turned NaN. */
  | { readonly kind: 'notice'; readonly error: CellError }
  | { readonly kind: 'latex'; readonly tex: string }
  /** Text of md`...`: markdown with formulas; HTML in it is text. */
  | { readonly kind: 'markdown'; readonly text: string }
  | {
      readonly kind: 'control';
      /** Its key among the notebook's values: the variable it is assigned to or its label. */
      readonly name: string;
      readonly label: string;
      readonly control: Control;
    }
  /** A link to a panel: `viewKernels(f)` and its kind. `target`: a function or an inspected graph. */
  | {
      readonly kind: 'panel';
      readonly panel: 'graph' | 'passes' | 'gradient' | 'kernels' | 'timeline';
      readonly target: string;
      readonly title: string;
    };

/** Where an error points: a cell's id and a place in its text. */
type ErrorPlace = {
  readonly cell: string;
  readonly line: number | null;
  readonly column: number | null;
};

/** Why a run failed. */
export type CellError = ErrorPlace & {
  /** The engine's code, or the name of a JavaScript error. */
  readonly code: string;
  /** Cells stand in it by their ids: `h [60, 500] (k3xw5..., line 4)`; the page writes "cell 3". */
  readonly message: string;
};

/** What a name of a cell holds after a run, for the index of variables and for hints. */
export type NameSummary = {
  readonly name: string;
  readonly kind: 'input' | 'shared' | 'tensor' | 'function' | 'array' | 'result' | 'other';
  readonly dtype: string | null;
  readonly shape: readonly (number | null)[] | null;
  /** A short text of the value, at most 80 characters. */
  readonly text: string;
};
