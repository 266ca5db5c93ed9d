/** @file The palette: commands that can be used now, found by words of their titles. */
import { useId, useState, type KeyboardEvent } from 'react';
import { showDialog } from '../notebook/view.ts';
import { useSelection } from '../store/selection.ts';
import { Dialog } from '../ui/Dialog.tsx';
import type { Command } from './command.ts';
import { ItemIcon } from './CommandButton.tsx';
import { COMMANDS } from './commands.ts';
import { showKeys } from './key-names.ts';
import { situationNow } from './situation.ts';

/** Commands whose titles hold every word, those that begin with the text first. */
export function matching(commands: readonly Command[], text: string): readonly Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = commands.filter(({ title, group }) => {
    const whole = `${title} ${group}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
  const begins = ({ title }: Command): boolean =>
    title.toLowerCase().startsWith(text.trim().toLowerCase());
  return [...found.filter(begins), ...found.filter((command) => !begins(command))];
}

const close = (): void => showDialog(null);

/** It would only open itself. */
const isUseful = ({ name }: Command): boolean => name !== 'palette';

export function Palette() {
  const mode = useSelection((state) => state.mode);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const situation = situationNow(mode);
  const usable = COMMANDS.filter((command) => isUseful(command) && command.when(situation));
  const found = matching(usable, text);
  const choose = (command: Command | undefined): void => {
    if (!command) return;
    close();
    // The dialog gives the focus back first; the command may move it.
    setTimeout(command.run);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined) setAt((at + by + found.length) % Math.max(1, found.length));
    else if (event.key === 'Enter') choose(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog className="palette" label="Commands" onClose={close}>
      <input
        type="text"
        role="combobox"
        aria-label="Find a command"
        aria-expanded="true"
        aria-controls={list}
        aria-autocomplete="list"
        placeholder="Find a command"
        autoComplete="off"
        spellCheck={false}
        {...(found[at] && { 'aria-activedescendant': `${list}-${found[at].name}` })}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div>
        {found.length === 0 && <p className="none">No command has these words.</p>}
        <ul id={list} role="listbox" aria-label="Commands">
          {found.map((command, i) => (
            <PaletteRow
              key={command.name}
              id={`${list}-${command.name}`}
              command={command}
              isCurrent={i === at}
              onChoose={choose}
            />
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

function PaletteRow({ id, command, isCurrent, onChoose }: PaletteRowProps) {
  const isOn = command.isOn?.(situationNow('command'));
  const state = isOn === undefined ? null : isOn ? 'on' : 'off';
  return (
    <li
      id={id}
      role="option"
      aria-selected={isCurrent}
      ref={(row) => {
        if (isCurrent) row?.scrollIntoView({ block: 'nearest' });
      }}
      // The keys are those of the field, which keeps the focus.
      onClick={() => onChoose(command)}
    >
      <ItemIcon name={command.icon} />
      <span>{command.title}</span>
      {state !== null && <span className="dim">{state}</span>}
      {command.keys[0] !== undefined && <kbd>{showKeys(command.keys[0])}</kbd>}
    </li>
  );
}

type PaletteRowProps = {
  readonly id: string;
  readonly command: Command;
  readonly isCurrent: boolean;
  readonly onChoose: (command: Command) => void;
};
