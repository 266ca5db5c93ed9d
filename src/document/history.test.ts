/**
 * Goal: undo and redo walk exactly the states a person saw, and typing makes one step. Method: titles as states,
 * and random walks against a plain list of states.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  beginHistory,
  BURST_MS,
  endBurst,
  PAUSE_MS,
  record,
  redo,
  STEPS_MAX,
  undo,
  type History,
} from './history.ts';
import { makeNotebook, setTitle } from './notebook.ts';

const START = beginHistory(makeNotebook('0'));

function retitle(
  history: History,
  title: string,
  atMs = 0,
  typedIn: string | null = null,
): History {
  return record(history, setTitle(history.present, title), { atMs, typedIn });
}

test('undo and redo walk the states', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('edit', 'undo', 'redo'), { maxLength: 40 }), (walk) => {
      let history = START;
      let states = ['0'];
      let at = 0;
      walk.forEach((step, nth) => {
        if (step === 'edit') {
          history = retitle(history, `${nth + 1}`);
          states = [...states.slice(0, at + 1), `${nth + 1}`];
          at += 1;
        } else if (step === 'undo') {
          history = undo(history);
          at = Math.max(0, at - 1);
        } else {
          history = redo(history);
          at = Math.min(states.length - 1, at + 1);
        }
        expect(history.present.title).toBe(states[at]);
        expect([history.past.length, history.future.length]).toEqual([at, states.length - 1 - at]);
      });
    }),
  );
});

test('typing in one cell is one step', () => {
  const typed = ['a', 'ab', 'abc'].reduce((h, text, i) => retitle(h, text, i * 100, 'cell'), START);
  expect(typed.past).toHaveLength(1);
  expect(undo(typed).present.title).toBe('0');
  expect(redo(undo(typed)).present.title).toBe('abc');
});

test.each([
  ['in another cell', (h: History) => retitle(h, 'ab', 1, 'other')],
  ['after a pause', (h: History) => retitle(h, 'ab', PAUSE_MS, 'cell')],
  ['after the burst was ended', (h: History) => retitle(endBurst(h), 'ab', 1, 'cell')],
  ['of another kind', (h: History) => retitle(h, 'ab', 1)],
])('an edit %s is a step', (_, edit) => {
  expect(undo(edit(retitle(START, 'a', 0, 'cell'))).present.title).toBe('a');
});

test('typing after an undo is a step', () => {
  const history = retitle(undo(retitle(START, 'a', 0, 'cell')), 'b', 1, 'cell');
  expect(undo(history).present.title).toBe('0');
  expect(history.future).toEqual([]);
});

test('typing without a pause makes a step now and then', () => {
  let history = START;
  for (let atMs = 0; atMs <= BURST_MS; atMs += PAUSE_MS / 2) {
    history = retitle(history, `typed ${atMs}`, atMs, 'cell');
  }
  expect(history.past).toHaveLength(2);
});

test('an edit that changed nothing is no step and keeps redo', () => {
  const undone = undo(retitle(START, 'a'));
  expect(retitle(undone, '0')).toBe(undone);
});

test('nothing to undo or redo gives the same history', () => {
  expect(undo(START)).toBe(START);
  expect(redo(START)).toBe(START);
  expect(endBurst(START)).toBe(START);
});

test('the oldest steps go', () => {
  let history = START;
  for (let i = 1; i <= STEPS_MAX + 10; i += 1) history = retitle(history, `${i}`);
  expect(history.past).toHaveLength(STEPS_MAX);
  expect(history.past[0]?.title).toBe('10');
});
