/** @file Vector code from an op's `wasm` field: each instruction's result is kept in a local of the function at hand. */
import { assert } from '../../base/errors.ts';
import type {
  FloatLaneOp,
  IntegerLaneOp,
  LaneBuilder,
  LaneFunction,
  Lanes,
} from '../../ir/op-def.ts';
import type { DType } from '../../ir/types.ts';
import { f32, get, i32, op, type Code, type Local } from './assembler.ts';
import type { PlainOp } from './opcodes.ts';

/** Integer instructions that WASM has for one lane only; functions of the module. */
export type DivisionFunction = 'div_s' | 'div_u' | 'rem_s' | 'rem_u';

/** Where code goes. */
export type LaneSink = {
  /** The value, in a new local. */
  keep(code: Code): Local;
  /** A value without operands, made once before all loops. */
  constant(code: Code): Local;
  /** A call of the module's function. */
  callFunction(fn: LaneFunction | DivisionFunction, operands: readonly Local[]): Local;
};

type LaneLocal = Lanes & { readonly local: Local };

export const lanesOf = (local: Local): Lanes => ({ brand: 'lanes', local }) as LaneLocal;
export const localOf = (lanes: Lanes): Local => (lanes as LaneLocal).local;

const isDivision = (name: IntegerLaneOp): name is DivisionFunction =>
  name === 'div_s' || name === 'div_u' || name === 'rem_s' || name === 'rem_u';

/** Implements `LaneBuilder` for one element of this dtype, of operands of those. */
export class Lane32Builder implements LaneBuilder {
  readonly dtype: DType;
  readonly operands: readonly DType[];
  readonly #sink: LaneSink;

  constructor(sink: LaneSink, dtype: DType, operands: readonly DType[]) {
    this.#sink = sink;
    this.dtype = dtype;
    this.operands = operands;
  }

  f(name: FloatLaneOp, ...xs: readonly Lanes[]): Lanes {
    return this.#apply(`f32x4.${name}`, xs);
  }

  i(name: IntegerLaneOp, ...xs: readonly Lanes[]): Lanes {
    if (isDivision(name)) return lanesOf(this.#sink.callFunction(name, xs.map(localOf)));
    return this.#apply(`i32x4.${name}`, xs);
  }

  bits(name: 'and' | 'or' | 'xor' | 'andnot' | 'not', ...xs: readonly Lanes[]): Lanes {
    return this.#apply(`v128.${name}`, xs);
  }

  select(mask: Lanes, yes: Lanes, no: Lanes): Lanes {
    return this.#apply('v128.bitselect', [yes, no, mask]);
  }

  float(value: number): Lanes {
    return lanesOf(this.#sink.constant(op('f32x4.splat', f32(value))));
  }

  integer(value: number): Lanes {
    return lanesOf(this.#sink.constant(op('i32x4.splat', i32(value))));
  }

  shift(name: 'shl' | 'shr_s' | 'shr_u', x: Lanes, count: number): Lanes {
    assert(count >= 0 && count < 32, `shift by ${count}`);
    return lanesOf(this.#sink.keep(op(`i32x4.${name}`, get(localOf(x)), i32(count))));
  }

  call(fn: LaneFunction, ...xs: readonly Lanes[]): Lanes {
    return lanesOf(this.#sink.callFunction(fn, xs.map(localOf)));
  }

  #apply(name: PlainOp, xs: readonly Lanes[]): Lanes {
    return lanesOf(this.#sink.keep(op(name, ...xs.map((x) => get(localOf(x))))));
  }
}
