/** @file Dragging what a window shows, by mouse; fingers scroll it already. */
import { useRef, type PointerEvent } from 'react';

type Held = { readonly x: number; readonly y: number; readonly left: number; readonly top: number };

/** Listeners for an element that scrolls. A press on a node is no drag. */
export function useDrag(frame: { readonly current: HTMLDivElement | null }) {
  const held = useRef<Held | null>(null);
  const release = (): void => {
    held.current = null;
  };
  return {
    onPointerDown: (event: PointerEvent): void => {
      const { current } = frame;
      const isOnNode = (event.target as Element).closest('[data-node]') !== null;
      if (current === null || event.pointerType !== 'mouse' || event.button !== 0 || isOnNode)
        return;
      held.current = {
        x: event.clientX,
        y: event.clientY,
        left: current.scrollLeft,
        top: current.scrollTop,
      };
      current.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent): void => {
      if (held.current === null) return;
      const { x, y, left, top } = held.current;
      frame.current?.scrollTo({ left: left + x - event.clientX, top: top + y - event.clientY });
    },
    onPointerUp: release,
    onPointerCancel: release,
  };
}
