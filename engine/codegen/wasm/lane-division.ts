/** @file Division of integers lane by lane, without traps: x / 0 is 0 and x % 0 is x; the least int32 divided by -1 stays. */
import type { Lanes } from '../../ir/op-def.ts';
import { get, laneOp, op } from './assembler.ts';
import {
  lanesOf,
  localOf,
  type DivisionFunction,
  type Lane32Builder,
  type LaneSink,
} from './lane-builder.ts';

/** The body of the function of this name. */
export function divisionBody(name: DivisionFunction) {
  const signed = name.endsWith('_s');
  return (v: Lane32Builder, [x, y]: readonly Lanes[], sink: LaneSink): Lanes => {
    const isZero = v.i('eq', y!, v.integer(0));
    const isMinusOne = signed ? v.i('eq', y!, v.integer(-1)) : null;
    const unsafe = isMinusOne === null ? isZero : v.bits('or', isZero, isMinusOne);
    const divisor = v.select(unsafe, v.integer(1), y!);
    let result = v.integer(0);
    for (let lane = 0; lane < 4; lane++) {
      const [a, b] = [x!, divisor].map((part) =>
        laneOp('i32x4.extract_lane', lane, get(localOf(part))),
      );
      result = lanesOf(
        sink.keep(
          laneOp('i32x4.replace_lane', lane, get(localOf(result)), op(`i32.${name}`, a!, b!)),
        ),
      );
    }
    if (name.startsWith('div')) {
      const quotient = isMinusOne === null ? result : v.select(isMinusOne, v.i('neg', x!), result);
      return v.bits('andnot', quotient, isZero);
    }
    // The remainder by 1, which stands where the divisor is -1, is 0 already.
    return v.select(isZero, x!, result);
  };
}
