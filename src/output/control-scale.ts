/** @file Between the value of a slider and the place of its thumb: linear, or by equal factors. */
import type { Control } from '../cells/outputs.ts';

/** What a person drags. */
export type Slider = Extract<Control, { readonly type: 'slider' }>;

/** Places of a logarithmic slider. */
const LOG_PLACES = 200;

const isLog = ({ scale, min, max }: Slider): boolean => scale === 'log' && min > 0 && max > min;

/** The bounds of the thumb's place. */
export function placesOf(slider: Slider): {
  readonly min: number;
  readonly max: number;
  readonly step: number;
} {
  if (isLog(slider)) return { min: 0, max: LOG_PLACES, step: 1 };
  return { min: slider.min, max: slider.max, step: slider.step };
}

/** Where the thumb stands. */
export function placeOf(slider: Slider, value: number): number {
  if (!isLog(slider)) return value;
  const { min, max } = slider;
  return Math.round((LOG_PLACES * Math.log(value / min)) / Math.log(max / min));
}

/** The value at a place: on a logarithmic slider rounded to three figures, and to whole steps where they are larger. */
export function valueAt(slider: Slider, place: number): number {
  if (!isLog(slider)) return place;
  const { min, max, step } = slider;
  const exact = min * (max / min) ** (place / LOG_PLACES);
  const rounded = Number(exact.toPrecision(3));
  const stepped =
    step > 0 && exact >= step * 10
      ? Number((Math.round(exact / step) * step).toPrecision(12))
      : rounded;
  return Math.min(max, Math.max(min, stepped));
}

/** How much of the track lies left of the thumb, in percent. */
export function fillOf(slider: Slider, value: number): number {
  const { min, max } = placesOf(slider);
  if (!(max > min)) return 0;
  return Math.min(100, Math.max(0, (100 * (placeOf(slider, value) - min)) / (max - min)));
}
