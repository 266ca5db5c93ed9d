/** @file The engine in this realm: no ports, the same messages. */
import type { Connection } from '../frontend/connection.ts';
import { Session } from './session.ts';

export const connectInProcess = (): Connection => new Session();
