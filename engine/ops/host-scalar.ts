/** @file A scalar that the host knows at each call and that kernels read from a uniform: what binding leaves of shape arithmetic. */
import { node, type Expr } from '../ir/graph.ts';
import type { OpDef } from '../ir/op-def.ts';
import type { DType } from '../ir/types.ts';
import { readDType } from './read-params.ts';

type HostScalarParams = { readonly index: number; readonly dtype: DType };

export const HOST_SCALAR: OpDef<HostScalarParams> = {
  name: 'hostScalar',
  doc: 'A scalar that the host computes for each call; made by the compiler.',
  readParams: (value) => {
    const dtype = readDType(value['dtype']);
    return dtype === null || !Number.isInteger(value['index'])
      ? null
      : { index: Number(value['index']), dtype };
  },
  arity: [0, 0],
  infer: ({ params }) => ({ dtype: params.dtype, shape: [] }),
  extent: () => null,
  derivative: { kind: 'zero' },
  lowering: { kind: 'uniform' },
  latex: (_, { params }) => `h_{${params.index}}`,
  text: (_, { params }) => `host${params.index}`,
  domain: [],
};

/** The host scalar of this position in the binding's list. */
export const hostScalar = (index: number, dtype: DType): Expr =>
  node(HOST_SCALAR, [], { index, dtype });
