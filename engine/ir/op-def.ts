/**
 * @file What an op is. One `OpDef` literal holds everything the engine knows about one op; no pass contains an op's name.
 * Functions are written as methods so that an op with narrower `params` is still an `OpDef`.
 */
import type { Expr, InnerGraph, Params } from './graph.ts';
import type { TypedArray } from './constant-data.ts';
import type { IndexExpr } from './index-expr.ts';
import type { Combine, Scalar } from './scalar.ts';
import type { DType, TensorType } from './types.ts';

export type InferArgs<P> = {
  readonly types: readonly TensorType[];
  readonly params: P;
  readonly inner: readonly InnerGraph[];
  /** The value of input `i`, an integer scalar, where it is known: a constant, or any at the call. */
  known(i: number): number | null;
  /** How errors name input `i`, with its shape, or with its dtype and shape. */
  describe(i: number): string;
  describeType(i: number): string;
  /** How errors name the operation: by the op, or at a call by what the user wrote where the op only repeats an operand. */
  operation(): string;
};

/** A node as derivative and extent rules see it. A rule builds graph, it computes nothing. */
export type NodeArgs<P> = {
  readonly inputs: readonly Expr[];
  readonly output: Expr;
  readonly params: P;
};

/** A cotangent or tangent; `null` is zero. */
export type MaybeExpr = Expr | null;

/** A partial derivative: built only for inputs that need it; `null` is zero. */
export type PartialRule = 'one' | null | (() => Expr);

/** How an op is differentiated: the mathematics once; `autodiff/` derives reverse and forward mode from it. */
export type Derivative<P> =
  /** Element of the result depends on the same element of each input: one partial per input. */
  | { readonly kind: 'elementwise'; partials(args: NodeArgs<P>): readonly PartialRule[] }
  /** Linear in its first input; further inputs are shapes and offsets. The jvp is the op itself. */
  | { readonly kind: 'linear'; transpose(ct: Expr, args: NodeArgs<P>): Expr }
  /** Linear in each of its two inputs. */
  | { readonly kind: 'bilinear'; transpose(ct: Expr, input: 0 | 1, args: NodeArgs<P>): Expr }
  /** Anything else: both rules by hand, one entry for each input, and for each result. */
  | {
      readonly kind: 'custom';
      vjp(cotangents: readonly MaybeExpr[], args: NodeArgs<P>): readonly MaybeExpr[];
      jvp(tangents: readonly MaybeExpr[], args: NodeArgs<P>): readonly MaybeExpr[];
    }
  /** The op's value is locally constant (comparisons, sign): zero both ways. */
  | { readonly kind: 'zero' }
  /** The value does not depend on those of the inputs (an extent; what a user cut off): there is no way through. */
  | { readonly kind: 'disconnected' }
  /** Result `params.index` of an input with several results. */
  | { readonly kind: 'projection' }
  /** No derivative, and why. The reason is part of the error that a user sees. */
  | { readonly kind: 'none'; readonly because: string };

/** A WGSL function that op texts call; emitted once per kernel, after those it uses. */
export type WgslHelper = {
  readonly name: string;
  readonly source: string;
  readonly uses?: readonly WgslHelper[];
};

/** What the text of an element may ask for. */
export type WgslContext = {
  /** Result and operand dtypes. */
  readonly dtype: DType;
  readonly operands: readonly DType[];
  /** The name of the helper, which the kernel now holds. */
  use(helper: WgslHelper): string;
};

/** Four lanes of a WASM value, as `codegen/wasm` represents them. A bool is a mask: all bits of a lane. */
export type Lanes = { readonly brand: 'lanes' };

/** Builds vector code; `codegen/wasm` implements it, so that an op never imports a printer. */
export type LaneBuilder = {
  /** Result and operand dtypes. */
  readonly dtype: DType;
  readonly operands: readonly DType[];
  /** The lane instruction of this name for floats, e.g. `f('add', x, y)` is `f32x4.add`. */
  f(op: FloatLaneOp, ...xs: readonly Lanes[]): Lanes;
  /** The same for 32 bit integers. */
  i(op: IntegerLaneOp, ...xs: readonly Lanes[]): Lanes;
  /** Bitwise operations on the whole vector; masks too. */
  bits(op: 'and' | 'or' | 'xor' | 'andnot' | 'not', ...xs: readonly Lanes[]): Lanes;
  select(mask: Lanes, yes: Lanes, no: Lanes): Lanes;
  float(value: number): Lanes;
  integer(value: number): Lanes;
  shift(op: 'shl' | 'shr_s' | 'shr_u', x: Lanes, count: number): Lanes;
  /** Vector mathematics over the whole range of float32. */
  call(fn: LaneFunction, ...xs: readonly Lanes[]): Lanes;
};
export type FloatLaneOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'neg'
  | 'abs'
  | 'sqrt'
  | 'min'
  | 'max'
  | 'floor'
  | 'ceil'
  | 'trunc'
  | 'nearest'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'convert_i32x4_s'
  | 'convert_i32x4_u';
export type IntegerLaneOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'neg'
  | 'abs'
  | 'min_s'
  | 'max_s'
  | 'min_u'
  | 'max_u'
  | 'eq'
  | 'ne'
  | 'lt_s'
  | 'le_s'
  | 'gt_s'
  | 'ge_s'
  | 'lt_u'
  | 'le_u'
  | 'gt_u'
  | 'ge_u'
  | 'trunc_sat_f32x4_s'
  | 'trunc_sat_f32x4_u'
  | 'div_s'
  | 'div_u'
  | 'rem_s'
  | 'rem_u';
export type LaneFunction = 'exp' | 'log' | 'log1p' | 'expm1' | 'tanh' | 'pow';

/** The meaning of one element, once per target. */
export type ElementwiseLowering = {
  readonly kind: 'elementwise';
  /** In float64, given the dtypes of result and operands; the interpreter rounds to that of the result. */
  reference(xs: readonly number[], dtype: DType, operands: readonly DType[]): number;
  wgsl(xs: readonly string[], context: WgslContext): string;
  wasm(v: LaneBuilder, xs: readonly Lanes[]): Lanes;
  /** Work of one element, in additions. The fuser repeats what is cheap and stores what is dear. */
  readonly cost: number;
};

/** A host value in the interpreter. */
export type ReferenceValue = { readonly data: TypedArray; readonly shape: readonly number[] };
export type ReferenceArgs<P> = {
  readonly inputs: readonly ReferenceValue[];
  readonly types: readonly TensorType[];
  readonly params: P;
  /** Type of the result, its extents known. */
  readonly output: TensorType;
};

/** What lowering to loops sees: extents are numbers. */
export type LowerArgs<P> = {
  readonly params: P;
  readonly inputShapes: readonly (readonly number[])[];
  readonly outputShape: readonly number[];
  readonly dtype: DType;
  /** The k-th of the op's `offsets`: a number, or a uniform where calls differ. */
  offset(k: number): IndexExpr;
  /** Whether the host has the value of scalar input `i`; else only the device does, and no offset knows it. */
  hostHas(i: number): boolean;
};
export type ReadArgs<P> = LowerArgs<P> & {
  /** Element of input `i`. */
  read(i: number, index: readonly IndexExpr[]): Scalar;
};

/** Integers that the host computes for a call from scalar inputs and extents, for an index map to use. */
type OffsetArgs<P> = {
  readonly params: P;
  readonly values: readonly (number | null)[];
  readonly inputShapes: readonly (readonly number[])[];
};

/** How an op becomes loops. `schedule/` and `codegen/` switch over these kinds, never over ops. */
type Lowering<P> =
  /** A variable or a constant: it is there before the call. */
  | { readonly kind: 'leaf' }
  /** A scalar that the host gives to the kernels of a call; `params.index` says which. */
  | { readonly kind: 'uniform' }
  /** Known on the host at the call; computes nothing on a device. */
  | { readonly kind: 'host'; reference(args: ReferenceArgs<P>): TypedArray }
  | ElementwiseLowering
  /** The first input read at other indices: reshape, transpose, slice, broadcastTo. */
  | {
      readonly kind: 'view';
      offsets?(args: OffsetArgs<P>): readonly number[];
      index(out: readonly IndexExpr[], args: LowerArgs<P>): readonly IndexExpr[];
      reference(args: ReferenceArgs<P>): TypedArray;
    }
  /** An element computed from its index: arange, integer indexing. */
  | {
      readonly kind: 'element';
      offsets?(args: OffsetArgs<P>): readonly number[];
      readonly cost: number;
      element(out: readonly IndexExpr[], args: ReadArgs<P>): Scalar;
      reference(args: ReferenceArgs<P>): TypedArray;
    }
  /** Each element joins the values of inner loops: sum, max, dot, scatter. */
  | {
      readonly kind: 'reduction';
      readonly combine: Combine;
      offsets?(args: OffsetArgs<P>): readonly number[];
      /** Extents of the inner loops. */
      extents(args: LowerArgs<P>): readonly number[];
      element(out: readonly IndexExpr[], inner: readonly IndexExpr[], args: ReadArgs<P>): Scalar;
      reference(args: ReferenceArgs<P>): TypedArray;
      /** The loops have a better shape on a device than the plain one. */
      readonly template?: 'matmul';
    }
  /** Defined by other ops; expanded before kernels are formed. One expression for each result. */
  | { readonly kind: 'graph'; expand(args: NodeArgs<P>): readonly Expr[] };

/** Everything the engine knows about one op. */
export type OpDef<P extends Params = Params> = {
  /** Name that the user types, and the key in every table. */
  readonly name: string;
  /** One sentence, then limits. Shown on hover and in docs/ops.md. */
  readonly doc: string;
  /** Reads params from a message that nobody vouches for; `null` when they are not this op's. */
  readParams(value: Params): P | null;
  /** Number of inputs: least and most. */
  readonly arity: readonly [least: number, most: number];
  readonly commutative?: boolean;
  /** Graphs that the node holds. */
  readonly innerCount?: number;
  /** @throws ArignoteError when the inputs do not fit. */
  infer(args: InferArgs<P>): TensorType | readonly TensorType[];
  /** Extent of `axis` of the result as an expression of extents and scalars; `null`: only the node itself knows. */
  extent(args: NodeArgs<P>, axis: number): Expr | null;
  /** The value of a node that is a known integer scalar: constants have it. */
  knownInteger?(expr: Expr): number | null;
  readonly derivative: Derivative<P>;
  readonly lowering: Lowering<P>;
  /** Mathematics in LaTeX, operands given in LaTeX. */
  latex(operands: readonly string[], args: NodeArgs<P>): string;
  /** Mathematics in one line of text; the name and the operands in parentheses where it is left out. */
  text?(operands: readonly string[], args: NodeArgs<P>): string;
  /** Box from which the generic tests draw each elementwise input, away from poles and kinks. */
  readonly domain: readonly (readonly [low: number, high: number])[];
};
