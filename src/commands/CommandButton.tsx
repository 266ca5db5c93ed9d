/** @file Buttons and lines of menus for commands: icon, words and keys from the table. */
import { useNotebook } from '../store/notebook.ts';
import { useRun } from '../store/run.ts';
import { useSelection } from '../store/selection.ts';
import { Icon } from '../ui/Icon.tsx';
import type { IconName } from '../ui/icons.ts';
import { MenuItem } from '../ui/Menu.tsx';
import type { Command } from './command.ts';
import { ariaKeys, showKeys } from './key-names.ts';
import { situationNow } from './situation.ts';

/** Whether the command can be used; drawn again whenever that changes. */
function useCanRun(command: Command): boolean {
  const can = (): boolean => command.when(situationNow('command'));
  useNotebook(can);
  useRun(can);
  return useSelection(can);
}

/** A button with the icon of the command; its words and keys are its name and tooltip. */
export function CommandButton({ command }: { readonly command: Command }) {
  const { icon, title, keys, run } = command;
  const canRun = useCanRun(command);
  const hint = keys[0] === undefined ? title : `${title}, ${showKeys(keys[0])}`;
  return (
    <button
      className="btn icon"
      type="button"
      aria-label={title}
      aria-keyshortcuts={ariaKeys(keys)}
      title={hint}
      disabled={!canRun}
      onClick={run}
    >
      <Icon name={icon ?? 'command'} />
    </button>
  );
}

/** A line of a menu, a switch where the command is one; nothing where it cannot be used. */
export function CommandItem({ command }: { readonly command: Command }) {
  const { icon, title, keys, isOn, run } = command;
  const canRun = useCanRun(command);
  if (!canRun) return null;
  const isChecked = isOn?.(situationNow('command'));
  return (
    <MenuItem
      onSelect={run}
      {...(keys[0] !== undefined && { keys: showKeys(keys[0]) })}
      {...(isChecked !== undefined && { isChecked })}
    >
      <ItemIcon name={isChecked === undefined ? icon : isChecked ? 'check' : undefined} />
      <span>{title}</span>
    </MenuItem>
  );
}

/** The icon of a line, or its place. */
export function ItemIcon({ name }: { readonly name: IconName | undefined }) {
  return name ? <Icon name={name} /> : <i className="i" aria-hidden="true" />;
}
