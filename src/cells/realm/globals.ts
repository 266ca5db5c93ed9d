/** @file Globals of the realm that know the run at hand: the console shows outputs, timers end with their run. */
import type { Run } from './run.ts';
import { timers } from './taken.ts';
import { tableOutput, textOf } from './values.ts';

export type GlobalsHost = {
  readonly run: () => Run | null;
  /** A promise rejected and nobody looked. */
  readonly failed: (error: unknown) => void;
};

export function installGlobals({ run, failed }: GlobalsHost): void {
  const print =
    (tone: 'plain' | 'warning' | 'error') =>
    (...values: readonly unknown[]): void =>
      run()?.show({ kind: 'text', text: values.map((v) => textOf(v)).join(' '), tone });
  Object.assign(globalThis.console, {
    log: print('plain'),
    info: print('plain'),
    debug: print('plain'),
    warn: print('warning'),
    error: print('error'),
    table: (value: unknown) =>
      run()?.show(tableOutput(value) ?? { kind: 'text', text: textOf(value), tone: 'plain' }),
  });
  const kept = (timer: ReturnType<typeof setTimeout>) => {
    run()?.keepTimer(timer);
    return timer;
  };
  Object.assign(globalThis, {
    setTimeout: (work: () => void, ms?: number, ...args: readonly []) =>
      kept(timers.set(work, ms, ...args)),
    setInterval: (work: () => void, ms?: number, ...args: readonly []) =>
      kept(timers.repeat(work, ms, ...args)),
  });
  addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    failed(event.reason);
  });
}
