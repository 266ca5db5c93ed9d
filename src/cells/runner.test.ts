/**
 * Goal: what runs, what turns stale and why, as a person sees it in the states of the cells. The engine is a double that
 * notes what it is asked to run and answers as the test says; the structure of the cells is the real one.
 */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { EngineListener } from '../engine-client.ts';
import { deleteCell, makeNotebook, setSource, type Cell } from '../document/notebook.ts';
import { editNotebook, openNotebook, useNotebook } from '../store/notebook.ts';
import { changeCellRun, runOf, useRun } from '../store/run.ts';
import type { RunOutcome, RunRequest } from './realm-host.ts';
import { changeControl, restart, runAll, runCell, runStale, stopRun } from './runner.ts';

type Answer = RunOutcome | Promise<RunOutcome>;

const done: RunOutcome = { kind: 'done', names: [] };

/** What the engine was asked, and how it answers. */
const asked = vi.hoisted(() => ({
  runs: [] as RunRequest[],
  fresh: [] as string[],
  answer: (_request: RunRequest): unknown => null,
  stopped: (_run: number): void => undefined,
  listener: null as EngineListener | null,
}));

vi.mock('../engine-client.ts', () => {
  const client = {
    run(request: RunRequest) {
      asked.runs.push(request);
      return Promise.resolve(asked.answer(request));
    },
    stop: (run: number) => Promise.resolve(asked.stopped(run)),
    fresh: (cell: string) => asked.fresh.push(cell),
    setControl: () => Promise.resolve(),
    endRealm: () => Promise.resolve(asked.listener!.realmEnded()),
    forget: () => undefined,
  };
  let running: typeof client | null = null;
  return {
    engine(listener: EngineListener) {
      asked.listener = listener;
      running = client;
      return client;
    },
    runningEngine: () => running,
  };
});

const cell = (id: string, source: string, flags: Partial<Cell> = {}): Cell => ({
  id,
  kind: 'code',
  source,
  ...flags,
});

/** a -> b -> c, and d apart. */
const CELLS = [
  cell('a', 'const x = 1;'),
  cell('b', 'const y = x + 1;'),
  cell('c', 'const z = y + 1;'),
  cell('d', 'const other = 5;'),
];

async function open(cells: readonly Cell[] = CELLS): Promise<void> {
  await restart();
  openNotebook(makeNotebook('Test', cells), { kind: 'local' });
  await vi.waitFor(() => expect(useRun.getState().cells).toEqual({}));
  asked.runs = [];
  asked.fresh = [];
  asked.stopped = () => undefined;
  answerWith(() => done);
}

function answerWith(answer: (request: RunRequest) => Answer): void {
  asked.answer = answer;
}

const ran = (): readonly string[] => asked.runs.map(({ cell: id }) => id);
const stateOf = (id: string): string => {
  const { state, reason } = runOf(useRun.getState(), id);
  return reason === null ? state : `${state}: ${reason}`;
};
const edit = async (id: string, source: string): Promise<void> => {
  editNotebook((notebook) => setSource(notebook, id, source));
  await settled();
};
/** Edits are heard in turns of their own. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

beforeEach(() => open());

describe('a run', () => {
  test('of a cell runs first what it needs, once', async () => {
    await runCell('c');
    expect(ran()).toEqual(['a', 'b', 'c']);
    expect(['a', 'b', 'c', 'd'].map(stateOf)).toEqual(['done', 'done', 'done', 'idle']);
  });

  test('of all cells goes in the order of their names', async () => {
    await open([cell('b', 'const y = x + 1;'), cell('a', 'const x = 1;')]);
    await runAll();
    expect(ran()).toEqual(['a', 'b']);
  });

  test('leaves out cells that are switched off', async () => {
    await open([cell('a', 'const x = 1;', { isDisabled: true }), cell('b', 'const y = x;')]);
    await runAll();
    expect(ran()).toEqual(['b']);
  });

  test('of a text that is no program says where, and asks nothing of the engine', async () => {
    await edit('a', 'const x = 1;\nconst = 2;');
    await runCell('a');
    expect(ran()).toEqual([]);
    expect(runOf(useRun.getState(), 'a').error).toMatchObject({ cell: 'a', line: 2 });
  });

  test('of two cells that define one name is refused in both', async () => {
    await edit('d', 'const x = 5;');
    await runAll();
    expect(runOf(useRun.getState(), 'a').error?.message).toContain(
      'cell 1 and cell 4 both define x',
    );
    expect(runOf(useRun.getState(), 'd').error?.code).toBe('names_duplicate');
    expect(stateOf('b')).toBe('stale: cell 1 has not run');
  });

  test('replaces outputs when the new run shows its first', async () => {
    await runCell('d');
    changeCellRun('d', { outputs: [{ kind: 'text', text: 'old', tone: 'plain' }] });
    answerWith(({ cell: id, run }) => {
      expect(runOf(useRun.getState(), 'd').outputs).toHaveLength(1);
      asked.listener!.displayed(id, run);
      expect(runOf(useRun.getState(), 'd').outputs).toHaveLength(0);
      return done;
    });
    await runCell('d');
  });
});

describe('after a run', () => {
  test('what depends on it and has run runs again', async () => {
    await runCell('b');
    asked.runs = [];
    await runCell('a');
    expect(ran()).toEqual(['a', 'b']);
    expect(stateOf('c')).toBe('idle');
  });

  test('what took long turns stale instead, with what needs it', async () => {
    await runCell('c');
    const { endedAt } = runOf(useRun.getState(), 'b');
    changeCellRun('b', { startedAt: endedAt! - 5000 });
    asked.runs = [];
    await runCell('a');
    expect(ran()).toEqual(['a']);
    expect(stateOf('b')).toBe('stale: cell 1 changed');
    expect(stateOf('c')).toBe('stale: cell 1 changed');
  });

  test('one-shot cells turn stale instead', async () => {
    await open([CELLS[0]!, cell('b', 'const y = x + 1;', { isOneShot: true })]);
    await runAll();
    asked.runs = [];
    await runCell('a');
    expect(ran()).toEqual(['a']);
    expect(stateOf('b')).toBe('stale: cell 1 changed');
  });

  test('a lazy notebook only marks, and runs the stale ones when asked', async () => {
    await runCell('c');
    editNotebook((notebook) => ({ ...notebook, runMode: 'lazy' }));
    asked.runs = [];
    await runCell('a');
    expect(ran()).toEqual(['a']);
    await runStale();
    expect(ran()).toEqual(['a', 'b', 'c']);
    expect(stateOf('c')).toBe('done');
  });

  test('that failed, what depends on it is stale and does not run', async () => {
    await runCell('c');
    answerWith(({ cell: id }) => ({
      kind: 'failed',
      error: { cell: id, line: 1, column: 7, code: 'TypeError', message: 'no' },
    }));
    asked.runs = [];
    await runCell('a');
    expect(ran()).toEqual(['a']);
    expect(stateOf('a')).toBe('error');
    expect(stateOf('c')).toBe('stale: cell 1 changed');
  });

  test('readers of a shared variable are stale when a cell above wrote it', async () => {
    await open([
      cell('w', 'const W = 1;'),
      cell('train', 'W;'),
      cell('look', 'W;'),
      cell('apart', '1;'),
    ]);
    await runAll();
    asked.listener!.accessed({ cell: 'look', reads: ['w/W/0'], writes: [] });
    answerWith(({ cell: id }) => {
      asked.listener!.accessed({ cell: id, reads: [], writes: ['w/W/0'] });
      return done;
    });
    await runCell('train');
    expect(stateOf('look')).toBe('stale: cell 2 writes W');
    expect(stateOf('apart')).toBe('done');
  });
});

describe('an edit', () => {
  test('makes a cell and what depends on it stale, and its reversal takes that back', async () => {
    await runCell('c');
    await edit('a', 'const x = 2;');
    expect(['a', 'b', 'c'].map(stateOf)).toEqual([
      'stale: edited since it ran',
      'stale: cell 1 changed',
      'stale: cell 1 changed',
    ]);
    await edit('a', 'const x = 1;');
    expect(['a', 'b', 'c'].map(stateOf)).toEqual(['done', 'done', 'done']);
  });

  test('of a cell that never ran says nothing', async () => {
    await runCell('a');
    await edit('d', 'const other = 6;');
    expect(stateOf('d')).toBe('idle');
  });

  test('while the cell runs leaves it stale when it is done', async () => {
    answerWith(async () => {
      await edit('a', 'const x = 3;');
      return done;
    });
    await runCell('a');
    expect(stateOf('a')).toBe('stale');
  });

  test('that deletes a cell makes what used its names stale', async () => {
    await runCell('b');
    editNotebook((notebook) => deleteCell(notebook, 'a'));
    await settled();
    expect(stateOf('b')).toBe('stale: cell 1 changed');
  });
});

describe('Stop', () => {
  test('ends the run at hand and empties the queue', async () => {
    let end: (outcome: RunOutcome) => void = () => undefined;
    answerWith(() => new Promise((resolve) => (end = resolve)));
    asked.stopped = () => end({ kind: 'stopped' });
    const running = runAll();
    await vi.waitFor(() => expect(ran()).toEqual(['a']));
    await stopRun();
    await running;
    expect(ran()).toEqual(['a']);
    expect(['a', 'b', 'c', 'd'].map(stateOf)).toEqual(['stopped', 'idle', 'idle', 'idle']);
  });

  test('that ends the realm: a reader runs its names again and keeps their values; the trainer does not run', async () => {
    await open([cell('w', 'const W = 1;'), cell('train', 'W;'), cell('look', 'W;')]);
    answerWith(({ cell: id }) => {
      if (id === 'train') asked.listener!.accessed({ cell: id, reads: [], writes: ['w/W/0'] });
      return done;
    });
    await runAll();
    asked.listener!.realmEnded();
    asked.runs = [];
    asked.fresh = [];
    await runCell('look');
    expect(asked.runs.map(({ cell: id, keepOld }) => [id, keepOld])).toEqual([
      ['w', true],
      ['look', false],
    ]);
    expect(asked.fresh).toEqual(['look']);
  });

  test('that nobody asked for is an error that says why', async () => {
    answerWith(() => ({ kind: 'ended', why: 'The realm used too much memory.' }));
    await runCell('a');
    expect(runOf(useRun.getState(), 'a').error?.message).toBe('The realm used too much memory.');
  });
});

test('an input that moves runs its cell and what depends on it with its value', async () => {
  await runCell('b');
  asked.runs = [];
  changeControl('a', 'rate', 0.5);
  await vi.waitFor(() => expect(ran()).toEqual(['a', 'b']));
  expect(asked.runs[0]!.controls).toEqual({ rate: 0.5 });
  expect(useNotebook.getState().controls).toEqual({ rate: 0.5 });
});

test('Restart forgets every run', async () => {
  await runAll();
  await restart();
  expect(useRun.getState().cells).toEqual({});
  asked.runs = [];
  await runCell('b');
  expect(ran()).toEqual(['a', 'b']);
  expect(asked.runs.every(({ keepOld }) => !keepOld)).toBe(true);
});
