/** @file Code for index expressions: int32 values of one lane, and addresses of elements. */
import { assert } from '../../base/errors.ts';
import { rangeOf, type Axis, type IndexExpr } from '../../ir/index-expr.ts';
import { strideAlong, type Scalar } from '../../ir/scalar.ts';
import {
  get,
  i32,
  laneOp,
  memoryOp,
  op,
  type Code,
  type Local,
  type MemoryPlace,
} from './assembler.ts';
import type { LoopNest, Turn } from './loop-nest.ts';

const WORD_BYTES = 4;

/** What index code asks of the values of a kernel. */
export type ScalarInfo = {
  /** Axes that a value depends on. */
  axesOf(scalar: Scalar): readonly Axis[];
  /** A number that no other value has. */
  idOf(scalar: Scalar): number;
  valueOf(scalar: Scalar, turn: Turn): Local;
};

/** Where an element lies: a buffer, an index, the turn, and the lane of a vector. */
export type ElementPlace = {
  readonly buffer: number;
  readonly index: IndexExpr;
  readonly turn: Turn;
  readonly lane: number;
};

type Term = { readonly atom: IndexExpr; readonly factor: number };
type PlacedTerm = Term & {
  readonly depth: number;
  readonly key: string;
  readonly code: () => Code;
};

export class IndexWriter {
  readonly #nest: LoopNest;
  readonly #scalars: ScalarInfo;
  readonly #buffers: readonly Local[];
  readonly #uniforms: Local;
  readonly #axisIds = new Map<Axis, number>();

  constructor(
    nest: LoopNest,
    scalars: ScalarInfo,
    params: { buffers: readonly Local[]; uniforms: Local },
  ) {
    this.#nest = nest;
    this.#scalars = scalars;
    this.#buffers = params.buffers;
    this.#uniforms = params.uniforms;
  }

  /** Axes that the index depends on, those of values read from data included. */
  axesOf(index: IndexExpr): readonly Axis[] {
    return axesOfIndex(index, (value) => this.#scalars.axesOf(value));
  }

  /** How the index moves along the axis of the lanes. */
  laneStride(index: IndexExpr): number | null {
    const { vectorAxis } = this.#nest;
    return vectorAxis === null
      ? 0
      : strideAlong(index, vectorAxis, (value) => this.#scalars.axesOf(value));
  }

  /** The word of a uniform slot. */
  uniform(slot: number): MemoryPlace {
    return { address: get(this.#uniforms), offset: WORD_BYTES * slot };
  }

  /** The address of an element. */
  place({ buffer, index, turn, lane }: ElementPlace): MemoryPlace {
    const { terms, constant } = termsOf(index);
    let fixed = constant;
    let low = 0;
    const placed: PlacedTerm[] = [];
    for (const { atom, factor } of terms) {
      const [least, most] = rangeOf(atom);
      low += Math.min(least * factor, most * factor);
      if (atom.kind !== 'axis') {
        placed.push(this.#placeTerm({ atom, factor }, turn, lane));
        continue;
      }
      const variable = this.#nest.variableOf(atom.axis);
      fixed += factor * this.#distance(atom.axis, turn, lane);
      if (variable === null) continue;
      const key = `a${this.#idOf(atom.axis)}`;
      placed.push({
        atom,
        factor,
        depth: this.#nest.depthOf([atom.axis]),
        key,
        code: () => get(variable),
      });
    }
    // An offset must not be negative, and what it is added to neither: it would wrap around.
    const immediate = fixed >= 0 && low >= 0 ? WORD_BYTES * fixed : 0;
    const rest = immediate === 0 ? fixed : 0;
    return { address: get(this.#sum(buffer, placed, rest)), offset: immediate };
  }

  /** The same, the index held inside a buffer of so many elements: for an element that may not be there. */
  placeInside({ buffer, index, turn, lane }: ElementPlace, size: number): MemoryPlace {
    const depth = this.#nest.depthOf(this.axesOf(index));
    const key = `inside${buffer}(${this.#keyOf(index, turn, lane)})`;
    const address = this.#nest.once(depth, key, 'i32', () => {
      const element = get(this.#nest.keep(depth, 'i32', this.integer(index, turn, lane)));
      const last = i32(Math.max(size - 1, 0));
      const inside = op('select', element, last, op('i32.lt_u', element, last));
      return op('i32.add', get(this.#buffers[buffer]!), scale(inside, WORD_BYTES));
    });
    return { address: get(address), offset: 0 };
  }

  /** The buffer's address and the terms, outer loops first, so that inner loops add only what changes in them. */
  #sum(buffer: number, terms: readonly PlacedTerm[], rest: number): Local {
    const nest = this.#nest;
    let address = this.#buffers[buffer]!;
    let key = `p${buffer}`;
    let depth = 0;
    for (const term of terms.toSorted((a, b) => a.depth - b.depth)) {
      const bytes = WORD_BYTES * term.factor;
      const scaled = nest.once(term.depth, `${term.key}*${bytes}`, 'i32', () =>
        scale(term.code(), bytes),
      );
      const before = address;
      key += `+${term.key}*${bytes}`;
      depth = term.depth;
      address = nest.once(depth, key, 'i32', () => op('i32.add', get(before), get(scaled)));
    }
    if (rest === 0) return address;
    const before = address;
    return nest.once(depth, `${key}+${rest}`, 'i32', () =>
      op('i32.add', get(before), i32(WORD_BYTES * rest)),
    );
  }

  #placeTerm({ atom, factor }: Term, turn: Turn, lane: number): PlacedTerm {
    const key = this.#keyOf(atom, turn, lane);
    return {
      atom,
      factor,
      key,
      depth: this.#nest.depthOf(this.axesOf(atom)),
      code: () => this.integer(atom, turn, lane),
    };
  }

  /** The index as an int32, at one lane of a vector. */
  integer(index: IndexExpr, turn: Turn, lane: number): Code {
    switch (index.kind) {
      case 'number':
        return i32(index.value);
      case 'axis': {
        const distance = this.#distance(index.axis, turn, lane);
        const variable = this.#nest.variableOf(index.axis);
        if (variable === null) return i32(distance);
        return distance === 0 ? get(variable) : op('i32.add', get(variable), i32(distance));
      }
      case 'add':
        return op('i32.add', this.integer(index.a, turn, lane), this.integer(index.b, turn, lane));
      case 'times':
        return scale(this.integer(index.a, turn, lane), index.factor);
      case 'uniform':
        return get(
          this.#nest.once(0, `u${index.slot}`, 'i32', () =>
            memoryOp('i32.load', this.uniform(index.slot)),
          ),
        );
      case 'div':
      case 'mod':
      case 'gather':
        return get(this.#integerLocal(index, turn, lane));
    }
  }

  #integerLocal(
    index: IndexExpr & { kind: 'div' | 'mod' | 'gather' },
    turn: Turn,
    lane: number,
  ): Local {
    const depth = this.#nest.depthOf(this.axesOf(index));
    const key = this.#keyOf(index, turn, lane);
    if (index.kind === 'gather') return this.#gather(index, { depth, key, turn, lane });
    const [low] = rangeOf(index.a);
    const make = (): Code => {
      const operand = this.integer(index.a, turn, lane);
      const { divisor } = index;
      // An unknown range may reach below 0; so may NaN, which is no range.
      if (low >= 0)
        return op(index.kind === 'div' ? 'i32.div_u' : 'i32.rem_u', operand, i32(divisor));
      const dividend = get(this.#nest.keep(depth, 'i32', operand));
      const remainder = get(this.#nest.keep(depth, 'i32', op('i32.rem_s', dividend, i32(divisor))));
      const sign = op('i32.shr_s', remainder, i32(31));
      if (index.kind === 'mod') return op('i32.add', remainder, op('i32.and', sign, i32(divisor)));
      return op('i32.add', op('i32.div_s', dividend, i32(divisor)), sign);
    };
    return this.#nest.once(depth, key, 'i32', make);
  }

  /** A value from data, counted from the end where it is negative, and then held inside the extent. */
  #gather(
    { value, extent }: IndexExpr & { kind: 'gather' },
    { depth, key, turn, lane }: { depth: number; key: string; turn: Turn; lane: number },
  ): Local {
    const nest = this.#nest;
    const lanes = get(this.#scalars.valueOf(value, turn));
    return nest.once(depth, key, 'i32', () => {
      const word = laneOp('i32x4.extract_lane', this.#isVector(value) ? lane : 0, lanes);
      const read = get(
        nest.keep(depth, 'i32', value.dtype === 'bool' ? op('i32.and', word, i32(1)) : word),
      );
      const last = i32(Math.max(extent - 1, 0));
      if (value.dtype === 'uint32') return op('select', read, last, op('i32.lt_u', read, last));
      const wrapped = op(
        'i32.add',
        read,
        op('i32.and', op('i32.shr_s', read, i32(31)), i32(extent)),
      );
      const index = get(nest.keep(depth, 'i32', wrapped));
      const positive = get(
        nest.keep(depth, 'i32', op('select', index, i32(0), op('i32.gt_s', index, i32(0)))),
      );
      return op('select', positive, last, op('i32.lt_s', positive, last));
    });
  }

  #isVector(value: Scalar): boolean {
    const { vectorAxis } = this.#nest;
    return vectorAxis !== null && this.#scalars.axesOf(value).includes(vectorAxis);
  }

  /** How far an axis is from its variable. */
  #distance(axis: Axis, turn: Turn, lane: number): number {
    const distance = turn.get(axis);
    assert(distance !== undefined, `axis ${axis.name} has no turn`);
    return distance + (axis === this.#nest.vectorAxis ? lane : 0);
  }

  #idOf(axis: Axis): number {
    const id = this.#axisIds.get(axis) ?? this.#axisIds.size;
    this.#axisIds.set(axis, id);
    return id;
  }

  /** Turns that give a value of these axes: equal texts, equal values. */
  signature(axes: readonly Axis[], turn: Turn): string {
    return axes.map((axis) => `${this.#idOf(axis)}:${turn.get(axis) ?? 0}`).join();
  }

  #keyOf(index: IndexExpr, turn: Turn, lane: number): string {
    switch (index.kind) {
      case 'number':
        return String(index.value);
      case 'axis':
        return `a${this.#idOf(index.axis)}:${this.#distance(index.axis, turn, lane)}`;
      case 'uniform':
        return `u${index.slot}`;
      case 'add':
        return `(${this.#keyOf(index.a, turn, lane)}+${this.#keyOf(index.b, turn, lane)})`;
      case 'times':
        return `${this.#keyOf(index.a, turn, lane)}*${index.factor}`;
      case 'div':
        return `(${this.#keyOf(index.a, turn, lane)}/${index.divisor})`;
      case 'mod':
        return `(${this.#keyOf(index.a, turn, lane)}%${index.divisor})`;
      case 'gather': {
        const { value, extent } = index;
        const at = this.#isVector(value) ? lane : 0;
        return `g${this.#scalars.idOf(value)}@${this.signature(this.#scalars.axesOf(value), turn)}.${at}<${extent}`;
      }
    }
  }
}

type AxesOfValue = (value: Scalar) => Iterable<Axis>;

function axesOfIndex(index: IndexExpr, axesOfValue: AxesOfValue): Axis[] {
  switch (index.kind) {
    case 'number':
    case 'uniform':
      return [];
    case 'axis':
      return [index.axis];
    case 'add':
      return [
        ...new Set([...axesOfIndex(index.a, axesOfValue), ...axesOfIndex(index.b, axesOfValue)]),
      ];
    case 'times':
    case 'div':
    case 'mod':
      return axesOfIndex(index.a, axesOfValue);
    case 'gather':
      return [...axesOfValue(index.value)];
  }
}

/** The index as a sum of multiples and a number. */
function termsOf(index: IndexExpr): { readonly terms: readonly Term[]; readonly constant: number } {
  const terms: Term[] = [];
  let constant = 0;
  const rest: Term[] = [{ atom: index, factor: 1 }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { atom, factor } = next;
    if (atom.kind === 'number') constant += factor * atom.value;
    else if (atom.kind === 'times') rest.push({ atom: atom.a, factor: factor * atom.factor });
    else if (atom.kind === 'add') rest.push({ atom: atom.b, factor }, { atom: atom.a, factor });
    else terms.push({ atom, factor });
  }
  return { terms, constant };
}

function scale(value: Code, factor: number): Code {
  if (factor === 1) return value;
  const bits = Math.log2(factor);
  return factor > 0 && Number.isInteger(bits)
    ? op('i32.shl', value, i32(bits))
    : op('i32.mul', value, i32(factor));
}
