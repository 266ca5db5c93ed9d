/**
 * @file How a link asks to be shown: `view=app|slides`, `embed=1`, `cell=`, `panel=passes&pass=&node=`. They
 * are wishes, never content: a value or a name that is not known is passed over.
 */
import { isId } from './read-notebook.ts';

const VIEWS = ['edit', 'app', 'slides'] as const;
const PANELS = ['graph', 'passes', 'gradient', 'kernels', 'memory', 'timeline'] as const;

/** A way to show a notebook. */
type View = (typeof VIEWS)[number];

/** A panel that looks inside. */
type PanelName = (typeof PANELS)[number];

/** An open panel, and the pass and the node it shows; null for its own choice. */
type PanelPlace = {
  readonly name: PanelName;
  readonly pass: string | null;
  readonly node: string | null;
};

/** All wishes. */
export type ViewSettings = {
  readonly view: View;
  readonly isEmbedded: boolean;
  /** Id of the cell to scroll to; null for the top. */
  readonly cell: string | null;
  readonly panel: PanelPlace | null;
};

/** What a link without wishes asks for. */
export const PLAIN_VIEW: ViewSettings = {
  view: 'edit',
  isEmbedded: false,
  cell: null,
  panel: null,
};

/** A number or name of a pass or a node. */
const PLACE = /^[A-Za-z0-9_.:-]{1,64}$/;

/** The wishes of `a=b&c=d`, as it stands behind a link's content or in the query of an address. */
export function readView(query: string): ViewSettings {
  const fields = new URLSearchParams(query);
  const name = PANELS.find((panel) => panel === fields.get('panel'));
  const cell = fields.get('cell');
  return {
    view: VIEWS.find((view) => view === fields.get('view')) ?? 'edit',
    isEmbedded: fields.get('embed') === '1',
    cell: isId(cell) ? cell : null,
    panel: name ? { name, pass: placeOf(fields, 'pass'), node: placeOf(fields, 'node') } : null,
  };
}

/** The wishes as `a=b&c=d`; empty for a plain view. */
export function writeView({ view, isEmbedded, cell, panel }: ViewSettings): string {
  const fields: readonly (readonly [string, string | null])[] = [
    ['view', view === 'edit' ? null : view],
    ['embed', isEmbedded ? '1' : null],
    ['cell', cell],
    ['panel', panel?.name ?? null],
    ['pass', panel?.pass ?? null],
    ['node', panel?.node ?? null],
  ];
  const held = fields.filter(([, value]) => value !== null);
  return held.map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`).join('&');
}

function placeOf(fields: URLSearchParams, name: string): string | null {
  const value = fields.get(name);
  return value !== null && PLACE.test(value) ? value : null;
}
