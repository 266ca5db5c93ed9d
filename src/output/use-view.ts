/** @file What components of outputs ask of the page: their width, its colours, its time, and texts that come late. */
import { useEffect, useRef, useState, type RefObject } from 'react';
import { onThemeChange, resolvedColours } from '../ui/theme.ts';

/** An element's width in px, 0 before it is known. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      setWidth(Math.floor(entry?.contentRect.width ?? 0));
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** The latest value, at most once in so many milliseconds. */
export function useThrottled<T>(value: T, milliseconds: number): T {
  const [shown, setShown] = useState(value);
  const shownAt = useRef(0);
  useEffect(() => {
    const wait = Math.max(0, shownAt.current + milliseconds - performance.now());
    const timer = setTimeout(() => {
      shownAt.current = performance.now();
      setShown(() => value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return shown;
}

/** Colours of tokens as scripts can read them, anew when the theme changes. `names` is a constant. */
export function useColours(names: readonly string[]): Readonly<Record<string, string>> {
  const [colours, setColours] = useState(() => resolvedColours(names));
  useEffect(() => onThemeChange(() => setColours(resolvedColours(names))), [names]);
  return colours;
}

/** HTML that is made late: `early` until it is there, and where its maker cannot be loaded. */
export function useLateHtml(key: string, early: string, make: () => Promise<string>): string {
  const [late, setLate] = useState<{ readonly key: string; readonly html: string } | null>(null);
  const maker = useRef(make);
  useEffect(() => {
    maker.current = make;
  });
  useEffect(() => {
    let isWanted = true;
    maker.current().then(
      (html) => {
        if (isWanted) setLate({ key, html });
      },
      () => {},
    );
    return () => {
      isWanted = false;
    };
  }, [key]);
  return late?.key === key ? late.html : early;
}
