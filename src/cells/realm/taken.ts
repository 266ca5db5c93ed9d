/**
 * @file What the runtime takes from the realm's globals before any cell runs, so that a cell that replaces one of them by
 * accident does not break its runtime. It protects the user from accidents, not the page from attacks: the other ends of
 * the ports validate all that comes and assume that this was replaced.
 */
import type { PortEnd } from '../../../engine/worker/ports.ts';

/** A method as a function whose first argument is its object: a patched prototype never sees the object. */
const uncurried = <This, Args extends readonly unknown[], R>(
  method: (this: This, ...args: Args) => R,
): ((object: This, ...args: Args) => R) =>
  Function.prototype.call.bind(method) as (object: This, ...args: Args) => R;

const post = uncurried(
  MessagePort.prototype.postMessage as (this: MessagePort, message: unknown) => void,
);
const dataOf = uncurried(
  Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')!.get as (
    this: MessageEvent,
  ) => unknown,
);
const listen = uncurried(EventTarget.prototype.addEventListener);
const start = uncurried(MessagePort.prototype.start);

/** A port whose methods no cell can replace. */
export const endOf = (port: MessagePort): PortEnd => ({
  post: (message) => post(port, message),
  listen(handler) {
    listen(port, 'message', (event) => handler(dataOf(event as MessageEvent)));
    start(port);
  },
});

/** The timers as they were. */
export const timers = {
  set: setTimeout.bind(globalThis),
  clear: clearTimeout.bind(globalThis),
  repeat: setInterval.bind(globalThis),
  unrepeat: clearInterval.bind(globalThis),
};

const { createObjectURL, revokeObjectURL } = URL;
const load = (
  globalThis as unknown as { readonly importScripts: (address: string) => void }
).importScripts.bind(globalThis);
const ScriptBlob = Blob;

/** Runs a text as a classic script: the one way under a policy without `unsafe-eval`. @throws SyntaxError and what it throws */
export function runScript(text: string): void {
  const address = createObjectURL(new ScriptBlob([text], { type: 'text/javascript' }));
  try {
    load(address);
  } finally {
    revokeObjectURL(address);
  }
}

/** Settles after messages were let in: a promise alone would let none in. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    post(taskPorts.port2, null);
  });
}

const taskPorts = new MessageChannel();
const waiting: (() => void)[] = [];
endOf(taskPorts.port1).listen(() => {
  for (const go of waiting.splice(0)) go();
});
