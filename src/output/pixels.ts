/**
 * @file Host arrays as pixels: which pictures an array holds, how they are laid out, and their colours. Everything is
 * bounded: a canvas of absurd size would cost memory that the page does not have.
 */
import { rangeOf, showNumber, type ArrayOutput } from './numbers.ts';

/** The pictures of an array, all of one size. */
export type Pictures = {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
};

/** Why an array cannot be drawn, with what would help. */
export type Refusal = { readonly refusal: string };

/** A canvas may have this many pixels a side, and all pictures of one output together this many pixels. */
const SIDE_MAX = 4096;
const PIXELS_MAX = 4 << 20;

/** Pictures of one output that are drawn. */
const PICTURES_MAX = 400;

/** Pixels between pictures. */
const GAP = 2;

const refuse = (refusal: string): Refusal => ({ refusal });
const isChannels = (n: number | undefined): n is 3 | 4 => n === 3 || n === 4;

/** The one picture of `image`: [h, w] or [h, w, 3 or 4]. */
export function pictureOf(shape: readonly number[]): Pictures | Refusal {
  const [height = 0, width = 0, channels = 1] = shape;
  const isColour = shape.length === 3 && isChannels(channels);
  if (shape.length !== 2 && !isColour) {
    return refuse(
      `An image has the shape [height, width], [height, width, 3] or [height, width, 4], but this array has [${shape.join(', ')}].`,
    );
  }
  return bounded({ count: 1, height, width, channels: isColour ? channels : 1 });
}

/** The pictures of `images`: [n, pixels] of square pictures, [n, h, w] or [n, h, w, 3 or 4]. */
export function picturesOf(shape: readonly number[]): Pictures | Refusal {
  const [count = 0, height = 0, width = 0, channels = 1] = shape;
  const side = Math.round(Math.sqrt(height));
  if (shape.length === 2 && side * side === height) {
    return bounded({ count, height: side, width: side, channels: 1 });
  }
  if (shape.length === 3) return bounded({ count, height, width, channels: 1 });
  if (shape.length === 4 && isChannels(channels))
    return bounded({ count, height, width, channels });
  return refuse(
    `Images have the shape [n, pixels] of square pictures, [n, height, width] or [n, height, width, 3 or 4], but this array has [${shape.join(', ')}]. Use reshape.`,
  );
}

function bounded(pictures: Pictures): Pictures | Refusal {
  const { count, height, width } = pictures;
  if (count * height * width === 0) return refuse('The array holds no pixel.');
  if (height > SIDE_MAX || width > SIDE_MAX || height * width > PIXELS_MAX) {
    return refuse(
      `A picture of ${height} by ${width} pixels is not drawn: at most ${SIDE_MAX} a side, and ${PIXELS_MAX >> 20} million in all. Show a part of it.`,
    );
  }
  return pictures;
}

/** Rows of pictures, as they stand on the page. */
export type Sheet = Pictures & {
  readonly columns: number;
  /** Pictures that are drawn; the others have a note. */
  readonly drawn: number;
};

/** A sheet of at most as many pictures as may be drawn, `columns` a row where that is given. */
export function sheetOf(pictures: Pictures, columns: number | null): Sheet {
  const { count, height, width } = pictures;
  const perRow = Math.max(1, Math.floor(SIDE_MAX / (width + GAP)));
  const aimed = columns ?? (count > 16 ? 16 : Math.min(count, 8));
  const across = Math.max(1, Math.min(aimed, count, perRow));
  const rowsMax = Math.max(1, Math.floor(PIXELS_MAX / (across * (width + GAP) * (height + GAP))));
  return { ...pictures, columns: across, drawn: Math.min(count, PICTURES_MAX, rowsMax * across) };
}

/** Bounds between which values go from black to white. */
export type Levels = { readonly low: number; readonly high: number };

/** Bytes are 0 to 255; values in [0, 1] are shares of white; others reach from their smallest to their largest. */
export function levelsOf(data: ArrayOutput['data'], dtype: string): Levels {
  if (dtype === 'uint8' || data instanceof Uint8Array) return { low: 0, high: 255 };
  const range = rangeOf(data) ?? { low: 0, high: 1 };
  if (range.low >= 0 && range.high <= 1) return { low: 0, high: 1 };
  return range.high > range.low ? range : { low: range.low, high: range.low + 1 };
}

/** What black and white stand for, where that is not plain. */
export function levelsText({ low, high }: Levels): string {
  const isPlain = low === 0 && (high === 1 || high === 255);
  return isPlain ? '' : `black ${showNumber(low, 3)}, white ${showNumber(high, 3)}`;
}

/** Red, green, blue and opacity of pixels, row by row. */
export type Bitmap = {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
};

/** Pictures `from` to `to` of a sheet, in its columns. What is no number is left clear. */
export function bitmapOf(
  data: ArrayOutput['data'],
  sheet: Sheet,
  levels: Levels,
  { from, to }: { readonly from: number; readonly to: number },
): Bitmap {
  const rows = Math.ceil((to - from) / sheet.columns);
  const width = sheet.columns * (sheet.width + GAP) - GAP;
  const height = rows * (sheet.height + GAP) - GAP;
  const rgba = new Uint8ClampedArray(width * height * 4);
  const size = sheet.width * sheet.height * sheet.channels;
  for (let i = from; i < to; i += 1) {
    const left = ((i - from) % sheet.columns) * (sheet.width + GAP);
    const top = Math.floor((i - from) / sheet.columns) * (sheet.height + GAP);
    for (let y = 0; y < sheet.height; y += 1) {
      for (let x = 0; x < sheet.width; x += 1) {
        const at = i * size + (y * sheet.width + x) * sheet.channels;
        paint(rgba, ((top + y) * width + left + x) * 4, {
          data,
          at,
          channels: sheet.channels,
          levels,
        });
      }
    }
  }
  return { width, height, rgba };
}

type Pixel = {
  readonly data: ArrayOutput['data'];
  readonly at: number;
  readonly channels: 1 | 3 | 4;
  readonly levels: Levels;
};

function paint(rgba: Uint8ClampedArray, to: number, { data, at, channels, levels }: Pixel): void {
  const factor = 255 / (levels.high - levels.low);
  let isNumber = true;
  for (let c = 0; c < 3; c += 1) {
    const value = data[channels === 1 ? at : at + c] ?? NaN;
    if (Number.isNaN(value)) isNumber = false;
    rgba[to + c] = (value - levels.low) * factor;
  }
  const opacity = channels === 4 ? ((data[at + 3] ?? NaN) - levels.low) * factor : 255;
  rgba[to + 3] = isNumber ? opacity : 0;
}

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** The colours of a heat map: the first from paper; where values have both signs, the first for those below 0. */
export type HeatColours = {
  readonly paper: Colour;
  readonly first: Colour;
  readonly second: Colour;
};

/** The bounds of a heat map; with both signs they are as far below 0 as above. */
export function heatLevels(data: ArrayOutput['data']): Levels & { readonly isSigned: boolean } {
  const { low, high } = rangeOf(data) ?? { low: 0, high: 1 };
  if (low < 0 && high > 0) {
    const reach = Math.max(-low, high);
    return { low: -reach, high: reach, isSigned: true };
  }
  return { low, high: high > low ? high : low + 1, isSigned: false };
}

/** Rows [h, w] of an array of rank 1 or 2 that a heat map draws. */
export function heatSizeOf(shape: readonly number[]): Pictures | Refusal {
  const size = shape.length === 1 ? [1, shape[0] ?? 0] : shape;
  if (size.length !== 2) {
    return refuse(
      `A heat map has the shape [rows, columns], but this array has [${shape.join(', ')}]. Show one slice of it.`,
    );
  }
  return bounded({ count: 1, height: size[0] ?? 0, width: size[1] ?? 0, channels: 1 });
}

/** The pixels of a heat map. What is no number is left clear. */
export function heatBitmap(
  data: ArrayOutput['data'],
  { width, height }: Pictures,
  colours: HeatColours,
): Bitmap {
  const { low, high, isSigned } = heatLevels(data);
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i += 1) {
    const value = data[i] ?? NaN;
    const share = isSigned ? value / high : (value - low) / (high - low);
    const far = isSigned && share > 0 ? colours.second : colours.first;
    const weight = Math.min(1, Math.abs(share));
    for (let c = 0; c < 3; c += 1) {
      const near = colours.paper[c] ?? 0;
      rgba[i * 4 + c] = near + ((far[c] ?? 0) - near) * weight;
    }
    rgba[i * 4 + 3] = Number.isNaN(value) ? 0 : 255;
  }
  return { width, height, rgba };
}

/** The numbers of a resolved colour such as `rgb(11, 93, 140)`. */
export function colourOf(text: string): Colour {
  const numbers = [...text.matchAll(/[\d.]+/g)].map(Number);
  // `color(srgb r g b)` counts from 0 to 1.
  const factor = text.startsWith('color(') ? 255 : 1;
  return [(numbers[0] ?? 0) * factor, (numbers[1] ?? 0) * factor, (numbers[2] ?? 0) * factor];
}
