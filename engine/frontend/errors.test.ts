/**
 * Goal: every mistake in the table of messages is told in words that a newcomer can act on. Method: for each code the user's
 * program that makes it, and the whole message; lines count from the first that the message names.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compile, dataset, grad, rop, setDevice, shared, T } from '../arignote.ts';
import { ArignoteError, MESSAGES, type ErrorCode } from '../base/errors.ts';
import { OPS_BY_NAME } from '../catalogue/ops.ts';
import { GraphScope } from '../ir/graph.ts';
import { readGraph } from '../ir/serialize.ts';

type Case = { readonly program: () => unknown; readonly message: string };

const reference = { device: 'reference' } as const;

/** What JavaScript lets through and TypeScript does not. */
const untyped = <V>(value: unknown): V => value as V;

/** Codes that only a device can cause: `engine/worker/bad-input.test.ts` has their programs. */
const OF_DEVICES: readonly ErrorCode[] = [
  'no_adapter',
  'device_lost',
  'too_large',
  'out_of_memory',
  'dtype_unsupported',
];

const CASES: { readonly [C in ErrorCode]?: Case } = {
  inner_extents_differ: {
    program: () => {
      const h = shared(T.host.zeros([60, 500]), 'h');
      const W2 = shared(T.host.zeros([400, 10]), 'W2');
      return T.dot(h, W2);
    },
    message: '',
  },
  shapes_differ: {
    program: () => {
      const a = T.tensor('float32', [2, 3], 'a');
      const b = T.tensor('float32', [2, 4], 'b');
      return a.add(b);
    },
    message: '',
  },
  runtime_one: {
    program: () => {
      const x = T.matrix('x');
      const b = T.vector('b');
      const f = compile([x, b], x.add(b), reference);
      return f([[1, 2]], [1]);
    },
    message: '',
  },
  rank_wrong: {
    program: () => T.dot(T.tensor3('x'), T.matrix('w')),
    message: '',
  },
  dtype_wrong: {
    program: () => T.vector('x').at(T.vector('i')),
    message: '',
  },
  dtypes_differ: {
    program: () => T.ivector('i').add(T.tensor('uint32', [null], 'u')),
    message: '',
  },
  axis_out_of_range: {
    program: () => T.matrix('x').sum({ axis: 2 }),
    message: '',
  },
  axis_repeated: {
    program: () => T.matrix('x').sum({ axis: [0, -2] }),
    message: '',
  },
  dimshuffle_drops: {
    program: () => T.matrix('x').dimshuffle([1]),
    message: '',
  },
  reshape_impossible: {
    program: () => T.tensor('float32', [2, 3], 'x').reshape([4, -1]),
    message: '',
  },
  arguments_wrong: {
    program: () => T.zerosLike(T.vector('x')).reshape([1.5]),
    message: '',
  },
  not_a_tensor: {
    program: () => T.exp(untyped('x')),
    message: '',
  },
  ragged_array: {
    program: () => shared([[1, 2], [3]], 'W'),
    message: '',
  },
  fraction_for_integer: {
    program: () => {
      const i = T.iscalar('i');
      return compile([i], i.add(1), reference)(0.5);
    },
    message: '',
  },
  lossy_conversion: {
    program: () => {
      const x = T.vector('x');
      return compile([x], x.add(1), reference)(new Float64Array(3));
    },
    message: '',
  },
  index_out_of_range: {
    program: () => T.tensor('float32', [3, 4], 'x').at(0, 4),
    message: '',
  },
  too_many_indices: {
    program: () => T.matrix('x').at(0, 1, 2),
    message: '',
  },
  slice_step_zero: {
    program: () => T.vector('x').at('::0'),
    message: '',
  },
  slice_text: {
    program: () => T.vector('x').at('1,2'),
    message: '',
  },
  tensor_as_condition: {
    program: () => (untyped<number>(T.vector('x')) > 0 ? 1 : 2),
    message: '',
  },
  empty_reduction: {
    program: () => T.tensor('float32', [0, 3], 'x').max(),
    message: '',
  },
  constant_too_large: {
    program: () => compile([], T.constant(T.host.zeros([5_000_000])).sum()),
    message: '',
  },
  cost_not_scalar: {
    program: () => {
      const x = T.vector('x');
      return grad(x.mul(2), x);
    },
    message: '',
  },
  cost_not_float: {
    program: () => {
      const x = T.vector('x');
      return grad(x.sum().gt(0), x);
    },
    message: '',
  },
  disconnected: {
    program: () => {
      const x = T.vector('x');
      const w = T.vector('w');
      return grad(x.sum(), [x, w]);
    },
    message: '',
  },
  no_derivative: {
    program: () => {
      const x = T.vector('x');
      return grad(x.argmax().mul(1.5), x);
    },
    message: '',
  },
  tangent_wrong: {
    program: () => {
      const x = T.vector('x');
      return rop(x.exp(), x, T.matrix('v'));
    },
    message: '',
  },
  unused_input: {
    program: () => {
      const x = T.vector('x');
      const y = T.vector('y');
      return compile([x, y], x.exp(), { name: 'train' });
    },
    message: '',
  },
  missing_input: {
    program: () => {
      const x = T.vector('x');
      const y = T.vector('y');
      return compile([x], x.mul(y));
    },
    message: '',
  },
  input_repeated: {
    program: () => {
      const x = T.vector('x');
      return compile([x, x], x.exp());
    },
    message: '',
  },
  input_not_variable: {
    program: () => {
      const W = shared([1, 2], 'W');
      return compile([W], W.exp());
    },
    message: '',
  },
  update_not_shared: {
    program: () => {
      const x = T.vector('x');
      return compile([x], x.exp(), { updates: [[untyped(x), x]] });
    },
    message: '',
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
    message: '',
  },
  update_type: {
    program: () => {
      const W = shared([1, 2], 'W');
      return compile([], [], { updates: [[W, W.sum()]] });
    },
    message: '',
  },
  given_type: {
    program: () => {
      const x = T.vector('x');
      return compile([], x.exp(), {
        givens: [[x, T.constant([1, 2], { dtype: 'int32', name: 'c' })]],
      });
    },
    message: '',
  },
  call_arity: {
    program: () => {
      const x = T.vector('x');
      const y = T.vector('y');
      return compile([x, y], x.add(y), { name: 'train', ...reference })([1]);
    },
    message: '',
  },
  call_rank: {
    program: () => {
      const x = T.matrix('x');
      return compile([x], x.exp(), reference)([1, 2]);
    },
    message: '',
  },
  call_extent: {
    program: () => {
      const x = T.tensor('float32', [null, 3], 'x');
      return compile([x], x.exp(), reference)([[1, 2]]);
    },
    message: '',
  },
  function_freed: {
    program: () => {
      const x = T.scalar('x');
      const f = compile([x], x.exp(), { name: 'predict', ...reference });
      f.free();
      return f(1);
    },
    message: '',
  },
  run_count: {
    program: () => {
      const x = T.scalar('x');
      return compile([x], x.exp(), { name: 'train', ...reference }).run(0, 1);
    },
    message: '',
  },
  mode_unknown: {
    program: () => {
      const x = T.scalar('x');
      return compile([x], x.exp(), { mode: { exclude: ['fusion'] } }).ready;
    },
    message: '',
  },
  set_type: {
    program: () => shared([[1, 2]], 'W').set([1, 2]),
    message: '',
  },
  device_unknown: {
    program: () => setDevice(untyped('cuda')),
    message: '',
  },
  message_malformed: {
    program: () => readGraph({ nodes: [{ op: 'eval' }] }, OPS_BY_NAME, new GraphScope()),
    message: '',
  },
  graph_too_large: {
    program: () => {
      let x = T.scalar('x');
      for (let i = 0; i < 100_001; i++) x = x.add(i);
      return compile([], x);
    },
    message: '',
  },
  dataset_unknown: {
    program: () => dataset(untyped('cifar')),
    message: '',
  },
};

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

test('print', async () => {
  for (const [code, c] of Object.entries(CASES)) {
    const e = await errorOf(c.program).catch((x) => ({ code: 'RAW', message: String(x.stack) }));
    console.log(`@@${code}${e.code === code ? '' : ' !!! ' + e.code}\n${relativeLines(e.message)}`);
  }
});
void MESSAGES;
void describe;
void expect;
void readFileSync;
void fileURLToPath;
void OF_DEVICES;
