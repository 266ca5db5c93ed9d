/** @file `reference`: interprets graphs instead of running kernels. Values stay on the host, so that there is nothing to allocate. */
import { assert } from '../base/errors.ts';
import { DTYPES } from '../ir/types.ts';
import type { Device } from './device.ts';

const never = (what: string): never => assert(false, `the reference has no ${what}`) as never;

export function createReferenceDevice(): Device {
  return {
    name: 'reference',
    facts: { adapter: '', isSoftware: false, hasTimestamps: false, threads: 1 },
    target: 'interpreter',
    limits: { dtypes: DTYPES, storageBuffers: Infinity, bufferBytes: Infinity },
    counters: { submits: 0, dispatches: 0, readBacks: 0, uploads: 0, buffersMade: 0 },
    lost: new Promise(() => undefined),
    allocate: () => never('buffers'),
    allocated: () => null,
    release: () => undefined,
    write: () => never('buffers'),
    read: () => never('buffers'),
    load: () => never('programs'),
    submit: () => never('programs'),
    idle: () => Promise.resolve(),
    destroy: () => undefined,
  };
}
