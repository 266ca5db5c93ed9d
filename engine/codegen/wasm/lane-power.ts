/**
 * @file x to the power y on four lanes, by exp(y log x) in float64, two lanes at a time: a logarithm in float32 would lose
 * a digit for each factor ten of the exponent.
 */
import type { Lanes } from '../../ir/op-def.ts';
import { f64, get, i32, i64, op, shuffle, type Code, type Local } from './assembler.ts';
import { lanesOf, localOf, type Lane32Builder, type LaneSink } from './lane-builder.ts';
import type { PlainOp } from './opcodes.ts';

/** Terms of log((1 + s) / (1 - s)) / (2 s) in s^2, and of exp: relative errors below 1e-10. */
const LOG_TERMS = 8;
const EXP_TERMS = 10;

/** Two lanes of float64. */
type Pair = {
  apply(name: PlainOp, ...xs: readonly Local[]): Local;
  float(value: number): Local;
  shift(name: 'i64x2.shl' | 'i64x2.shr_u', x: Local, count: number): Local;
  integer(value: bigint): Local;
};

function pairBuilder(sink: LaneSink): Pair {
  return {
    apply: (name, ...xs) => sink.keep(op(name, ...xs.map(get))),
    float: (value) => sink.constant(op('f64x2.splat', f64(value))),
    shift: (name, x, count) => sink.keep(op(name, get(x), i32(count))),
    integer: (value) => sink.constant(op('i64x2.splat', i64(value))),
  };
}

function series(p: Pair, x: Local, coefficients: readonly number[]): Local {
  const [first, ...rest] = coefficients;
  return rest.reduce(
    (sum, c) => p.apply('f64x2.add', p.apply('f64x2.mul', sum, x), p.float(c)),
    p.float(first!),
  );
}

/** log of x, which is positive and finite. */
function log64(p: Pair, x: Local, sink: LaneSink): Local {
  const offset = p.apply('i64x2.add', x, p.integer(-0x3fe6a09e667f3bcdn));
  // The exponent stands in the upper word of each lane, with its sign.
  const words: Code = shuffle([1, 3, 1, 3], get(offset), get(offset));
  const exponent = sink.keep(op('i32x4.shr_s', words, i32(20)));
  const fraction = p.apply('v128.and', offset, p.integer(0xfffffffffffffn));
  const mantissa = p.apply('i64x2.add', fraction, p.integer(0x3fe6a09e667f3bcdn));
  const one = p.float(1);
  const s = p.apply(
    'f64x2.div',
    p.apply('f64x2.sub', mantissa, one),
    p.apply('f64x2.add', mantissa, one),
  );
  const coefficients = Array.from(
    { length: LOG_TERMS },
    (_, k) => 2 / (2 * (LOG_TERMS - 1 - k) + 1),
  );
  const log = p.apply('f64x2.mul', s, series(p, p.apply('f64x2.mul', s, s), coefficients));
  const n = p.apply('f64x2.convert_low_i32x4_s', exponent);
  return p.apply('f64x2.add', log, p.apply('f64x2.mul', n, p.float(Math.LN2)));
}

/** exp of t, bounded so that a float32 is 0 or Infinity outside. */
function exp64(p: Pair, t: Local): Local {
  const bounded = p.apply('f64x2.max', p.apply('f64x2.min', t, p.float(100)), p.float(-120));
  const n = p.apply('f64x2.nearest', p.apply('f64x2.mul', bounded, p.float(Math.LOG2E)));
  const r = p.apply('f64x2.sub', bounded, p.apply('f64x2.mul', n, p.float(Math.LN2)));
  let factorial = 1;
  const coefficients = Array.from(
    { length: EXP_TERMS },
    (_, k) => 1 / (factorial *= Math.max(k, 1)),
  );
  const y = series(p, r, coefficients.toReversed());
  const whole = p.apply('i64x2.extend_low_i32x4_s', p.apply('i32x4.trunc_sat_f64x2_s_zero', n));
  return p.apply(
    'f64x2.mul',
    y,
    p.shift('i64x2.shl', p.apply('i64x2.add', whole, p.integer(1023n)), 52),
  );
}

/** exp(y log x) for positive finite x: lanes 0 and 1, in the low half. */
function lowHalf(p: Pair, sink: LaneSink, x: Local, y: Local): Local {
  const log = log64(p, p.apply('f64x2.promote_low_f32x4', x), sink);
  const t = p.apply('f64x2.mul', log, p.apply('f64x2.promote_low_f32x4', y));
  return p.apply('f32x4.demote_f64x2_zero', exp64(p, t));
}

/** pow with the special values of C, but NaN for (-1) to the power Infinity, as JavaScript has it. */
export function powerBody(v: Lane32Builder, [x, y]: readonly Lanes[], sink: LaneSink): Lanes {
  const p = pairBuilder(sink);
  const [zero, one, infinity] = [v.float(0), v.float(1), v.float(Infinity)];
  const a = v.f('abs', x!);
  const upper = (lanes: Lanes): Local =>
    sink.keep(shuffle([2, 3, 2, 3], get(localOf(lanes)), get(localOf(lanes))));
  const low = lowHalf(p, sink, localOf(a), localOf(y!));
  const high = lowHalf(p, sink, upper(a), upper(y!));
  const inner = lanesOf(sink.keep(shuffle([0, 1, 4, 5], get(low), get(high))));

  const isZero = v.f('eq', a, zero);
  const isInfinite = v.f('eq', a, infinity);
  const grows = v.bits('not', v.bits('xor', isInfinite, v.f('gt', y!, zero)));
  const outer = v.bits('and', grows, infinity);
  const magnitude = v.select(v.bits('or', isZero, isInfinite), outer, inner);

  const isWhole = v.f('eq', v.f('floor', y!), y!);
  const half = v.f('mul', y!, v.float(0.5));
  const isOdd = v.bits('and', isWhole, v.f('ne', v.f('floor', half), half));
  const sign = v.bits('and', v.bits('and', x!, isOdd), v.integer(-(2 ** 31)));
  const signed = v.bits('or', magnitude, sign);

  const noPower = v.bits('andnot', v.f('lt', x!, zero), v.bits('or', isWhole, isInfinite));
  const isNan = v.bits('or', noPower, v.bits('or', v.f('ne', x!, x!), v.f('ne', y!, y!)));
  const isOne = v.bits('or', v.f('eq', x!, one), v.f('eq', y!, zero));
  return v.select(isOne, one, v.select(isNan, v.float(NaN), signed));
}
