/** @file Bytes of the WASM instructions that are used here. Vector instructions stand behind the prefix 0xfd. */

/** Instructions of one byte without immediates. */
const PLAIN = {
  'i32.eqz': 0x45,
  'i32.eq': 0x46,
  'i32.lt_s': 0x48,
  'i32.lt_u': 0x49,
  'i32.gt_s': 0x4a,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.div_s': 0x6d,
  'i32.div_u': 0x6e,
  'i32.rem_s': 0x6f,
  'i32.rem_u': 0x70,
  'i32.and': 0x71,
  'i32.or': 0x72,
  'i32.shl': 0x74,
  'i32.shr_s': 0x75,
  'i32.shr_u': 0x76,
  select: 0x1b,
} as const;

/** Vector instructions without immediates. */
const VECTOR = {
  'i32x4.splat': 17,
  'f32x4.splat': 19,
  'f64x2.splat': 20,
  'i64x2.splat': 18,
  'i32x4.eq': 55,
  'i32x4.ne': 56,
  'i32x4.lt_s': 57,
  'i32x4.lt_u': 58,
  'i32x4.gt_s': 59,
  'i32x4.gt_u': 60,
  'i32x4.le_s': 61,
  'i32x4.le_u': 62,
  'i32x4.ge_s': 63,
  'i32x4.ge_u': 64,
  'f32x4.eq': 65,
  'f32x4.ne': 66,
  'f32x4.lt': 67,
  'f32x4.gt': 68,
  'f32x4.le': 69,
  'f32x4.ge': 70,
  'f64x2.lt': 73,
  'f64x2.gt': 74,
  'v128.not': 77,
  'v128.and': 78,
  'v128.andnot': 79,
  'v128.or': 80,
  'v128.xor': 81,
  'v128.bitselect': 82,
  'f32x4.demote_f64x2_zero': 94,
  'f64x2.promote_low_f32x4': 95,
  'f32x4.ceil': 103,
  'f32x4.floor': 104,
  'f32x4.trunc': 105,
  'f32x4.nearest': 106,
  'f64x2.nearest': 148,
  'i32x4.abs': 160,
  'i32x4.neg': 161,
  'i32x4.shl': 171,
  'i32x4.shr_s': 172,
  'i32x4.shr_u': 173,
  'i32x4.add': 174,
  'i32x4.sub': 177,
  'i32x4.mul': 181,
  'i32x4.min_s': 182,
  'i32x4.min_u': 183,
  'i32x4.max_s': 184,
  'i32x4.max_u': 185,
  'i64x2.shl': 203,
  'i64x2.shr_u': 205,
  'i64x2.add': 206,
  'f32x4.abs': 224,
  'f32x4.neg': 225,
  'f32x4.sqrt': 227,
  'f32x4.add': 228,
  'f32x4.sub': 229,
  'f32x4.mul': 230,
  'f32x4.div': 231,
  'f32x4.min': 232,
  'f32x4.max': 233,
  'f64x2.add': 240,
  'f64x2.sub': 241,
  'f64x2.mul': 242,
  'f64x2.div': 243,
  'f64x2.min': 244,
  'f64x2.max': 245,
  'i32x4.trunc_sat_f32x4_s': 248,
  'i32x4.trunc_sat_f32x4_u': 249,
  'f32x4.convert_i32x4_s': 250,
  'f32x4.convert_i32x4_u': 251,
  'i32x4.trunc_sat_f64x2_s_zero': 252,
  'f64x2.convert_low_i32x4_s': 254,
  'i64x2.extend_low_i32x4_s': 199,
} as const;

/** Vector instructions with a lane number. */
const LANE = { 'i32x4.extract_lane': 27, 'i32x4.replace_lane': 28 } as const;

/** Memory instructions: the bytes before the immediates, and the logarithm of the natural alignment. */
const MEMORY = {
  'i32.load': [[0x28], 2],
  'v128.load': [[0xfd, 0], 4],
  'v128.load32_splat': [[0xfd, 9], 2],
  'v128.load32_zero': [[0xfd, 92], 2],
  'v128.store': [[0xfd, 11], 4],
  'v128.load32_lane': [[0xfd, 86], 2],
  'v128.store32_lane': [[0xfd, 90], 2],
} as const satisfies Record<string, readonly [readonly number[], number]>;

export type PlainOp = keyof typeof PLAIN | keyof typeof VECTOR;
export type LaneOp = keyof typeof LANE;
export type MemoryOp = keyof typeof MEMORY;

/** Unsigned LEB128 of a whole number below 2^53. */
export function unsignedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128 of an int32 or an int64. */
export function signedLeb(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

const vectorBytes = (opcode: number): number[] => [0xfd, ...unsignedLeb(opcode)];

/** Bytes of each instruction, made once. */
const PLAIN_BYTES = new Map<string, readonly number[]>();
for (const [name, opcode] of Object.entries(PLAIN)) PLAIN_BYTES.set(name, [opcode]);
for (const [name, opcode] of Object.entries(VECTOR)) PLAIN_BYTES.set(name, vectorBytes(opcode));

export const plainBytes = (op: PlainOp): readonly number[] => PLAIN_BYTES.get(op)!;
export const laneBytes = (op: LaneOp): readonly number[] => vectorBytes(LANE[op]);
export const memoryBytes = (op: MemoryOp): readonly number[] => MEMORY[op][0];
export const alignmentOf = (op: MemoryOp): number => MEMORY[op][1];
