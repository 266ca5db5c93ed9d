/**
 * @file A button that opens a menu. The menu is a popover: it lies above everything, Escape and a click elsewhere close it.
 * Arrow keys walk its items.
 */
import {
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';

/** Space kept between a menu, its button and the edge of the window, px. */
const GAP = 4;

/** Lays the menu under its button, or above it where there is more room, within the window. */
function place(menu: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = innerHeight - at.bottom - GAP >= height || at.top < innerHeight / 2;
  const left = at.left + width > innerWidth - GAP ? at.right - width : at.left;
  menu.style.left = `${Math.max(GAP, left)}px`;
  menu.style.top = `${below ? at.bottom + GAP : Math.max(GAP, at.top - height - GAP)}px`;
}

function itemsOf(menu: HTMLElement): readonly HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
}

/** What arrows, Home and End do to the place among `count` items. */
function walk(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count;
    case 'ArrowUp':
      return (at + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** The button takes `className`, `label` and `children`; the items are `MenuItem`s, `<hr>` and `<p>`. */
export function Menu({ className, label, title, children, items }: MenuProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  useLayoutEffect(() => {
    if (!isOpen || !menu.current || !button.current) return;
    place(menu.current, button.current);
    itemsOf(menu.current)[0]?.focus();
  }, [isOpen]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const all = itemsOf(event.currentTarget as HTMLElement);
    const next = walk(event.key, all.indexOf(document.activeElement as HTMLElement), all.length);
    // Keys typed in a menu are no commands of the notebook behind it.
    event.stopPropagation();
    if (event.key === 'Tab') menu.current?.hidePopover();
    if (next === null) return;
    event.preventDefault();
    all[next]?.focus();
  };
  return (
    <>
      <button
        ref={button}
        className={className}
        type="button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        popoverTarget={id}
        {...(label !== undefined && { 'aria-label': label })}
        {...(title !== undefined && { title })}
      >
        {children}
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        className="menu"
        role="menu"
        tabIndex={-1}
        aria-label={label ?? title ?? 'Menu'}
        onToggle={(event) => setIsOpen(event.newState === 'open')}
        onKeyDown={onKeyDown}
        onClick={() => menu.current?.hidePopover()}
      >
        {isOpen && items}
      </div>
    </>
  );
}

type MenuProps = {
  readonly className: string;
  readonly label?: string;
  readonly title?: string;
  readonly children: ReactNode;
  readonly items: ReactNode;
};

/** One line of a menu. `isChecked` makes it a switch, or one of a choice. */
export function MenuItem({ children, keys, isChecked, isDisabled, onSelect }: MenuItemProps) {
  const checked =
    isChecked === undefined
      ? { role: 'menuitem' }
      : { role: 'menuitemcheckbox', 'aria-checked': isChecked };
  return (
    <button
      type="button"
      tabIndex={-1}
      {...checked}
      {...(isDisabled && { 'aria-disabled': true })}
      onClick={() => {
        if (!isDisabled) onSelect();
      }}
    >
      {children}
      {keys !== undefined && <kbd aria-hidden="true">{keys}</kbd>}
    </button>
  );
}

type MenuItemProps = {
  readonly children: ReactNode;
  readonly keys?: string;
  readonly isChecked?: boolean;
  readonly isDisabled?: boolean;
  readonly onSelect: () => void;
};
