/**
 * @file What a route opens: a kept notebook, or a link or a lesson as a copy that nobody keeps before its first edit. Nothing
 * runs because of it. What cannot be opened becomes a page with the reason.
 */
import { lessonIn, lessonNotebook } from '../lessons/lessons.ts';
import { showView } from '../notebook/view.ts';
import { fragmentOf, useRouteState, type Route } from '../routes.ts';
import { setNotice, setOpening } from '../store/keeping.ts';
import { editNotebook, useNotebook } from '../store/notebook.ts';
import { focusCell, select } from '../store/selection.ts';
import type { Kept } from './journal.ts';
import { keeping, type Keeping } from './keeping.ts';
import type { Notebook } from './notebook.ts';
import type { Check } from './reading.ts';
import { decodeLink } from './share-link.ts';
import type { Card, Source } from './storage-tables.ts';
import type { ViewSettings } from './view-settings.ts';

/** Opens what the route asks for. When another route came meanwhile, that one is opened instead. */
export async function openRoute(route: Route): Promise<void> {
  const parts = await keeping();
  switch (route.kind) {
    case 'home':
      await parts.keeper.close();
      setOpening({ kind: 'open' });
      break;
    case 'unknown':
      await parts.keeper.close();
      tellProblem(
        route,
        'There is no such page',
        `The address ${route.fragment} names no page of this site.`,
      );
      break;
    case 'notebook':
      await openKept(parts, route);
      break;
    case 'lesson':
      await openLesson(parts, route);
      break;
    case 'link':
      await openLink(parts, route);
      break;
  }
}

type RouteOf<K extends Route['kind']> = Extract<Route, { kind: K }>;

const isCurrent = (route: Route): boolean =>
  fragmentOf(useRouteState.getState().route) === fragmentOf(route);

function tellProblem(route: Route, title: string, why: string): void {
  if (isCurrent(route)) setOpening({ kind: 'problem', title, why, trashed: null });
}

async function openKept({ storage, keeper }: Keeping, route: RouteOf<'notebook'>): Promise<void> {
  if (keeper.isOpen(route.id)) {
    setOpening({ kind: 'open' });
    return;
  }
  setOpening({ kind: 'opening' });
  // What this tab has not written yet belongs to what is read.
  await keeper.close();
  const rescued = keeper.takeRescued(route.id);
  const read = await storage.read(route.id).catch((error: unknown) => ({
    ok: false as const,
    reason: 'unreadable' as const,
    why: `The browser could not read it: ${String(error)}`,
  }));
  if (!isCurrent(route)) return;
  if (rescued) {
    await openRescued(keeper, rescued, read.ok ? read : null);
  } else if (!read.ok) {
    const isAbsent = read.reason === 'absent';
    tellProblem(
      route,
      isAbsent ? 'No such notebook here' : 'The notebook cannot be read',
      read.why,
    );
    return;
  } else if (read.card.trashedAt !== null) {
    const why = `“${read.card.title}” stays there for 30 days after it was deleted.`;
    const title = 'This notebook is in the trash';
    setOpening({ kind: 'problem', title, why, trashed: route.id });
    return;
  } else {
    await keeper.openKept(read);
  }
  setOpening({ kind: 'open' });
}

/** Opened as it was last written, if ever, and edited to what could not be written: that is tried again now. */
async function openRescued(
  keeper: Keeping['keeper'],
  rescued: Kept,
  read: { readonly card: Card; readonly kept: Kept } | null,
): Promise<void> {
  if (read) await keeper.openKept(read);
  else {
    const empty = { ...rescued, notebook: { ...rescued.notebook, cells: [] } };
    await keeper.openUnkept(empty, { kind: 'local' }, { kind: 'new' });
  }
  editNotebook(() => rescued.notebook);
  useNotebook.setState({ controls: rescued.controls });
}

async function openLesson(parts: Keeping, route: RouteOf<'lesson'>): Promise<void> {
  setOpening({ kind: 'opening' });
  const notebook = await lessonNotebook(route.id).catch((error: unknown) => String(error));
  if (!isCurrent(route)) return;
  if (typeof notebook === 'string') {
    await parts.keeper.close();
    tellProblem(route, 'The lesson cannot be opened', notebook.replace(/^Error: /, ''));
    return;
  }
  const lesson = { kind: 'lesson', lesson: route.id } as const;
  await parts.keeper.openUnkept({ notebook, controls: {} }, lesson, lesson);
  await offerCopy(parts, notebook, lesson);
  setOpening({ kind: 'open' });
}

async function openLink(parts: Keeping, route: RouteOf<'link'>): Promise<void> {
  setOpening({ kind: 'opening' });
  const read = await decodeLink(route.fragment);
  if (!isCurrent(route)) return;
  if (!read.ok) {
    await parts.keeper.close();
    const isDamaged = DAMAGES.has(read.check);
    const advice = isDamaged ? ' Copy the whole link again where you found it.' : '';
    tellProblem(route, LINK_PROBLEMS[read.check], read.message + advice);
    return;
  }
  const { notebook, settings } = read;
  const lesson = await lessonIn(notebook);
  const source: Source =
    lesson === null
      ? { kind: 'link', hash: await hashOfLink(route.fragment) }
      : { kind: 'lesson', lesson };
  const origin =
    source.kind === 'lesson' ? source : { kind: 'link' as const, fragment: route.fragment };
  await parts.keeper.openUnkept({ notebook, controls: settings.sliders }, origin, source);
  showAsAsked(settings.view);
  await offerCopy(parts, notebook, source);
  setOpening({ kind: 'open' });
}

/** What the problem is, by the check that refused. */
const LINK_PROBLEMS: Readonly<Record<Check, string>> = {
  format: 'This address holds no notebook',
  version: 'The link needs another version of this page',
  codec: 'The link needs another version of this page',
  base64: 'The link is cut off or was changed',
  gzip: 'The link is cut off or was changed: its checksum does not match',
  size: 'The notebook in this link is too large',
  utf8: 'The link was changed',
  json: 'The link was changed',
  schema: 'The link does not hold a notebook as it should',
  limits: 'The notebook in this link is too large',
};

/** Checks that a whole link passes. */
const DAMAGES: ReadonlySet<Check> = new Set(['format', 'base64', 'gzip', 'utf8', 'json']);

/** The content of a link, however it asks to be shown, as 64 hexadecimal digits. */
async function hashOfLink(fragment: string): Promise<string> {
  const [content = ''] = fragment.replace(/^#/, '').split('&', 1);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(content));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The person edited this link or lesson before; their copy is a notebook. */
async function offerCopy(
  { storage }: Keeping,
  { id: on }: Notebook,
  source: Source,
): Promise<void> {
  const cards = await storage.list().catch(() => []);
  const copy = cards.find((card) => card.trashedAt === null && isSameSource(card.source, source));
  const of = source.kind === 'lesson' ? 'lesson' : 'link';
  setNotice(
    copy
      ? { on, kind: 'editedCopy', of, id: copy.id, title: copy.title, editedAt: copy.editedAt }
      : null,
  );
}

function isSameSource(a: Source, b: Source): boolean {
  if (a.kind === 'link') return b.kind === 'link' && a.hash === b.hash;
  return a.kind === 'lesson' && b.kind === 'lesson' && a.lesson === b.lesson;
}

function showAsAsked({ view, cell, panel }: ViewSettings): void {
  if (view !== 'slides') showView(view);
  if (cell !== null) focusCell(cell, 'command');
  if (panel && panel.name !== 'timeline') select({ panel: panel.name });
}
