/**
 * @file A WASM assembler that writes two things at once: the bytes of a module and its text, which is WAT in folded form.
 * An instruction is a value; a function's body is a tree of lines and loops, so that code can be added before a loop while
 * the loop is still being built.
 */
import type { Expr } from '../../ir/graph.ts';
import {
  alignmentOf,
  laneBytes,
  memoryBytes,
  plainBytes,
  signedLeb,
  unsignedLeb,
  type LaneOp,
  type MemoryOp,
  type PlainOp,
} from './opcodes.ts';

export type ValueType = 'i32' | 'v128';

/** A parameter or a local variable of a function. */
export type Local = { readonly name: string; readonly type: ValueType; readonly index: number };

/** An instruction with its operands. */
export type Code = { readonly text: string; readonly bytes: readonly number[] };

/** One line of a body, and the node that it computes. */
type Line = { readonly kind: 'line'; readonly code: Code; readonly node: Expr | null };
type Loop = { readonly kind: 'loop'; readonly label: string; readonly body: Block };

/** Statements in order. */
export class Block {
  readonly items: (Line | Loop)[] = [];

  line(code: Code, node: Expr | null = null): void {
    this.items.push({ kind: 'line', code, node });
  }

  loop(label: string, body: Block): void {
    this.items.push({ kind: 'loop', label, body });
  }
}

const VALUE_TYPE: Readonly<Record<ValueType, number>> = { i32: 0x7f, v128: 0x7b };

const folded = (head: string, operands: readonly Code[], bytes: readonly number[]): Code => ({
  text: `(${[head, ...operands.map((x) => x.text)].join(' ')})`,
  bytes: [...operands.flatMap((x) => x.bytes), ...bytes],
});

/** An instruction without immediates. */
export const op = (name: PlainOp, ...operands: readonly Code[]): Code =>
  folded(name, operands, plainBytes(name));

/** An instruction with a lane number. */
export const laneOp = (name: LaneOp, lane: number, ...operands: readonly Code[]): Code =>
  folded(`${name} ${lane}`, operands, [...laneBytes(name), lane]);

export type MemoryPlace = {
  readonly address: Code;
  readonly offset: number;
  readonly lane?: number;
};

/** A load or store; `offset` is not negative. */
export function memoryOp(
  name: MemoryOp,
  { address, offset, lane }: MemoryPlace,
  ...operands: readonly Code[]
): Code {
  const head = `${name}${offset === 0 ? '' : ` offset=${offset}`}${lane === undefined ? '' : ` ${lane}`}`;
  const immediates = [
    alignmentOf(name),
    ...unsignedLeb(offset),
    ...(lane === undefined ? [] : [lane]),
  ];
  return folded(head, [address, ...operands], [...memoryBytes(name), ...immediates]);
}

export const i32 = (value: number): Code =>
  folded(`i32.const ${value | 0}`, [], [0x41, ...signedLeb(value | 0)]);
export const i64 = (value: bigint): Code =>
  folded(`i64.const ${value}`, [], [0x42, ...signedLeb(value)]);

const floatBytes = (value: number, size: 4 | 8): number[] => {
  const view = new DataView(new ArrayBuffer(size));
  if (size === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return [...new Uint8Array(view.buffer)];
};

export const f32 = (value: number): Code =>
  folded(`f32.const ${floatText(value)}`, [], [0x43, ...floatBytes(value, 4)]);
export const f64 = (value: number): Code =>
  folded(`f64.const ${value}`, [], [0x44, ...floatBytes(value, 8)]);

/** The shortest decimal that rounds to the same float32. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const rounded = Math.fround(value);
  if (Object.is(rounded, -0)) return '-0';
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(rounded.toPrecision(digits));
    if (Math.fround(shorter) === rounded) return String(shorter);
  }
  return String(Number(rounded.toPrecision(9)));
}

/** A vector of four words. */
export const words = (...lanes: readonly [number, number, number, number]): Code =>
  folded(
    `v128.const i32x4 ${lanes.map((x) => x | 0).join(' ')}`,
    [],
    [0xfd, 12, ...new Uint8Array(Int32Array.from(lanes).buffer)],
  );

/** Words of two vectors by number: 0 to 3 of `a`, 4 to 7 of `b`. */
export function shuffle(lanes: readonly [number, number, number, number], a: Code, b: Code): Code {
  const bytes = lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]);
  return folded(`i8x16.shuffle ${bytes.join(' ')}`, [a, b], [0xfd, 13, ...bytes]);
}

export const get = (local: Local): Code =>
  folded(`local.get $${local.name}`, [], [0x20, ...unsignedLeb(local.index)]);
export const set = (local: Local, value: Code): Code =>
  folded(`local.set $${local.name}`, [value], [0x21, ...unsignedLeb(local.index)]);

/** A call of the function of this number. */
export const call = (name: string, index: number, operands: readonly Code[]): Code =>
  folded(`call $${name}`, operands, [0x10, ...unsignedLeb(index)]);

/** Go back to the start of the innermost loop while the condition holds. */
export const repeatWhile = (label: string, condition: Code): Code =>
  folded(`br_if $${label}`, [condition], [0x0d, 0]);

/** A function that is being written. */
export class WasmFunction {
  readonly name: string;
  readonly params: readonly Local[];
  readonly result: ValueType | null;
  readonly exported: boolean;
  readonly body = new Block();
  readonly locals: Local[] = [];
  #labelCount = 0;

  constructor(
    name: string,
    params: readonly { readonly name: string; readonly type: ValueType }[],
    options: { readonly result: ValueType | null; readonly exported: boolean },
  ) {
    this.name = name;
    this.params = params.map((param, index) => ({ ...param, index }));
    this.result = options.result;
    this.exported = options.exported;
  }

  /** A new variable, its name made unlike the others by a number. */
  local(type: ValueType, hint: string): Local {
    const index = this.params.length + this.locals.length;
    const local = { name: `${hint}${index}`, type, index };
    this.locals.push(local);
    return local;
  }

  label(): string {
    return `loop${this.#labelCount++}`;
  }
}

/** Functions of a module in order; the order is their number. */
export class WasmModule {
  readonly functions: WasmFunction[] = [];
  readonly #numbers = new Map<string, number>();

  /** The number of the function of this name, which is made when it is first asked for. */
  numberOf(name: string, make: () => WasmFunction): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const made = make();
    const number = this.functions.push(made) - 1;
    this.#numbers.set(name, number);
    return number;
  }
}

export type Assembled = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly text: string;
  /** Line of the text, from 1, and the node that it computes. */
  readonly lines: readonly { readonly line: number; readonly node: Expr }[];
};

const vector = (items: readonly (readonly number[])[]): number[] => [
  ...unsignedLeb(items.length),
  ...items.flat(),
];
const nameBytes = (name: string): number[] => {
  const bytes = new TextEncoder().encode(name);
  return [...unsignedLeb(bytes.length), ...bytes];
};

/** The module that imports `env.memory` and exports the functions marked so. */
export function assemble(module: WasmModule): Assembled {
  const types = module.functions.map(typeBytes);
  const typeKeys = [...new Set(types.map((t) => t.join()))];
  const firstOf = (key: string) => types[types.findIndex((t) => t.join() === key)]!;
  const sections: readonly (readonly [id: number, content: readonly number[]])[] = [
    [1, vector(typeKeys.map(firstOf))],
    [2, vector([[...nameBytes('env'), ...nameBytes('memory'), 0x02, 0x00, 0x00]])],
    [3, vector(types.map((t) => unsignedLeb(typeKeys.indexOf(t.join()))))],
    [
      7,
      vector(
        module.functions.flatMap((f, i) =>
          f.exported ? [[...nameBytes(f.name), 0x00, ...unsignedLeb(i)]] : [],
        ),
      ),
    ],
  ];
  const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const parts = [
    Uint8Array.from([
      ...header,
      ...sections.flatMap(([id, content]) => [id, ...unsignedLeb(content.length), ...content]),
    ]),
  ];
  parts.push(codeSection(module.functions));
  return { bytes: concat(parts), ...print(module.functions) };
}

const typeBytes = (f: WasmFunction): number[] => [
  0x60,
  ...vector(f.params.map((p) => [VALUE_TYPE[p.type]])),
  ...vector(f.result === null ? [] : [[VALUE_TYPE[f.result]]]),
];

function codeSection(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const bodies = functions.map((f) => {
    const content = [...localsBytes(f.locals)];
    blockBytes(f.body, content);
    content.push(0x0b);
    return Uint8Array.from([...unsignedLeb(content.length)].concat(content));
  });
  const count = Uint8Array.from(unsignedLeb(functions.length));
  const size = count.length + bodies.reduce((n, b) => n + b.length, 0);
  return concat([Uint8Array.from([10, ...unsignedLeb(size)]), count, ...bodies]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}

/** Runs of locals of one type. */
function localsBytes(locals: readonly Local[]): number[] {
  const runs: { count: number; readonly type: ValueType }[] = [];
  for (const { type } of locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ count: 1, type });
  }
  return vector(runs.map((run) => [...unsignedLeb(run.count), VALUE_TYPE[run.type]]));
}

/** Recursion is as deep as the loop nest. */
function blockBytes(block: Block, into: number[]): void {
  for (const item of block.items) {
    if (item.kind === 'line') {
      for (const byte of item.code.bytes) into.push(byte);
      continue;
    }
    into.push(0x03, 0x40);
    blockBytes(item.body, into);
    into.push(0x0b);
  }
}

/** Names of locals on one line of text. */
const LOCALS_PER_LINE = 8;

const declare = (word: string, locals: readonly Local[]): string =>
  locals.map((local) => `(${word} $${local.name} ${local.type})`).join(' ');

function print(functions: readonly WasmFunction[]): { text: string; lines: Assembled['lines'] } {
  const text = ['(module', '  (import "env" "memory" (memory 0))'];
  const lines: { line: number; node: Expr }[] = [];
  for (const f of functions) {
    const head = [
      `(func $${f.name}`,
      f.exported ? `(export "${f.name}")` : '',
      declare('param', f.params),
    ];
    text.push(
      `  ${[...head, f.result === null ? '' : `(result ${f.result})`].filter((s) => s !== '').join(' ')}`,
    );
    for (let i = 0; i < f.locals.length; i += LOCALS_PER_LINE) {
      text.push(`    ${declare('local', f.locals.slice(i, i + LOCALS_PER_LINE))}`);
    }
    printBlock(f.body, '    ', (line, node) => {
      text.push(line);
      if (node !== null) lines.push({ line: text.length, node });
    });
    text.push('  )');
  }
  text.push(')');
  return { text: `${text.join('\n')}\n`, lines };
}

function printBlock(
  block: Block,
  indent: string,
  write: (line: string, node: Expr | null) => void,
): void {
  for (const item of block.items) {
    if (item.kind === 'line') {
      write(indent + item.code.text, item.node);
      continue;
    }
    write(`${indent}(loop $${item.label}`, null);
    printBlock(item.body, `${indent}  `, write);
    write(`${indent})`, null);
  }
}
