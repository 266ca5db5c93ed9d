/** @file What a command is, and the conditions that many share. */
import type { IconName } from '../ui/icons.ts';
import type { Situation } from './situation.ts';

/** The heads under which help lists commands. */
export const GROUPS = ['Run', 'Cells', 'Change a cell', 'Page', 'Notebook'] as const;

/** Something that a person can do by name. */
export type Command = {
  readonly name: string;
  readonly title: string;
  readonly group: (typeof GROUPS)[number];
  readonly icon?: IconName;
  /** As in `key-names.ts`; the first is the one that menus show. */
  readonly keys: readonly string[];
  /** `command`: its keys work only while nobody types in a cell. */
  readonly mode: 'any' | 'command';
  readonly when: (situation: Situation) => boolean;
  /** For a switch: whether it is on. Its title says what is so then. */
  readonly isOn?: (situation: Situation) => boolean;
  readonly run: () => void;
};

export const always = (): boolean => true;
export const inNotebook = ({ hasNotebook }: Situation): boolean => hasNotebook;
export const inOwnNotebook = ({ hasNotebook, canEdit }: Situation): boolean =>
  hasNotebook && canEdit;
export const onCell = ({ hasNotebook, cell }: Situation): boolean => hasNotebook && cell !== null;
export const onOwnCell = (situation: Situation): boolean => onCell(situation) && situation.canEdit;
export const onOwnCode = (situation: Situation): boolean =>
  onOwnCell(situation) && situation.cell?.kind === 'code';
