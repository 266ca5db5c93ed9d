/** @file The histogram of an array. */
import { useMemo, useRef } from 'react';
import { ArrayCaption } from './ArrayCaption.tsx';
import { Note } from './Caption.tsx';
import { histogramOf, type Histogram } from './histogram.ts';
import { showGrouped, showNumber, type ArrayOutput } from './numbers.ts';
import { linearMarks } from './scales.ts';
import { tableOfHistogram } from './table-data.ts';
import { useWidth } from './use-view.ts';

/** px */
const HEIGHT = 148;
const LEFT = 48;
const TOP = 8;
const BOTTOM = 24;
const RIGHT = 16;

/** How often its values fall between round bounds. */
export function HistogramView({ array }: { readonly array: ArrayOutput }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const histogram = useMemo(() => histogramOf(array.data), [array.data]);
  if (histogram === null)
    return <Note>The array holds no finite number, so there is no histogram.</Note>;
  return (
    <figure className="plot" ref={box}>
      {width > 0 && <Bars histogram={histogram} width={width} label={textOf(array, histogram)} />}
      <ArrayCaption array={array} table={(rows) => tableOfHistogram(histogram, rows)} />
    </figure>
  );
}

function Bars({ histogram, width, label }: BarsProps) {
  const { low, step, counts } = histogram;
  const high = low + step * counts.length;
  const most = Math.max(1, ...counts);
  const x = (value: number): number =>
    LEFT + ((value - low) / (high - low)) * (width - LEFT - RIGHT);
  const y = (count: number): number => HEIGHT - BOTTOM - (count / most) * (HEIGHT - BOTTOM - TOP);
  return (
    <svg width={width} height={HEIGHT} role="img" aria-label={label}>
      {linearMarks(0, most, 3).map((count) => (
        <g key={count}>
          <line className="grid" x1={LEFT} x2={width - RIGHT} y1={y(count)} y2={y(count)} />
          <text x={LEFT - 8} y={y(count) + 4} textAnchor="end">
            {showGrouped(count)}
          </text>
        </g>
      ))}
      {counts.map((count, i) => (
        <rect
          // Bins have no other name than their place.
          // oxlint-disable-next-line react/no-array-index-key -- the list never changes in place
          key={i}
          className="d1"
          x={x(low + i * step) + 0.5}
          width={Math.max(0.5, x(low + step) - x(low) - 1)}
          y={y(count)}
          height={y(0) - y(count)}
        />
      ))}
      <line className="axis" x1={LEFT} x2={width - RIGHT} y1={y(0)} y2={y(0)} />
      {linearMarks(low, high, Math.max(2, Math.floor(width / 90))).map((value) => (
        <text key={value} x={x(value)} y={HEIGHT - 6} textAnchor="middle">
          {showNumber(value, 3)}
        </text>
      ))}
    </svg>
  );
}

type BarsProps = {
  readonly histogram: Histogram;
  readonly width: number;
  readonly label: string;
};

function textOf({ label }: ArrayOutput, { low, step, counts, total }: Histogram): string {
  const at = counts.indexOf(Math.max(...counts));
  const [from, to] = [low + at * step, low + (at + 1) * step].map((v) => showNumber(v, 3));
  const of = label === null ? '' : ` of ${label}`;
  return `Histogram${of}: ${showGrouped(total)} values, most often from ${from} to ${to}`;
}
