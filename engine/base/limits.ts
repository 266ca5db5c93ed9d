/** @file Every bound of the engine, with its reason, and the tolerance of each dtype. */

/** Nodes of one graph. A cell's program can make a million nodes in a second; the compiler must refuse in milliseconds. */
export const NODES_MAX = 100_000;

/** Bytes of all constants of one graph. More belongs into a shared variable, which lives on the device. */
export const CONSTANT_BYTES_MAX = 16 << 20;

/** Axes of one tensor: loop nests and index texts grow with it. */
export const RANK_MAX = 8;

/** Elements of one tensor: indices are int32 on every device. */
export const ELEMENTS_MAX = 2 ** 31 - 1;

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
