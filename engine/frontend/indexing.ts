/** @file What a user writes in `x.at(...)`, as entries of the op: numbers, slices, texts, new axes, integer tensors. */
import { fail } from '../base/errors.ts';
import { ELEMENTS_MAX } from '../base/limits.ts';
import { describe, describeType, type Expr } from '../ir/graph.ts';
import { isInteger } from '../ir/types.ts';
import { broadcastTogether, cast, insertOnes } from '../ops/broadcast.ts';
import { at } from '../ops/indexing.ts';
import { FULL, type Entry } from '../ops/index-entries.ts';
import { scalarValue } from '../ops/leaves.ts';
import { parseIndexText } from './index-text.ts';
import { isTensor, showValue, toExpr, type Tensor } from './tensor.ts';

type Bound = number | Tensor | null;

/** A slice with bounds that may be symbolic; `null` is open. */
export type SliceIndex = {
  readonly kind: 'slice';
  readonly start: Bound;
  readonly stop: Bound;
  readonly step: number;
};

/** `slice(stop)`, `slice(start, stop)`, `slice(start, stop, step)`. */
export function slice(first: Bound, second?: Bound, step: number | null = 1): SliceIndex {
  const [start, stop] = second === undefined ? [null, first] : [first, second];
  return { kind: 'slice', start, stop, step: step ?? 1 };
}

/** One index: a number, a slice, a text such as '1:5' or '...', `null` for a new axis, an int32 tensor or list. */
export type Index = number | SliceIndex | string | null | Tensor | readonly number[];

const isSlice = (index: Index): index is SliceIndex =>
  typeof index === 'object' && index !== null && 'kind' in index && index.kind === 'slice';

/** @throws slice_text, too_many_indices, index_out_of_range, dtype_wrong, slice_step_zero */
export function indexTensor(x: Expr, indices: readonly Index[]): Expr {
  const parsed = indices.map((index) =>
    typeof index === 'string' ? parseIndexText(index) : index,
  );
  const rank = x.type.shape.length;
  const taken = parsed.filter((p) => p !== null && p !== '...').length;
  if (taken > rank) fail('too_many_indices', taken, describe(x));
  const open = parsed.indexOf('...');
  const filler = Array.from({ length: rank - taken }, () => slice(null, null));
  const whole =
    open < 0
      ? [...parsed, ...filler]
      : [...parsed.slice(0, open), ...filler, ...parsed.slice(open + 1)];
  return applyIndices(
    x,
    whole.filter((p) => p !== '...'),
  );
}

type Parsed = Exclude<Index, string> | '...';

/** Slices and points first, then integer indices, then new axes. */
function applyIndices(x: Expr, parsed: readonly Exclude<Parsed, '...'>[]): Expr {
  const overAxes = parsed.filter((p) => p !== null);
  const inputs: Expr[] = [];
  const bound = (b: Bound): number | null | 'input' =>
    isTensor(b) ? boundInput(b, inputs) : b === null ? b : checkWhole(b);
  const basic = overAxes.map((p): Entry => {
    if (typeof p === 'number') return { kind: 'point', index: checkWhole(p) };
    if (isSlice(p)) {
      if (p.step === 0) fail('slice_step_zero', describe(x));
      return {
        kind: 'slice',
        start: bound(p.start),
        stop: bound(p.stop),
        step: checkWhole(p.step),
      };
    }
    if (isTensor(p) && p.ndim === 0) return { kind: 'point', index: boundInput(p, inputs) };
    return FULL;
  });
  const read = at(x, basic, inputs);
  const advanced = overAxes.filter((p) => typeof p !== 'number' && !(isTensor(p) && p.ndim === 0));
  const lists = advanced
    .filter((p) => !isSlice(p))
    .map((p) => indexList(p as Tensor | readonly number[]));
  const together = broadcastTogether('at', lists);
  const entries = advanced.map((p): Entry => (isSlice(p) ? FULL : { kind: 'indices' }));
  const result = at(read, entries, together);
  return insertNewAxes(result, parsed);
}

/** @throws arguments_wrong */
function checkWhole(index: number): number {
  const right = Number.isInteger(index) && Math.abs(index) <= ELEMENTS_MAX;
  if (!right)
    fail('arguments_wrong', 'at', 'whole numbers as indices and bounds', showValue(index));
  return index;
}

/** A symbolic bound: a constant becomes a number, another int32 scalar an input. */
function boundInput(b: Tensor, inputs: Expr[]): number | 'input' {
  if (!isInteger(b.dtype) || b.ndim > 0)
    fail('dtype_wrong', 'at', 'an int32 scalar as a bound', describeType(b.expr));
  const known = scalarValue(b.expr);
  if (known !== null) return known;
  inputs.push(cast(b.expr, 'int32'));
  return 'input';
}

function indexList(index: Tensor | readonly number[]): Expr {
  const expr = toExpr(index, 'at', 'int32');
  if (!isInteger(expr.type.dtype)) fail('dtype_wrong', 'at', 'integer indices', describeType(expr));
  return cast(expr, 'int32');
}

/** `null` among the indices makes an axis of extent 1 where it stands. */
function insertNewAxes(x: Expr, parsed: readonly Exclude<Parsed, '...'>[]): Expr {
  if (!parsed.includes(null)) return x;
  const axes: number[] = [];
  let axis = 0;
  let placed = false;
  for (const p of parsed) {
    if (p === null) axes.push(axis++);
    else if (isSlice(p)) axis++;
    else if (typeof p !== 'number' && !(isTensor(p) && p.ndim === 0) && !placed) {
      axis += indexList(p).type.shape.length;
      placed = true;
    }
  }
  return insertOnes(x, axes);
}
