/** @file The rules in the order in which those of an op are tried: cheap patterns first, then what looks further. */
import type { Rule } from '../rule.ts';
import { ARITH_RULES } from './arith.ts';
import { PRODUCT_RULES } from './products.ts';
import { SUM_RULES } from './sums.ts';

export const RULES: readonly Rule[] = [...ARITH_RULES, ...PRODUCT_RULES, ...SUM_RULES];
