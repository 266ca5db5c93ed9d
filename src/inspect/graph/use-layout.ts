/** @file The places of a graph's nodes, asked of the layout worker, which starts with the first graph. */
import { useEffect, useState } from 'react';
import type { LayoutRequest, Placed } from './layout.ts';
import type { LayoutAnswer, LayoutTask } from './layout-main.ts';

type Waiting = { readonly resolve: (placed: Placed) => void; readonly reject: (e: Error) => void };

class LayoutWorker {
  readonly #worker = new Worker(new URL('./layout-main.ts', import.meta.url), {
    type: 'module',
    name: 'layout',
  });
  readonly #waiting = new Map<number, Waiting>();
  #tasks = 0;

  constructor() {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<LayoutAnswer>) => {
      const waiting = this.#waiting.get(data.task);
      this.#waiting.delete(data.task);
      if ('placed' in data) waiting?.resolve(data.placed);
      else waiting?.reject(new Error(data.why));
    });
    this.#worker.addEventListener('error', () => {
      const waiting = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const { reject } of waiting) reject(new Error('The layout worker did not start.'));
    });
  }

  place(request: LayoutRequest): Promise<Placed> {
    const task = this.#tasks++;
    this.#worker.postMessage({ task, request } satisfies LayoutTask);
    return new Promise((resolve, reject) => this.#waiting.set(task, { resolve, reject }));
  }
}

let worker: LayoutWorker | null = null;

/** Places, the request that they are of, and why there are none. */
export type Layout = {
  readonly request: LayoutRequest | null;
  readonly placed: Placed | null;
  readonly why: string | null;
};

/** The layout of a request; while a new one is awaited, what was there. `request` must be the same object between draws. */
export function useLayout(request: LayoutRequest): Layout {
  const [layout, setLayout] = useState<Layout>({ request: null, placed: null, why: null });
  useEffect(() => {
    let isWanted = true;
    const settle = (found: Partial<Layout>): void => {
      if (isWanted) setLayout({ request, placed: null, why: null, ...found });
    };
    worker ??= new LayoutWorker();
    worker.place(request).then(
      (placed) => settle({ placed }),
      (error: unknown) => settle({ why: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [request]);
  return layout;
}
