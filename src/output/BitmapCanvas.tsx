/** @file Pixels on a canvas, enlarged without smoothing. */
import { useEffect, useRef } from 'react';
import type { Bitmap } from './pixels.ts';

/** Draws a bitmap at its own size; style makes it as large as it should be. */
export function BitmapCanvas({ bitmap, label, style }: BitmapCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = bitmap;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    context?.putImageData(new ImageData(bitmap.rgba, bitmap.width, bitmap.height), 0, 0);
  }, [bitmap]);
  return (
    <canvas
      ref={canvas}
      className="digits"
      width={width}
      height={height}
      style={style}
      {...(label === null ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  );
}

type BitmapCanvasProps = {
  readonly bitmap: Bitmap;
  /** What it shows, in words; `null` where other elements say it. */
  readonly label: string | null;
  readonly style?: React.CSSProperties;
};
