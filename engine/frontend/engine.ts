/** @file The engine that this realm's front end talks to: the one that was connected, made when it is first needed. */
import { assert } from '../base/errors.ts';
import type { Connection, DeviceName } from './connection.ts';

/** How the engine is made, and the engine once it is. Set once, by the library's entry or by a cell's runtime. */
const current: { make: (() => Connection) | null; connection: Connection | null } = {
  make: null,
  connection: null,
};

/** Say how to reach the engine. What was connected before is left to its users. */
export function connect(make: () => Connection): void {
  current.make = make;
  current.connection = null;
}

export function connection(): Connection {
  if (current.connection === null) {
    assert(current.make !== null, 'no engine is connected');
    current.connection = current.make();
  }
  return current.connection;
}

/** The devices that work here. */
export const devices = (): Promise<readonly DeviceName[]> => connection().devices();

/** Where functions run that do not name a device. @throws device_unknown */
export const setDevice = (name: DeviceName): void => connection().setDevice(name);
