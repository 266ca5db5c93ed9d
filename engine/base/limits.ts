/** @file Every bound of the engine, with its reason, and the tolerance of each dtype. */

/** Nodes of one graph. A cell's program can make a million nodes in a second; the compiler must refuse in milliseconds. */
export const NODES_MAX = 100_000;

/** Nodes of a graph that a cell shows: the page is given all of them, and no more could be read. */
export const INSPECTED_NODES_MAX = 20_000;

/** Inputs, positions and params of a graph message, all nodes together: a message may share one long list between all of them. */
export const ENTRIES_MAX = 2_000_000;

/** Levels of operations inside operations. Each is a level of recursion, and of expansion. */
export const NESTING_MAX = 100;

/** Nodes that the operations inside operations stand for: they double with each level. */
export const EXPANDED_NODES_MAX = 4 * NODES_MAX;

/** Graphs inside one node: a loop has one, a condition two. */
export const INNER_MAX = 2;

/** Levels of arrays and objects in the params of a node. */
export const PARAM_DEPTH_MAX = 4;

/** Places of one node that a message holds: a number such as 1 may stand on every line of a program. */
export const POSITIONS_MAX = 32;

/** Bytes of all constants of one graph. More belongs into a shared variable, which lives on the device. */
export const CONSTANT_BYTES_MAX = 16 << 20;

/** Axes of one tensor: loop nests and index texts grow with it. */
export const RANK_MAX = 8;

/** Bytes of all shared variables: a browser's tab has about 4 GB, and values stand on the device, too. */
export const SHARED_BYTES_MAX = 2 ** 31;

/** Elements of one tensor: indices are int32 on every device. */
export const ELEMENTS_MAX = 2 ** 31 - 1;

/** Elements of a value in the interpreter, which computes them one by one. */
export const INTERPRETED_ELEMENTS_MAX = 2 ** 27;

/** Rule applications on one graph, for each of its nodes. Two rules that undo each other would never end. */
export const STEPS_PER_NODE_MAX = 64;

/** Storage buffers of one kernel. WebGPU promises no more than 8 a stage. */
export const STORAGE_BUFFERS_MAX = 8;

/** Compiled plans that a function keeps, one for each signature of extents. */
export const PLANS_MAX = 32;

/** Calls encoded into one command buffer by `run(n)`: long enough to amortize the submit, short enough to stop. */
export const CALLS_PER_SUBMIT_MAX = 64;

/** Profile events that a function keeps: the latest ones. */
export const PROFILE_EVENTS_MAX = 4096;

/** Characters of a name in a graph message. */
export const NAME_LENGTH_MAX = 200;

/** Alignment of a value in the arena, bytes: WebGPU's default `minStorageBufferOffsetAlignment`. */
export const ARENA_ALIGNMENT = 256;

/** How far two devices may differ, as `|a - b| <= absolute + relative * |b|`. */
export type Tolerance = { readonly relative: number; readonly absolute: number };

/** Agreement asked of each dtype against the float64 reference. float32 leaves room for sums in another order. */
export const TOLERANCE = {
  float32: { relative: 2e-5, absolute: 2e-6 },
  float64: { relative: 1e-9, absolute: 1e-10 },
  int32: { relative: 0, absolute: 0 },
} as const satisfies Record<string, Tolerance>;
