/**
 * @file Every message between the page, the compiler worker, the device worker and a cell realm, but for what cells show
 * (`src/cells/protocol.ts`). The page imports this file of the engine and no other. What a realm sends is read by
 * `read-requests.ts`, which trusts nothing; the page's and the workers' messages to each other are our own.
 */
import type {
  DeviceName,
  GraphNode,
  GraphReport,
  GraphView,
  KernelReport,
  MemoryReport,
  NodeKind,
  ProfileEvent,
  StepView,
} from '../frontend/connection.ts';

export type {
  DeviceName,
  GraphNode,
  GraphReport,
  GraphView,
  KernelReport,
  MemoryReport,
  NodeKind,
  ProfileEvent,
  StepView,
};

// What the page is told. All of it is drawn as it comes.

/** A device, as the status bar says it. */
export type DeviceFacts = {
  readonly name: DeviceName;
  /** The adapter's own words, such as "apple metal-3"; empty where it has none. */
  readonly adapter: string;
  /** A GPU that is computed on the CPU. */
  readonly isSoftware: boolean;
  readonly hasTimestamps: boolean;
  /** Threads of WASM; 1 on other devices. */
  readonly threads: number;
};

/** A function of a cell, when stage 3 is done: what lists of functions show. */
export type FunctionSummary = {
  /** Unique in the page's life. */
  readonly fn: string;
  readonly name: string;
  /** Where `compile` was called: the cell's id and the line. */
  readonly cell: string;
  readonly line: number | null;
  readonly tracedCount: number;
  readonly optimizedCount: number;
  readonly stepCount: number;
  readonly milliseconds: number;
};

/** A graph that a cell asked to see (`viewGraph`, `viewGradient`) or that `grad` built. */
export type InspectedGraph = {
  readonly id: string;
  readonly cell: string;
  readonly line: number | null;
  readonly kind: 'graph' | 'gradient';
  /** "cost", or "cost with respect to W". */
  readonly title: string;
  readonly view: GraphView;
  /** Nodes of `view` that compute the derivative and not the cost; empty for a plain graph. */
  readonly adjoint: readonly number[];
  /** The root as mathematics: the formula, and shared terms that it names. */
  readonly formula: string;
  readonly where: readonly { readonly name: string; readonly formula: string }[];
};

/** A shared variable that has a value. */
export type VariableSummary = {
  readonly name: string;
  readonly cell: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
  /** The value of a scalar that the host knows. */
  readonly value: number | null;
};

/** What a cell did with shared variables, by `cell/name/ordinal`. */
export type AccessReport = {
  readonly cell: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
};

/** A length of time on one lane of the timeline. */
export type TimelineEvent = {
  readonly lane: 'cell' | 'engine' | 'gpu';
  /** What the colour says. */
  readonly stage:
    | 'trace'
    | 'rewrite'
    | 'codegen'
    | 'upload'
    | 'encode'
    | 'submit'
    | 'readback'
    | 'kernel';
  /** The kernel's name, or what was done. */
  readonly name: string;
  /** The function that it belongs to, and which of its calls; `null` where there is none. */
  readonly fn: string | null;
  readonly call: number | null;
  /** The cell that asked for it. */
  readonly cell: string | null;
  /** Microseconds since the page's time origin (`performance.timeOrigin`). */
  readonly start: number;
  readonly microseconds: number;
  readonly origin: ProfileEvent['origin'];
  /** How coarse its clock is, microseconds. */
  readonly error: number;
  /** Bytes moved, where that is what was done. */
  readonly bytes: number | null;
};

/** What a report tells of a function. */
export type ReportKind = 'graph' | 'kernels' | 'memory' | 'profile';
export type ReportOf = {
  readonly graph: GraphReport;
  readonly kernels: readonly KernelReport[];
  readonly memory: MemoryReport;
  readonly profile: readonly ProfileEvent[];
};

/** How the page calls a function of a realm. */
export const functionKey = (realm: number, fn: number): string => `${realm}:${fn}`;

// Page and compiler.

export type PageToCompiler =
  | { readonly kind: 'device'; readonly timeOrigin: number } // with the port to the device worker
  | { readonly kind: 'realm'; readonly realm: number } // with the realm's port
  | { readonly kind: 'drop'; readonly realm: number }
  | { readonly kind: 'ping'; readonly request: number };

export type CompilerToPage =
  | { readonly kind: 'pong'; readonly request: number }
  | { readonly kind: 'violation'; readonly realm: number; readonly why: string }
  | { readonly kind: 'function'; readonly realm: number; readonly summary: FunctionSummary }
  /** Nobody can call it any more: what was known of it is gone. */
  | { readonly kind: 'freed'; readonly fn: string }
  | { readonly kind: 'inspected'; readonly realm: number; readonly graph: InspectedGraph }
  | { readonly kind: 'timeline'; readonly events: readonly TimelineEvent[] };

// Page and device.

export type PageToDevice =
  | { readonly kind: 'compiler' } // with the port to the compiler worker
  | { readonly kind: 'realm'; readonly realm: number } // with the realm's port
  | { readonly kind: 'drop'; readonly realm: number }
  /** A person runs the cell: its shared variables are made anew. */
  | { readonly kind: 'fresh'; readonly cell: string }
  /** Restart: every shared variable is made anew. */
  | { readonly kind: 'forget' }
  | { readonly kind: 'setDevice'; readonly name: DeviceName }
  | { readonly kind: 'facts' }
  /** Where data sets lie, and the page's time origin. */
  | { readonly kind: 'base'; readonly url: string; readonly timeOrigin: number }
  | {
      readonly kind: 'report';
      readonly request: number;
      readonly fn: string;
      readonly what: ReportKind;
    };

export type DeviceToPage =
  | {
      readonly kind: 'facts';
      readonly device: DeviceFacts;
      readonly devices: readonly DeviceName[];
    }
  | { readonly kind: 'violation'; readonly realm: number; readonly why: string }
  | { readonly kind: 'access'; readonly report: AccessReport }
  | { readonly kind: 'variables'; readonly variables: readonly VariableSummary[] }
  | { readonly kind: 'timeline'; readonly events: readonly TimelineEvent[] }
  | { readonly kind: 'lost'; readonly device: DeviceName; readonly why: string }
  | {
      readonly kind: 'download';
      readonly name: string;
      readonly loaded: number;
      readonly total: number;
    }
  | { readonly kind: 'reported'; readonly request: number; readonly value: unknown }
  | { readonly kind: 'refused'; readonly request: number; readonly message: string };
