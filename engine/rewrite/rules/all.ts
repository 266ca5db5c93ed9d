/** @file The rules in the order in which those of an op are tried: cheap patterns first, then what looks further. */
import type { Rule } from '../rule.ts';
import { ARITH_RULES } from './arith.ts';
import { GRADIENT_RULES } from './gradient.ts';
import { INDEXING_RULES } from './indexing.ts';
import { LOG_EXP_RULES } from './log-exp.ts';
import { PRODUCT_RULES } from './products.ts';
import { REDUCE_RULES } from './reduce.ts';
import { SHAPE_RULES } from './shape.ts';
import { SOFTMAX_RULES } from './softmax.ts';
import { SUM_RULES } from './sums.ts';
import { WHERE_RULES } from './where.ts';

export const RULES: readonly Rule[] = [
  ...GRADIENT_RULES,
  ...SOFTMAX_RULES,
  ...LOG_EXP_RULES,
  ...ARITH_RULES,
  ...WHERE_RULES,
  ...SHAPE_RULES,
  ...INDEXING_RULES,
  ...REDUCE_RULES,
  ...PRODUCT_RULES,
  ...SUM_RULES,
];
