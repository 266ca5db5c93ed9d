/** @file dot: products of vectors and matrices. */
import { fail } from '../base/errors.ts';
import { describe, node, type Expr } from '../ir/graph.ts';
import type { OpDef, ReadArgs } from '../ir/op-def.ts';
import type { Scalar } from '../ir/scalar.ts';
import { stridesOf, type Shape } from '../ir/types.ts';
import { mul } from './arith.ts';
import { cast, insertOnes, transpose } from './broadcast.ts';
import { fillByIndex } from './reference.ts';
import { commonDType } from './operands.ts';
import { dimOf } from './leaves.ts';
import { noParams } from './read-params.ts';

/** The result's shape: the operands' without the extents that are summed over. */
const dotShape = (a: Shape, b: Shape): Shape => [
  ...a.slice(0, -1),
  ...(b.length === 2 ? b.slice(1) : []),
];

/** One product of the sum. */
const product = (x: Scalar, y: Scalar): Scalar => {
  const { lowering } = mul.def;
  if (lowering.kind !== 'elementwise') throw new Error('engine defect: mul is not elementwise');
  return { kind: 'apply', dtype: x.dtype, name: mul.def.name, code: lowering, inputs: [x, y] };
};

export const DOT: OpDef = {
  name: 'dot',
  doc: 'Product of vectors and matrices: the last axis of x with the first of y. Integers multiply as integers.',
  readParams: noParams,
  arity: [2, 2],
  infer: ({ types, describe: name, describeType }) => {
    const [x, y] = types;
    if (![1, 2].includes(x!.shape.length))
      fail('rank_wrong', 'dot', 'a vector or a matrix', name(0));
    if (![1, 2].includes(y!.shape.length))
      fail('rank_wrong', 'dot', 'a vector or a matrix', name(1));
    if (x!.dtype === 'bool') fail('dtype_wrong', 'dot', 'numbers', describeType(0));
    if (x!.dtype !== y!.dtype) fail('dtype_wrong', 'dot', x!.dtype, describeType(1));
    const [last, first] = [x!.shape.at(-1)!, y!.shape[0]!];
    if (last !== null && first !== null && last !== first)
      fail('inner_extents_differ', 'dot', name(0), name(1));
    return { dtype: x!.dtype, shape: dotShape(x!.shape, y!.shape) };
  },
  extent: ({ inputs: [x, y] }, axis) =>
    axis === 0 && x!.type.shape.length === 2 ? dimOf(x!, 0) : dimOf(y!, 1),
  derivative: {
    kind: 'bilinear',
    transpose: (ct, input, { inputs: [x, y] }) => {
      const ranks = `${x!.type.shape.length}${y!.type.shape.length}`;
      if (ranks === '11') return mul(ct, input === 0 ? y! : x!);
      if (input === 0) return ranks === '21' ? outer(ct, y!) : dot(ct, transpose(y!));
      return ranks === '12' ? outer(x!, ct) : dot(transpose(x!), ct);
    },
  },
  lowering: {
    kind: 'reduction',
    combine: 'sum',
    template: 'matmul',
    extents: ({ inputShapes }) => [inputShapes[1]![0]!],
    element: (out, [k], { inputShapes, read }: ReadArgs<object>) => {
      const rows = inputShapes[0]!.length === 2 ? 1 : 0;
      return product(read(0, [...out.slice(0, rows), k!]), read(1, [k!, ...out.slice(rows)]));
    },
    reference: (args) => {
      const [x, y] = args.inputs;
      const [xs, ys] = [stridesOf(x!.shape), stridesOf(y!.shape)];
      const rows = x!.shape.length === 2 ? 1 : 0;
      return fillByIndex(args, (out) => {
        const left = rows === 1 ? out[0]! * xs[0]! : 0;
        const right = y!.shape.length === 2 ? out[rows]! : 0;
        let total = 0;
        for (let k = 0; k < y!.shape[0]!; k++)
          total += x!.data[left + k]! * y!.data[right + k * ys[0]!]!;
        return total;
      });
    },
  },
  latex: ([x, y]) => `${x} \\, ${y}`,
  text: ([x, y]) => `dot(${x}, ${y})`,
  domain: [],
};

/** x [m] and y [n] -> [m, n] */
const outer = (x: Expr, y: Expr): Expr => mul(insertOnes(x, [1]), insertOnes(y, [0]));

/** @throws inner_extents_differ, rank_wrong */
export function dot(x: Expr, y: Expr): Expr {
  const ranks = [x.type.shape.length, y.type.shape.length];
  const dtype = commonDType('dot', [x, y]);
  const [a, b] = [
    cast(x, dtype === 'bool' ? 'int32' : dtype),
    cast(y, dtype === 'bool' ? 'int32' : dtype),
  ];
  if (ranks.includes(0)) return mul(a, b);
  if (ranks.some((rank) => rank > 2))
    fail('rank_wrong', 'dot', 'at most two axes', describe(ranks[0]! > 2 ? x : y));
  return node(DOT, [a, b]);
}
