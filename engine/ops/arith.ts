/** @file Arithmetic, elementwise. */
import type { Expr } from '../ir/graph.ts';
import type { LaneBuilder, Lanes } from '../ir/op-def.ts';
import { isFloat } from '../ir/types.ts';
import { binary, unary } from './define.ts';
import { constant } from './leaves.ts';
import { SIGN_NAN } from './wgsl-math.ts';

/** The number as a scalar of x's dtype; builders broadcast it. */
export const like = (value: number, x: Expr): Expr => constant(value, x.type.dtype);

/** The lane operation of this name for the dtype at hand. */
function lane(
  v: LaneBuilder,
  op: 'add' | 'sub' | 'mul' | 'neg' | 'abs',
  ...xs: readonly Lanes[]
): Lanes {
  return isFloat(v.dtype) ? v.f(op, ...xs) : v.i(op, ...xs);
}

export const neg = unary({
  name: 'neg',
  doc: 'Negation of x, elementwise.',
  accepts: 'number',
  derivative: { kind: 'linear', transpose: (ct) => neg(ct) },
  reference: (x) => -x,
  wgsl: (x, { dtype }) => (dtype === 'uint32' ? `(0u - ${x})` : `(-${x})`),
  wasm: (v, x) => lane(v, 'neg', x),
  latex: (x) => `-${x}`,
  text: (x) => `-${x}`,
  domain: [[-3, 3]],
});

export const add = binary({
  name: 'add',
  doc: 'Sum of x and y, elementwise.',
  accepts: 'number',
  commutative: true,
  derivative: () => ['one', 'one'],
  reference: (x, y) => x + y,
  wgsl: (x, y) => `(${x} + ${y})`,
  wasm: (v, x, y) => lane(v, 'add', x, y),
  latex: (x, y) => `${x} + ${y}`,
  text: (x, y) => `${x} + ${y}`,
  domain: [
    [-3, 3],
    [-3, 3],
  ],
});

export const sub = binary({
  name: 'sub',
  doc: 'Difference of x and y, elementwise.',
  accepts: 'number',
  derivative: (x) => ['one', () => like(-1, x)],
  reference: (x, y) => x - y,
  wgsl: (x, y) => `(${x} - ${y})`,
  wasm: (v, x, y) => lane(v, 'sub', x, y),
  latex: (x, y) => `${x} - ${y}`,
  text: (x, y) => `${x} - ${y}`,
  domain: [
    [-3, 3],
    [-3, 3],
  ],
});

export const mul = binary({
  name: 'mul',
  doc: 'Product of x and y, elementwise.',
  accepts: 'number',
  commutative: true,
  derivative: (x, y) => [() => y, () => x],
  reference: (x, y, dtype) => (isFloat(dtype) ? x * y : Math.imul(x, y)),
  wgsl: (x, y) => `(${x} * ${y})`,
  wasm: (v, x, y) => lane(v, 'mul', x, y),
  latex: (x, y) => `${x} \\cdot ${y}`,
  text: (x, y) => `${x} * ${y}`,
  domain: [
    [-3, 3],
    [-3, 3],
  ],
});

export const div = binary({
  name: 'div',
  doc: 'Real quotient of x and y, elementwise; integers give float32. Division by 0 gives an infinity or NaN.',
  accepts: 'float',
  cost: 2,
  derivative: (x, y, z) => [() => reciprocal(y), () => neg(div(z, y))],
  reference: (x, y) => x / y,
  wgsl: (x, y) => `(${x} / ${y})`,
  wasm: (v, x, y) => v.f('div', x, y),
  latex: (x, y) => `\\frac{${x}}{${y}}`,
  text: (x, y) => `${x} / ${y}`,
  domain: [
    [-3, 3],
    [0.2, 3],
  ],
});

export const intDiv = binary({
  name: 'intDiv',
  doc: 'Quotient of x and y rounded down, elementwise. An integer divided by 0 gives 0.',
  accepts: 'number',
  cost: 4,
  derivative: { kind: 'zero' },
  reference: (x, y, dtype) => (y === 0 && !isFloat(dtype) ? 0 : Math.floor(x / y)),
  wgsl: (x, y, { dtype, use }) =>
    isFloat(dtype)
      ? `floor(${x} / ${y})`
      : dtype === 'uint32'
        ? `${use(UDIV)}(${x}, ${y})`
        : `${use(FLOOR_DIV)}(${x}, ${y})`,
  wasm: (v, x, y) => (isFloat(v.dtype) ? v.f('floor', v.f('div', x, y)) : floorDivide(v, x, y)),
  latex: (x, y) => `\\left\\lfloor \\frac{${x}}{${y}} \\right\\rfloor`,
  domain: [
    [-3, 3],
    [0.2, 3],
  ],
});

const FLOOR_DIV = {
  name: 'floor_div',
  source:
    'fn floor_div(x: i32, y: i32) -> i32 { if (y == 0) { return 0; } let q = x / y; return select(q, q - 1, q * y != x && ((x < 0) != (y < 0))); }',
};
const UDIV = {
  name: 'udiv',
  source: 'fn udiv(x: u32, y: u32) -> u32 { if (y == 0u) { return 0u; } return x / y; }',
};

function floorDivide(v: LaneBuilder, x: Lanes, y: Lanes): Lanes {
  if (v.dtype === 'uint32') return v.i('div_u', x, y);
  const quotient = v.i('div_s', x, y);
  const inexact = v.i('ne', v.i('mul', quotient, y), x);
  const signsDiffer = v.i('lt_s', v.bits('xor', x, y), v.integer(0));
  // A mask is -1 where it is set, so that adding it subtracts one; there is no remainder to correct where y is 0.
  const correct = v.bits('and', v.bits('and', inexact, signsDiffer), v.i('ne', y, v.integer(0)));
  return v.i('add', quotient, correct);
}

export const mod = binary({
  name: 'mod',
  doc: 'Remainder of x and y with the sign of y, elementwise: x - y * floor(x / y).',
  accepts: 'number',
  cost: 5,
  derivative: (x, y) => ['one', () => neg(intDiv(x, y))],
  reference: (x, y, dtype) => (y === 0 && !isFloat(dtype) ? x : x - y * Math.floor(x / y)),
  wgsl: (x, y, { dtype, use }) =>
    isFloat(dtype)
      ? `(${x} - ${y} * floor(${x} / ${y}))`
      : `(${x} - ${y} * ${use(dtype === 'uint32' ? UDIV : FLOOR_DIV)}(${x}, ${y}))`,
  wasm: (v, x, y) =>
    isFloat(v.dtype)
      ? v.f('sub', x, v.f('mul', y, v.f('floor', v.f('div', x, y))))
      : v.i('sub', x, v.i('mul', y, floorDivide(v, x, y))),
  latex: (x, y) => `${x} \\bmod ${y}`,
  domain: [
    [0.1, 0.9],
    [1, 3],
  ],
});

export const reciprocal = unary({
  name: 'reciprocal',
  doc: 'One over x, elementwise; integers give float32. reciprocal(0) is Infinity.',
  accepts: 'float',
  cost: 2,
  derivative: (_, y) => neg(sqr(y)),
  reference: (x) => 1 / x,
  wgsl: (x) => `(1.0 / ${x})`,
  wasm: (v, x) => v.f('div', v.float(1), x),
  latex: (x) => `\\frac{1}{${x}}`,
  domain: [[0.2, 3]],
});

export const sqr = unary({
  name: 'sqr',
  doc: 'Square of x, elementwise.',
  accepts: 'number',
  derivative: (x) => mul(like(2, x), x),
  reference: (x, dtype) => (isFloat(dtype) ? x * x : Math.imul(x, x)),
  wgsl: (x) => `(${x} * ${x})`,
  wasm: (v, x) => lane(v, 'mul', x, x),
  latex: (x) => `{${x}}^{2}`,
  domain: [[-3, 3]],
});

export const sqrt = unary({
  name: 'sqrt',
  doc: 'Square root of x, elementwise; integers give float32. NaN below 0.',
  accepts: 'float',
  cost: 2,
  derivative: (_, y) => div(like(0.5, y), y),
  reference: Math.sqrt,
  wgsl: (x) => `sqrt(${x})`,
  wasm: (v, x) => v.f('sqrt', x),
  latex: (x) => `\\sqrt{${x}}`,
  domain: [[0.2, 3]],
});

export const abs = unary({
  name: 'abs',
  doc: 'Absolute value of x, elementwise. Its derivative at 0 is 0.',
  accepts: 'number',
  derivative: (x) => sign(x),
  reference: Math.abs,
  wgsl: (x) => `abs(${x})`,
  wasm: (v, x) => (v.dtype === 'uint32' ? x : lane(v, 'abs', x)),
  latex: (x) => `\\left|${x}\\right|`,
  domain: [[0.2, 3]],
});

export const sign = unary({
  name: 'sign',
  doc: '-1, 0 or 1 by the sign of x, elementwise; NaN for NaN.',
  accepts: 'number',
  derivative: { kind: 'zero' },
  reference: Math.sign,
  wgsl: (x, { dtype, use }) => {
    if (isFloat(dtype)) return `${use(SIGN_NAN)}(${x})`;
    return dtype === 'uint32' ? `min(${x}, 1u)` : `sign(${x})`;
  },
  wasm: (v, x) => {
    if (v.dtype === 'uint32') return v.i('min_u', x, v.integer(1));
    if (!isFloat(v.dtype)) return v.i('max_s', v.i('min_s', x, v.integer(1)), v.integer(-1));
    const positive = v.bits('and', v.f('gt', x, v.float(0)), v.float(1));
    const negative = v.bits('and', v.f('lt', x, v.float(0)), v.float(-1));
    return v.select(v.f('eq', x, x), v.bits('or', positive, negative), x);
  },
  latex: (x) => `\\operatorname{sign} ${x}`,
  domain: [[0.2, 3]],
});
