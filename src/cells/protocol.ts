/**
 * @file Every message between the page and a cell realm, by way of the gate. The page's side is our own; the realm's side
 * is read by `readRealmMessage`, which assumes that the realm's runtime was replaced. Only the gate calls it: the page
 * never reads a message that a realm wrote.
 */
import type { ColumnTable } from './columns.ts';
import type { CellError, ControlValue, CurvePoint, NameSummary, Output } from './outputs.ts';
import { openShape, outputId, readCellError, readOutput, readPoints } from './read-output.ts';
import { check, fieldsOf, integer, list, oneOf, orNull, text } from './read-values.ts';

/** Values of the notebook's inputs by their names. */
export type ControlValues = Readonly<Record<string, ControlValue>>;

/** What the realm needs to run a cell. */
export type RunMessage = {
  readonly kind: 'run';
  /** Larger than that of every earlier run of this realm. */
  readonly run: number;
  readonly cell: string;
  readonly script: string;
  /** Names that the script takes after `$`, in order. */
  readonly parameters: readonly string[];
  /** Names that the cell gives to others. */
  readonly declared: readonly string[];
  readonly columns: ColumnTable;
  /** Shared variables attach to the values that are there. */
  readonly keepOld: boolean;
  readonly controls: ControlValues;
};

export type PageToRealm =
  | RunMessage
  | { readonly kind: 'stop'; readonly run: number }
  | { readonly kind: 'control'; readonly name: string; readonly value: ControlValue };

export type GateToRealm = PageToRealm | { readonly kind: 'ping' };

/** What a realm says of a run. */
export type RunReport =
  /** A new output; or, where its id was shown before, what stands there now. */
  | { readonly kind: 'display'; readonly run: number; readonly output: Output }
  /** Points that are added to a curve. */
  | {
      readonly kind: 'points';
      readonly run: number;
      readonly id: string;
      readonly points: readonly CurvePoint[];
    }
  | { readonly kind: 'done'; readonly run: number; readonly names: readonly NameSummary[] }
  | { readonly kind: 'failed'; readonly run: number; readonly error: CellError }
  | { readonly kind: 'stopped'; readonly run: number };

export type RealmToGate = { readonly kind: 'ready' } | { readonly kind: 'pong' } | RunReport;

/** They travel in batches. */
export type GateToPage =
  | { readonly kind: 'ready' }
  | RunReport
  /** Four times a second; `silentMs`: how long the realm has not answered. */
  | { readonly kind: 'pulse'; readonly silentMs: number }
  /** The realm broke the protocol and is unheard from now on. */
  | { readonly kind: 'violation'; readonly why: string };

/** Bounds of what is no output; those of outputs stand in `read-output.ts`. */
export const MESSAGE_LIMITS = {
  /** Messages that a realm may send at once, and how many more each second. */
  burst: 20_000,
  perSecond: 200,
  names: 1000,
  nameLength: 200,
} as const;

const NAME_KINDS: readonly NameSummary['kind'][] = [
  'input',
  'shared',
  'tensor',
  'function',
  'array',
  'result',
  'other',
];

/** Longest text of a value in the list of names. */
export const NAME_TEXT_MAX = 80;

function readName(value: unknown): NameSummary {
  const fields = fieldsOf(value);
  return {
    name: text(fields['name'], MESSAGE_LIMITS.nameLength, 'name'),
    kind: oneOf(fields['kind'], NAME_KINDS, 'kind of name'),
    dtype: orNull(fields['dtype'], (dtype) => text(dtype, MESSAGE_LIMITS.nameLength, 'dtype')),
    shape: orNull(fields['shape'], openShape),
    text: text(fields['text'], NAME_TEXT_MAX, 'text of a name'),
  };
}

/** What the gate makes of a realm's message: a copy of the fields that are known. @throws ProtocolError */
export function readRealmMessage(data: unknown): RealmToGate {
  const fields = fieldsOf(data);
  const { kind } = fields;
  if (kind === 'ready' || kind === 'pong') return { kind };
  const known = ['display', 'points', 'done', 'failed', 'stopped'] as const;
  check((known as readonly unknown[]).includes(kind), 'an unknown kind of message');
  const run = integer(fields['run'], Number.MAX_SAFE_INTEGER, 'run');
  switch (kind as RunReport['kind']) {
    case 'display':
      return { kind: 'display', run, output: readOutput(fields['output']) };
    case 'points':
      return {
        kind: 'points',
        run,
        id: outputId(fields['id']),
        points: readPoints(fields['points']),
      };
    case 'done': {
      const names = list(fields['names'], MESSAGE_LIMITS.names, 'names').map(readName);
      return { kind: 'done', run, names };
    }
    case 'failed':
      return { kind: 'failed', run, error: readCellError(fields['error']) };
    case 'stopped':
      return { kind: 'stopped', run };
  }
}
