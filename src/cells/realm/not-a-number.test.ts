/** Goal: a value that turned NaN is told once a run, with the expression, its shape and its line. */
import { expect, test } from 'vitest';
import { compile, T } from '../../../engine/arignote.ts';
import { seeReadsWith } from '../../../engine/frontend/result.ts';
import type { Output } from '../outputs.ts';
import type { RunMessage } from '../protocol.ts';
import { tellNaN } from './not-a-number.ts';

const MESSAGE: RunMessage = {
  kind: 'run',
  run: 1,
  cell: 'k3xw5',
  script: '',
  parameters: [],
  declared: [],
  columns: [],
  keepOld: false,
  controls: {},
};

test('NaN in a value is told once a run, infinity and integers never', async () => {
  const shown: Output[] = [];
  const newRun = () => ({
    message: MESSAGE,
    show: (output: Output) => void shown.push(output),
  });
  let run = newRun();
  seeReadsWith((value, output) => tellNaN(run, value, output));
  const x = T.vector('x');
  const root = T.sqrt(x);
  const f = compile([x], { root, inverse: T.reciprocal(x), n: x.dim(0) }, { name: 'f' });

  await f([1, 0]);
  expect(shown).toEqual([]);
  await f([1, -1, -4]);
  await f([-1]);
  expect(shown).toHaveLength(1);
  expect(shown[0]).toMatchObject({
    kind: 'notice',
    error: { cell: 'k3xw5', code: 'not_a_number' },
  });
  const { message } = (shown[0] as Output & { kind: 'notice' }).error;
  expect(message).toMatch(
    /^f: a value is NaN: the result of sqrt \[3\] \(not-a-number\.test\.ts, line \d+\)\. 2 of its 3 numbers are NaN\./,
  );

  run = newRun();
  await f([-1]);
  expect(shown).toHaveLength(2);
});
