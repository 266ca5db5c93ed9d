/**
 * @file Mathematics on four lanes over all of float32, each a function of the module. There are no branches: special values
 * are selected at the end. Source of the single precision polynomials: Moshier, Cephes mathematical library.
 */
import type { LaneFunction, Lanes } from '../../ir/op-def.ts';
import {
  call,
  get,
  set,
  WasmFunction,
  type Code,
  type Local,
  type WasmModule,
} from './assembler.ts';
import {
  Lane32Builder,
  lanesOf,
  localOf,
  type DivisionFunction,
  type LaneSink,
} from './lane-builder.ts';
import { divisionBody } from './lane-division.ts';
import { powerBody } from './lane-power.ts';

/** Writes the body of a function; its value is the local it returns. */
type LaneBody = (v: Lane32Builder, xs: readonly Lanes[], sink: LaneSink) => Lanes;

const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.1219444e-4;

/** Number in the module of the function; made, with those it calls, when it is first asked for. */
export function laneFunction(module: WasmModule, name: LaneFunction | DivisionFunction): number {
  return module.numberOf(name, () => makeFunction(module, name));
}

const BODIES: Readonly<
  Record<LaneFunction | DivisionFunction, { readonly arity: 1 | 2; readonly body: LaneBody }>
> = {
  exp: { arity: 1, body: expBody },
  log: { arity: 1, body: logBody },
  log1p: { arity: 1, body: log1pBody },
  expm1: { arity: 1, body: expm1Body },
  tanh: { arity: 1, body: tanhBody },
  pow: { arity: 2, body: powerBody },
  div_s: { arity: 2, body: divisionBody('div_s') },
  div_u: { arity: 2, body: divisionBody('div_u') },
  rem_s: { arity: 2, body: divisionBody('rem_s') },
  rem_u: { arity: 2, body: divisionBody('rem_u') },
};

function makeFunction(module: WasmModule, name: LaneFunction | DivisionFunction): WasmFunction {
  const { arity, body } = BODIES[name];
  const params = ['x', 'y']
    .slice(0, arity)
    .map((param) => ({ name: param, type: 'v128' as const }));
  const fn = new WasmFunction(name, params, { result: 'v128', exported: false });
  const sink = functionSink(fn, module);
  const result = body(
    new Lane32Builder(sink, 'float32', ['float32', 'float32']),
    fn.params.map(lanesOf),
    sink,
  );
  fn.body.line(get(localOf(result)));
  return fn;
}

/** Code goes to the end of the function; equal constants are one local. */
function functionSink(fn: WasmFunction, module: WasmModule): LaneSink {
  const constants = new Map<string, Local>();
  const keep = (code: Code): Local => {
    const local = fn.local('v128', 't');
    fn.body.line(set(local, code));
    return local;
  };
  return {
    keep,
    constant: (code) => {
      const local = constants.get(code.text) ?? keep(code);
      constants.set(code.text, local);
      return local;
    },
    callFunction: (name, operands) =>
      keep(call(name, laneFunction(module, name), operands.map(get))),
  };
}

/** Horner's scheme, the highest coefficient first. */
function polynomial(v: Lane32Builder, x: Lanes, coefficients: readonly number[]): Lanes {
  const [first, ...rest] = coefficients;
  return rest.reduce((p, c) => v.f('add', v.f('mul', p, x), v.float(c)), v.float(first!));
}

/** x = n ln 2 + r with |r| <= ln 2 / 2, for |x| < 150. */
function reduceExponent(v: Lane32Builder, x: Lanes): { readonly n: Lanes; readonly r: Lanes } {
  const n = v.f('nearest', v.f('mul', x, v.float(Math.LOG2E)));
  const high = v.f('sub', x, v.f('mul', n, v.float(LN2_HIGH)));
  return { n, r: v.f('sub', high, v.f('mul', n, v.float(LN2_LOW))) };
}

/** exp(r) - 1 for |r| <= ln 2 / 2. */
function expm1Core(v: Lane32Builder, r: Lanes): Lanes {
  const p = polynomial(
    v,
    r,
    [
      1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1,
      5.0000001201e-1,
    ],
  );
  return v.f('add', v.f('mul', v.f('mul', r, r), p), r);
}

/** 2 to the power n, an int32 from -126 to 127. */
const powerOfTwo = (v: Lane32Builder, n: Lanes): Lanes =>
  v.shift('shl', v.i('add', n, v.integer(127)), 23);

function expBody(v: Lane32Builder, [x]: readonly Lanes[]): Lanes {
  // Outside these bounds the result is 0 or Infinity all the same; min and max keep NaN.
  const bounded = v.f('max', v.f('min', x!, v.float(89)), v.float(-104));
  const { n, r } = reduceExponent(v, bounded);
  const y = v.f('add', expm1Core(v, r), v.float(1));
  // Two factors: 2^n itself may be subnormal or 2^128.
  const whole = v.i('trunc_sat_f32x4_s', n);
  const half = v.shift('shr_s', whole, 1);
  const scaled = v.f('mul', y, powerOfTwo(v, half));
  return v.f('mul', scaled, powerOfTwo(v, v.i('sub', whole, half)));
}

function expm1Body(v: Lane32Builder, [x]: readonly Lanes[]): Lanes {
  const bounded = v.f('max', v.f('min', x!, v.float(89)), v.float(-18));
  const { n, r } = reduceExponent(v, bounded);
  // 2^n (e^r - 1) + (2^n - 1) at half the scale, so that 2^128 is not needed.
  const scale = powerOfTwo(v, v.i('sub', v.i('trunc_sat_f32x4_s', n), v.integer(1)));
  const rest = v.f('sub', scale, v.float(0.5));
  const half = v.f('add', v.f('mul', scale, expm1Core(v, r)), rest);
  const tiny = v.f('lt', v.f('abs', x!), v.float(1e-30));
  return v.select(tiny, x!, v.f('add', half, half));
}

/** The two small terms of log(1 + x) = x + (x^3 p(x) - x^2 / 2), and x^2 / 2, for x in [sqrt(1/2) - 1, sqrt(2) - 1]. */
function log1pTerms(
  v: Lane32Builder,
  x: Lanes,
): { readonly cubic: Lanes; readonly halfSquare: Lanes } {
  const p = polynomial(
    v,
    x,
    [
      7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1,
      -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ],
  );
  const square = v.f('mul', x, x);
  return {
    cubic: v.f('mul', v.f('mul', x, square), p),
    halfSquare: v.f('mul', square, v.float(0.5)),
  };
}

function logBody(v: Lane32Builder, [x]: readonly Lanes[]): Lanes {
  const subnormal = v.f('lt', x!, v.float(2 ** -126));
  const normal = v.select(subnormal, v.f('mul', x!, v.float(2 ** 23)), x!);
  // The mantissa in [sqrt(1/2), sqrt(2)): the bits of sqrt(1/2) are taken off before the exponent is cut out.
  const offset = v.i('sub', normal, v.integer(0x3f3504f3));
  const exponent = v.shift('shr_s', offset, 23);
  const mantissa = v.i('add', v.bits('and', offset, v.integer(0x7fffff)), v.integer(0x3f3504f3));
  const n = v.f('convert_i32x4_s', v.i('sub', exponent, v.bits('and', subnormal, v.integer(23))));
  const r = v.f('sub', mantissa, v.float(1));
  const { cubic, halfSquare } = log1pTerms(v, r);
  const small = v.f('sub', v.f('add', cubic, v.f('mul', n, v.float(LN2_LOW))), halfSquare);
  const result = v.f('add', v.f('add', r, small), v.f('mul', n, v.float(LN2_HIGH)));
  const finite = v.select(v.f('lt', x!, v.float(Infinity)), result, x!);
  const signed = v.select(v.f('lt', x!, v.float(0)), v.float(NaN), finite);
  return v.select(v.f('eq', x!, v.float(0)), v.float(-Infinity), signed);
}

function log1pBody(v: Lane32Builder, [x]: readonly Lanes[]): Lanes {
  const { cubic, halfSquare } = log1pTerms(v, x!);
  const near = v.f('add', x!, v.f('sub', cubic, halfSquare));
  // What 1 + x lost by rounding comes back as a first order term.
  const sum = v.f('add', v.float(1), x!);
  const lost = v.f('div', v.f('sub', x!, v.f('sub', sum, v.float(1))), sum);
  const exact = v.bits('and', v.f('gt', sum, v.float(0)), v.f('lt', sum, v.float(2 ** 25)));
  const far = v.f('add', v.call('log', sum), v.bits('and', lost, exact));
  const isNear = v.bits('and', v.f('gt', x!, v.float(-0.29)), v.f('lt', x!, v.float(0.41)));
  return v.select(isNear, near, far);
}

function tanhBody(v: Lane32Builder, [x]: readonly Lanes[]): Lanes {
  const a = v.f('abs', x!);
  const square = v.f('mul', a, a);
  const p = polynomial(
    v,
    square,
    [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1],
  );
  const near = v.f('add', v.f('mul', v.f('mul', p, square), a), a);
  const bounded = v.f('min', a, v.float(20));
  const e = v.call('exp', v.f('add', bounded, bounded));
  const far = v.f('sub', v.float(1), v.f('div', v.float(2), v.f('add', e, v.float(1))));
  const magnitude = v.select(v.f('lt', a, v.float(0.625)), near, far);
  return v.bits('or', magnitude, v.bits('and', x!, v.integer(-(2 ** 31))));
}
