/**
 * @file The reference: a plain interpreter, in float64 or rounding to the dtype after each op. The oracle of tests, the
 * constant folder, and the `reference` device.
 */
import { assert, fail } from '../base/errors.ts';
import { INTERPRETED_ELEMENTS_MAX, NESTING_MAX } from '../base/limits.ts';
import { arrayOf, makeArray, type TypedArray } from './constant-data.ts';
import { describe, describeAs, namesAtCall, topoSort, withInputs, type Expr } from './graph.ts';
import type { ReferenceValue } from './op-def.ts';
import {
  HOST_BYTES,
  isFloat,
  showShape,
  sizeOf,
  staticShape,
  type DType,
  type Shape,
  type TensorType,
} from './types.ts';

/** `float64` keeps floats in double precision whatever their dtype; `rounded` rounds each result to its dtype. */
export type Precision = 'float64' | 'rounded';

/** The array kind of a dtype at a precision. */
const storedAs = (dtype: DType, precision: Precision): DType =>
  precision === 'float64' && isFloat(dtype) ? 'float64' : dtype;

/**
 * Value of each root. Leaves have theirs in `given`; constants know theirs.
 * @throws what an op's type rule throws for the shapes of the call
 */
export function interpret(
  roots: readonly Expr[],
  given: ReadonlyMap<Expr, ReferenceValue>,
  precision: Precision,
): ReferenceValue[] {
  const expanded = expandGraphs(roots);
  const values = new Map<Expr, ReferenceValue>();
  const order = topoSort(expanded);
  for (const expr of order) {
    const known = given.get(expr);
    values.set(
      expr,
      known ??
        evaluate(
          expr,
          expr.inputs.map((x) => values.get(x)!),
          { precision, order, values },
        ),
    );
  }
  return expanded.map((root) => values.get(root)!);
}

/** @throws arguments_wrong when arithmetic on extents came below 0 at a call */
export function checkExtents(expr: Expr, shape: Shape): void {
  const shown = showShape(shape);
  if (shape.some((n) => n! < 0))
    fail('arguments_wrong', expr.op.name, 'extents of at least 0', shown);
}

function checkSize(expr: Expr, { dtype, shape }: TensorType): void {
  checkExtents(expr, shape);
  const size = sizeOf(staticShape(shape));
  const [bytes, bytesMax] = [
    size * HOST_BYTES[dtype],
    INTERPRETED_ELEMENTS_MAX * HOST_BYTES[dtype],
  ];
  if (size > INTERPRETED_ELEMENTS_MAX)
    fail('too_large', describeAs(expr, showShape(shape)), bytes, bytesMax, 'reference');
}

type Run = {
  readonly precision: Precision;
  readonly order: readonly Expr[];
  readonly values: ReadonlyMap<Expr, ReferenceValue>;
};

/** The value of one node, given those of its inputs. @throws what the op's type rule throws; too_large, out_of_memory */
function evaluate(
  expr: Expr,
  inputs: readonly ReferenceValue[],
  { precision, order, values }: Run,
): ReferenceValue {
  const { op, params } = expr;
  const types = expr.inputs.map((x, i): TensorType => ({
    dtype: x.type.dtype,
    shape: inputs[i]!.shape,
  }));
  const inferred = op.infer({
    types,
    params,
    inner: expr.inner,
    known: (i) => (types[i]!.shape.length === 0 ? inputs[i]!.data[0]! : null),
    ...namesAtCall(expr, order, (x) => {
      const value = values.get(x);
      return value === undefined ? undefined : { dtype: x.type.dtype, shape: value.shape };
    }),
  }) as TensorType;
  const output: TensorType = { dtype: storedAs(inferred.dtype, precision), shape: inferred.shape };
  const args = { inputs, types, params, output };
  const shape = staticShape(output.shape);
  checkSize(expr, inferred);
  switch (op.lowering.kind) {
    case 'elementwise':
      return { data: mapElements(expr, inputs, inferred, precision), shape };
    case 'view':
    case 'element':
    case 'reduction':
    case 'host':
      return { data: settle(op.lowering.reference(args), inferred.dtype, precision), shape };
    case 'leaf':
    case 'uniform':
      return leafValue(expr, precision);
    case 'graph':
      return assert(false, `${op.name} was not expanded`) as never;
  }
}

function leafValue(expr: Expr, precision: Precision): ReferenceValue {
  const value = expr.params['value'];
  const shape = staticShape(expr.type.shape);
  const dtype = storedAs(expr.type.dtype, precision);
  if (typeof value === 'number') return { data: arrayOf(dtype, [value]), shape };
  assert(
    value !== undefined && value !== null && typeof value === 'object' && 'values' in value,
    `no value for ${describe(expr)}`,
  );
  return { data: arrayOf(dtype, value.values as TypedArray), shape };
}

/** Elements of `data` as the dtype holds them. */
function settle(data: TypedArray, dtype: DType, precision: Precision): TypedArray {
  const stored = storedAs(dtype, precision);
  const sample = makeArray(stored, 0);
  return data.constructor === sample.constructor ? data : arrayOf(stored, data);
}

function mapElements(
  { op, inputs: operands }: Expr,
  inputs: readonly ReferenceValue[],
  type: TensorType,
  precision: Precision,
): TypedArray {
  const { lowering } = op;
  assert(lowering.kind === 'elementwise', `${op.name} is not elementwise`);
  const dtypes = operands.map((x) => x.type.dtype);
  const data = makeArray(storedAs(type.dtype, precision), sizeOf(staticShape(type.shape)));
  const xs = inputs.map(() => 0);
  for (let k = 0; k < data.length; k++) {
    for (let i = 0; i < xs.length; i++) xs[i] = inputs[i]!.data[k]!;
    data[k] = lowering.reference(xs, type.dtype, dtypes);
  }
  return data;
}

/** The roots with every node whose lowering is a graph replaced by that graph. */
export function expandGraphs(
  roots: readonly Expr[],
  onReplaced: (before: Expr, after: Expr) => void = () => undefined,
): Expr[] {
  let current = [...roots];
  for (let depth = 0; depth <= NESTING_MAX; depth++) {
    const replaced = new Map<Expr, Expr>();
    let changed = false;
    for (const expr of topoSort(current)) {
      const rebuilt = withInputs(
        expr,
        expr.inputs.map((x) => replaced.get(x)!),
      );
      const { lowering } = rebuilt.op;
      if (lowering.kind === 'graph' && rebuilt.outputs.length === 1) {
        changed = true;
        const { inputs, params } = rebuilt;
        replaced.set(expr, lowering.expand({ inputs, output: rebuilt, params })[0]!);
      } else {
        replaced.set(expr, rebuilt);
      }
      if (replaced.get(expr) !== expr) onReplaced(expr, replaced.get(expr)!);
    }
    if (!changed) return current;
    current = current.map((root) => replaced.get(root)!);
  }
  return fail(
    'graph_too_large',
    'levels of operations inside operations',
    NESTING_MAX + 1,
    NESTING_MAX,
  );
}
