/** @file Where intermediate values lie in the arena: lives that do not overlap share bytes. */
import { ARENA_ALIGNMENT } from '../base/limits.ts';
import type { Expr } from '../ir/graph.ts';
import type { ArenaSpan, MemoryPlan } from './kernel.ts';

/** A value that lives from the kernel that writes it to the last one that reads it. */
export type Life = {
  readonly node: Expr;
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
};

const align = (bytes: number): number =>
  Math.max(1, Math.ceil(bytes / ARENA_ALIGNMENT)) * ARENA_ALIGNMENT;

/** Offsets of the values, in their order. The largest are placed first, each at the lowest place that is free for its life. */
export function planArena(lives: readonly Life[]): MemoryPlan {
  const placed: ArenaSpan[] = [];
  const spans = new Map<Life, ArenaSpan>();
  for (const life of lives.toSorted((a, b) => b.bytes - a.bytes || a.from - b.from)) {
    const bytes = align(life.bytes);
    const rivals = placed
      .filter((p) => p.from <= life.to && life.from <= p.to)
      .toSorted((a, b) => a.offset - b.offset);
    let offset = 0;
    for (const rival of rivals) {
      if (offset + bytes <= rival.offset) break;
      offset = Math.max(offset, rival.offset + rival.bytes);
    }
    const span = { node: life.node, offset, bytes, from: life.from, to: life.to };
    placed.push(span);
    spans.set(life, span);
  }
  const plan = lives.map((life) => spans.get(life)!);
  return {
    plan,
    peakBytes: Math.max(0, ...plan.map((s) => s.offset + s.bytes)),
    peakBytesWithoutReuse: plan.reduce((sum, s) => sum + s.bytes, 0),
  };
}
