/** @file The device worker's start: joins it to the page. */
import { DeviceWorker } from './device-worker.ts';
import type { PageToDevice } from './protocol.ts';

const worker = new DeviceWorker((message) => postMessage(message));

self.addEventListener('message', ({ data, ports }: MessageEvent<PageToDevice>) =>
  worker.fromPage(data, ports[0]),
);
