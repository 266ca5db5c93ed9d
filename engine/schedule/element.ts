/**
 * @file One element of a node as a scalar: the op's lowering at an index, its inputs read by whoever asks. What costs nothing
 * (views, ranges, constants) is read through; the rest goes to the reader.
 */
import { assert } from '../base/errors.ts';
import type { Expr } from '../ir/graph.ts';
import { number, uniformIndex, type IndexExpr } from '../ir/index-expr.ts';
import type { LowerArgs } from '../ir/op-def.ts';
import { constantScalar, type Scalar } from '../ir/scalar.ts';
import { staticShape } from '../ir/types.ts';
import { scalarValue } from '../ops/leaves.ts';

/** Reads element `index` of a node that is not read through. */
export type Reader = (expr: Expr, index: readonly IndexExpr[]) => Scalar;

/** Slots of host values; the scheduler gives them out. */
export type SlotTable = {
  slotOfScalar(expr: Expr): number;
  /** Offsets of a node that differ between calls. */
  slotOfOffset(expr: Expr, index: number): number;
};

/** Where an element comes from: the inner turn of a reduction, who reads the inputs, who numbers host values. */
export type ElementSource = {
  readonly inner?: readonly IndexExpr[];
  readonly read: Reader;
  readonly slots: SlotTable;
};

/** The extents of the inner loops of a reduction; none for other nodes. */
export function innerExtents(expr: Expr, slots: SlotTable): readonly number[] {
  const { lowering } = expr.op;
  return lowering.kind === 'reduction' ? lowering.extents(lowerArgs(expr, slots)) : [];
}

function lowerArgs(expr: Expr, slots: SlotTable): LowerArgs<Expr['params']> {
  const offsets = staticOffsets(expr);
  return {
    params: expr.params,
    inputShapes: expr.inputs.map((x) => staticShape(x.type.shape)),
    outputShape: staticShape(expr.type.shape),
    dtype: expr.type.dtype,
    offset: (k) =>
      offsets === null ? uniformIndex(slots.slotOfOffset(expr, k)) : number(offsets[k]!),
    hostHas: (i) =>
      expr.inputs[i]!.op.lowering.kind === 'uniform' || scalarValue(expr.inputs[i]!) !== null,
  };
}

/** The offsets of a node where constants give them; `null` where a host scalar does. */
function staticOffsets(expr: Expr): readonly number[] | null {
  const { lowering } = expr.op;
  if (!('offsets' in lowering) || lowering.offsets === undefined) return [];
  const values = expr.inputs.map(scalarValue);
  if (expr.inputs.some((x) => x.op.lowering.kind === 'uniform')) return null;
  return lowering.offsets({
    params: expr.params,
    values,
    inputShapes: expr.inputs.map((x) => staticShape(x.type.shape)),
  });
}

/** Element `index` of `expr`, for a reduction the value of one turn; inputs go to `read`. */
export function elementOf(
  expr: Expr,
  index: readonly IndexExpr[],
  { inner = [], read, slots }: ElementSource,
): Scalar {
  const { lowering } = expr.op;
  switch (lowering.kind) {
    case 'elementwise':
      return {
        kind: 'apply',
        dtype: expr.type.dtype,
        name: expr.op.name,
        code: lowering,
        inputs: expr.inputs.map((x) => readThrough(x, index, read, slots)),
      };
    case 'view':
      return readThrough(
        expr.inputs[0]!,
        lowering.index(index, lowerArgs(expr, slots)),
        read,
        slots,
      );
    case 'element':
    case 'reduction': {
      const args = {
        ...lowerArgs(expr, slots),
        read: (i: number, at: readonly IndexExpr[]) =>
          readThrough(expr.inputs[i]!, at, read, slots),
      };
      return lowering.kind === 'element'
        ? lowering.element(index, args)
        : lowering.element(index, inner, args);
    }
    case 'uniform':
      return { kind: 'uniform', dtype: expr.type.dtype, slot: slots.slotOfScalar(expr) };
    case 'leaf': {
      const value = scalarValue(expr);
      return value === null ? read(expr, index) : constantScalar(value, expr.type.dtype);
    }
    case 'host':
    case 'graph':
      return assert(false, `${expr.op.name} cannot be scheduled`) as never;
  }
}

/** The inputs that one turn of a reduction reads, and where, views among them. */
export function directReads(
  expr: Expr,
  index: readonly IndexExpr[],
  inner: readonly IndexExpr[],
  slots: SlotTable,
): readonly { readonly expr: Expr; readonly index: readonly IndexExpr[] }[] {
  const { lowering } = expr.op;
  assert(lowering.kind === 'reduction', `${expr.op.name} does not reduce`);
  const reads: { expr: Expr; index: readonly IndexExpr[] }[] = [];
  lowering.element(index, inner, {
    ...lowerArgs(expr, slots),
    read: (i, at) => {
      reads.push({ expr: expr.inputs[i]!, index: at });
      return constantScalar(0, expr.inputs[i]!.type.dtype);
    },
  });
  return reads;
}

/** Whether a node is computed where it is read: it costs nothing, or less than a load. */
export function isReadThrough(expr: Expr): boolean {
  const { lowering } = expr.op;
  switch (lowering.kind) {
    case 'view':
    case 'uniform':
      return true;
    case 'element':
      return lowering.cost === 0;
    case 'leaf':
      return scalarValue(expr) !== null;
    case 'elementwise':
    case 'reduction':
    case 'host':
    case 'graph':
      return false;
  }
}

/** Element `index` of a node, or of what it is a view of. */
function readThrough(
  expr: Expr,
  index: readonly IndexExpr[],
  read: Reader,
  slots: SlotTable,
): Scalar {
  return isReadThrough(expr) ? elementOf(expr, index, { read, slots }) : read(expr, index);
}

/** Whether two indices are the same place. */
export function sameIndex(a: readonly IndexExpr[], b: readonly IndexExpr[]): boolean {
  return a.length === b.length && a.every((x, i) => sameIndexExpr(x, b[i]!));
}

function sameIndexExpr(a: IndexExpr, b: IndexExpr): boolean {
  if (a === b) return true;
  if (a.kind === 'number') return b.kind === 'number' && a.value === b.value;
  return a.kind === 'axis' && b.kind === 'axis' && a.axis === b.axis;
}
