/** @file The bar at the foot of a narrow page: it opens the panels as drawers, and has the rest under More. */
import { commandNamed } from '../commands/commands.ts';
import { CommandItem } from '../commands/CommandButton.tsx';
import { isBusy } from '../commands/situation.ts';
import { useNotebook } from '../store/notebook.ts';
import { useRun } from '../store/run.ts';
import { useSelection } from '../store/selection.ts';
import { Icon } from '../ui/Icon.tsx';
import type { IconName } from '../ui/icons.ts';
import { Menu } from '../ui/Menu.tsx';
import { togglePanel, type PanelFlag } from './view.ts';

const TABS: readonly {
  readonly flag: PanelFlag;
  readonly icon: IconName;
  readonly word: string;
}[] = [
  { flag: 'isOutlineOpen', icon: 'list-tree', word: 'Outline' },
  { flag: 'isInspectorOpen', icon: 'git-compare', word: 'Inspect' },
  { flag: 'isTimelineOpen', icon: 'activity', word: 'Timeline' },
];

export function TabBar() {
  const isLink = useNotebook((state) => state.isPreview && state.origin.kind === 'link');
  return (
    <nav className="tabbar" aria-label="Panels" data-region>
      {TABS.filter(({ flag }) => !isLink || flag === 'isOutlineOpen').map((tab) => (
        <Tab key={tab.flag} {...tab} />
      ))}
      <Menu className="btn" items={<MoreItems />} title="More">
        <Icon name="ellipsis" />
        More
      </Menu>
    </nav>
  );
}

function Tab({ flag, icon, word }: (typeof TABS)[number]) {
  const isOpen = useSelection((state) => state[flag]);
  const isRunning = useRun(isBusy);
  const isNow = flag === 'isTimelineOpen' && isRunning;
  return (
    <button
      className={isNow ? 'btn now' : 'btn'}
      type="button"
      aria-pressed={isOpen}
      onClick={() => togglePanel(flag)}
    >
      <Icon name={icon} />
      {word}
    </button>
  );
}

const CELL = ['runCell', 'editCell', 'insertBelow', 'moveUp', 'moveDown', 'deleteCell'];
const PAGE = [
  'runStale',
  'share',
  'toggleView',
  'palette',
  'theme',
  'newNotebook',
  'downloadIpynb',
];

function MoreItems() {
  return (
    <>
      {CELL.map((name) => (
        <CommandItem key={name} command={commandNamed(name)} />
      ))}
      <hr />
      {PAGE.map((name) => (
        <CommandItem key={name} command={commandNamed(name)} />
      ))}
    </>
  );
}
