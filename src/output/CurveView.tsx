/** @file A curve that grows while a cell trains. It is drawn at most ten times a second, from joined points. */
import { memo, useMemo, useRef } from 'react';
import { Caption } from './Caption.tsx';
import { brokenText, curveFigure, curveText, type CurveFigure, type CurveOutput } from './curve.ts';
import { tableOfCurve } from './table-data.ts';
import { useThrottled, useWidth } from './use-view.ts';

/** ms between two drawings. */
const PACE = 100;

/** px between a dot and its label. */
const LABEL_GAP = 10;

/** Colours of lines: as many as there are tokens. */
const COLOURS = 6;

/** The curve with its latest values in words, and its points as a table. */
export const CurveView = memo(function CurveView({ output }: { readonly output: CurveOutput }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const curve = useThrottled(output, PACE);
  const figure = useMemo(() => (width > 0 ? curveFigure(curve, width) : null), [curve, width]);
  const broken = useMemo(() => brokenText(curve), [curve]);
  return (
    <figure className="plot" ref={box}>
      {figure !== null && <Figure figure={figure} width={width} label={labelOf(curve, figure)} />}
      <Caption title={`Points of ${curve.name}`} table={(rows) => tableOfCurve(curve, rows)}>
        {curve.points.length === 0 ? `${curve.name}: no points yet` : `${curve.name} by step`}
        {broken !== null && <span className="broken">{broken}</span>}
      </Caption>
    </figure>
  );
});

const labelOf = (curve: CurveOutput, { isLog }: CurveFigure): string =>
  `${curveText(curve)}${isLog ? ' The axis is logarithmic.' : ''}`;

function Figure({ figure, width, label }: FigureProps) {
  const { height, left, right, bottom, xMarks, yMarks, lines } = figure;
  return (
    <svg width={width} height={height} role="img" aria-label={label}>
      {yMarks.map(({ at, text }) => (
        <g key={text}>
          <line className="grid" x1={left} x2={right} y1={at} y2={at} />
          <text x={left - 8} y={at + 4} textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      <line className="axis" x1={left} x2={right} y1={bottom} y2={bottom} />
      {xMarks.map(({ at, text }) => (
        <text key={text} x={at} y={bottom + 17} textAnchor="middle">
          {text}
        </text>
      ))}
      {lines.map(({ name, raw, path, end, label: words, labelY }, i) => {
        const nth = (i % COLOURS) + 1;
        return (
          <g key={name}>
            {raw !== '' && <path className={`raw r${nth}`} d={raw} />}
            <path className={`line p${nth}`} d={path} />
            <circle className={`d${nth}`} cx={end.x} cy={end.y} r="3.5" />
            <text className={`t${nth}`} x={right + LABEL_GAP} y={labelY + 4}>
              {words}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

type FigureProps = {
  readonly figure: CurveFigure;
  readonly width: number;
  readonly label: string;
};
