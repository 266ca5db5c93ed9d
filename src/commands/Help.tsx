/** @file The help: every command with its keys, by group. */
import { showDialog } from '../notebook/view.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { GROUPS } from './command.ts';
import { COMMANDS } from './commands.ts';
import { showKeys } from './key-names.ts';

export function Help() {
  return (
    <Dialog className="keys" title="Keys and help" onClose={() => showDialog(null)}>
      <div className="within" tabIndex={0} role="group" aria-label="Keys">
        <p>
          A cell is edited, or commanded: Esc leaves its editor, Enter goes in. Letters are commands
          only outside an editor.
        </p>
        {GROUPS.map((group) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {COMMANDS.filter((command) => command.group === group).map(
                ({ name, title, keys }) => (
                  <div key={name}>
                    <dt>{title}</dt>
                    <dd>
                      {keys.length === 0 && <span className="dim">palette</span>}
                      {keys.map((sequence) => (
                        <kbd key={sequence}>{showKeys(sequence)}</kbd>
                      ))}
                    </dd>
                  </div>
                ),
              )}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
