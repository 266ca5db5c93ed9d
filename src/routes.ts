/**
 * @file Which page an address asks for, and going there. All of it stands in the fragment, so that the site works under any
 * base path of any static host and a shared notebook is never sent to one:
 *
 *     #/              home
 *     #/n/<id>        a notebook of this browser
 *     #/lesson/<id>   a lesson
 *     #1g.<content>   a shared notebook (`document/share-link.ts`)
 *
 * What a route opens is in `document/open-route.ts`, which listens to `useRouteState`.
 */
import { create } from 'zustand';
import { isId } from './document/read-notebook.ts';

/** A page of the site. */
export type Route =
  | { readonly kind: 'home' }
  | { readonly kind: 'notebook'; readonly id: string }
  | { readonly kind: 'lesson'; readonly id: string }
  /** `fragment` begins with its `#`. */
  | { readonly kind: 'link'; readonly fragment: string }
  /** An address that names no page. */
  | { readonly kind: 'unknown'; readonly fragment: string };

/** The page that a fragment asks for. Null for an anchor within the page, such as `#note`: it leaves the page where it is. */
export function routeOf(fragment: string): Route | null {
  const path = fragment.startsWith('#') ? fragment.slice(1) : fragment;
  if (path === '' || path === '/') return { kind: 'home' };
  // Every version of a link begins with its number; what a damaged one lacks, its reader says.
  if (/^\d/.test(path)) return { kind: 'link', fragment: `#${path}` };
  if (!path.startsWith('/')) return null;
  const [, folder, id, ...rest] = path.split('/');
  if (rest.length === 0 && isId(id)) {
    if (folder === 'n') return { kind: 'notebook', id };
    if (folder === 'lesson') return { kind: 'lesson', id };
  }
  return { kind: 'unknown', fragment: `#${path}` };
}

/** The fragment of a page, with its `#`. */
export function fragmentOf(route: Route): string {
  switch (route.kind) {
    case 'home':
      return '#/';
    case 'notebook':
      return `#/n/${route.id}`;
    case 'lesson':
      return `#/lesson/${route.id}`;
    case 'link':
    case 'unknown':
      return route.fragment;
  }
}

/** Where the page is. */
type RouteState = { readonly route: Route };

/** The page that is shown. Tests in Node have no address; they begin at home. */
export const useRouteState = create<RouteState>(() => ({
  route: typeof location === 'undefined' ? { kind: 'home' } : routeAtStart(),
}));

/** The page that is shown. */
export const useRoute = (): Route => useRouteState((state) => state.route);

/** Show a page. `replace` leaves no step for the back button: the page is the same, its address changed. */
export function goTo(route: Route, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (typeof history !== 'undefined') {
    const fragment = fragmentOf(route);
    if (replace) history.replaceState(null, '', fragment);
    else if (fragment !== location.hash) history.pushState(null, '', fragment);
  }
  useRouteState.setState({ route });
}

/** Follow the back button, links and what a person types into the address. Gives the way to end it. */
export function followAddress(): () => void {
  // Following a link fires both, going back one or both.
  addEventListener('popstate', readAddress);
  addEventListener('hashchange', readAddress);
  return () => {
    removeEventListener('popstate', readAddress);
    removeEventListener('hashchange', readAddress);
  };
}

function readAddress(): void {
  const route = routeOf(location.hash);
  const shown = fragmentOf(useRouteState.getState().route);
  // An anchor did its work; the address goes on naming the page, so that a reload opens it again.
  if (!route) history.replaceState(null, '', shown);
  else if (fragmentOf(route) !== shown) useRouteState.setState({ route });
}

function routeAtStart(): Route {
  return routeOf(location.hash) ?? { kind: 'home' };
}
