/** @file The toolbar on the cell with the focus, and its menu. Both are made from the table of commands. */
import type { Cell } from '../document/notebook.ts';
import { commandNamed } from '../commands/commands.ts';
import { CommandButton, CommandItem } from '../commands/CommandButton.tsx';
import { useRun } from '../store/run.ts';
import { select } from '../store/selection.ts';
import { Icon } from '../ui/Icon.tsx';
import { Menu } from '../ui/Menu.tsx';

const MOVES = ['moveUp', 'moveDown', 'insertAbove', 'insertBelow', 'duplicateCell'];
const KINDS = ['toText', 'toCode', 'toggleFold', 'toggleOutputs', 'mergeCells'];
const FLAGS = ['toggleOneShot', 'toggleDisabled'];

/** Items of the cell's menu; those that mean nothing for this cell are left out. */
function CellMenuItems() {
  return (
    <>
      {MOVES.map((name) => (
        <CommandItem key={name} command={commandNamed(name)} />
      ))}
      <hr />
      {KINDS.map((name) => (
        <CommandItem key={name} command={commandNamed(name)} />
      ))}
      <hr />
      {FLAGS.map((name) => (
        <CommandItem key={name} command={commandNamed(name)} />
      ))}
      <CommandItem command={commandNamed('deleteCell')} />
    </>
  );
}

export function CellTools({ cell, number }: { readonly cell: Cell; readonly number: number }) {
  return (
    <div className="tools" role="toolbar" aria-label={`Cell ${number}`}>
      {cell.kind === 'code' ? (
        <>
          <CommandButton command={commandNamed('runCell')} />
          <GraphButton cell={cell.id} />
        </>
      ) : (
        <CommandButton command={commandNamed('editCell')} />
      )}
      <Menu className="btn icon" label="More" title="More" items={<CellMenuItems />}>
        <Icon name="ellipsis" />
      </Menu>
    </div>
  );
}

/** Opens the graph of what the cell compiled, where it compiled something. */
function GraphButton({ cell }: { readonly cell: string }) {
  const fn = useRun((state) => state.functions.findLast((made) => made.cell === cell)?.fn ?? null);
  if (fn === null) return null;
  return (
    <button
      className="btn icon"
      type="button"
      aria-label="Show its graph"
      title="Show its graph"
      onClick={() => select({ panel: 'graph', fn, isInspectorOpen: true })}
    >
      <Icon name="workflow" />
    </button>
  );
}
