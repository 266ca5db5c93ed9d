/** @file Arguments that show each message in docs/errors.md: a code without an example does not compile. */
import type { ErrorCode, MESSAGES } from '../base/errors.ts';

type Examples = { readonly [C in ErrorCode]: Parameters<(typeof MESSAGES)[C]> };

const X = 'x [?, 784] (cell 1, line 2)';
const Y = 'y [?] (cell 1, line 3)';
const W = 'W [784, 10] (cell 2, line 1)';
const SUM = 'the result of sum [] (cell 3, line 5)';

export const ERROR_EXAMPLES: Examples = {
  inner_extents_differ: ['dot', 'h [60, 500] (cell 3, line 4)', 'W2 [400, 10] (cell 2, line 7)'],
  shapes_differ: ['add', 'a [2, 3] (cell 1, line 1)', 'b [2, 4] (cell 1, line 2)'],
  runtime_one: ['add', 'b [1] (cell 1, line 2)', 0, 10],
  rank_wrong: ['dot', 'a vector or a matrix', 'x [?, ?, ?] (cell 1, line 1)'],
  dtype_wrong: ['at', 'integer indices', 'i float32 [?] (cell 1, line 2)'],
  dtypes_differ: ['add', 'i int32 [?] (cell 1, line 1)', 'u uint32 [?] (cell 1, line 2)'],
  axis_out_of_range: ['sum', '2', 2, X],
  axis_repeated: ['sum', '[0, -2]', X],
  dimshuffle_drops: [1, X],
  reshape_impossible: ['x [2, 3] (cell 1, line 1)', '[4, -1]'],
  arguments_wrong: ['sum', 'options in an object { axis, keepdims, dtype }', '0'],
  not_a_tensor: ['exp', "the string 'x'"],
  not_a_value: ['train: x', Y],
  ragged_array: ['shared W', 'row 1 has 1 element and row 0 has 2 elements'],
  fraction_for_integer: ['train: i', '0.5', 'int32'],
  lossy_conversion: ['train: x', 'float64', 'float32'],
  index_out_of_range: [4, 4, 1, 'x [3, 4] (cell 1, line 1)'],
  too_many_indices: [3, X],
  slice_step_zero: [X],
  slice_text: ['1,2'],
  tensor_as_condition: [Y],
  empty_reduction: ['max', 'x [0, 3] (cell 1, line 1)'],
  constant_too_large: [20_000_000, 16_777_216],
  cost_not_scalar: [Y],
  cost_not_float: ['the result of gt bool [] (cell 2, line 1)'],
  disconnected: [SUM, W],
  no_derivative: ['argmax', 'an index moves in steps', 'the result of argmax [] (cell 2, line 1)'],
  tangent_wrong: ['rop', 'W float32 [784, 10] (cell 2, line 1)', 'v float32 [10] (cell 3, line 1)'],
  unused_input: ['train', Y],
  missing_input: ['train', Y],
  input_repeated: ['train', X],
  input_not_variable: ['train', W],
  update_not_shared: ['train', X],
  update_repeated: ['train', W],
  update_type: [
    'train',
    'W float32 [784, 10] (cell 2, line 1)',
    'the result of sum float32 [] (cell 3, line 5)',
  ],
  given_type: [
    'train',
    'y int32 [?] (cell 1, line 3)',
    'the result of mean float32 [] (cell 3, line 5)',
  ],
  call_arity: ['train', 2, 1, 'x, y'],
  call_rank: ['train', 'x float32 [?, 784] (cell 1, line 2)', '[784]'],
  call_extent: ['train', 'x float32 [?, 784] (cell 1, line 2)', '[60, 28]'],
  function_freed: ['train'],
  run_count: ['train', '0'],
  mode_unknown: ['fusion', 'merge, fold, canonicalize, stabilize, specialize'],
  collect_extents: ['train', '[64]', '[32]'],
  set_type: ['W float32 [784, 10] (cell 2, line 1)', 'one of shape [10, 784]'],
  no_adapter: ['webgpu', 'WebGPU offers none on this machine'],
  device_unknown: ['setDevice', 'cuda', 'webgpu, wasm, reference'],
  dtype_unsupported: ['float64', 'webgpu', X],
  device_lost: ['webgpu', 'the driver was reset'],
  too_large: ['h [65536, 65536] (cell 3, line 4)', 17_179_869_184, 2_147_483_644, 'webgpu'],
  out_of_memory: ['webgpu', 1_073_741_824],
  message_malformed: ['node 12', 'references to earlier nodes'],
  graph_too_large: ['nodes', 120_000, 100_000],
  dataset_unknown: ['cifar', 'mnist, iris'],
  dataset_missing: ['mnist', 'data/mnist/manifest.json answers 404'],
};
