/** @file Every rewrite rule, in the order in which the rules of an op are tried: what tests and the documents read. */
export { RULES } from '../rewrite/rules/all.ts';
