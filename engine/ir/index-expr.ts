/**
 * @file Index arithmetic of loop nests. Constructors simplify by the known range of each loop variable, so that composed
 * views (a reshape of a transpose of a slice) print as the short expression that a person would write.
 */
import type { Scalar } from './scalar.ts';

export type IndexExpr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'axis'; readonly axis: Axis }
  /** An int32 that the host computes for each call, such as the start of a slice. */
  | { readonly kind: 'uniform'; readonly slot: number }
  | { readonly kind: 'add'; readonly a: IndexExpr; readonly b: IndexExpr }
  | { readonly kind: 'times'; readonly a: IndexExpr; readonly factor: number }
  | { readonly kind: 'div'; readonly a: IndexExpr; readonly divisor: number }
  | { readonly kind: 'mod'; readonly a: IndexExpr; readonly divisor: number }
  /** A value read from data, wrapped once from the end and clamped into `[0, extent)`. */
  | { readonly kind: 'gather'; readonly value: Scalar; readonly extent: number };

/** One loop: its variable counts from 0 to `extent - 1`. Axes are compared by identity. */
export type Axis = { readonly name: string; readonly extent: number };

export const number = (value: number): IndexExpr => ({ kind: 'number', value });
/** The index of a loop; 0 where there is no other, or no turn at all. */
export const axisIndex = (axis: Axis): IndexExpr =>
  axis.extent <= 1 ? number(0) : { kind: 'axis', axis };
export const uniformIndex = (slot: number): IndexExpr => ({ kind: 'uniform', slot });
export const gatherIndex = (value: Scalar, extent: number): IndexExpr => ({
  kind: 'gather',
  value,
  extent,
});

export function plus(a: IndexExpr, b: IndexExpr): IndexExpr {
  if (a.kind === 'number' && b.kind === 'number') return number(a.value + b.value);
  if (a.kind === 'number') return plus(b, a);
  if (b.kind === 'number') {
    if (b.value === 0) return a;
    if (a.kind === 'add' && a.b.kind === 'number') return plus(a.a, number(a.b.value + b.value));
  }
  return recombine(a, b) ?? { kind: 'add', a, b };
}

/** `(x / n) * n + x % n` is x: what the reshape of a reshape leaves. */
function recombine(a: IndexExpr, b: IndexExpr): IndexExpr | null {
  if (a.kind !== 'times' || a.a.kind !== 'div' || b.kind !== 'mod') return null;
  const { divisor } = a.a;
  return divisor === a.factor && divisor === b.divisor && a.a.a === b.a ? b.a : null;
}

export function times(a: IndexExpr, factor: number): IndexExpr {
  if (factor === 0) return number(0);
  if (factor === 1) return a;
  if (a.kind === 'number') return number(a.value * factor);
  if (a.kind === 'times') return times(a.a, a.factor * factor);
  if (a.kind === 'add') return plus(times(a.a, factor), times(a.b, factor));
  return { kind: 'times', a, factor };
}

/** By 0 it is 0: a view of nothing has no turn that computes it. */
function div(a: IndexExpr, divisor: number): IndexExpr {
  if (divisor === 1) return a;
  if (divisor === 0) return number(0);
  if (a.kind === 'number') return number(Math.floor(a.value / divisor));
  const [low, high] = rangeOf(a);
  if (low >= 0 && high < divisor) return number(0);
  const split = splitMultiple(a, divisor);
  if (split !== null) return plus(split.quotient, div(split.rest, divisor));
  if (a.kind === 'div') return div(a.a, a.divisor * divisor);
  return { kind: 'div', a, divisor };
}

/** By 0 it is 0. */
export function mod(a: IndexExpr, divisor: number): IndexExpr {
  if (divisor <= 1) return number(0);
  if (a.kind === 'number') return number(a.value - divisor * Math.floor(a.value / divisor));
  const [low, high] = rangeOf(a);
  if (low >= 0 && high < divisor) return a;
  const split = splitMultiple(a, divisor);
  if (split !== null) return mod(split.rest, divisor);
  if (a.kind === 'mod' && a.divisor % divisor === 0) return mod(a.a, divisor);
  return { kind: 'mod', a, divisor };
}

/** `a` as `quotient * divisor + rest` with a rest that is not negative, or `null`. */
function splitMultiple(
  a: IndexExpr,
  divisor: number,
): { quotient: IndexExpr; rest: IndexExpr } | null {
  let quotient: IndexExpr = number(0);
  let rest: IndexExpr = number(0);
  for (const term of termsOf(a)) {
    const factor = term.kind === 'times' ? term.factor : term.kind === 'number' ? term.value : 1;
    if (factor % divisor !== 0 || factor === 0) rest = plus(rest, term);
    else if (term.kind === 'times') quotient = plus(quotient, times(term.a, factor / divisor));
    else quotient = plus(quotient, number(factor / divisor));
  }
  const found = !(quotient.kind === 'number' && quotient.value === 0);
  return found && rangeOf(rest)[0] >= 0 ? { quotient, rest } : null;
}

function termsOf(a: IndexExpr): IndexExpr[] {
  return a.kind === 'add' ? [...termsOf(a.a), ...termsOf(a.b)] : [a];
}

/** Least and greatest value, for all turns of the loops. */
export function rangeOf(a: IndexExpr): readonly [low: number, high: number] {
  switch (a.kind) {
    case 'number':
      return [a.value, a.value];
    case 'axis':
      return [0, a.axis.extent - 1];
    case 'gather':
      return [0, a.extent - 1];
    case 'uniform':
      return [-Infinity, Infinity];
    case 'add': {
      const [x, y] = [rangeOf(a.a), rangeOf(a.b)];
      return [x[0] + y[0], x[1] + y[1]];
    }
    case 'times': {
      const [low, high] = rangeOf(a.a);
      return a.factor < 0 ? [high * a.factor, low * a.factor] : [low * a.factor, high * a.factor];
    }
    case 'div': {
      const [low, high] = rangeOf(a.a);
      return [Math.floor(low / a.divisor), Math.floor(high / a.divisor)];
    }
    case 'mod':
      return [0, a.divisor - 1];
  }
}

/** Row-major position of an index in a shape. */
export function linearize(index: readonly IndexExpr[], shape: readonly number[]): IndexExpr {
  let position: IndexExpr = number(0);
  index.forEach((i, axis) => {
    position = plus(times(position, shape[axis]!), i);
  });
  return position;
}

/** The index in a shape of a row-major position. */
export function delinearize(position: IndexExpr, shape: readonly number[]): IndexExpr[] {
  const index: IndexExpr[] = [];
  let rest = position;
  for (const extent of shape.toReversed()) {
    index.unshift(mod(rest, extent));
    rest = div(rest, extent);
  }
  return index;
}
