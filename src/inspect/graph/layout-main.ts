/** @file The worker that lays graphs out: a graph in, its places out. */
import { placeGraph, type LayoutRequest, type Placed } from './layout.ts';

/** What the page asks. */
export type LayoutTask = { readonly task: number; readonly request: LayoutRequest };

/** What it gets: the places, or why there are none. */
export type LayoutAnswer = { readonly task: number } & (
  | { readonly placed: Placed }
  | { readonly why: string }
);

self.addEventListener('message', ({ data }: MessageEvent<LayoutTask>) => {
  const { task, request } = data;
  const answer = (rest: { placed: Placed } | { why: string }): void =>
    self.postMessage({ task, ...rest } satisfies LayoutAnswer);
  try {
    answer({ placed: placeGraph(request) });
  } catch (error) {
    answer({ why: error instanceof Error ? error.message : String(error) });
  }
});
