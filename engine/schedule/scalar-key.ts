/** @file Scalars and indices as keys, so that a kernel holds equal ones once; and the host values that they read. */
import type { IndexExpr } from '../ir/index-expr.ts';
import { operandsOf, type Scalar } from '../ir/scalar.ts';
import type { Phase } from './kernel.ts';

/** Key of a scalar; its operands and gathered values by their numbers. */
export function scalarKey(
  s: Scalar,
  operands: readonly number[],
  idOf: (s: Scalar) => number,
): string {
  switch (s.kind) {
    case 'constant':
      return `c${s.dtype}${Object.is(s.value, -0) ? '-0' : s.value}`;
    case 'uniform':
      return `u${s.dtype}${s.slot}`;
    case 'load':
      return `l${s.buffer}[${indexKey(s.index, idOf)}]`;
    case 'index':
      return `i${indexKey(s.index, idOf)}`;
    case 'apply':
      return `a${s.name}:${s.dtype}(${operands.join()})`;
    case 'inBounds':
      return `b${operands.join()}<${s.extent}`;
    case 'inRange':
      return `g${s.low}<=${indexKey(s.index, idOf)}<${s.high}`;
    case 'select':
      return `s${operands.join()}`;
    case 'reduced':
      return `r${s.phase}`;
  }
}

/** Key of an index; gathered values by their numbers. */
export function indexKey(i: IndexExpr, idOf: (s: Scalar) => number): string {
  switch (i.kind) {
    case 'number':
      return String(i.value);
    case 'axis':
      return i.axis.name;
    case 'uniform':
      return `u${i.slot}`;
    case 'add':
      return `(${indexKey(i.a, idOf)}+${indexKey(i.b, idOf)})`;
    case 'times':
      return `${indexKey(i.a, idOf)}*${i.factor}`;
    case 'div':
      return `(${indexKey(i.a, idOf)})/${i.divisor}`;
    case 'mod':
      return `(${indexKey(i.a, idOf)})%${i.divisor}`;
    case 'gather':
      return `@${idOf(i.value)}:${i.extent}`;
  }
}

/** Slots of host values that the phases read, in order; parts of an op's element are not interned one by one. */
export function slotsIn(phases: readonly Phase[]): number[] {
  const slots = new Set<number>();
  const seen = new Set<Scalar>();
  const stack = phases.flatMap((p) =>
    p.kind === 'reduce' ? [p.value] : p.stores.map((s) => s.value),
  );
  for (let s = stack.pop(); s !== undefined; s = stack.pop()) {
    if (seen.has(s)) continue;
    seen.add(s);
    for (const slot of slotsOf(s)) slots.add(slot);
    stack.push(...operandsOf(s));
  }
  return [...slots].toSorted((a, b) => a - b);
}

/** Slots of host values that a scalar itself reads. */
function slotsOf(s: Scalar): number[] {
  if (s.kind === 'uniform') return [s.slot];
  return s.kind === 'load' || s.kind === 'index' || s.kind === 'inRange' ? indexSlots(s.index) : [];
}

function indexSlots(i: IndexExpr): number[] {
  switch (i.kind) {
    case 'uniform':
      return [i.slot];
    case 'add':
      return [...indexSlots(i.a), ...indexSlots(i.b)];
    case 'times':
    case 'div':
    case 'mod':
      return indexSlots(i.a);
    case 'number':
    case 'axis':
    case 'gather':
      return [];
  }
}
