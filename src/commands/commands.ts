/**
 * @file Everything that a person can do by name: one table, from which keys, palette, buttons, menus and help are made. Keys are
 * Jupyter's.
 */
import { CHANGE_COMMANDS, WALK_COMMANDS } from './cell-commands.ts';
import type { Command } from './command.ts';
import { FILE_COMMANDS } from './file-commands.ts';
import { PAGE_COMMANDS } from './page-commands.ts';
import { RUN_COMMANDS } from './run-commands.ts';

export const COMMANDS: readonly Command[] = [
  ...RUN_COMMANDS,
  ...WALK_COMMANDS,
  ...CHANGE_COMMANDS,
  ...PAGE_COMMANDS,
  ...FILE_COMMANDS,
];

const BY_NAME = new Map(COMMANDS.map((command) => [command.name, command]));

/** The command of that name. Buttons ask by names that stand in the table. */
export function commandNamed(name: string): Command {
  const command = BY_NAME.get(name);
  if (!command) throw new Error(`There is no command ${name}.`);
  return command;
}
