/** @file Helpers that turn an elementwise literal into an op and its builder. */
import { fail } from '../base/errors.ts';
import { node, type Expr, type Params } from '../ir/graph.ts';
import type {
  Derivative,
  ElementwiseLowering,
  InferArgs,
  LaneBuilder,
  Lanes,
  NodeArgs,
  OpDef,
  PartialRule,
  WgslContext,
} from '../ir/op-def.ts';
import { floatOf, isFloat, type DType, type TensorType } from '../ir/types.ts';
import { align, cast } from './broadcast.ts';
import { mergeOperands } from './operands.ts';
import { dimOf } from './leaves.ts';
import { noParams } from './read-params.ts';

export type UnaryOp = ((x: Expr) => Expr) & { readonly def: OpDef };
export type BinaryOp = ((x: Expr, y: Expr) => Expr) & { readonly def: OpDef };

/** What an op computes in: `float` makes integers float32, `number` makes bool int32, `any` keeps all. */
type Accepts = 'float' | 'number' | 'any';

type Spec = {
  readonly name: string;
  readonly doc: string;
  readonly accepts: Accepts;
  /** The result is a bool; else it has the dtype of the operands. */
  readonly gives?: 'bool';
  readonly commutative?: boolean;
  /** Work of one element, in additions; 1 where it is left out. */
  readonly cost?: number;
  readonly domain: OpDef['domain'];
};

type UnarySpec = Spec & {
  readonly derivative: Derivative<Params> | ((x: Expr, y: Expr) => Expr);
  readonly reference: (x: number, dtype: DType) => number;
  readonly wgsl: (x: string, context: WgslContext) => string;
  readonly wasm: (v: LaneBuilder, x: Lanes) => Lanes;
  readonly latex: (x: string) => string;
  readonly text?: (x: string) => string;
};

type BinarySpec = Spec & {
  readonly derivative:
    | Derivative<Params>
    | ((x: Expr, y: Expr, output: Expr) => readonly [PartialRule, PartialRule]);
  readonly reference: (x: number, y: number, dtype: DType) => number;
  readonly wgsl: (x: string, y: string, context: WgslContext) => string;
  readonly wasm: (v: LaneBuilder, x: Lanes, y: Lanes) => Lanes;
  readonly latex: (x: string, y: string) => string;
  readonly text?: (x: string, y: string) => string;
};

/** Operands of an elementwise op have one shape, which is the result's; `dtype` tells its dtype. */
function inferElementwise(name: string, dtype: (types: readonly TensorType[]) => DType) {
  return ({ types, describe }: InferArgs<Params>): TensorType => {
    const shape = mergeOperands(
      name,
      types.map((type) => type.shape),
      describe,
    );
    return { dtype: dtype(types), shape };
  };
}

/** The extent of an elementwise result is that of any input. */
export const elementwiseExtent = ({ inputs }: NodeArgs<Params>, axis: number): Expr =>
  dimOf(inputs[0]!, axis);

function checkDTypes(spec: Spec, { types, describeType }: InferArgs<Params>): DType {
  types.forEach(({ dtype }, i) => {
    if (spec.accepts === 'float' && !isFloat(dtype))
      fail('dtype_wrong', spec.name, 'a float', describeType(i));
    if (spec.accepts === 'number' && dtype === 'bool')
      fail('dtype_wrong', spec.name, 'a number', describeType(i));
    if (dtype !== types[0]!.dtype) fail('dtype_wrong', spec.name, types[0]!.dtype, describeType(i));
  });
  return spec.gives ?? types[0]!.dtype;
}

function makeDef(
  spec: Spec,
  count: number,
  rest: Pick<OpDef, 'derivative' | 'latex'> & { lowering: ElementwiseLowering },
): OpDef {
  return {
    name: spec.name,
    doc: spec.doc,
    readParams: noParams,
    arity: [count, count],
    ...(spec.commutative === true ? { commutative: true } : {}),
    infer: (args) => inferElementwise(spec.name, () => checkDTypes(spec, args))(args),
    extent: elementwiseExtent,
    domain: spec.domain,
    ...rest,
  };
}

/** The operand in a dtype that the op accepts. */
function accept(accepts: Accepts, x: Expr): Expr {
  if (accepts === 'float') return cast(x, floatOf(x.type.dtype));
  return accepts === 'number' && x.type.dtype === 'bool' ? cast(x, 'int32') : x;
}

export function unary(spec: UnarySpec): UnaryOp {
  const { derivative, text } = spec;
  const def: OpDef = {
    ...makeDef(spec, 1, {
      derivative:
        typeof derivative === 'function'
          ? {
              kind: 'elementwise',
              partials: ({ inputs, output }) => [() => derivative(inputs[0]!, output)],
            }
          : derivative,
      lowering: {
        kind: 'elementwise',
        cost: spec.cost ?? 1,
        reference: ([x], dtype) => spec.reference(x!, dtype),
        wgsl: ([x], context) => spec.wgsl(x!, context),
        wasm: (v, [x]) => spec.wasm(v, x!),
      },
      latex: ([x]) => spec.latex(x!),
    }),
    ...(text === undefined ? {} : { text: ([x]: readonly string[]) => text(x!) }),
  };
  return Object.assign((x: Expr) => node(def, [accept(spec.accepts, x)]), { def });
}

export function binary(spec: BinarySpec): BinaryOp {
  const { derivative, text } = spec;
  const def: OpDef = {
    ...makeDef(spec, 2, {
      derivative:
        typeof derivative === 'function'
          ? {
              kind: 'elementwise',
              partials: ({ inputs, output }) => derivative(inputs[0]!, inputs[1]!, output),
            }
          : derivative,
      lowering: {
        kind: 'elementwise',
        cost: spec.cost ?? 1,
        reference: ([x, y], dtype) => spec.reference(x!, y!, dtype),
        wgsl: ([x, y], context) => spec.wgsl(x!, y!, context),
        wasm: (v, [x, y]) => spec.wasm(v, x!, y!),
      },
      latex: ([x, y]) => spec.latex(x!, y!),
    }),
    ...(text === undefined ? {} : { text: ([x, y]: readonly string[]) => text(x!, y!) }),
  };
  const build = (x: Expr, y: Expr): Expr =>
    node(def, align(spec.name, [accept(spec.accepts, x), accept(spec.accepts, y)]));
  return Object.assign(build, { def });
}
