/**
 * @file Every error a user can cause. One table: code -> message. A message says what was being done,
 * what was expected, what came, and what to do. docs/errors.md is generated from it, and each row has a test.
 */

/** An expression as errors name it: the user's name or the op, the shape, the place. */
export type Described = string;

export const MESSAGES = {
  // Building expressions.
  inner_extents_differ: (op: string, a: Described, b: Described) =>
    `${op}: the inner extents differ: ${a} and ${b}. The last extent of the left must equal the first of the right.`,
  shapes_differ: (op: string, a: Described, b: Described) =>
    `${op}: the shapes do not match: ${a} and ${b}. Extents must be equal, or 1 when the graph is built. Use reshape, or broadcastTo.`,
  runtime_one: (op: string, a: Described, axis: number, extent: number) =>
    `${op}: axis ${axis} of ${a} has extent 1 at this call, and ${extent} was needed. Only an extent that is 1 when the graph is built broadcasts: declare it so, with T.row, T.col, T.tensor(dtype, [1, null]), shared(value, name, { broadcast: [${axis}] }) or expandDims.`,
  rank_wrong: (op: string, expected: string, got: Described) =>
    `${op}: expected ${expected}, but got ${got}. Use reshape, expandDims or dimshuffle to change the rank.`,
  dtype_wrong: (op: string, expected: string, got: Described) =>
    `${op}: expected ${expected}, but got ${got}. Use T.cast to change the dtype.`,
  dtypes_differ: (op: string, a: Described, b: Described) =>
    `${op}: ${a} and ${b} have no common dtype. Cast one of them with T.cast.`,
  axis_out_of_range: (op: string, axis: string, rank: number, of: Described) =>
    rank === 0
      ? `${op}: ${of} is a scalar and has no axis ${axis}. Leave the axis out.`
      : `${op}: axis ${axis} is not one of the ${rank} axes of ${of}. Axes run from ${-rank} to ${rank - 1}.`,
  axis_repeated: (op: string, axes: string, of: Described) =>
    `${op}: ${axes} names an axis of ${of} twice. Name each axis once; -1 is the last.`,
  dimshuffle_drops: (axis: number, of: Described) =>
    `dimshuffle: axis ${axis} of ${of} is left out, and its extent is not known to be 1. Keep it, or sum over it.`,
  reshape_impossible: (from: Described, to: string) =>
    `reshape: ${from} cannot take the shape ${to}. The number of elements must stay the same, and at most one extent may be -1.`,
  arguments_wrong: (op: string, expected: string, got: string) =>
    `${op}: expected ${expected}, but got ${got}. Change that argument.`,
  not_a_tensor: (op: string, got: string) =>
    `${op}: expected a tensor, a number or a nested array of numbers, but got ${got}. Make variables with T.scalar, T.vector, T.matrix or shared, and constants with T.constant.`,
  not_a_value: (what: string, got: string) =>
    `${what}: expected a value (a number, a nested array, a typed array or an NDArray), but got ${got}. An expression has no value before a compiled function computes it.`,
  ragged_array: (what: string, place: string) =>
    `${what}: expected a nested array with rows of equal length, but ${place}. Make all rows equally long.`,
  fraction_for_integer: (what: string, value: string, dtype: string) =>
    `${what}: expected whole numbers for dtype ${dtype}, but got ${value}. Round it, or use a float dtype.`,
  lossy_conversion: (what: string, from: string, to: string) =>
    `${what}: a value of dtype ${from} does not convert to ${to} without loss. Convert it first, as Float32Array.from does, or pass { allowDowncast: true } to compile.`,
  index_out_of_range: (index: number, extent: number, axis: number, of: Described) =>
    `at: index ${index} is out of range for axis ${axis} of ${of}, whose extent is ${extent}. ${extent === 0 ? 'It has no elements to index.' : `Use an index from ${-extent} to ${extent - 1}.`}`,
  too_many_indices: (count: number, of: Described) =>
    `at: ${count} indices were given for ${of}. Give at most one for each axis.`,
  slice_step_zero: (of: Described) =>
    `at: the step of a slice of ${of} is 0. Use a positive or a negative step.`,
  slice_text: (text: string) =>
    `at: expected a slice such as '1:5', ':', '::2' or '...', but got '${text}'. Write T.slice(start, stop, step) for symbolic bounds.`,
  tensor_as_condition: (of: Described) =>
    `A tensor has no truth value: ${of} stands where JavaScript needs true or false. Use T.where or ifelse, and T.and, T.or for conditions.`,
  empty_reduction: (op: string, of: Described) =>
    `${op}: the reduced axes of ${of} hold no element, and ${op} of nothing has no value. Give it at least one element.`,
  constant_too_large: (bytes: number, bytesMax: number) =>
    `T.constant: at most ${bytesMax} bytes of constants may be part of a graph, but ${bytes} were given. Put large values into shared variables, or make them inputs.`,

  // Derivatives.
  cost_not_scalar: (got: Described) =>
    `grad: expected a scalar cost, but got ${got}. Reduce it with sum or mean, or use jacobian.`,
  cost_not_float: (got: Described) =>
    `grad: expected a float cost, but got ${got}. Cast it with T.cast.`,
  disconnected: (cost: Described, wrt: Described) =>
    `grad: ${cost} does not depend on ${wrt} in a differentiable way. Remove it from wrt, or pass { disconnected: 'ignore' } to get zeros.`,
  no_derivative: (op: string, because: string, at: Described) =>
    `${op} has no derivative because ${because}: ${at}. Wrap it in disconnectedGrad if the gradient must not flow there.`,
  tangent_wrong: (operator: string, expected: Described, got: Described) =>
    `${operator}: expected a vector of the type of ${expected}, but got ${got}. It needs the same shape, and the dtype of a derivative, which is a float.`,

  // Functions.
  unused_input: (fn: string, input: Described) =>
    `compile ${fn}: no output and no update depends on the input ${input}. Remove it, or pass { onUnusedInput: 'ignore' }.`,
  missing_input: (fn: string, input: Described) =>
    `compile ${fn}: the outputs depend on ${input}, which is not among the inputs. Add it to the inputs, or give it a value with givens.`,
  input_repeated: (fn: string, input: Described) =>
    `compile ${fn}: the input ${input} is given twice. Name each input once.`,
  input_not_variable: (fn: string, got: Described) =>
    `compile ${fn}: expected inputs made by T.scalar, T.vector, T.matrix or T.tensor, but got ${got}. A shared variable is no input; to compute with another value in its place, use givens.`,
  update_not_shared: (fn: string, got: Described) =>
    `compile ${fn}: an update must change a shared variable, but got ${got}. Write updates: [[W, newValue]] with W made by shared.`,
  update_repeated: (fn: string, variable: Described) =>
    `compile ${fn}: ${variable} has two updates. Combine them into one expression.`,
  update_type: (fn: string, variable: Described, value: Described) =>
    `compile ${fn}: the update of ${variable} has another type: ${value}. Cast or reshape it to the variable's dtype and rank.`,
  given_type: (fn: string, variable: Described, value: Described) =>
    `compile ${fn}: the given for ${variable} has another type: ${value}. Cast or reshape it to the variable's dtype and rank.`,
  call_arity: (fn: string, expected: number, got: number, names: string) =>
    `${fn}: expected ${expected} argument${expected === 1 ? '' : 's'} (${names}), but got ${got}. Give one value for each input.`,
  call_rank: (fn: string, input: Described, got: string) =>
    `${fn}: expected a value for ${input}, but got one of shape ${got}. Reshape it, or declare the input with that rank.`,
  call_extent: (fn: string, input: Described, got: string) =>
    `${fn}: expected a value for ${input}, but got one of shape ${got}. The extents that are numbers must be equal.`,
  function_freed: (fn: string) => `${fn}: the function was freed. Compile it again.`,
  run_count: (fn: string, got: string) =>
    `${fn}.run: expected a whole number of calls of at least 1, but got ${got}.`,
  mode_unknown: (got: string, known: string) =>
    `compile: the mode names '${got}', which is no pass, tag or rule. The passes and tags are ${known}; rules have the names that the steps show.`,
  collect_extents: (fn: string, first: string, later: string) =>
    `${fn}.run: collect stacks outputs of one shape, but one has shape ${first} in one call and ${later} in the next. Give the outputs equal shapes, or call the function in a loop.`,
  set_type: (variable: Described, got: string) =>
    `set: expected a value for ${variable}, but got ${got}. Keep the dtype and the rank, and the extents that are fixed.`,

  // Devices.
  no_adapter: (device: string, because: string) =>
    `${device}: no adapter was found: ${because}. Use setDevice('wasm'), or a browser with WebGPU.`,
  device_unknown: (what: string, got: string, known: string) =>
    `${what}: expected a device among ${known}, but got '${got}'. \`await devices()\` lists those that work here.`,
  dtype_unsupported: (dtype: string, device: string, at: Described) =>
    `${device} has no ${dtype}, and ${at} needs it. Use float32, or compile with { device: 'reference' }.`,
  device_lost: (device: string, because: string) =>
    `${device}: the device was lost while it was working (${because}). Values that lived only there are gone; call again to use a new device.`,
  too_large: (what: Described, bytes: number, bytesMax: number, device: string) =>
    `${what} needs ${bytes} bytes, and ${device} allows ${bytesMax} in one buffer. Use smaller batches.`,
  shared_full: (name: string, bytes: number, held: number, bytesMax: number) =>
    `shared ${name || 'variable'}: a value of ${bytes} bytes does not fit: shared variables hold ${held} of the ${bytesMax} bytes that they may. Run the cells that made others again, or Restart, to let go of them.`,
  out_of_memory: (device: string, bytes: number) =>
    `${device}: no memory is left for ${bytes} more bytes. Free functions and results that are no longer needed, or use smaller batches.`,

  // Graph messages from a realm that is not trusted.
  message_malformed: (where: string, expected: string) =>
    `A message to the engine was refused: ${where}: expected ${expected}.`,
  graph_too_large: (what: string, count: number, countMax: number) =>
    `The graph has ${count} ${what}; at most ${countMax} are allowed. Use fewer operations, or a loop by scan.`,

  // Files and data.
  dataset_unknown: (got: string, known: string) =>
    `dataset: expected one of ${known}, but got '${got}'.`,
  stopped: (what: string) =>
    `${what}: the cell that called was stopped before the call began. Run the cell again; shared variables have the values of the last call that ended.`,
  dataset_missing: (name: string, because: string) =>
    `dataset: the files of '${name}' could not be read (${because}). In a clone, run \`npm run build\` once to pack them.`,
} as const;

export type ErrorCode = keyof typeof MESSAGES;

/** A mistake in the user's program. Anything else that throws is a defect of the engine. */
export class ArignoteError extends Error {
  override readonly name = 'ArignoteError';
  readonly code: ErrorCode;

  private constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  /** The error with this code, its message filled in. */
  static of<C extends ErrorCode>(
    code: C,
    ...args: Parameters<(typeof MESSAGES)[C]>
  ): ArignoteError {
    const message = MESSAGES[code] as (...a: Parameters<(typeof MESSAGES)[C]>) => string;
    return new ArignoteError(code, message(...args));
  }

  /** The error that another realm threw, its message as it was filled in there. */
  static rebuilt(code: ErrorCode, message: string): ArignoteError {
    return new ArignoteError(code, message);
  }
}

/** Throw a user's error. */
export function fail<C extends ErrorCode>(
  code: C,
  ...args: Parameters<(typeof MESSAGES)[C]>
): never {
  throw ArignoteError.of(code, ...args);
}

/** Throw when an invariant of ours is broken. Never used for a user's mistake. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`engine defect: ${message}`);
}
