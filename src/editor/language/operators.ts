/**
 * @file The types of operators in cells, as a module that cells' modules import. An operator beside a tensor gives a tensor; else
 * it is JavaScript's. Where operands do not fit, a call lacks an argument, and `service.ts` says what is wrong.
 */

/** The module's text. */
export const OPERATORS_MODULE = `
import type { NDArray, Tensor, TensorLike } from 'arignote';

type IsAny<X> = 0 extends 1 & X ? true : false;
type Either<A, B> = IsAny<A> extends true ? true : IsAny<B>;
/** Whether a tensor may be among the values of one of them. */
type HasTensor<A, B> = [Extract<A | B, Tensor>] extends [never] ? false : true;
type Both<A, B, X> = [A] extends [X] ? ([B] extends [X] ? true : false) : false;
type One<A, B, X> = [A] extends [X] ? true : [B] extends [X] ? true : false;
type Plain<A, B> = Both<A, B, bigint> extends true ? bigint : Both<A, B, number> extends true ? number : any;
type OfTensors<A, B, Else> = One<A, B, Tensor> extends true ? Tensor : Tensor | Else;

type Fits<A, B> = Either<A, B> extends true
  ? true
  : HasTensor<A, B> extends true
    ? Both<A, B, TensorLike>
    : Both<A, B, number> extends true ? true : Both<A, B, bigint>;
type AddFits<A, B> = One<A, B, string> extends true ? true : Fits<A, B>;
type CompareFits<A, B> = HasTensor<A, B> extends true ? Fits<A, B> : true;
type Rest<F> = F extends true ? [] : [mismatch: never];

type Arithmetic<A, B> = Either<A, B> extends true
  ? One<A, B, Tensor> extends true ? Tensor : any
  : HasTensor<A, B> extends true ? OfTensors<A, B, number> : Plain<A, B>;
type Sum<A, B> = Either<A, B> extends true
  ? One<A, B, Tensor> extends true ? Tensor : any
  : One<A, B, string> extends true ? string : Arithmetic<A, B>;
type Comparison<A, B> = Either<A, B> extends true
  ? any
  : HasTensor<A, B> extends true ? OfTensors<A, B, boolean> : boolean;

export declare function add<A, B>(a: A, b: B, ...rest: Rest<AddFits<A, B>>): Sum<A, B>;
export declare function arithmetic<A, B>(a: A, b: B, ...rest: Rest<Fits<A, B>>): Arithmetic<A, B>;
export declare function compare<A, B>(a: A, b: B, ...rest: Rest<CompareFits<A, B>>): Comparison<A, B>;
export declare function negate<A>(a: A, ...rest: Rest<Fits<A, A>>): Arithmetic<A, A>;
`;
