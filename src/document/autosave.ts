/**
 * @file Starts all that opens and keeps notebooks in this tab: routes are followed, edits are written, the lists are kept in
 * step with other tabs, and a page that goes away writes first.
 */
import { followAddress, useRouteState, type Route } from '../routes.ts';
import { openDroppedFiles } from '../share/open-file.ts';
import { emptyOldTrash, refreshLibrary } from '../store/library.ts';
import type { Keeper } from './keeper.ts';
import { keeping } from './keeping.ts';
import { openRoute } from './open-route.ts';

/** Begin. Called once, when the page starts. */
export async function startKeeping(): Promise<void> {
  followAddress();
  openDroppedFiles();
  const { keeper, tabs, storage } = await keeping();
  followRoutes();
  writeBeforeLeaving(keeper);
  tabs.listen(() => void refreshLibrary());
  keeper.whenWritten(() => void refreshLibrary());
  if (storage.isLasting) askToPersistAfterFirstEdit(keeper);
  await emptyOldTrash();
  await refreshLibrary();
}

/** One route is opened after the other; those that were left before their turn came are passed over. */
function followRoutes(): void {
  let last = Promise.resolve();
  const follow = (route: Route): void => {
    last = last.then(() =>
      useRouteState.getState().route === route ? openRoute(route) : undefined,
    );
  };
  useRouteState.subscribe(({ route }, before) => {
    if (route !== before.route) follow(route);
  });
  follow(useRouteState.getState().route);
}

function writeBeforeLeaving(keeper: Keeper): void {
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void keeper.flush();
  });
  addEventListener('pagehide', () => keeper.flushLast());
  // A page that comes back from the browser's cache would go on from what stood before other tabs wrote.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload();
  });
  addEventListener('beforeunload', (event) => {
    if (keeper.hasFailed) event.preventDefault();
  });
}

/** Browsers ask the person or look at how the site is used; a first edit is when that makes sense. */
function askToPersistAfterFirstEdit(keeper: Keeper): void {
  let hasAsked = false;
  keeper.whenWritten(() => {
    if (hasAsked) return;
    hasAsked = true;
    void navigator.storage?.persist().then(refreshLibrary, () => undefined);
  });
}
