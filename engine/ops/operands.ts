/** @file What operands have in common: one dtype by promotion, one shape by merging what is known of extents. */
import { fail } from '../base/errors.ts';
import { describeType, type Expr } from '../ir/graph.ts';
import { compatibleShapes, mergeShapes, promote, type DType, type Shape } from '../ir/types.ts';

/** The shape that operands have together. @throws shapes_differ, runtime_one, naming the two that differ */
export function mergeOperands(
  op: string,
  shapes: readonly Shape[],
  describe: (i: number) => string,
): Shape {
  return shapes.reduce((merged, shape, i) => {
    const both = mergeShapes(merged, shape);
    if (both !== null) return both;
    const other = shapes.findIndex((s) => mergeShapes(s, shape) === null);
    const axis = shape.findIndex((n, a) => !compatibleShapes([n], [shapes[other]![a] ?? null]));
    const [own, extent] = [shape[axis] ?? null, shapes[other]![axis] ?? null];
    if (own === 1 && extent !== null) fail('runtime_one', op, describe(i), axis, extent);
    if (extent === 1 && own !== null) fail('runtime_one', op, describe(other), axis, own);
    return fail('shapes_differ', op, describe(other), describe(i));
  });
}

/** The dtype that operands have together. @throws dtypes_differ */
export function commonDType(op: string, operands: readonly Expr[]): DType {
  const [first, ...rest] = operands.map((x) => x.type.dtype);
  return rest.reduce((a, b, i): DType => {
    const both = promote(a, b);
    if (both !== null) return both;
    const other = operands.find((x) => promote(x.type.dtype, b) === null)!;
    return fail('dtypes_differ', op, describeType(other), describeType(operands[i + 1]!));
  }, first!);
}
