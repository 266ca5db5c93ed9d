/**
 * @file WGSL functions for mathematics over all of float32. Built-ins are not trusted over the whole range: tanh overflows,
 * log loses its digits near 1, comparisons with NaN may be folded away. NaN is told by its bits.
 * Source of the polynomials: Moshier, Cephes mathematical library, single precision.
 */
import type { WgslHelper } from '../ir/op-def.ts';

export const IS_NAN: WgslHelper = {
  name: 'is_nan',
  source: 'fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }',
};

/** Infinity and NaN do not compile as constants; the bits of a variable do. */
export const FROM_BITS: WgslHelper = {
  name: 'from_bits',
  source: 'fn from_bits(bits: u32) -> f32 { var b = bits; return bitcast<f32>(b); }',
};

/** Truncation into the range of the integers; NaN is 0. A conversion alone may stop short of the largest one. */
export const TO_I32: WgslHelper = {
  name: 'to_i32',
  source: `fn to_i32(x: f32) -> i32 {
  if (is_nan(x)) { return 0; }
  if (x >= 2147483648.0) { return 2147483647; }
  return i32(max(x, -2147483648.0));
}`,
  uses: [IS_NAN],
};

export const TO_U32: WgslHelper = {
  name: 'to_u32',
  source: `fn to_u32(x: f32) -> u32 {
  if (is_nan(x)) { return 0u; }
  if (x >= 4294967296.0) { return 4294967295u; }
  return u32(max(x, 0.0));
}`,
  uses: [IS_NAN],
};

/** WGSL leaves the sign of NaN open. */
export const SIGN_NAN: WgslHelper = {
  name: 'sign_nan',
  source: 'fn sign_nan(x: f32) -> f32 { if (is_nan(x)) { return x; } return sign(x); }',
  uses: [IS_NAN],
};

export const MAX_NAN: WgslHelper = {
  name: 'max_nan',
  source:
    'fn max_nan(a: f32, b: f32) -> f32 { if (is_nan(a)) { return a; } if (is_nan(b)) { return b; } return max(a, b); }',
  uses: [IS_NAN],
};

export const MIN_NAN: WgslHelper = {
  name: 'min_nan',
  source:
    'fn min_nan(a: f32, b: f32) -> f32 { if (is_nan(a)) { return a; } if (is_nan(b)) { return b; } return min(a, b); }',
  uses: [IS_NAN],
};

/** log(1 + x) for x in [sqrt(1/2) - 1, sqrt(2) - 1], relative error below 1e-7. */
const LOG1P_CORE: WgslHelper = {
  name: 'log1p_core',
  source: `fn log1p_core(x: f32) -> f32 {
  let z = x * x;
  var p = 7.0376836292e-2;
  p = p * x - 1.1514610310e-1;
  p = p * x + 1.1676998740e-1;
  p = p * x - 1.2420140846e-1;
  p = p * x + 1.4249322787e-1;
  p = p * x - 1.6668057665e-1;
  p = p * x + 2.0000714765e-1;
  p = p * x - 2.4999993993e-1;
  p = p * x + 3.3333331174e-1;
  return x + (x * z * p - 0.5 * z);
}`,
};

export const LOG: WgslHelper = {
  name: 'log_f32',
  source: `fn log_f32(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) < 0x00800000u) { return from_bits(0xff800000u); }
  if (bits > 0x7f800000u) { return from_bits(0x7fc00000u); }
  if (bits == 0x7f800000u) { return x; }
  var e = i32(bits >> 23u) - 126;
  var m = bitcast<f32>((bits & 0x007fffffu) | 0x3f000000u);
  if (m < 0.70710678) { e = e - 1; m = m + m; }
  let n = f32(e);
  return log1p_core(m - 1.0) + n * -2.12194440e-4 + n * 0.693359375;
}`,
  uses: [LOG1P_CORE, FROM_BITS],
};

export const LOG1P: WgslHelper = {
  name: 'log1p_f32',
  source:
    'fn log1p_f32(x: f32) -> f32 { if (x > -0.29 && x < 0.41) { return log1p_core(x); } return log_f32(1.0 + x); }',
  uses: [LOG1P_CORE, LOG],
};

export const EXP: WgslHelper = {
  name: 'exp_f32',
  source: `fn exp_f32(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (x > 88.72284) { return from_bits(0x7f800000u); }
  if (x < -87.33655) { return 0.0; }
  let n = floor(x * 1.44269504 + 0.5);
  let r = x - n * 0.693359375 + n * 2.12194440e-4;
  var p = 1.9875691500e-4;
  p = p * r + 1.3981999507e-3;
  p = p * r + 8.3334519073e-3;
  p = p * r + 4.1665795894e-2;
  p = p * r + 1.6666665459e-1;
  p = p * r + 5.0000001201e-1;
  let y = p * r * r + r + 1.0;
  let half = i32(n) >> 1u;
  return y * bitcast<f32>(u32(half + 127) << 23u) * bitcast<f32>(u32(i32(n) - half + 127) << 23u);
}`,
  uses: [IS_NAN, FROM_BITS],
};

export const EXPM1: WgslHelper = {
  name: 'expm1_f32',
  source: `fn expm1_f32(x: f32) -> f32 {
  if (abs(x) >= 0.5 || is_nan(x)) { return exp_f32(x) - 1.0; }
  var p = 2.4801587e-5;
  p = p * x + 1.9841270e-4;
  p = p * x + 1.3888889e-3;
  p = p * x + 8.3333333e-3;
  p = p * x + 4.1666667e-2;
  p = p * x + 1.6666667e-1;
  p = p * x + 0.5;
  return p * x * x + x;
}`,
  uses: [EXP, IS_NAN],
};

export const TANH: WgslHelper = {
  name: 'tanh_f32',
  source: `fn tanh_f32(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let a = abs(x);
  if (a >= 0.625) { let t = 1.0 - 2.0 / (exp_f32(2.0 * min(a, 20.0)) + 1.0); return select(t, -t, x < 0.0); }
  let z = x * x;
  var p = -5.70498872745e-3;
  p = p * z + 2.06390887954e-2;
  p = p * z - 5.37397155531e-2;
  p = p * z + 1.33314422036e-1;
  p = p * z - 3.33332819422e-1;
  return p * z * x + x;
}`,
  uses: [EXP, IS_NAN],
};

export const SIGMOID: WgslHelper = {
  name: 'sigmoid_f32',
  source: `fn sigmoid_f32(x: f32) -> f32 {
  let e = exp_f32(-abs(x));
  return select(1.0 / (1.0 + e), e / (1.0 + e), x < 0.0);
}`,
  uses: [EXP],
};

export const SOFTPLUS: WgslHelper = {
  name: 'softplus_f32',
  source:
    'fn softplus_f32(x: f32) -> f32 { return max_nan(x, 0.0) + log1p_f32(exp_f32(-abs(x))); }',
  uses: [MAX_NAN, LOG1P, EXP],
};

/** x to the power y: by repeated squaring for whole |y| up to 64, which is exact where that is; else by exp and log. */
export const POW: WgslHelper = {
  name: 'pow_f32',
  source: `fn pow_f32(x: f32, y: f32) -> f32 {
  if (y == 0.0 || x == 1.0) { return 1.0; }
  if (is_nan(x) || is_nan(y)) { return x + y; }
  let whole = floor(y) == y;
  if (whole && abs(y) <= 64.0) {
    var n = u32(abs(y));
    var base = x;
    var result = 1.0;
    loop {
      if (n == 0u) { break; }
      if ((n & 1u) == 1u) { result = result * base; }
      base = base * base;
      n = n >> 1u;
    }
    if (y < 0.0) { return 1.0 / result; }
    return result;
  }
  if (x < 0.0 && !whole) { return from_bits(0x7fc00000u); }
  let magnitude = exp_f32(y * log_f32(abs(x)));
  let odd = whole && abs(y) < 16777216.0 && floor(y * 0.5) * 2.0 != y;
  return select(magnitude, -magnitude, x < 0.0 && odd);
}`,
  uses: [EXP, LOG, IS_NAN, FROM_BITS],
};
