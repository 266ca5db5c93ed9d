/**
 * @file What the front end asks of an engine, as plain data. An engine is in this realm (`worker/in-process.ts`) or behind
 * ports; the front end cannot tell. Calls return at once: an engine does what it is asked in order.
 */
import type { TypedArray } from '../ir/constant-data.ts';
import type { Position } from '../ir/graph.ts';
import type { GraphMessage, PlainParams } from '../ir/serialize.ts';
import type { DType, TensorType } from '../ir/types.ts';

/** A value on the host. */
export type HostArray = {
  readonly kind?: 'array';
  readonly data: TypedArray;
  readonly shape: readonly number[];
  readonly dtype: DType;
};

export const DEVICE_NAMES = ['webgpu', 'wasm', 'reference'] as const;
export type DeviceName = (typeof DEVICE_NAMES)[number];

/**
 * A part of a value that the engine holds, such as rows of a data set: along each axis of the whole where it begins, how many
 * it takes, and how far apart; then the axes, of extent 1, that it drops.
 */
export type HandlePart = {
  readonly kind: 'part';
  readonly id: number;
  readonly starts: readonly number[];
  readonly counts: readonly number[];
  readonly steps: readonly number[];
  readonly dropped: readonly number[];
};

/** By what a shared variable is known again when its cell is traced anew: attach to the value that is there, or begin anew. */
type SharedKey = {
  readonly cell: string;
  /** Which of the variables of that name in the cell. */
  readonly ordinal: number;
  readonly attach: boolean;
};

export type SharedDefinition = {
  readonly id: number;
  readonly name: string;
  readonly dtype: DType;
  readonly value: HostArray | HandlePart;
  /** `null` outside cells. */
  readonly key: SharedKey | null;
};

/** Which passes, tags and rules run. */
export type ModeMessage = {
  readonly base: 'fast' | 'fastCompile';
  readonly include: readonly string[];
  readonly exclude: readonly string[];
};

export type CompileRequest = {
  readonly name: string;
  readonly graph: GraphMessage;
  /** The id of each shared variable that the graph holds, by the position of its node. */
  readonly shared: readonly (readonly [node: number, id: number])[];
  readonly mode: ModeMessage;
  /** `null`: the device that is set. */
  readonly device: DeviceName | null;
  readonly profile: boolean;
  readonly sync: boolean;
  readonly keepBuffers: boolean;
  /** Where `compile` was called. */
  readonly place: Position | null;
};

/** A graph to be shown: `outputs` is the expression, or the cost and its gradient. */
export type InspectRequest = {
  readonly id: string;
  readonly kind: 'graph' | 'gradient';
  readonly title: string;
  readonly cell: string;
  readonly place: Position | null;
  readonly graph: GraphMessage;
};

/** An input of a call: a value, or a result that stays on its device. */
export type CallInput =
  | { readonly kind: 'host'; readonly value: HostArray }
  | { readonly kind: 'part'; readonly part: HandlePart }
  | { readonly kind: 'result'; readonly id: number };

export type CallRequest = {
  readonly inputs: readonly CallInput[];
  /** How many calls, and whether the outputs of all are kept. */
  readonly count: number;
  readonly collect: boolean;
};

/** A call under way: its results have ids before they have values. */
export type CallTicket = {
  readonly results: readonly number[];
  /** Settles when the call is submitted; rejects with the user's error. */
  readonly done: Promise<void>;
};

// What the engine knows of a function.

/** What a node is to a reader. `view` reads its first input at other indices; `extent` is an integer of the host. */
export type NodeKind =
  | 'input'
  | 'shared'
  | 'constant'
  | 'elementwise'
  | 'reduction'
  | 'contraction'
  | 'view'
  | 'index'
  | 'extent'
  | 'operation';

export type GraphNode = {
  readonly id: number;
  readonly op: string;
  readonly kind: NodeKind;
  /** Mathematics of this node alone: an operand stands as its name, or as its operation with its id as index. */
  readonly latex: string;
  readonly params: PlainParams;
  readonly inputs: readonly number[];
  /** Several for a node with several outputs. */
  readonly type: TensorType | readonly TensorType[];
  readonly name?: string;
  readonly positions: readonly Position[];
  /** One graph for a user's operation. */
  readonly inner?: readonly GraphView[];
};
export type GraphView = {
  /** Topological order, leaves included. */
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly updates: readonly (readonly [variable: number, value: number])[];
};
export type StepView = {
  readonly rule: string;
  readonly stage: string;
  /** Ids in the list of every node that ever stood. */
  readonly before: number;
  readonly after: number;
  readonly microseconds: number;
};
export type GraphReport = {
  readonly traced: GraphView;
  readonly optimized: GraphView;
  readonly steps: readonly StepView[];
  /** The first step of those that the extents of the latest call made possible. */
  readonly boundFrom: number;
  /** Every node that ever stood; those of `traced` come first, under the same ids. */
  readonly stepNodes: readonly GraphNode[];
  /** The id in `stepNodes` of each node of `optimized`. */
  readonly optimizedIds: readonly number[];
  /** How often a rule was held against a node. */
  readonly attempts: number;
};
export type KernelReport = {
  readonly name: string;
  readonly device: DeviceName;
  readonly text: string;
  readonly buffers: readonly {
    readonly name: string;
    readonly access: 'read' | 'write' | 'readWrite';
    readonly dtype: DType;
    readonly shape: readonly number[];
  }[];
  /** Ids in `graph.optimized`. */
  readonly nodes: readonly number[];
  readonly sourceMap: readonly { readonly line: number; readonly nodes: readonly number[] }[];
  readonly boundary: string;
};
export type MemoryReport = {
  readonly plan: readonly {
    readonly node: number;
    readonly offset: number;
    readonly bytes: number;
    readonly from: number;
    readonly to: number;
  }[];
  readonly peakBytes: number;
  readonly peakBytesWithoutReuse: number;
};
export type ProfileEvent = {
  readonly kernel: string;
  readonly call: number;
  /** Microseconds since the first kernel of its submit. */
  readonly start: number;
  readonly microseconds: number;
  readonly origin: 'measured' | 'repeated' | 'wallClock' | 'estimated';
  /** How coarse the clock is, microseconds. */
  readonly error: number;
};

export type EngineFunction = {
  readonly id: number;
  /** Settles when the graph is optimized; rejects with the user's error. */
  readonly ready: Promise<void>;
  call(request: CallRequest): CallTicket;
  graph(): Promise<GraphReport>;
  kernels(): Promise<readonly KernelReport[]>;
  memory(): Promise<MemoryReport>;
  profile(): Promise<readonly ProfileEvent[]>;
  free(): void;
};

export type Connection = {
  defineShared(definition: SharedDefinition): void;
  readShared(id: number): Promise<HostArray>;
  writeShared(id: number, value: HostArray | HandlePart): void;
  compile(request: CompileRequest): EngineFunction;
  readResult(id: number): Promise<HostArray>;
  freeResult(id: number): void;
  /** The elements that a handle names. */
  readPart(part: HandlePart): Promise<HostArray>;
  /** Values that nobody can reach any more. */
  freeShared(id: number): void;
  devices(): Promise<readonly DeviceName[]>;
  setDevice(name: DeviceName): void;
};
