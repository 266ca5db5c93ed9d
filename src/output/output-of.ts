/** @file The kinds of outputs by their names. */
import type { Output } from '../cells/outputs.ts';

/** The outputs of one kind. */
export type OutputOf<K extends Output['kind']> = Extract<Output, { readonly kind: K }>;
