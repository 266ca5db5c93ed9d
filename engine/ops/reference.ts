/** @file Pieces of references: results computed element by element from their index, by nothing that the kernels use. */
import { makeArray } from '../ir/constant-data.ts';
import type { ReferenceArgs } from '../ir/op-def.ts';
import { sizeOf, staticShape, stridesOf } from '../ir/types.ts';

/** The index of x from the index of the result and that of the inner loops. */
export function joinAxes<I>(
  rank: number,
  axes: readonly number[],
  out: readonly I[],
  inner: readonly I[],
): I[] {
  let kept = 0;
  let reduced = 0;
  return Array.from({ length: rank }, (_, i) =>
    axes.includes(i) ? inner[reduced++]! : out[kept++]!,
  );
}

/** The reference of a view, by the index of x for each index of the result. */
export function referenceView<P>(
  indexOf: (out: readonly number[], args: ReferenceArgs<P>) => readonly number[],
): (args: ReferenceArgs<P>) => ReturnType<typeof makeArray> {
  return (args) => {
    const x = args.inputs[0]!;
    const strides = stridesOf(x.shape);
    return fillByIndex(args, (out) => {
      const index = indexOf(out, args);
      return x.data[index.reduce((p, i, axis) => p + i * strides[axis]!, 0)]!;
    });
  };
}

/** The reference of a reduction over `params.axes`, by the list of values behind each element. */
export function referenceReduction(
  join: (values: readonly number[]) => number,
): (args: ReferenceArgs<{ readonly axes: readonly number[] }>) => ReturnType<typeof makeArray> {
  return (args) => {
    const x = args.inputs[0]!;
    const strides = stridesOf(x.shape);
    const innerShape = args.params.axes.map((axis) => x.shape[axis]!);
    return fillByIndex(args, (out) => {
      const values = Array.from({ length: sizeOf(innerShape) }, (_, k) => {
        const index = joinAxes(x.shape.length, args.params.axes, out, unravel(k, innerShape));
        return x.data[index.reduce((p, i, axis) => p + i * strides[axis]!, 0)]!;
      });
      return join(values);
    });
  };
}

/** The result of a reference, its elements computed one by one from their index. */
export function fillByIndex<P>(
  { output }: ReferenceArgs<P>,
  element: (out: readonly number[]) => number,
): ReturnType<typeof makeArray> {
  const shape = staticShape(output.shape);
  const data = makeArray(output.dtype, sizeOf(shape));
  for (let k = 0; k < data.length; k++) data[k] = element(unravel(k, shape));
  return data;
}

/** The index of a row-major position. */
export function unravel(position: number, shape: readonly number[]): number[] {
  const index = shape.map(() => 0);
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}
