/** @file A plot in words. */
import type { PlotSpec } from '../cells/outputs.ts';

const KINDS: Readonly<Record<string, string>> = {
  scatter: 'points or lines',
  bar: 'bars',
  box: 'boxes',
  violin: 'violins',
  heatmap: 'heat map',
  contour: 'contours',
  histogram: 'histogram',
  histogram2d: 'histogram in two dimensions',
  histogram2dcontour: 'contours of a histogram',
};

/** Traces that are named one by one. */
const SAID_MAX = 8;

function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || !('text' in value)) return '';
  return typeof value.text === 'string' ? value.text : '';
}

/** "Decision surface. Plot of contours, points or lines (left), points or lines (right)." */
export function plotText({ traces, layout }: PlotSpec): string {
  const title = textIn(layout['title']);
  const said = traces.slice(0, SAID_MAX).map((trace) => {
    const kind = KINDS[textIn(trace['type']) || 'scatter'] ?? 'data';
    const name = textIn(trace['name']);
    return name === '' ? kind : `${kind} (${name})`;
  });
  const more = traces.length > SAID_MAX ? `, and ${traces.length - SAID_MAX} more` : '';
  return `${title === '' ? '' : `${title}. `}Plot of ${said.join(', ')}${more}.`;
}
