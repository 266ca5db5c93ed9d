/**
 * @file The loops of a function while they are written. Code goes to the outermost open loop where what it needs is known,
 * and a value that is there already is not computed again; so that invariants leave the loops by themselves.
 */
import { assert } from '../../base/errors.ts';
import type { Expr } from '../../ir/graph.ts';
import type { Axis } from '../../ir/index-expr.ts';
import type { LaneFunction } from '../../ir/op-def.ts';
import {
  Block,
  call,
  get,
  i32,
  op,
  repeatWhile,
  set,
  type Code,
  type Local,
  type ValueType,
  type WasmFunction,
  type WasmModule,
} from './assembler.ts';
import type { DivisionFunction, LaneSink } from './lane-builder.ts';
import { laneFunction } from './lane-math.ts';

/** A turn of the unrolled loops: how far each axis is from its loop's variable, or from 0 where there is no loop. */
export type Turn = ReadonlyMap<Axis, number>;

/** A stretch of a loop whose turns are alike. */
export type Segment = {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** Turns that one pass makes, by their distance from the loop's variable. */
  readonly parts: readonly number[];
  /** Elements of a vector that count. */
  readonly lanes: number;
};

type Scope = {
  readonly block: Block;
  readonly axis: Axis | null;
  /** `null` where the loop makes one pass and the axis is a number. */
  readonly local: Local | null;
  readonly lanes: number;
  readonly values: Map<string, Local>;
};

/** Code at the start and at the end of each block of a long loop. */
type BlockHooks = {
  readonly passes: number;
  readonly begin: () => void;
  readonly end: () => void;
};

export type SegmentTask = {
  readonly axis: Axis;
  readonly segment: Segment;
  readonly turns: readonly Turn[];
  /** A long loop is cut into blocks where this is given. */
  readonly hooks: BlockHooks | null;
  /** Writes what one pass does: all its turns of each of the given turns. */
  readonly body: (turns: readonly Turn[]) => void;
};

/** Whole passes of `parts` turns, the turns that are left in one pass, and the incomplete vector. */
export function segmentsOf(
  extent: number,
  { width, parts }: { width: 1 | 4; parts: number },
): Segment[] {
  const segments: Segment[] = [];
  const push = (from: number, to: number, count: number): void => {
    const offsets = Array.from({ length: count }, (_, k) => k * width);
    if (to > from) segments.push({ from, to, step: count * width, parts: offsets, lanes: width });
  };
  const step = width * parts;
  const main = extent - (extent % step);
  const whole = extent - (extent % width);
  push(0, main, parts);
  push(main, whole, (whole - main) / width);
  if (extent > whole)
    segments.push({ from: whole, to: extent, step: width, parts: [0], lanes: extent - whole });
  return segments;
}

export class LoopNest {
  readonly fn: WasmFunction;
  readonly module: WasmModule;
  /** The axis along which the lanes of a vector lie; `null`: all lanes are equal and one counts. */
  vectorAxis: Axis | null = null;
  /** The node that the lines belong to. */
  node: Expr | null = null;
  readonly #scopes: Scope[];

  constructor(fn: WasmFunction, module: WasmModule) {
    this.fn = fn;
    this.module = module;
    this.#scopes = [{ block: fn.body, axis: null, local: null, lanes: 1, values: new Map() }];
  }

  /** Number of open loops. */
  get depth(): number {
    return this.#scopes.length - 1;
  }

  /** Elements of a vector that count, at this place. */
  get lanes(): number {
    return this.vectorAxis === null ? 1 : this.#scopeOf(this.vectorAxis).lanes;
  }

  /** The outermost loop in which these axes are known. */
  depthOf(axes: readonly Axis[]): number {
    return axes.reduce(
      (depth, axis) => Math.max(depth, this.#scopes.indexOf(this.#scopeOf(axis))),
      0,
    );
  }

  /** The variable of an axis; `null` where its value is a number, which is the turn's. */
  variableOf(axis: Axis): Local | null {
    return this.#scopeOf(axis).local;
  }

  #scopeOf(axis: Axis): Scope {
    const scope = this.#scopes.findLast((s) => s.axis === axis);
    assert(scope !== undefined, `axis ${axis.name} is used outside its loop`);
    return scope;
  }

  /** The value known by `key` at this depth, made where it is not there. */
  once(depth: number, key: string, type: ValueType, make: () => Code): Local {
    const { values } = this.#scopes[depth]!;
    const known = values.get(key);
    if (known !== undefined) return known;
    const local = this.keep(depth, type, make());
    values.set(key, local);
    return local;
  }

  /** The value known by `key` at this depth. */
  known(depth: number, key: string): Local | undefined {
    return this.#scopes[depth]!.values.get(key);
  }

  /** Say what the value of `key` is. */
  define(depth: number, key: string, local: Local): void {
    this.#scopes[depth]!.values.set(key, local);
  }

  /** The value in a new local, computed at this depth. */
  keep(depth: number, type: ValueType, value: Code): Local {
    const local = this.fn.local(type, type === 'i32' ? 'i' : 'v');
    this.#scopes[depth]!.block.line(set(local, value), this.node);
    return local;
  }

  /** A line in the innermost loop. */
  line(code: Code): void {
    this.#scopes[this.depth]!.block.line(code, this.node);
  }

  /** Where an op's vector code goes when its operands are known at this depth. */
  sink(depth: number): LaneSink {
    return {
      keep: (code) => this.keep(depth, 'v128', code),
      constant: (code) => this.constant(code),
      callFunction: (name, operands) => this.keep(depth, 'v128', this.#call(name, operands)),
    };
  }

  #call(name: LaneFunction | DivisionFunction, operands: readonly Local[]): Code {
    return call(name, laneFunction(this.module, name), operands.map(get));
  }

  /** A vector that never changes: before all loops, as WASM would make it anew in each pass. */
  constant(code: Code): Local {
    return this.once(0, code.text, 'v128', () => code);
  }

  /** Write the loop over a segment. */
  segment({ axis, segment, turns, body, hooks }: SegmentTask): void {
    const { from, to, step, parts, lanes } = segment;
    const isOnePass = to - from <= step;
    const local = isOnePass ? null : this.fn.local('i32', axis.name.replace(/[^A-Za-z0-9_]/g, '_'));
    const start = isOnePass ? from : 0;
    const made = turns.flatMap((turn) =>
      parts.map((part) => new Map([...turn, [axis, start + part]])),
    );
    const { block } = this.#scopes[this.depth]!;
    if (local === null) {
      this.#within({ block, axis, local, lanes, values: new Map() }, () => body(made));
      return;
    }
    const loop = (limit: Code): void => {
      const inner: Scope = { block: new Block(), axis, local, lanes, values: new Map() };
      this.#repeat(inner, limit, () => {
        body(made);
        inner.block.line(set(local, op('i32.add', get(local), i32(step))));
      });
    };
    block.line(set(local, i32(from)));
    if (hooks === null || (to - from) / step <= hooks.passes) {
      loop(i32(to));
      return;
    }
    const cut: Scope = { block: new Block(), axis: null, local, lanes: 1, values: new Map() };
    this.#repeat(cut, i32(to), () => {
      const limit = this.fn.local('i32', 'limit');
      cut.block.line(set(limit, op('i32.add', get(local), i32(hooks.passes * step))));
      const isBefore = op('i32.lt_u', get(limit), i32(to));
      cut.block.line(set(limit, op('select', get(limit), i32(to), isBefore)));
      hooks.begin();
      loop(get(limit));
      hooks.end();
    });
  }

  /** A loop whose body counts its variable up to the limit. What the body needs from outside is written before it. */
  #repeat(scope: Scope, limit: Code, body: () => void): void {
    const label = this.fn.label();
    const outer = this.#scopes[this.depth]!.block;
    this.#within(scope, body);
    scope.block.line(repeatWhile(label, op('i32.lt_u', get(scope.local!), limit)));
    outer.loop(label, scope.block);
  }

  #within(scope: Scope, body: () => void): void {
    this.#scopes.push(scope);
    body();
    this.#scopes.pop();
  }
}
