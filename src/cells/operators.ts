/**
 * @file The operators of a rewritten cell: `a * b` became `$.mul(a, b)`, and this makes `$`. Beside a tensor an
 * operator calls the library; for all other values it is JavaScript's own. It knows no engine: a tensor is what
 * `isTensor` says it is. What JavaScript would do silently with a tensor throws, with what to write instead.
 */

/** What the operators need of the library. */
export type TensorLibrary = {
  readonly isTensor: (value: unknown) => boolean;
  /** `call('mul', a, b)`: the operation of that name on values of which one is a tensor. */
  readonly call: (name: TensorOperation, ...args: readonly unknown[]) => unknown;
};

/** Operations of the library that an operator stands for. */
type TensorOperation =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'mod'
  | 'pow'
  | 'neg'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge';

/** How a loop of a cell pauses; the realm gives it. */
export type Turn = {
  readonly due: () => boolean;
  readonly pass: () => Promise<void>;
  /** Called in loops of plain functions, where nothing can wait: throws when too much waits. */
  readonly spin: () => void;
};

type Unary = (x: unknown) => unknown;
type Binary = (a: unknown, b: unknown) => unknown;
type Box = Record<PropertyKey, unknown>;

/** A property that is read once and may be written: `o[key] += e` reads, then evaluates `e`, then writes. */
export type MemberRef = {
  /** The property with a check that it is not used as a condition; for `&&=`, `||=` and `??=`. */
  value: unknown;
  /** Writes `operator(old, operand)` and gives it. */
  readonly update: (operator: Binary, operand: unknown) => unknown;
  readonly step: (operator: Unary) => unknown;
  /** Writes the stepped value and gives the old one. */
  readonly postStep: (operator: Unary) => unknown;
};

/** JavaScript's own operators. Their operands are of any type, which TypeScript's operators do not take. */
const PLAIN = {
  add: (a, b) => (a as number) + (b as number),
  sub: (a, b) => (a as number) - (b as number),
  mul: (a, b) => (a as number) * (b as number),
  div: (a, b) => (a as number) / (b as number),
  mod: (a, b) => (a as number) % (b as number),
  pow: (a, b) => (a as number) ** (b as number),
  lt: (a, b) => (a as number) < (b as number),
  le: (a, b) => (a as number) <= (b as number),
  gt: (a, b) => (a as number) > (b as number),
  ge: (a, b) => (a as number) >= (b as number),
} satisfies Partial<Record<TensorOperation, Binary>>;

/** Operators that no operation of tensors stands for, with what to write instead. */
const REFUSED = {
  // oxlint-disable-next-line eslint/eqeqeq -- This is the user's own operator.
  looseEq: [(a, b) => a == b, '== does not compare tensors. Write a.eq(b), or a === b for handles'],
  looseNeq: [
    // oxlint-disable-next-line eslint/eqeqeq -- This is the user's own operator.
    (a, b) => a != b,
    '!= does not compare tensors. Write a.neq(b), or a !== b for handles',
  ],
  bitAnd: [(a, b) => (a as number) & (b as number), '& does not take tensors. Write T.and(a, b)'],
  bitOr: [(a, b) => (a as number) | (b as number), '| does not take tensors. Write T.or(a, b)'],
  bitXor: [(a, b) => (a as number) ^ (b as number), '^ does not take tensors. Write T.xor(a, b)'],
  shl: [
    (a, b) => (a as number) << (b as number),
    '<< does not take tensors. Multiply by a power of 2',
  ],
  shr: [
    (a, b) => (a as number) >> (b as number),
    '>> does not take tensors. Write T.intDiv with a power of 2',
  ],
  ushr: [
    (a, b) => (a as number) >>> (b as number),
    '>>> does not take tensors. Write T.intDiv with a power of 2',
  ],
} satisfies Record<string, readonly [Binary, string]>;

const TRUTH =
  'A tensor has no truth value: it stands for values that are not computed yet. ' +
  'Choose element by element with T.where(c, a, b), lazily with ifelse(c, a, b), ' +
  'and combine conditions with T.and, T.or and T.not';
const CHAIN =
  'a < x < b compares the truth of a < x with b. Write T.and(T.lt(a, x), T.lt(x, b)) for tensors';
const TEXT =
  'A tensor has no text: its value is not computed yet. ' +
  'Write `${await x.eval()}` for its value, or debugPrint(x) for its expression';

function advise(advice: string): never {
  throw new TypeError(`${advice}.`);
}

/** The number or big integer that `++` and `--` start from. */
function numericOf(x: unknown): unknown {
  let numeric = x as number;
  // A postfix step converts exactly as the language does, once.
  return numeric++;
}

function isIndexKey(key: unknown): boolean {
  return typeof key === 'number' || (typeof key === 'string' && /^-?\d+$/.test(key));
}

/** The property key that a value stands for, converted once. */
function keyOf(name: unknown): PropertyKey {
  return Reflect.ownKeys({ [name as PropertyKey]: null })[0]!;
}

function tableOf<K extends string>(names: readonly K[], make: (name: K) => Binary) {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Readonly<Record<K, Binary>>;
}

/** The tables of operators that calls of the library stand behind. */
function arithmetic({ isTensor, call }: TensorLibrary) {
  const binary =
    (name: keyof typeof PLAIN): Binary =>
    (a, b) => {
      if (typeof a === 'number' && typeof b === 'number') return PLAIN[name](a, b);
      if (!isTensor(a) && !isTensor(b)) return PLAIN[name](a, b);
      if (typeof a === 'string' || typeof b === 'string') return advise(TEXT);
      return call(name, a, b);
    };
  const refused =
    (name: keyof typeof REFUSED): Binary =>
    (a, b) =>
      isTensor(a) || isTensor(b) ? advise(REFUSED[name][1]) : REFUSED[name][0](a, b);
  return {
    ...tableOf(Object.keys(PLAIN) as (keyof typeof PLAIN)[], binary),
    ...tableOf(Object.keys(REFUSED) as (keyof typeof REFUSED)[], refused),
  };
}

function unaryOperators({ isTensor, call }: TensorLibrary) {
  return {
    neg: (x: unknown) => (isTensor(x) ? call('neg', x) : -(x as number)),
    // `+x` throws for big integers, which `Number(x)` does not.
    // oxlint-disable-next-line typescript/no-unnecessary-type-conversion -- The operand is of any type.
    pos: (x: unknown) => (isTensor(x) ? x : +(x as number)),
    not: (x: unknown) => (isTensor(x) ? advise(TRUTH) : !x),
    bitNot: (x: unknown) =>
      isTensor(x) ? advise('~ does not take tensors. Write T.not(x)') : ~(x as number),
    inc: (x: unknown) => {
      if (isTensor(x)) return call('add', x, 1);
      let next = x as number;
      return ++next;
    },
    dec: (x: unknown) => {
      if (isTensor(x)) return call('sub', x, 1);
      let next = x as number;
      return --next;
    },
  };
}

/** The checks of what a tensor cannot be, each giving back its argument. */
function checks({ isTensor }: TensorLibrary) {
  const unless = (advice: string) => (x: unknown) => (isTensor(x) ? advise(advice) : x);
  return {
    /** A condition. */
    truth: unless(TRUTH),
    /** The left side of `a < b < c`. */
    chained: unless(CHAIN),
    /** A value in a template. */
    text: unless(TEXT),
    /** The object whose element is assigned. */
    target: unless(
      'A tensor has no elements to assign. Write T.setSubtensor(x.at(i), value), which gives a new tensor',
    ),
    /** The value of an assignment in brackets. */
    val: (x: unknown) => x,
    get: (object: unknown, key: unknown) => {
      if (typeof key !== 'symbol' && isTensor(object) && isIndexKey(key))
        advise(`x[${String(key)}] does not index a tensor. Write x.at(${String(key)})`);
      return (object as Box)[key as PropertyKey];
    },
  };
}

/** What the name `$` of a rewritten cell stands for. */
export function makeOperators(library: TensorLibrary, turn: Turn) {
  const { isTensor } = library;
  const check = checks(library);
  const stepped = (x: unknown) => (isTensor(x) ? x : numericOf(x));

  function member(object: unknown, name: unknown): MemberRef {
    // The language asks for the object before it turns the key into text, and does that once.
    const converts =
      (typeof name === 'object' || typeof name === 'function') &&
      object !== null &&
      object !== undefined;
    const key = converts ? keyOf(name) : (name as PropertyKey);
    if (isTensor(object) && isIndexKey(key)) check.target(object);
    const box = object as Box;
    const write = (value: unknown) => (box[key] = value);
    const old = box[key];
    return {
      get value() {
        return check.truth(old);
      },
      set value(value: unknown) {
        write(value);
      },
      update: (operator, operand) => write(operator(old, operand)),
      step: (operator) => write(operator(old)),
      postStep(operator) {
        const before = stepped(old);
        write(operator(before));
        return before;
      },
    };
  }

  return {
    turn,
    ...arithmetic(library),
    ...unaryOperators(library),
    ...check,
    member,
    /** Tensors that have no name yet are called as the variables that hold them. */
    name(values: Readonly<Record<string, unknown>>) {
      for (const [name, value] of Object.entries(values)) {
        if (!isTensor(value)) continue;
        const tensor = value as { name: string | null };
        tensor.name ??= name;
      }
    },
    /** `x++` on a name, where its value is used: writes the stepped value, gives the old one. */
    post(old: unknown, operator: Unary, write: (value: unknown) => void) {
      const before = stepped(old);
      write(operator(before));
      return before;
    },
  };
}
