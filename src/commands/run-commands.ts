/** @file Commands that run, stop and start over. */
import { restart, runAll, runStale, stopRun } from '../cells/runner.ts';
import { setRunMode } from '../document/notebook.ts';
import { editNotebook, leavePreview, presentNotebook } from '../store/notebook.ts';
import { runAndGoOn, runAndInsert, runInPlace } from './cell-actions.ts';
import { inNotebook, inOwnNotebook, onCell, onOwnCell, type Command } from './command.ts';

/** Running is what a person asks for: what was a preview is one no more. */
const asked = (run: () => Promise<void>) => (): void => {
  leavePreview();
  void run();
};

export const RUN_COMMANDS: readonly Command[] = [
  {
    name: 'runAndGoOn',
    title: 'Run cell and go on',
    group: 'Run',
    icon: 'play',
    keys: ['Shift+Enter'],
    mode: 'any',
    when: onCell,
    run: runAndGoOn,
  },
  {
    name: 'runCell',
    title: 'Run cell',
    group: 'Run',
    icon: 'play',
    keys: ['Mod+Enter'],
    mode: 'any',
    when: onCell,
    run: runInPlace,
  },
  {
    name: 'runAndInsert',
    title: 'Run cell and insert below',
    group: 'Run',
    keys: ['Alt+Enter'],
    mode: 'any',
    when: onOwnCell,
    run: runAndInsert,
  },
  {
    name: 'runAll',
    title: 'Run all',
    group: 'Run',
    icon: 'play',
    keys: [],
    mode: 'any',
    when: inNotebook,
    run: asked(runAll),
  },
  {
    name: 'runStale',
    title: 'Run stale cells',
    group: 'Run',
    icon: 'history',
    keys: ['Mod+Shift+R'],
    mode: 'any',
    when: ({ hasNotebook, staleCount }) => hasNotebook && staleCount > 0,
    run: asked(runStale),
  },
  {
    name: 'stop',
    title: 'Stop',
    group: 'Run',
    icon: 'square',
    keys: ['Mod+.', 'I I'],
    mode: 'any',
    when: inNotebook,
    run: () => void stopRun(),
  },
  {
    name: 'restart',
    title: 'Restart: every value anew, nothing runs',
    group: 'Run',
    icon: 'rotate-ccw',
    keys: ['0 0'],
    mode: 'command',
    when: inNotebook,
    run: () => void restart(),
  },
  {
    name: 'toggleRunMode',
    title: 'Changes run what depends on them',
    group: 'Run',
    keys: [],
    mode: 'any',
    when: inOwnNotebook,
    isOn: ({ runMode }) => runMode === 'auto',
    run: () => {
      const isLazy = presentNotebook().runMode === 'lazy';
      editNotebook((notebook) => setRunMode(notebook, isLazy ? 'auto' : 'lazy'));
    },
  },
];
