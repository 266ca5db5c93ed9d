/** @file A plot by plotly, which is loaded with the first one. A change redraws it in place. */
import { memo, useEffect, useRef, useState, type RefObject } from 'react';
import type { PlotSpec } from '../cells/outputs.ts';
import { Caption, Note } from './Caption.tsx';
import type { OutputOf } from './output-of.ts';
import { plotText } from './plot-text.ts';
import { PLOT_TOKENS, themedPlot } from './plot-theme.ts';
import { tableOfPlot } from './table-data.ts';
import { useColours, useWidth } from './use-view.ts';

/** No links to elsewhere, no editing; tools on hover. */
const CONFIG = {
  displaylogo: false,
  displayModeBar: 'hover',
  modeBarButtonsToRemove: ['sendDataToCloud', 'lasso2d', 'select2d', 'autoScale2d'],
  showTips: false,
  responsive: false,
  plotlyServerURL: '',
} as const;

/** After a drawing the page rests so many times as long as that took: it answers, whatever a cell redraws. */
const REST_PER_DRAWING = 2;

const loadPlotly = async () => (await import('plotly.js-cartesian-dist-min')).default;
type Plotly = Awaited<ReturnType<typeof loadPlotly>>;

/** The plot, its words and its table. */
export const PlotView = memo(function PlotView({ output }: { readonly output: OutputOf<'plot'> }) {
  const { spec } = output;
  const box = useRef<HTMLElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const why = useDrawing(place, spec, useWidth(box));
  const height = spec.layout['height'];
  return (
    <figure className="plotly-plot" ref={box}>
      <div
        ref={place}
        // Not a picture: it has buttons of its own.
        role="group"
        aria-label={plotText(spec)}
        style={{ minHeight: typeof height === 'number' ? Math.min(1000, height) : 288 }}
      />
      {why !== null && <Note>{why}</Note>}
      <Caption title={plotText(spec)} table={(rows) => tableOfPlot(spec, rows)}>
        {null}
      </Caption>
    </figure>
  );
});

/** Keeps the drawing what the specification says; gives why there is none. */
function useDrawing(
  place: RefObject<HTMLDivElement | null>,
  spec: PlotSpec,
  width: number,
): string | null {
  const colours = useColours(PLOT_TOKENS);
  const [why, setWhy] = useState<string | null>(null);
  const drawnBy = useRef<Plotly | null>(null);
  const restUntil = useRef(0);
  useEffect(() => {
    const { current } = place;
    if (current === null || width === 0) return undefined;
    let isWanted = true;
    const draw = async (): Promise<void> => {
      const plotly = await loadPlotly();
      // Of changes within a frame, or within the rest after a long drawing, only the last is drawn.
      await new Promise(requestAnimationFrame);
      const rest = restUntil.current - performance.now();
      if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
      if (!isWanted) return;
      const { traces, layout } = themedPlot(spec, colours, width);
      drawnBy.current = plotly;
      const start = performance.now();
      await plotly.react(current, traces, layout, CONFIG);
      restUntil.current = performance.now() + REST_PER_DRAWING * (performance.now() - start);
      setWhy(null);
    };
    draw().catch((error: unknown) => {
      const words = error instanceof Error ? error.message : String(error);
      if (isWanted) setWhy(`The plot could not be drawn (${words}). Its data are in the table.`);
    });
    return () => {
      isWanted = false;
    };
  }, [place, spec, colours, width]);
  useEffect(() => {
    const { current } = place;
    // At once: a purge that waited would clear what was drawn since.
    return () => {
      if (current !== null) drawnBy.current?.purge(current);
      drawnBy.current = null;
    };
  }, [place]);
  return why;
}
