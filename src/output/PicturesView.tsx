/** @file An array as one picture, or as rows of them with captions. */
import { useMemo, type CSSProperties } from 'react';
import { ArrayCaption } from './ArrayCaption.tsx';
import { BitmapCanvas } from './BitmapCanvas.tsx';
import { Note } from './Caption.tsx';
import { showGrouped, type ArrayOutput } from './numbers.ts';
import {
  bitmapOf,
  levelsOf,
  levelsText,
  pictureOf,
  picturesOf,
  sheetOf,
  type Bitmap,
  type Sheet,
} from './pixels.ts';

/** Captions that are read aloud with the pictures. */
const CAPTIONS_SAID = 64;

/** CSS px that a pixel may take: one picture may be seen closely. */
const scaleOf = ({ count, width }: Sheet): number => (count === 1 ? Math.max(1, 224 / width) : 4);

/** The pictures of an array, or a sentence that says why there is none. */
export function PicturesView({ array }: { readonly array: ArrayOutput }) {
  const { view, shape } = array;
  const pictures = view === 'image' ? pictureOf(shape) : picturesOf(shape);
  if ('refusal' in pictures) return <Note>{pictures.refusal}</Note>;
  const sheet = sheetOf(pictures, array.columns);
  return <PictureSheet array={array} sheet={sheet} />;
}

function PictureSheet({ array, sheet }: { readonly array: ArrayOutput; readonly sheet: Sheet }) {
  const { data, dtype, captions } = array;
  const levels = useMemo(() => levelsOf(data, dtype), [data, dtype]);
  const { columns, drawn } = sheet;
  // With captions each row is a canvas of its own, so that they stand between the rows.
  const perStrip = captions === null ? drawn : columns;
  const key = Object.values(sheet).join(' ');
  const strips = useMemo(
    () =>
      Array.from({ length: Math.ceil(drawn / perStrip) }, (_, i) => {
        const from = i * perStrip;
        const to = Math.min(drawn, from + perStrip);
        return { from, to, bitmap: bitmapOf(data, sheet, levels, { from, to }) };
      }),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `key` holds all numbers of `sheet`, which is made anew each time
    [data, levels, perStrip, key],
  );
  const style: CSSProperties = { maxWidth: (strips[0]?.bitmap.width ?? 1) * scaleOf(sheet) };
  const left = sheet.count - drawn;
  return (
    <figure>
      <div className="sheet-of-pictures" style={style} role="img" aria-label={textOf(array, sheet)}>
        {strips.map((strip) => (
          <Strip key={strip.from} {...strip} columns={columns} captions={captions} />
        ))}
      </div>
      <ArrayCaption
        array={array}
        more={[levelsText(levels), left > 0 ? `${showGrouped(left)} more not drawn` : '']
          .filter(Boolean)
          .join(', ')}
      />
    </figure>
  );
}

function Strip({ bitmap, from, to, columns, captions }: StripProps) {
  return (
    <>
      <BitmapCanvas bitmap={bitmap} label={null} />
      {captions !== null && (
        <div
          className="under"
          style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
        >
          {captions.slice(from, to).map((text, i) => (
            <span key={from + i} title={text}>
              {text}
            </span>
          ))}
        </div>
      )}
    </>
  );
}

type StripProps = {
  readonly bitmap: Bitmap;
  readonly from: number;
  readonly to: number;
  readonly columns: number;
  readonly captions: readonly string[] | null;
};

function textOf(
  { captions, label }: ArrayOutput,
  { drawn, width, height, columns }: Sheet,
): string {
  const what = label === null ? '' : `${label}: `;
  if (drawn === 1) return `${what}picture of ${height} by ${width} pixels`;
  const said =
    captions === null ? '' : `: ${captions.slice(0, Math.min(drawn, CAPTIONS_SAID)).join(', ')}`;
  return `${what}${drawn} pictures of ${height} by ${width} pixels, ${columns} a row${said}`;
}
