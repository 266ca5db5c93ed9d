/** @file Indices as text: '1:5', ':', '::2', '-3:', '2', '...'. */
import { fail } from '../base/errors.ts';

/** A slice whose bounds are numbers; `null` is open. */
export type NumberSlice = {
  readonly kind: 'slice';
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number;
};

const boundOf = (part: string | undefined): number | null =>
  part === undefined ? null : Number(part);

/** @throws slice_text */
export function parseIndexText(text: string): number | NumberSlice | '...' {
  const trimmed = text.trim();
  if (trimmed === '...') return '...';
  if (/^-?\d+$/.test(trimmed)) return Number(trimmed);
  const match = /^(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?)?$/.exec(trimmed);
  if (match === null) fail('slice_text', text);
  return {
    kind: 'slice',
    start: boundOf(match[1]),
    stop: boundOf(match[2]),
    step: boundOf(match[3]) ?? 1,
  };
}
