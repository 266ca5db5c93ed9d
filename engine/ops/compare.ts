/** @file Comparisons, which give bool; the larger and the smaller; the choice by a condition. */
import { node, type Expr } from '../ir/graph.ts';
import { fail } from '../base/errors.ts';
import type { FloatLaneOp, IntegerLaneOp, OpDef } from '../ir/op-def.ts';
import { isFloat } from '../ir/types.ts';
import { align, broadcastTogether, cast } from './broadcast.ts';
import { mergeOperands } from './operands.ts';
import { binary, elementwiseExtent } from './define.ts';
import { constant } from './leaves.ts';
import { noParams } from './read-params.ts';
import { IS_NAN, MAX_NAN, MIN_NAN } from './wgsl-math.ts';

type Comparison = {
  readonly name: string;
  readonly doc: string;
  readonly symbol: string;
  readonly latexSymbol: string;
  readonly holds: (x: number, y: number) => boolean;
  readonly lanes: {
    readonly float: FloatLaneOp;
    readonly int32: IntegerLaneOp;
    readonly uint32: IntegerLaneOp;
  };
  readonly commutative?: boolean;
};

const comparison = ({ name, doc, symbol, latexSymbol, holds, lanes, commutative }: Comparison) =>
  binary({
    name,
    doc,
    accepts: 'any',
    gives: 'bool',
    ...(commutative === true ? { commutative } : {}),
    derivative: { kind: 'zero' },
    reference: (x, y) => Number(holds(x, y)),
    wgsl: (x, y, { operands, use }) => {
      if (operands[0] === 'bool')
        return symbol === '==' || symbol === '!='
          ? `(${x} ${symbol} ${y})`
          : `(u32(${x}) ${symbol} u32(${y}))`;
      const text = `(${x} ${symbol} ${y})`;
      if (!isFloat(operands[0]!)) return text;
      // A compiler may assume that there is no NaN, and then x == x is true.
      if (symbol === '==') return `(${text} && !${use(IS_NAN)}(${x}) && !is_nan(${y}))`;
      return symbol === '!=' ? `(${text} || ${use(IS_NAN)}(${x}) || is_nan(${y}))` : text;
    },
    wasm: (v, x, y) => {
      const dtype = v.operands[0]!;
      if (isFloat(dtype)) return v.f(lanes.float, x, y);
      // A bool is a mask, -1 where it is true: the order of masks is that of unsigned integers.
      return v.i(dtype === 'int32' ? lanes.int32 : lanes.uint32, x, y);
    },
    latex: (x, y) => `${x} ${latexSymbol} ${y}`,
    text: (x, y) => `${x} ${symbol} ${y}`,
    domain: [
      [-3, 3],
      [-3, 3],
    ],
  });

export const eq = comparison({
  name: 'eq',
  doc: 'Whether x equals y, elementwise. NaN equals nothing.',
  symbol: '==',
  latexSymbol: '=',
  commutative: true,
  holds: (x, y) => x === y,
  lanes: { float: 'eq', int32: 'eq', uint32: 'eq' },
});
export const neq = comparison({
  name: 'neq',
  doc: 'Whether x differs from y, elementwise. NaN differs from everything.',
  symbol: '!=',
  latexSymbol: '\\neq',
  commutative: true,
  holds: (x, y) => x !== y,
  lanes: { float: 'ne', int32: 'ne', uint32: 'ne' },
});
export const lt = comparison({
  name: 'lt',
  doc: 'Whether x is less than y, elementwise.',
  symbol: '<',
  latexSymbol: '<',
  holds: (x, y) => x < y,
  lanes: { float: 'lt', int32: 'lt_s', uint32: 'lt_u' },
});
export const le = comparison({
  name: 'le',
  doc: 'Whether x is at most y, elementwise.',
  symbol: '<=',
  latexSymbol: '\\leq',
  holds: (x, y) => x <= y,
  lanes: { float: 'le', int32: 'le_s', uint32: 'le_u' },
});
export const gt = comparison({
  name: 'gt',
  doc: 'Whether x is greater than y, elementwise.',
  symbol: '>',
  latexSymbol: '>',
  holds: (x, y) => x > y,
  lanes: { float: 'gt', int32: 'gt_s', uint32: 'gt_u' },
});
export const ge = comparison({
  name: 'ge',
  doc: 'Whether x is at least y, elementwise.',
  symbol: '>=',
  latexSymbol: '\\geq',
  holds: (x, y) => x >= y,
  lanes: { float: 'ge', int32: 'ge_s', uint32: 'ge_u' },
});

export const maximum = binary({
  name: 'maximum',
  doc: 'The larger of x and y, elementwise; NaN where one is NaN. The derivative goes to x where they are equal.',
  accepts: 'number',
  commutative: true,
  derivative: (x, y) => [() => cast(ge(x, y), x.type.dtype), () => cast(lt(x, y), x.type.dtype)],
  reference: (x, y) => Math.max(x, y),
  wgsl: (x, y, { dtype, use }) =>
    isFloat(dtype) ? `${use(MAX_NAN)}(${x}, ${y})` : `max(${x}, ${y})`,
  wasm: (v, x, y) =>
    isFloat(v.dtype) ? v.f('max', x, y) : v.i(v.dtype === 'uint32' ? 'max_u' : 'max_s', x, y),
  latex: (x, y) => `\\max(${x}, ${y})`,
  domain: [
    [-3, 0],
    [0.2, 3],
  ],
});

export const minimum = binary({
  name: 'minimum',
  doc: 'The smaller of x and y, elementwise; NaN where one is NaN. The derivative goes to x where they are equal.',
  accepts: 'number',
  commutative: true,
  derivative: (x, y) => [() => cast(le(x, y), x.type.dtype), () => cast(gt(x, y), x.type.dtype)],
  reference: (x, y) => Math.min(x, y),
  wgsl: (x, y, { dtype, use }) =>
    isFloat(dtype) ? `${use(MIN_NAN)}(${x}, ${y})` : `min(${x}, ${y})`,
  wasm: (v, x, y) =>
    isFloat(v.dtype) ? v.f('min', x, y) : v.i(v.dtype === 'uint32' ? 'min_u' : 'min_s', x, y),
  latex: (x, y) => `\\min(${x}, ${y})`,
  domain: [
    [-3, 0],
    [0.2, 3],
  ],
});

/** x as a bool: any number that is nonzero is true. */
const condition = (x: Expr): Expr => cast(x, 'bool');

const zeroOf = (x: Expr): Expr => constant(0, x.type.dtype);

export const WHERE: OpDef = {
  name: 'where',
  doc: 'a where the condition is true, b elsewhere, elementwise. Both are computed; a value not chosen has no influence, NaN included.',
  readParams: noParams,
  arity: [3, 3],
  infer: ({ types, describe, describeType: typeOf }) => {
    const [c, a, b] = types;
    if (c!.dtype !== 'bool') fail('dtype_wrong', 'where', 'a bool condition', typeOf(0));
    if (a!.dtype !== b!.dtype) fail('dtype_wrong', 'where', a!.dtype, typeOf(2));
    return {
      dtype: a!.dtype,
      shape: mergeOperands(
        'where',
        types.map((type) => type.shape),
        describe,
      ),
    };
  },
  extent: elementwiseExtent,
  derivative: {
    kind: 'custom',
    vjp: ([ct], { inputs: [c] }) =>
      ct === null || ct === undefined
        ? [null, null, null]
        : [null, where(c!, ct, zeroOf(ct)), where(c!, zeroOf(ct), ct)],
    jvp: ([, a, b], { inputs: [c] }) => {
      const some = a ?? b;
      return some === null || some === undefined
        ? [null]
        : [where(c!, a ?? zeroOf(some), b ?? zeroOf(some))];
    },
  },
  lowering: {
    kind: 'elementwise',
    cost: 1,
    reference: ([c, a, b]) => (c === 0 ? b! : a!),
    wgsl: ([c, a, b]) => `select(${b}, ${a}, ${c})`,
    wasm: (v, [c, a, b]) => v.select(c!, a!, b!),
  },
  latex: ([c, a, b]) => `\\begin{cases} ${a} & ${c} \\\\ ${b} & \\text{else} \\end{cases}`,
  domain: [],
};

/** @throws shapes_differ, dtypes_differ */
export function where(c: Expr, a: Expr, b: Expr): Expr {
  const [x, y] = align('where', [a, b]);
  return node(WHERE, broadcastTogether('where', [condition(c), x!, y!]));
}
