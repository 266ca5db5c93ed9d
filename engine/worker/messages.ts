/**
 * @file What travels between a cell realm, the compiler worker and the device worker. Messages of a realm are read by
 * `read-requests.ts`; those between the two workers are our own.
 */
import { ArignoteError, type ErrorCode } from '../base/errors.ts';
import type {
  CallRequest,
  CompileRequest,
  HandlePart,
  HostArray,
  InspectRequest,
  SharedDefinition,
} from '../frontend/connection.ts';
import type { GraphMessage } from '../ir/serialize.ts';
import type { FunctionOptions, PlanAnswer, PlanQuery } from './compiler-link.ts';
import type { ReportKind } from './protocol.ts';

/** An error as data. */
export type ErrorMessage = { readonly code: ErrorCode | null; readonly message: string };

export function writeError(error: unknown): ErrorMessage {
  if (error instanceof ArignoteError) return { code: error.code, message: error.message };
  return { code: null, message: error instanceof Error ? error.message : String(error) };
}

export const readError = ({ code, message }: ErrorMessage): Error =>
  code === null ? new Error(message) : ArignoteError.rebuilt(code, message);

// Realm and compiler.

export type RealmToCompiler =
  | {
      readonly kind: 'compile';
      readonly fn: number;
      readonly cell: string;
      readonly request: CompileRequest;
    }
  | { readonly kind: 'inspect'; readonly request: InspectRequest };

export type CompilerToRealm = {
  readonly kind: 'compiled';
  readonly fn: number;
  readonly error: ErrorMessage | null;
};

// Realm and device. Requests made without an `await` between them travel together, in order.

/** The run of a cell that asks. */
export type Asker = { readonly run: number; readonly cell: string };

export type DeviceRequest =
  | { readonly kind: 'define'; readonly definition: SharedDefinition }
  | {
      readonly kind: 'write';
      readonly id: number;
      readonly value: HostArray | HandlePart;
      readonly asker: Asker;
    }
  | {
      readonly kind: 'free';
      readonly results: readonly number[];
      readonly shared: readonly number[];
    }
  | { readonly kind: 'freeFunction'; readonly fn: number }
  | { readonly kind: 'setDevice'; readonly name: string }
  | { readonly kind: 'endRun'; readonly run: number }
  | (Question & { readonly request: number });

/** Requests that have an answer. */
export type Question =
  | {
      readonly kind: 'call';
      readonly fn: number;
      readonly call: CallRequest;
      readonly results: readonly number[];
      readonly asker: Asker;
    }
  | { readonly kind: 'readResult'; readonly id: number }
  | { readonly kind: 'readShared'; readonly id: number; readonly asker: Asker }
  | { readonly kind: 'readPart'; readonly part: HandlePart }
  | { readonly kind: 'dataset'; readonly name: string }
  | { readonly kind: 'report'; readonly fn: number; readonly what: ReportKind }
  | { readonly kind: 'devices' };

/** Answers to several questions. */
export type DeviceAnswers = readonly {
  readonly request: number;
  readonly value?: unknown;
  readonly error?: ErrorMessage;
}[];

// Compiler and device.

export type CompilerToDevice =
  | {
      readonly kind: 'define';
      readonly realm: number;
      readonly fn: number;
      readonly name: string;
      readonly graph: GraphMessage;
      readonly shared: readonly (readonly [node: number, id: number])[];
      readonly options: FunctionOptions;
    }
  | {
      readonly kind: 'refuse';
      readonly realm: number;
      readonly fn: number;
      readonly error: ErrorMessage;
    }
  | {
      readonly kind: 'answer';
      readonly request: number;
      readonly value: PlanAnswer | object;
      readonly error: null;
    }
  | {
      readonly kind: 'answer';
      readonly request: number;
      readonly value: null;
      readonly error: ErrorMessage;
    };

export type DeviceToCompiler =
  | {
      readonly kind: 'defined';
      readonly realm: number;
      readonly fn: number;
      readonly error: ErrorMessage | null;
    }
  | {
      readonly kind: 'plan';
      readonly request: number;
      readonly realm: number;
      readonly query: PlanQuery;
    }
  | {
      readonly kind: 'report';
      readonly request: number;
      readonly realm: number;
      readonly fn: number;
      readonly what: Exclude<ReportKind, 'profile'>;
      readonly plans: readonly number[];
    }
  | { readonly kind: 'free'; readonly realm: number; readonly fn: number };
