/**
 * @file What runs one segment of a call, as plain data: the end of the compiler and the beginning of the device. It holds no
 * node and no function, so that it may cross to another worker.
 */
import { arrayOf, type TypedArray } from '../ir/constant-data.ts';
import type { Expr, Params } from '../ir/graph.ts';
import { staticShape, type DType } from '../ir/types.ts';
import { constantValues, scalarValue } from '../ops/leaves.ts';
import type { Copy, Placement, Schedule, UniformSlot, Value } from '../schedule/kernel.ts';
import type { DeviceCode, Program } from './program.ts';

type ArrayType = { readonly dtype: DType; readonly shape: readonly number[] };

/** A value and where it lies; a constant comes with its elements. */
export type ExecutableValue = ArrayType & {
  readonly bytes: number;
  readonly placement: Placement;
  readonly constant: TypedArray | null;
};

/** A scalar input of an offset: a number, nothing where it is an array, or one of the call's host scalars. */
type OffsetInput = number | null | { readonly scalar: number };

/** A word that the host computes for each call: one of its scalars, or an offset that an op makes of some. */
export type ExecutableUniform = {
  readonly dtype: DType;
  readonly source:
    | { readonly kind: 'scalar'; readonly index: number }
    | {
        readonly kind: 'offset';
        readonly op: string;
        readonly params: Params;
        readonly inputs: readonly OffsetInput[];
        readonly inputShapes: readonly (readonly number[])[];
        readonly index: number;
      };
};

export type Executable = {
  /** Code in the order of running, and the value of each of its buffers. */
  readonly kernels: readonly { readonly code: DeviceCode; readonly values: readonly number[] }[];
  readonly values: readonly ExecutableValue[];
  readonly copies: readonly Copy[];
  readonly uniforms: readonly ExecutableUniform[];
  readonly outputs: readonly ArrayType[];
  readonly arenaBytes: number;
};

export function makeExecutable(
  schedule: Schedule,
  programs: readonly Program[],
  outputs: readonly Expr[],
): Executable {
  return {
    kernels: programs.map((program) => ({
      code: codeOf(program),
      values: program.kernel.buffers.map((b) => b.value),
    })),
    values: schedule.values.map(valueOf),
    copies: schedule.copies,
    uniforms: schedule.uniforms.map(uniformOf),
    outputs: outputs.map((x) => ({ dtype: x.type.dtype, shape: staticShape(x.type.shape) })),
    arenaBytes: schedule.memory.peakBytes,
  };
}

function codeOf(program: Program): DeviceCode {
  const { name } = program;
  if (program.target === 'wasm') {
    const { target, bytes, bufferCount } = program;
    return { target, name, bytes, bufferCount };
  }
  const { target, text, bindings, usesUniforms, dispatch } = program;
  return { target, name, text, bindings, usesUniforms, dispatch };
}

function valueOf({ node, dtype, shape, bytes, placement }: Value): ExecutableValue {
  const elements = placement.kind === 'constant' ? constantValues(node) : null;
  const constant = elements === null ? null : arrayOf(dtype, elements);
  return { dtype, shape, bytes, placement, constant };
}

function uniformOf({ dtype, source }: UniformSlot): ExecutableUniform {
  if (source.kind === 'scalar') return { dtype, source };
  const { node, index } = source;
  return {
    dtype,
    source: {
      kind: 'offset',
      op: node.op.name,
      params: node.params,
      inputs: node.inputs.map(offsetInput),
      inputShapes: node.inputs.map((x) => staticShape(x.type.shape)),
      index,
    },
  };
}

const offsetInput = (x: Expr): OffsetInput =>
  x.op.lowering.kind === 'uniform' ? { scalar: Number(x.params['index']) } : scalarValue(x);
