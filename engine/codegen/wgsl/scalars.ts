/** @file Scalars and indices in WGSL: one `let` for each value that is more than a name, each once in its scope. */
import { assert } from '../../base/errors.ts';
import type { IndexExpr } from '../../ir/index-expr.ts';
import type { WgslHelper } from '../../ir/op-def.ts';
import { directOperands, type Scalar } from '../../ir/scalar.ts';
import type { DType } from '../../ir/types.ts';
import { WGSL_TYPE } from '../../ops/broadcast.ts';
import { FROM_BITS } from '../../ops/wgsl-math.ts';
import type { Kernel, Store } from '../../schedule/kernel.ts';
import type { WgslWriter } from './writer.ts';

const WRAP_INDEX: WgslHelper = {
  name: 'wrap_index',
  source:
    'fn wrap_index(i: i32, n: i32) -> i32 { return clamp(select(i, i + n, i < 0), 0, n - 1); }',
};

/** The values that a scope of the text has named already. */
export type Scope = Map<Scalar, string>;

export class ScalarPrinter {
  readonly #writer: WgslWriter;
  readonly #kernel: Kernel;
  /** Names of reduced values, by phase. */
  readonly #reduced: ReadonlyMap<number, string>;
  #count = 0;

  constructor(writer: WgslWriter, kernel: Kernel, reduced: ReadonlyMap<number, string>) {
    this.#writer = writer;
    this.#kernel = kernel;
    this.#reduced = reduced;
  }

  /** An expression for the scalar; what it needs is written before, and known in `scope`. No recursion: bodies are deep. */
  print(root: Scalar, scope: Scope): string {
    const stack: Scalar[] = [root];
    for (let s = stack.at(-1); s !== undefined; s = stack.at(-1)) {
      const open = scope.has(s) ? [] : directOperands(s).filter((x) => !scope.has(x));
      if (open.length > 0) {
        stack.push(...open);
        continue;
      }
      stack.pop();
      if (!scope.has(s)) scope.set(s, this.#named(s, scope));
    }
    return scope.get(root)!;
  }

  /** A short value stays an expression; another gets a name. */
  #named(s: Scalar, scope: Scope): string {
    const text = this.#text(s, scope);
    if (s.kind === 'constant' || s.kind === 'uniform' || s.kind === 'reduced') return text;
    const name = `v${this.#count++}`;
    const node = this.#kernel.origins.get(s);
    this.#writer.line(`let ${name} = ${text};`, node === undefined ? [] : [node]);
    return name;
  }

  #text(s: Scalar, scope: Scope): string {
    switch (s.kind) {
      case 'constant':
        return literal(s.value, s.dtype, this.#writer);
      case 'uniform':
        return uniformText(s.slot, s.dtype);
      case 'load': {
        const text = `b${s.buffer}[${this.index(s.index, scope)}]`;
        return s.dtype === 'bool' ? `(${text} != 0u)` : text;
      }
      case 'index':
        return this.index(s.index, scope);
      case 'apply':
        return s.code.wgsl(
          s.inputs.map((x) => scope.get(x)!),
          {
            dtype: s.dtype,
            operands: s.inputs.map((x) => x.dtype),
            use: (helper) => this.#writer.use(helper),
          },
        );
      case 'inBounds': {
        const value = scope.get(s.value)!;
        return `(${value} >= -${s.extent} && ${value} < ${s.extent})`;
      }
      case 'inRange': {
        const index = this.index(s.index, scope);
        return s.low === 0 && s.high === 1
          ? `(${index} == 0)`
          : `(${index} >= ${s.low} && ${index} < ${s.high})`;
      }
      case 'select':
        return `select(${scope.get(s.no)}, ${scope.get(s.yes)}, ${scope.get(s.condition)})`;
      case 'reduced': {
        const name = this.#reduced.get(s.phase);
        assert(name !== undefined, 'a reduction is read before it is computed');
        return name;
      }
    }
  }

  /** An index as i32; data that it holds is in `scope`. */
  index(i: IndexExpr, scope: Scope): string {
    switch (i.kind) {
      case 'number':
        return String(i.value);
      case 'axis':
        return i.axis.name;
      case 'uniform':
        return uniformText(i.slot, 'int32');
      case 'add':
        return `(${this.index(i.a, scope)} + ${this.index(i.b, scope)})`;
      case 'times':
        return `${this.index(i.a, scope)} * ${i.factor < 0 ? `(${i.factor})` : i.factor}`;
      case 'div':
        return `(${this.index(i.a, scope)} / ${i.divisor})`;
      case 'mod':
        return `(${this.index(i.a, scope)} % ${i.divisor})`;
      case 'gather': {
        const value = scope.get(i.value) ?? this.print(i.value, scope);
        return `${this.#writer.use(WRAP_INDEX)}(i32(${value}), ${i.extent})`;
      }
    }
  }

  /** Store scalars in buffers, all of them computed before: a store may overwrite what another one reads. */
  stores(stores: readonly Store[], scope: Scope): void {
    for (const { value } of stores) this.print(value, scope);
    for (const { buffer, index, value, node } of stores) {
      const text = this.print(value, scope);
      const stored = value.dtype === 'bool' ? `select(0u, 1u, ${text})` : text;
      this.#writer.line(`b${buffer}[${this.index(index, scope)}] = ${stored};`, [node]);
    }
  }
}

const uniformText = (slot: number, dtype: DType): string => {
  const word = `u[${Math.floor(slot / 4)}].${'xyzw'[slot % 4]}`;
  return dtype === 'uint32'
    ? word
    : dtype === 'bool'
      ? `(${word} != 0u)`
      : `bitcast<${WGSL_TYPE[dtype]}>(${word})`;
};

/** A number in WGSL. Infinities and NaN come from their bits: they do not compile as constants. */
export function literal(value: number, dtype: DType, writer: WgslWriter): string {
  if (dtype === 'bool') return String(value !== 0);
  if (dtype === 'uint32') return `${value}u`;
  if (dtype === 'int32')
    return value === -(2 ** 31) ? '(-2147483647 - 1)' : value < 0 ? `(${value})` : String(value);
  if (Number.isNaN(value)) return `${writer.use(FROM_BITS)}(0x7fc00000u)`;
  if (!Number.isFinite(value))
    return `${writer.use(FROM_BITS)}(${value > 0 ? '0x7f800000u' : '0xff800000u'})`;
  const text = shortFloat(Math.fround(value));
  const full = /[.e]/.test(text) ? text : `${text}.0`;
  return value < 0 || Object.is(value, -0) ? `(${full})` : full;
}

/** The largest float32: WGSL refuses a decimal above it, even one that would round to it. */
const FLOAT_MAX = (2 - 2 ** -23) * 2 ** 127;

/** The shortest decimal that reads back as the same float32. */
function shortFloat(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  for (let digits = 1; digits <= 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value && Math.abs(Number(text)) <= FLOAT_MAX) return text;
  }
  return String(value);
}
