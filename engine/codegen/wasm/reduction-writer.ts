/**
 * @file Reductions: several accumulators side by side, joined at the end. A long sum is cut into blocks with accumulators of
 * their own, so that its rounding error grows with the length of a block and not with that of the sum.
 */
import { assert } from '../../base/errors.ts';
import { axisIndex, linearize, type Axis } from '../../ir/index-expr.ts';
import { identityOf, type Combine, type Scalar } from '../../ir/scalar.ts';
import { sizeOf, type DType } from '../../ir/types.ts';
import type { ReducePhase } from '../../schedule/kernel.ts';
import { get, i32, op, set, shuffle, words, type Code, type Local } from './assembler.ts';
import { constantOf, LANES, type ElementWriter } from './element-writer.ts';
import { segmentsOf, type LoopNest, type Segment, type Turn } from './loop-nest.ts';
import type { PlainOp } from './opcodes.ts';
import type { ReducePlan } from './loop-plan.ts';

/** Passes of a loop that add to one accumulator. */
const BLOCK_PASSES = 512;

/** Comes before every position. */
const NO_POSITION = 2 ** 31 - 1;

/** The best value so far, and where it was for argmax and argmin. */
type Accumulator = { readonly value: Local; readonly position: Local | null };

/** For each turn of the parallel axes its accumulators. */
type Accumulators = readonly (readonly Accumulator[])[];

export class ReductionWriter {
  readonly #nest: LoopNest;
  readonly #elements: ElementWriter;
  readonly #phase: ReducePhase;
  readonly #plan: ReducePlan;
  readonly #position: Scalar | null;

  constructor(
    nest: LoopNest,
    elements: ElementWriter,
    { phase, plan }: { phase: ReducePhase; plan: ReducePlan },
  ) {
    this.#nest = nest;
    this.#elements = elements;
    this.#phase = phase;
    this.#plan = plan;
    const place = linearize(
      phase.axes.map(axisIndex),
      phase.axes.map((axis) => axis.extent),
    );
    this.#position = isArgument(phase.combine)
      ? { kind: 'index', dtype: 'int32', index: place }
      : null;
  }

  /** The result at each turn of the parallel axes. */
  write(turns: readonly Turn[]): readonly Local[] {
    const { axes, value } = this.#phase;
    this.#nest.node = this.#phase.node;
    const results = ((): readonly Local[] => {
      if (sizeOf(axes.map((axis) => axis.extent)) === 0) return turns.map(() => this.#empty());
      if (axes.length === 0) {
        return turns.map((turn) =>
          this.#position === null ? this.#elements.valueOf(value, turn) : this.#empty(),
        );
      }
      const accumulators = this.#fresh(turns);
      this.#loops(this.#plan.axes, turns, accumulators);
      return accumulators.map((of) => this.#result(of));
    })();
    this.#nest.node = null;
    return results;
  }

  /** Reduces nothing: the identity, or position 0. */
  #empty(): Local {
    return this.#position === null
      ? this.#identity()
      : this.#nest.constant(op('i32x4.splat', i32(0)));
  }

  #identity(): Local {
    const { combine, dtype } = this.#phase;
    return this.#nest.constant(constantOf(dtype, identityOf(combine, dtype)));
  }

  /** Accumulators that hold nothing yet. */
  #fresh(turns: readonly unknown[]): Accumulators {
    return turns.map(() => Array.from({ length: this.#plan.accumulators }, () => this.#start()));
  }

  #start(): Accumulator {
    const accumulator = {
      value: this.#nest.fn.local('v128', 'acc'),
      position: this.#position === null ? null : this.#nest.fn.local('v128', 'at'),
    };
    this.#nest.line(set(accumulator.value, get(this.#identity())));
    if (accumulator.position !== null)
      this.#nest.line(set(accumulator.position, get(this.#nowhere())));
    return accumulator;
  }

  #nowhere(): Local {
    return this.#nest.constant(op('i32x4.splat', i32(NO_POSITION)));
  }

  /** The loops over these axes, the outermost first. Recursion is as deep as the nest. */
  #loops(axes: readonly Axis[], turns: readonly Turn[], into: Accumulators): void {
    const [axis, ...inner] = axes;
    assert(axis !== undefined, 'a reduction without loops');
    const isInnermost = inner.length === 0;
    const isVector = axis === this.#nest.vectorAxis;
    const parts = isInnermost ? this.#plan.parts : 1;
    for (const segment of segmentsOf(axis.extent, { width: isVector ? LANES : 1, parts })) {
      const inBlocks = (write: (accumulators: Accumulators) => void): void => {
        const own = this.#fresh(turns);
        write(own);
        this.#flush(own, into);
      };
      const body = (made: readonly Turn[], accumulators: Accumulators): void => {
        if (isInnermost) this.#update(made, segment, accumulators);
        else if (this.#isLong(axis, inner)) inBlocks((own) => this.#loops(inner, made, own));
        else this.#loops(inner, made, accumulators);
      };
      this.#segment(axis, segment, { turns, into, body });
    }
  }

  /** Whether one accumulator would take too many values from these loops. */
  #isLong(axis: Axis, inner: readonly Axis[]): boolean {
    return axis.extent * sizeOf(inner.map((a) => a.extent)) > BLOCK_PASSES * this.#plan.parts;
  }

  #segment(
    axis: Axis,
    segment: Segment,
    task: {
      turns: readonly Turn[];
      into: Accumulators;
      body: (turns: readonly Turn[], into: Accumulators) => void;
    },
  ): void {
    let accumulators = task.into;
    const hooks = {
      passes: BLOCK_PASSES,
      begin: () => {
        accumulators = this.#fresh(task.turns);
      },
      end: () => this.#flush(accumulators, task.into),
    };
    this.#nest.segment({
      axis,
      segment,
      turns: task.turns,
      hooks,
      body: (made) => task.body(made, accumulators),
    });
  }

  #flush(from: Accumulators, into: Accumulators): void {
    from.forEach((of, turn) =>
      of.forEach((accumulator, k) => this.#join(into[turn]![k]!, accumulator)),
    );
  }

  /** Take the values of one pass. */
  #update(made: readonly Turn[], segment: Segment, accumulators: Accumulators): void {
    const parts = segment.parts.length;
    made.forEach((turn, k) => {
      const of = accumulators[Math.floor(k / parts)]!;
      const value = this.#masked(this.#elements.valueOf(this.#phase.value, turn), this.#identity());
      const position =
        this.#position === null
          ? null
          : this.#masked(this.#elements.valueOf(this.#position, turn), this.#nowhere());
      this.#join(of[(k % parts) % of.length]!, { value, position });
    });
  }

  /** The value where its lane is inside the loop, else what has no influence. */
  #masked(value: Local, other: Local): Local {
    const { lanes, vectorAxis } = this.#nest;
    const isReduced = vectorAxis !== null && this.#phase.axes.includes(vectorAxis);
    if (!isReduced || lanes === LANES) return value;
    const mask = this.#nest.constant(words(-1, lanes > 1 ? -1 : 0, lanes > 2 ? -1 : 0, 0));
    return this.#keep(op('v128.bitselect', get(value), get(other), get(mask)));
  }

  #keep(code: Code): Local {
    return this.#nest.keep(this.#nest.depth, 'v128', code);
  }

  #join(into: Accumulator, from: Accumulator): void {
    if (into.position !== null && from.position !== null) {
      const better = get(this.#better(from, into));
      this.#nest.line(
        set(into.value, op('v128.bitselect', get(from.value), get(into.value), better)),
      );
      this.#nest.line(
        set(into.position, op('v128.bitselect', get(from.position), get(into.position), better)),
      );
      return;
    }
    const { combine, dtype } = this.#phase;
    this.#nest.line(set(into.value, op(joinOp(combine, dtype), get(into.value), get(from.value))));
  }

  /** Whether `a` comes before `b`: it is better, or the first NaN, or as good and earlier. */
  #better(a: Accumulator, b: Accumulator): Local {
    const { combine, dtype } = this.#phase;
    const [x, y] = [get(a.value), get(b.value)];
    const earlier = op('i32x4.lt_s', get(a.position!), get(b.position!));
    if (dtype !== 'float32') {
      const sign = dtype === 'int32' ? 's' : 'u';
      const beats = op(combine === 'argmax' ? `i32x4.gt_${sign}` : `i32x4.lt_${sign}`, x, y);
      return this.#keep(op('v128.or', beats, op('v128.and', op('i32x4.eq', x, y), earlier)));
    }
    const beats = op(combine === 'argmax' ? 'f32x4.gt' : 'f32x4.lt', x, y);
    const isNan = get(this.#keep(op('f32x4.ne', x, x)));
    const wasNan = get(this.#keep(op('f32x4.ne', y, y)));
    const first = get(this.#keep(op('v128.or', beats, op('v128.andnot', isNan, wasNan))));
    const equal = op('v128.or', op('f32x4.eq', x, y), op('v128.and', isNan, wasNan));
    return this.#keep(op('v128.or', first, op('v128.and', equal, earlier)));
  }

  /** All accumulators of a turn in one; and all lanes, where the lanes lie along a reduced axis. */
  #result(accumulators: readonly Accumulator[]): Local {
    let rest = accumulators;
    while (rest.length > 1) {
      const half = Math.ceil(rest.length / 2);
      for (const [k, from] of rest.slice(half).entries()) this.#join(rest[k]!, from);
      rest = rest.slice(0, half);
    }
    const [result] = rest;
    const { vectorAxis } = this.#nest;
    if (vectorAxis !== null && this.#phase.axes.includes(vectorAxis)) this.#joinLanes(result!);
    return result!.position ?? result!.value;
  }

  #joinLanes(accumulator: Accumulator): void {
    for (const lanes of [
      [2, 3, 0, 1],
      [1, 0, 3, 2],
    ] as const) {
      const turned = (local: Local): Local => this.#keep(shuffle(lanes, get(local), get(local)));
      const { value, position } = accumulator;
      this.#join(accumulator, {
        value: turned(value),
        position: position === null ? null : turned(position),
      });
    }
  }
}

const isArgument = (combine: Combine): boolean => combine === 'argmax' || combine === 'argmin';

/** The instruction that joins two values; those of a bool are masks. */
function joinOp(combine: Combine, dtype: DType): PlainOp {
  assert(combine !== 'argmax' && combine !== 'argmin', 'positions are joined with their values');
  return JOIN_OPS[combine][
    dtype === 'float32' || dtype === 'int32' || dtype === 'uint32' ? dtype : 'bool'
  ];
}

type Register = 'float32' | 'int32' | 'uint32' | 'bool';

const JOIN_OPS: Readonly<
  Record<Exclude<Combine, 'argmax' | 'argmin'>, Readonly<Record<Register, PlainOp>>>
> = {
  sum: { float32: 'f32x4.add', int32: 'i32x4.add', uint32: 'i32x4.add', bool: 'v128.or' },
  prod: { float32: 'f32x4.mul', int32: 'i32x4.mul', uint32: 'i32x4.mul', bool: 'v128.and' },
  max: { float32: 'f32x4.max', int32: 'i32x4.max_s', uint32: 'i32x4.max_u', bool: 'v128.or' },
  min: { float32: 'f32x4.min', int32: 'i32x4.min_s', uint32: 'i32x4.min_u', bool: 'v128.and' },
};
