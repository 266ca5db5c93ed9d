/**
 * @file How loops of a cell pause: the rewriting puts `if (turn.due()) await turn.pass();` into bodies where `await` is
 * allowed. It lets messages in, holds a loop back that calls faster than the device computes, and ends it when it is
 * stopped. Where nothing can wait, a loop that calls too often throws.
 */
import type { PortConnection } from '../../../engine/worker/ports.ts';
import type { Turn } from '../operators.ts';
import { Stopped, type Run } from './run.ts';
import { nextTask } from './taken.ts';

/** Calls that may wait for the device. */
const CALLS_MAX = 1024;

/** Messages are let in at least so often, ms. */
const TURN_MS = 30;

export function makeTurn(run: Run, connection: PortConnection): Turn {
  let at = performance.now();
  return {
    due: () => connection.waiting() >= CALLS_MAX || performance.now() - at > TURN_MS,
    async pass() {
      if (connection.waiting() >= CALLS_MAX) await Promise.race([connection.room(), run.stopping]);
      await nextTask();
      at = performance.now();
      if (run.isStopped) throw new Stopped();
    },
    spin() {
      if (run.isStopped) throw new Stopped();
      if (connection.waiting() < CALLS_MAX) return;
      throw new Error(
        `${CALLS_MAX} calls wait for the device, and this loop lets no result in. Write await before the call, or make the function around the loop async.`,
      );
    },
  };
}
