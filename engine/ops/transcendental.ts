/** @file Exponentials, logarithms and what is made of them, elementwise. Integers give float32. */
import { cast } from './broadcast.ts';
import { add, like, mul, reciprocal, sqr, sub } from './arith.ts';
import { gt } from './compare.ts';
import { binary, unary } from './define.ts';
import { EXP, EXPM1, LOG, LOG1P, MAX_NAN, POW, SIGMOID, SOFTPLUS, TANH } from './wgsl-math.ts';
import { isFloat } from '../ir/types.ts';

/** Work of exp and its kind, in additions. */
const TRANSCENDENTAL = 8;

export const exp = unary({
  name: 'exp',
  doc: 'e to the power x, elementwise. Infinity above 88.72 in float32.',
  accepts: 'float',
  cost: TRANSCENDENTAL,
  derivative: (_, y) => y,
  reference: Math.exp,
  wgsl: (x, { use }) => `${use(EXP)}(${x})`,
  wasm: (v, x) => v.call('exp', x),
  latex: (x) => `e^{${x}}`,
  domain: [[-3, 3]],
});

export const log = unary({
  name: 'log',
  doc: 'Natural logarithm of x, elementwise. log(0) is -Infinity, log of a negative number is NaN.',
  accepts: 'float',
  cost: TRANSCENDENTAL,
  derivative: (x) => reciprocal(x),
  reference: Math.log,
  wgsl: (x, { use }) => `${use(LOG)}(${x})`,
  wasm: (v, x) => v.call('log', x),
  latex: (x) => `\\log ${x}`,
  domain: [[0.2, 3]],
});

export const log1p = unary({
  name: 'log1p',
  doc: 'log(1 + x) with all digits near 0, elementwise.',
  accepts: 'float',
  cost: TRANSCENDENTAL,
  derivative: (x) => reciprocal(add(like(1, x), x)),
  reference: Math.log1p,
  wgsl: (x, { use }) => `${use(LOG1P)}(${x})`,
  wasm: (v, x) => v.call('log1p', x),
  latex: (x) => `\\operatorname{log1p} ${x}`,
  domain: [[-0.8, 3]],
});

export const expm1 = unary({
  name: 'expm1',
  doc: 'exp(x) - 1 with all digits near 0, elementwise.',
  accepts: 'float',
  cost: TRANSCENDENTAL,
  derivative: (x) => exp(x),
  reference: Math.expm1,
  wgsl: (x, { use }) => `${use(EXPM1)}(${x})`,
  wasm: (v, x) => v.call('expm1', x),
  latex: (x) => `\\operatorname{expm1} ${x}`,
  domain: [[-3, 3]],
});

export const tanh = unary({
  name: 'tanh',
  doc: 'Hyperbolic tangent of x, elementwise.',
  accepts: 'float',
  cost: TRANSCENDENTAL,
  derivative: (_, y) => sub(like(1, y), sqr(y)),
  reference: Math.tanh,
  wgsl: (x, { use }) => `${use(TANH)}(${x})`,
  wasm: (v, x) => v.call('tanh', x),
  latex: (x) => `\\tanh ${x}`,
  domain: [[-3, 3]],
});

export const sigmoid = unary({
  name: 'sigmoid',
  doc: 'Logistic function 1 / (1 + exp(-x)), elementwise.',
  accepts: 'float',
  cost: TRANSCENDENTAL,
  derivative: (_, y) => mul(y, sub(like(1, y), y)),
  reference: (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
  wgsl: (x, { use }) => `${use(SIGMOID)}(${x})`,
  wasm: (v, x) => {
    const e = v.call('exp', v.f('neg', v.f('abs', x)));
    const whole = v.f('add', v.float(1), e);
    return v.f('div', v.select(v.f('lt', x, v.float(0)), e, v.float(1)), whole);
  },
  latex: (x) => `\\sigma(${x})`,
  domain: [[-3, 3]],
});

export const softplus = unary({
  name: 'softplus',
  doc: 'log(1 + exp(x)) without overflow, elementwise.',
  accepts: 'float',
  cost: 2 * TRANSCENDENTAL,
  derivative: (x) => sigmoid(x),
  reference: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  wgsl: (x, { use }) => `${use(SOFTPLUS)}(${x})`,
  wasm: (v, x) =>
    v.f(
      'add',
      v.f('max', x, v.float(0)),
      v.call('log1p', v.call('exp', v.f('neg', v.f('abs', x)))),
    ),
  latex: (x) => `\\operatorname{softplus}(${x})`,
  domain: [[-3, 3]],
});

export const relu = unary({
  name: 'relu',
  doc: 'max(x, 0), elementwise. Its derivative at 0 is 0.',
  accepts: 'number',
  derivative: (x) => cast(gt(x, like(0, x)), x.type.dtype),
  reference: (x) => Math.max(x, 0),
  wgsl: (x, { dtype, use }) =>
    isFloat(dtype) ? `${use(MAX_NAN)}(${x}, 0.0)` : dtype === 'uint32' ? x : `max(${x}, 0)`,
  wasm: (v, x) =>
    isFloat(v.dtype)
      ? v.f('max', x, v.float(0))
      : v.dtype === 'uint32'
        ? x
        : v.i('max_s', x, v.integer(0)),
  latex: (x) => `\\operatorname{relu}(${x})`,
  domain: [[0.2, 3]],
});

export const pow = binary({
  name: 'pow',
  doc: 'x to the power y, elementwise; integers give float32. NaN for a negative x and a y that is not whole.',
  accepts: 'float',
  cost: 2 * TRANSCENDENTAL,
  derivative: (x, y, z) => [() => mul(y, pow(x, sub(y, like(1, y)))), () => mul(z, log(x))],
  // JavaScript gives NaN for 1 ** NaN; the other targets and C give 1.
  reference: (x, y) => (x === 1 ? 1 : x ** y),
  wgsl: (x, y, { use }) => `${use(POW)}(${x}, ${y})`,
  wasm: (v, x, y) => v.call('pow', x, y),
  latex: (x, y) => `{${x}}^{${y}}`,
  text: (x, y) => `${x} ** ${y}`,
  domain: [
    [0.2, 3],
    [-2, 2],
  ],
});
