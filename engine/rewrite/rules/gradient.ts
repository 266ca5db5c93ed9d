/** @file Markers of derivatives: once the derivative is built they mean nothing. */
import {
  DISCONNECTED_GRAD,
  GRAD_CLIP,
  GRAD_SCALE,
  gradScale,
  ZERO_GRAD,
} from '../../ops/gradient.ts';
import { oneOf, type Match, type Rule } from '../rule.ts';

export const GRADIENT_RULES: readonly Rule[] = [
  {
    name: 'gradient_marker_removed',
    stage: 'canonicalize',
    doc: 'What only changes a derivative is its operand when values are computed; patterns then see through it.',
    from: oneOf(DISCONNECTED_GRAD, ZERO_GRAD, GRAD_CLIP, GRAD_SCALE),
    to: ({ root }: Match) => root.inputs[0]!,
    domain: { x: [-3, 3] },
    example: ({ x }) => gradScale(x!, 2),
  },
];
