/** @file Every op, by family: what tests and the documents read. No pass reads it. */
import { OUTPUT, USER_OP } from '../control/user-op.ts';
import type { OpDef } from '../ir/op-def.ts';
import {
  abs,
  add,
  div,
  intDiv,
  mod,
  mul,
  neg,
  reciprocal,
  sign,
  sqr,
  sqrt,
  sub,
} from '../ops/arith.ts';
import { BROADCAST_TO, CAST, DIMSHUFFLE, SUM } from '../ops/broadcast.ts';
import { eq, ge, gt, le, lt, maximum, minimum, neq, WHERE } from '../ops/compare.ts';
import { DISCONNECTED_GRAD, GRAD_CLIP, GRAD_SCALE, ZERO_GRAD } from '../ops/gradient.ts';
import { HOST_SCALAR } from '../ops/host-scalar.ts';
import { AT, SCATTER } from '../ops/indexing.ts';
import { CONSTANT, DIM, INPUT, SHARED } from '../ops/leaves.ts';
import { DOT } from '../ops/linalg.ts';
import { LOG_SOFTMAX, SOFTMAX } from '../ops/nnet.ts';
import { ARGMAX, MAX, MEAN, MIN } from '../ops/reduce.ts';
import { ARANGE, RESHAPE } from '../ops/shape.ts';
import {
  exp,
  expm1,
  log,
  log1p,
  pow,
  relu,
  sigmoid,
  softplus,
  tanh,
} from '../ops/transcendental.ts';

const LEAVES: readonly OpDef[] = [INPUT, SHARED, CONSTANT, DIM, HOST_SCALAR];
const SHAPES: readonly OpDef[] = [CAST, BROADCAST_TO, DIMSHUFFLE, RESHAPE, ARANGE];
const ARITHMETIC = [neg, add, sub, mul, div, intDiv, mod, reciprocal, sqr, sqrt, abs, sign].map(
  (op) => op.def,
);
const COMPARISONS = [...[eq, neq, lt, le, gt, ge, maximum, minimum].map((op) => op.def), WHERE];
const TRANSCENDENTALS = [exp, log, log1p, expm1, tanh, sigmoid, softplus, relu, pow].map(
  (op) => op.def,
);
const REDUCTIONS: readonly OpDef[] = [SUM, MAX, MIN, ARGMAX, MEAN];
const MARKERS: readonly OpDef[] = [DISCONNECTED_GRAD, ZERO_GRAD, GRAD_CLIP, GRAD_SCALE];
const OTHERS: readonly OpDef[] = [DOT, AT, SCATTER, SOFTMAX, LOG_SOFTMAX, USER_OP, OUTPUT];

export const OPS: readonly OpDef[] = [
  ...LEAVES,
  ...SHAPES,
  ...ARITHMETIC,
  ...COMPARISONS,
  ...TRANSCENDENTALS,
  ...REDUCTIONS,
  ...MARKERS,
  ...OTHERS,
];

/** The op of each name. */
export const OPS_BY_NAME: ReadonlyMap<string, OpDef> = new Map(OPS.map((op) => [op.name, op]));
