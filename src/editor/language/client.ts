/** @file The page's side of the worker that knows types. The worker begins with the first question. */
import { presentNotebook } from '../../store/notebook.ts';
import type { Answer, CellText, Question, QuestionName, Questions } from './protocol.ts';

/** Asks the worker. Null where the compiler has failed. */
export type Ask = <Name extends QuestionName>(
  name: Name,
  asked: Questions[Name]['asked'],
) => Promise<Questions[Name]['answer'] | null>;

type Waiting = (answer: unknown) => void;

/** What the worker needs of the notebook. */
const codeCells = (): readonly CellText[] =>
  presentNotebook()
    .cells.filter(({ kind }) => kind === 'code')
    .map(({ id, source }) => ({ id, source }));

/** A way to ask. Each question takes along the cells when they have changed. */
export function makeAsk(): Ask {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let number = 0;
  let sent: unknown = null;
  const start = (): Worker => {
    const started = new Worker(new URL('./worker-main.ts', import.meta.url), { type: 'module' });
    started.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      waiting.get(data.number)?.(data.answer);
      waiting.delete(data.number);
    });
    // It did not load or has run out of memory: nothing is known now, and the next question begins anew.
    started.addEventListener('error', () => {
      for (const resolve of waiting.values()) resolve(null);
      waiting.clear();
      worker = null;
      sent = null;
    });
    return started;
  };
  return (name, asked) => {
    worker ??= start();
    const { cells } = presentNotebook();
    const isSent = cells === sent;
    sent = cells;
    number += 1;
    const question = { number, name, asked, cells: isSent ? null : codeCells() } as Question;
    worker.postMessage(question);
    return new Promise((resolve) => {
      waiting.set(number, resolve as Waiting);
    });
  };
}
