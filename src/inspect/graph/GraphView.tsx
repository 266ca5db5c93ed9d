/** @file A graph in a window that scrolls: zoom, fit, drag, and nodes that the keyboard walks. */
import {
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { Icon } from '../../ui/Icon.tsx';
import { useWidth } from '../../output/use-view.ts';
import { EmptyPanel } from '../ReportState.tsx';
import { Drawing, type Choosing, type Mark } from './Drawing.tsx';
import type { Placed } from './layout.ts';
import { NODES_MAX, type Picture } from './picture.ts';
import { useDrag } from './use-drag.ts';
import { useLayout } from './use-layout.ts';
import { isDirection, walk } from './walk.ts';

const ZOOM_MIN = 0.25;
const ZOOM_MAX = 2.5;
const ZOOM_STEP = 1.25;
/** A graph that fits at less is shown larger, and scrolls: its labels could not be read. */
const FIT_MIN = 0.85;

const NO_MARK = (): null => null;

/** A picture, once it is laid out. `label` says what graph it is. */
export function GraphView({
  picture,
  label,
  foot,
  chosen,
  lit,
  markOf,
  onChoose,
  onPoint,
}: GraphViewProps) {
  const layout = useLayout(picture.request);
  if (layout.why !== null)
    return <EmptyPanel words={`The graph could not be laid out. ${layout.why}`} />;
  if (layout.placed === null || layout.request !== picture.request)
    return (
      <p className="panel-empty" role="status" aria-busy="true">
        {`Laying out ${picture.nodes.length} nodes.`}
      </p>
    );
  return (
    <Window
      picture={picture}
      placed={layout.placed}
      label={label}
      foot={foot}
      markOf={markOf ?? NO_MARK}
      choosing={{ chosen, lit, onChoose, onPoint }}
    />
  );
}

type GraphViewProps = {
  readonly picture: Picture;
  readonly label: string;
  /** Stands under the drawing, beside the tools. */
  readonly foot: ReactNode;
  readonly chosen: number | null;
  readonly lit: ReadonlySet<number>;
  readonly markOf: ((id: number) => Mark | null) | undefined;
  readonly onChoose: (id: number | null) => void;
  readonly onPoint: (id: number | null) => void;
};

type WindowProps = {
  readonly picture: Picture;
  readonly placed: Placed;
  readonly label: string;
  readonly foot: ReactNode;
  readonly markOf: (id: number) => Mark | null;
  readonly choosing: Pick<GraphViewProps, 'chosen' | 'lit' | 'onChoose' | 'onPoint'>;
};

function Window({ picture, placed, label, foot, markOf, choosing }: WindowProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { zoom, fit, zoomBy } = useZoom(frame, placed);
  const drag = useDrag(frame);
  const { chosen, lit, onChoose, onPoint } = choosing;
  const isThere = picture.nodes.some(({ id }) => id === chosen);
  const entry = isThere ? chosen : (picture.nodes.at(-1)?.id ?? null);
  const walked = useMemo(() => ({ ...picture, placed }), [picture, placed]);

  useEffect(() => {
    if (chosen !== null) nodeElement(frame.current, chosen)?.scrollIntoView(NEAREST);
  }, [chosen]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = nodeIdAt(event.target as Element);
    if (id !== null && isDirection(event.key)) {
      const to = walk(walked, id, event.key);
      if (to !== null) nodeElement(frame.current, to)?.focus();
    } else if (id !== null && (event.key === 'Enter' || event.key === ' ')) onChoose(id);
    else {
      const action = actions[event.key];
      if (action === undefined) return;
      action();
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const actions: { readonly [key: string]: () => void } = {
    '+': () => zoomBy(ZOOM_STEP),
    '=': () => zoomBy(ZOOM_STEP),
    '-': () => zoomBy(1 / ZOOM_STEP),
    '0': fit,
    Escape: () => onChoose(null),
  };

  const nodeChoosing: Choosing = { chosen, entry, lit, onChoose, onPoint };
  return (
    <figure className="graph">
      <div className="graph-frame" ref={frame} onKeyDown={onKeyDown} {...drag}>
        <svg
          width={placed.width * zoom}
          height={placed.height * zoom}
          viewBox={`0 0 ${placed.width} ${placed.height}`}
          role="group"
          aria-label={label}
        >
          <Drawing {...picture} placed={placed} markOf={markOf} choosing={nodeChoosing} />
        </svg>
      </div>
      <div className="graph-foot">
        {foot}
        <Tools zoomBy={zoomBy} fit={fit} />
      </div>
      {picture.leftOut > 0 && (
        <figcaption className="dim">
          {`${NODES_MAX} nodes are drawn, ${picture.leftOut.toLocaleString('en')} are not: those drawn are the nearest to the first output, or to the node that was drawn around. Choose a node and draw around it to see others.`}
        </figcaption>
      )}
    </figure>
  );
}

const NEAREST = { block: 'nearest', inline: 'nearest' } as const;

/** The node whose button an element is of. */
function nodeIdAt(element: Element): number | null {
  const id = element.closest<SVGElement>('[data-node]')?.dataset['node'];
  return id === undefined ? null : Number(id);
}

const nodeElement = (frame: Element | null, id: number): SVGElement | null =>
  frame?.querySelector<SVGElement>(`[data-node="${id}"]`) ?? null;

/** The scale of the drawing: fitted to the width until a person chooses another. */
function useZoom(frame: RefObject<HTMLDivElement | null>, { width }: Placed) {
  const available = useWidth(frame);
  const [chosen, setChosen] = useState<number | null>(null);
  const fitted = available === 0 ? 1 : Math.min(1, Math.max(FIT_MIN, available / width));
  const fit = useCallback(() => setChosen(null), []);
  const zoomBy = useCallback(
    (factor: number) => {
      setChosen((last) => Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, (last ?? fitted) * factor)));
    },
    [fitted],
  );
  useEffect(() => {
    const { current } = frame;
    // A listener of React's is passive, and the page would be zoomed.
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomBy(event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP);
    };
    current?.addEventListener('wheel', onWheel, { passive: false });
    return () => current?.removeEventListener('wheel', onWheel);
  }, [frame, zoomBy]);
  return { zoom: chosen ?? fitted, fit, zoomBy };
}

function Tools({
  zoomBy,
  fit,
}: {
  readonly zoomBy: (by: number) => void;
  readonly fit: () => void;
}) {
  return (
    <div className="graph-tools" role="toolbar" aria-label="Size of the graph">
      <button
        className="btn icon small"
        type="button"
        aria-label="Smaller"
        title="Smaller (-)"
        onClick={() => zoomBy(1 / ZOOM_STEP)}
      >
        <Icon name="minus" />
      </button>
      <button
        className="btn icon small"
        type="button"
        aria-label="Larger"
        title="Larger (+)"
        onClick={() => zoomBy(ZOOM_STEP)}
      >
        <Icon name="plus" />
      </button>
      <button
        className="btn icon small"
        type="button"
        aria-label="Fit the width"
        title="Fit the width (0)"
        onClick={fit}
      >
        <Icon name="maximize-2" />
      </button>
    </div>
  );
}
