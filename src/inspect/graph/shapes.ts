/** @file The outline of a node, which says its kind as its colour does (LOOK.md section 4). */
import type { NodeKind } from '../../../engine/worker/protocol.ts';

/** The token of each kind's colour. */
export const KIND_COLOUR: { readonly [K in NodeKind]: string } = {
  input: 'var(--kind-input)',
  shared: 'var(--kind-shared)',
  constant: 'var(--kind-constant)',
  elementwise: 'var(--kind-elementwise)',
  reduction: 'var(--kind-reduction)',
  contraction: 'var(--kind-contraction)',
  view: 'var(--kind-shape)',
  index: 'var(--kind-shape)',
  extent: 'var(--kind-shape)',
  operation: 'var(--kind-control)',
};

/** What people call each kind. */
export const KIND_WORDS: { readonly [K in NodeKind]: string } = {
  input: 'input',
  shared: 'shared variable',
  constant: 'constant',
  elementwise: 'elementwise',
  reduction: 'reduction',
  contraction: 'contraction',
  view: 'view',
  index: 'indexing',
  extent: 'size',
  operation: 'operation with a graph inside',
};

const round = (w: number, h: number): string => {
  const r = h / 2;
  const x = w / 2 - r;
  return `M${-x} ${-r}H${x}A${r} ${r} 0 0 1 ${x} ${r}H${-x}A${r} ${r} 0 0 1 ${-x} ${-r}Z`;
};

const rectangle = (w: number, h: number): string =>
  `M${-w / 2} ${-h / 2}H${w / 2}V${h / 2}H${-w / 2}Z`;

/** Paths around (0, 0): the outline first, then lines that it has more of. */
export function outline(kind: NodeKind, w: number, h: number): readonly string[] {
  const [x, y] = [w / 2, h / 2];
  switch (kind) {
    case 'input':
      return [round(w, h)];
    case 'shared':
      return [round(w, h), round(w - 6, h - 6)];
    case 'constant':
    case 'elementwise':
      return [rectangle(w, h)];
    case 'reduction':
      return [`M${-x} ${-y}H${x}L${x - 9} ${y}H${9 - x}Z`];
    case 'contraction':
      return [`M${8 - x} ${-y}H${x - 8}L${x} 0L${x - 8} ${y}H${8 - x}L${-x} 0Z`];
    case 'view':
    case 'index':
    case 'extent':
      return [`M${10 - x} ${-y}H${x}L${x - 10} ${y}H${-x}Z`];
    case 'operation':
      return [rectangle(w, h), `M${4 - x} ${y}V${y + 4}H${x + 4}V${4 - y}H${x}`];
  }
}
