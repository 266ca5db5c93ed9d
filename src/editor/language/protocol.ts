/** @file What the page asks the worker that knows types, and what it answers. Offsets are in UTF-16 units of a cell's source. */

/** A code cell. */
export type CellText = { readonly id: string; readonly source: string };

/** A mistake that the compiler finds. */
export type CellProblem = {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly severity: 'error' | 'warning';
};

/** A name that may stand at a place. `kind` is TypeScript's: const, function, method and so on. */
export type Completion = {
  readonly name: string;
  readonly kind: string;
  readonly sortText: string;
};

/** What is known of a name: its type as code, and what its comment says. */
export type Explanation = { readonly code: string; readonly text: string };

/** An explanation of what stands from `start` to `end`. */
export type Hover = Explanation & { readonly start: number; readonly end: number };

/** How a function may be called. Parameters are parts of the label. */
export type Signature = {
  readonly label: string;
  readonly text: string;
  readonly parameters: readonly {
    readonly start: number;
    readonly end: number;
    readonly text: string;
  }[];
};
export type Signatures = {
  readonly signatures: readonly Signature[];
  readonly active: number;
  readonly argument: number;
};

/** A place in a cell. */
type At = { readonly cell: string; readonly offset: number };

/** What can be asked, with its answer. */
export type Questions = {
  readonly problems: {
    readonly asked: object;
    /** By cell; cells without problems are left out. */
    readonly answer: { readonly [cell: string]: readonly CellProblem[] };
  };
  readonly completions: { readonly asked: At; readonly answer: readonly Completion[] };
  readonly explain: {
    readonly asked: At & { readonly name: string };
    readonly answer: Explanation | null;
  };
  readonly hover: { readonly asked: At; readonly answer: Hover | null };
  readonly signatures: { readonly asked: At; readonly answer: Signatures | null };
};
export type QuestionName = keyof Questions;

/** To the worker. `cells` is there when cells have changed since the last question. */
export type Question = {
  [Name in QuestionName]: {
    readonly number: number;
    readonly name: Name;
    readonly asked: Questions[Name]['asked'];
    readonly cells: readonly CellText[] | null;
  };
}[QuestionName];

/** From the worker. */
export type Answer = {
  readonly number: number;
  readonly answer: unknown;
  /** Where the compiler failed. */
  readonly failure: string | null;
};
