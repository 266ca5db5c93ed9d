/**
 * Goal: every mistake in the table of messages is told in words that a newcomer can act on. Method: for each code the user's
 * program that makes it, and the whole message; lines count from the first that the message names.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { compile, dataset, grad, rop, setDevice, shared, T } from '../arignote.ts';
import { ArignoteError, MESSAGES, type ErrorCode } from '../base/errors.ts';
import { OPS_BY_NAME } from '../catalogue/ops.ts';
import { GraphScope } from '../ir/graph.ts';
import { readGraph } from '../ir/serialize.ts';

type Case = { readonly program: () => unknown; readonly message: string };

const reference = { device: 'reference' } as const;

/** What JavaScript lets through and TypeScript does not. */
const untyped = (value: unknown): never => value as never;

/** Codes that only a device can cause: `engine/worker/bad-input.test.ts` has their programs. */
const OF_DEVICES: readonly ErrorCode[] = [
  'no_adapter',
  'device_lost',
  'too_large',
  'out_of_memory',
  'shared_full',
  'dtype_unsupported',
  'stopped',
];

const CASES: { readonly [C in ErrorCode]?: Case } = {
  inner_extents_differ: {
    program: () => {
      const h = shared(T.host.zeros([60, 500]), 'h');
      const W2 = shared(T.host.zeros([400, 10]), 'W2');
      return T.dot(h, W2);
    },
    message:
      'dot: the inner extents differ: h [60, 500] (line 1) and W2 [400, 10] (line 2). The last extent of the left must equal the first of the right.',
  },
  shapes_differ: {
    program: () => {
      const a = T.tensor('float32', [2, 3], 'a');
      const b = T.tensor('float32', [2, 4], 'b');
      return a.add(b);
    },
    message:
      'add: the shapes do not match: a [2, 3] (line 1) and b [2, 4] (line 2). Extents must be equal, or 1 when the graph is built. Use reshape, or broadcastTo.',
  },
  runtime_one: {
    program: () => {
      const x = T.matrix('x');
      const b = T.vector('b');
      const f = compile([x, b], x.add(b), reference);
      return f([[1, 2]], [1]);
    },
    message:
      'add: axis 0 of b [1] (line 1) has extent 1 at this call, and 2 was needed. Only an extent that is 1 when the graph is built broadcasts: declare it so, with T.row, T.col, T.tensor(dtype, [1, null]), shared(value, name, { broadcast: [0] }) or expandDims.',
  },
  rank_wrong: {
    program: () => T.dot(T.tensor3('x'), T.matrix('w')),
    message:
      'dot: expected at most two axes, but got x [?, ?, ?] (line 1). Use reshape, expandDims or dimshuffle to change the rank.',
  },
  dtype_wrong: {
    program: () => T.vector('x').at(T.vector('i')),
    message:
      'at: expected integer indices, but got i float32 [?] (line 1). Use T.cast to change the dtype.',
  },
  dtypes_differ: {
    program: () => T.ivector('i').add(T.tensor('uint32', [null], 'u')),
    message:
      'add: i int32 [?] (line 1) and u uint32 [?] (line 1) have no common dtype. Cast one of them with T.cast.',
  },
  axis_out_of_range: {
    program: () => T.matrix('x').sum({ axis: 2 }),
    message: 'sum: axis 2 is not one of the 2 axes of x [?, ?] (line 1). Axes run from -2 to 1.',
  },
  axis_repeated: {
    program: () => T.matrix('x').sum({ axis: [0, -2] }),
    message:
      'sum: [0, -2] names an axis of x [?, ?] (line 1) twice. Name each axis once; -1 is the last.',
  },
  dimshuffle_drops: {
    program: () => T.matrix('x').dimshuffle([1]),
    message:
      'dimshuffle: axis 0 of x [?, ?] (line 1) is left out, and its extent is not known to be 1. Keep it, or sum over it.',
  },
  reshape_impossible: {
    program: () => T.tensor('float32', [2, 3], 'x').reshape([4, -1]),
    message:
      'reshape: x [2, 3] (line 1) cannot take the shape [4, -1]. The number of elements must stay the same, and at most one extent may be -1.',
  },
  arguments_wrong: {
    program: () => T.matrix('x').sum(untyped(0)),
    message:
      'sum: expected options in an object { axis, keepdims, dtype }, but got 0. Change that argument.',
  },
  not_a_tensor: {
    program: () => T.exp(untyped('x')),
    message:
      "exp: expected a tensor, a number or a nested array of numbers, but got the string 'x'. Make variables with T.scalar, T.vector, T.matrix or shared, and constants with T.constant.",
  },
  not_a_value: {
    program: () => {
      const x = T.vector('x');
      const y = x.exp();
      y.name = 'y';
      return compile([x], y, reference)(untyped(y));
    },
    message:
      'f: x: expected a value (a number, a nested array, a typed array or an NDArray), but got y [?] (line 1). An expression has no value before a compiled function computes it.',
  },
  ragged_array: {
    program: () => shared([[1, 2], [3]], 'W'),
    message:
      'shared W: expected a nested array with rows of equal length, but row 1 has 1 element and row 0 has 2 elements. Make all rows equally long.',
  },
  fraction_for_integer: {
    program: () => {
      const i = T.iscalar('i');
      return compile([i], i.add(1), reference)(0.5);
    },
    message:
      'f: i: expected whole numbers for dtype int32, but got 0.5. Round it, or use a float dtype.',
  },
  lossy_conversion: {
    program: () => {
      const x = T.vector('x');
      return compile([x], x.add(1), reference)(new Float64Array(3));
    },
    message:
      'f: x: a value of dtype float64 does not convert to float32 without loss. Convert it first, as Float32Array.from does, or pass { allowDowncast: true } to compile.',
  },
  index_out_of_range: {
    program: () => T.tensor('float32', [3, 4], 'x').at(0, 4),
    message:
      'at: index 4 is out of range for axis 1 of x [3, 4] (line 1), whose extent is 4. Use an index from -4 to 3.',
  },
  too_many_indices: {
    program: () => T.matrix('x').at(0, 1, 2),
    message: 'at: 3 indices were given for x [?, ?] (line 1). Give at most one for each axis.',
  },
  slice_step_zero: {
    program: () => T.vector('x').at('::0'),
    message: 'at: the step of a slice of x [?] (line 1) is 0. Use a positive or a negative step.',
  },
  slice_text: {
    program: () => T.vector('x').at('1,2'),
    message:
      "at: expected a slice such as '1:5', ':', '::2' or '...', but got '1,2'. Write T.slice(start, stop, step) for symbolic bounds.",
  },
  tensor_as_condition: {
    program: () => (untyped(T.vector('x')) > 0 ? 1 : 2),
    message:
      'A tensor has no truth value: x [?] (line 1) stands where JavaScript needs true or false. Use T.where or ifelse, and T.and, T.or for conditions.',
  },
  empty_reduction: {
    program: () => T.tensor('float32', [0, 3], 'x').max(),
    message:
      'max: the reduced axes of x [0, 3] (line 1) hold no element, and max of nothing has no value. Give it at least one element.',
  },
  constant_too_large: {
    program: () => T.constant(T.host.zeros([5_000_000])),
    message:
      'T.constant: at most 16777216 bytes of constants may be part of a graph, but 20000000 were given. Put large values into shared variables, or make them inputs.',
  },
  cost_not_scalar: {
    program: () => {
      const x = T.vector('x');
      return grad(x.mul(2), x);
    },
    message:
      'grad: expected a scalar cost, but got the result of mul [?] (line 1). Reduce it with sum or mean, or use jacobian.',
  },
  cost_not_float: {
    program: () => {
      const x = T.vector('x');
      return grad(x.sum().gt(0), x);
    },
    message:
      'grad: expected a float cost, but got the result of gt bool [] (line 1). Cast it with T.cast.',
  },
  disconnected: {
    program: () => {
      const x = T.vector('x');
      const w = T.vector('w');
      return grad(x.sum(), [x, w]);
    },
    message:
      "grad: the result of sum [] (line 2) does not depend on w [?] (line 1) in a differentiable way. Remove it from wrt, or pass { disconnected: 'ignore' } to get zeros.",
  },
  no_derivative: {
    program: () => {
      const x = T.vector('x');
      return grad(x.argmax().mul(1.5), x);
    },
    message:
      'argmax has no derivative because an index moves in steps: the result of argmax [] (line 1). Wrap it in disconnectedGrad if the gradient must not flow there.',
  },
  tangent_wrong: {
    program: () => {
      const x = T.vector('x');
      return rop(x.exp(), x, T.matrix('v'));
    },
    message:
      'rop: expected a vector of the type of x float32 [?] (line 1), but got v float32 [?, ?] (line 2). It needs the same shape, and the dtype of a derivative, which is a float.',
  },
  unused_input: {
    program: () => {
      const x = T.vector('x');
      const y = T.vector('y');
      return compile([x, y], x.exp(), { name: 'train' });
    },
    message:
      "compile train: no output and no update depends on the input y [?] (line 1). Remove it, or pass { onUnusedInput: 'ignore' }.",
  },
  missing_input: {
    program: () => {
      const x = T.vector('x');
      const y = T.vector('y');
      return compile([x], x.mul(y));
    },
    message:
      'compile f: the outputs depend on y [?] (line 1), which is not among the inputs. Add it to the inputs, or give it a value with givens.',
  },
  input_repeated: {
    program: () => {
      const x = T.vector('x');
      return compile([x, x], x.exp());
    },
    message: 'compile f: the input x [?] (line 1) is given twice. Name each input once.',
  },
  input_not_variable: {
    program: () => {
      const W = shared([1, 2], 'W');
      return compile([W], W.exp());
    },
    message:
      'compile f: expected inputs made by T.scalar, T.vector, T.matrix or T.tensor, but got W [2] (line 1). A shared variable is no input; to compute with another value in its place, use givens.',
  },
  update_not_shared: {
    program: () => {
      const x = T.vector('x');
      return compile([x], x.exp(), { updates: [[untyped(x), x]] });
    },
    message:
      'compile f: an update must change a shared variable, but got x [?] (line 1). Write updates: [[W, newValue]] with W made by shared.',
  },
  update_repeated: {
    program: () => {
      const W = shared([1, 2], 'W');
      return compile([], [], {
        updates: [
          [W, W.add(1)],
          [W, W.add(2)],
        ],
      });
    },
    message: 'compile f: W [2] (line 1) has two updates. Combine them into one expression.',
  },
  update_type: {
    program: () => {
      const W = shared([1, 2], 'W');
      return compile([], [], { updates: [[W, W.sum()]] });
    },
    message:
      "compile f: the update of W float32 [2] (line 1) has another type: the result of sum float32 [] (line 2). Cast or reshape it to the variable's dtype and rank.",
  },
  given_type: {
    program: () => {
      const x = T.vector('x');
      return compile([], x.exp(), {
        givens: [[x, T.constant([1, 2], { dtype: 'int32', name: 'c' })]],
      });
    },
    message:
      "compile f: the given for x float32 [?] (line 1) has another type: c int32 [2] (line 3). Cast or reshape it to the variable's dtype and rank.",
  },
  call_arity: {
    program: () => {
      const x = T.vector('x');
      const y = T.vector('y');
      return compile([x, y], x.add(y), { name: 'train', ...reference })([1]);
    },
    message: 'train: expected 2 arguments (x, y), but got 1. Give one value for each input.',
  },
  call_rank: {
    program: () => {
      const x = T.matrix('x');
      return compile([x], x.exp(), reference)([1, 2]);
    },
    message:
      'f: expected a value for x float32 [?, ?] (line 1), but got one of shape [2]. Reshape it, or declare the input with that rank.',
  },
  call_extent: {
    program: () => {
      const x = T.tensor('float32', [null, 3], 'x');
      return compile([x], x.exp(), reference)([[1, 2]]);
    },
    message:
      'f: expected a value for x float32 [?, 3] (line 1), but got one of shape [1, 2]. The extents that are numbers must be equal.',
  },
  function_freed: {
    program: () => {
      const x = T.scalar('x');
      const f = compile([x], x.exp(), { name: 'predict', ...reference });
      f.free();
      return f(1);
    },
    message: 'predict: the function was freed. Compile it again.',
  },
  collect_extents: {
    program: () => {
      const n = shared(1, 'n', { dtype: 'int32' });
      const first = T.arange(8).at(T.slice(0, n));
      const f = compile([], first, { name: 'grow', updates: [[n, n.add(1)]], device: 'wasm' });
      return f.run(3, { collect: true });
    },
    message:
      'grow.run: collect stacks outputs of one shape, but one has shape [1] in one call and [2] in the next. Give the outputs equal shapes, or call the function in a loop.',
  },
  run_count: {
    program: () => {
      const x = T.scalar('x');
      return compile([x], x.exp(), { name: 'train', ...reference }).run(0, 1);
    },
    message: 'train.run: expected a whole number of calls of at least 1, but got 0.',
  },
  mode_unknown: {
    program: () => {
      const x = T.scalar('x');
      return compile([x], x.exp(), { mode: { exclude: ['fusion'] } }).ready;
    },
    message:
      "compile: the mode names 'fusion', which is no pass, tag or rule. The passes and tags are merge, fold, canonicalize, stabilize, specialize, scan, fuse, inplace, unsafeAlgebra; rules have the names that the steps show.",
  },
  set_type: {
    program: () => shared([[1, 2]], 'W').set([1, 2]),
    message:
      'set: expected a value for W float32 [?, 2] (line 1), but got one of shape [2]. Keep the dtype and the rank, and the extents that are fixed.',
  },
  device_unknown: {
    program: () => setDevice(untyped('cuda')),
    message:
      "setDevice: expected a device among webgpu, wasm, reference, but got 'cuda'. `await devices()` lists those that work here.",
  },
  message_malformed: {
    program: () => readGraph({ nodes: [{ op: 'eval' }] }, OPS_BY_NAME, new GraphScope()),
    message: 'A message to the engine was refused: node 0: expected an operation of the language.',
  },
  graph_too_large: {
    program: () => {
      let f = T.op('f0', (x) => x.exp());
      for (let level = 1; level <= 101; level++) {
        const inner = f;
        f = T.op(`f${level}`, (x) => inner(x));
      }
      const x = T.scalar('x');
      return compile([x], f(x));
    },
    message:
      'The graph has 101 levels of operations inside operations; at most 100 are allowed. Use fewer operations, or a loop by scan.',
  },
  dataset_unknown: {
    program: () => dataset(untyped('cifar')),
    message: "dataset: expected one of mnist, iris, but got 'cifar'.",
  },
  dataset_missing: {
    program: () => {
      // A page whose server does not have the files.
      vi.stubGlobal('process', { versions: {} });
      vi.stubGlobal('fetch', (url: string) => Promise.resolve({ ok: false, status: 404, url }));
      return dataset('iris');
    },
    message:
      "dataset: the files of 'iris' could not be read (data/iris/manifest.json answers 404). In a clone, run `npm run build` once to pack them.",
  },
};

/** Further mistakes of those who come from numpy or Theano, or from JavaScript. */
const MORE: readonly (Case & { readonly code: ErrorCode })[] = [
  {
    code: 'arguments_wrong',
    program: () => T.vector('x').reshape(untyped(2)),
    message: 'reshape: expected an array of extents, but got 2. Change that argument.',
  },
  {
    code: 'arguments_wrong',
    program: () => T.vector('x').reshape([2, -3]),
    message:
      'reshape: expected whole numbers or int32 scalars as extents, but got -3. Change that argument.',
  },
  {
    code: 'arguments_wrong',
    program: () => T.vector('x').reshape([2 ** 31]),
    message:
      'reshape: expected whole numbers or int32 scalars as extents, but got 2147483648. Change that argument.',
  },
  {
    code: 'arguments_wrong',
    program: () => T.matrix('x').transpose(untyped(1)),
    message: 'transpose: expected an array of axes, but got 1. Change that argument.',
  },
  {
    code: 'arguments_wrong',
    program: () => T.matrix('x').dimshuffle(untyped('x')),
    message:
      "dimshuffle: expected an array of axes and 'x', but got the string 'x'. Change that argument.",
  },
  {
    code: 'arguments_wrong',
    program: () => T.matrix('x').sum(untyped({ axes: 0 })),
    message:
      "sum: expected options among axis, keepdims, dtype, but got an option named 'axes'. Change that argument.",
  },
  {
    code: 'arguments_wrong',
    program: () => T.cast(T.vector('x'), untyped('float')),
    message:
      "cast: expected a dtype among float32, float16, float64, int32, uint32, bool, but got the string 'float'. Change that argument.",
  },
  {
    code: 'arguments_wrong',
    program: () => T.tensor(untyped('double'), [3]),
    message:
      "T.tensor: expected a dtype among float32, float16, float64, int32, uint32, bool, but got the string 'double'. Change that argument.",
  },
  {
    code: 'arguments_wrong',
    program: () => T.tensor('float32', [-1], 'x'),
    message:
      'T.tensor x: expected extents from 0 to 2147483647, or null, but got -1. Change that argument.',
  },
  {
    code: 'arguments_wrong',
    program: () => shared([1], 'W', { dtype: untyped('float') }),
    message:
      'shared W: expected a dtype among float32, float16, float64, int32, uint32, bool, but got float. Change that argument.',
  },
  {
    code: 'arguments_wrong',
    program: () => shared([1, 2], 'W', { shape: [3] }),
    message:
      'shared W: expected a shape that the value [2] has, but got [3]. Change that argument.',
  },
  {
    code: 'arguments_wrong',
    program: () => T.vector('x').at(1.5),
    message: 'at: expected whole numbers as indices and bounds, but got 1.5. Change that argument.',
  },
  {
    code: 'arguments_wrong',
    program: () => {
      const x = T.vector('x');
      return compile(untyped(x), x.exp());
    },
    message:
      'compile f: expected an array of inputs, but got x [?] (line 1). Change that argument.',
  },
  {
    code: 'arguments_wrong',
    program: () => {
      const W = shared([1, 2], 'W');
      return compile([], [], { updates: untyped([W, W.add(1)]) });
    },
    message:
      'compile f updates: expected pairs [shared variable, new value], but got W [2] (line 1). Change that argument.',
  },
  {
    code: 'arguments_wrong',
    program: () => compile([], untyped(3)),
    message:
      'compile f: expected a tensor, an array or a record of tensors as outputs, but got 3. Change that argument.',
  },
  {
    code: 'arguments_wrong',
    program: () => compile([], [], untyped({ update: [] })),
    message:
      "compile f: expected options among updates, givens, name, mode, device, profile, trustInput, sync, keepBuffers, onUnusedInput, allowDowncast, noDefaultUpdates, but got an option named 'update'. Change that argument.",
  },
  {
    code: 'arguments_wrong',
    program: () => rop(T.vector('x'), [T.vector('y')], []),
    message:
      'rop: expected a vector for each of the expressions (1), but got 0. Change that argument.',
  },
  {
    code: 'not_a_tensor',
    program: () => grad(T.scalar('x'), untyped(undefined)),
    message:
      'grad: expected a tensor, a number or a nested array of numbers, but got undefined. Make variables with T.scalar, T.vector, T.matrix or shared, and constants with T.constant.',
  },
  {
    code: 'not_a_tensor',
    program: () => T.vector('x').add(untyped(null)),
    message:
      'add: expected a tensor, a number or a nested array of numbers, but got null. Make variables with T.scalar, T.vector, T.matrix or shared, and constants with T.constant.',
  },
  {
    code: 'input_not_variable',
    program: () => compile(untyped([3]), T.scalar('x')),
    message:
      'compile f: expected inputs made by T.scalar, T.vector, T.matrix or T.tensor, but got 3. A shared variable is no input; to compute with another value in its place, use givens.',
  },
  {
    code: 'arguments_wrong',
    program: () => compile([], T.constant(1), { mode: untyped('FAST_RUN') }),
    message:
      "compile: expected the mode 'fast', 'fastCompile' or { include, exclude }, but got the string 'FAST_RUN'. Change that argument.",
  },
  {
    code: 'device_unknown',
    program: () => compile([], T.constant(1), { device: untyped('gpu') }),
    message:
      "compile f: expected a device among webgpu, wasm, reference, but got 'gpu'. `await devices()` lists those that work here.",
  },
  {
    code: 'axis_out_of_range',
    program: () => T.scalar('x').sum({ axis: 0 }),
    message: 'sum: x [] (line 1) is a scalar and has no axis 0. Leave the axis out.',
  },
  {
    code: 'axis_out_of_range',
    program: () => T.vector('x').sum({ axis: 0.5 }),
    message: 'sum: axis 0.5 is not one of the 1 axes of x [?] (line 1). Axes run from -1 to 0.',
  },
  {
    code: 'rank_wrong',
    program: () => T.matrix('x').broadcastTo([3]),
    message:
      'broadcastTo: expected at most 1 axes, but got x [?, ?] (line 1). Use reshape, expandDims or dimshuffle to change the rank.',
  },
  {
    code: 'dtype_wrong',
    program: () => T.vector('x').reshape([T.scalar('n'), -1]),
    message:
      'reshape: expected an int32 scalar as an extent, but got n float32 [] (line 1). Use T.cast to change the dtype.',
  },
  {
    code: 'not_a_value',
    program: () => shared(untyped({ a: 1 }), 'W'),
    message:
      'shared W: expected a value (a number, a nested array, a typed array or an NDArray), but got an object. An expression has no value before a compiled function computes it.',
  },
  {
    code: 'shapes_differ',
    program: () => {
      const x = T.matrix('x');
      const b = T.vector('b');
      return compile([x, b], x.sub(b), reference)([[1, 2]], [1, 2, 3]);
    },
    message:
      'sub: the shapes do not match: b [3] (line 2) and x [1, 2] (line 1). Extents must be equal, or 1 when the graph is built. Use reshape, or broadcastTo.',
  },
  {
    code: 'shapes_differ',
    program: () => {
      const x = T.vector('x');
      const y = T.vector('y');
      return compile([x, y], x.mul(y), reference)([1, 2], [1, 2, 3]);
    },
    message:
      'mul: the shapes do not match: x [2] (line 1) and y [3] (line 2). Extents must be equal, or 1 when the graph is built. Use reshape, or broadcastTo.',
  },
  {
    code: 'inner_extents_differ',
    program: () => {
      const x = T.matrix('x');
      const w = T.matrix('w');
      return compile([x, w], x.dot(w), reference)([[1, 2]], [[1, 2, 3]]);
    },
    message:
      'dot: the inner extents differ: x [1, 2] (line 1) and w [1, 3] (line 2). The last extent of the left must equal the first of the right.',
  },
  {
    code: 'index_out_of_range',
    program: () => {
      const x = T.vector('x');
      const i = T.iscalar('i');
      return compile([x, i], x.at(i), reference)([1, 2, 3], 5);
    },
    message:
      'at: index 5 is out of range for axis 0 of x [3] (line 1), whose extent is 3. Use an index from -3 to 2.',
  },
  {
    code: 'no_derivative',
    program: () => {
      const x = T.vector('x');
      const step = T.op('step', (v) => v.sign(), { vjp: null });
      return grad(step(x).sum(), x);
    },
    message:
      'step has no derivative because its vjp is declared null: step [?] (line 1). Wrap it in disconnectedGrad if the gradient must not flow there.',
  },
  {
    code: 'arguments_wrong',
    program: () => {
      const w = T.vector('w');
      return T.op('f', (x) => x.mul(w))(T.vector('x'));
    },
    message:
      'T.op f: expected a function of its arguments alone, but got one that uses w [?] (line 1); pass it as an argument. Change that argument.',
  },
  {
    code: 'not_a_value',
    program: () => shared(untyped(T.vector('x').exp()), 'W'),
    message:
      'shared W: expected a value (a number, a nested array, a typed array or an NDArray), but got the result of exp [?] (line 1). An expression has no value before a compiled function computes it.',
  },
  {
    code: 'index_out_of_range',
    program: () => T.tensor('float32', [0], 'x').at(0),
    message:
      'at: index 0 is out of range for axis 0 of x [0] (line 1), whose extent is 0. It has no elements to index.',
  },
];

/** The error that a program ends in. */
async function errorOf(program: () => unknown): Promise<ArignoteError> {
  try {
    await program();
  } catch (error) {
    if (error instanceof ArignoteError) return error;
    throw error;
  }
  throw new Error('the program ran to its end');
}

/** Lines counted from the first that is named. */
function relativeLines(message: string): string {
  const place = /errors\.test\.ts, line (\d+)/g;
  const first = Math.min(...[...message.matchAll(place)].map(([, line]) => Number(line)));
  return message.replaceAll(place, (_, line) => `line ${Number(line) - first + 1}`);
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a mistake is told in words', () => {
  test('for every code', () => {
    expect([...Object.keys(CASES), ...OF_DEVICES].toSorted()).toEqual(
      Object.keys(MESSAGES).toSorted(),
    );
  });

  const all = [...Object.entries(CASES).map(([code, c]) => ({ code, ...c })), ...MORE];
  test.each(all)('$code: $message', async ({ code, program, message }) => {
    const error = await errorOf(program);
    expect({ code: error.code, message: relativeLines(error.message) }).toEqual({ code, message });
  });

  test('with the lines where the user wrote what is named', async () => {
    const h = shared(T.host.zeros([60, 500]), 'h'); // the line of h
    const W2 = shared(T.host.zeros([400, 10]), 'W2'); // the line of W2
    const lines = readFileSync(fileURLToPath(import.meta.url), 'utf8').split('\n');
    const lineOf = (name: string) =>
      lines.findIndex((line) => line.endsWith(`// the line of ${name}`)) + 1;
    const { message } = await errorOf(() => T.dot(h, W2));
    expect(message).toBe(
      `dot: the inner extents differ: h [60, 500] (errors.test.ts, line ${lineOf('h')}) and W2 [400, 10] (errors.test.ts, line ${lineOf('W2')}). ` +
        'The last extent of the left must equal the first of the right.',
    );
  });

  test('and never with "invalid", without an end, or with a hole', async () => {
    for (const { program } of all) {
      const { message } = await errorOf(program);
      vi.unstubAllGlobals();
      expect(message).not.toMatch(/invalid|oops|undefined,|NaN|\[object|function \(/i);
      expect(message).toMatch(/^[^\n]+\.$/);
    }
  });
});
