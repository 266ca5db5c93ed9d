/** @file The compiler worker's start: joins it to the page. */
import { CompilerWorker } from './compiler-worker.ts';
import type { PageToCompiler } from './protocol.ts';

const worker = new CompilerWorker((message) => postMessage(message));

self.addEventListener('message', ({ data, ports }: MessageEvent<PageToCompiler>) =>
  worker.fromPage(data, ports[0]),
);
