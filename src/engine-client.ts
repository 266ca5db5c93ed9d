/** @file (interface while the workers are built) The only file that knows the workers. */
import type { DeviceName, ReportKind, ReportOf } from '../engine/worker/protocol.ts';

/** What the engine knows of a function. Rejects with a message for people when it is gone. */
export function reportOf<K extends ReportKind>(fn: string, what: K): Promise<ReportOf[K]> {
  return Promise.reject(new Error(`${fn} ${what}: the engine is not built in yet.`));
}

/** Where functions run from now on that name no device. */
export function chooseDevice(_name: DeviceName): void {}
