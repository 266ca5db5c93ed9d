/** @file A matrix as a heat map: one hue from paper, two where it has both signs; a scale below it. */
import { useMemo } from 'react';
import { ArrayCaption } from './ArrayCaption.tsx';
import { BitmapCanvas } from './BitmapCanvas.tsx';
import { Note } from './Caption.tsx';
import { showNumber, type ArrayOutput } from './numbers.ts';
import { colourOf, heatBitmap, heatLevels, heatSizeOf, type Pictures } from './pixels.ts';
import { useColours } from './use-view.ts';

const COLOURS = ['--paper', '--plot-1', '--plot-2'] as const;

/** px: how wide and high it may be, and how large one of its cells. */
const WIDTH_MAX = 480;
const HEIGHT_MAX = 360;
const CELL_MAX = 28;
const CELL_MIN = 3;

/** The matrix, or a sentence that says why it is not drawn. */
export function HeatmapView({ array }: { readonly array: ArrayOutput }) {
  const size = heatSizeOf(array.shape);
  return 'refusal' in size ? <Note>{size.refusal}</Note> : <Heatmap array={array} size={size} />;
}

function Heatmap({ array, size }: { readonly array: ArrayOutput; readonly size: Pictures }) {
  const colours = useColours(COLOURS);
  const { data } = array;
  const { width, height } = size;
  const bitmap = useMemo(() => {
    const [paper = '', first = '', second = ''] = COLOURS.map((name) => colours[name] ?? '');
    const heat = { paper: colourOf(paper), first: colourOf(first), second: colourOf(second) };
    return heatBitmap(data, { count: 1, width, height, channels: 1 }, heat);
  }, [data, width, height, colours]);
  const levels = heatLevels(data);
  const cell = Math.min(CELL_MAX, WIDTH_MAX / width);
  const high = Math.min(HEIGHT_MAX, Math.max(cell, CELL_MIN) * height);
  return (
    <figure className="heat">
      <span className="rows" aria-hidden="true">
        <span>0</span>
        {height > 1 && <span>{height - 1}</span>}
      </span>
      <div style={{ maxWidth: cell * width }}>
        <BitmapCanvas bitmap={bitmap} label={textOf(array, size)} style={{ height: high }} />
        <span className="columns" aria-hidden="true">
          <span>0</span>
          {width > 1 && <span>{width - 1}</span>}
        </span>
        <span className={levels.isSigned ? 'ramp signed' : 'ramp'} aria-hidden="true">
          <span>{showNumber(levels.low, 3)}</span>
          <i />
          <span>{showNumber(levels.high, 3)}</span>
        </span>
      </div>
      <div className="below">
        <ArrayCaption array={array} />
      </div>
    </figure>
  );
}

function textOf(array: ArrayOutput, { width, height }: Pictures): string {
  const { low, high } = heatLevels(array.data);
  const name = array.label === null ? 'Heat map' : `Heat map of ${array.label}`;
  return `${name}, ${height} rows and ${width} columns, colours from ${showNumber(low, 3)} to ${showNumber(high, 3)}`;
}
