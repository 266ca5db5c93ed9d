/**
 * @file Checks of what users pass beside tensors: lists, options, dtypes. JavaScript lets everything through; a mistake that
 * nobody tells becomes a wrong number, as `x.sum(0)` would without these.
 */
import { fail } from '../base/errors.ts';
import { ELEMENTS_MAX } from '../base/limits.ts';
import type { Expr } from '../ir/graph.ts';
import { DTYPES, type DType, type Shape } from '../ir/types.ts';
import { isTensor, showValue, type Tensor } from './tensor.ts';

/** The options, whose keys are known. @throws arguments_wrong */
export function checkOptions<O extends object>(
  what: string,
  options: O,
  keys: readonly (keyof O & string)[],
): O {
  const known = keys.join(', ');
  const isRecord =
    typeof options === 'object' &&
    options !== null &&
    !Array.isArray(options) &&
    !isTensor(options);
  if (!isRecord)
    fail('arguments_wrong', what, `options in an object { ${known} }`, showValue(options));
  const wrong = Object.keys(options).find((key) => !keys.some((k) => k === key));
  if (wrong !== undefined)
    fail('arguments_wrong', what, `options among ${known}`, `an option named '${wrong}'`);
  return options;
}

/** @throws arguments_wrong when it is no array; `items` says what it should hold */
export function checkList<V>(what: string, list: readonly V[], items: string): readonly V[] {
  if (!Array.isArray(list)) fail('arguments_wrong', what, `an array of ${items}`, showValue(list));
  return list;
}

/** The expressions of tensors, which may not be numbers here. @throws not_a_tensor */
export function exprsOf(what: string, tensors: readonly Tensor[]): Expr[] {
  return tensors.map((x) => (isTensor(x) ? x.expr : fail('not_a_tensor', what, showValue(x))));
}

/** @throws arguments_wrong */
export function checkDType(what: string, dtype: DType): DType {
  if (!DTYPES.includes(dtype))
    fail('arguments_wrong', what, `a dtype among ${DTYPES.join(', ')}`, showValue(dtype));
  return dtype;
}

export const isExtent = (n: unknown): boolean =>
  Number.isInteger(n) && Number(n) >= 0 && Number(n) <= ELEMENTS_MAX;

/** The shape of a variable. @throws arguments_wrong */
export function checkShape(what: string, shape: Shape): Shape {
  const wrong = checkList(what, shape, 'extents').find((n) => n !== null && !isExtent(n));
  if (wrong !== undefined)
    fail('arguments_wrong', what, `extents from 0 to ${ELEMENTS_MAX}, or null`, showValue(wrong));
  return shape;
}

/** @throws arguments_wrong */
export function checkName(what: string, name: string): string {
  if (typeof name !== 'string')
    fail('arguments_wrong', what, 'a name that is text', showValue(name));
  return name;
}

/** Pairs, as updates and givens are. @throws arguments_wrong */
export function checkPairs<P extends readonly [unknown, unknown]>(
  what: string,
  pairs: readonly P[],
  pair: string,
): readonly P[] {
  const wrong = checkList(what, pairs, `pairs ${pair}`).find(
    (p) => !Array.isArray(p) || p.length !== 2,
  );
  if (wrong !== undefined) fail('arguments_wrong', what, `pairs ${pair}`, showValue(wrong));
  return pairs;
}
